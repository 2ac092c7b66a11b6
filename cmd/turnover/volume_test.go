// Peak memory is counted in kilobytes on Linux only.

//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"turnover/cmd/bench/made"
)

// volumeDatabase makes the database of a production with so many time sheets, four
// on each task, or takes the one that TURNOVER_VOLUME_DIR holds from an earlier run.
func volumeDatabase(t *testing.T, sheets int) *program {
	t.Helper()
	p := &program{t: t, dir: t.TempDir()}
	if dir := os.Getenv("TURNOVER_VOLUME_DIR"); dir != "" {
		p.dir = dir
	}
	p.db = filepath.Join(p.dir, fmt.Sprintf("volume-%d.db", sheets))
	if _, err := os.Stat(p.db); err == nil {
		return p
	} else if !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	archive, aside := filepath.Join(t.TempDir(), "archive"), p.db+".writing"
	work := made.Production{Name: "volume", Shots: sheets / 40, Tasks: 10, Sheets: sheets, Comments: sheets / 2}
	if err := work.WriteArchive(t.Context(), archive); err != nil {
		t.Fatal(err)
	}
	p.must("db", "migrate", "--db", aside)
	p.must("archive", "load", archive, "--db", aside)
	if err := os.Rename(aside, p.db); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestVolume measures a publication of TURNOVER_VOLUME time sheets and the
// reports of the same production, in time and peak memory, beside DuckDB.
func TestVolume(t *testing.T) {
	sheets := 2000 // that the figures agree; TURNOVER_VOLUME=1000000 asks for the measurements of the documentation
	if wanted, err := strconv.Atoi(os.Getenv("TURNOVER_VOLUME")); err == nil && wanted > 0 {
		sheets = wanted
	}
	p := volumeDatabase(t, sheets)
	to := filepath.Join(t.TempDir(), "dataset")
	out, took := p.measured("publish", "--all", "--to", to, "--json")
	var got struct{ Rows map[string]int64 }
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if got.Rows["time_spents"] != int64(sheets) || got.Rows["tasks"] != int64(sheets/4) {
		t.Errorf("rows %v", got.Rows)
	}
	t.Logf("publish %d time sheets on %d tasks, %d quota days, %d MB: %v", sheets, sheets/4, got.Rows["quota_days"], sizeOf(t, to)>>20, took)
	t.Log(besideDuckDB(t, to, reportsOfVolume(t, p)))
}
