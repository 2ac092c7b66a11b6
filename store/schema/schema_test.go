package schema

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/store"
)

func TestEveryNounAndRecordHasItsTable(t *testing.T) {
	for _, n := range hierarchy.Tables() {
		table := TableNamed(n.Table())
		if table == nil || !table.IsNoun() || len(table.Columns) != len(hierarchy.FieldsOfNoun(n)) {
			t.Errorf("%s is not described as its struct", n.Table())
		}
	}
	for name, want := range map[string]string{
		"sources": "sha256 name bytes kept_at version options",
		"cuts":    "id project_id scope revision import_id source_sha source_name title fps done_at body",
		"history": "seq done_at project_id author cause cause_id place table_name row_key action field value_before value_after",
	} {
		if got := strings.Join(TableNamed(name).Names(), " "); got != want {
			t.Errorf("%s: got columns %s, want %s", name, got, want)
		}
	}
	for name, columns := range columnSince {
		for column, since := range columns {
			if c := TableNamed(name).Column(column); c == nil || c.Since != since || !c.Null {
				t.Errorf("%s.%s is added later and must be there and may be null: %+v", name, column, c)
			}
		}
	}
	if TableNamed("none") != nil || TableNamed("tasks").Column("assignees") != nil {
		t.Error("a table or column is described that there is not")
	}
}

func TestKeysReferencesAndIndexesNameColumns(t *testing.T) {
	for _, table := range Tables() {
		named := append([]string{}, table.Key...)
		for _, f := range table.Foreign {
			named = append(named, f.Column)
			if target := TableNamed(f.Table); target == nil || target.Key[0] != "id" {
				t.Errorf("%s.%s refers to %s, which has no id", table.Name, f.Column, f.Table)
			}
		}
		for _, u := range table.Unique {
			named = append(named, u.Columns...)
		}
		for _, index := range table.Indexes {
			named = append(named, index...)
		}
		for _, r := range table.Reindex {
			named = append(named, r.Make...)
			if r.Drop != nil && !slices.ContainsFunc(table.Indexes, func(index []string) bool { return slices.Equal(index, r.Drop) }) {
				t.Errorf("%s has no index %v to drop", table.Name, r.Drop)
			}
		}
		for _, name := range named {
			if table.Column(name) == nil {
				t.Errorf("%s has no column %q", table.Name, name)
			}
		}
	}
}

func TestValuesOfColumns(t *testing.T) {
	at, err := hierarchy.ParseTime("2026-01-02T03:04:05.6")
	if err != nil {
		t.Fatal(err)
	}
	e := &hierarchy.Entity{ID: "e", Kind: hierarchy.Shot, NbFrames: hierarchy.Ptr(int64(7)), Data: hierarchy.Data("{}"), Canceled: true, Stamps: hierarchy.Stamps{CreatedAt: at}}
	for name, want := range map[string]any{"id": "e", "kind": "Shot", "parent_id": nil, "nb_frames": int64(7), "nb_entities_out": nil, "data": "{}",
		"canceled": true, "created_at": "2026-01-02T03:04:05.6", "updated_at": nil, "name": ""} {
		if got := TableNamed("entities").Column(name).Value(e); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]any{"bytes": []byte{1}, "options": nil} {
		if got := TableNamed("sources").Column(name).Value(&store.SourceRecord{Bytes: []byte{1}}); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestFieldNamesBecomeColumns(t *testing.T) {
	for field, want := range map[string]string{"ID": "id", "SHA256": "sha256", "SourceSHA": "source_sha", "KeptAt": "kept_at", "FPS": "fps", "CauseID": "cause_id", "PlanIDOf": "plan_id_of"} {
		if got := snake(field); got != want {
			t.Errorf("%s: got %s, want %s", field, got, want)
		}
	}
}
