package schedule

import (
	"fmt"
	"testing"
	"time"
)

// zones are those whose clocks the rules are tried on; changes is how many
// changes of the clock they have from 2024 to 2034.
var zones = []struct {
	name    string
	changes int
}{
	{"Europe/Paris", 22}, {"Europe/London", 22}, {"America/New_York", 22}, {"America/Los_Angeles", 22}, {"America/Sao_Paulo", 0}, {"Asia/Tokyo", 0},
	{"Australia/Sydney", 22}, {"Australia/Lord_Howe", 22}, {"America/Santiago", 22}, {"Africa/Casablanca", 24}, {"Asia/Beirut", 22}, {"Africa/Cairo", 22},
}

// rules are expressions, and what they say written a second time.
var rules = []struct {
	expression string
	matches    func(wall time.Time) bool
}{
	{"30 2 * * *", func(w time.Time) bool { return w.Hour() == 2 && w.Minute() == 30 }},
	{"30 0 * * *", func(w time.Time) bool { return w.Hour() == 0 && w.Minute() == 30 }},
	{"0 * * * *", func(w time.Time) bool { return w.Minute() == 0 }},
	{"*/15 * * * *", func(w time.Time) bool { return w.Minute()%15 == 0 }},
	{"30 2 * * SUN", func(w time.Time) bool { return w.Weekday() == time.Sunday && w.Hour() == 2 && w.Minute() == 30 }},
	{"10,50 0-3 * * 7", func(w time.Time) bool {
		return w.Weekday() == time.Sunday && w.Hour() <= 3 && (w.Minute() == 10 || w.Minute() == 50)
	}},
	{"* * * * *", func(time.Time) bool { return true }},
}

func zoneNamed(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func entryOf(t testing.TB, expression string, zone *time.Location) *Entry {
	t.Helper()
	x, err := Parse(expression)
	if err != nil {
		t.Fatal(err)
	}
	return &Entry{Name: "e", Times: x, Zone: zone, MakeUp: 1}
}

// clockChanges finds the hours of a decade in which a zone's clock is changed.
func clockChanges(zone *time.Location) (out []time.Time) {
	_, was := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).In(zone).Zone()
	for at := time.Date(2024, 1, 1, 1, 0, 0, 0, time.UTC); at.Year() < 2035; at = at.Add(time.Hour) {
		_, is := at.In(zone).Zone()
		if is != was {
			out = append(out, at)
		}
		was = is
	}
	return out
}

// A look is what a clock shows at a minute.
type look struct{ at, wall time.Time }

// looks reads a clock every minute, from some hours before.
func looks(zone *time.Location, from, until time.Time) (out []look) {
	for at := from.Add(-3 * time.Hour); !at.After(until); at = at.Add(time.Minute) {
		t := at.In(zone)
		out = append(out, look{at, time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC)})
	}
	return out
}

// watch is the oracle: hands that jump pass over what they skip; what they have
// shown before counts no more.
func watch(matches func(time.Time) bool, all []look, from time.Time) (out []string) {
	seen := all[0].wall
	for _, l := range all[1:] {
		due := time.Time{}
		for w := seen.Add(time.Minute); !w.After(l.wall); w = w.Add(time.Minute) {
			if matches(w) {
				due = w
			}
		}
		if l.wall.After(seen) {
			seen = l.wall
		}
		if !due.IsZero() && l.at.After(from) {
			out = append(out, due.Format(OccurrenceForm)+" at "+l.at.UTC().Format(time.RFC3339))
		}
	}
	return out
}

func lines(all []Occurrence) (out []string) {
	for _, o := range all {
		out = append(out, o.Wall+" at "+o.At.UTC().Format(time.RFC3339))
	}
	return out
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Errorf("%s: %d occurrences, want %d; from number %d on: got %.3q, want %.3q", what, len(got), len(want), i, got[min(i, len(got)):], want[min(i, len(want)):])
			return
		}
	}
}

// TestClockChanges compares every change of the clock in eleven years, with half a
// day on either side, minute by minute.
func TestClockChanges(t *testing.T) {
	for _, z := range zones {
		zone := zoneNamed(t, z.name)
		changes := clockChanges(zone)
		if len(changes) != z.changes {
			t.Errorf("%s: %d changes of the clock, want %d: was the zone's law changed?", z.name, len(changes), z.changes)
		}
		if len(changes) == 0 {
			changes = []time.Time{time.Date(2029, 3, 25, 1, 0, 0, 0, time.UTC)}
		}
		for _, change := range changes {
			from, until := change.Add(-12*time.Hour), change.Add(12*time.Hour)
			all := looks(zone, from, until)
			for _, r := range rules {
				due, _ := entryOf(t, r.expression, zone).Between(from, until)
				equal(t, fmt.Sprintf("%s in %s around %s", r.expression, z.name, change), lines(due), watch(r.matches, all, from))
			}
		}
	}
}

// TestSkippedDay wants the day that Samoa left out to be due when the next began.
func TestSkippedDay(t *testing.T) {
	zone := zoneNamed(t, "Pacific/Apia")
	from, until := time.Date(2011, 12, 28, 0, 0, 0, 0, time.UTC), time.Date(2012, 1, 2, 0, 0, 0, 0, time.UTC)
	for _, r := range rules {
		due, _ := entryOf(t, r.expression, zone).Between(from, until)
		equal(t, r.expression, lines(due), watch(r.matches, looks(zone, from, until), from))
	}
	due, _ := entryOf(t, "30 2 * * *", zone).Between(from, until)
	if len(due) != 6 || due[2].Wall != "2011-12-30T02:30" || due[2].Why != "02:30 does not exist on this day: runs at 00:00 on 31 December" {
		t.Errorf("%+v", due)
	}
}

// TestDecade wants nothing lost and nothing doubled: the windows between any two
// looks together give what one look gives, with ascending instants and keys that
// are all different, one a day or a week.
func TestDecade(t *testing.T) {
	from, until := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, z := range zones {
		zone := zoneNamed(t, z.name)
		for expression, most := range map[string]time.Duration{"30 2 * * *": 26 * time.Hour, "30 2 * * SUN": 170 * time.Hour, "0 */12 * * *": 14 * time.Hour} {
			e := entryOf(t, expression, zone)
			whole, _ := e.Between(from, until)
			var parts []Occurrence
			for at, i := from, 1; at.Before(until); i++ { // of all lengths from seconds to months
				next := at.Add(time.Duration(i*i*7919%5_000_000) * time.Second)
				if next.After(until) {
					next = until
				}
				due, _ := e.Between(at, next)
				parts, at = append(parts, due...), next
			}
			equal(t, expression+" in "+z.name, lines(parts), lines(whole))
			keys := map[string]bool{}
			for i, o := range whole {
				if keys[o.Key()] || i > 0 && (!whole[i-1].At.Before(o.At) || o.At.Sub(whole[i-1].At) > most) {
					t.Errorf("%s in %s: %s comes twice, early or late", expression, z.name, o.Key())
				}
				keys[o.Key()] = true
			}
		}
	}
}
