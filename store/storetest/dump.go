package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
	"turnover/store"
)

func testingContext(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithCancel(t.Context())
}

// dump reads the whole database.
func (b *bed) dump() []store.DumpRow {
	b.Helper()
	return Dumped(b.T, b.store)
}

// Dumped reads a whole database, each row as it was given.
func Dumped(t *testing.T, s store.Store) []store.DumpRow {
	t.Helper()
	var out []store.DumpRow
	err := s.Dump(t.Context(), func(table string, row map[string]any) error {
		out = append(out, store.DumpRow{Table: table, Row: row})
		return nil
	})
	if err != nil {
		t.Fatalf("dump: %v", err)
	}
	return out
}

// Restored writes rows into a store.
func Restored(t *testing.T, s store.Store, rows []store.DumpRow) error {
	t.Helper()
	return s.Restore(t.Context(), each(rows))
}

// Example fills a store with one row of every table, history and records.
func Example(t *testing.T, s store.Store) {
	t.Helper()
	b := &bed{t, t.Context(), s}
	b.seeded()
	b.apply([]hierarchy.Change{update(inTV, shot("sh1", "", ""), set("nb_frames", 48, 50)), hierarchy.Unlink{Origin: inTV, Row: b.row("casting_links", nil)}})
	b.keepRecords()
	b.keepAccounts()
}

func each(rows []store.DumpRow) iter.Seq2[store.DumpRow, error] {
	return func(yield func(store.DumpRow, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (b *bed) same(want, got []store.DumpRow) {
	b.Helper()
	if d := cmp.Diff(want, got); d != "" {
		b.Errorf("the database differs (-want +got):\n%s", d)
	}
}

var dumps = []promise{
	{"a dump tells every table, also after it went through JSON, and a restored one dumps the same", func(b *bed) {
		Example(b.T, b.store)
		before := b.dump()
		tables := map[string]bool{}
		var through []store.DumpRow
		for _, row := range before {
			tables[row.Table] = true
			text, err := json.Marshal(row)
			b.check(err)
			var back store.DumpRow
			dec := json.NewDecoder(bytes.NewReader(text))
			dec.UseNumber()
			b.check(dec.Decode(&back))
			through = append(through, back)
		}
		for _, n := range hierarchy.Tables() {
			if !tables[n.Table()] && !slices.Contains([]string{"project_statuses", "casting_links"}, n.Table()) {
				b.Errorf("the dump has no row of %s", n.Table())
			}
		}
		for _, name := range []string{"history", "revisions", "sources", "imports", "plans", "cuts", "ledger"} {
			if !tables[name] {
				b.Errorf("the dump has no row of %s", name)
			}
		}
		b.tx(func(tx store.Tx) error { return nil })
		if err := Restored(b.T, b.store, through); err == nil {
			b.Error("a dump was restored into a database that is not empty")
		}
		b.same(before, b.dump())
	}},
	{"a restore that fails keeps nothing", func(b *bed) {
		rows := []store.DumpRow{{Table: "studios", Row: map[string]any{"id": "s", "name": "S", "archived": false}}}
		for _, bad := range []store.DumpRow{
			{Table: "unknown", Row: map[string]any{"id": "x"}},
			{Table: "studios", Row: map[string]any{"id": "x", "name": "X", "archived": false, "unknown": 1}},
			{Table: "studios", Row: map[string]any{"id": "x", "name": "X", "archived": "no"}},
			{Table: "studios", Row: map[string]any{"id": "x", "archived": false}},
			{Table: "tasks", Row: map[string]any{"id": "x"}},
		} {
			if err := Restored(b.T, b.store, append(slices.Clone(rows), bad)); err == nil {
				b.Errorf("restored %v", bad)
			}
			b.equal(len(b.dump()), 0, "rows")
		}
		err := b.store.Restore(b.ctx, func(yield func(store.DumpRow, error) bool) {
			_ = yield(rows[0], nil) && yield(store.DumpRow{}, errOwn)
		})
		if !errors.Is(err, errOwn) {
			b.Errorf("got %v, want the error of the stream", err)
		}
		b.equal(len(b.dump()), 0, "rows")
		b.check(Restored(b.T, b.store, rows))
		b.equal(len(b.dump()), 1, "rows")
	}},
	{"after a restore the history goes on counting", func(b *bed) {
		row := map[string]any{"seq": int64(41), "done_at": noon.String(), "author": "a", "cause": "import", "cause_id": "", "place": "", "table_name": "studios",
			"row_key": "s", "action": "create", "field": "", "value_before": "", "value_after": "", "project_id": nil}
		b.check(Restored(b.T, b.store, []store.DumpRow{{Table: "history", Row: row}}))
		b.apply(create(shared, &hierarchy.Studio{ID: "s2", Name: "S2"}))
		history := b.history(store.HistoryQuery{})
		b.equal(len(history), 2, "rows")
		if last := history[len(history)-1]; last.Seq <= 41 {
			b.Errorf("the next number is %d, want one over 41", last.Seq)
		}
	}},
}

func (b *bed) history(q store.HistoryQuery) []hierarchy.HistoryRow {
	b.Helper()
	var out []hierarchy.HistoryRow
	b.read(func(r store.Reader) {
		for row, err := range r.History(b.ctx, q) {
			b.check(err)
			out = append(out, row)
		}
	})
	return out
}
