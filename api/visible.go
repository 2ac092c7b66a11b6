package api

import (
	"encoding/json"
	"maps"
	"slices"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// visibleOf leaves a vendor the entities that they have tasks on, without the
// fields of other departments.
func (c *call) visibleOf(v *pipeline.View, all []*hierarchy.Entity) []*hierarchy.Entity {
	if c.view == nil || !c.vendor() {
		return all
	}
	var out []*hierarchy.Entity
	for _, e := range all {
		if len(c.visibleTasks(v, e)) > 0 {
			out = append(out, c.masked(v, e))
		}
	}
	return out
}

// visibleTasks leaves a vendor the tasks that are theirs.
func (c *call) visibleTasks(v *pipeline.View, e *hierarchy.Entity) []*hierarchy.Task {
	all := v.TasksOf(e.ID)
	if c.view == nil || !c.vendor() {
		return all
	}
	var out []*hierarchy.Task
	for _, t := range all {
		if slices.Contains(t.Assignees, c.who.person.ID) {
			out = append(out, t)
		}
	}
	return out
}

// masked is an entity without the fields that belong to other departments than
// the vendor's. Others see all.
func (c *call) masked(v *pipeline.View, e *hierarchy.Entity) *hierarchy.Entity {
	if c.hidden == nil {
		c.hidden = c.hiddenFields(v)
	}
	hidden := c.hidden[e.Kind]
	if !slices.ContainsFunc(e.Data.Keys(), func(key string) bool { return hidden[key] }) {
		return e
	}
	var data map[string]json.RawMessage
	if json.Unmarshal(e.Data, &data) != nil {
		return e // it is no object and has no fields
	}
	maps.DeleteFunc(data, func(key string, _ json.RawMessage) bool { return hidden[key] })
	seen := hierarchy.Clone(e)
	seen.Data = encode(data)
	return seen
}

// hiddenFields are those whose descriptors name departments, none of which is
// the caller's.
func (c *call) hiddenFields(v *pipeline.View) map[hierarchy.Kind]map[string]bool {
	out := map[hierarchy.Kind]map[string]bool{}
	for _, d := range v.Descriptors {
		var departments []hierarchy.ID
		if json.Unmarshal(d.Departments, &departments) != nil || len(departments) == 0 {
			continue
		}
		own := slices.ContainsFunc(departments, func(id hierarchy.ID) bool { return slices.Contains(c.who.departments, id) })
		kind := hierarchy.Kind(d.EntityType)
		if out[kind] == nil {
			out[kind] = map[string]bool{}
		}
		out[kind][d.FieldName] = !own
	}
	return out
}
