package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"turnover/hierarchy"
	"turnover/plan"
	"turnover/schedule"
	"turnover/store"
)

// A DropResult is what stands in the mark of a drop: what came of it.
type DropResult struct {
	Drop schedule.Drop `json:"drop"`
	schedule.Taken
}

// errTaken says that another worker took the drop in the meantime.
var errTaken = errors.New("the drop was taken by another worker meanwhile")

// A dropMark is written in the transaction that does what its drop asks for, so
// that there is never one without the other. A nil one is of a list that is no
// drop, and is not written.
type dropMark struct {
	drop schedule.Drop
	now  func() time.Time
}

// begin waits for other writers of the production ("" for none) and makes sure
// that none of them took the drop.
func (m *dropMark) begin(ctx context.Context, tx store.Tx, project hierarchy.ID) error {
	if m == nil {
		return nil
	}
	if project != "" {
		if err := tx.Lock(ctx, project); err != nil {
			return err
		}
	}
	before, err := dropResult(ctx, tx, m.drop)
	if before != nil {
		return errTaken
	}
	return err
}

// put writes what came of the drop.
func (m *dropMark) put(ctx context.Context, tx store.Tx, state string, made *plan.Plan, out Outcome) error {
	if m == nil {
		return nil
	}
	result := DropResult{m.drop, schedule.Taken{State: state, Message: dropMessage(state, made)}}
	if state != schedule.Rejected && state != schedule.Nothing {
		result.Plan = out.Plan
	}
	if out.Import != nil {
		result.Import = *out.Import
	}
	body, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("mark drop: %w", err)
	}
	return tx.PutLedger(ctx, &store.LedgerRecord{Key: m.drop.Key(), State: state, At: hierarchy.At(m.now()), Result: body})
}

// dropResult reads the mark of a drop; nil where it was not taken yet, or was
// given up because the machine failed.
func dropResult(ctx context.Context, r store.Reader, d schedule.Drop) (*DropResult, error) {
	record, err := r.LedgerEntry(ctx, d.Key())
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var result DropResult
	if err := json.Unmarshal(record.Result, &result); err != nil {
		return nil, fmt.Errorf("read mark %s: %w", record.Key, err)
	}
	if record.State == schedule.Parked || result.State == schedule.Parked || result.State == "" {
		return nil, nil
	}
	return &result, nil
}

// heldState tells an older version, which nobody may be waiting for, from a list
// that a person is to look at.
func heldState(made *plan.Plan) string {
	for _, g := range made.Gates {
		if g.Code == plan.GateOlder {
			return schedule.Superseded
		}
	}
	return schedule.Held
}
