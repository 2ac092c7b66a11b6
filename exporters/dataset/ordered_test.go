package dataset

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// TestStreamsAreSortedOutsideMemory: rows that are too many for memory come in
// the same order, each once.
func TestStreamsAreSortedOutsideMemory(t *testing.T) {
	const n = 5000
	for _, memory := range []int{orderedMemory, 64 << 10} {
		f := shuffled(t, n, nil)
		f.memory = memory
		rows := 0
		var last hierarchy.TimeSpent
		for row, err := range f.TimeSpents() {
			if err != nil {
				t.Fatal(err)
			}
			if hierarchy.CompareTimeSpents(&last, row) >= 0 {
				t.Fatalf("%+v comes after %+v", row, last)
			}
			if want := fmt.Sprintf("t%04d", rows/5); string(row.TaskID) != want || row.Duration != float64(rows%5) {
				t.Fatalf("row %d is %+v", rows, row)
			}
			rows++
			last = *row
		}
		if rows != n {
			t.Errorf("%d rows of %d", rows, n)
		}
	}
}

func TestAStreamThatBreaksIsAnError(t *testing.T) {
	broken := errors.New("broken")
	n := 0
	for _, err := range shuffled(t, 5, broken).TimeSpents() {
		if n++; err == nil {
			t.Error("a row of a table that breaks")
		}
	}
	if n != 1 {
		t.Errorf("%d errors", n)
	}
}

// shuffled has time sheets in no order, five on each task, and then an error.
func shuffled(t *testing.T, n int, end error) *facts {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	none := sha256.Sum256(nil)
	about := ManifestTable{Name: "time_spents", Files: []ManifestFile{{Path: "f", SHA256: hex.EncodeToString(none[:])}}}
	for _, c := range append(columnsOfFields(sheetFields()), text(projectColumn, "")) {
		about.Columns = append(about.Columns, ManifestColumn{Name: c.Name, Type: c.Type})
	}
	choose := func(context.Context, File, []table.Column, int64, string) table.Rows {
		return func(yield func(table.Row, error) bool) {
			for _, i := range rand.Perm(n) {
				day := time.Date(2026, 1, 1+i%5, 0, 0, 0, 0, time.UTC)
				if !yield(table.Row{fmt.Sprint("id", i), fmt.Sprintf("t%04d", i/5), "ada", day, float64(i % 5), "p"}, nil) {
					return
				}
			}
			if end != nil {
				yield(nil, end)
			}
		}
	}
	r := &Reading{Manifest: Manifest{Tables: []ManifestTable{about}}, from: Folder(dir), choose: choose, checked: map[string]bool{}}
	return &facts{ctx: t.Context(), r: r, dim: &hierarchy.Snapshot{Project: &hierarchy.Project{ID: "p"}}, memory: orderedMemory}
}
