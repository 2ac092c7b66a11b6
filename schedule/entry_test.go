package schedule

import (
	"strings"
	"testing"
	"time"
)

// french are the days off of France's summer of 2026.
func french(day time.Time) string {
	switch {
	case day.Format("01-02") == "07-14", day.Format("01-02") == "08-15":
		return "holiday"
	case day.Weekday() == time.Saturday, day.Weekday() == time.Sunday:
		return "weekend"
	}
	return ""
}

func TestWhy(t *testing.T) {
	for _, c := range []struct{ expression, zone, from, want string }{
		{"30 2 * * *", "Europe/Paris", "2026-03-29T00:00:00Z", "2026-03-29T02:30 at 03:00 +0200: 02:30 does not exist on this day: runs at 03:00"},
		{"30 2 * * *", "Europe/Paris", "2026-10-24T22:00:00Z", "2026-10-25T02:30 at 02:30 +0200: 02:30 comes twice: runs at the first"},
		{"30 2 * * *", "Europe/Paris", "2026-10-25T00:30:00Z", "2026-10-26T02:30 at 02:30 +0100: "}, // not at the second
		{"0 * * * *", "Europe/Paris", "2026-03-29T00:00:00Z", "2026-03-29T03:00 at 03:00 +0200: stands for what the clock skips before it"},
		{"15,45 2 * * *", "Europe/Paris", "2026-03-29T00:00:00Z", "2026-03-29T02:45 at 03:00 +0200: 02:45 does not exist on this day: runs at 03:00; stands for what the clock skips before it"},
		{"15 2 * * *", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", "2026-10-04T02:15 at 02:30 +1100: 02:15 does not exist on this day: runs at 02:30"},
		{"45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-05T01:45 at 01:45 +1100: 01:45 comes twice: runs at the first"},
		{"@daily", "Asia/Beirut", "2026-03-28T12:00:00Z", "2026-03-29T00:00 at 01:00 +0300: 00:00 does not exist on this day: runs at 01:00"},
		{"30 23 * * *", "Asia/Beirut", "2026-10-24T12:00:00Z", "2026-10-24T23:30 at 23:30 +0300: 23:30 comes twice: runs at the first"},
	} {
		from, err := time.Parse(time.RFC3339, c.from)
		if err != nil {
			t.Fatal(err)
		}
		due, _ := entryOf(t, c.expression, zoneNamed(t, c.zone)).Next(from, 1)
		if got := due[0].Wall + " at " + due[0].At.Format("15:04 -0700") + ": " + due[0].Why; got != c.want {
			t.Errorf("%s in %s after %s:\n got %s\nwant %s", c.expression, c.zone, c.from, got, c.want)
		}
	}
}

func TestFreeDays(t *testing.T) {
	from := time.Date(2026, 7, 12, 22, 0, 0, 0, time.UTC) // midnight to Monday the 13th in Paris
	for _, c := range []struct{ expression, holidays, due, skipped string }{
		{"0 8 * * MON-FRI", FreeRun, "13T08 on 13, 14T08 on 14, 15T08 on 15", ""},
		{"0 8 * * MON-FRI", FreeSkip, "13T08 on 13, 15T08 on 15, 16T08 on 16", "14T08 on 14: holiday 14 July: skipped"},
		{"0 8 * * MON-FRI", FreeAfter, "13T08 on 13, 14T08 on 15: holiday 14 July: moved to 15 July, 15T08 on 15", ""},
		{"0 8 * * MON-FRI", FreeBefore, "13T08 on 13, 14T08 on 13: holiday 14 July: moved to 13 July, 15T08 on 15", ""},
		{"0 8 18 * *", FreeAfter, "18T08 on 20: weekend 18 July: moved to 20 July", ""},
		{"0 8 * * SAT", FreeSkip, "18T08 on 18, 25T08 on 25", ""}, // on purpose
		{"0 8 * * SAT,TUE", FreeBefore, "14T08 on 13: holiday 14 July: moved to 13 July, 18T08 on 18", ""},
		{"0 8 18 * *", FreeBefore, "18T08 on 17: weekend 18 July: moved to 17 July", ""},
	} {
		e := entryOf(t, c.expression, zoneNamed(t, "Europe/Paris"))
		e.Holidays, e.Free = c.holidays, french
		due, skipped := e.Next(from, strings.Count(c.due, ",")+1)
		if got := dayWords(due); got != c.due {
			t.Errorf("%s, %s: due %s, want %s", c.expression, c.holidays, got, c.due)
		}
		if got := dayWords(skipped); got != c.skipped {
			t.Errorf("%s, %s: skipped %s, want %s", c.expression, c.holidays, got, c.skipped)
		}
	}
}

func dayWords(all []Occurrence) string {
	var out []string
	for _, o := range all {
		text := o.Wall[len("2026-07-"):len("2026-07-14T08")] + o.At.Format(" on 2")
		if o.Why != "" {
			text += ": " + o.Why
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// TestFreeDaysLoseNothing moves a year of days and wants each once, whatever the
// windows, in the order of their instants.
func TestFreeDaysLoseNothing(t *testing.T) {
	from, until := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	closed := func(day time.Time) string { // the summer closing is long
		if day.Month() == time.August {
			return "closing"
		}
		return french(day)
	}
	for _, holidays := range []string{FreeBefore, FreeAfter, FreeSkip} {
		e := entryOf(t, "0 8,20 * * *", zoneNamed(t, "America/New_York"))
		e.Holidays, e.Free = holidays, closed
		whole, skipped := e.Between(from, until)
		var parts, left []Occurrence
		for at := from; at.Before(until); at = at.Add(73 * time.Hour) {
			due, out := e.Between(at, minTime(at.Add(73*time.Hour), until))
			parts, left = append(parts, due...), append(left, out...)
		}
		equal(t, holidays, lines(parts), lines(whole))
		equal(t, holidays+", skipped", lines(left), lines(skipped))
		keys := map[string]bool{}
		for i, o := range append(whole, skipped...) {
			if keys[o.Key()] || i > 0 && i < len(whole) && o.At.Before(whole[i-1].At) {
				t.Errorf("%s: %s comes twice or early", holidays, o.Key())
			}
			keys[o.Key()] = true
		}
		if n := len(keys); n < 725 || n > 735 { // days move over the ends of the year
			t.Errorf("%s: %d occurrences of about 730", holidays, n)
		}
		for _, o := range whole {
			if closed(wallOf(o.At, e.zone())) != "" {
				t.Errorf("%s: %s runs on %s, a free day", holidays, o.Wall, o.At)
			}
		}
	}
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// TestNeverWorking is a calendar without a working day: nothing hangs, and what
// cannot be moved runs where it is.
func TestNeverWorking(t *testing.T) {
	e := entryOf(t, "0 8 * * *", nil)
	e.Free = func(time.Time) string { return "closing" }
	from := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	for holidays, want := range map[string]int{FreeSkip: 0, FreeAfter: 2, FreeBefore: 2} {
		e.Holidays = holidays
		due, _ := e.Next(from, 2)
		if len(due) != want {
			t.Errorf("%s: %+v", holidays, due)
		}
		if want > 0 && due[0].Why != "closing 1 July: no working day within 62 days, runs all the same" {
			t.Errorf("%s: %q", holidays, due[0].Why)
		}
	}
}

func TestByWall(t *testing.T) {
	for _, c := range []struct{ expression, wall, want string }{
		{"30 2 * * *", "2026-03-29T02:30", "2026-03-29T02:30 at 2026-03-29T01:00:00Z"}, // which the clock skips
		{"30 2 * * *", "2026-03-29T02:29", "2026-03-28T02:30 at 2026-03-28T01:30:00Z"},
		{"30 2 * * 7", "2026-10-31T23:59", "2026-10-25T02:30 at 2026-10-25T00:30:00Z"}, // the first of two
		{"0 8 14 7 *", "2026-07-14T09:00", "2026-07-14T08:00 at 2026-07-14T06:00:00Z"}, // a free day
		{"0 0 29 2 *", "2026-07-14T09:00", "2024-02-29T00:00 at 2024-02-28T23:00:00Z"},
	} {
		e := entryOf(t, c.expression, zoneNamed(t, "Europe/Paris"))
		e.Holidays, e.Free = FreeSkip, french
		wall, err := time.Parse(OccurrenceForm, c.wall)
		if err != nil {
			t.Fatal(err)
		}
		o, ok := e.ByWall(wall)
		if got := lines([]Occurrence{o})[0]; !ok || got != c.want {
			t.Errorf("%s by %s: %s, want %s", c.expression, c.wall, got, c.want)
		}
	}
	if o, ok := entryOf(t, "0 0 29 2 *", nil).ByWall(time.Date(1904, 2, 28, 0, 0, 0, 0, time.UTC)); !ok || o.Wall != "1896-02-29T00:00" {
		t.Errorf("%v %+v", ok, o)
	}
}
