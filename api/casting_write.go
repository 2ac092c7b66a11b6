package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// castLine is an entry of a casting. Entries without asset or count are passed
// over, as Kitsu does: its clients send whole tables.
var castLine = schema{"Casting", []field{{name: "asset_id", kind: idField}, {name: "nb_occurences", kind: intField}, {name: "label"}}}

// castLines reads a list of entries; at is where it stands in the body.
func castLines(raw json.RawMessage, at string) (lines []pipeline.CastLine, errs []fieldError) {
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) != nil || entries == nil {
		return nil, []fieldError{{at, "Input should be a valid list"}}
	}
	for i, entry := range entries {
		place := strconv.Itoa(i)
		if at != "" {
			place = at + "." + place
		}
		got, bad := castLine.check(entry, place)
		if errs = append(errs, bad...); len(bad) > 0 {
			continue
		}
		n := got.number("nb_occurences")
		if got.id("asset_id") == "" || n == nil {
			continue
		}
		if *n < 0 {
			errs = append(errs, fieldError{place + ".nb_occurences", "Input should be greater than or equal to 0"})
		}
		lines = append(lines, pipeline.CastLine{Asset: got.id("asset_id"), NbOccurences: *n, Label: got.text("label")})
	}
	return lines, errs
}

// check is read for an object within a body.
func (s schema) check(raw json.RawMessage, at string) (values, []fieldError) {
	if len(raw) == 0 || raw[0] != '{' {
		return nil, []fieldError{{at, "Input should be a valid dictionary"}}
	}
	got, errs := s.values(raw)
	for i := range errs {
		errs[i].Field = at + "." + errs[i].Field
	}
	return got, errs
}

// replaceCasting sets who plays in an entity and answers the body as it came.
func replaceCasting(c *call) (answer, error) {
	raw, err := c.jsonBody()
	if err != nil {
		return answer{}, err
	}
	lines, errs := castLines(raw, "")
	if len(errs) > 0 {
		return answer{}, invalid(errs...)
	}
	if err := c.pipe.SetCasting(c.ctx(), c.view.Project.ID, map[hierarchy.ID][]pipeline.CastLine{c.entity.ID: lines}); err != nil {
		return answer{}, err
	}
	return ok(raw)
}

// replaceCastings does so for many entities, all of them or none.
func replaceCastings(c *call) (answer, error) {
	raw, err := c.jsonBody()
	if err != nil {
		return answer{}, err
	}
	var sent map[string]json.RawMessage
	if json.Unmarshal(raw, &sent) != nil || sent == nil {
		return answer{}, errNotAnObject
	}
	wanted := map[hierarchy.ID][]pipeline.CastLine{}
	var all []fieldError
	for key, list := range sent {
		id, isID := canonicalID(key)
		if !isID {
			all = append(all, fieldError{key, "Input should be a valid UUID"})
			continue
		}
		lines, errs := castLines(list, key)
		wanted[id], all = lines, append(all, errs...)
	}
	if len(all) > 0 {
		slices.SortStableFunc(all, func(a, b fieldError) int { return strings.Compare(a.Field, b.Field) })
		return answer{}, invalid(all...)
	}
	if err := c.pipe.SetCasting(c.ctx(), c.view.Project.ID, wanted); err != nil {
		return answer{}, err
	}
	return ok(raw)
}

var castOne = schema{"CastAssetSchema", []field{
	{name: "entity_ids", kind: listField, required: true}, {name: "nb_occurences", kind: intField}, {name: "label"},
}}

// castAsset casts one asset in many entities and leaves their other castings. It
// answers the castings of these.
func castAsset(c *call) (answer, error) {
	body, err := castOne.read(c)
	if err != nil {
		return answer{}, err
	}
	ids, errs := idList(body["entity_ids"], "entity_ids")
	n := body.number("nb_occurences")
	if n != nil && *n < 0 {
		errs = append(errs, fieldError{"nb_occurences", "Input should be greater than or equal to 0"})
	}
	if len(errs) > 0 {
		return answer{}, invalid(errs...)
	}
	asset := c.pathID("asset_id")
	if asset == "" {
		return answer{}, errNotFound
	}
	if err := c.pipe.CastAsset(c.ctx(), c.view.Project.ID, asset, ids, n, body.pointer("label")); err != nil {
		return answer{}, err
	}
	return c.castNow(ids)
}

// castNow answers the castings of entities as they are after a change.
func (c *call) castNow(ids []hierarchy.ID) (answer, error) {
	v, err := c.server.views.Project(c.ctx(), c.view.Project.ID)
	if err != nil {
		return answer{}, err
	}
	var entities []*hierarchy.Entity
	for _, id := range ids {
		if e := v.Entity(id); e != nil {
			entities = append(entities, e)
		}
	}
	cast, err := c.castOf(v, entities)
	if err != nil {
		return answer{}, err
	}
	out := map[hierarchy.ID][]object{}
	for _, e := range entities {
		out[e.ID] = castList(cast[e.ID])
	}
	return ok(keyed(out))
}

// idList reads a list of ids.
func idList(raw hierarchy.Value, at string) (ids []hierarchy.ID, errs []fieldError) {
	var sent []json.RawMessage
	if err := json.Unmarshal([]byte(raw), &sent); err != nil {
		return nil, []fieldError{{at, "Input should be a valid list"}}
	}
	for i, one := range sent {
		value, problem := field{kind: idField}.check(one)
		if problem != "" {
			errs = append(errs, fieldError{fmt.Sprintf("%s.%d", at, i), problem})
		}
		ids = append(ids, hierarchy.ID(value.Text()))
	}
	return ids, errs
}

// castingLink finds the production of {link_id}.
func castingLink(c *call) error {
	link, err := c.server.pipeline.Casting(c.ctx(), c.pathID("link_id"))
	if err != nil {
		return err
	}
	c.link = link
	c.view, err = c.server.views.OfRow(c.ctx(), "entities", link.EntityInID)
	return err
}

// castingLinkWithin is castingLink for a link of the production of the path.
func castingLinkWithin(c *call) error {
	project, isID := canonicalID(c.r.PathValue("project_id"))
	if err := castingLink(c); err != nil {
		return err
	}
	if !isID || c.view.Project.ID != project {
		return errNotFound
	}
	return nil
}

func showLink(c *call) (answer, error) { return ok(linkObject(c.link)) }

// removeLink takes a link out; the generic route answers nothing.
func removeLink(c *call) (answer, error) {
	if _, err := c.pipe.RemoveCasting(c.ctx(), c.view.Project.ID, c.link.ID); err != nil && !errors.Is(err, pipeline.ErrNotFound) {
		return answer{}, err // somebody else took it out meanwhile: then it is gone
	}
	return gone()
}

// removeLinkShown takes a link out and answers with it.
func removeLinkShown(c *call) (answer, error) {
	was, err := c.pipe.RemoveCasting(c.ctx(), c.view.Project.ID, c.link.ID)
	if err != nil {
		return answer{}, err
	}
	return ok(linkObject(was))
}
