package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Row is what was measured of one work.
type Row struct {
	Group, Name, Size string
	Rows              int     `json:",omitempty"`
	Class             Class   `json:",omitempty"`
	Growth            string  `json:",omitempty"`
	Ours              Score   // turnover's
	Peers             []Score `json:",omitempty"`
	Aims              []Aim   `json:",omitempty"`
	Recorded          string  `json:",omitempty"`
	Failed            string  `json:",omitempty"` // why there is nothing of ours
}

// A Score is what one contestant needed.
type Score struct {
	Name       string
	Runs       int
	Wall, CPU  Spread
	Peak       int64  // the highest of all runs, bytes
	Result     string // of its last run
	Disagrees  string `json:",omitempty"` // where its result differs from turnover's: then there is no ratio
	Unmeasured string `json:",omitempty"` // why it could not run
}

// A Spread is the middle of several runs and their ends.
type Spread struct{ Median, Min, Max time.Duration }

func spreadOf(runs []time.Duration) Spread {
	if len(runs) == 0 {
		return Spread{}
	}
	s := slices.Sorted(slices.Values(runs))
	middle := s[len(s)/2]
	if len(s)%2 == 0 {
		middle = (s[len(s)/2-1] + middle) / 2
	}
	return Spread{middle, s[0], s[len(s)-1]}
}

// A tally gathers the runs of one contestant.
type tally struct {
	Contestant
	wall, cpu []time.Duration
	peak      int64
	result    string
	err       error
}

func (t *tally) run(ctx context.Context, counted bool) {
	if t.err != nil {
		return
	}
	if t.Before != nil {
		if t.err = t.Before(ctx); t.err != nil {
			return
		}
	}
	s, err := t.Do(ctx)
	switch {
	case err != nil:
		t.err = err
	case t.result != "" && t.result != s.Result:
		t.err = fmt.Errorf("two runs give two results: %s; %s", t.result, s.Result)
	case counted:
		t.wall, t.cpu, t.peak = append(t.wall, s.Wall), append(t.cpu, s.CPU), max(t.peak, s.Peak)
		t.result = s.Result
	}
}

func (t *tally) score() Score {
	s := Score{Name: t.Name, Runs: len(t.wall), Wall: spreadOf(t.wall), CPU: spreadOf(t.cpu), Peak: t.peak, Result: t.result}
	if t.err != nil {
		s.Unmeasured = t.err.Error()
	}
	return s
}

// measure lets all contestants of a work do it in turns, one run that is not
// counted first, and compares what came out.
func measure(ctx context.Context, w Work, runs int, folder string) Row {
	row := Row{Group: w.Group, Name: w.Name, Size: w.Size, Rows: w.Rows, Class: w.Class, Growth: w.Growth, Aims: w.Aims, Recorded: w.Recorded}
	if w.Setup != nil {
		if err := w.Setup(ctx); err != nil {
			row.Failed = err.Error()
			return row
		}
	}
	all := []*tally{{Contestant: w.Ours}}
	for _, p := range w.Peers {
		all = append(all, &tally{Contestant: p})
	}
	before := 1
	if w.Once {
		runs, before = 1, 0
	}
	for n := range before + runs {
		for _, t := range all {
			t.run(ctx, n >= before)
		}
	}
	row.Ours = all[0].score()
	row.Failed = row.Ours.Unmeasured
	for _, t := range all[1:] {
		s := t.score()
		if s.Unmeasured == "" && row.Failed == "" {
			s.Disagrees = disagreement(ctx, all[0], t, folder)
		}
		row.Peers = append(row.Peers, s)
	}
	return row
}

// disagreement says where a peer's result differs from ours; "" where nowhere.
func disagreement(ctx context.Context, ours, peer *tally, folder string) string {
	if ours.result != peer.result {
		return fmt.Sprintf("turnover: %s; %s: %s", ours.result, peer.Name, peer.result)
	}
	if peer.Compare != nil {
		if err := peer.Compare(ctx); err != nil {
			return err.Error()
		}
	}
	if ours.Rows == nil || peer.Rows == nil {
		return ""
	}
	a, b := filepath.Join(folder, "rows-turnover"), filepath.Join(folder, "rows-peer")
	defer func() { _ = errors.Join(os.Remove(a), os.Remove(b)) }() // the next work's take their place
	if err := errors.Join(ours.Rows(ctx, a), peer.Rows(ctx, b)); err != nil {
		return err.Error()
	}
	where, err := firstDifference(a, b)
	if err != nil {
		return err.Error()
	}
	return where
}

// firstDifference compares two files line by line.
func firstDifference(a, b string) (string, error) {
	left, err := os.Open(a)
	if err != nil {
		return "", err
	}
	defer func() { _ = left.Close() }() // only read
	right, err := os.Open(b)
	if err != nil {
		return "", err
	}
	defer func() { _ = right.Close() }() // only read
	x, y := bufio.NewScanner(left), bufio.NewScanner(right)
	for n := 1; ; n++ {
		more, other := x.Scan(), y.Scan()
		switch {
		case !more && !other:
			if n == 1 {
				return "both understood nothing", nil
			}
			return "", errors.Join(x.Err(), y.Err())
		case more != other || x.Text() != y.Text():
			return fmt.Sprintf("row %d: turnover %q, peer %q", n, shown(x.Text(), more), shown(y.Text(), other)), nil
		}
	}
}

func shown(line string, there bool) string {
	if !there {
		return "(no more rows)"
	}
	return strings.ReplaceAll(line, "\t", " | ")
}
