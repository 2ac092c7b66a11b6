package pipeline

import (
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// A telling names rows for people, as plans name them.
type telling struct {
	snap    *hierarchy.Snapshot
	rows    map[hierarchy.Ref]hierarchy.Noun
	types   map[hierarchy.ID]string // of tasks
	persons map[hierarchy.ID]string
	files   map[string]string // by import
}

func newTelling(snap *hierarchy.Snapshot, rows map[hierarchy.Ref]hierarchy.Noun, imports []*store.ImportRecord) *telling {
	t := &telling{snap: snap, rows: rows, types: map[hierarchy.ID]string{}, persons: map[hierarchy.ID]string{}, files: map[string]string{}}
	for _, one := range snap.TaskTypes {
		t.types[one.ID] = one.Name
	}
	for _, one := range snap.Persons {
		t.persons[one.ID] = one.Name()
	}
	for _, one := range imports {
		t.files[one.ID] = one.SourceName
	}
	return t
}

// entityWords are the words of plans for tables; entities say their kind.
var entityWords = map[string]string{
	"casting_links": "casting", "tasks": "task", "task_assignees": "assignment", "comments": "comment", "time_spents": "time_spent",
	"asset_instances": "asset_instance", "instance_castings": "instance_casting",
	"attachment_files": "attachment_file", "subscriptions": "subscription",
}

// name gives the word and the path of a row; where the row is not known, its
// table and key.
func (t *telling) name(ref hierarchy.Ref, row hierarchy.Noun) (entity, path string) {
	entity = entityWords[ref.Table]
	if entity == "" {
		entity = strings.TrimSuffix(ref.Table, "s")
	}
	switch row := row.(type) {
	case *hierarchy.Entity:
		return strings.ToLower(string(row.Kind)), t.snap.Path(row)
	case *hierarchy.EntityType:
		return "entity_type", hierarchy.PathPart(row.Name)
	case *hierarchy.Casting:
		return entity, t.entity(row.EntityInID) + " < " + t.entity(row.EntityOutID)
	case *hierarchy.Task:
		return entity, t.taskPath(row)
	case *hierarchy.Assignment:
		return entity, t.task(row.TaskID) + "@" + hierarchy.PathPart(t.persons[row.PersonID])
	case *hierarchy.Comment:
		return entity, t.task(row.TaskID)
	case *hierarchy.TimeSpent:
		return entity, t.task(row.TaskID) + "@" + hierarchy.PathPart(t.persons[row.PersonID]) + "/" + string(row.Date)
	}
	return entity, ref.Key
}

func (t *telling) entity(id hierarchy.ID) string {
	if e := t.snap.Entity(id); e != nil {
		return t.snap.Path(e)
	}
	return string(id)
}

func (t *telling) taskPath(task *hierarchy.Task) string {
	return t.entity(task.EntityID) + "#" + hierarchy.PathPart(t.types[task.TaskTypeID]) + "/" + hierarchy.PathPart(task.Name)
}

func (t *telling) task(id hierarchy.ID) string {
	if task, ok := t.rows[hierarchy.Ref{Table: "tasks", Key: string(id)}].(*hierarchy.Task); ok {
		return t.taskPath(task)
	}
	return string(id)
}

// tell sorts verdicts into the three buckets.
func (u *Undoing) tell(inverse hierarchy.Inverse, t *telling) {
	for _, v := range inverse.Verdicts {
		entity, path := t.name(v.Done.Ref(), v.Row)
		line := UndoLine{
			Action: v.Done.Action, Entity: entity, Path: path, ID: v.Done.Key, Field: orNullText(v.Done.Field),
			Before: fieldValue(v.Done.Before, v.Done.Field), After: fieldValue(v.Done.After, v.Done.Field),
			Place: v.Done.Place, Reason: v.Reason, Since: t.later(v.Since),
		}
		switch v.Fate {
		case hierarchy.Reversed:
			u.Reversed = append(u.Reversed, line)
		case hierarchy.Kept:
			u.Kept = append(u.Kept, line)
		case hierarchy.Refused:
			u.Refused = append(u.Refused, line)
		}
		fate := string(v.Fate)
		if u.Summary[fate] == nil {
			u.Summary[fate] = map[string]int{}
		}
		u.Summary[fate][entity]++
	}
}

func (t *telling) later(r *hierarchy.HistoryRow) *LaterChange {
	if r == nil {
		return nil
	}
	return &LaterChange{
		At: rfc3339(r.At), Author: r.Author, Cause: string(r.Cause), Import: r.CauseID, File: t.files[r.CauseID], Place: r.Place,
		Field: orNullText(r.Field), Before: fieldValue(r.Before, r.Field), After: fieldValue(r.After, r.Field),
	}
}

// fieldValue writes a field's value; a whole row is null, its history has it.
func fieldValue(v hierarchy.Value, field string) hierarchy.Value {
	if field == "" {
		return "null"
	}
	return v.OrNull()
}

func orNullText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
