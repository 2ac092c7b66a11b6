package api

import (
	"cmp"
	"errors"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// in is the call before another production: what its caller may and sees there.
func (c *call) in(v *pipeline.View) *call {
	there := *c
	there.view, there.entity, there.isVendor, there.hidden = v, nil, nil, nil
	return &there
}

// openCalls are the open productions that the caller works in, or the one that
// the query names, if it is one of them; all open ones for admins.
func (c *call) openCalls() (out []*call, err error) {
	all, err := c.pipe.LinkedProjects(c.ctx())
	if err != nil {
		return nil, err
	}
	wanted := c.query.Get("project_id")
	id, isID := canonicalID(wanted)
	if wanted != "" && !isID {
		return nil, badParameter("Invalid UUID format for project_id: %s", wanted)
	}
	for _, p := range all {
		if c.who.role != accounts.Admin && !p.Has(c.who.person.ID) {
			continue
		}
		if wanted != "" && p.ID != id || wanted == "" && !p.Open() {
			continue
		}
		v, err := c.server.views.Project(c.ctx(), p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, c.in(v))
	}
	return out, nil
}

// An owned entity is one with the call before its production.
type owned struct {
	*hierarchy.Entity
	at *call
}

// listEntities lists entities of all kinds, the last changed first, narrowed by
// the query; ?page gives a part, ?fields some keys, ?relations what they are tied
// to.
func listEntities(c *call) (answer, error) {
	match, err := c.filter(nil)
	if err != nil {
		return answer{}, err
	}
	p, paged, err := c.page()
	if err != nil {
		return answer{}, err
	}
	tied, err := c.flag("relations")
	if err != nil {
		return answer{}, err
	}
	all, err := c.ownEntities(match)
	if err != nil {
		return answer{}, err
	}
	if !paged {
		rows, err := c.entityRows(all, tied)
		if err != nil {
			return answer{}, err
		}
		return ok(rows)
	}
	from, to := p.bounds(len(all))
	rows, err := c.entityRows(all[from:to], tied)
	if err != nil {
		return answer{}, err
	}
	return p.answer(rows, len(all))
}

func (c *call) ownEntities(match func(*hierarchy.Entity) bool) ([]owned, error) {
	views, err := c.openCalls()
	if err != nil {
		return nil, err
	}
	var all []owned
	for _, at := range views {
		for _, e := range at.visibleOf(at.view, at.view.Entities) {
			if match(e) {
				all = append(all, owned{e, at})
			}
		}
	}
	slices.SortFunc(all, func(a, b owned) int {
		return cmp.Or(b.UpdatedAt.Compare(a.UpdatedAt.Time), b.CreatedAt.Compare(a.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// entityRows writes entities with the keys that are asked for.
func (c *call) entityRows(all []owned, tied bool) ([]object, error) {
	var ties relations
	if tied {
		entities := make([]*hierarchy.Entity, len(all))
		for i, e := range all {
			entities[i] = e.Entity
		}
		var err error
		if ties, err = c.relationsOf(entities...); err != nil {
			return nil, err
		}
	}
	var keys []string
	for _, f := range hierarchy.FieldsOfNoun(&hierarchy.Entity{}) {
		keys = append(keys, f.JSON)
	}
	unwanted := c.unwanted(keys)
	rows := make([]object, 0, len(all))
	for _, e := range all {
		var o object
		o.fields(e.Entity, unwanted...)
		o.set("type", string(e.Kind))
		if tied {
			ties.add(&o, e.at.view, e.Entity)
		}
		rows = append(rows, o)
	}
	return rows, nil
}

var newEntity = schema{"Entity", []field{
	{name: "name", required: true, min: 1}, {name: "project_id", kind: idField, required: true}, {name: "entity_type_id", kind: idField, required: true},
	{name: "parent_id", kind: idField}, {name: "source_id", kind: idField}, {name: "description"}, {name: "status"},
	{name: "nb_frames", kind: intField}, {name: "is_shared", kind: boolField}, {name: "data", kind: objectField},
}}

// createEntity makes an entity of any kind. Unlike the routes of one kind it
// refuses a name that is taken, as Kitsu does.
func createEntity(c *call) (answer, error) {
	body, err := newEntity.read(c)
	if err != nil {
		return answer{}, err
	}
	if c.view, err = c.server.views.Project(c.ctx(), body.id("project_id")); err != nil {
		return answer{}, err
	}
	if !c.standing(nil).Allows(accounts.Manages) {
		return answer{}, errForbidden
	}
	if status := body.text("status"); status != "" && !slices.Contains(hierarchy.EpisodeStatuses, status) {
		return answer{}, badParameter("Invalid status: %s", status)
	}
	kind, known := kindOfType(c.view, body.id("entity_type_id"))
	if !known {
		return answer{}, badParameter("There is no entity type %s that turnover keeps", body.id("entity_type_id"))
	}
	e, err := c.pipe.CreateEntity(c.ctx(), c.view.Project.ID, pipeline.EntitySpec{
		Kind: kind, Type: body.id("entity_type_id"), Name: body.text("name"), Parent: body.id("parent_id"), Source: body.id("source_id"),
		Description: body.pointer("description"), Status: body.text("status"), NbFrames: body.number("nb_frames"),
		Shared: body["is_shared"] == "true", Data: body.data("data"), New: true,
	})
	if errors.Is(err, pipeline.ErrNotFound) {
		return answer{}, badParameter("The parent or source is none of this production: %v", err)
	}
	if err != nil {
		return answer{}, err
	}
	return created(entityObject(e, string(e.Kind)))
}

// kindOfType tells what an entity of a type is; a type that is not reserved is one of
// assets.
func kindOfType(v *pipeline.View, entityType hierarchy.ID) (hierarchy.Kind, bool) {
	name := v.EntityTypeName(entityType)
	switch {
	case name == "":
		return "", false
	case !hierarchy.Reserved(name):
		return hierarchy.Asset, true
	}
	return hierarchy.Kind(name), slices.Contains(hierarchy.Kinds(), hierarchy.Kind(name))
}
