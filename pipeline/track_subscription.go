package pipeline

import (
	"context"
	"maps"
	"slices"

	"turnover/hierarchy"
)

// Subscribe makes a person follow a task of the production. Who does already
// keeps the subscription.
func (p *Pipeline) Subscribe(ctx context.Context, project, task, person hierarchy.ID) (row *hierarchy.Subscription, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		if _, err := t.task(task); err != nil {
			return err
		}
		there, err := t.subscriptions(task, person)
		if err != nil {
			return err
		}
		if len(there) > 0 {
			row = there[0]
			return nil
		}
		row = &hierarchy.Subscription{ID: p.NewID(), TaskID: task, PersonID: person,
			Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
		t.add(hierarchy.Create{Origin: t.origin, Row: row})
		return nil
	})
	return row, err
}

// Unsubscribe ends it; who does not follow the task is left as they are.
func (p *Pipeline) Unsubscribe(ctx context.Context, project, task, person hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		if _, err := t.task(task); err != nil {
			return err
		}
		there, err := t.subscriptions(task, person)
		for _, row := range there {
			t.add(hierarchy.Delete{Origin: t.origin, Row: row})
		}
		return err
	})
}

func (t *tracking) subscriptions(task, person hierarchy.ID) ([]*hierarchy.Subscription, error) {
	return rowsOf[*hierarchy.Subscription](t, "subscriptions", map[string]any{"task_id": task, "person_id": person})
}

// Followed are the tasks that a person follows.
func (p *Pipeline) Followed(ctx context.Context, person hierarchy.ID) (map[hierarchy.ID]bool, error) {
	rows, err := readRows[*hierarchy.Subscription](ctx, p, "subscriptions", map[string]any{"person_id": person})
	out := make(map[hierarchy.ID]bool, len(rows))
	for _, row := range rows {
		out[row.TaskID] = true
	}
	return out, err
}

// dropSubscriptions ends all of a person who goes; each belongs to the history of
// its production.
func (t *tracking) dropSubscriptions(rows []*hierarchy.Subscription, projects map[hierarchy.ID]hierarchy.ID) {
	own := t.origin
	for _, row := range rows {
		own.Project = projects[row.TaskID]
		t.add(hierarchy.Delete{Origin: own, Row: row})
	}
}

// tasksNamed are the ids of the tasks that assignments and subscriptions name.
func tasksNamed(given []*hierarchy.Assignment, followed []*hierarchy.Subscription) []hierarchy.ID {
	ids := map[hierarchy.ID]bool{}
	for _, l := range given {
		ids[l.TaskID] = true
	}
	for _, s := range followed {
		ids[s.TaskID] = true
	}
	return slices.Sorted(maps.Keys(ids))
}
