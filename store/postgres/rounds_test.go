package postgres

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/storetest"
)

// counter counts what is sent to the server.
type counter struct{ sent atomic.Int64 }

func (c *counter) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.sent.Add(1)
	return ctx
}

func (c *counter) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (c *counter) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	c.sent.Add(1)
	return ctx
}

func (c *counter) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

func (c *counter) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.sent.Add(1)
	return ctx
}

func (c *counter) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (c *counter) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func TestStatementsDoNotGrowWithRows(t *testing.T) {
	few, many := statements(t, 10), statements(t, 1000)
	if few != many {
		t.Errorf("statements for 10 shots with tasks, made, altered and read: %v, for 1,000: %v", few, many)
	}
	t.Logf("statements to make, alter and read: %v", few)
}

// statements counts those that make n shots with four tasks each, alter the
// shots, and read the production.
func statements(t *testing.T, n int) (counts [3]int64) {
	url := storetest.PostgresURL(t)
	migrated(t, url)
	var sent counter
	s, _, err := open(t.Context(), url, &sent)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	step := func(i int, f func() error) {
		t.Helper()
		sent.sent.Store(0)
		if err := f(); err != nil {
			t.Fatal(err)
		}
		counts[i] = sent.sent.Load()
	}
	made := storetest.Shots(n, 4)
	write := func(changes []hierarchy.Change) func() error {
		return func() error {
			return s.InTx(t.Context(), func(tx store.Tx) error { return tx.Apply(t.Context(), changes) })
		}
	}
	step(0, write(made))
	var altered []hierarchy.Change
	for _, c := range made {
		if e, ok := c.(hierarchy.Create); ok && e.Target().Table == "entities" {
			altered = append(altered, hierarchy.Update{Origin: e.Origin, Ref: e.Target(), Fields: []hierarchy.FieldChange{{Field: "description", Before: "null", After: `"rain"`}}})
		}
	}
	step(1, write(altered))
	step(2, func() error {
		return s.Read(t.Context(), func(r store.Reader) error {
			_, err := r.Snapshot(t.Context(), "tv", hierarchy.With{Castings: true, Tasks: true, TimeSpents: true})
			return err
		})
	})
	return counts
}

// BenchmarkApply writes new shots with four tasks each.
func BenchmarkApply(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint("shots=", n), func(b *testing.B) {
			b.ReportAllocs()
			changes := storetest.Shots(n, 4)
			for b.Loop() {
				b.StopTimer()
				s := migrated(b, storetest.PostgresURL(b))
				b.StartTimer()
				storetest.Apply(b, s, changes)
			}
		})
	}
}

// BenchmarkSnapshot reads as many: what an import costs that changes nothing.
func BenchmarkSnapshot(b *testing.B) {
	b.ReportAllocs()
	s := migrated(b, storetest.PostgresURL(b))
	storetest.Apply(b, s, storetest.Shots(10_000, 4))
	for b.Loop() {
		storetest.ReadTasks(b, s, hierarchy.With{Tasks: true, Castings: true}, 40_000)
	}
}

// BenchmarkBareSnapshot reads what a small request needs of a large production.
func BenchmarkBareSnapshot(b *testing.B) {
	b.ReportAllocs()
	s := migrated(b, storetest.PostgresURL(b))
	storetest.Apply(b, s, storetest.Shots(10_000, 4))
	for b.Loop() {
		storetest.ReadTasks(b, s, hierarchy.With{Bare: true}, 0)
	}
}
