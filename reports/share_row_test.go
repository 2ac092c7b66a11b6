package reports

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/internal/table"
)

// paper is a scratch in memory that fails after some bytes; negative: never.
type paper struct {
	bytes.Buffer
	left int
}

var errFull = errors.New("no space left")

func (p *paper) Write(b []byte) (int, error) {
	if p.left >= 0 && len(b) > p.left {
		return 0, errFull
	}
	if p.left >= 0 {
		p.left -= len(b)
	}
	return p.Buffer.Write(b)
}

func (p *paper) ReadAt(b []byte, at int64) (int, error) {
	return bytes.NewReader(p.Bytes()).ReadAt(b, at)
}

// papers open a scratch each that fails after so many bytes; negative: never.
func papers(left int) func() (runs.Scratch, error) {
	return func() (runs.Scratch, error) { return &paper{left: left}, nil }
}

// fourPeople is a ledger of some people, types and shots, for rows of their places.
func fourPeople() *ledger {
	l := &ledger{shots: entityOrder{ids: []hierarchy.ID{"a", "b", "c", "d"}}, work: newNames(func(hierarchy.ID) string { return "" })}
	l.who = newNames(func(id hierarchy.ID) string {
		return map[hierarchy.ID]string{"1": "Zoe", "2": "Ada", "3": "Ada", "4": ""}[id]
	})
	for _, id := range []hierarchy.ID{"1", "2", "3", "4"} {
		l.who.index(id)
		l.work.index(id)
	}
	return l
}

func anyRow(t *rapid.T) shareRow {
	return shareRow{who: rapid.Int32Range(0, 3).Draw(t, "who"), work: rapid.Int32Range(0, 2).Draw(t, "work"), shot: rapid.Int32Range(0, 3).Draw(t, "shot"),
		task: hierarchy.ID(rapid.SampledFrom([]string{"", "a", "b", strings.Repeat("long", 50), "é"}).Draw(t, "task")), day: dayNumber(rapid.Int32().Draw(t, "day")),
		because: reason(rapid.IntRange(0, int(reasons)-1).Draw(t, "because")), part: rapid.Float64().Draw(t, "part"), of: rapid.Float64().Draw(t, "of"),
		sums: sums{rapid.Int64().Draw(t, "frames"), rapid.Int64().Draw(t, "drawings"), rapid.Int64().Draw(t, "hundredths"), rapid.Float64().Draw(t, "count")}}
}

// Runs on a scratch give the same rows in the same order as memory, any number
// of times.
func TestSpilledSharesAreThoseOfMemory(t *testing.T) {
	l := fourPeople()
	rapid.Check(t, func(r *rapid.T) {
		memory := l.newShares(nil, 1)
		spilled := l.newShares(papers(-1), rapid.IntRange(1, 10).Draw(r, "limit"))
		for range rapid.IntRange(0, 60).Draw(r, "rows") {
			row := anyRow(r)
			if err := errors.Join(memory.Add(row), spilled.Add(row)); err != nil {
				r.Fatal(err)
			}
		}
		want := rowsText(r, memory)
		for range 2 {
			if got := rowsText(r, spilled); got != want {
				r.Fatalf("got\n%s\nwant\n%s", got, want)
			}
		}
	})
}

func rowsText(t rapid.TB, s *runs.Sorter[shareRow]) string {
	t.Helper()
	var b strings.Builder
	for row, err := range s.All() {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%+v\n", *row)
	}
	return b.String()
}

// A full disk, while rows are kept and while they are printed, and a scratch
// that lost its bytes are errors, not fewer rows.
func TestAScratchThatFailsIsAnError(t *testing.T) {
	f := newFilm()
	for range 5 {
		f.comment(f.shot(10, func(*hierarchy.Task) {}), "2026-01-09T18:00:00", retakeStatus)
	}
	if _, err := Quota(twoWeeks().facts(), Query{Scratch: func() (runs.Scratch, error) { return nil, errFull }}); err != nil {
		t.Errorf("few rows need no scratch: %v", err)
	}
	for name, report := range map[string]func(Query) (*table.Book, error){
		"retake":  func(q Query) (*table.Book, error) { return retakeHolding(f.facts(), q, 2) },
		"episode": func(q Query) (*table.Book, error) { return episodeHolding(f.facts(), q, 2) },
	} {
		if _, err := report(Query{Scratch: papers(0)}); !errors.Is(err, errFull) {
			t.Errorf("%s: a full disk gives %v", name, err)
		}
		var all []*paper
		b, err := report(Query{Scratch: func() (runs.Scratch, error) {
			p := &paper{left: -1}
			all = append(all, p)
			return p, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			p.Truncate(p.Len() - 1)
		}
		failed := 0
		for _, tb := range b.Tables {
			if _, err := table.Collect(tb.Rows); err != nil {
				failed++
			}
		}
		if failed == 0 || len(all) == 0 {
			t.Errorf("%s: lost bytes give rows (%d scratches)", name, len(all))
		}
	}
}

// FuzzKeptRows: whatever stands in a scratch is a row that can be kept again, or
// an error; never a panic.
func FuzzKeptRows(f *testing.F) {
	l := fourPeople()
	order := entityOrder{ids: l.shots.ids}
	retakes := &retakeBook{order: order}
	episodes := &episodeBook{order: order, groups: taskGroups{keys: make([]groupKey, 3)}}
	f.Add(encodeShare(nil, &shareRow{task: "task", part: 1}))
	f.Add(encodeEvent(nil, &retakeEvent{task: "task", causes: []string{"late", ""}, closed: true}))
	f.Add(encodeReconcile(nil, &reconcile{task: "task", because: historyLong}))
	f.Add(encodeTask(nil, &taskRow{task: "task", people: []hierarchy.ID{"1", "2"}}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		again(t, raw, encodeShare, l.decodeShare)
		again(t, raw, encodeEvent, retakes.decodeEvent)
		again(t, raw, encodeReconcile, retakes.decodeReconcile)
		again(t, raw, encodeTask, episodes.decodeTask)
	})
}

// again keeps a row that was read, and reads it once more.
func again[T any](t *testing.T, raw []byte, encode func([]byte, *T) []byte, decode func([]byte, *T) error) {
	t.Helper()
	var row, back T
	if decode(raw, &row) != nil {
		return
	}
	kept := encode(nil, &row)
	if err := decode(kept, &back); err != nil {
		t.Fatalf("%+v cannot be read back: %v", row, err)
	}
	// Not a number is no equal of itself; the bytes are.
	if !reflect.DeepEqual(row, back) && !bytes.Equal(kept, encode(nil, &back)) {
		t.Fatalf("%+v reads back as %+v", row, back)
	}
}

// A retake comes back from a scratch as it was, instants to the nanosecond.
func TestKeptRetakesReadBack(t *testing.T) {
	b := &retakeBook{order: entityOrder{ids: []hierarchy.ID{"a", "b"}}}
	text := rapid.Custom(func(r *rapid.T) hierarchy.ID { return hierarchy.ID(rapid.StringN(0, 5, 40).Draw(r, "id")) })
	rapid.Check(t, func(r *rapid.T) {
		at := func(name string) hierarchy.Time {
			return rapid.SampledFrom([]hierarchy.Time{{}, {Time: time.Unix(1_767_225_600, 123_456_789).UTC()}, hierarchy.At(time.Unix(250_000_000_000, 0))}).Draw(r, name)
		}
		e := retakeEvent{place: rapid.Int32Range(0, 1).Draw(r, "place"), task: text.Draw(r, "task"), taskType: text.Draw(r, "type"), take: rapid.Int64().Draw(r, "take"),
			asked: at("asked"), askedBy: text.Draw(r, "by"), from: text.Draw(r, "from"), person: text.Draw(r, "person"), resolved: at("resolved"), closed: rapid.Bool().Draw(r, "closed"),
			resolvedBy: text.Draw(r, "resolvedBy"), resolvedAs: text.Draw(r, "resolvedAs"), revisions: rapid.Int64().Draw(r, "revisions"), revision: rapid.Int64().Draw(r, "revision"),
			preview: text.Draw(r, "preview"), causes: rapid.SampledFrom([][]string{nil, {"late"}, {"", "a, b"}}).Draw(r, "causes")}
		e.entity = b.order.ids[e.place]
		var back retakeEvent
		if err := b.decodeEvent(encodeEvent(nil, &e), &back); err != nil || !reflect.DeepEqual(e, back) {
			r.Fatalf("%+v reads back as %+v (%v)", e, back, err)
		}
	})
}
