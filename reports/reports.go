// Package reports turns facts into figures: quotas, retakes, episode
// statistics. A report is a pure function from facts to typed tables; sums
// are made and checked here and nowhere else.
package reports

import (
	"time"

	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/internal/table"
)

// Method is how a quota lays a task's frames on days and people.
type Method string

const (
	Weighted      Method = "weighted"
	Raw           Method = "raw"
	KitsuWeighted Method = "kitsu-weighted"
	KitsuRaw      Method = "kitsu-raw"
)

// Basis is which of a task's dates counts.
type Basis string

const (
	Feedback Basis = "feedback" // end_date
	Approval Basis = "approval" // done_date
)

// A Calendar says which days people work.
type Calendar struct {
	Weekend  map[time.Weekday]bool // nil: Saturday and Sunday
	Holidays map[hierarchy.Day]string
}

// A Query narrows and shapes a report. Empty fields do not narrow.
type Query struct {
	Method   Method // quota; "" is weighted
	Basis    Basis  // quota; "" is feedback
	TeamBy   string // "department" (default) or "studio"
	From, To hierarchy.Day
	TaskType string // name or id
	Person   string // id, full name or e-mail
	Team     string // name or id
	// EpisodeStatus narrows retake and episode reports to episodes of one status
	// (running, complete, standby, canceled).
	EpisodeStatus string
	Targets       []Target          // quota
	Causes        map[string]string // retake: tag ("#anim") or checklist heading to cause
	Timezone      *time.Location
	Calendar      Calendar
	// Only names the one table that is looked at; "" is the whole book. What is
	// made for the others may then be missing: tables, answers, charts, totals.
	Only     string
	Snapshot string // id, printed on covers
	AsOf     time.Time
	// Scratch opens a place for rows that are too many for memory; the caller
	// closes it when the book was used. Nil: all rows are kept in memory.
	Scratch func() (runs.Scratch, error)
}

// A Report makes its book from one production's facts.
type Report func(facts hierarchy.Facts, q Query) (*table.Book, error)
