package sqlite

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"turnover/store/schema"
)

// together is how many rows one statement inserts. Indexes stay open from row to
// row then, and whoever calls is asked once; more than this gains little.
const together = 32

// Insert writes rows, many with one statement.
func (c *conn) Insert(ctx context.Context, t *schema.Table, columns []*schema.Column, rows iter.Seq2[[]any, error]) error {
	in := inserter{c, t, columns, make([]any, 0, together*len(columns))}
	for values, err := range rows {
		if err != nil {
			return err
		}
		if in.waiting = append(in.waiting, values...); len(in.waiting) < together*len(columns) {
			continue
		}
		if err := in.write(ctx, in.waiting); err != nil {
			return err
		}
		in.waiting = in.waiting[:0]
	}
	for ; len(in.waiting) > 0; in.waiting = in.waiting[len(columns):] {
		if err := in.write(ctx, in.waiting[:len(columns)]); err != nil {
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
	waiting []any // values of the rows that are not written yet, one row after the other
}

// write inserts one row or as many as go together.
func (in *inserter) write(ctx context.Context, values []any) error {
	statement, err := in.conn.prepared(ctx, in.statement(len(values)/len(in.columns)))
	if err != nil {
		return in.conn.store.explain("write", err)
	}
	if err := in.conn.run(ctx, statement, values); err != nil {
		return in.refused(ctx, values, err)
	}
	return nil
}

// statement keeps what it has written where a row is refused: a failed Apply is
// rolled back as a whole, and to be ready to take back its own rows only would
// cost SQLite a copy of each page.
func (in *inserter) statement(rows int) string {
	row := ", (?" + strings.Repeat(", ?", len(in.columns)-1) + ")"
	return fmt.Sprintf("INSERT OR FAIL INTO %s (%s) VALUES %s",
		schema.Quote(in.table.Name), schema.QuoteAll(namesOf(in.columns)), strings.Repeat(row, rows)[2:])
}

// refused names the row that was refused: those before it were written.
func (in *inserter) refused(ctx context.Context, values []any, err error) error {
	var written int
	if asked := in.conn.tx.QueryRowContext(ctx, "SELECT changes()").Scan(&written); asked != nil {
		return in.conn.store.explain("write", err)
	}
	row := values[written*len(in.columns):]
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
