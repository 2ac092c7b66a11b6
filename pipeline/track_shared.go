package pipeline

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// sharedForms are the tables that all productions share and that requests write,
// with their fields.
var sharedForms = map[string]form{
	"task_types": {"name": 40, "short_name": 20, "description": 0, "color": 7, "priority": 0, "for_entity": 30, "allow_timelog": 0,
		"archived": 0, "department_id": 0},
	"task_statuses": {"name": 40, "short_name": 10, "description": 0, "color": 7, "priority": 0, "is_default": 0, "is_wip": 0,
		"is_feedback_request": 0, "is_done": 0, "is_retake": 0, "is_artist_allowed": 0, "is_client_allowed": 0, "for_concept": 0, "archived": 0},
	"entity_types":     {"name": 30, "short_name": 20, "description": 0, "archived": 0, "task_types": 0},
	"departments":      {"name": 80, "color": 7, "archived": 0},
	"studios":          {"name": 80, "color": 7, "archived": 0},
	"project_statuses": {"name": 20, "color": 7},
}

// trackShared is track for what all productions share.
func (p *Pipeline) trackShared(ctx context.Context, f func(*tracking) error) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		if err := tx.Lock(ctx, ""); err != nil {
			return err
		}
		snap, err := tx.Shared(ctx)
		if err != nil {
			return err
		}
		t := &tracking{ctx: ctx, tx: tx, snap: snap, origin: p.request("", hierarchy.At(p.Now()))}
		if err := f(t); err != nil {
			return err
		}
		return tx.Apply(ctx, t.changes)
	})
}

// CreateShared makes a row of what all productions share: a task type, a task
// status, an entity type, a department, a studio or a project status. row has
// the defaults; its id and stamps are given here. A name that is taken is a
// *ConflictError.
func (p *Pipeline) CreateShared(ctx context.Context, row hierarchy.Noun, fields Fields) error {
	return p.trackShared(ctx, func(t *tracking) error {
		fresh := Fields{"id": hierarchy.ValueOf(p.NewID()), "created_at": hierarchy.ValueOf(t.origin.At), "updated_at": hierarchy.ValueOf(t.origin.At)}
		if err := (form{"id": 0, "created_at": 0, "updated_at": 0}).set(row, fresh); err != nil {
			return err
		}
		if err := sharedForms[row.Table()].set(row, fields); err != nil {
			return err
		}
		if err := t.checkShared(row); err != nil {
			return err
		}
		t.add(hierarchy.Create{Origin: t.origin, Row: row})
		return t.onlyDefault(row)
	})
}

// UpdateShared sets fields of such a row; ErrNotFound.
func (p *Pipeline) UpdateShared(ctx context.Context, table string, id hierarchy.ID, fields Fields) (after hierarchy.Noun, err error) {
	err = p.trackShared(ctx, func(t *tracking) error {
		before, err := rowByID(ctx, t.tx, table, id)
		if err != nil {
			return err
		}
		after = hierarchy.CloneNoun(before)
		if err := sharedForms[table].set(after, fields); err != nil {
			return err
		}
		if err := t.checkShared(after); err != nil {
			return err
		}
		if !t.update(before, after) {
			return nil
		}
		if err := hierarchy.Set(after, "updated_at", hierarchy.ValueOf(t.origin.At)); err != nil {
			return err
		}
		return t.onlyDefault(after)
	})
	return after, err
}

// RemoveShared deletes such a row; one that is in use is a *ConflictError.
func (p *Pipeline) RemoveShared(ctx context.Context, table string, id hierarchy.ID) error {
	return p.trackShared(ctx, func(t *tracking) error {
		row, err := rowByID(ctx, t.tx, table, id)
		if err != nil {
			return err
		}
		if et, is := row.(*hierarchy.EntityType); is && hierarchy.Reserved(et.Name) {
			return usage("the entity type %q is one of the fixed ones", et.Name)
		}
		if err := t.checkUnused(row); err != nil {
			return err
		}
		t.add(hierarchy.Delete{Origin: t.origin, Row: row})
		return nil
	})
}

// uses are where rows are named by others without the database's watching.
var uses = map[string][][2]string{
	"departments":      {{"task_types", "department_id"}, {"person_departments", "department_id"}},
	"studios":          {{"persons", "studio_id"}},
	"project_statuses": {{"projects", "project_status_id"}},
	"task_types":       {{"tasks", "task_type_id"}, {"project_task_types", "task_type_id"}},
	"task_statuses":    {{"tasks", "task_status_id"}, {"comments", "task_status_id"}, {"project_task_statuses", "task_status_id"}},
	"entity_types":     {{"entities", "entity_type_id"}, {"project_asset_types", "asset_type_id"}},
}

func (t *tracking) checkUnused(row hierarchy.Noun) error {
	for _, u := range uses[row.Table()] {
		for _, err := range t.tx.Rows(t.ctx, u[0], map[string]any{u[1]: row.Key()}) {
			if err != nil {
				return err
			}
			return &ConflictError{Ref: hierarchy.RefOf(row), Reason: fmt.Sprintf("it is in use: there are %s with it; archive it instead", strings.ReplaceAll(u[0], "_", " "))}
		}
	}
	return nil
}

// identity is what makes such a row unique, beside its id, in words.
func identity(n hierarchy.Noun) string {
	switch row := n.(type) {
	case *hierarchy.TaskType:
		kind := ""
		if row.ForEntity != nil {
			kind = *row.ForEntity
		}
		return row.Name + "\x00" + kind + "\x00" + string(row.DepartmentID)
	case *hierarchy.TaskStatus:
		return row.ShortName
	}
	name, _ := hierarchy.Get(n, "name") // they all have one
	return name.Text()
}

func (t *tracking) checkShared(row hierarchy.Noun) error {
	name, err := hierarchy.Get(row, "name")
	if err != nil {
		return err
	}
	if strings.TrimSpace(name.Text()) == "" {
		return usage("a name has at least 1 character")
	}
	if s, is := row.(*hierarchy.TaskStatus); is && s.ShortName == "" {
		return usage("a task status has a short name of 1 to 10 characters")
	}
	if k, is := row.(*hierarchy.TaskType); is && k.DepartmentID != "" &&
		!slices.ContainsFunc(t.snap.Departments, func(d *hierarchy.Department) bool { return d.ID == k.DepartmentID }) {
		return usage("there is no department %q", k.DepartmentID)
	}
	for other, err := range t.tx.Rows(t.ctx, row.Table(), nil) {
		if err != nil {
			return err
		}
		if other.Key() != row.Key() && identity(other) == identity(row) {
			return &ConflictError{Ref: hierarchy.RefOf(other), Reason: fmt.Sprintf("there is one named %q already", name.Text())}
		}
	}
	return nil
}

// onlyDefault takes the default from the other statuses of its family.
func (t *tracking) onlyDefault(row hierarchy.Noun) error {
	now, is := row.(*hierarchy.TaskStatus)
	if !is || !now.IsDefault {
		return nil
	}
	for _, s := range t.snap.TaskStatuses {
		if s.ID != now.ID && s.IsDefault && s.ForConcept == now.ForConcept {
			after := hierarchy.Clone(s)
			after.IsDefault = false
			t.update(s, after)
		}
	}
	return nil
}
