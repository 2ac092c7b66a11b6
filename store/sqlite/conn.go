package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	moderncsqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/schema"
	"turnover/store/sqlcore"
)

// conn is one transaction. SQLite gives rows of several statements side by side.
type conn struct {
	store      *Store
	tx         *sql.Tx
	statements map[string]*sql.Stmt     // that write
	differ     map[*schema.Table][]bool // columns in which new rows were seen to differ
	kept       *statements              // of readers; nil in a transaction that writes
	open       map[string]bool          // questions whose kept statements give rows just now
}

func newConn(s *Store, tx *sql.Tx, kept *statements) *conn {
	return &conn{s, tx, map[string]*sql.Stmt{}, map[*schema.Table][]bool{}, kept, map[string]bool{}}
}

func (c *conn) Words() sqlcore.Words {
	return sqlcore.Words{ForUpdate: "", Join: "group_concat", Char: "char",
		EachTask: "tasks k CROSS JOIN %s AS t ON t.task_id = k.id"} // the order of a CROSS JOIN is kept
}

func (c *conn) Any(column string, values []string) (string, any) {
	list, _ := json.Marshal(values) // strings always can
	return column + " IN (SELECT value FROM json_each(?))", string(list)
}

// Texts sends all rows as one document.
func (c *conn) Texts(rows [][]string) (string, []any) {
	names := make([]string, len(rows[0]))
	for i := range names {
		names[i] = fmt.Sprintf("value ->> %d AS v%d", i, i+1)
	}
	list, _ := json.Marshal(rows) // strings always can
	return "(SELECT " + strings.Join(names, ", ") + " FROM json_each(?)) AS u", []any{string(list)}
}

func plain(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case hierarchy.Time:
			out[i] = v.String()
		case hierarchy.Day:
			out[i] = string(v)
		default:
			out[i] = a
		}
	}
	return out
}

func (c *conn) Query(ctx context.Context, query string, args []any, row func(sqlcore.Scanner) error) error {
	cursor, err := c.Stream(ctx, query, args)
	if err != nil {
		return err
	}
	_, err = cursor.Fetch(ctx, -1, row)
	return errors.Join(err, cursor.Close())
}

// Ask has nothing to gain from asking at once: the database is here.
func (c *conn) Ask(ctx context.Context, questions []sqlcore.Question) error {
	for _, q := range questions {
		if err := c.Query(ctx, q.SQL, q.Args, q.Row); err != nil {
			return err
		}
	}
	return nil
}

func (c *conn) Stream(ctx context.Context, query string, args []any) (sqlcore.Cursor, error) {
	rows, kept, err := c.ask(ctx, query, plain(args))
	if err != nil {
		return nil, c.store.explain("read", err)
	}
	cursor := &cursor{c, rows, ""}
	if kept {
		cursor.query = query
		c.open[query] = true
	}
	return cursor, nil
}

// ask uses the kept statement, which gives the rows of one stream at a time.
func (c *conn) ask(ctx context.Context, query string, args []any) (rows *sql.Rows, kept bool, err error) {
	if c.kept != nil && !c.open[query] {
		statement, err := c.kept.find(ctx, query)
		if err != nil {
			return nil, false, err
		}
		if statement != nil {
			rows, err := c.tx.StmtContext(ctx, statement).QueryContext(ctx, args...)
			return rows, true, err
		}
	}
	rows, err = c.tx.QueryContext(ctx, query, args...)
	return rows, false, err
}

type cursor struct {
	conn  *conn
	rows  *sql.Rows
	query string // whose kept statement it uses; "" for one of its own
}

// Fetch gives up to n rows; all for a negative n.
func (c *cursor) Fetch(_ context.Context, n int, row func(sqlcore.Scanner) error) (int, error) {
	got := 0
	for got != n && c.rows.Next() {
		if err := row(c.rows); err != nil {
			return got, err
		}
		got++
	}
	if err := c.rows.Err(); err != nil {
		return got, c.conn.store.explain("read", err)
	}
	return got, nil
}

func (c *cursor) Close() error {
	if c.query != "" {
		delete(c.conn.open, c.query)
	}
	return c.rows.Close()
}

func (c *conn) Exec(ctx context.Context, query string, args []any) error {
	if _, err := c.tx.ExecContext(ctx, query, plain(args)...); err != nil {
		return c.store.explain("write", err)
	}
	return nil
}

func (c *conn) Update(ctx context.Context, t *schema.Table, columns []*schema.Column, rows iter.Seq2[[]any, error]) error {
	sets := strings.ReplaceAll(schema.QuoteAll(namesOf(columns)), ", ", " = ?, ") + " = ?"
	query := fmt.Sprintf("UPDATE %s SET %s WHERE %s", schema.Quote(t.Name), sets, ofKey(t))
	return c.each(ctx, t, query, rows, func(values []any) string { return joined(values[len(columns):]) })
}

func (c *conn) Delete(ctx context.Context, t *schema.Table, keys [][]any) error {
	query := fmt.Sprintf("DELETE FROM %s WHERE %s", schema.Quote(t.Name), ofKey(t))
	return c.each(ctx, t, query, func(yield func([]any, error) bool) {
		for _, key := range keys {
			if !yield(key, nil) {
				return
			}
		}
	}, joined)
}

// each runs one prepared statement for each row.
func (c *conn) each(ctx context.Context, t *schema.Table, query string, rows iter.Seq2[[]any, error], key func([]any) string) error {
	statement, err := c.prepared(ctx, query)
	if err != nil {
		return c.store.explain("write", err)
	}
	for values, err := range rows {
		if err != nil {
			return err
		}
		if err := c.run(ctx, statement, values); err != nil {
			return c.refused(t, key(values), err)
		}
	}
	return nil
}

// run executes a statement that takes microseconds. To be able to interrupt it
// the driver would begin a goroutine each time; looking before it is enough.
func (c *conn) run(ctx context.Context, statement *sql.Stmt, values []any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := statement.ExecContext(context.WithoutCancel(ctx), values...)
	return err
}

// prepared prepares a statement once in a transaction.
func (c *conn) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if statement := c.statements[query]; statement != nil {
		return statement, nil
	}
	statement, err := c.tx.PrepareContext(ctx, query) // ends with the transaction
	if err == nil {
		c.statements[query] = statement
	}
	return statement, err
}

// refused turns a broken rule of the database into words; those of Apply come
// before it, so it is the key or a rule that another writer broke meanwhile.
func (c *conn) refused(t *schema.Table, key string, err error) error {
	var e *moderncsqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_CONSTRAINT {
		reason := "it does not fit the other rows: " + e.Error()
		switch e.Code() {
		case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
			reason = "it exists already"
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE:
			reason = "another row has its place already"
		}
		return &store.ConflictError{Ref: hierarchy.Ref{Table: t.Name, Key: key}, Reason: reason}
	}
	return c.store.explain("write", err)
}

func namesOf(columns []*schema.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}

func ofKey(t *schema.Table) string {
	return strings.ReplaceAll(schema.QuoteAll(t.Key), ", ", " = ? AND ") + " = ?"
}

func joined(key []any) string {
	parts := make([]string, len(key))
	for i, k := range key {
		parts[i] = fmt.Sprint(k)
	}
	return strings.Join(parts, "/")
}
