package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/pipeline"
	"turnover/store"
)

// A busy store has another writer who comes first each time.
type busy struct {
	store.Store
	other func()
}

func (b busy) InTx(ctx context.Context, f func(store.Tx) error) error {
	b.other()
	return b.Store.InTx(ctx, f)
}

// A list is applied to a production that moves whenever it was planned: in the
// end it keeps the others waiting.
func TestApplyToAProductionThatMoves(t *testing.T) {
	for name, c := range map[string]struct {
		others func(n int) string // the list of the n-th other import
		hold   bool
		want   func(pipeline.Outcome, error) bool
	}{
		"applied": {another, false, func(out pipeline.Outcome, err error) bool { return err == nil && out.Applied && out.Import != nil }},
		"held": {another, true, func(out pipeline.Outcome, err error) bool {
			return errors.Is(err, pipeline.ErrHeld) && out.Import == nil
		}},
		"nothing is left to do": {func(n int) string {
			if n == 3 {
				return oneShot
			}
			return another(n)
		}, false, func(out pipeline.Outcome, err error) bool { return err == nil && out.NothingToDo && !out.Applied }},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPipeline(t)
			film(t, p)
			q, others := *p, 0
			q.Store = busy{p.Store, func() {
				others++
				apply(t, p, "other.csv", c.others(others))
			}}
			made, out, err := q.ApplyFile(t.Context(), importers.File{Name: "a.csv", Bytes: []byte(oneShot)}, "film", pipeline.Options{Hold: c.hold}, pipeline.Acceptance{})
			if !c.want(out, err) || made == nil || made.ID != out.Plan || !c.hold && others != 3 {
				t.Errorf("after %d others: %+v, %v", others, out, err)
			}
			want := others
			if out.Applied {
				want++
			}
			if got := imported(t, p); got != want {
				t.Errorf("%d imports, want %d", got, want)
			}
		})
	}
}

func another(n int) string { return fmt.Sprintf("Sequence,Name,Nb Frames\nSQ900,SH%03d,24\n", 10*n) }

func TestManyWritersOfOneProduction(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	p.Now = func() time.Time { return time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC) } // of several goroutines
	p.NewID = func() hierarchy.ID { return hierarchy.ID(uuid.NewString()) }
	const writers = 20
	var all sync.WaitGroup
	for n := range writers {
		all.Go(func() {
			f := importers.File{Name: "a.csv", Bytes: []byte(another(n))}
			if _, out, err := p.ApplyFile(t.Context(), f, "film", pipeline.Options{}, pipeline.Acceptance{}); err != nil || !out.Applied {
				t.Errorf("writer %d: %+v, %v", n, out, err)
			}
		})
	}
	all.Wait()
	if got := imported(t, p); got != writers {
		t.Errorf("%d imports of %d writers", got, writers)
	}
}
