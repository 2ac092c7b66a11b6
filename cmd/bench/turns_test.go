package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// does is a contestant that always needs so long and gives this.
func does(name string, wall time.Duration, peak int64, result string, rows ...string) Contestant {
	c := Contestant{Name: name, Do: func(context.Context) (Sample, error) { return Sample{wall, wall / 2, peak, result}, nil }}
	if rows != nil {
		c.Rows = func(_ context.Context, to string) error {
			return os.WriteFile(to, []byte(strings.Join(rows, "\n")), 0o644)
		}
	}
	return c
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		runs []time.Duration
		want Spread
	}{{nil, Spread{}}, {[]time.Duration{3}, Spread{3, 3, 3}}, {[]time.Duration{9, 1, 2}, Spread{2, 1, 9}}, {[]time.Duration{1, 9, 3, 5}, Spread{4, 1, 9}}} {
		if got := spreadOf(c.runs); got != c.want {
			t.Errorf("%v: %v, want %v", c.runs, got, c.want)
		}
	}
}

// Ratios are of medians, and of what gave the same.
func TestRatios(t *testing.T) {
	row := measure(t.Context(), Work{Name: "EDL", Size: "2 events", Ours: does("turnover", time.Second, 10e6, "2", "a", "b"),
		Peers: []Contestant{does("slow", 12*time.Second, 5e6, "2", "a", "b"), does("other", 30*time.Second, 7e6, "2", "a", "c"), does("fewer", 31*time.Second, 7e6, "1"), does("short", 32*time.Second, 7e6, "2", "a")},
		Aims:  []Aim{{Of: "slow", What: Wall, AtLeast: 10}, {Of: "slow", What: Peak, AtLeast: 1}, {Of: "other", What: Wall, AtLeast: 10}, {What: Wall, Under: 2 * time.Second}}}, 3, t.TempDir())
	page, err := Report{Rows: []Row{row}, Runs: 3}.page("")
	if err != nil {
		t.Fatal(err)
	}
	var terminal strings.Builder
	(&printer{out: &terminal}).row(row)
	for _, text := range []string{page, terminal.String()} {
		for _, want := range []string{"12 ×", "0.50 ×", `row 2: turnover "b", peer "c"`, `row 2: turnover "b", peer "(no more rows)"`, "turnover: 2; fewer: 1", "10 × slow in time", "not above slow in memory", "no reason is known yet", "under 2.00 s"} {
			if !strings.Contains(text, want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
		for _, ratio := range []string{"30 ×", "31 ×", "32 ×", "10 × other"} {
			if strings.Contains(text, ratio) {
				t.Errorf("%q, though the results differ:\n%s", ratio, text)
			}
		}
	}
}

// What takes minutes runs once, all else once more than is counted.
func TestRuns(t *testing.T) {
	for _, once := range []bool{false, true} {
		var turns []string
		takes := func(name string) Contestant {
			return Contestant{Name: name, Do: func(context.Context) (Sample, error) {
				turns = append(turns, name)
				return Sample{Wall: time.Duration(len(turns)), Result: "x"}, nil
			}}
		}
		row := measure(t.Context(), Work{Once: once, Ours: takes("a"), Peers: []Contestant{takes("b")}}, 3, t.TempDir())
		want, counted := "abababab", Score{Runs: 3, Wall: Spread{5, 3, 7}}
		if once {
			want, counted = "ab", Score{Runs: 1, Wall: Spread{1, 1, 1}}
		}
		if got := strings.Join(turns, ""); got != want || row.Ours.Runs != counted.Runs || row.Ours.Wall != counted.Wall {
			t.Errorf("once %v: turns %s, want %s; %+v", once, got, want, row.Ours)
		}
	}
}

// What fails is said, and has no figures.
func TestFailures(t *testing.T) {
	fails := Contestant{Name: "breaks", Do: func(context.Context) (Sample, error) { return Sample{}, errors.New("it | broke") }}
	wavers := 0
	row := measure(t.Context(), Work{Name: "w", Ours: does("turnover", time.Second, 1e6, "2"), Peers: []Contestant{fails, {Name: "wavers", Do: func(context.Context) (Sample, error) {
		wavers++
		return Sample{Wall: time.Hour, Result: strings.Repeat("x", wavers)}, nil
	}}}}, 2, t.TempDir())
	if row.Failed != "" || row.Peers[0].Unmeasured != "it | broke" || !strings.HasPrefix(row.Peers[1].Unmeasured, "two runs give two results") {
		t.Errorf("%+v", row)
	}
	broken := measure(t.Context(), Work{Name: "v", Ours: fails, Peers: []Contestant{does("peer", time.Second, 1, "2")}, Aims: []Aim{{What: Wall, Under: time.Hour}}}, 1, t.TempDir())
	report := Report{Rows: []Row{row, broken}}
	if err := report.failures(); err == nil || !strings.Contains(err.Error(), "it | broke") || strings.Contains(err.Error(), "w,") {
		t.Errorf("failures are %v", err)
	}
	page, err := report.page("")
	if err != nil || strings.Contains(page, "it | broke") || !strings.Contains(page, "not done: it / broke") || strings.Contains(page, "under 3600 s") {
		t.Errorf("%v\n%s", err, page)
	}
	if row := measure(t.Context(), Work{Setup: func(context.Context) error { return errors.New("no input") }}, 1, ""); row.Failed != "no input" {
		t.Errorf("%+v", row)
	}
}

// A recorded figure stands in a column of its own; aims are held against the quickest.
func TestRecorded(t *testing.T) {
	row := measure(t.Context(), Work{Name: "new", Size: "1,000 shots", Ours: does("turnover", 100*time.Millisecond, 1e6, "x"), Recorded: "import-csv-1000", Aims: []Aim{{Of: "import-csv-1000", What: Wall, AtLeast: 500}}}, 1, t.TempDir())
	page, err := Report{Rows: []Row{row}}.page("")
	if err != nil || !strings.Contains(page, "Kitsu: 77 – 126 s") || !strings.Contains(page, "| 500 × Kitsu as recorded | 770 × | met |") {
		t.Errorf("%v\n%s", err, page)
	}
	known, err := records()
	if err != nil {
		t.Fatal(err)
	}
	for key, r := range known {
		if r.Low <= 0 || r.High < r.Low || r.Source == "" || r.Machine == "" {
			t.Errorf("%s is %+v", key, r)
		}
	}
}

// A page is made of its figures alone: reasons that are found later are written into it.
func TestPageAgain(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.md")
	row := measure(t.Context(), Work{Name: "EDL", Ours: does("turnover", time.Second, 10e6, "2"), Peers: []Contestant{does("slow", 12*time.Second, 5e6, "2")},
		Aims: []Aim{{Of: "slow", What: Wall, AtLeast: 10}, {Of: "slow", What: Peak, AtLeast: 1}}}, 3, t.TempDir())
	r := Report{Rows: []Row{row}, Runs: 3, Began: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Took: time.Minute}
	want, err := r.page(filepath.Base(pictureOf(page)))
	if err != nil {
		t.Fatal(err)
	}
	figures, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(figuresOf(page), figures, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), []string{"-again", "-page", page}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(page); err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	if err := run(t.Context(), []string{"-again", "-page", filepath.Join(t.TempDir(), "other.md")}); err == nil {
		t.Error("a page is written of no figures")
	}
}

func TestFlags(t *testing.T) {
	for _, bad := range [][]string{{"-runs", "0"}, {"-classes", "small,huge"}, {"-only", "("}, {"-fast"}} {
		if _, err := parse(bad); err == nil {
			t.Errorf("%q are taken", bad)
		}
	}
	o, err := parse([]string{"-classes", "small,full", "-only", "EDL"})
	if err != nil || len(o.classes) != 2 || !o.only.MatchString("Reading lists, EDL, 10") {
		t.Errorf("%+v, %v", o, err)
	}
}
