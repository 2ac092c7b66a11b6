package pipeline

import (
	"context"

	"turnover/hierarchy"
)

// mostMinutes are those of a day.
const mostMinutes = 24 * 60

// LogTime sets a person's minutes on a task and day; 0 takes them away. The row
// is as it stands afterwards.
func (p *Pipeline) LogTime(ctx context.Context, project, task, person hierarchy.ID, day hierarchy.Day, minutes float64) (*hierarchy.TimeSpent, error) {
	return p.logTime(ctx, project, &hierarchy.TimeSpent{TaskID: task, PersonID: person, Date: day, Duration: minutes}, false)
}

// AddTime adds minutes to those of a person on a task and day.
func (p *Pipeline) AddTime(ctx context.Context, project, task, person hierarchy.ID, day hierarchy.Day, minutes float64) (*hierarchy.TimeSpent, error) {
	return p.logTime(ctx, project, &hierarchy.TimeSpent{TaskID: task, PersonID: person, Date: day, Duration: minutes}, true)
}

func (p *Pipeline) logTime(ctx context.Context, project hierarchy.ID, row *hierarchy.TimeSpent, onTop bool) (after *hierarchy.TimeSpent, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		task, err := t.task(row.TaskID)
		if err != nil {
			return err
		}
		if t.person(row.PersonID) == nil {
			return usage("there is no person %q", row.PersonID)
		}
		there, others, err := t.timeOf(row)
		if err != nil {
			return err
		}
		wanted := hierarchy.Clone(row)
		if onTop && there != nil {
			wanted.Duration += there.Duration
		}
		if row.Duration < 0 || wanted.Duration > mostMinutes {
			return usage("a day has from 0 to %d minutes, not %v", mostMinutes, wanted.Duration)
		}
		after = p.timeRow(t, there, wanted)
		t.setDuration(task, others+wanted.Duration)
		return nil
	})
	return after, err
}

// timeOf finds the row of a person, task and day, and the sum of the task's
// others.
func (t *tracking) timeOf(row *hierarchy.TimeSpent) (there *hierarchy.TimeSpent, others float64, err error) {
	rows, err := rowsOf[*hierarchy.TimeSpent](t, "time_spents", map[string]any{"task_id": row.TaskID})
	for _, one := range rows {
		if one.PersonID == row.PersonID && one.Date == row.Date {
			there = one
			continue
		}
		others += one.Duration
	}
	return there, others, err
}

// timeRow adds the change that makes a time sheet as wanted, and gives it.
func (p *Pipeline) timeRow(t *tracking, there, wanted *hierarchy.TimeSpent) *hierarchy.TimeSpent {
	switch {
	case there == nil && wanted.Duration == 0:
		return wanted
	case there == nil:
		wanted.ID, wanted.Stamps = p.NewID(), hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}
		t.add(hierarchy.Create{Origin: t.origin, Row: wanted})
		return wanted
	}
	after := hierarchy.Clone(there)
	after.Duration = wanted.Duration
	if wanted.Duration == 0 {
		t.add(hierarchy.Delete{Origin: t.origin, Row: there})
	} else if t.update(there, after) {
		after.UpdatedAt = t.origin.At
	}
	return after
}

func (t *tracking) setDuration(k *hierarchy.Task, minutes float64) {
	after := hierarchy.Clone(k)
	after.Duration = minutes
	t.update(k, after)
}

// RemoveTime deletes a time sheet; ErrNotFound outside the production.
func (p *Pipeline) RemoveTime(ctx context.Context, project, id hierarchy.ID) error {
	return p.track(ctx, project, func(t *tracking) error {
		row, err := rowByID(ctx, t.tx, "time_spents", id)
		if err != nil {
			return err
		}
		task, err := t.task(row.(*hierarchy.TimeSpent).TaskID)
		if err != nil {
			return err
		}
		there, others, err := t.timeOf(row.(*hierarchy.TimeSpent))
		if err != nil {
			return err
		}
		t.add(hierarchy.Delete{Origin: t.origin, Row: there})
		t.setDuration(task, others)
		return nil
	})
}
