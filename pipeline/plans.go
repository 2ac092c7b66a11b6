package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/plan"
	"turnover/store"
)

// Plans lists stored plans, newest first; project "" lists all.
func (p *Pipeline) Plans(ctx context.Context, project string) (out []*store.PlanRecord, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		ids, err := p.projectIDs(ctx, r, project)
		for _, id := range ids {
			some, err := r.Plans(ctx, id)
			if err != nil {
				return err
			}
			out = append(out, some...)
		}
		return err
	})
	return out, err
}

// ShowPlan gives a stored plan by its id or the beginning of it.
func (p *Pipeline) ShowPlan(ctx context.Context, id string) (record *store.PlanRecord, body *plan.Plan, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		record, body, err = p.findPlan(ctx, r, id)
		return err
	})
	return record, body, err
}

// Kept reads the file of a stored plan again, with the options of its time.
func (p *Pipeline) Kept(ctx context.Context, of *plan.Plan) (*Inspection, error) {
	var record *store.SourceRecord
	err := p.Store.Read(ctx, func(r store.Reader) error {
		var err error
		record, err = r.Source(ctx, of.Source.SHA256)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read kept file %q: %w", of.Source.Name, err)
	}
	var opts importers.Options
	if err := json.Unmarshal(record.Options, &opts); err != nil {
		return nil, fmt.Errorf("read kept file %q: %w", of.Source.Name, err)
	}
	return p.Inspect(ctx, importers.File{Name: of.Source.Name, Bytes: record.Bytes}, opts)
}

// ImportOf gives the id of the import that applied a plan, "" where there is
// none.
func (p *Pipeline) ImportOf(ctx context.Context, of *store.PlanRecord) (id string, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		all, err := r.Imports(ctx, of.Project)
		for _, one := range all {
			if one.PlanID == of.ID && one.SourceSHA == of.SourceSHA {
				id = one.ID // the newest comes first
				break
			}
		}
		return err
	})
	return id, err
}

// RejectPlan marks a stored plan as not wanted; an applied one stays applied.
func (p *Pipeline) RejectPlan(ctx context.Context, id string) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		record, _, err := p.findPlan(ctx, tx, id)
		if err != nil {
			return err
		}
		if record.State == "applied" {
			return usage("plan %s was applied already and cannot be rejected", record.ID)
		}
		record.State = "rejected"
		return tx.PutPlan(ctx, record)
	})
}

// Imports lists what was imported, newest first; project "" lists all.
func (p *Pipeline) Imports(ctx context.Context, project string) (out []*store.ImportRecord, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		ids, err := p.projectIDs(ctx, r, project)
		for _, id := range ids {
			some, err := r.Imports(ctx, id)
			if err != nil {
				return err
			}
			out = append(out, some...)
		}
		return err
	})
	return out, err
}

// ShowImport gives one import by its id or the beginning of it, with its plan
// and outcome; the plan is nil of what had none, such as an archive.
func (p *Pipeline) ShowImport(ctx context.Context, id string) (*store.ImportRecord, *plan.Plan, Outcome, error) {
	var record *store.ImportRecord
	var made *plan.Plan
	err := p.Store.Read(ctx, func(r store.Reader) (err error) {
		if record, err = p.findImport(ctx, r, id); err != nil || record.PlanID == "" || record.Kind == "undo" {
			return err
		}
		_, made, err = p.findPlan(ctx, r, record.PlanID)
		return err
	})
	if err != nil || made == nil {
		return record, nil, Outcome{}, err
	}
	return record, made, Outcome{Import: &record.ID, Plan: made.ID, Applied: true, Summary: made.Summary}, nil
}

// UndoneBy finds the undo of each import of a list that was undone, by the
// import's id.
func UndoneBy(all []*store.ImportRecord) map[string]*store.ImportRecord {
	out := map[string]*store.ImportRecord{}
	for _, r := range all {
		if r.Kind == kindUndo {
			out[r.PlanID] = r
		}
	}
	return out
}

// findPlan finds a plan by id or the beginning of one.
func (p *Pipeline) findPlan(ctx context.Context, r store.Reader, id string) (*store.PlanRecord, *plan.Plan, error) {
	record, err := r.Plan(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		record, err = p.planByPrefix(ctx, r, id)
	}
	if err != nil {
		return nil, nil, err
	}
	body, err := unpackPlan(record.Body)
	if err != nil {
		return nil, nil, fmt.Errorf("plan %s: %w", record.ID, err)
	}
	return record, body, nil
}

func (p *Pipeline) planByPrefix(ctx context.Context, r store.Reader, id string) (*store.PlanRecord, error) {
	ids, err := p.projectIDs(ctx, r, "")
	if err != nil {
		return nil, err
	}
	var all []*store.PlanRecord
	for _, project := range ids {
		some, err := r.Plans(ctx, project)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return pick("plan", id, all, func(r *store.PlanRecord) string { return r.ID })
}

// shortest is how much of an id must be given.
const shortest = 4

func pick[T any](what, prefix string, all []T, id func(T) string) (T, error) {
	var found []T
	for _, one := range all {
		if len(prefix) >= shortest && strings.HasPrefix(id(one), prefix) {
			found = append(found, one)
		}
	}
	var none T
	switch len(found) {
	case 0:
		return none, usage("there is no %s %q: list them with \"turnover %s\"", what, prefix, listing(what))
	case 1:
		return found[0], nil
	}
	return none, usage("%q begins the ids of several (%d): give more of it", prefix, len(found))
}

// listing is the verb that lists what is asked for by id.
func listing(what string) string {
	if what == aliasMemo || what == pendingMemo {
		return what + " list"
	}
	return what + "s"
}

func (p *Pipeline) projectIDs(ctx context.Context, r store.Reader, project string) ([]hierarchy.ID, error) {
	all, err := r.Projects(ctx)
	if err != nil {
		return nil, err
	}
	var ids []hierarchy.ID
	for _, one := range all {
		if project == "" || one.Name == project || string(one.ID) == project {
			ids = append(ids, one.ID)
		}
	}
	if project != "" && len(ids) == 0 {
		return nil, p.unknownProject(ctx, r, project)
	}
	return ids, nil
}
