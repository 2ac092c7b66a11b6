package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var entityRoutes = []route{
	{http.MethodGet, "/data/entities", nowhere, accounts.Person, listEntities},
	{http.MethodPost, "/data/entities", nowhere, accounts.Person, createEntity},
	{http.MethodGet, "/data/entities/{entity_id}", ofEntity(), accounts.SeesEntity, showEntity},
	{http.MethodPut, "/data/entities/{entity_id}", ofEntity(), accounts.InTeam, mergeEntity},
	{http.MethodDelete, "/data/entities/{entity_id}", ofEntity(), accounts.Removes, removeEntity},
}

// entityObject writes the 22 keys of a flat entity. On some write paths Kitsu
// forgets what it is and says "Entity".
func entityObject(e *hierarchy.Entity, kind string) object {
	var o object
	o.fields(e)
	o.set("type", kind)
	return o
}

// relations writes the four lists that single reads have.
type relations map[hierarchy.ID][]hierarchy.ID // instances shown, by entity

// relationsOf reads what the views do not hold, in one question for all.
func (c *call) relationsOf(entities ...*hierarchy.Entity) (relations, error) {
	ids := make([]hierarchy.ID, len(entities))
	for i, e := range entities {
		ids[i] = e.ID
	}
	shown, err := c.pipe.ShownInstances(c.ctx(), ids)
	return shown, err
}

func (r relations) add(o *object, v *pipeline.View, e *hierarchy.Entity) {
	out, in := []hierarchy.ID{}, []hierarchy.ID{}
	for _, c := range v.CastOf(e.ID) {
		out = append(out, c.EntityOutID)
	}
	for _, c := range v.CastIn(e.ID) {
		in = append(in, c.EntityInID)
	}
	o.set("entities_out", out)
	o.set("entities_in", in)
	o.set("entity_concept_links", []hierarchy.ID{}) // concepts are not kept
	o.set("instance_casting", append([]hierarchy.ID{}, r[e.ID]...))
}

// whole is a single entity with its relations.
func (c *call) whole(e *hierarchy.Entity) (object, error) {
	o := entityObject(e, string(e.Kind))
	r, err := c.relationsOf(e)
	r.add(&o, c.view, e)
	return o, err
}

func showEntity(c *call) (answer, error) {
	o, err := c.whole(c.entity)
	if err != nil {
		return answer{}, err
	}
	return ok(o)
}

// mergeEntity sets what is sent and may be set; a whole entity as it was read
// can be sent back. Data is merged key by key.
func mergeEntity(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	if !c.mayEdit(sent) {
		return answer{}, errForbidden
	}
	e, err := c.pipe.UpdateEntity(c.ctx(), c.view.Project.ID, c.entity.ID, pipeline.EntityFields{Set: entityValues(sent)})
	if err != nil {
		return answer{}, err
	}
	o, err := c.whole(e)
	if err != nil {
		return answer{}, err
	}
	return ok(o)
}

// mayEdit: managers, who made the entity, and supervisors who send data alone,
// of their departments' fields where they have departments.
func (c *call) mayEdit(sent map[string]json.RawMessage) bool {
	s := c.standing(c.entity)
	if s.Allows(accounts.Removes) {
		return true
	}
	data, there := sent["data"]
	if s.Effective() != accounts.Supervisor || !there {
		return false
	}
	for key := range sent {
		if key != "data" && key != "id" && pipeline.EditableField(key) {
			return false
		}
	}
	return len(c.who.departments) == 0 || c.ownFields(hierarchy.Data(data).Keys())
}

// ownFields tells whether each field has a descriptor of the caller's departments.
func (c *call) ownFields(fields []string) bool {
	own := map[string]bool{}
	for _, d := range c.view.Descriptors {
		var departments []hierarchy.ID
		if d.EntityType != string(c.entity.Kind) || json.Unmarshal(d.Departments, &departments) != nil {
			continue
		}
		for _, id := range departments {
			own[d.FieldName] = own[d.FieldName] || slices.Contains(c.who.departments, id)
		}
	}
	return !slices.ContainsFunc(fields, func(f string) bool { return !own[f] })
}

// entityValues are the fields of a body that may be set. Kitsu's clients clear a
// link with "" or "null".
func entityValues(sent map[string]json.RawMessage) map[string]hierarchy.Value {
	out := map[string]hierarchy.Value{}
	for name, raw := range sent {
		if !pipeline.EditableField(name) {
			continue
		}
		value := hierarchy.ValueOf(raw)
		if strings.HasSuffix(name, "_id") && (value == `""` || value == `"null"`) {
			value = "null"
		}
		if name == "data" {
			if len(raw) == 0 || raw[0] != '{' {
				continue // null leaves it
			}
			value = hierarchy.Value(raw)
		}
		out[name] = value
	}
	return out
}

// removeEntity deletes or omits; see pipeline.RemoveEntity.
func removeEntity(c *call) (answer, error) {
	force, err := c.flag("force")
	if err != nil {
		return answer{}, err
	}
	if err := c.pipe.RemoveEntity(c.ctx(), c.view.Project.ID, c.entity.ID, force); err != nil {
		return answer{}, err
	}
	return gone()
}

// byName sorts entities as lists have them.
func byName(a, b *hierarchy.Entity) int {
	if n := strings.Compare(a.Name, b.Name); n != 0 {
		return n
	}
	return strings.Compare(string(a.ID), string(b.ID))
}
