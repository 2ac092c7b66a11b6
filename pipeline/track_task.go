package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
)

// taskForm are the fields of a task that requests set. Its length in time is the
// sum of its time sheets, and its status has rules.
var taskForm = form{"name": 80, "description": 0, "priority": 0, "difficulty": 0, "estimation": 0, "completion_rate": 0, "sort_order": 0,
	"start_date": 0, "due_date": 0, "real_start_date": 0, "end_date": 0, "done_date": 0, "retake_count": 0, "nb_drawings": 0,
	"assigner_id": 0, "data": 0}

// EditableTaskField tells whether a request may set a field of a task.
func EditableTaskField(name string) bool {
	_, may := taskForm[name]
	return may || name == "task_status_id"
}

// A TaskSpec is what is needed to make a task.
type TaskSpec struct {
	Entity, Type hierarchy.ID
	Status       hierarchy.ID // "" is the default one
	Fields       Fields       // a name of "" is "main"
	Assignees    []hierarchy.ID
}

// CreateTasks makes tasks, all or none. One that is there already, of the same
// entity, type and name, is a *ConflictError; with reuse it is given as it is.
// Tasks come in the order asked for.
func (p *Pipeline) CreateTasks(ctx context.Context, project hierarchy.ID, specs []TaskSpec, reuse bool) (made []*hierarchy.Task, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		var ids []hierarchy.ID
		for _, s := range specs {
			ids = append(ids, s.Entity)
		}
		entities, there, err := t.entitiesWithTasks(ids)
		if err != nil {
			return err
		}
		for _, s := range specs {
			e := entities[s.Entity]
			if e == nil {
				return fmt.Errorf("entity %s of %q: %w", s.Entity, t.snap.Project.Name, ErrNotFound)
			}
			row, err := p.newTask(t, e, s)
			if err != nil {
				return err
			}
			key := taskKey(row)
			switch was := there[key]; {
			case was != nil && !reuse:
				return &ConflictError{Ref: hierarchy.RefOf(was), Reason: fmt.Sprintf("the entity %q has a task %q of this type already", e.Name, row.Name)}
			case was != nil:
				row = was
			default:
				there[key] = row
				t.addTask(row, s.Assignees)
			}
			made = append(made, row)
		}
		return t.checkPersons(specs)
	})
	return made, err
}

// taskKey is what no two tasks share.
func taskKey(k *hierarchy.Task) string {
	return string(k.EntityID) + "/" + string(k.TaskTypeID) + "/" + k.Name
}

// entitiesWithTasks reads entities of the production by id, and their tasks by
// taskKey.
func (t *tracking) entitiesWithTasks(ids []hierarchy.ID) (map[hierarchy.ID]*hierarchy.Entity, map[string]*hierarchy.Task, error) {
	byID, byKey := map[hierarchy.ID]*hierarchy.Entity{}, map[string]*hierarchy.Task{}
	entities, err := rowsOf[*hierarchy.Entity](t, "entities", map[string]any{"id": ids, "project_id": t.snap.Project.ID})
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entities {
		byID[e.ID] = e
	}
	tasks, err := rowsOf[*hierarchy.Task](t, "tasks", map[string]any{"entity_id": ids})
	for _, k := range tasks {
		byKey[taskKey(k)] = k
	}
	return byID, byKey, err
}

func (p *Pipeline) newTask(t *tracking, e *hierarchy.Entity, s TaskSpec) (*hierarchy.Task, error) {
	if err := t.checkTaskType(e, s.Type); err != nil {
		return nil, err
	}
	status := t.status(s.Status)
	if s.Status == "" {
		status = t.snap.DefaultStatus()
	}
	if status == nil {
		return nil, usage("there is no task status %q", s.Status)
	}
	row := &hierarchy.Task{ID: p.NewID(), Name: "main", ProjectID: t.snap.Project.ID, TaskTypeID: s.Type, TaskStatusID: status.ID, EntityID: e.ID,
		AssignerID: t.author(), Difficulty: 3, RetakeCount: hierarchy.Ptr(int64(0)), NbDrawings: hierarchy.Ptr(int64(0)),
		Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
	if err := taskForm.set(row, s.Fields); err != nil {
		return nil, err
	}
	if row.Name == "" {
		row.Name = "main"
	}
	return row, checkTask(&hierarchy.Task{}, row)
}

// checkTaskType refuses a type that is for another kind of entity, as Kitsu
// does.
func (t *tracking) checkTaskType(e *hierarchy.Entity, id hierarchy.ID) error {
	for _, tt := range t.snap.TaskTypes {
		if tt.ID != id {
			continue
		}
		if tt.ForEntity != nil && *tt.ForEntity != string(e.Kind) {
			return usage("the task type %q is for entities of kind %s, and %q is a %s", tt.Name, *tt.ForEntity, e.Name, e.Kind)
		}
		return nil
	}
	return usage("there is no task type %q", id)
}

// checkTask looks at what changed: what an archive brought may stay.
func checkTask(was, k *hierarchy.Task) error {
	switch {
	case k.Difficulty != was.Difficulty && (k.Difficulty < 1 || k.Difficulty > 5):
		return usage("a difficulty is from 1 to 5, not %d", k.Difficulty)
	case k.Estimation < 0 || k.Retakes() < 0 || k.Drawings() < 0:
		return usage("an estimation, a count of retakes and one of drawings are not below 0")
	case strings.TrimSpace(k.Name) == "":
		return usage("a task's name is not blank")
	}
	return nil
}

// status finds a task status by id; nil where there is none.
func (t *tracking) status(id hierarchy.ID) *hierarchy.TaskStatus {
	for _, s := range t.snap.TaskStatuses {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// addTask makes a task and gives it to persons; Assignees are for the caller.
func (t *tracking) addTask(row *hierarchy.Task, assignees []hierarchy.ID) {
	t.add(hierarchy.Create{Origin: t.origin, Row: hierarchy.Clone(row)})
	assignees = slices.Clone(assignees)
	slices.Sort(assignees)
	row.Assignees = slices.Compact(assignees)
	for _, person := range row.Assignees {
		t.add(hierarchy.Link{Origin: t.origin, Row: &hierarchy.Assignment{TaskID: row.ID, PersonID: person}})
	}
}

func (t *tracking) checkPersons(specs []TaskSpec) error {
	for _, s := range specs {
		for _, id := range s.Assignees {
			if t.person(id) == nil {
				return usage("there is no person %q", id)
			}
		}
	}
	return nil
}

// person finds a person by id; nil where there is none.
func (t *tracking) person(id hierarchy.ID) *hierarchy.Person {
	for _, one := range t.snap.Persons {
		if one.ID == id {
			return one
		}
	}
	return nil
}

// task reads a task of the production; ErrNotFound.
func (t *tracking) task(id hierarchy.ID) (*hierarchy.Task, error) {
	row, err := rowByID(t.ctx, t.tx, "tasks", id)
	if err != nil {
		return nil, err
	}
	if k := row.(*hierarchy.Task); k.ProjectID == t.snap.Project.ID {
		return k, nil
	}
	return nil, fmt.Errorf("task %s of %q: %w", id, t.snap.Project.Name, ErrNotFound)
}

// UpdateTask sets fields of a task. A new status does what a comment with it
// would, but for the date of the last comment and for fields that are sent with
// other values than they had. Assignees nil stays as it is.
func (p *Pipeline) UpdateTask(ctx context.Context, project, id hierarchy.ID, fields Fields, assignees []hierarchy.ID) (after *hierarchy.Task, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, err := t.task(id)
		if err != nil {
			return err
		}
		after = hierarchy.Clone(before)
		if err := taskForm.set(after, fields); err != nil {
			return err
		}
		if value, sent := fields["task_status_id"]; sent {
			if err := t.moveTo(before, after, hierarchy.ID(value.Text())); err != nil {
				return err
			}
		}
		if err := checkTask(before, after); err != nil {
			return err
		}
		if t.update(before, after) {
			after.UpdatedAt = t.origin.At
		}
		if assignees == nil {
			return nil
		}
		after.Assignees = slices.Compact(slices.Sorted(slices.Values(assignees)))
		return t.reassign(before, after.Assignees)
	})
	return after, err
}

func (t *tracking) moveTo(before, after *hierarchy.Task, id hierarchy.ID) error {
	status := t.status(id)
	if status == nil {
		return usage("there is no task status %q", id)
	}
	if status.ID == before.TaskStatusID {
		return nil
	}
	if err := t.checkCap(before, status); err != nil {
		return err
	}
	for _, f := range hierarchy.StatusChange(before, t.status(before.TaskStatusID), status, t.origin.At) {
		if now, err := hierarchy.Get(after, f.Field); err != nil || f.Field == "last_comment_date" || now != f.Before {
			continue
		}
		if err := hierarchy.Set(after, f.Field, f.After); err != nil {
			return err
		}
	}
	return nil
}

// checkCap refuses a retake too many.
func (t *tracking) checkCap(k *hierarchy.Task, now *hierarchy.TaskStatus) error {
	if !now.IsRetake {
		return nil
	}
	e, err := t.entity(k.EntityID)
	if err != nil {
		return err
	}
	if err := hierarchy.CheckRetakeCap(t.snap.Project, e, k, now); err != nil {
		return usage("comment refused: %v", err)
	}
	return nil
}

func (t *tracking) reassign(k *hierarchy.Task, persons []hierarchy.ID) error {
	for _, id := range persons {
		if t.person(id) == nil {
			return usage("there is no person %q", id)
		}
		if !slices.Contains(k.Assignees, id) {
			t.add(hierarchy.Link{Origin: t.origin, Row: &hierarchy.Assignment{TaskID: k.ID, PersonID: id}})
		}
	}
	for _, id := range k.Assignees {
		if !slices.Contains(persons, id) {
			t.add(hierarchy.Unlink{Origin: t.origin, Row: &hierarchy.Assignment{TaskID: k.ID, PersonID: id}})
		}
	}
	return nil
}

// tasks reads tasks of the production by id, in the order asked for; ErrNotFound
// where one is not there.
func (t *tracking) tasks(ids []hierarchy.ID) ([]*hierarchy.Task, error) {
	rows, err := rowsOf[*hierarchy.Task](t, "tasks", map[string]any{"id": ids, "project_id": t.snap.Project.ID})
	if err != nil {
		return nil, err
	}
	byID := map[hierarchy.ID]*hierarchy.Task{}
	for _, k := range rows {
		byID[k.ID] = k
	}
	var out []*hierarchy.Task
	for _, id := range ids {
		k := byID[id]
		if k == nil {
			return nil, fmt.Errorf("task %s of %q: %w", id, t.snap.Project.Name, ErrNotFound)
		}
		if !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out, nil
}

// Assign gives tasks to a person; those that the person has stay so.
func (p *Pipeline) Assign(ctx context.Context, project, person hierarchy.ID, tasks ...hierarchy.ID) (after []*hierarchy.Task, err error) {
	return p.changeAssignees(ctx, project, tasks, func(was []hierarchy.ID) []hierarchy.ID {
		return slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(was), person))))
	})
}

// Unassign takes tasks from a person, or with "" from everybody.
func (p *Pipeline) Unassign(ctx context.Context, project, person hierarchy.ID, tasks ...hierarchy.ID) ([]*hierarchy.Task, error) {
	return p.changeAssignees(ctx, project, tasks, func(was []hierarchy.ID) []hierarchy.ID {
		return slices.DeleteFunc(slices.Clone(was), func(id hierarchy.ID) bool { return person == "" || id == person })
	})
}

func (p *Pipeline) changeAssignees(ctx context.Context, project hierarchy.ID, ids []hierarchy.ID, to func([]hierarchy.ID) []hierarchy.ID) (after []*hierarchy.Task, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		tasks, err := t.tasks(ids)
		if err != nil {
			return err
		}
		for _, k := range tasks {
			now := hierarchy.Clone(k)
			now.Assignees = to(k.Assignees)
			if err := t.reassign(k, now.Assignees); err != nil {
				return err
			}
			after = append(after, now)
		}
		return nil
	})
	return after, err
}

// RemoveTasks deletes tasks with what hangs on them and gives the ids of the
// previews and attachments whose files go. Without force, tasks with comments, time sheets or previews
// are refused.
func (p *Pipeline) RemoveTasks(ctx context.Context, project hierarchy.ID, ids []hierarchy.ID, force bool) (files []hierarchy.ID, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		tasks, err := t.tasks(ids)
		if err != nil {
			return err
		}
		r := &removal{tracking: t, ids: map[hierarchy.ID]bool{}}
		if err := r.deleteTasks(tasks); err != nil {
			return err
		}
		hanging, previews := 0, []hierarchy.ID(nil)
		for _, c := range t.changes {
			gone, is := c.(hierarchy.Delete)
			if !is || gone.Row.Table() == "tasks" || gone.Row.Table() == "subscriptions" {
				continue
			}
			hanging++
			if gone.Row.Table() == "preview_files" {
				previews = append(previews, hierarchy.ID(gone.Row.Key()))
			}
		}
		files = t.filesGone()
		if hanging > 0 && !force {
			return usage("%d comments, time sheets and previews hang on the tasks; force deletes them too", hanging)
		}
		return t.forgetPreviews(previews)
	})
	return files, err
}

// byCreation is the order in which comments count.
func byCreation(a, b *hierarchy.Comment) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), strings.Compare(string(a.ID), string(b.ID)))
}
