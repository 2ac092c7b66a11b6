package reports

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"turnover/hierarchy"
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

func anyRow(t *rapid.T) shareRow {
	return shareRow{who: rapid.Int32Range(0, 3).Draw(t, "who"), work: rapid.Int32Range(0, 2).Draw(t, "work"), shot: rapid.Int32Range(0, 3).Draw(t, "shot"),
		task: hierarchy.ID(rapid.SampledFrom([]string{"", "a", "b", strings.Repeat("long", 50), "é"}).Draw(t, "task")), day: dayNumber(rapid.Int32().Draw(t, "day")),
		because: reason(rapid.IntRange(0, 8).Draw(t, "because")), part: rapid.Float64().Draw(t, "part"), of: rapid.Float64().Draw(t, "of"),
		sums: sums{rapid.Int64().Draw(t, "frames"), rapid.Int64().Draw(t, "drawings"), rapid.Int64().Draw(t, "hundredths"), rapid.Float64().Draw(t, "count")}}
}

// Runs on a scratch give the same rows in the same order as memory, any number
// of times.
func TestSpilledSharesAreThoseOfMemory(t *testing.T) {
	people := newNames(func(id hierarchy.ID) string {
		return map[hierarchy.ID]string{"1": "Zoe", "2": "Ada", "3": "Ada", "4": ""}[id]
	})
	for _, id := range []hierarchy.ID{"1", "2", "3", "4"} {
		people.index(id)
	}
	rapid.Check(t, func(r *rapid.T) {
		memory := newShareSorter(people, nil)
		spilled := newShareSorter(people, func() (Scratch, error) { return &paper{left: -1}, nil })
		spilled.limit = rapid.IntRange(1, 10).Draw(r, "limit")
		for range rapid.IntRange(0, 60).Draw(r, "rows") {
			row := anyRow(r)
			if err := errors.Join(memory.add(row), spilled.add(row)); err != nil {
				r.Fatal(err)
			}
		}
		if err := errors.Join(memory.close(), spilled.close()); err != nil {
			r.Fatal(err)
		}
		want := rowsText(r, memory)
		for range 2 {
			if got := rowsText(r, spilled); got != want {
				r.Fatalf("got\n%s\nwant\n%s", got, want)
			}
		}
	})
}

func rowsText(t rapid.TB, s *shareSorter) string {
	t.Helper()
	var b strings.Builder
	for row, err := range s.all() {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%+v\n", *row)
	}
	return b.String()
}

// A full disk, and a scratch that lost its bytes, are errors, not fewer rows.
func TestAScratchThatFailsIsAnError(t *testing.T) {
	f := twoWeeks()
	for _, left := range []int{0, 50, 300} {
		s := newShareSorter(newNames(func(hierarchy.ID) string { return "" }), func() (Scratch, error) { return &paper{left: left}, nil })
		s.people.index("p")
		s.limit = 2
		var err error
		for i := 0; i < 9 && err == nil; i++ {
			err = s.add(shareRow{task: "task"})
		}
		if !errors.Is(err, errFull) {
			t.Errorf("%d bytes: %v", left, err)
		}
	}
	if _, err := Quota(f.facts(), Query{Scratch: func() (Scratch, error) { return nil, errFull }}); err != nil {
		t.Errorf("few rows need no scratch: %v", err)
	}
	lost := &paper{left: -1}
	s := newShareSorter(newNames(func(hierarchy.ID) string { return "" }), func() (Scratch, error) { return lost, nil })
	s.people.index("p")
	s.limit = 1
	for range 3 {
		if err := s.add(shareRow{task: "task"}); err != nil {
			t.Fatal(err)
		}
	}
	lost.Truncate(lost.Len() - 1)
	var err error
	for _, e := range s.all() {
		err = errors.Join(err, e)
	}
	if err == nil {
		t.Error("lost bytes give rows")
	}
}
