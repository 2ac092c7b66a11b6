// Package pipeline is the one place where the rooms are joined: a file becomes
// a plan, a plan becomes changes, facts become books. The command line, the API
// and the jobs all use it. It knows no format and no database by name.
package pipeline

import (
	"context"
	"errors"
	"os/user"
	"time"

	"github.com/rs/zerolog"

	"turnover/exporters"
	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/timecode"
	"turnover/plan"
	"turnover/reports"
	"turnover/store"
)

// A Pipeline works on one database.
type Pipeline struct {
	Store     store.Store
	Importers []importers.Importer
	Exporters exporters.Registry
	Reports   map[string]reports.Report
	Archives  Archives // reads and writes archives; nil where there is none
	Files     Files    // contents of previews and attachments; nil where none are kept
	Log       zerolog.Logger
	Now       func() time.Time
	NewID     func() hierarchy.ID
	NewRowID  func() hierarchy.ID // of the rows of an import, ascending, which databases index faster; NewID where nil
	Author    string              // who asks: person id, e-mail or operating system user
	Settings  map[string]Settings // by name of the production
	Limits    importers.Limits
	Calendar  reports.Calendar
	Timezone  *time.Location    // of reports; nil is UTC
	Causes    map[string]string // of retakes, of productions without any of their own
}

// Settings are what the configuration says of one production.
type Settings struct {
	FPS        timecode.Rate // zero: the production's own
	Names      []string
	Pattern    map[string]string
	MatchCase  bool
	FirstFrame *int64
	Handles    int64
	Columns    map[string][]string
	Create     map[string]plan.Policy
	Tasks      []string // nil: the production's; empty: none
	Omit       string
	HoldOver   float64 // share, 0.10
	Casting    string  // plan.CastMerge ("") or plan.CastReplace
	Sheets     importers.SheetOptions
	Targets    []reports.Target
	// TargetsFile is a sheet with more targets; "" for none.
	TargetsFile string
	Causes      map[string]string // of retakes: tag or checklist heading to cause
	Sources     map[string]SourceSettings
}

// UserName gives the name of the operating system's user, for Author.
func UserName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

// Projects lists all productions by name.
func (p *Pipeline) Projects(ctx context.Context) (out []*hierarchy.Project, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		out, err = r.Projects(ctx)
		return err
	})
	return out, err
}

// snapshot loads a production by name or id; an unknown one is wrong usage and
// says which there are.
func (p *Pipeline) snapshot(ctx context.Context, project string, with hierarchy.With) (snap *hierarchy.Snapshot, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		snap, err = p.snapshotIn(ctx, r, project, with)
		return err
	})
	return snap, err
}

func (p *Pipeline) snapshotIn(ctx context.Context, r store.Reader, project string, with hierarchy.With) (*hierarchy.Snapshot, error) {
	if project == "" {
		return nil, p.unknownProject(ctx, r, project)
	}
	snap, err := r.Snapshot(ctx, project, with)
	if errors.Is(err, store.ErrNotFound) {
		return nil, p.unknownProject(ctx, r, project)
	}
	return snap, err
}

func (p *Pipeline) unknownProject(ctx context.Context, r store.Reader, name string) error {
	all, err := r.Projects(ctx)
	if err != nil {
		return err
	}
	var known []string
	for _, one := range all {
		known = append(known, one.Name)
	}
	if len(known) == 0 {
		return usage("the database has no project yet: make one with \"turnover project add NAME\" or \"turnover archive load DIR\"")
	}
	if name == "" {
		return usage("say which project with --project: %s", list(known))
	}
	return unknown("project", name, known)
}
