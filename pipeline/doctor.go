package pipeline

import (
	"context"
	"fmt"
	"time"

	"turnover/hierarchy"
	"turnover/store"
)

// A Fault is one thing that is wrong, or worth knowing, with the way out.
type Fault struct {
	Severity string `json:"severity"` // "error" or "warning"
	What     string `json:"what"`
	WayOut   string `json:"way_out"`
}

// Doctor looks for what is wrong with the database and the productions in it.
func (p *Pipeline) Doctor(ctx context.Context) (faults []Fault, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		lines, err := r.Check(ctx)
		if err != nil {
			return err
		}
		for _, line := range lines {
			faults = append(faults, Fault{"error", "the database is damaged: " + line, "restore the last back-up with \"turnover restore\""})
		}
		projects, err := r.Projects(ctx)
		if err != nil {
			return err
		}
		if len(projects) == 0 {
			faults = append(faults, Fault{"warning", "the database has no project", "make one with \"turnover project add NAME\" or \"turnover archive load DIR\""})
		}
		for _, one := range projects {
			more, err := p.examine(ctx, r, one)
			if err != nil {
				return err
			}
			faults = append(faults, more...)
		}
		return nil
	})
	return faults, err
}

func (p *Pipeline) examine(ctx context.Context, r store.Reader, project *hierarchy.Project) (faults []Fault, err error) {
	snap, err := r.Snapshot(ctx, string(project.ID), hierarchy.With{})
	if err != nil {
		return nil, err
	}
	warn := func(wayOut, what string, args ...any) {
		faults = append(faults, Fault{"warning", project.Name + ": " + fmt.Sprintf(what, args...), wayOut})
	}
	if project.FPS == nil && p.Settings[project.Name].FPS.IsZero() {
		warn("set projects: {"+project.Name+": {fps: …}} in the configuration", "no frame rate: 25 is taken")
	}
	if snap.DefaultStatus() == nil {
		warn("mark one task status as default", "no default task status: new shots get no tasks")
	}
	if len(snap.TaskTypesFor(hierarchy.Shot)) == 0 {
		warn("enable task types for it", "no task type for shots: new shots get no tasks")
	}
	if now := p.Now(); snap.AsOf.After(now.Add(time.Minute)) {
		warn("set the machine's clock", "the last change is at %s, after the clock's %s", rfc3339(snap.AsOf), now.UTC().Format(time.RFC3339))
	}
	twins, err := r.Twins(ctx, project.ID)
	for _, t := range twins {
		warn("rename or omit one of them", "%s %q (%s) has the name of another one", t.Kind, snap.Path(t), t.ID)
	}
	return faults, err
}
