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
