package pipeline

import (
	"testing"

	"turnover/schedule"
)

func TestSpanIsFixedByTheOccurrence(t *testing.T) {
	for _, c := range []struct{ period, wall, from, to, file string }{
		{"last-week", "2026-11-23T08:00", "2026-11-16", "2026-11-22", "q-2026-W47.xlsx"},
		{"last-week", "2026-11-29T23:59", "2026-11-16", "2026-11-22", "q-2026-W47.xlsx"}, // a Sunday is the week's last day
		{"last-week", "2026-01-05T08:00", "2025-12-29", "2026-01-04", "q-2026-W01.xlsx"}, // ISO year
		{"last-week", "2027-01-04T08:00", "2026-12-28", "2027-01-03", "q-2026-W53.xlsx"},
		{"this-week", "2026-11-25T08:00", "2026-11-23", "2026-11-29", "q-2026-W48-on-2026-11-25.xlsx"},
		{"last-day", "2024-03-01T00:00", "2024-02-29", "2024-02-29", "q-2024-02-29.xlsx"},
		{"this-day", "2024-03-01T00:00", "2024-03-01", "2024-03-01", "q-2024-03-01.xlsx"},
		{"last-month", "2026-01-31T08:00", "2025-12-01", "2025-12-31", "q-2025-12.xlsx"},
		{"last-month", "2026-03-31T08:00", "2026-02-01", "2026-02-28", "q-2026-02.xlsx"},
		{"this-month", "2026-11-30T08:00", "2026-11-01", "2026-11-30", "q-2026-11-on-2026-11-30.xlsx"},
		{"last-year", "2026-12-31T08:00", "2025-01-01", "2025-12-31", "q-2025.xlsx"},
		{"this-year", "2026-12-31T08:00", "2026-01-01", "2026-12-31", "q-2026-on-2026-12-31.xlsx"},
		{"all", "2026-11-23T08:00", "", "", "q-2026-11-23.xlsx"},
		{"", "2026-11-23T08:00", "", "", "q-2026-11-23.xlsx"},
	} {
		o := schedule.Occurrence{Entry: "q", Wall: c.wall}
		s, err := spanOf(c.period, o)
		if err != nil || string(s.from) != c.from || string(s.to) != c.to || s.fileName("q", ".xlsx", o) != c.file {
			t.Errorf("%s on %s: %+v, %s, %v", c.period, c.wall, s, s.fileName("q", ".xlsx", o), err)
		}
	}
	for _, c := range [][2]string{{"next-week", "2026-11-23T08:00"}, {"last-decade", "2026-11-23T08:00"}, {"week", "2026-11-23T08:00"}, {"last-week", "Monday"}} {
		if s, err := spanOf(c[0], schedule.Occurrence{Wall: c[1]}); err == nil {
			t.Errorf("%s on %s gave %+v", c[0], c[1], s)
		}
	}
}
