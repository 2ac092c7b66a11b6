package api

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
)

func TestOnlySomeFields(t *testing.T) {
	var o object
	o.set("id", "x")
	o.set("name", `a "quoted", \ one`)
	o.set("data", hierarchy.Data(`{"name": "inner", "list": [1, {"id": "no"}, "}"], "k\"ey": ","}`))
	o.set("n", int64(7))
	o.set("none", nil)
	o.set("type", "T")
	for fields, want := range map[string]string{
		"":           string(o.bytes()),
		"name":       `{"id": "x", "name": "a \"quoted\", \\ one", "type": "T"}`,
		"data,none":  `{"id": "x", "data": {"name": "inner", "list": [1, {"id": "no"}, "}"], "k\"ey": ","}, "none": null, "type": "T"}`,
		"n, nothing": `{"id": "x", "n": 7, "type": "T"}`,
		",":          `{"id": "x", "type": "T"}`,
	} {
		var got, wanted any
		left := only(o, fields)
		if err := json.Unmarshal(left.bytes(), &got); err != nil {
			t.Errorf("%q: %v: %s", fields, err, left.bytes())
		}
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(wanted, got); d != "" {
			t.Errorf("%q:\n%s", fields, d)
		}
	}
	if empty := only(object{}, "name"); string(empty.bytes()) != "{}" {
		t.Errorf("%s", empty.bytes())
	}
}

// FuzzOnly: whatever a document holds, what is left is the same as by a reader of
// JSON.
func FuzzOnly(f *testing.F) {
	f.Add(`{"a": "\\\"", "b": [{}, ","]}`, "k\"")
	f.Fuzz(func(t *testing.T, document, text string) {
		if !json.Valid([]byte(document)) {
			return
		}
		var o object
		o.set("id", text)
		o.set("data", hierarchy.Data(document))
		o.set("name", text)
		left := only(o, "name")
		var got map[string]any
		if err := json.Unmarshal(left.bytes(), &got); err != nil || len(got) != 2 || got["data"] != nil {
			t.Errorf("%s: %v", left.bytes(), err)
		}
	})
}
