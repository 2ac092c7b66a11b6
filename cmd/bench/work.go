package main

import (
	"context"
	"time"
)

// A Class says which runs a work belongs to.
type Class string

const (
	Small Class = "small" // of every run
	Full  Class = "full"  // of make bench-full
	Kitsu Class = "kitsu" // wants a Kitsu: make bench-kitsu
)

// A Work is one job at one size, done by turnover and by what a user would
// take instead.
type Work struct {
	Group string // heading on the page: "Reading lists"
	Name  string // "EDL"
	Size  string // "10,000 events"
	Rows  int    // for the cost of one; 0 where nothing is counted
	Class Class

	Setup func(ctx context.Context) error // makes the input, once and untimed; may be nil
	Ours  Contestant
	Peers []Contestant
	Aims  []Aim
	// Recorded are figures of the same work measured elsewhere, by key of recorded.json.
	Recorded string
	// Once is for what takes minutes: one run, with none before it.
	Once bool
	// Growth draws the work's line in the picture of growth; "" leaves it out.
	Growth string
}

// A Contestant does a work. Do is one run of it: everything timed, nothing else.
type Contestant struct {
	Name   string
	Before func(ctx context.Context) error // before each run, untimed: a fresh database; may be nil
	Do     func(ctx context.Context) (Sample, error)
	// Rows writes all that was understood, one comparable line a row, once and
	// untimed. Nil where the result of a run says it all.
	Rows func(ctx context.Context, to string) error
	// Compare is a peer's that writes a file: an error says where it differs from
	// ours. Nil where rows or results are compared.
	Compare func(ctx context.Context) error
}

// A Sample is one run.
type Sample struct {
	Wall, CPU time.Duration // CPU: user and system; 0 where it is a server's
	Peak      int64         // bytes; 0 where it is a server's
	Result    string        // what came out, in words that must be equal for all contestants
}

// A Quantity is what an aim is about.
type Quantity string

const (
	Wall Quantity = "time"
	CPU  Quantity = "processor time"
	Peak Quantity = "memory"
)

// An Aim is a ratio of a peer's quantity to ours, or a bound on ours alone.
type Aim struct {
	Of      string        // peer's name; "" for a bound
	What    Quantity      // of which the ratio is taken
	AtLeast float64       // peer ÷ ours; 1.0/3 is "within 3 ×"
	Under   time.Duration // where Of is ""
}
