package archive

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"testing/fstest"

	"turnover/hierarchy"
)

func empty(string) (map[string]hierarchy.Noun, error) { return nil, nil }

// However few rows are held in memory, the changes are the same.
func TestRowsOutsideMemory(t *testing.T) {
	read := func(atOnce int) []hierarchy.Change {
		was := rowsAtOnce
		rowsAtOnce = atOnce
		defer func() { rowsAtOnce = was }()
		a, found, err := Read(context.Background(), os.DirFS(filepath.Join("..", "testdata", "demo", "studio")))
		if err != nil || found.HasErrors() {
			t.Fatal(err, found)
		}
		changes, _, found, err := a.Changes(empty, hierarchy.Origin{Cause: hierarchy.Load, Place: "studio"})
		if err != nil || found.HasErrors() {
			t.Fatal(err, found)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		return changes
	}
	want := read(1 << 20)
	for _, n := range []int{1, 2, 50} {
		if got := read(n); !reflect.DeepEqual(got, want) {
			t.Errorf("%d rows at once give other changes", n)
		}
	}
}

// The owner of a place is the first that has it, wherever the rows lie.
func TestOwnersOutsideMemory(t *testing.T) {
	was := rowsAtOnce
	rowsAtOnce = 1
	defer func() { rowsAtOnce = was }()
	person := func(id string) string { return fmt.Sprintf(`{"id": %q, "email": "a@example.com"}`+"\n", id) }
	folder := fstest.MapFS{"persons.jsonl": &fstest.MapFile{Data: []byte(person("1") + person("2") + person("3"))}}
	a, _, err := Read(context.Background(), fs.FS(folder))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	_, _, found, err := a.Changes(empty, hierarchy.Origin{})
	if err != nil || len(found) != 2 {
		t.Fatal(err, found)
	}
	for i, d := range found {
		if want := fmt.Sprintf(`persons %d: email "a@example.com" belongs to 1 already. Load the archive into another database, or make the ids agree`, i+2); d.Code != CodeTwice || d.Detail != want || d.Place.Line != i+2 {
			t.Errorf("%v, want %q", d, want)
		}
	}
}

// Damage to a temporary file is an error.
func TestDamagedRows(t *testing.T) {
	a := &Archive{files: []string{"persons.jsonl"}}
	order := a.order(&hierarchy.Person{})
	whole := order.Encode(nil, &row{noun: &hierarchy.Person{ID: "p", LastName: "Läng"}})
	for n := range whole {
		if err := order.Decode(whole[:n], &row{}); err == nil {
			t.Errorf("%d bytes of %d are a row", n, len(whole))
		}
	}
	if err := order.Decode(append([]byte{7}, whole[1:]...), &row{}); err == nil {
		t.Error("a file that is none of the archive's")
	}
}
