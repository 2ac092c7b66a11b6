package storetest

import (
	"errors"
	"sync"
	"time"

	"turnover/hierarchy"
	"turnover/store"
)

var errOwn = errors.New("the function's own")

var transactions = []promise{
	{"an error inside InTx keeps nothing", func(b *bed) {
		before := b.dump()
		err := b.store.InTx(b.ctx, func(tx store.Tx) error {
			b.check(tx.Apply(b.ctx, production()))
			b.check(tx.PutLedger(b.ctx, &store.LedgerRecord{Key: "k", State: "done", At: noon}))
			return errOwn
		})
		if !errors.Is(err, errOwn) {
			b.Errorf("got %v, want the function's own error", err)
		}
		b.same(before, b.dump())
	}},
	{"a panic inside InTx keeps nothing and goes on up", func(b *bed) {
		before := b.dump()
		func() {
			defer func() { b.equal(recover(), "boom", "panic") }()
			_ = b.store.InTx(b.ctx, func(tx store.Tx) error {
				b.check(tx.Apply(b.ctx, production()))
				panic("boom")
			})
		}()
		b.same(before, b.dump())
		b.seeded() // and the store still works
	}},
	{"an Apply that was refused spoils the transaction though its function goes on", func(b *bed) {
		b.seeded()
		before := b.dump()
		err := b.store.InTx(b.ctx, func(tx store.Tx) error {
			b.check(tx.Apply(b.ctx, create(inTV, shot("new", "sq1", "SH030"))))
			_ = tx.Apply(b.ctx, create(inTV, shot("again", "sq1", "SH010")))
			return nil
		})
		if err == nil {
			b.Error("the transaction was committed")
		}
		b.same(before, b.dump())
	}},
	{"a transaction reads what it wrote, others only when it has ended", func(b *bed) {
		b.seeded()
		b.tx(func(tx store.Tx) error {
			b.check(tx.Apply(b.ctx, create(inTV, shot("new", "sq1", "SH030"))))
			s, err := tx.Snapshot(b.ctx, "TV Show", hierarchy.With{})
			b.check(err)
			if s.Entity("new") == nil {
				b.Error("the transaction does not see its own shot")
			}
			if b.snapshot().Entity("new") != nil {
				b.Error("another reader sees a shot that is not committed")
			}
			return nil
		})
		if b.snapshot().Entity("new") == nil {
			b.Error("the shot is not there after the commit")
		}
	}},
	{"a Read sees one state, and does not block a writer", func(b *bed) {
		b.seeded()
		b.read(func(r store.Reader) {
			first, err := r.Snapshot(b.ctx, "tv", hierarchy.With{})
			b.check(err)
			b.apply(create(inTV, shot("new", "sq1", "SH030")))
			second, err := r.Snapshot(b.ctx, "tv", hierarchy.With{})
			b.check(err)
			b.equal(len(second.Entities), len(first.Entities), "entities in one Read")
			b.equal(second.Revision, first.Revision, "revision in one Read")
		})
		b.equal(len(b.snapshot().Entities), 7, "entities afterwards")
	}},
	{"two writers: one waits or gets ErrBusy, and no change is lost", func(b *bed) {
		b.seeded()
		var group sync.WaitGroup
		failed := make([]error, 4)
		for i := range failed {
			group.Go(func() {
				failed[i] = b.store.InTx(b.ctx, func(tx store.Tx) error {
					if err := tx.Lock(b.ctx, "tv"); err != nil {
						return err
					}
					name := string(rune('A' + i))
					return tx.Apply(b.ctx, create(inTV, shot(hierarchy.ID(name), "sq1", name)))
				})
			})
		}
		group.Wait()
		done := 0
		for _, err := range failed {
			if err == nil {
				done++
			} else if !errors.Is(err, store.ErrBusy) {
				b.Errorf("got %v, want ErrBusy", err)
			}
		}
		s := b.snapshot()
		b.equal(len(s.Entities), 6+done, "entities")
		b.equal(s.Revision, 1+done, "revision")
	}},
	{"Lock serialises writers of one production", func(b *bed) {
		b.seeded()
		held, release := make(chan struct{}), make(chan struct{})
		var group sync.WaitGroup
		var first, second error
		group.Go(func() {
			first = b.store.InTx(b.ctx, func(tx store.Tx) error {
				if err := tx.Lock(b.ctx, "tv"); err != nil {
					return err
				}
				close(held)
				<-release
				return tx.Apply(b.ctx, []hierarchy.Change{update(inTV, shot("sh1", "", ""), set("nb_frames", 48, 50))})
			})
		})
		<-held
		group.Go(func() {
			second = b.store.InTx(b.ctx, func(tx store.Tx) error {
				if err := tx.Lock(b.ctx, "tv"); err != nil {
					return err
				}
				s, err := tx.Snapshot(b.ctx, "tv", hierarchy.With{}) // what the first wrote
				if err != nil {
					return err
				}
				return tx.Apply(b.ctx, []hierarchy.Change{update(inTV, shot("sh1", "", ""), set("nb_frames", s.Entity("sh1").Frames(), 60))})
			})
		})
		time.Sleep(50 * time.Millisecond) // so that the second waits; the outcome is the same if not
		close(release)
		group.Wait()
		b.check(errors.Join(first, second))
		b.equal(b.snapshot().Entity("sh1").Frames(), 60, "frames")
	}},
	{"of two writers of one row or one name, planned upon the same state, one is refused", func(b *bed) {
		b.seeded()
		for what, change := range map[string]func(i int) hierarchy.Change{
			"row": func(i int) hierarchy.Change { return update(inTV, ref("sh1"), set("nb_frames", 48, 50+i)) },
			"name": func(i int) hierarchy.Change {
				return hierarchy.Create{Origin: inTV, Row: shot(hierarchy.ID(rune('x'+i)), "sq1", "the same")}
			},
		} {
			var group sync.WaitGroup
			failed := make([]error, 2)
			for i := range failed {
				group.Go(func() { failed[i] = b.tryApply(change(i)) })
			}
			group.Wait()
			refused := 0
			for _, err := range failed {
				var stale *hierarchy.StaleError
				var taken *store.ConflictError
				switch {
				case errors.As(err, &stale), errors.As(err, &taken), errors.Is(err, store.ErrBusy):
					refused++
				case err != nil:
					b.Errorf("%s: got %v, want a refusal", what, err)
				}
			}
			b.equal(refused, 1, "refused writers of one "+what)
		}
	}},
	{"a canceled context ends in an error and keeps nothing", func(b *bed) {
		ctx, cancel := testingContext(b.T)
		err := b.store.InTx(ctx, func(tx store.Tx) error {
			b.check(tx.Apply(ctx, production()))
			cancel()
			return nil
		})
		if err == nil {
			b.Error("a canceled transaction was committed")
		}
		b.read(func(r store.Reader) {
			projects, err := r.Projects(b.ctx)
			b.check(err)
			b.equal(len(projects), 0, "projects")
		})
	}},
	{"the database finds no fault in itself", func(b *bed) {
		b.seeded()
		b.read(func(r store.Reader) {
			faults, err := r.Check(b.ctx)
			b.check(err)
			b.equal(len(faults), 0, "faults")
		})
	}},
	{"Describe and Migrate: a migrated store migrates again without change", func(b *bed) {
		b.seeded()
		before := b.dump()
		b.check(b.store.Migrate(b.ctx))
		b.same(before, b.dump())
		if b.store.Describe() == "" {
			b.Error("the store has no description")
		}
	}},
}
