package hierarchy

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// Every field of every noun can be read, set and read back, and its archive
// key is the one that encoding/json writes.
func TestFieldsOfNouns(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range Tables() {
		if seen[n.Table()] {
			t.Errorf("%s stands twice", n.Table())
		}
		seen[n.Table()] = true
		names := map[string]bool{}
		text, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		var keys map[string]json.RawMessage
		if err := json.Unmarshal(text, &keys); err != nil {
			t.Fatal(err)
		}
		for _, f := range FieldsOfNoun(n) {
			if names[f.Name] {
				t.Errorf("%s has %s twice", n.Table(), f.Name)
			}
			names[f.Name] = true
			if _, ok := keys[f.JSON]; f.JSON != "" && !ok {
				t.Errorf("%s.%s is not written", n.Table(), f.JSON)
			}
			delete(keys, f.JSON)
			value := sample(f.Type)
			if err := Set(n, f.Name, value); err != nil {
				t.Errorf("set: %v", err)
			}
			if got, err := Get(n, f.Name); err != nil || got != value {
				t.Errorf("%s.%s is %s (%v), set to %s", n.Table(), f.Name, got, err, value)
			}
			if err := Set(n, f.Name, "null"); err != nil || !reflect.ValueOf(n).Elem().FieldByIndex(f.Index).IsZero() {
				t.Errorf("%s.%s is not emptied: %v", n.Table(), f.Name, err)
			}
			if err := Set(n, f.Name, `{"a"`); err == nil {
				t.Errorf("%s.%s took what is no JSON", n.Table(), f.Name)
			}
		}
		delete(keys, "assignees")
		if len(keys) > 0 {
			t.Errorf("%s writes %v, which no field has", n.Table(), keys)
		}
	}
}

// sample gives a value that a field of a type can hold.
func sample(t reflect.Type) Value {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch reflect.Zero(t).Interface().(type) {
	case Time:
		return `"2026-01-05T09:00:00"`
	case Day:
		return `"2026-01-05"`
	case Data:
		return `{"a":1}`
	}
	switch t.Kind() {
	case reflect.String:
		return `"x"`
	case reflect.Bool:
		return "true"
	}
	return "7"
}

func TestGetAndSetRefuse(t *testing.T) {
	e := &Entity{}
	for _, field := range []string{"", "nope", "Name", "stamps", "name.key", "data2.key"} {
		if v, err := Get(e, field); err == nil {
			t.Errorf("get %q gives %s", field, v)
		}
		if Set(e, field, "1") == nil {
			t.Errorf("set %q is accepted", field)
		}
	}
	if Set(e, "nb_frames", `"many"`) == nil {
		t.Error("text was taken for frames")
	}
	if err := Set(e, "data.frame_in", "101"); err != nil || string(e.Data) != `{"frame_in":101}` {
		t.Errorf("data is %s (%v)", e.Data, err)
	}
	if v, err := Get(e, "data.frame_in"); err != nil || v != "101" {
		t.Errorf("frame_in is %s (%v)", v, err)
	}
}

func TestPatch(t *testing.T) {
	e := &Entity{ID: "e", Name: "SH010", NbFrames: Ptr(int64(48)), Data: Data(`{"frame_in":1001}`)}
	err := Patch(e, []FieldChange{{"nb_frames", "48", "50"}, {"data.frame_in", "1001", ""}, {"data.fps", "", `"25"`}, {"description", "", `"new"`}})
	if err != nil {
		t.Fatal(err)
	}
	if e.Frames() != 50 || string(e.Data) != `{"fps":"25"}` || *e.Description != "new" {
		t.Errorf("patched to %+v", e)
	}
	before := *e
	err = Patch(e, []FieldChange{{"name", `"SH010"`, `"SH011"`}, {"nb_frames", "48", "60"}})
	var stale *StaleError
	if !errors.As(err, &stale) || stale.Ref != (Ref{"entities", "e"}) || stale.Field != "nb_frames" || stale.Planned != "48" || stale.Real != "50" {
		t.Fatalf("error %v", err)
	}
	for _, word := range []string{"entities e", "nb_frames", "48", "50"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
	if !reflect.DeepEqual(*e, before) {
		t.Errorf("a refused patch changed %+v", e)
	}
	if err := Patch(e, []FieldChange{{"canceled", "", "true"}}); !errors.As(err, &stale) {
		t.Errorf("false is not absent: %v", err)
	}
	if Patch(e, []FieldChange{{"nope", "", "1"}}) == nil {
		t.Error("an unknown field was patched")
	}
	if Patch(e, []FieldChange{{"created_at", "null", `"never"`}}) == nil {
		t.Error("a bad time was patched")
	}
}

func TestDiff(t *testing.T) {
	a := &Entity{ID: "e", Name: "A", Data: Data(`{"a": 1}`), NbFrames: Ptr(int64(5))}
	b := Clone(a)
	b.Data, b.NbFrames = Data(`{"a":1}`), Ptr(int64(5))
	if d := Diff(a, b); len(d) != 0 {
		t.Errorf("equal rows differ: %v", d)
	}
	b.Name, b.NbFrames, b.ParentID = "B", nil, "p"
	want := []FieldChange{{"name", `"A"`, `"B"`}, {"parent_id", "null", `"p"`}, {"nb_frames", "5", "null"}}
	got := Diff(a, b)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("diff %v, want %v", got, want)
	}
	if err := Patch(a, got); err != nil || len(Diff(a, b)) != 0 {
		t.Errorf("a patch by its diff leaves %v (%v)", Diff(a, b), err)
	}
}

func BenchmarkGet(b *testing.B) {
	t := &Task{ID: "t", RetakeCount: Ptr(int64(2))}
	b.ReportAllocs()
	for b.Loop() {
		if v, err := Get(t, "retake_count"); err != nil || v != "2" {
			b.Fatal(v, err)
		}
	}
}

func BenchmarkFieldByName(b *testing.B) {
	p := &Project{}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := fieldByName(p, "updated_at"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDiff(b *testing.B) {
	x := &Task{ID: "t", Name: "main", Data: Data(`{"a":1}`)}
	y := Clone(x)
	y.Duration = 60
	b.ReportAllocs()
	for b.Loop() {
		if len(Diff(x, y)) != 1 {
			b.Fatal("no difference")
		}
	}
}
