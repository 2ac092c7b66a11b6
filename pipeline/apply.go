package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/plan"
	"turnover/schedule"
	"turnover/store"
)

// An Acceptance says which gates a person lets pass.
type Acceptance struct {
	All   bool
	Codes []string
}

// An Outcome is what an apply did, in the words of the JSON contract. Import is
// null where nothing was written.
type Outcome struct {
	Import      *string                   `json:"import"`
	Plan        string                    `json:"plan"`
	Applied     bool                      `json:"applied"`
	NothingToDo bool                      `json:"nothing_to_do"`
	Summary     map[string]map[string]int `json:"summary"`
}

// errMoved says that the production changed between planning and writing.
var errMoved = errors.New("the project was changed by another import meanwhile")

// unlocked is how often a file is planned while others may write. Then they have
// to wait, or of several writers each would spoil the others' plans.
const unlocked = 2

// ApplyFile plans a file and applies it in one transaction. The plan comes back
// with every outcome; a plan with errors gives *InputError and one that a gate
// holds is stored and gives ErrHeld.
func (p *Pipeline) ApplyFile(ctx context.Context, f importers.File, project string, opts Options, accept Acceptance) (*plan.Plan, Outcome, error) {
	defer spareMemory(f)()
	for try := 1; try <= unlocked; try++ {
		made, err := p.Plan(ctx, f, project, opts)
		if err != nil {
			return nil, Outcome{}, err
		}
		made.Inspection = made.withoutList() // the plan has what it needs; a large list is as large again
		if len(f.Bytes) > largeFile {
			debug.FreeOSMemory() // before the database takes its share
		}
		out, err := p.applyPlanned(ctx, made, accept, opts.mark)
		if !errors.Is(err, errMoved) {
			return made.Plan, out, err
		}
		p.Log.Debug().Str("project", project).Int("try", try).Msg("the project moved: planning again")
	}
	return p.applyLocked(ctx, f, project, opts, accept)
}

// applyPlanned writes a fresh plan and the mark of its drop, or says why not.
func (p *Pipeline) applyPlanned(ctx context.Context, made *Planned, accept Acceptance, mark *dropMark) (Outcome, error) {
	out := Outcome{Plan: made.Plan.ID, Summary: made.Plan.Summary}
	if made.Plan.Diagnostics.HasErrors() || made.Plan.Empty() {
		return p.told(made, accept, out, nil)
	}
	err := p.Store.InTx(ctx, func(tx store.Tx) error { return p.applyIn(ctx, tx, made, accept, mark, &out) })
	return p.told(made, accept, out, err)
}

// applyLocked plans a file and applies it while no other writes to its production.
func (p *Pipeline) applyLocked(ctx context.Context, f importers.File, project string, opts Options, accept Acceptance) (*plan.Plan, Outcome, error) {
	in, err := p.readFor(ctx, f, project, opts)
	if err != nil {
		return nil, Outcome{}, err
	}
	var made *Planned
	var out Outcome
	err = p.Store.InTx(ctx, func(tx store.Tx) error {
		small, err := p.snapshotIn(ctx, tx, project, hierarchy.With{Bare: true})
		if err != nil {
			return err
		}
		if err := tx.Lock(ctx, small.Project.ID); err != nil {
			return err
		}
		snap, rules, err := p.basis(ctx, tx, in, project, opts)
		if err != nil {
			return err
		}
		made = planOn(in, snap, rules, opts)
		made.Inspection = made.withoutList()
		out = Outcome{Plan: made.Plan.ID, Summary: made.Plan.Summary}
		if made.Plan.Diagnostics.HasErrors() || made.Plan.Empty() {
			return nil
		}
		return p.applyIn(ctx, tx, made, accept, opts.mark, &out)
	})
	if made == nil {
		return nil, Outcome{}, err
	}
	out, err = p.told(made, accept, out, err)
	return made.Plan, out, err
}

// applyIn writes a plan that changes something, or stores it where a gate holds it.
func (p *Pipeline) applyIn(ctx context.Context, tx store.Tx, made *Planned, accept Acceptance, mark *dropMark, out *Outcome) error {
	if len(notAccepted(made.Plan, accept)) > 0 {
		if err := mark.begin(ctx, tx, made.Plan.ProjectID); err != nil {
			return err
		}
		if err := p.keepPlan(ctx, tx, made, "held"); err != nil {
			return err
		}
		return mark.put(ctx, tx, heldState(made.Plan), made.Plan, *out)
	}
	if err := tx.Lock(ctx, made.Plan.ProjectID); err != nil {
		return err
	}
	if err := mark.begin(ctx, tx, made.Plan.ProjectID); err != nil {
		return err
	}
	snap, err := standingNow(ctx, tx, made)
	if err != nil {
		return err
	}
	if err := p.keepSource(ctx, tx, made.Inspection); err != nil {
		return err
	}
	if err := p.write(ctx, tx, snap, made.Plan, accept, out); err != nil {
		return err
	}
	return mark.put(ctx, tx, schedule.Applied, made.Plan, *out)
}

// standingNow gives the production as it stands, errMoved where that is not what
// was planned upon. Every write counts a revision: at the same ones all rows are
// as they were read for the plan, and a large production is not read twice.
func standingNow(ctx context.Context, tx store.Tx, made *Planned) (*hierarchy.Snapshot, error) {
	now, err := tx.Snapshot(ctx, string(made.Plan.ProjectID), hierarchy.With{Bare: true})
	switch {
	case err != nil:
		return nil, err
	case now.Revision != made.Revision:
		return nil, errMoved
	case now.Shared == made.snap.Shared:
		return made.snap, nil
	}
	return tx.Snapshot(ctx, string(made.Plan.ProjectID), made.Plan.With())
}

// told says what came of a plan, once its transaction is over.
func (p *Pipeline) told(made *Planned, accept Acceptance, out Outcome, err error) (Outcome, error) {
	waiting := notAccepted(made.Plan, accept)
	switch {
	case err != nil:
		return Outcome{Plan: out.Plan, Summary: out.Summary}, err
	case made.Plan.Diagnostics.HasErrors():
		return out, &InputError{made.File.Name, made.Plan.Diagnostics}
	case made.Plan.Empty():
		out.NothingToDo = true
		return out, nil
	case len(waiting) > 0:
		return out, fmt.Errorf("%w: %s", ErrHeld, strings.Join(waiting, ", "))
	}
	p.Log.Info().Str("import", *out.Import).Str("file", made.File.Name).Str("project", made.Plan.Project).Int("changes", len(made.Plan.Changes)).Msg("applied")
	return out, nil
}

// ApplyStored applies a stored plan as it is: plan.ErrStale where what it was
// planned upon has changed, be it by the plan itself.
func (p *Pipeline) ApplyStored(ctx context.Context, id string, accept Acceptance) (*plan.Plan, Outcome, error) {
	var stored *plan.Plan
	var out Outcome
	err := p.Store.InTx(ctx, func(tx store.Tx) error {
		record, body, err := p.findPlan(ctx, tx, id)
		if err != nil {
			return err
		}
		stored, out = body, Outcome{Plan: body.ID, Summary: body.Summary}
		switch record.State {
		case "applied":
			return fmt.Errorf("apply plan %s: %w: it was applied already", record.ID, plan.ErrStale)
		case "rejected":
			return usage("plan %s was rejected: plan the file again", record.ID)
		}
		if waiting := notAccepted(stored, accept); len(waiting) > 0 {
			return fmt.Errorf("%w: %s", ErrHeld, strings.Join(waiting, ", "))
		}
		if err := tx.Lock(ctx, record.Project); err != nil {
			return err
		}
		snap, err := tx.Snapshot(ctx, string(record.Project), stored.With())
		if err != nil {
			return err
		}
		return p.write(ctx, tx, snap, stored, accept, &out)
	})
	if err != nil {
		out.Applied, out.Import = false, nil
	}
	return stored, out, err
}

// write binds a plan to the production as it is now and writes all of it:
// changes, cuts, receipt, ledger and the plan's own state.
func (p *Pipeline) write(ctx context.Context, tx store.Tx, snap *hierarchy.Snapshot, made *plan.Plan, accept Acceptance, out *Outcome) error {
	at, id := hierarchy.At(p.Now()), string(p.NewID())
	origin := hierarchy.Origin{Project: snap.Project.ID, At: at, Author: p.Author, Cause: hierarchy.Import, CauseID: id}
	err := made.BindEach(snap, origin, p.rowID(), func(changes []hierarchy.Change) error { return tx.Apply(ctx, changes) })
	if err != nil {
		return err
	}
	out.Import, out.Applied = &id, true
	if err := p.putImport(ctx, tx, made, accept, *out, at); err != nil {
		return err
	}
	if err := p.putCuts(ctx, tx, made, id, at); err != nil {
		return err
	}
	if err := p.remember(ctx, tx, made, id, at); err != nil {
		return err
	}
	result, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("store outcome: %w", err)
	}
	key := fmt.Sprintf("import/%s/sha256:%s", snap.Project.ID, made.Source.SHA256)
	if err := tx.PutLedger(ctx, &store.LedgerRecord{Key: key, State: "done", At: at, Result: result}); err != nil {
		return err
	}
	body, err := packPlan(made)
	if err != nil {
		return err
	}
	return tx.PutPlan(ctx, &store.PlanRecord{
		ID: made.ID, Project: snap.Project.ID, SourceSHA: made.Source.SHA256, SourceName: made.Source.Name,
		State: "applied", Author: p.Author, At: at, Revision: snap.Revision, Body: body,
	})
}

func (p *Pipeline) rowID() func() hierarchy.ID {
	if p.NewRowID != nil {
		return p.NewRowID
	}
	return p.NewID
}

func (p *Pipeline) putImport(ctx context.Context, tx store.Tx, made *plan.Plan, accept Acceptance, out Outcome, at hierarchy.Time) error {
	summary, err := json.Marshal(made.Summary)
	if err != nil {
		return fmt.Errorf("store summary: %w", err)
	}
	receipt, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("write receipt: %w", err)
	}
	return tx.PutImport(ctx, &store.ImportRecord{
		ID: *out.Import, Project: made.ProjectID, PlanID: made.ID, SourceSHA: made.Source.SHA256, SourceName: made.Source.Name,
		Kind: made.Kind, Author: p.Author, Accepted: accepted(made, p.Author), At: at, Summary: summary, Receipt: receipt,
	})
}

func (p *Pipeline) putCuts(ctx context.Context, tx store.Tx, made *plan.Plan, importID string, at hierarchy.Time) error {
	for _, c := range made.Cuts {
		if err := cutIsNew(ctx, tx, made, c); err != nil {
			return err
		}
		err := tx.PutCut(ctx, &store.CutRecord{
			ID: string(p.NewID()), Project: made.ProjectID, Scope: c.Scope, ImportID: importID, SourceSHA: made.Source.SHA256,
			SourceName: made.Source.Name, Title: c.Title, FPS: c.FPS, At: at, Body: c.Occurrences,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// cutIsNew refuses a cut that another import of the same list has stored since:
// a plan of nothing but a cut changes no row whose state could tell.
func cutIsNew(ctx context.Context, tx store.Tx, made *plan.Plan, c plan.Cut) error {
	if len(made.Changes) > 0 {
		return nil
	}
	stored, err := tx.Cuts(ctx, made.ProjectID, c.Scope)
	if err != nil || len(stored) == 0 {
		return err
	}
	if last := stored[len(stored)-1]; last.SourceSHA == made.Source.SHA256 && bytes.Equal(last.Body, c.Occurrences) {
		return fmt.Errorf("store cut: %w: %w", plan.ErrStale, errMoved)
	}
	return nil
}

// notAccepted lists the gates that still hold a plan.
func notAccepted(made *plan.Plan, accept Acceptance) []string {
	if !made.Held || accept.All {
		return nil
	}
	var waiting []string
	for _, g := range made.Gates {
		if !slices.Contains(accept.Codes, g.Code) {
			waiting = append(waiting, g.Code+" "+g.Summary)
		}
	}
	return waiting
}

// accepted says for the record which gates were let pass, and by whom.
func accepted(made *plan.Plan, author string) string {
	var codes []string
	for _, g := range made.Gates {
		codes = append(codes, g.Code)
	}
	if len(codes) == 0 {
		return ""
	}
	return strings.Join(codes, ", ") + " by " + author
}
