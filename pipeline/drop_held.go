package pipeline

import (
	"context"

	"turnover/hierarchy"
	"turnover/schedule"
	"turnover/store"
)

// DropPlan tells what became of the plan of a drop that was held: Held while it
// waits, else Applied or Rejected, by a person.
func (p *Pipeline) DropPlan(ctx context.Context, id string) (*TakenDrop, error) {
	t := &TakenDrop{}
	err := p.Store.Read(ctx, func(r store.Reader) error {
		record, made, err := p.findPlan(ctx, r, id)
		if err != nil {
			return err
		}
		t.Made, t.List = made, File{Name: made.Source.Name}
		t.Plan, t.Outcome = record.ID, Outcome{Plan: record.ID, Summary: made.Summary}
		switch record.State {
		case "applied":
			return t.appliedBy(ctx, r, record.Project)
		case "rejected":
			t.State, t.Message = schedule.Rejected, "a person rejected the plan"
		default:
			t.State, t.Message = schedule.Held, dropMessage(schedule.Held, made)
		}
		return nil
	})
	return t, err
}

// appliedBy finds the import that applied the plan of a drop.
func (t *TakenDrop) appliedBy(ctx context.Context, r store.Reader, project hierarchy.ID) error {
	t.State, t.Message, t.Outcome.Applied = schedule.Applied, dropMessage(schedule.Applied, t.Made), true
	all, err := r.Imports(ctx, project)
	if err != nil {
		return err
	}
	for _, one := range all { // the newest comes first
		if one.PlanID == t.Plan && one.Kind != kindUndo {
			t.Import, t.Outcome.Import = one.ID, &one.ID
			t.Message = oneLine(t.Message + ", by " + one.Author)
			break
		}
	}
	return nil
}
