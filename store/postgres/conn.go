package postgres

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"turnover/hierarchy"
	"turnover/store/schema"
	"turnover/store/sqlcore"
)

// conn is one transaction.
type conn struct {
	store    *Store
	tx       pgx.Tx
	streamed bool // the planner knows how streams are read
}

func (c *conn) Words() sqlcore.Words {
	return sqlcore.Words{ForUpdate: " FOR UPDATE", Join: "string_agg", Char: "chr",
		// OFFSET keeps the planner from joining with the whole table, whose rows are
		// mostly other productions'.
		EachTask: "tasks k CROSS JOIN LATERAL (SELECT * FROM %s AS r WHERE r.task_id = k.id OFFSET 0) AS t"}
}

func (c *conn) Any(column string, values []string) (string, any) {
	return column + " = ANY(?::text[])", values
}

// Texts sends each column as one array.
func (c *conn) Texts(rows [][]string) (string, []any) {
	columns := make([][]string, len(rows[0]))
	for _, row := range rows {
		for i, text := range row {
			columns[i] = append(columns[i], text)
		}
	}
	marks, names, args := make([]string, len(columns)), make([]string, len(columns)), make([]any, len(columns))
	for i, column := range columns {
		marks[i], names[i], args[i] = "?::text[]", fmt.Sprintf("v%d", i+1), column
	}
	return fmt.Sprintf("unnest(%s) AS u(%s)", strings.Join(marks, ", "), strings.Join(names, ", ")), args
}

// numbered writes the arguments' marks as PostgreSQL wants them. No statement
// has a question mark in a text.
func numbered(sql string) string {
	var b strings.Builder
	n := 0
	for _, r := range sql {
		if r == '?' {
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// native turns times and days into what pgx writes.
func native(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case hierarchy.Time:
			out[i] = v.Time
		case hierarchy.Day:
			out[i] = v.Time()
		default:
			out[i] = a
		}
	}
	return out
}

func (c *conn) Query(ctx context.Context, sql string, args []any, row func(sqlcore.Scanner) error) error {
	rows, err := c.tx.Query(ctx, numbered(sql), native(args)...)
	if err != nil {
		return c.store.explain("read", err)
	}
	_, err = c.each(rows, row)
	return err
}

// Ask sends all questions at once: one round trip for their answers, and one more
// where the server does not know the statements yet.
func (c *conn) Ask(ctx context.Context, questions []sqlcore.Question) error {
	if len(questions) == 0 {
		return nil
	}
	var batch pgx.Batch
	for _, q := range questions {
		batch.Queue(numbered(q.SQL), native(q.Args)...)
	}
	results := c.tx.SendBatch(ctx, &batch)
	err := c.answers(results, questions)
	if closed := results.Close(); err == nil && closed != nil {
		err = c.store.explain("read", closed)
	}
	return err
}

func (c *conn) answers(results pgx.BatchResults, questions []sqlcore.Question) error {
	for _, q := range questions {
		rows, err := results.Query()
		if err != nil {
			return c.store.explain("read", err)
		}
		if _, err := c.each(rows, q.Row); err != nil {
			return err
		}
	}
	return nil
}

func (c *conn) each(rows pgx.Rows, row func(sqlcore.Scanner) error) (int, error) {
	defer rows.Close()
	n := 0
	for rows.Next() {
		if err := row(rows); err != nil {
			return n, err
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return n, c.store.explain("read", err)
	}
	return n, nil
}

// Stream opens a cursor of the server: a connection answers one question at a
// time, but has any number of cursors.
func (c *conn) Stream(ctx context.Context, sql string, args []any) (sqlcore.Cursor, error) {
	if !c.streamed {
		// All rows are wanted: by itself the server takes it for a tenth, and rather
		// walks everybody's history in order than sorts a production's.
		if err := c.Exec(ctx, "SET LOCAL cursor_tuple_fraction = 1", nil); err != nil {
			return nil, err
		}
		c.streamed = true
	}
	name := fmt.Sprintf("stream_%d", c.store.cursors.Add(1))
	// Described each time, here and in Fetch: a kept statement would be of no use
	// to another cursor.
	arguments := append([]any{pgx.QueryExecModeDescribeExec}, native(args)...)
	if _, err := c.tx.Exec(ctx, "DECLARE "+name+" NO SCROLL CURSOR FOR "+numbered(sql), arguments...); err != nil {
		return nil, c.store.explain("read", err)
	}
	return &cursor{c, name}, nil
}

type cursor struct {
	conn *conn
	name string
}

func (c *cursor) Fetch(ctx context.Context, n int, row func(sqlcore.Scanner) error) (int, error) {
	rows, err := c.conn.tx.Query(ctx, fmt.Sprintf("FETCH %d FROM %s", n, c.name), pgx.QueryExecModeDescribeExec)
	if err != nil {
		return 0, c.conn.store.explain("read", err)
	}
	return c.conn.each(rows, row)
}

// Close ends with the transaction at the latest.
func (c *cursor) Close() error {
	_, err := c.conn.tx.Exec(context.Background(), "CLOSE "+c.name, pgx.QueryExecModeSimpleProtocol)
	return err
}

func (c *conn) Exec(ctx context.Context, sql string, args []any) error {
	if _, err := c.tx.Exec(ctx, numbered(sql), native(args)...); err != nil {
		return c.store.explain("write", err)
	}
	return nil
}

// Insert copies rows in.
func (c *conn) Insert(ctx context.Context, t *schema.Table, columns []*schema.Column, rows iter.Seq2[[]any, error]) error {
	next, stop := iter.Pull2(rows)
	defer stop()
	wire := newWire(columns)
	_, err := c.tx.CopyFrom(ctx, pgx.Identifier{t.Name}, namesOf(columns), pgx.CopyFromFunc(func() ([]any, error) {
		values, err, more := next()
		if !more || err != nil {
			return nil, err
		}
		return wire.row(values)
	}))
	if err != nil {
		return c.store.explain("write", err)
	}
	return nil
}

// Update sends each column as one array.
func (c *conn) Update(ctx context.Context, t *schema.Table, columns []*schema.Column, rows iter.Seq2[[]any, error]) error {
	sent := columns
	for _, name := range t.Key {
		sent = append(sent[:len(sent):len(sent)], t.Column(name))
	}
	arrays := newArrays(sent)
	for values, err := range rows {
		if err == nil {
			err = arrays.add(values)
		}
		if err != nil {
			return err
		}
	}
	var sets, match []string
	for i, column := range columns {
		sets = append(sets, fmt.Sprintf("%s = u.v%d", schema.Quote(column.Name), i+1))
	}
	for i, name := range t.Key {
		match = append(match, fmt.Sprintf("t.%s = u.v%d", schema.Quote(name), len(columns)+i+1))
	}
	return c.Exec(ctx, fmt.Sprintf("UPDATE %s AS t SET %s FROM %s WHERE %s",
		schema.Quote(t.Name), strings.Join(sets, ", "), arrays.unnest(), strings.Join(match, " AND ")), arrays.args())
}

func (c *conn) Delete(ctx context.Context, t *schema.Table, keys [][]any) error {
	var columns []*schema.Column
	var match []string
	for i, name := range t.Key {
		columns = append(columns, t.Column(name))
		match = append(match, fmt.Sprintf("t.%s = u.v%d", schema.Quote(name), i+1))
	}
	arrays := newArrays(columns)
	for _, key := range keys {
		if err := arrays.add(key); err != nil {
			return err
		}
	}
	return c.Exec(ctx, fmt.Sprintf("DELETE FROM %s AS t USING %s WHERE %s",
		schema.Quote(t.Name), arrays.unnest(), strings.Join(match, " AND ")), arrays.args())
}

func namesOf(columns []*schema.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}
