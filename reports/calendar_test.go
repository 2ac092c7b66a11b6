package reports

import (
	"testing"
	"time"

	"turnover/hierarchy"
)

func TestFree(t *testing.T) {
	plain := Calendar{Holidays: map[hierarchy.Day]string{"2026-07-14": "Fête nationale", "2026-08-15": ""}}
	friday := Calendar{Weekend: map[time.Weekday]bool{time.Friday: true}}
	for _, c := range []struct {
		calendar Calendar
		day      string
		want     string
	}{
		{plain, "2026-07-13", ""}, {plain, "2026-07-14", "holiday"}, {plain, "2026-07-18", "weekend"}, {plain, "2026-08-15", "holiday"}, // a Saturday
		{friday, "2026-07-17", "weekend"}, {friday, "2026-07-19", ""},
	} {
		day, err := time.Parse(time.DateOnly, c.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.calendar.Free(day); got != c.want {
			t.Errorf("%s is %q, want %q", c.day, got, c.want)
		}
	}
}

func TestBusinessDay(t *testing.T) {
	holidays := Calendar{Holidays: map[hierarchy.Day]string{"2024-05-13": "a Monday"}}
	never := Calendar{Weekend: map[time.Weekday]bool{}}
	for d := range 7 {
		never.Weekend[time.Weekday(d)] = true
	}
	for _, c := range []struct {
		calendar Calendar
		from     hierarchy.Day
		n        int
		want     hierarchy.Day
	}{
		{Calendar{}, "2024-05-10", 1, "2024-05-10"},
		{Calendar{}, "2024-05-10", 3, "2024-05-14"}, // over a weekend
		{Calendar{}, "2024-05-11", 1, "2024-05-13"}, // from a Saturday
		{holidays, "2024-05-10", 3, "2024-05-15"},
		{never, "2024-05-10", 1, ""},
		{Calendar{}, "2024-05-10", 3650, "2038-05-06"},
	} {
		if got := c.calendar.BusinessDay(c.from, c.n); got != c.want {
			t.Errorf("working day %d from %s is %s, want %s", c.n, c.from, got, c.want)
		}
	}
}
