package plan

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

// production makes a snapshot with types, statuses and people, and entities by path.
func production(kind string) *hierarchy.Snapshot {
	s := &hierarchy.Snapshot{Project: &hierarchy.Project{ID: "p", Name: "tv", ProductionType: &kind}}
	for _, n := range []string{"Episode", "Sequence", "Scene", "Shot", "Props", "Characters"} {
		s.EntityTypes = append(s.EntityTypes, &hierarchy.EntityType{ID: hierarchy.ID("et-" + n), Name: n})
	}
	for i, n := range []string{"Layout", "Animation"} {
		id := hierarchy.ID("tt-" + n)
		s.TaskTypes = append(s.TaskTypes, &hierarchy.TaskType{ID: id, Name: n, ForEntity: hierarchy.Ptr("Shot")})
		s.ProjectTaskTypes = append(s.ProjectTaskTypes, &hierarchy.ProjectTaskType{ID: "l" + id, TaskTypeID: id, Priority: hierarchy.Ptr(int64(i))})
	}
	s.TaskStatuses = []*hierarchy.TaskStatus{
		{ID: "ts-todo", Name: "Todo", ShortName: "todo", IsDefault: true},
		{ID: "ts-retake", Name: "Retake", ShortName: "retake", IsRetake: true},
		{ID: "ts-done", Name: "Done", ShortName: "done", IsDone: true},
	}
	s.Persons = []*hierarchy.Person{
		{ID: "ada", FirstName: "Ada", LastName: "Lovelace", Email: hierarchy.Ptr("ada@example.com")},
		{ID: "sam1", FirstName: "Sam", LastName: "Same", Email: hierarchy.Ptr("sam1@example.com")},
		{ID: "sam2", FirstName: "Sam", LastName: "Same", Email: hierarchy.Ptr("sam2@example.com")},
	}
	s.Descriptors = []*hierarchy.MetadataDescriptor{
		{ID: "d1", EntityType: "Shot", Name: "Weather", FieldName: "weather", DataType: hierarchy.Ptr("list"), Choices: hierarchy.Data(`["sun","snow"]`)},
		{ID: "d2", EntityType: "Shot", Name: "Is Hero", FieldName: "is_hero", DataType: hierarchy.Ptr("boolean")},
	}
	return s
}

func entity(s *hierarchy.Snapshot, id hierarchy.ID, kind hierarchy.Kind, parent hierarchy.ID, name string) *hierarchy.Entity {
	e := &hierarchy.Entity{ID: id, Kind: kind, ParentID: parent, Name: name, ProjectID: "p", Status: "running"}
	s.Entities = append(s.Entities, e)
	return e
}

// apply writes changes to a copy of a snapshot, as a store would.
func apply(t testing.TB, s *hierarchy.Snapshot, changes []hierarchy.Change) *hierarchy.Snapshot {
	t.Helper()
	n := &hierarchy.Snapshot{Project: s.Project, Persons: s.Persons, EntityTypes: slices.Clone(s.EntityTypes), TaskTypes: s.TaskTypes, TaskStatuses: s.TaskStatuses,
		ProjectTaskTypes: s.ProjectTaskTypes, Descriptors: s.Descriptors}
	rows := map[hierarchy.Ref]hierarchy.Noun{}
	for _, e := range s.Entities {
		c := hierarchy.Clone(e)
		n.Entities = append(n.Entities, c)
		rows[hierarchy.RefOf(c)] = c
	}
	for _, e := range s.Tasks {
		c := hierarchy.Clone(e)
		n.Tasks = append(n.Tasks, c)
		rows[hierarchy.RefOf(c)] = c
	}
	for _, e := range s.Castings {
		c := hierarchy.Clone(e)
		n.Castings = append(n.Castings, c)
		rows[hierarchy.RefOf(c)] = c
	}
	for _, e := range s.TimeSpents {
		c := hierarchy.Clone(e)
		n.TimeSpents = append(n.TimeSpents, c)
		rows[hierarchy.RefOf(c)] = c
	}
	insert := func(row hierarchy.Noun) {
		if rows[hierarchy.RefOf(row)] != nil {
			t.Fatalf("made twice: %v", hierarchy.RefOf(row))
		}
		rows[hierarchy.RefOf(row)] = row
		switch row := row.(type) {
		case *hierarchy.Entity:
			n.Entities = append(n.Entities, row)
			if row.ParentID != "" && rows[hierarchy.Ref{Table: "entities", Key: string(row.ParentID)}] == nil {
				t.Fatalf("%q is made before its parent", row.Name)
			}
		case *hierarchy.Task:
			n.Tasks = append(n.Tasks, row)
		case *hierarchy.Casting:
			n.Castings = append(n.Castings, row)
		case *hierarchy.TimeSpent:
			n.TimeSpents = append(n.TimeSpents, row)
		case *hierarchy.EntityType:
			n.EntityTypes = append(n.EntityTypes, row)
		case *hierarchy.Assignment:
			task := rows[hierarchy.Ref{Table: "tasks", Key: string(row.TaskID)}].(*hierarchy.Task)
			task.Assignees = append(slices.Clone(task.Assignees), row.PersonID)
		}
	}
	for _, c := range changes {
		switch c := c.(type) {
		case hierarchy.Create:
			insert(c.Row)
		case hierarchy.Link:
			insert(c.Row)
		case hierarchy.Unlink:
			n.Castings = slices.DeleteFunc(n.Castings, func(l *hierarchy.Casting) bool { return l.Key() == c.Row.Key() })
		default:
			if err := hierarchy.Patch(rows[c.Target()], hierarchy.FieldsOf(c)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return n
}

var when = hierarchy.At(time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC))

func ids() func() hierarchy.ID {
	n := 0
	return func() hierarchy.ID { n++; return hierarchy.ID(fmt.Sprintf("id-%06d", n)) }
}

func bindAll(t testing.TB, p *Plan, s *hierarchy.Snapshot) []hierarchy.Change {
	t.Helper()
	if p.Diagnostics.HasErrors() {
		t.Fatalf("plan has errors: %v", p.Diagnostics)
	}
	changes, err := p.Bind(s, hierarchy.Origin{At: when, Author: "ada@example.com", Cause: hierarchy.Import}, ids())
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

func cell(text string) importers.Cell {
	if text == "" {
		return importers.Cell{}
	}
	return importers.Cell{State: importers.Present, Text: text}
}

func num(n int64) importers.Number { return importers.Number{State: importers.Present, Value: n} }

func sheet(entries ...importers.Entry) *importers.ShotList {
	for i := range entries {
		entries[i].Place = diag.Place{File: "l.csv", Line: i + 2}
	}
	return &importers.ShotList{Source: importers.Source{Name: "l.csv", Format: "csv", SHA256: "x"}, Kind: importers.Shots, Entries: entries}
}

func row(episode, sequence, shot string) importers.Entry {
	return importers.Entry{Episode: cell(episode), Sequence: cell(sequence), Shot: cell(shot)}
}
