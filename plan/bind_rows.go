package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
)

var kindOf = map[string]hierarchy.Kind{
	"episode": hierarchy.Episode, "sequence": hierarchy.Sequence, "scene": hierarchy.Scene, "shot": hierarchy.Shot, "asset": hierarchy.Asset,
}

// refOf is the reference by which a plan names what it makes.
func refOf(c *Change) string { return newRef + string(kindOf[c.Entity]) + ":" + c.Path }

// createEntity gives a new entity its id and checks that its place is free; the
// row itself is made when it is emitted.
func (b *binder) createEntity(c *Change) {
	kind := kindOf[c.Entity]
	key := siblingKey{kind: kind, name: text(c.After, "name")}
	parent := hierarchy.ID("")
	if has(c.After, "parent_id") {
		parent = b.resolve(c, text(c.After, "parent_id"))
	}
	if key.parent = parent; kind == hierarchy.Asset {
		key.parent = hierarchy.ID(text(c.After, "entity_type_id"))
	} else {
		b.typeOf(kind) // made before the rows that need it
	}
	if b.siblings[key] {
		b.moved("%s %q was missing and is there now", c.Entity, c.Path)
	}
	b.siblings[key] = true
	if made := strings.HasPrefix(text(c.After, "parent_id"), newRef); parent != "" && !made && b.snap.Entity(parent) == nil {
		b.moved("the parent of %q is gone", c.Path)
	}
	b.made[refOf(c)] = b.newID()
}

// newEntity makes the row of a new entity.
func (b *binder) newEntity(c *Change, kind hierarchy.Kind) *hierarchy.Entity {
	e := &hierarchy.Entity{
		ID: b.made[refOf(c)], Kind: kind, ProjectID: b.snap.Project.ID, Status: "running", CreatedBy: b.author,
		Stamps: hierarchy.Stamps{CreatedAt: b.origin.At, UpdatedAt: b.origin.At},
	}
	var keys []string // of its data
	var data []hierarchy.Value
	for _, field := range sortedKeys(c.After) {
		v := hierarchy.ValueOf(c.After[field])
		if key, ok := strings.CutPrefix(field, "data."); ok && e.Data == nil {
			keys, data = append(keys, key), append(data, v)
			continue
		}
		if field == "parent_id" || field == "source_id" {
			v = hierarchy.ValueOf(b.resolve(c, v.Text()))
		}
		if err := hierarchy.Set(e, field, v); err != nil {
			b.fail(c, err)
		}
	}
	if len(keys) > 0 {
		e.Data = hierarchy.NewData(keys, data)
	}
	if kind != hierarchy.Asset {
		e.EntityTypeID = b.typeOf(kind)
	}
	return e
}

// newTasks notes what new shots get, if it is still there.
func (b *binder) newTasks(usual []NewTask) {
	b.usual = usual
	for _, t := range usual {
		if b.statuses[t.StatusID] == nil || b.snap.DefaultStatus() == nil {
			b.moved("the default task status is gone")
		}
		if !slices.ContainsFunc(b.snap.TaskTypes, func(now *hierarchy.TaskType) bool { return now.ID == t.TaskTypeID }) {
			b.moved("task type %q is gone", t.TaskType)
		}
	}
}

// usualOf are the usual tasks that a change names, each once.
func (b *binder) usualOf(c *Change) []NewTask {
	if len(c.Tasks) == len(b.usual) {
		return b.usual
	}
	var out []NewTask
	for _, name := range c.Tasks {
		for _, t := range b.usual {
			if t.TaskType == name && !slices.Contains(out, t) {
				out = append(out, t)
				break
			}
		}
	}
	return out
}

// typeOf gives the reserved entity type of a kind, made on first use.
func (b *binder) typeOf(kind hierarchy.Kind) hierarchy.ID {
	if id := b.types[kind]; id != "" {
		return id
	}
	o := b.origin
	o.Project = "" // all productions share types
	t := &hierarchy.EntityType{ID: b.newID(), Name: string(kind), Stamps: hierarchy.Stamps{CreatedAt: o.At, UpdatedAt: o.At}}
	b.types[kind] = t.ID
	b.put(rankType, hierarchy.Create{Origin: o, Row: t})
	return t.ID
}

// existing finds the entity that a change was planned upon.
func (b *binder) existing(c *Change) *hierarchy.Entity {
	e := b.snap.Entity(c.ID)
	if e == nil {
		b.moved("%s %q is gone", c.Entity, c.Path)
	} else if now := b.snap.Path(e); now != c.Path {
		b.moved("%q is %q now", c.Path, now)
	}
	return e
}

func (b *binder) changeEntity(c *Change) {
	e := b.existing(c)
	if e == nil {
		return
	}
	o, ref := b.from(c), hierarchy.RefOf(e)
	fields := b.fields(c, e)
	switch c.Action {
	case Omit:
		b.put(rankUpdate, hierarchy.Omit{Origin: o, Ref: ref})
	case Reinstate:
		b.put(rankUpdate, hierarchy.Reinstate{Origin: o, Ref: ref})
	case Update, Move:
		b.moveEntity(c, e, fields)
	default:
		b.fail(c, errors.New("no such change of an entity"))
	}
}

// moveEntity gives another parent by a Move and all other fields by an Update.
func (b *binder) moveEntity(c *Change, e *hierarchy.Entity, fields []hierarchy.FieldChange) {
	o, ref := b.from(c), hierarchy.RefOf(e)
	place, rank := keyOf(e), rankUpdate
	var rest []hierarchy.FieldChange
	for _, f := range fields {
		switch f.Field {
		case "parent_id":
			to := hierarchy.ID(f.After.Text())
			b.put(rankMove, hierarchy.Move{Origin: o, Ref: ref, Before: e.ParentID, After: to})
			place.parent = to
			continue
		case "name":
			place.name = f.After.Text()
			rank = rankMove
		}
		rest = append(rest, f)
	}
	if place != keyOf(e) {
		if b.siblings[place] {
			b.moved("%q cannot go where another one is now", c.Path)
		}
		delete(b.siblings, keyOf(e))
		b.siblings[place] = true
	}
	if len(rest) > 0 {
		b.put(rank, hierarchy.Update{Origin: o, Ref: ref, Fields: rest})
	}
}

func (b *binder) sceneLink(c *Change) {
	scene := b.resolve(c, text(c.After, "source_id"))
	e := b.existing(c)
	if e == nil {
		return
	}
	if was := hierarchy.ID(text(c.Before, "source_id")); e.SourceID != was {
		b.moved("the scene of %q is another one now", c.Path)
	}
	b.put(rankUpdate, hierarchy.Update{Origin: b.from(c), Ref: hierarchy.RefOf(e), Fields: []hierarchy.FieldChange{
		{Field: "source_id", Before: hierarchy.ValueOf(e.SourceID), After: hierarchy.ValueOf(scene)},
	}})
}

func (b *binder) casting(c *Change) {
	if c.Action == Link {
		row := &hierarchy.Casting{
			ID: b.newID(), EntityInID: b.resolve(c, text(c.After, "entity_in_id")), EntityOutID: b.resolve(c, text(c.After, "entity_out_id")),
			Label: hierarchy.Ptr(text(c.After, "label")), Stamps: hierarchy.Stamps{CreatedAt: b.origin.At, UpdatedAt: b.origin.At},
		}
		if err := hierarchy.Set(row, "nb_occurences", hierarchy.ValueOf(c.After["nb_occurences"])); err != nil {
			b.fail(c, err)
		}
		key := [2]hierarchy.ID{row.EntityInID, row.EntityOutID}
		if b.castKeys[key] {
			b.moved("casting %q is there now", c.Path)
		}
		b.castKeys[key] = true
		b.put(rankCasting, hierarchy.Link{Origin: b.from(c), Row: row})
		return
	}
	row := b.casts[c.ID]
	if row == nil {
		b.moved("casting %q is gone", c.Path)
		return
	}
	if c.Action == Update {
		b.put(rankUpdate, hierarchy.Update{Origin: b.from(c), Ref: hierarchy.RefOf(row), Fields: b.fields(c, row)})
		return
	}
	for _, field := range sortedKeys(c.Before) {
		if now, _ := hierarchy.Get(row, field); now.OrNull() != hierarchy.ValueOf(c.Before[field]).OrNull() {
			b.moved("%s of casting %q is another now", field, c.Path)
		}
	}
	b.put(rankUpdate, hierarchy.Unlink{Origin: b.from(c), Row: row})
}

// createTask makes a task that the list says more of than that it is there.
func (b *binder) createTask(c *Change) {
	t := b.taskRow(c, hierarchy.ID(text(c.After, "task_status_id")))
	for _, field := range sortedKeys(c.After) {
		v := hierarchy.ValueOf(c.After[field])
		switch field {
		case "task_status_id":
			continue
		case "entity_id":
			v = hierarchy.ValueOf(b.resolve(c, v.Text()))
		}
		if err := hierarchy.Set(t, field, v); err != nil {
			b.fail(c, err)
		}
	}
	if b.taskKeys[taskKey(t)] {
		b.moved("task %q is there now", c.Path)
	}
	b.taskKeys[taskKey(t)] = true
	b.made[newRef+"Task:"+c.Path] = t.ID
	b.put(rankTask, hierarchy.Create{Origin: b.from(c), Row: t})
}

// taskRow makes a task as Kitsu would: in the default status first, from which
// it goes to the wanted one by the rules of a comment.
func (b *binder) taskRow(c *Change, status hierarchy.ID) *hierarchy.Task {
	t := &hierarchy.Task{
		ID: b.newID(), ProjectID: b.snap.Project.ID, AssignerID: b.author, Difficulty: 3, RetakeCount: hierarchy.Ptr(int64(0)),
		NbDrawings: hierarchy.Ptr(int64(0)), Stamps: hierarchy.Stamps{CreatedAt: b.origin.At, UpdatedAt: b.origin.At},
	}
	usual, want := b.snap.DefaultStatus(), b.statuses[status]
	if usual == nil || want == nil {
		b.moved("a task status of %q is gone", c.Path)
		return t
	}
	t.TaskStatusID = usual.ID
	if usual.ID != want.ID {
		if err := hierarchy.Patch(t, hierarchy.StatusChange(t, usual, want, b.origin.At)); err != nil {
			b.fail(c, err)
		}
	}
	return t
}

func (b *binder) changeTask(c *Change) {
	t := b.tasks[c.ID]
	if t == nil {
		b.moved("task %q is gone", c.Path)
		return
	}
	fields := b.fields(c, t)
	if has(c.After, "task_status_id") {
		now := b.statuses[hierarchy.ID(text(c.After, "task_status_id"))]
		if now == nil {
			b.moved("a task status of %q is gone", c.Path)
			return
		}
		fields = append(without(fields, "task_status_id"), hierarchy.StatusChange(t, b.statuses[t.TaskStatusID], now, b.origin.At)...)
	}
	b.put(rankUpdate, hierarchy.Update{Origin: b.from(c), Ref: hierarchy.RefOf(t), Fields: fields})
}

func without(fields []hierarchy.FieldChange, name string) []hierarchy.FieldChange {
	var out []hierarchy.FieldChange
	for _, f := range fields {
		if f.Field != name {
			out = append(out, f)
		}
	}
	return out
}

func (b *binder) assignment(c *Change) {
	row := &hierarchy.Assignment{TaskID: b.resolve(c, text(c.After, "task_id")), PersonID: hierarchy.ID(text(c.After, "person_id"))}
	if !strings.HasPrefix(text(c.After, "task_id"), newRef) {
		t := b.tasks[row.TaskID]
		if t == nil {
			b.moved("the task of %q is gone", c.Path)
			return
		}
		for _, id := range t.Assignees {
			if id == row.PersonID {
				b.moved("%q is assigned now", c.Path)
			}
		}
	}
	b.put(rankAssignment, hierarchy.Link{Origin: b.from(c), Row: row})
}

func (b *binder) comment(c *Change) {
	person := hierarchy.ID(text(c.After, "person_id"))
	if person == "" {
		person = b.author
	}
	b.put(rankComment, hierarchy.Create{Origin: b.from(c), Row: &hierarchy.Comment{
		ID: b.newID(), TaskID: b.resolve(c, text(c.After, "task_id")), TaskStatusID: hierarchy.ID(text(c.After, "task_status_id")),
		PersonID: person, Text: text(c.After, "text"), Stamps: hierarchy.Stamps{CreatedAt: b.origin.At, UpdatedAt: b.origin.At},
	}})
}

func (b *binder) timeSpent(c *Change) {
	if c.Action == Update {
		row := b.times[c.ID]
		if row == nil {
			b.moved("the time of %q is gone", c.Path)
			return
		}
		b.put(rankUpdate, hierarchy.Update{Origin: b.from(c), Ref: hierarchy.RefOf(row), Fields: b.fields(c, row)})
		return
	}
	row := &hierarchy.TimeSpent{ID: b.newID(), Stamps: hierarchy.Stamps{CreatedAt: b.origin.At, UpdatedAt: b.origin.At}}
	for _, field := range sortedKeys(c.After) {
		if err := hierarchy.Set(row, field, hierarchy.ValueOf(c.After[field])); err != nil {
			b.fail(c, fmt.Errorf("set %s: %w", field, err))
		}
	}
	key := logged{row.TaskID, workday{row.PersonID, row.Date}}
	if b.timeKeys[key] {
		b.moved("the time of %q is logged now", c.Path)
	}
	b.timeKeys[key] = true
	b.put(rankTime, hierarchy.Create{Origin: b.from(c), Row: row})
}
