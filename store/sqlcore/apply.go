package sqlcore

import (
	"context"
	"fmt"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/schema"
)

// A Tx implements store.Tx but for Lock and Check.
type Tx struct {
	Reader
	// Failed is the first failure of a write. The transaction is not committed
	// then, even if its function goes on: half of an Apply must not stay.
	Failed error

	raised map[hierarchy.ID]bool // projects whose revision this transaction raised
}

func (t *Tx) fail(err error) error {
	if err != nil && t.Failed == nil {
		t.Failed = err
	}
	return err
}

// Apply writes changes and their history; see store.Tx.
func (t *Tx) Apply(ctx context.Context, changes []hierarchy.Change) error {
	if t.Failed != nil {
		return fmt.Errorf("apply in a transaction that failed: %w", t.Failed)
	}
	if len(changes) == 0 {
		return nil
	}
	return t.fail(t.apply(ctx, changes))
}

func (t *Tx) apply(ctx context.Context, changes []hierarchy.Change) error {
	touched, err := t.readTouched(ctx, changes)
	if err != nil {
		return err
	}
	f := newFold(touched, len(changes))
	for _, c := range changes {
		if err := f.add(c); err != nil {
			return err
		}
	}
	w := writer{t.Conn, f, f.byTable()}
	for _, step := range []func(context.Context) error{
		w.checkKeys, w.checkReferences, w.checkEntities, w.checkUnique, w.write, w.checkOrphans, w.writeHistory,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return t.raiseRevisions(ctx, changes)
}

// readTouched reads the rows that exist already and are altered or removed, one
// question a table.
func (t *Tx) readTouched(ctx context.Context, changes []hierarchy.Change) (map[hierarchy.Ref]hierarchy.Noun, error) {
	keys := map[string][]string{} // by table, the first column of the key
	asked := map[hierarchy.Ref]bool{}
	for _, c := range changes {
		ref := c.Target()
		table := schema.TableNamed(ref.Table)
		if table == nil || !table.IsNoun() {
			return nil, fmt.Errorf("apply: there is no table %q", ref.Table)
		}
		switch c.(type) {
		case hierarchy.Create, hierarchy.Link:
		default:
			if !asked[ref] {
				asked[ref] = true
				keys[ref.Table] = append(keys[ref.Table], firstOfKey(table, ref.Key))
			}
		}
	}
	found := map[hierarchy.Ref]hierarchy.Noun{}
	for _, table := range schema.Tables() {
		if len(keys[table.Name]) == 0 {
			continue
		}
		condition, arg := t.Conn.Any("t."+schema.Quote(table.Key[0]), keys[table.Name])
		q := query{table: table, tail: "WHERE " + condition + byKey(table) + t.Conn.Words().ForUpdate, args: []any{arg}}
		rows, err := all[hierarchy.Noun](ctx, t.Conn, q)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if ref := hierarchy.RefOf(row); asked[ref] {
				found[ref] = row
			}
		}
	}
	return found, nil
}

// raiseRevisions counts one more change of each project named, and of what all
// projects share where that was changed; once in a transaction, which may apply
// in several parts.
func (t *Tx) raiseRevisions(ctx context.Context, changes []hierarchy.Change) error {
	at := map[hierarchy.ID]hierarchy.Time{}
	var projects []hierarchy.ID
	for _, c := range changes {
		from := c.From()
		last, seen := at[from.Project]
		if !seen && !t.raised[from.Project] {
			projects = append(projects, from.Project)
		}
		if !seen || from.At.After(last.Time) {
			at[from.Project] = from.At
		}
	}
	for _, p := range projects {
		var when any
		if !at[p].IsZero() {
			when = at[p]
		}
		err := t.Conn.Exec(ctx, `INSERT INTO revisions (project_id, revision, changed_at) VALUES (?, 1, ?)
			ON CONFLICT (project_id) DO UPDATE SET revision = revisions.revision + 1, changed_at = excluded.changed_at`,
			[]any{string(p), when})
		if err != nil {
			return err
		}
		if t.raised == nil {
			t.raised = map[hierarchy.ID]bool{}
		}
		t.raised[p] = true
	}
	return nil
}

func conflict(ref hierarchy.Ref, format string, args ...any) error {
	return &store.ConflictError{Ref: ref, Reason: fmt.Sprintf(format, args...)}
}
