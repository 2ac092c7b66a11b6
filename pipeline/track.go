package pipeline

import (
	"context"
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
		shared, err := p.seeded(ctx, tx, at)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, p.begin(project, shared, p.request(project.ID, at)))
	})
	return project, err
}

// seeded gives what all productions share, and first brings a fresh database
// what Kitsu starts with.
func (p *Pipeline) seeded(ctx context.Context, tx store.Tx, at hierarchy.Time) (*hierarchy.Snapshot, error) {
	shared, err := tx.Shared(ctx)
	if err != nil {
		return nil, err
	}
	seeds := p.seedRows(at).missing(shared, p.request("", at))
	if len(seeds) == 0 {
		return shared, nil
	}
	if err := tx.Apply(ctx, seeds); err != nil {
		return nil, err
	}
	return tx.Shared(ctx)
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
