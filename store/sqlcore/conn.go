// Package sqlcore is what the two databases share: every question and every
// write in SQL that both understand, over a small connection. Statements are
// written with "?" for arguments.
package sqlcore

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"turnover/hierarchy"
	"turnover/store/schema"
)

// A Conn is one open transaction.
type Conn interface {
	// Query gives all rows, one after the other. The connection must not be
	// asked anything from within row.
	Query(ctx context.Context, sql string, args []any, row func(Scanner) error) error
	// Ask answers questions that do not need each other's answers, in order. A
	// database that is apart is sent all of them at once.
	Ask(ctx context.Context, questions []Question) error
	// Stream gives rows in portions, so that several streams and other questions
	// can go on side by side.
	Stream(ctx context.Context, sql string, args []any) (Cursor, error)
	Exec(ctx context.Context, sql string, args []any) error
	// Insert writes rows of the table's columns, Update sets columns of rows given
	// as those columns' values followed by the key's, Delete removes rows by key.
	// Each takes a number of round trips that does not grow with the rows, and
	// keeps no row beyond the next one.
	Insert(ctx context.Context, t *schema.Table, columns []*schema.Column, rows iter.Seq2[[]any, error]) error
	Update(ctx context.Context, t *schema.Table, columns []*schema.Column, rows iter.Seq2[[]any, error]) error
	Delete(ctx context.Context, t *schema.Table, keys [][]any) error
	// Any writes the condition that a text column is one of the values.
	Any(column string, values []string) (condition string, arg any)
	// Texts writes rows of texts as a table u with columns v1, v2 …, to be joined.
	Texts(rows [][]string) (table string, args []any)
	// Words are the few words in which the dialects differ.
	Words() Words
}

// A Question is a query and what takes its rows.
type Question struct {
	SQL  string
	Args []any
	Row  func(Scanner) error
}

// Words are what the dialects write differently.
type Words struct {
	ForUpdate string // after a SELECT whose rows will be written
	Join      string // aggregate function that joins text: group_concat, string_agg
	Char      string // function from a code to a character: char, chr
	// EachTask writes FROM a table t, walked task by task: tasks k come first, and of
	// each the rows are found by task_id. %s is the table.
	EachTask string
}

// A Scanner reads one row.
type Scanner interface{ Scan(dest ...any) error }

// A Cursor gives the rows of a stream in portions.
type Cursor interface {
	// Fetch calls row for up to n rows and gives their number; fewer than n is
	// the end.
	Fetch(ctx context.Context, n int, row func(Scanner) error) (int, error)
	Close() error
}

// portion is how many rows of a stream are in memory.
const portion = 1000

// A query selects rows of one table, named t.
type query struct {
	table *schema.Table
	only  []*schema.Column // nil: whole rows
	tail  string           // what follows SELECT … FROM table AS t
	args  []any
	outer string // a table to walk first, such as texts; its args come first
	tasks bool   // walked task by task: Words.EachTask
}

// assigneesMark separates ids where they are joined; no id holds it.
const assigneesMark = "\x1f"

// columns are those that are read.
func (q query) columns() []*schema.Column {
	if q.only != nil {
		return q.only
	}
	all := make([]*schema.Column, len(q.table.Columns))
	for i := range all {
		all[i] = &q.table.Columns[i]
	}
	return all
}

func (q query) sql(w Words) string {
	var b strings.Builder
	b.WriteString("SELECT ")
	for i, c := range q.columns() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("t." + schema.Quote(c.Name))
	}
	if q.table.Name == "tasks" {
		fmt.Fprintf(&b, ", (SELECT %s(l.person_id, %s(31)) FROM task_assignees l WHERE l.task_id = t.id)", w.Join, w.Char)
	}
	b.WriteString(" FROM ")
	name := schema.Quote(q.table.Name)
	switch {
	case q.tasks:
		fmt.Fprintf(&b, w.EachTask, name)
	case q.outer != "":
		b.WriteString(q.outer + " CROSS JOIN " + name + " AS t") // SQLite keeps the order of a CROSS JOIN
	default:
		b.WriteString(name + " AS t")
	}
	b.WriteString(" " + q.tail)
	return b.String()
}

// all reads the rows of a query into memory.
func all[T any](ctx context.Context, c Conn, q query) ([]T, error) {
	var out []T
	one := question(c, q, &out)
	err := c.Query(ctx, one.SQL, one.Args, one.Row)
	return out, err
}

// question asks for the rows of a query.
func question[T any](c Conn, q query, into *[]T) Question {
	cells := q.cells()
	return Question{q.sql(c.Words()), q.args, func(s Scanner) error {
		row, err := cells.row(s)
		if err == nil {
			*into = append(*into, row.(T))
		}
		return err
	}}
}

// stream reads the rows of a query in portions; leaving the range closes it.
func stream[T any](ctx context.Context, c Conn, q query) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		cursor, err := c.Stream(ctx, q.sql(c.Words()), q.args)
		if err != nil {
			yield(none, err)
			return
		}
		defer func() { _ = cursor.Close() }() // its rows were read or are not wanted
		cells := q.cells()
		rows := make([]T, 0, portion)
		for {
			rows = rows[:0]
			n, err := cursor.Fetch(ctx, portion, func(s Scanner) error {
				row, err := cells.row(s)
				if err == nil {
					rows = append(rows, row.(T))
				}
				return err
			})
			if err != nil {
				yield(none, err)
				return
			}
			for _, row := range rows {
				if !yield(row, nil) {
					return
				}
			}
			if n < portion {
				return
			}
		}
	}
}

// tableOf gives the description of a noun's table.
func tableOf(n hierarchy.Noun) *schema.Table { return schema.TableNamed(n.Table()) }
