package sqlite

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"turnover/store/schema"
)

// together is how many rows one statement inserts. Indexes stay open from row to
// row then, and the driver is called once; more than this gains little.
const together = 32

// Insert writes rows, many with one statement.
func (c *conn) Insert(ctx context.Context, t *schema.Table, columns []*schema.Column, rows iter.Seq2[[]any, error]) error {
	in := inserter{conn: c, table: t, columns: columns, differ: c.differ[t]}
	if len(in.differ) != len(columns) {
		in.differ = make([]bool, len(columns))
		in.differ[0] = true // VALUES wants a column
		c.differ[t] = in.differ
	}
	for values, err := range rows {
		if err != nil {
			return err
		}
		if in.waiting = append(in.waiting, values...); len(in.waiting) < together*len(columns) {
			continue
		}
		if err := in.writeMany(ctx); err != nil {
			return err
		}
		in.waiting = in.waiting[:0]
	}
	for rest := in.waiting; len(rest) > 0; rest = rest[len(columns):] {
		row := rest[:len(columns)]
		if err := in.write(ctx, in.one(), row, row); err != nil {
			return err
		}
	}
	return nil
}

// An inserter writes rows of one table.
type inserter struct {
	conn    *conn
	table   *schema.Table
	columns []*schema.Column
	waiting []any  // values of the rows that are not written yet, one row after the other
	differ  []bool // columns whose values are not the same in all rows that go together
	args    []any
	query   string // of rows that differ so; "" where that has changed
}

// writeMany inserts the rows that wait. Their project, author, time and much else
// are the same: those values are given once.
func (in *inserter) writeMany(ctx context.Context) error {
	n := len(in.columns)
	in.args = in.args[:0]
	for i := range n {
		if !in.differ[i] && in.differs(i) {
			in.differ[i], in.query = true, ""
		}
		if !in.differ[i] {
			in.args = append(in.args, in.waiting[i])
		}
	}
	for at, value := range in.waiting {
		if in.differ[at%n] {
			in.args = append(in.args, value)
		}
	}
	if in.query == "" {
		in.query = in.many()
	}
	return in.write(ctx, in.query, in.args, in.waiting)
}

// differs tells whether the rows that wait differ in a column; bytes always do.
func (in *inserter) differs(column int) bool {
	first := in.waiting[column]
	for at := column; at < len(in.waiting); at += len(in.columns) {
		if _, bytes := in.waiting[at].([]byte); bytes || in.waiting[at] != first {
			return true
		}
	}
	return false
}

func (in *inserter) write(ctx context.Context, query string, args, rows []any) error {
	statement, err := in.conn.prepared(ctx, query)
	if err != nil {
		return in.conn.store.explain("write", err)
	}
	if err := in.conn.run(ctx, statement, args); err != nil {
		return in.refused(ctx, rows, err)
	}
	return nil
}

// into begins a statement that keeps what it has written where a row is refused:
// a failed Apply is rolled back as a whole, and to be ready to take back its own
// rows only would cost SQLite a copy of each page.
func (in *inserter) into() string {
	return fmt.Sprintf("INSERT OR FAIL INTO %s (%s) ", schema.Quote(in.table.Name), schema.QuoteAll(namesOf(in.columns)))
}

func (in *inserter) one() string { return in.into() + "VALUES " + tuple(len(in.columns)) }

func (in *inserter) many() string {
	values := make([]string, len(in.columns))
	differing := 0
	for i, differs := range in.differ {
		values[i] = "?"
		if differs {
			differing++
			values[i] = fmt.Sprintf("v.column%d", differing)
		}
	}
	rows := strings.Repeat(", "+tuple(differing), together)[2:]
	return in.into() + "SELECT " + strings.Join(values, ", ") + " FROM (VALUES " + rows + ") AS v"
}

func tuple(columns int) string { return "(?" + strings.Repeat(", ?", columns-1) + ")" }

// refused names the row that was refused: those before it were written.
func (in *inserter) refused(ctx context.Context, rows []any, err error) error {
	var written int
	if asked := in.conn.tx.QueryRowContext(ctx, "SELECT changes()").Scan(&written); asked != nil {
		return in.conn.store.explain("write", err)
	}
	row := rows[written*len(in.columns):]
	var key []string
	for _, name := range in.table.Key {
		for i, column := range in.columns {
			if column.Name == name {
				key = append(key, fmt.Sprint(row[i]))
			}
		}
	}
	return in.conn.refused(in.table, strings.Join(key, "/"), err)
}
