package main

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"turnover/pipeline"
	"turnover/schedule"
	"turnover/schedule/jobs"
)

// TestLostQueue: what was handed over to a queue that is lost is handed over
// again, unless something came of it.
func TestLostQueue(t *testing.T) {
	for state, want := range map[string]int{"": 1, pipeline.OccurrenceBegun: 1, pipeline.OccurrenceDone: 0, pipeline.OccurrenceHeld: 0, pipeline.OccurrenceGivenUp: 0} {
		c, err := configOf(t, "reports: [{name: monday, cron: \"0 8 * * MON\", timezone: Europe/Paris, report: quota, project: tv, deliver: [{folder: out}]}]")
		if err != nil {
			t.Fatal(err)
		}
		a := &app{now: time.Now, config: c, db: filepath.Join(t.TempDir(), "t.db"), log: zerolog.Nop()}
		p := a.bare()
		if p.Store, err = makeStore(t.Context(), a.db); err != nil {
			t.Fatal(err)
		}
		ledger := pipeline.Ledger{Store: p.Store}
		at := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
		marks := []schedule.Mark{{Key: "schedule/monday", State: schedule.Queued, At: at, Result: []byte(`{"expression": "0 8 * * MON", "zone": "Europe/Paris", "wall": "2026-11-23T08:00"}`)}}
		if state != "" {
			marks = append(marks, schedule.Mark{Key: "report/monday/2026-11-23T08:00", State: state, At: at, Result: []byte(`{}`)})
		}
		for _, m := range marks {
			if err := ledger.PutMark(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		s, err := a.newService(t.Context(), p, newMetrics())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time it is there
			if err := s.resume(t.Context()); err != nil {
				t.Error(err)
			}
		}
		found, err := s.queue.List(t.Context())
		if err != nil || len(found) != want {
			t.Errorf("%q: jobs %+v, want %d: %v", state, found, want, err)
		}
		if len(found) == 1 && (found[0].Key != "occurrence/monday/2026-11-23T08:00" || found[0].Kind != reportJob || found[0].State != jobs.Waiting) {
			t.Errorf("%+v", found[0])
		}
		if err := errors.Join(s.queue.Close(), p.Store.Close()); err != nil {
			t.Error(err)
		}
	}
}
