package storetest

import (
	"errors"
	"strings"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
	"turnover/store"
)

var (
	source = &store.SourceRecord{SHA256: "abc", Name: "cut.edl", Bytes: []byte("TITLE\x00\xff"), KeptAt: noon, Version: "edl/1", Options: []byte(`{"fps":"25"}`)}
	done   = &store.ImportRecord{ID: "i1", Project: "tv", PlanID: "p1", SourceSHA: "abc", SourceName: "cut.edl", Kind: "shots", Author: "ada", Accepted: "PLN101 by ada", At: noon, Summary: []byte(`{}`), Receipt: []byte(`[]`)}
	held   = &store.PlanRecord{ID: "p1", Project: "tv", SourceSHA: "abc", SourceName: "cut.edl", State: "held", Author: "ada", At: noon, Revision: 7, Body: []byte(`{"a":1}`)}
	cut    = store.CutRecord{ID: "c1", Project: "tv", Scope: "EP01/SQ010", ImportID: "i1", SourceSHA: "abc", SourceName: "cut.edl", Title: "R1", FPS: "25", At: noon, Body: []byte(`[]`)}
	memo   = &store.Memo{ID: "m1", Project: "tv", Kind: "alias", Key: "shot SH10", Value: []byte(`{"name":"SH010"}`), Author: "ada", At: noon, ImportID: "i1"}
	mark   = &store.LedgerRecord{Key: "import/sha256:abc", State: "begun", At: noon, Result: []byte(`{}`)}
)

// keepRecords puts one of each record.
func (b *bed) keepRecords() {
	b.Helper()
	b.tx(func(tx store.Tx) error {
		c := cut
		return errors.Join(tx.PutSource(b.ctx, source), tx.PutImport(b.ctx, done), tx.PutPlan(b.ctx, held), tx.PutCut(b.ctx, &c), tx.PutLedger(b.ctx, mark), tx.PutMemo(b.ctx, memo))
	})
}

func (b *bed) matches(got, want any, err error) {
	b.Helper()
	b.check(err)
	if d := cmp.Diff(want, got); d != "" {
		b.Errorf("record (-want +got):\n%s", d)
	}
}

var recordKeeping = []promise{
	{"records come back byte for byte", func(b *bed) {
		b.keepRecords()
		b.read(func(r store.Reader) {
			gotSource, err := r.Source(b.ctx, "abc")
			b.matches(gotSource, source, err)
			gotImport, err := r.Import(b.ctx, "i1")
			b.matches(gotImport, done, err)
			gotPlan, err := r.Plan(b.ctx, "p1")
			b.matches(gotPlan, held, err)
			gotMark, err := r.LedgerEntry(b.ctx, mark.Key)
			b.matches(gotMark, mark, err)
			memos, err := r.Memos(b.ctx, "tv", "alias")
			b.matches(memos, []*store.Memo{memo}, err)
			cuts, err := r.Cuts(b.ctx, "tv", "EP01/SQ010")
			want := cut
			want.Revision = 1
			b.matches(cuts, []*store.CutRecord{&want}, err)
			scopes, err := r.CutScopes(b.ctx, "tv")
			b.matches(scopes, []string{"EP01/SQ010"}, err)
		})
	}},
	{"a record that is not there is ErrNotFound, a list of none is empty", func(b *bed) {
		b.read(func(r store.Reader) {
			_, a := r.Source(b.ctx, "none")
			_, c := r.Import(b.ctx, "none")
			_, d := r.Plan(b.ctx, "none")
			_, e := r.LedgerEntry(b.ctx, "none")
			for _, err := range []error{a, c, d, e} {
				if !errors.Is(err, store.ErrNotFound) {
					b.Errorf("got %v, want ErrNotFound", err)
				}
			}
			cuts, err := r.Cuts(b.ctx, "tv", "")
			b.check(err)
			b.equal(len(cuts), 0, "cuts")
			scopes, err := r.CutScopes(b.ctx, "tv")
			b.check(err)
			b.equal(len(scopes), 0, "scopes of cuts")
		})
	}},
	{"a memo of the same id replaces the other, and others' are not among them", func(b *bed) {
		b.keepRecords()
		revoked, other := *memo, *memo
		revoked.RevokedAt, revoked.RevokedBy = later(1), "bob"
		other.ID, other.Project = "m2", "film"
		b.tx(func(tx store.Tx) error { return errors.Join(tx.PutMemo(b.ctx, &revoked), tx.PutMemo(b.ctx, &other)) })
		b.read(func(r store.Reader) {
			got, err := r.Memos(b.ctx, "tv", "alias")
			b.matches(got, []*store.Memo{&revoked}, err)
			none, err := r.Memos(b.ctx, "tv", "pending")
			b.check(err)
			b.equal(len(none), 0, "of another kind")
		})
	}},
	{"the same source twice is one, with the first name", func(b *bed) {
		b.keepRecords()
		b.tx(func(tx store.Tx) error {
			again := *source
			again.Name = "copy.edl"
			return tx.PutSource(b.ctx, &again)
		})
		b.read(func(r store.Reader) {
			got, err := r.Source(b.ctx, "abc")
			b.matches(got, source, err)
		})
	}},
	{"imports and plans are listed newest first, a plan replaces its earlier self", func(b *bed) {
		b.keepRecords()
		b.tx(func(tx store.Tx) error {
			second, third, plan := *done, *done, *held
			second.ID, second.At = "i2", later(1)
			third.ID, third.Project = "i3", "film"
			plan.State = "applied"
			return errors.Join(tx.PutImport(b.ctx, &second), tx.PutImport(b.ctx, &third), tx.PutPlan(b.ctx, &plan))
		})
		b.read(func(r store.Reader) {
			list, err := r.Imports(b.ctx, "tv")
			b.check(err)
			b.equal(len(list), 2, "imports")
			b.equal(list[0].ID, "i2", "newest")
			plans, err := r.Plans(b.ctx, "tv")
			b.check(err)
			b.equal(len(plans), 1, "plans")
			b.equal(plans[0].State, "applied", "state")
		})
	}},
	{"the same import twice is refused", func(b *bed) {
		b.keepRecords()
		before := b.dump()
		if err := b.store.InTx(b.ctx, func(tx store.Tx) error { return tx.PutImport(b.ctx, done) }); err == nil {
			b.Error("an import was recorded twice")
		}
		b.same(before, b.dump())
	}},
	{"cuts are numbered within their scope", func(b *bed) {
		for _, c := range []struct {
			id, scope string
			want      int64
		}{{"a", "EP01", 1}, {"b", "EP01", 2}, {"c", "", 1}, {"d", "EP01", 3}, {"e", "", 2}} {
			record := cut
			record.ID, record.Scope = c.id, c.scope
			b.tx(func(tx store.Tx) error { return tx.PutCut(b.ctx, &record) })
			b.equal(record.Revision, c.want, c.id)
		}
		b.read(func(r store.Reader) {
			cuts, err := r.Cuts(b.ctx, "tv", "EP01")
			b.check(err)
			b.equal(len(cuts), 3, "cuts")
			b.equal(cuts[2].ID, "d", "the last")
		})
	}},
	{"the ledger is written with the work or not at all", func(b *bed) {
		b.seeded()
		entry := func(r store.Reader) error { _, err := r.LedgerEntry(b.ctx, mark.Key); return err }
		_ = b.store.InTx(b.ctx, func(tx store.Tx) error {
			b.check(tx.PutLedger(b.ctx, mark))
			return tx.Apply(b.ctx, create(inTV, shot("new", "nowhere", "SH030")))
		})
		b.read(func(r store.Reader) {
			if err := entry(r); !errors.Is(err, store.ErrNotFound) {
				b.Errorf("got %v, want ErrNotFound", err)
			}
		})
		b.tx(func(tx store.Tx) error {
			return errors.Join(tx.PutLedger(b.ctx, mark), tx.Apply(b.ctx, create(inTV, shot("new", "sq1", "SH030"))))
		})
		b.tx(func(tx store.Tx) error {
			after := *mark
			after.State, after.Result = "done", nil
			return tx.PutLedger(b.ctx, &after)
		})
		b.read(func(r store.Reader) {
			got, err := r.LedgerEntry(b.ctx, mark.Key)
			b.check(err)
			b.equal(got.State, "done", "state")
			b.equal(got.Result == nil, true, "no result")
		})
		b.equal(b.snapshot().Entity("new") != nil, true, "the work")
	}},
	{"the ledger is listed by the beginning of its keys", func(b *bed) {
		b.tx(func(tx store.Tx) error {
			for _, key := range []string{"drop/a/2", "drop/a/1", "drop/ab/1", "drop/a", "drop/a/é", "drop/%/1", "dropper/1"} {
				b.check(tx.PutLedger(b.ctx, &store.LedgerRecord{Key: key, State: "done", At: noon}))
			}
			return nil
		})
		b.read(func(r store.Reader) {
			for prefix, want := range map[string]string{"drop/a/": "drop/a/1 drop/a/2 drop/a/é", "drop/%": "drop/%/1", "none/": ""} {
				got, err := r.Ledger(b.ctx, prefix)
				b.check(err)
				var keys []string
				for _, one := range got {
					keys = append(keys, one.Key)
				}
				b.equal(strings.Join(keys, " "), want, prefix)
			}
		})
	}},
	{"a text that cannot be kept is refused in records, too", func(b *bed) {
		bad := *mark
		bad.Key = "nul\x00"
		err := b.store.InTx(b.ctx, func(tx store.Tx) error { return tx.PutLedger(b.ctx, &bad) })
		var c *store.ConflictError
		if !errors.As(err, &c) {
			b.Errorf("got %v, want a ConflictError", err)
		}
	}},
	{"an update needs no project", func(b *bed) {
		b.seeded()
		b.apply([]hierarchy.Change{update(shared, person("ada"), set("active", true, false))})
		b.equal(b.snapshot().Shared, 2, "shared revision")
	}},
}
