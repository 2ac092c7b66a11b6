// Package table is what reports hand to exporters: typed tables and the book
// that gathers them. Exporters write tables and add up nothing.
package table

import (
	"iter"
	"time"
)

// SchemaVersion is that of the published tables' columns: within one, changes
// only add. It stands in files, manifests and every snapshot's id.
const SchemaVersion = "1"

// Type is the type of every cell of a column. A nil cell is null.
type Type string

const (
	Text    Type = "text"    // string
	Int     Type = "int"     // int64
	Float   Type = "float"   // float64, printed with Column.Decimals places
	Bool    Type = "bool"    // bool
	Day     Type = "day"     // time.Time at midnight UTC: a calendar day, no zone
	Instant Type = "instant" // time.Time in UTC, microseconds
)

// A Column names its unit where a number has one ("frames", "seconds", "minutes").
type Column struct {
	Name     string
	Type     Type
	Unit     string // "" for none
	Decimals int    // of Float, when printed
	Doc      string // one sentence for the data dictionary
}

// A Row has one cell for each column: nil, string, int64, float64, bool or time.Time.
type Row = []any

// Rows can be ranged over any number of times and gives the same rows each time.
type Rows = iter.Seq2[Row, error]

// A Table is one flat table. Rows come sorted and are never summed by an exporter.
type Table struct {
	Name    string // snake case, as in the contract: "quota_person_week"
	Title   string // for people: "Quota by person and week"
	Doc     string // what one row is
	Columns []Column
	Rows    Rows
	Behind  *Behind // where the rows that a row adds up stand; nil: nowhere
	Kind    Kind
	Sorted  []string // columns that the rows are sorted by, nulls first; nil: nothing is promised
}

// Kind says what a table is for; exporters for people lay it out accordingly.
type Kind string

const (
	Figures Kind = ""        // what was asked for
	Quality Kind = "quality" // findings on the data; one sheet of its own
	Working Kind = "working" // the rows behind figures, long
)

// Behind leads from a row to the rows of another table of the book that it adds
// up: those with the same cells in the columns On, which both tables have. Such
// rows are neighbours in that table.
type Behind struct {
	Table string
	On    []string
	// As tells what a cell of the table behind is here, by column of On: the week
	// of a day. Columns that are not in it are compared as they stand.
	As map[string]func(cell any) any
}

// Of gives rows that are held in memory.
func Of(rows []Row) Rows {
	return func(yield func(Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Collect reads all rows into memory.
func Collect(rows Rows) ([]Row, error) {
	var out []Row
	for r, err := range rows {
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// A Note is one line of a book's cover.
type Note struct{ Name, Value string }

// A Total is a control total: the same figure in every format of one snapshot.
type Total struct {
	Name  string // "frames", "tasks"
	Value float64
	Unit  string
	Table string // whose rows make it up; "" for none
}

// Tone is how a reader should take an answer. Exporters say it by words and
// shape, never by colour alone.
type Tone string

const (
	Plain Tone = ""
	Good  Tone = "good"
	Watch Tone = "watch"
	Bad   Tone = "bad"
)

// An Answer is one of the few figures of a book's first page: the question that
// a producer asks, what the figures say to it in words, and the figure.
type Answer struct {
	Question string // "On quota?"
	Verdict  string // "behind: 812 of 1,000 frames this week"
	Tone     Tone
	Figure   string // what the value is: "frames this week"
	Value    float64
	Unit     string
	Decimals int
	Before   *float64 // the same figure in Book.Previous; nil where not known
	Table    string   // the rows behind it
}

// A Chart asks for a native chart over columns of one table.
type Chart struct {
	Table   string // name of the table it draws
	Title   string
	Alt     string // the alternative text: what a reader who cannot see it must know
	Kind    string // "column", "line" or "bar"
	X       string // category column
	Y       []string
	XTitle  string
	YTitle  string
	MaxRows int // draw at most so many rows; 0 means all
}

// A Book is one report: cover, tables, charts and control totals.
type Book struct {
	Name     string // "quota"
	Title    string // "Quota of tv"
	Project  string
	Method   string // "" where the report has none
	Basis    string
	Timezone string
	AsOf     time.Time
	Snapshot string
	From, To string   // days, inclusive; "" is open
	Banner   string   // what a reader must know before all figures: that they are late; "" for nothing
	Cover    []Note   // in plain language, in order, beside the fields above
	Answers  []Answer // at most five, the most important first
	Previous string   // the period that answers are compared with: "2026-W01"; "" for none
	Tables   []*Table
	Charts   []Chart
	Totals   []Total
}

// Table finds a table by name; nil where there is none.
func (b *Book) Table(name string) *Table {
	for _, t := range b.Tables {
		if t.Name == name {
			return t
		}
	}
	return nil
}
