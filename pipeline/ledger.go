package pipeline

import (
	"context"
	"errors"

	"turnover/hierarchy"
	"turnover/schedule"
	"turnover/store"
)

// Ledger keeps the marks of scheduled work in the database.
type Ledger struct{ Store store.Store }

// Mark finds one; nil where there is none.
func (l Ledger) Mark(ctx context.Context, key string) (m *schedule.Mark, err error) {
	err = l.Store.Read(ctx, func(r store.Reader) error {
		m, err = ledgerMark(ctx, r, key)
		return err
	})
	return m, err
}

// ledgerMark finds one in a state that is read; nil where there is none.
func ledgerMark(ctx context.Context, r store.Reader, key string) (*schedule.Mark, error) {
	record, err := r.LedgerEntry(ctx, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return markOf(record), nil
}

// Marks lists those whose key begins with a prefix, by key.
func (l Ledger) Marks(ctx context.Context, prefix string) (out []schedule.Mark, err error) {
	err = l.Store.Read(ctx, func(r store.Reader) error {
		records, err := r.Ledger(ctx, prefix)
		for _, one := range records {
			out = append(out, *markOf(one))
		}
		return err
	})
	return out, err
}

// PutMark replaces the mark of the same key.
func (l Ledger) PutMark(ctx context.Context, m schedule.Mark) error {
	return l.Store.InTx(ctx, func(tx store.Tx) error {
		return tx.PutLedger(ctx, &store.LedgerRecord{Key: m.Key, State: m.State, At: hierarchy.At(m.At), Result: m.Result})
	})
}

func markOf(r *store.LedgerRecord) *schedule.Mark {
	return &schedule.Mark{Key: r.Key, State: r.State, At: r.At.Time, Result: r.Result}
}
