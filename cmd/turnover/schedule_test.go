package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"turnover/schedule"
)

// kept is a ledger of fixed marks.
type kept []schedule.Mark

func (k kept) Mark(_ context.Context, key string) (*schedule.Mark, error) {
	for _, m := range k {
		if m.Key == key {
			return &m, nil
		}
	}
	return nil, nil
}

func (k kept) Marks(_ context.Context, prefix string) (out []schedule.Mark, err error) {
	for _, m := range k {
		if strings.HasPrefix(m.Key, prefix) {
			out = append(out, m)
		}
	}
	return out, nil
}

func (kept) PutMark(context.Context, schedule.Mark) error { return nil }

// TestTimetableTellsTheLast wants the state of an entry's newest occurrence, not
// of one of its places nor of an entry whose name begins alike.
func TestTimetableTellsTheLast(t *testing.T) {
	c, err := configOf(t, "reports:\n  - {name: weekly, cron: \"0 8 * * 7\", report: quota, project: tv, timezone: Europe/Paris, if_missed: all up to 2}\n"+
		"publish:\n  - {name: nightly, cron: \"@daily\", to: data}\n")
	if err != nil {
		t.Fatal(err)
	}
	all, err := c.scheduled()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 15, 7, 0, 40, 0, time.UTC)
	begun, err := all[0].Begin(at)
	if err != nil {
		t.Fatal(err)
	}
	ledger := kept{begun, {Key: "report/weekly/2026-11-08T08:00", State: "given up", At: at}, {Key: "report/weekly/2026-11-15T08:00", State: "done", At: at},
		{Key: "report/weekly/2026-11-15T08:00/folder/x", State: "sent", At: at}, {Key: "report/weekly/2/2026-11-22T08:00", State: "held", At: at}}
	q := asked{from: time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC), next: 2}
	shown, err := q.timetable(context.Background(), ledger, all)
	if err != nil {
		t.Fatal(err)
	}
	if last := shown.Entries[0].Last; last == nil || *last != (timetableLast{"2026-11-15T08:00", "done", "2026-11-15T07:00:40Z"}) {
		t.Errorf("last %+v", last)
	}
	if shown.Entries[1].Last != nil || shown.Entries[1].IfMissed != "once" || shown.Entries[1].Zone != "UTC" {
		t.Errorf("nightly: %+v", shown.Entries[1])
	}
	var rows []string
	for _, r := range shown.Occurrences {
		rows = append(rows, r.Entry+" "+r.Wall+" "+r.State)
	}
	want := "weekly 2026-11-22T08:00 skipped, weekly 2026-11-29T08:00 missed, weekly 2026-12-06T08:00 missed, nightly 2026-12-08T00:00 due, nightly 2026-12-09T00:00 due"
	if got := strings.Join(rows, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
