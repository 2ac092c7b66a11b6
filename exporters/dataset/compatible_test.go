package dataset

import (
	"errors"
	"strings"
	"testing"

	"turnover/internal/table"
)

func columns(all ...table.Column) *table.Table {
	return &table.Table{Name: "shots", Columns: append([]table.Column{{Name: "project_id", Type: table.Text}}, all...), Rows: table.Of(nil)}
}

func TestOnlyAdditionsFollow(t *testing.T) {
	name, frames := table.Column{Name: "name", Type: table.Text}, table.Column{Name: "frames", Type: table.Int, Unit: "frames"}
	more := table.Column{Name: "more", Type: table.Text}
	of := func(c table.Column, change func(*table.Column)) table.Column { change(&c); return c }
	for what, c := range map[string]struct {
		next *table.Table
		want []string // parts of the message; none: it follows
	}{
		"the same":          {columns(name, frames), nil},
		"a column more":     {columns(name, frames, more), nil},
		"another doc":       {columns(of(name, func(c *table.Column) { c.Doc = "x" }), frames), nil},
		"a column less":     {columns(name), []string{"table shots: column frames is gone", "another folder"}},
		"another type":      {columns(name, of(frames, func(c *table.Column) { c.Type = table.Float })), []string{"column frames is float, it was int"}},
		"another unit":      {columns(name, of(frames, func(c *table.Column) { c.Unit = "seconds" })), []string{"column frames counts seconds, it was frames"}},
		"another order":     {columns(frames, name), []string{"column name is number 3, it was 2", "column frames is number 2, it was 3"}},
		"one in the middle": {columns(name, more, frames), []string{"column frames is number 4, it was 3"}},
		"another table":     {&table.Table{Name: "scenes", Columns: columns(name).Columns, Rows: table.Of(nil)}, []string{"table shots: it is gone"}},
	} {
		dir := t.TempDir()
		put(t, Folder(dir), head("s1"), stream(columns(name, frames)))
		before := tree(t, dir)
		_, err := Publish(t.Context(), Folder(dir), head("s2"), stream(c.next), lines{})
		if len(c.want) == 0 {
			if err != nil {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		var unfit *IncompatibleError
		if !errors.As(err, &unfit) {
			t.Errorf("%s: error %v", what, err)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q is not in %q", what, part, err)
			}
		}
		if len(tree(t, dir)) != len(before) {
			t.Errorf("%s: something was written", what)
		}
	}
}

func TestANewVersionMayDiffer(t *testing.T) {
	dir := Folder(t.TempDir())
	put(t, dir, head("s1"), tables())
	next := head("s2")
	next.SchemaVersion = "2"
	put(t, dir, next, stream(of("other", "p", "1")))
}

func TestPeopleAppearInOneWayOnly(t *testing.T) {
	dir := Folder(t.TempDir())
	first := head("s1")
	first.Persons, first.PersonsKey = Pseudonymous, "aa"
	put(t, dir, first, tables())
	for _, c := range []struct {
		persons Persons
		key     string
		want    string
	}{{Named, "", "--persons pseudonyms"}, {Absent, "", "persons: pseudonyms there, none now"}, {Pseudonymous, "bb", "the same key"}} {
		next := head("s2")
		next.Persons, next.PersonsKey = c.persons, c.key
		if _, err := Publish(t.Context(), dir, next, tables(), lines{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s after pseudonyms: %v", c.persons, err)
		}
	}
}
