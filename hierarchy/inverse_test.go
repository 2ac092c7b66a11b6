package hierarchy

import (
	"fmt"
	"slices"
	"testing"
)

// A story is an import's history with the production as it is now.
type story struct {
	rows  []HistoryRow
	later []HistoryRow
	now   []Noun
}

func line(table, key, action, field, before, after string) HistoryRow {
	return HistoryRow{Table: table, Key: key, Action: action, Field: field, Before: Value(before), After: Value(after), Cause: Import, CauseID: "i1"}
}

func by(who string, r HistoryRow) HistoryRow {
	r.Author, r.Cause, r.CauseID = who, Request, "r1"
	return r
}

func (s story) invert() Inverse {
	now := Present{Rows: map[Ref]Noun{}, Since: map[Ref][]HistoryRow{}}
	for _, n := range s.now {
		now.Rows[RefOf(n)] = n
	}
	for _, r := range Standing(s.later) {
		now.Since[r.Ref()] = append(now.Since[r.Ref()], r)
	}
	return Invert(s.rows, now, Origin{Project: "p", Cause: Undo, CauseID: "i1"})
}

func (s story) fates() []string {
	var out []string
	for _, v := range s.invert().Verdicts {
		out = append(out, fmt.Sprintf("%s %s %s%s", v.Done.Action, v.Done.Key, v.Fate, v.Reason))
	}
	return out
}

func testShot(id ID, frames int64) *Entity {
	return &Entity{ID: id, Kind: Shot, Name: "SH" + string(id), ParentID: "sq", NbFrames: &frames}
}

func TestInvertTable(t *testing.T) {
	sequence := &Entity{ID: "sq", Kind: Sequence, Name: "SQ010"}
	task := &Task{ID: "t", Name: "main", EntityID: "a", TaskStatusID: "wip"}
	made := line("entities", "a", "create", "", "", "")
	madeTask := line("tasks", "t", "create", "", "", "")
	frames := line("entities", "a", "update", "nb_frames", "24", "48")
	for _, c := range []struct {
		name string
		story
		want []string
	}{
		{"a field that nobody changed", story{rows: []HistoryRow{frames}, now: []Noun{testShot("a", 48), sequence}}, []string{"update a reversed"}},
		{"a field changed since", story{rows: []HistoryRow{frames}, now: []Noun{testShot("a", 50), sequence},
			later: []HistoryRow{by("bob", line("entities", "a", "update", "nb_frames", "48", "50"))}}, []string{"update a keptchanged since"}},
		{"changed and changed back stays: somebody wanted it so", story{rows: []HistoryRow{frames}, now: []Noun{testShot("a", 48), sequence},
			later: []HistoryRow{by("bob", line("entities", "a", "update", "nb_frames", "48", "50")), by("bob", line("entities", "a", "update", "nb_frames", "50", "48"))}}, []string{"update a keptchanged since"}},
		{"a later import that was undone does not count", story{rows: []HistoryRow{frames}, now: []Noun{testShot("a", 48), sequence},
			later: []HistoryRow{
				{Table: "entities", Key: "a", Action: "update", Field: "nb_frames", Before: "48", After: "50", Cause: Import, CauseID: "i2"},
				{Table: "entities", Key: "a", Action: "update", Field: "nb_frames", Before: "50", After: "48", Cause: Undo, CauseID: "i2"}}}, []string{"update a reversed"}},
		{"another value without history", story{rows: []HistoryRow{frames}, now: []Noun{testShot("a", 51), sequence}}, []string{"update a keptit is 51 now, not what the import wrote"}},
		{"a row that is gone", story{rows: []HistoryRow{frames}, now: []Noun{sequence}}, []string{"update a keptits row was removed since"}},
		{"a shot with its task", story{rows: []HistoryRow{made, madeTask}, now: []Noun{testShot("a", 48), sequence, task}}, []string{"create a reversed", "create t reversed"}},
		{"a shot whose task was commented", story{rows: []HistoryRow{made, madeTask}, now: []Noun{testShot("a", 48), sequence, task, &Comment{ID: "c", TaskID: "t"}}},
			[]string{`create a kepta task "main" refers to it`, "create t kepta comment refers to it"}},
		{"a shot changed since keeps its task", story{rows: []HistoryRow{made, madeTask}, now: []Noun{testShot("a", 50), sequence, task},
			later: []HistoryRow{by("bob", line("entities", "a", "update", "nb_frames", "48", "50"))}},
			[]string{"create a keptnb_frames changed since", `create t keptit belongs to the shot "SHa", which stays`}},
		{"a sequence with a shot of somebody else", story{rows: []HistoryRow{line("entities", "sq", "create", "", "", "")}, now: []Noun{sequence, testShot("b", 1)}},
			[]string{`create sq kepta shot "SHb" refers to it`}},
		{"a scene that the import gave to an old shot", story{rows: []HistoryRow{line("entities", "sc", "create", "", "", ""), line("entities", "a", "update", "source_id", "null", `"sc"`)},
			now: []Noun{sequence, &Entity{ID: "sc", Kind: Scene}, &Entity{ID: "a", Kind: Shot, SourceID: "sc"}}}, []string{"create sc reversed", "update a reversed"}},
		{"a casting linked again", story{rows: []HistoryRow{line("casting_links", "c", "unlink", "", `{"id":"c","entity_in_id":"a","entity_out_id":"sq","nb_occurences":2}`, "")},
			now: []Noun{sequence, testShot("a", 1)}}, []string{"unlink c reversed"}},
		{"a casting whose asset is gone", story{rows: []HistoryRow{line("casting_links", "c", "unlink", "", `{"id":"c","entity_in_id":"a","entity_out_id":"x"}`, "")},
			now: []Noun{sequence, testShot("a", 1)}}, []string{"unlink c refusedwhat it would refer to is gone"}},
		{"a casting that was made anew", story{rows: []HistoryRow{line("casting_links", "c", "unlink", "", `{"id":"c","entity_in_id":"a","entity_out_id":"sq"}`, "")},
			now: []Noun{sequence, testShot("a", 1), &Casting{ID: "d", EntityInID: "a", EntityOutID: "sq"}}}, []string{"unlink c refuseda casting has its place"}},
		{"what all share", story{rows: []HistoryRow{line("entity_types", "x", "create", "", "", "")}}, []string{"create x refusedall productions share it"}},
		{"a damaged line of history", story{rows: []HistoryRow{line("casting_links", "c", "unlink", "", `{`, "")}},
			[]string{"unlink c refusedwhat it was cannot be read: read row of casting_links: unexpected end of JSON input"}},
	} {
		if got := c.fates(); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestInvertGivesTheWayBack(t *testing.T) {
	minutes := 90.0
	s := story{
		rows: []HistoryRow{
			line("entities", "a", "move", "parent_id", `"old"`, `"sq"`), line("entities", "a", "omit", "canceled", "false", "true"),
			line("entities", "a", "update", "nb_frames", "24", "30"), line("entities", "a", "update", "nb_frames", "30", "48"),
			line("time_spents", "s", "create", "", "", ""), line("tasks", "t", "update", "duration", "0", "60"),
		},
		now: []Noun{
			&Entity{ID: "sq", Kind: Sequence}, &Entity{ID: "old", Kind: Sequence}, &Entity{ID: "a", Kind: Shot, ParentID: "sq", Canceled: true, NbFrames: Ptr(int64(48))},
			&Task{ID: "t", EntityID: "a", Duration: minutes}, &TimeSpent{ID: "s", TaskID: "t", Duration: 60}, &TimeSpent{ID: "u", TaskID: "t", Duration: 30},
		},
		later: []HistoryRow{by("bob", line("tasks", "t", "update", "duration", "60", "90"))},
	}
	var got []string
	for _, c := range s.invert().Changes {
		text := fmt.Sprintf("%T %s", c, c.Target().Key)
		for _, f := range FieldsOf(c) {
			text += fmt.Sprintf(" %s %s→%s", f.Field, f.Before, f.After)
		}
		got = append(got, text)
		if c.From().Cause != Undo {
			t.Errorf("%s is caused by %q", text, c.From().Cause)
		}
	}
	want := []string{`hierarchy.Move a parent_id "sq"→"old"`, "hierarchy.Reinstate a canceled true→false", "hierarchy.Update a nb_frames 48→24", "hierarchy.Delete s", "hierarchy.Update t duration 90→30"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
