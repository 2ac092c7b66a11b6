package sqlcore

import (
	"context"
	"iter"
	"slices"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/schema"
)

// write removes, alters and makes rows, a few statements a table. What goes goes
// first, so that its place is free; references are checked at the end of the
// transaction, so that their order does not matter.
func (w *writer) write(ctx context.Context) error {
	tables := schema.Tables()
	for _, t := range slices.Backward(tables) {
		if err := w.deleteRows(ctx, t); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if err := w.updateRows(ctx, t); err != nil {
			return err
		}
	}
	for _, t := range tables {
		if err := w.insertRows(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) deleteRows(ctx context.Context, t *schema.Table) error {
	var keys [][]any
	for _, s := range w.states[t] {
		if s.deleted() {
			keys = append(keys, keyOf(t, s.was))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	return w.conn.Delete(ctx, t, keys)
}

// updateRows writes all columns that any of the rows altered.
func (w *writer) updateRows(ctx context.Context, t *schema.Table) error {
	var rows []*state
	altered := map[string]bool{}
	for _, s := range w.states[t] {
		if !s.updated() {
			continue
		}
		rows = append(rows, s)
		for column := range s.altered {
			altered[column] = true
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if t.Stamps != nil {
		altered["updated_at"] = true
	}
	var columns []*schema.Column
	for i := range t.Columns {
		if c := &t.Columns[i]; altered[c.Name] && !slices.Contains(t.Key, c.Name) {
			columns = append(columns, c)
		}
	}
	return w.conn.Update(ctx, t, columns, func(yield func([]any, error) bool) {
		read := schema.NewValues(columns)
		for _, s := range rows {
			values, err := valuesOf(read, s.ref, s.now)
			if !yield(slices.Concat(values, keyOf(t, s.now)), err) {
				return
			}
		}
	})
}

func (w *writer) insertRows(ctx context.Context, t *schema.Table) error {
	if !slices.ContainsFunc(w.states[t], (*state).inserted) {
		return nil
	}
	columns := columnsOf(t)
	return w.conn.Insert(ctx, t, columns, func(yield func([]any, error) bool) {
		read := schema.NewValues(columns)
		for _, s := range w.states[t] {
			if !s.inserted() {
				continue
			}
			if !yield(valuesOf(read, s.ref, s.now)) {
				return
			}
		}
	})
}

// writeHistory leaves the numbering to the database.
func (w *writer) writeHistory(ctx context.Context) error {
	t := schema.TableNamed("history")
	columns := slices.DeleteFunc(columnsOf(t), func(c *schema.Column) bool { return c.Name == "seq" })
	return w.conn.Insert(ctx, t, columns, func(yield func([]any, error) bool) {
		read := schema.NewValues(columns)
		for i := range w.fold.history {
			row := &w.fold.history[i]
			if !yield(valuesOf(read, hierarchy.Ref{Table: row.Table, Key: row.Key}, row)) {
				return
			}
		}
	})
}

func columnsOf(t *schema.Table) []*schema.Column {
	columns := make([]*schema.Column, len(t.Columns))
	for i := range t.Columns {
		columns[i] = &t.Columns[i]
	}
	return columns
}

// valuesOf reads a row and refuses what the databases cannot keep. The values are
// good until the next row.
func valuesOf(read *schema.Values, ref hierarchy.Ref, row any) ([]any, error) {
	values, err := read.Of(row, sound)
	if err != nil {
		return nil, &store.ConflictError{Ref: ref, Reason: err.Error()}
	}
	return values, nil
}

func keyOf(t *schema.Table, row any) []any {
	key := make([]any, len(t.Key))
	for i, name := range t.Key {
		key[i] = t.Column(name).Value(row)
	}
	return key
}

// firstOfKey gives the first column's part of a key.
func firstOfKey(t *schema.Table, key string) string {
	if len(t.Key) == 1 {
		return key
	}
	for i := range key {
		if key[i] == '/' {
			return key[:i]
		}
	}
	return key
}

func rowsOf(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}
