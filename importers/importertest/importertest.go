// Package importertest is what every importer promises, as one suite.
package importertest

import (
	"bytes"
	"context"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"turnover/importers"
	"turnover/internal/diag"
)

// Run checks the promises on files that the importer reads (good) and on files
// that it must refuse (bad).
func Run(t *testing.T, imp importers.Importer, good, bad []importers.File, opts importers.Options) {
	t.Helper()
	if len(good) == 0 {
		t.Fatal("no file to read")
	}
	for _, f := range good {
		t.Run("reads "+f.Name, func(t *testing.T) {
			list, found := read(t, imp, f, opts)
			if found.HasErrors() {
				t.Fatalf("errors in a good file: %v", found)
			}
			if len(list.Entries) == 0 {
				t.Fatal("no entry")
			}
			if got := imp.Claims(f); got == 0 {
				t.Error("does not claim its own file")
			}
			Promises(t, f, list, found)
		})
		t.Run("reads every truncation of "+f.Name, func(t *testing.T) {
			step := max(1, len(f.Bytes)/97)
			for n := 0; n < len(f.Bytes); n += step {
				cut := importers.File{Name: f.Name, Bytes: f.Bytes[:n]}
				list, found := read(t, imp, cut, opts)
				Promises(t, cut, list, found)
			}
		})
		t.Run("stops when told, at "+f.Name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			if _, _, err := imp.Import(ctx, f, opts); err == nil {
				t.Error("a cancelled import goes on")
			}
		})
	}
	for _, f := range bad {
		t.Run("refuses "+f.Name, func(t *testing.T) {
			list, found := read(t, imp, f, opts)
			if !found.HasErrors() {
				t.Error("no error in a bad file")
			}
			Promises(t, f, list, found)
		})
	}
}

// read imports twice and compares: same input, same output, input untouched.
func read(t *testing.T, imp importers.Importer, f importers.File, opts importers.Options) (*importers.ShotList, diag.List) {
	t.Helper()
	before := slices.Clone(f.Bytes)
	list, found, err := imp.Import(context.Background(), f, opts)
	if err != nil {
		t.Fatalf("import: %v", err)
	}
	again, foundAgain, err := imp.Import(context.Background(), f, opts)
	if err != nil {
		t.Fatalf("import again: %v", err)
	}
	if !reflect.DeepEqual(list, again) || !reflect.DeepEqual(found, foundAgain) {
		t.Error("the same bytes gave another list")
	}
	if !bytes.Equal(before, f.Bytes) {
		t.Error("the input was changed")
	}
	if c := imp.Claims(f); c < 0 || c > 100 {
		t.Errorf("claims %d, not 0 to 100", c)
	}
	return list, found
}

// roomAboveInput is how much an import may allocate beside what its input asks
// for; perByte is what one byte of input may cost.
const (
	roomAboveInput = 64 << 20
	perByte        = 600 // a byte of an EDL may be a line, which is counted
)

// Bounded imports a file and fails where more memory was asked for than a small
// file can need, all of it counted, also what was given back.
func Bounded(t testing.TB, imp importers.Importer, f importers.File, opts importers.Options) (*importers.ShotList, diag.List) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	list, found, err := imp.Import(context.Background(), f, opts)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if asked := after.TotalAlloc - before.TotalAlloc; asked > roomAboveInput+perByte*uint64(len(f.Bytes)) {
		t.Errorf("%d bytes of input took %d MiB", len(f.Bytes), asked>>20)
	}
	return list, found
}

// Promises checks what holds for every outcome: the lines add up, and every
// entry and finding has a place and every finding a code.
func Promises(t testing.TB, f importers.File, list *importers.ShotList, found diag.List) {
	t.Helper()
	if list == nil {
		t.Fatal("no list")
	}
	l := list.Lines
	if l.Understood+l.Ignored+l.InError != l.Total || l.Understood < 0 || l.Ignored < 0 || l.InError < 0 {
		t.Errorf("lines do not add up: %+v", l)
	}
	for _, e := range list.Entries {
		if e.Place.File != f.Name || e.Place.Line < 1 {
			t.Errorf("entry without place: %+v", e.Place)
		}
	}
	for _, ev := range list.Events {
		if ev.Place.File != f.Name || ev.Place.Line < 1 {
			t.Errorf("event without line: %+v", ev.Place)
		}
	}
	for _, d := range found {
		if d.Code == "" || d.Place.File != f.Name || d.Summary == "" {
			t.Errorf("finding without code, file or summary: %+v", d)
		}
	}
	if list.Source.Name != f.Name || list.Source.SHA256 != f.SHA256() {
		t.Errorf("source is not the file: %+v", list.Source)
	}
}
