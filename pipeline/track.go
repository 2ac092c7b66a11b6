package pipeline

import (
	"context"
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/timecode"
	"turnover/store"
)

// A ProjectSpec is what is needed to begin a production.
type ProjectSpec struct {
	Name string
	Type string // tvshow, featurefilm ("film" is the same), short, shots, or any other word
	FPS  timecode.Rate
}

// request is the origin of what a person asks for directly.
func (p *Pipeline) request(project hierarchy.ID, at hierarchy.Time) hierarchy.Origin {
	return hierarchy.Origin{Project: project, At: at, Author: p.Author, Cause: hierarchy.Request, CauseID: string(p.NewID())}
}

// AddProject begins a production with every task type and status enabled; a
// fresh database first gets those that Kitsu starts with.
func (p *Pipeline) AddProject(ctx context.Context, spec ProjectSpec) (*hierarchy.Project, error) {
	if err := spec.check(); err != nil {
		return nil, err
	}
	at := hierarchy.At(p.Now())
	project := spec.project(p.NewID(), at)
	err := p.Store.InTx(ctx, func(tx store.Tx) error {
		if err := p.freeName(ctx, tx, spec.Name); err != nil {
			return err
		}
		shared, err := tx.Shared(ctx)
		if err != nil {
			return err
		}
		if seeds := p.seedRows(at).missing(shared, p.request("", at)); len(seeds) > 0 {
			if err := tx.Apply(ctx, seeds); err != nil {
				return err
			}
			if shared, err = tx.Shared(ctx); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, p.begin(project, shared, p.request(project.ID, at)))
	})
	return project, err
}

func (s *ProjectSpec) check() error {
	s.Name = strings.TrimSpace(s.Name)
	if s.Name == "" || len([]rune(s.Name)) > 80 {
		return usage("a project's name has 1 to 80 characters")
	}
	if strings.ContainsFunc(s.Name, func(c rune) bool { return c < ' ' }) {
		return usage("a project's name has no control characters: %q", s.Name)
	}
	switch s.Type {
	case "":
		s.Type = "short"
	case "film":
		s.Type = "featurefilm"
	}
	return nil
}

func (s ProjectSpec) project(id hierarchy.ID, at hierarchy.Time) *hierarchy.Project {
	p := &hierarchy.Project{
		ID: id, Name: s.Name, ProductionType: hierarchy.Ptr(s.Type), ProductionStyle: "2d3d", Homepage: hierarchy.Ptr("assets"),
		MaxRetakes: hierarchy.Ptr(int64(0)), Stamps: hierarchy.Stamps{CreatedAt: at, UpdatedAt: at},
	}
	if !s.FPS.IsZero() {
		p.FPS = hierarchy.Ptr(s.FPS.String())
	}
	return p
}

func (p *Pipeline) freeName(ctx context.Context, r store.Reader, name string) error {
	all, err := r.Projects(ctx)
	for _, one := range all {
		if one.Name == name {
			return usage("there is a project %q already", name)
		}
	}
	return err
}

func (p *Pipeline) begin(project *hierarchy.Project, shared *hierarchy.Snapshot, origin hierarchy.Origin) []hierarchy.Change {
	changes := []hierarchy.Change{hierarchy.Create{Origin: origin, Row: project}}
	stamps := hierarchy.Stamps{CreatedAt: origin.At, UpdatedAt: origin.At}
	for _, t := range shared.TaskTypes {
		if !t.Archived {
			priority := t.Priority
			changes = append(changes, hierarchy.Link{Origin: origin, Row: &hierarchy.ProjectTaskType{
				ID: p.NewID(), ProjectID: project.ID, TaskTypeID: t.ID, Priority: &priority, Stamps: stamps}})
		}
	}
	for _, s := range shared.TaskStatuses {
		if !s.Archived {
			priority := s.Priority
			changes = append(changes, hierarchy.Link{Origin: origin, Row: &hierarchy.ProjectTaskStatus{
				ID: p.NewID(), ProjectID: project.ID, TaskStatusID: s.ID, Priority: &priority, Stamps: stamps}})
		}
	}
	return changes
}

// A CommentSpec is a comment on a task. Status "" keeps the task's.
type CommentSpec struct {
	Task   hierarchy.ID
	Status string // name, short name or id
	Person hierarchy.ID
	Text   string
	At     hierarchy.Time // zero: now
}

// AddComment writes a comment and what it does to the task, by the rules in
// hierarchy.
func (p *Pipeline) AddComment(ctx context.Context, project string, spec CommentSpec) (*hierarchy.Comment, error) {
	var comment *hierarchy.Comment
	err := p.onTask(ctx, project, spec.Task, func(tx store.Tx, snap *hierarchy.Snapshot, task *hierarchy.Task) error {
		was, now, err := statusesOf(snap, task, spec.Status)
		if err != nil {
			return err
		}
		if was == nil || was.ID != now.ID {
			if err := hierarchy.CheckRetakeCap(snap.Project, snap.Entity(task.EntityID), task, now); err != nil {
				return usage("comment refused: %v", err)
			}
		}
		at := spec.At
		if at.IsZero() {
			at = hierarchy.At(p.Now())
		}
		comment = &hierarchy.Comment{ID: p.NewID(), TaskID: task.ID, TaskStatusID: now.ID, PersonID: spec.Person, Text: spec.Text,
			Stamps: hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}}
		origin := p.request(snap.Project.ID, hierarchy.At(p.Now()))
		changes := []hierarchy.Change{hierarchy.Create{Origin: origin, Row: comment}}
		if fields := hierarchy.StatusChange(task, was, now, at); len(fields) > 0 {
			changes = append(changes, hierarchy.Update{Origin: origin, Ref: hierarchy.RefOf(task), Fields: fields})
		}
		return tx.Apply(ctx, changes)
	})
	return comment, err
}

func statusesOf(snap *hierarchy.Snapshot, task *hierarchy.Task, wanted string) (was, now *hierarchy.TaskStatus, err error) {
	var known []string
	for _, s := range snap.TaskStatuses {
		known = append(known, s.Name)
		if s.ID == task.TaskStatusID {
			was = s
		}
		if wanted != "" && (string(s.ID) == wanted || s.Name == wanted || s.ShortName == wanted) {
			now = s
		}
	}
	if wanted == "" {
		now = was
	}
	if now == nil {
		return nil, nil, unknown("task status", wanted, known)
	}
	return was, now, nil
}

// LogTime sets a person's minutes on a task and day; 0 takes them away.
func (p *Pipeline) LogTime(ctx context.Context, project string, task, person hierarchy.ID, day hierarchy.Day, minutes float64) error {
	if minutes < 0 || minutes > 24*60 {
		return usage("a day has from 0 to 1440 minutes, not %v", minutes)
	}
	return p.onTask(ctx, project, task, func(tx store.Tx, snap *hierarchy.Snapshot, t *hierarchy.Task) error {
		var there *hierarchy.TimeSpent
		total := 0.0
		for row, err := range tx.Rows(ctx, "time_spents", map[string]any{"task_id": string(t.ID)}) {
			if err != nil {
				return err
			}
			one := row.(*hierarchy.TimeSpent)
			if one.PersonID == person && one.Date == day {
				there = one
				continue
			}
			total += one.Duration
		}
		at := hierarchy.At(p.Now())
		origin := p.request(snap.Project.ID, at)
		changes := p.timeChanges(origin, there, &hierarchy.TimeSpent{TaskID: t.ID, PersonID: person, Date: day, Duration: minutes})
		if total+minutes != t.Duration {
			changes = append(changes, hierarchy.Update{Origin: origin, Ref: hierarchy.RefOf(t), Fields: []hierarchy.FieldChange{
				{Field: "duration", Before: hierarchy.ValueOf(t.Duration), After: hierarchy.ValueOf(total + minutes)}}})
		}
		if len(changes) == 0 {
			return nil
		}
		return tx.Apply(ctx, changes)
	})
}

func (p *Pipeline) timeChanges(origin hierarchy.Origin, there, wanted *hierarchy.TimeSpent) []hierarchy.Change {
	switch {
	case there == nil && wanted.Duration == 0:
		return nil
	case there == nil:
		wanted.ID, wanted.Stamps = p.NewID(), hierarchy.Stamps{CreatedAt: origin.At, UpdatedAt: origin.At}
		return []hierarchy.Change{hierarchy.Create{Origin: origin, Row: wanted}}
	case wanted.Duration == 0:
		return []hierarchy.Change{hierarchy.Delete{Origin: origin, Row: there}}
	case wanted.Duration == there.Duration:
		return nil
	}
	return []hierarchy.Change{hierarchy.Update{Origin: origin, Ref: hierarchy.RefOf(there), Fields: []hierarchy.FieldChange{
		{Field: "duration", Before: hierarchy.ValueOf(there.Duration), After: hierarchy.ValueOf(wanted.Duration)}}}}
}

// Assign gives a task to a person; one who has it already keeps it.
func (p *Pipeline) Assign(ctx context.Context, project string, task, person hierarchy.ID) error {
	return p.onTask(ctx, project, task, func(tx store.Tx, snap *hierarchy.Snapshot, t *hierarchy.Task) error {
		for _, id := range t.Assignees {
			if id == person {
				return nil
			}
		}
		origin := p.request(snap.Project.ID, hierarchy.At(p.Now()))
		return tx.Apply(ctx, []hierarchy.Change{hierarchy.Link{Origin: origin, Row: &hierarchy.Assignment{TaskID: t.ID, PersonID: person}}})
	})
}

// onTask runs f on a task of a production that nobody else writes meanwhile.
func (p *Pipeline) onTask(ctx context.Context, project string, id hierarchy.ID, f func(store.Tx, *hierarchy.Snapshot, *hierarchy.Task) error) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		snap, err := p.snapshotIn(ctx, tx, project, hierarchy.With{})
		if err != nil {
			return err
		}
		if err := tx.Lock(ctx, snap.Project.ID); err != nil {
			return err
		}
		for row, err := range tx.Rows(ctx, "tasks", map[string]any{"id": string(id)}) {
			if err != nil {
				return err
			}
			if task := row.(*hierarchy.Task); task.ProjectID == snap.Project.ID {
				return f(tx, snap, task)
			}
		}
		return fmt.Errorf("task %s of %q: %w", id, snap.Project.Name, store.ErrNotFound)
	})
}
