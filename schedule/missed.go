package schedule

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Grace is how late an occurrence may be and still count as on time: a service
// that is started anew misses nothing.
const Grace = 5 * time.Minute

// longestMissed is how far back missed occurrences are looked for.
const longestMissed = 5 * 366 * 24 * time.Hour

// mostTold is how many of the skipped occurrences are named.
const mostTold = 20

// A Backlog is what came due between two looks at the clock.
type Backlog struct {
	Run     []Occurrence // in their order
	Skipped []Occurrence // the newest of those that are not run, with why
	Missed  int          // how many are not run, named or not
}

// Due judges what came due since the last one that was looked at: all that is on
// time, and of what is late the newest, until as many run as the entry makes up
// for.
func (e *Entry) Due(since, now time.Time) Backlog {
	if earliest := now.Add(-longestMissed); since.Before(earliest) {
		since = earliest
	}
	var b Backlog
	for from := since; from.Before(now); {
		until := from.Add(30 * 24 * time.Hour) // by parts: an entry of every minute and a year are half a million
		if until.After(now) {
			until = now
		}
		due, _ := e.Between(from, until)
		b.add(due, e.MakeUp, now)
		from = until
	}
	b.tell(e.MakeUp, now)
	return b
}

func onTime(o Occurrence, now time.Time) bool { return !o.At.Before(now.Add(-Grace)) }

// add takes further occurrences in and lets go of the oldest.
func (b *Backlog) add(due []Occurrence, makeUp int, now time.Time) {
	b.Run = append(b.Run, due...)
	for len(b.Run) > makeUp && !onTime(b.Run[0], now) {
		b.Skipped = append(b.Skipped, b.Run[0])
		b.Run = b.Run[1:]
		b.Missed++
	}
	if len(b.Skipped) > mostTold {
		b.Skipped = b.Skipped[len(b.Skipped)-mostTold:]
	}
}

// tell says why.
func (b *Backlog) tell(makeUp int, now time.Time) {
	made, left := "made up", fmt.Sprintf("only the newest %d are made up", makeUp)
	switch makeUp {
	case 0:
		left = "skipped"
	case 1:
		made, left = "made up once", "a newer one stands for it"
	}
	for i := range b.Run {
		if !onTime(b.Run[i], now) {
			b.Run[i].note("missed while not running: " + made)
		}
	}
	for i := range b.Skipped {
		b.Skipped[i].note("missed while not running: " + left)
	}
}

// States of the mark that says how far an entry has come.
const (
	Begun  = "begun"  // nothing before the mark's time is due
	Queued = "queued" // the occurrence of the mark's time was handed over
	Missed = "missed" // it was not, and is not made up for
)

// progress is the mark's result.
type progress struct {
	Expression string `json:"expression"`
	Zone       string `json:"zone"`
	Wall       string `json:"wall,omitempty"`
	// Handed are the wall times of the occurrences that were handed over last, in
	// their order: a queue that is lost may have held all of them.
	Handed []string `json:"handed,omitempty"`
}

// mostHanded is how many a mark holds.
const mostHanded = 100

// MarkKey names the mark that says how far an entry has come.
func (e *Entry) MarkKey() string { return "schedule/" + e.Name }

// mark says that an entry has come as far as an instant, that of the occurrence
// with this wall time, if any.
func (e *Entry) mark(state string, at time.Time, wall string, handed []string) (Mark, error) {
	result, err := json.Marshal(progress{Expression: e.Times.String(), Zone: e.zone().String(), Wall: wall, Handed: handed})
	return Mark{Key: e.MarkKey(), State: state, At: at, Result: result}, err
}

// HandedOver are the occurrences that an entry's mark says were handed over
// last, in their order.
func (e *Entry) HandedOver(m *Mark) (out []Occurrence) {
	for _, text := range handedOver(m) {
		wall, err := time.Parse(OccurrenceForm, text)
		if err != nil {
			continue
		}
		if o, ok := e.ByWall(wall); ok && o.Wall == text {
			out = append(out, o)
		}
	}
	return out
}

func handedOver(m *Mark) []string {
	var p progress
	if m == nil || json.Unmarshal(m.Result, &p) != nil {
		return nil
	}
	if p.Handed == nil && m.State == Queued {
		return []string{p.Wall} // of an older version
	}
	return p.Handed
}

// handing is what the next mark says of them.
func handing(m *Mark, run []Occurrence) []string {
	all := handedOver(m)
	for _, o := range run {
		if !slices.Contains(all, o.Wall) {
			all = append(all, o.Wall)
		}
	}
	return all[max(0, len(all)-mostHanded):]
}

// Begin is the mark of an entry that makes up for nothing before an instant.
func (e *Entry) Begin(at time.Time) (Mark, error) { return e.mark(Begun, at, "", nil) }

// A Start says since when occurrences are due.
type Start struct {
	Since time.Time
	Anew  bool   // nothing before Since is made up for, whatever was missed
	Why   string // for people; "" where the entry goes on as it should
}

// backwards is how far a clock may go back without a word: clocks are set, and
// those of two machines differ.
const backwards = time.Second

// Start says from where an entry goes on, by its mark; nil where there is none.
func (e *Entry) Start(m *Mark, now time.Time) Start {
	if m == nil {
		return Start{Since: now, Anew: true, Why: "first start: nothing before it is made up"}
	}
	var was progress
	if err := json.Unmarshal(m.Result, &was); err != nil {
		return Start{Since: now, Anew: true, Why: fmt.Sprintf("its mark cannot be read (%v): begins anew, nothing before it is made up", err)}
	}
	if was.Expression != e.Times.String() || was.Zone != e.zone().String() {
		return Start{Since: now, Anew: true, Why: fmt.Sprintf("was %q in %s: begins anew, nothing before it is made up", was.Expression, was.Zone)}
	}
	if m.At.After(now.Add(backwards)) {
		return Start{Since: m.At, Why: behind(m.At)}
	}
	return Start{Since: m.At}
}

func behind(last time.Time) string {
	return fmt.Sprintf("the clock went back: it was %s already, and nothing is due a second time until it is again", last.UTC().Format(time.RFC3339))
}
