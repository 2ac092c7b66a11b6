package jsonlist

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"turnover/importers"
	"turnover/importers/importertest"
	"turnover/internal/diag"
)

const shots = `[
{"ID":"","Sequence":"SQ010","Name":"010","Nb Frames":48,"Description":"a \"door\"\nopens","Omitted":"no"},
{"ID":"","Sequence":"SQ010","Name":"=A1","Nb Frames":60,"Description":null,"Omitted":"yes"}
]
`

func file(text string) importers.File { return importers.File{Name: "list.json", Bytes: []byte(text)} }

func read(t *testing.T, text string, opts importers.Options) (*importers.ShotList, diag.List) {
	t.Helper()
	list, found, err := New().Import(t.Context(), file(text), opts)
	if err != nil {
		t.Fatal(err)
	}
	importertest.Promises(t, file(text), list, found)
	return list, found
}

func codes(found diag.List) []string {
	var out []string
	for _, d := range found {
		if d.Severity == diag.Error {
			out = append(out, fmt.Sprintf("%s :%d:%d", d.Code, d.Place.Line, d.Place.Column))
		}
	}
	return out
}

func TestPromises(t *testing.T) {
	good := []importers.File{file(shots), {Name: "mark.json", Bytes: []byte("\xef\xbb\xbf" + shots)},
		{Name: "casting.json", Bytes: []byte(`[{"Sequence":"SQ010","Shot":"010","Asset Type":"Prop","Asset":"=Door","Occurences":2,"Label":null}]`)}}
	bad := []importers.File{{Name: "empty.json"}, {Name: "object.json", Bytes: []byte(`{"a":1}`)}, {Name: "none.json", Bytes: []byte(`[]`)},
		{Name: "cut.json", Bytes: []byte(shots[:len(shots)/2])}, {Name: "latin.json", Bytes: []byte("[{\"Name\":\"\xe9\"}]")}}
	importertest.Run(t, New(), good, bad, importers.Options{})
}

func TestReadsRows(t *testing.T) {
	list, found := read(t, shots, importers.Options{})
	if found.HasErrors() || len(list.Entries) != 2 || list.Kind != importers.Shots {
		t.Fatalf("%+v, %v", list, found)
	}
	first, second := list.Entries[0], list.Entries[1]
	if first.Shot.Text != "010" || first.NbFrames.Value != 48 || first.Description.Text != "a \"door\"\nopens" || first.Shot.Place.Line() != 2 || first.Shot.Place.Column() != 36 {
		t.Errorf("first %+v", first)
	}
	if second.Shot.Text != "=A1" || !second.Omitted.Value || second.Description.State != importers.Empty {
		t.Errorf("second %+v", second)
	}
}

func TestWhatARowDoesNotSayIsAbsent(t *testing.T) {
	list, found := read(t, `[{"Sequence":"SQ010","Name":"A","Description":"x"},{"Sequence":"SQ010","Name":"B"},{"Name":"C","Sequence":"SQ010","Nb Frames":5,"Description":null}]`, importers.Options{})
	if found.HasErrors() || len(list.Entries) != 3 {
		t.Fatalf("%+v, %v", list.Entries, found)
	}
	if list.Entries[0].NbFrames.State != importers.Absent || list.Entries[1].Description.State != importers.Absent ||
		list.Entries[2].Description.State != importers.Empty || list.Entries[2].Sequence.Text != "SQ010" {
		t.Errorf("%+v", list.Entries)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no array", `{"Name":"A"}`, "[JSN003 :1:2]"},
		{"no rows", `[]`, "[JSN003 :1:3]"},
		{"rows of numbers", `[1,2]`, "[JSN003 :1:3]"},
		{"cut off", "[{\"Sequence\":\"S\",\"Name\":\"A\"},\n{\"Sequence\":\"S\"", "[JSN002 :2:16]"},
		{"not JSON", "[{\"Sequence\":\"S\",\"Name\":\"A\"},\n{Name}]", "[JSN002 :2:2]"},
		{"text behind", "[{\"Sequence\":\"S\",\"Name\":\"A\"}] x", "[JSN002 :1:31]"},
		{"nested", `[{"Sequence":"S","Name":["A"]}]`, "[JSN005 :1:25]"},
		{"twice", `[{"Sequence":"S","Name":"A","Name":"B"}]`, "[JSN006 :1:36]"},
		{"latin", "[{\"Sequence\":\"S\",\n\"Name\":\"\xe9\"}]", "[JSN007 :2:0]"},
		{"blank", " \n", "[JSN001 :0:0]"},
	} {
		_, found := read(t, c.text, importers.Options{})
		if got := fmt.Sprint(codes(found)); !strings.HasPrefix(got, strings.TrimSuffix(c.want, "]")) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestLimits(t *testing.T) {
	row := `{"Sequence":"S","Name":"A"}`
	many := "[" + strings.Repeat(row+",", 20) + row + "]"
	for _, l := range []importers.Limits{{Bytes: 10}, {Rows: 5}, {Cells: 7}} {
		if _, found := read(t, many, importers.Options{Limits: l}); !slices.ContainsFunc(found, func(d diag.Diagnostic) bool { return d.Code == CodeTooLarge }) {
			t.Errorf("%+v gave %v", l, found)
		}
	}
	var wide strings.Builder
	for i := range maxColumns + 1 {
		fmt.Fprintf(&wide, `,"c%d":1`, i)
	}
	if _, found := read(t, `[{"Name":"A"`+wide.String()+`}]`, importers.Options{}); !found.HasErrors() {
		t.Error("as many columns as anybody likes")
	}
}

func TestClaims(t *testing.T) {
	for text, want := range map[string]int{
		shots: 95, `[{"a":1}]`: 0, `{"Name":"A"}`: 0, "[1]": 0, "": 0, "Sequence,Name\n": 0,
		`{"OTIO_SCHEMA":"Timeline.1"}`: 0, shots[:60]: 95,
	} {
		if got := New().Claims(file(text)); got != want {
			t.Errorf("%.20q: claims %d, want %d", text, got, want)
		}
	}
}

func FuzzImport(f *testing.F) {
	for _, seed := range []string{shots, "[", "[{", `[{"Name":`, `[{"Name":"A"},1]`, `[{"":null}]`, "[{\"a\":1e999}]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		one := importers.File{Name: "f.json", Bytes: b}
		list, found, err := New().Import(context.Background(), one, importers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		importertest.Promises(t, one, list, found)
		New().Claims(one)
	})
}
