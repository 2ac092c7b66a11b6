package sqlcore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/schema"
)

// one reads the record with a key; ErrNotFound if there is none.
func one[T any](ctx context.Context, c Conn, table, key string) (T, error) {
	t := schema.TableNamed(table)
	var none T
	found, err := all[T](ctx, c, query{table: t, tail: "WHERE t." + schema.Quote(t.Key[0]) + " = ?", args: []any{key}})
	if err != nil {
		return none, err
	}
	if len(found) == 0 {
		return none, fmt.Errorf("find %q in %s: %w", key, table, store.ErrNotFound)
	}
	return found[0], nil
}

// newest reads a project's records, the last one first; "" reads all projects'.
func newest[T any](ctx context.Context, c Conn, table string, project hierarchy.ID) ([]T, error) {
	q := query{table: schema.TableNamed(table), tail: "ORDER BY t.done_at DESC, t.id"}
	if project != "" {
		q.tail, q.args = "WHERE t.project_id = ? "+q.tail, []any{string(project)}
	}
	return all[T](ctx, c, q)
}

// Import finds what one apply did.
func (r Reader) Import(ctx context.Context, id string) (*store.ImportRecord, error) {
	return one[*store.ImportRecord](ctx, r.Conn, "imports", id)
}

// Imports lists what was applied, newest first; project "" lists all.
func (r Reader) Imports(ctx context.Context, project hierarchy.ID) ([]*store.ImportRecord, error) {
	return newest[*store.ImportRecord](ctx, r.Conn, "imports", project)
}

// Plan finds a stored plan.
func (r Reader) Plan(ctx context.Context, id string) (*store.PlanRecord, error) {
	return one[*store.PlanRecord](ctx, r.Conn, "plans", id)
}

// Plans lists stored plans, newest first; project "" lists all.
func (r Reader) Plans(ctx context.Context, project hierarchy.ID) ([]*store.PlanRecord, error) {
	return newest[*store.PlanRecord](ctx, r.Conn, "plans", project)
}

// Source finds a kept file by the checksum of its bytes.
func (r Reader) Source(ctx context.Context, sha256 string) (*store.SourceRecord, error) {
	return one[*store.SourceRecord](ctx, r.Conn, "sources", sha256)
}

// Cuts lists the revisions of one scope's cut.
func (r Reader) Cuts(ctx context.Context, project hierarchy.ID, scope string) ([]*store.CutRecord, error) {
	return all[*store.CutRecord](ctx, r.Conn, query{table: schema.TableNamed("cuts"),
		tail: "WHERE t.project_id = ? AND t.scope = ? ORDER BY t.revision", args: []any{string(project), scope}})
}

// CutScopes lists the scopes of which cuts are kept, sorted.
func (r Reader) CutScopes(ctx context.Context, project hierarchy.ID) ([]string, error) {
	firsts, err := all[*store.CutRecord](ctx, r.Conn, query{table: schema.TableNamed("cuts"),
		tail: "WHERE t.project_id = ? AND t.revision = 1", args: []any{string(project)}})
	if err != nil {
		return nil, err
	}
	scopes := []string{}
	for _, c := range firsts {
		scopes = append(scopes, c.Scope)
	}
	slices.Sort(scopes)
	return scopes, nil
}

// LedgerEntry finds what is known of one piece of work.
func (r Reader) LedgerEntry(ctx context.Context, key string) (*store.LedgerRecord, error) {
	return one[*store.LedgerRecord](ctx, r.Conn, "ledger", key)
}

// Ledger lists the marks whose keys begin with a prefix, by key.
func (r Reader) Ledger(ctx context.Context, prefix string) ([]*store.LedgerRecord, error) {
	return all[*store.LedgerRecord](ctx, r.Conn, query{table: schema.TableNamed("ledger"),
		tail: "WHERE t.row_key >= ? AND t.row_key < ? ORDER BY t.row_key", args: []any{prefix, prefix + "\U0010FFFF"}})
}

// History streams rows of the history; see store.Reader.
func (r Reader) History(ctx context.Context, q store.HistoryQuery) iter.Seq2[hierarchy.HistoryRow, error] {
	var conditions []string
	var args []any
	narrow := func(condition string, arg any, wanted bool) {
		if wanted {
			conditions, args = append(conditions, condition), append(args, arg)
		}
	}
	narrow("t.project_id = ?", string(q.Project), q.Project != "" && !q.Shared)
	narrow("(t.project_id = ? OR "+ofAll+")", string(q.Project), q.Shared)
	narrow("t.seq > ?", q.AfterSeq, q.AfterSeq > 0)
	narrow("t.table_name = ?", q.Table, q.Table != "")
	narrow("t.row_key = ?", q.Key, q.Key != "")
	narrow("t.cause_id = ?", q.CauseID, q.CauseID != "")
	narrow("t.cause = ?", string(q.Cause), q.Cause != "")
	narrow("t.done_at > ?", q.After, !q.After.IsZero())
	tail := "ORDER BY t.seq"
	if len(conditions) > 0 {
		tail = "WHERE " + strings.Join(conditions, " AND ") + " " + tail
	}
	rows := stream[*hierarchy.HistoryRow](ctx, r.Conn, query{table: schema.TableNamed("history"), tail: tail, args: args})
	return func(yield func(hierarchy.HistoryRow, error) bool) {
		for row, err := range rows {
			if err != nil {
				yield(hierarchy.HistoryRow{}, err)
				return
			}
			if !yield(*row, nil) {
				return
			}
		}
	}
}

// ofAll are the lines of what all productions share.
const ofAll = "t.project_id IS NULL OR t.project_id = ''"

// Moments streams the ends of transactions; see store.Reader.
func (r Reader) Moments(ctx context.Context, project hierarchy.ID) iter.Seq2[store.Moment, error] {
	return func(yield func(store.Moment, error) bool) {
		err := r.Conn.Query(ctx, "SELECT max(t.seq), t.done_at FROM history t WHERE t.project_id = ? OR "+ofAll+" GROUP BY t.cause_id, t.done_at ORDER BY 1",
			[]any{string(project)}, func(s Scanner) error {
				var m store.Moment
				if err := s.Scan(&m.Seq, &cell{field: &m.At}); err != nil {
					return err
				}
				if !yield(m, nil) {
					return errStopped
				}
				return nil
			})
		if err != nil && !errors.Is(err, errStopped) {
			yield(store.Moment{}, err)
		}
	}
}

// errStopped ends a query whose reader has enough.
var errStopped = errors.New("stopped")

// PutSource keeps a file; the same content twice is one.
func (t *Tx) PutSource(ctx context.Context, s *store.SourceRecord) error {
	return t.put(ctx, "sources", s, "DO NOTHING")
}

// PutImport keeps what one apply did.
func (t *Tx) PutImport(ctx context.Context, r *store.ImportRecord) error {
	return t.put(ctx, "imports", r, "")
}

// PutPlan keeps a plan, instead of one of the same id.
func (t *Tx) PutPlan(ctx context.Context, r *store.PlanRecord) error {
	return t.put(ctx, "plans", r, "DO UPDATE")
}

// PutCut keeps a revision of a cut and sets its number.
func (t *Tx) PutCut(ctx context.Context, r *store.CutRecord) error {
	// Two writers at once would get the same number; the loser is refused by the
	// unique index, and Lock keeps it from coming so far.
	err := t.Conn.Query(ctx, "SELECT coalesce(max(revision), 0) + 1 FROM cuts WHERE project_id = ? AND scope = ?",
		[]any{string(r.Project), r.Scope}, func(s Scanner) error { return s.Scan(&r.Revision) })
	if err != nil {
		return t.fail(err)
	}
	return t.put(ctx, "cuts", r, "")
}

// Memos lists a production's memos of a kind by their keys.
func (r Reader) Memos(ctx context.Context, project hierarchy.ID, kind string) ([]*store.Memo, error) {
	return all[*store.Memo](ctx, r.Conn, query{table: schema.TableNamed("memos"),
		tail: "WHERE t.project_id = ? AND t.kind = ? ORDER BY t.row_key, t.id", args: []any{string(project), kind}})
}

// PutMemo keeps a memo, instead of one of the same id.
func (t *Tx) PutMemo(ctx context.Context, m *store.Memo) error {
	return t.put(ctx, "memos", m, "DO UPDATE")
}

// PutLedger marks work, instead of an earlier mark.
func (t *Tx) PutLedger(ctx context.Context, r *store.LedgerRecord) error {
	return t.put(ctx, "ledger", r, "DO UPDATE")
}

// put writes one record; conflict says what to do where the key is taken: ""
// refuses.
func (t *Tx) put(ctx context.Context, table string, row any, conflict string) error {
	s := schema.TableNamed(table)
	var marks, sets []string
	var args []any
	for i := range s.Columns {
		c := &s.Columns[i]
		arg, err := typed(c, c.Value(row))
		if err != nil {
			return t.fail(fmt.Errorf("write %s: %w", table, err))
		}
		if err := sound(c, arg); err != nil {
			return t.fail(&store.ConflictError{Ref: hierarchy.Ref{Table: table, Key: recordKey(s, row)}, Reason: err.Error()})
		}
		marks, args = append(marks, "?"), append(args, arg)
		sets = append(sets, schema.Quote(c.Name)+" = excluded."+schema.Quote(c.Name))
	}
	sql := fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", schema.Quote(s.Name), schema.QuoteAll(s.Names()), strings.Join(marks, ", "))
	switch conflict {
	case "DO NOTHING":
		sql += " ON CONFLICT DO NOTHING"
	case "DO UPDATE":
		sql += fmt.Sprintf(" ON CONFLICT (%s) DO UPDATE SET %s", schema.QuoteAll(s.Key), strings.Join(sets, ", "))
	}
	return t.fail(t.Conn.Exec(ctx, sql, args))
}

func recordKey(s *schema.Table, row any) string {
	return fmt.Sprint(s.Column(s.Key[0]).Value(row))
}

// typed gives times and days their types again: a single argument, unlike a
// bulk write, does not tell the driver its column.
func typed(c *schema.Column, value any) (any, error) {
	text, ok := value.(string)
	if !ok {
		return value, nil
	}
	switch c.Kind {
	case schema.Time:
		at, err := hierarchy.ParseTime(text)
		return at, err
	case schema.Day:
		day, err := hierarchy.ParseDay(text)
		return day, err
	}
	return text, nil
}
