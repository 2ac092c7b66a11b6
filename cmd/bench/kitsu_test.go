package main

import (
	"runtime"
	"slices"
	"testing"

	"turnover/cmd/bench/made"
	"turnover/store/storetest"
)

// TestKitsuWorks does the works that want a Kitsu at a tiny size, without it:
// turnover's own ways to the same result agree.
func TestKitsuWorks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("servers are measured on Linux")
	}
	b := testBench(t)
	url, stop, err := storetest.StartPostgres()
	if err == nil {
		b.server = url
		t.Cleanup(func() { _ = stop() })
	}
	z := &zous{Bench: b}
	works := slices.Concat(z.imports(30), z.large(production{b, made.Production{Name: "small", Shots: 60, Tasks: 4, Sheets: 1000, Comments: 700}, Kitsu}))
	for _, w := range works {
		if w.Class != Kitsu {
			t.Errorf("%s is no work of Kitsu's", w.Name)
		}
		w.Peers = slices.DeleteFunc(w.Peers, func(c Contestant) bool {
			return c.Name == "Kitsu" || b.server == "" && slices.Contains([]string{"turnover, PostgreSQL", "turnover serve, PostgreSQL"}, c.Name)
		})
		row := measure(t.Context(), w, 1, b.folder)
		if row.Failed != "" || row.Ours.Wall.Median <= 0 || row.Ours.Peak <= 0 || row.Ours.Result == "" {
			t.Errorf("%s: %+v", w.Name, row)
		}
		for _, s := range row.Peers {
			if s.Unmeasured != "" || s.Disagrees != "" {
				t.Errorf("%s: %s: %s%s", w.Name, s.Name, s.Unmeasured, s.Disagrees)
			}
		}
		t.Logf("%s: %s", w.Name, row.Ours.Result)
	}
}
