package pipeline

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
	"turnover/plan"
	"turnover/store"
)

// A File is what was handed over: a name and its bytes.
type File = importers.File

// ParseRate reads a frame rate: 24, 25, 23.976, 29.97df.
func ParseRate(text string) (timecode.Rate, error) { return timecode.ParseRate(text) }

// A ListKind says what the rows of a list are about; "" lets its header decide.
type ListKind = importers.Kind

// The kinds of lists.
const (
	ShotLists    = importers.Shots
	CastingLists = importers.Casting
	TaskLists    = importers.Tasks
	Timesheets   = importers.Timesheet
	AssetLists   = importers.Assets
)

// Options are what a person says beside the file and the configuration. Zero
// fields leave the configuration's word.
type Options struct {
	FPS     timecode.Rate
	Names   []string
	Kind    importers.Kind
	Episode string
	Omit    string
	Sheets  importers.SheetOptions

	Inspected func(*Inspection) // is told what the file says, before it is planned; may be nil
	// Repairs are damaged names that the person reads otherwise, by
	// importers.RepairKey; RepairAll takes every proposal.
	Repairs   map[string]string
	RepairAll bool
	Source    string           // who hands it over, such as a watch folder; "" remembers no layout and no volume
	Overwrite bool             // also what people changed since the last list
	Beside    []importers.File // more lists of the same cut: its layers or reels
	Move      bool             // a new name that stands once elsewhere, and not in the list, is that shot
	NewOnly   bool             // shots that the production has stay as they are
	AsKitsu   bool             // warn where Kitsu takes what is an error otherwise; see plan.Options
	MatchCase *bool            // of names; nil is the production's setting
	Casting   string           // plan.CastMerge or plan.CastReplace; "" is the production's setting
	Hold      bool             // whatever the list changes waits for a person
	Newer     string           // a later version of the list that was handed over before this one; "" for none

	decided []plan.Decision // by where the list lay
	mark    *dropMark       // written with the work; nil where the list is no drop
}

// An Inspection is what one file says. List is nil where no importer could
// read it; Found then says why.
type Inspection struct {
	File     importers.File
	Importer importers.Importer
	Options  importers.Options
	List     *importers.ShotList
	Beside   []*Inspection // the other lists of the same cut
	Found    diag.List
}

// withoutList is the inspection without what the file says, which others may
// still hold.
func (in *Inspection) withoutList() *Inspection {
	slim := *in
	slim.List = nil
	return &slim
}

// Planned is a plan with what it was made of.
type Planned struct {
	*Inspection
	Plan     *plan.Plan
	Revision int64 // of the project when it was planned

	snap *hierarchy.Snapshot // that it was planned upon
}

// CodeTooLarge is a file that is larger than allowed.
const CodeTooLarge = "FIL001" // error: larger than allowed

// Open reads a file within the limits; its size is asked before a byte is read.
func (p *Pipeline) Open(path string) (importers.File, error) {
	limit := p.Limits.WithDefaults().Bytes
	none := importers.File{Name: filepath.Base(path)}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return none, usage("there is no file %q", path)
	}
	if err != nil {
		return none, fmt.Errorf("open shot list: %w", err)
	}
	if info.IsDir() {
		return none, usage("%q is a folder: name the files in it", path)
	}
	if info.Size() > limit {
		return none, tooLarge(none.Name, info.Size(), limit)
	}
	f, err := os.Open(path)
	if err != nil {
		return none, fmt.Errorf("open shot list: %w", err)
	}
	defer func() { _ = f.Close() }()                                      // it was only read
	buffer := bytes.NewBuffer(make([]byte, 0, info.Size()+bytes.MinRead)) // room for all of it at once
	if _, err := buffer.ReadFrom(io.LimitReader(f, limit+1)); err != nil {
		return none, fmt.Errorf("read shot list: %w", err)
	}
	content := buffer.Bytes()
	if int64(len(content)) > limit { // it grew, or is no ordinary file
		return none, tooLarge(none.Name, int64(len(content)), limit)
	}
	return importers.File{Name: none.Name, Bytes: content}, nil
}

func tooLarge(name string, size, limit int64) error {
	var found diag.List
	found.Add(diag.Error, CodeTooLarge, diag.Place{File: name}, "file is too large",
		"%d bytes of at most %d; split it, or raise limits: {upload: …} in the configuration", size, limit)
	return &InputError{name, found}
}

// Inspect says what a file says. No database is asked.
func (p *Pipeline) Inspect(ctx context.Context, f importers.File, opts importers.Options) (*Inspection, error) {
	in := &Inspection{File: f, Options: opts}
	in.Importer, in.Found = importers.Detect(f, p.Importers)
	if in.Importer == nil {
		return in, nil
	}
	opts.Limits = p.Limits
	limited, cancel := context.WithTimeout(ctx, p.Limits.WithDefaults().Time)
	defer cancel()
	list, found, err := in.Importer.Import(limited, f, opts)
	if err == nil {
		err = ctx.Err() // who was told to stop may say that the file took too long
	}
	if err != nil {
		return in, fmt.Errorf("read %s: %w", f.Name, err)
	}
	in.List, in.Found = list, append(in.Found, found...)
	return in, nil
}

// Plan says what a file would change in a production. It writes nothing.
func (p *Pipeline) Plan(ctx context.Context, f importers.File, project string, opts Options) (*Planned, error) {
	defer spareMemory(f)()
	in, err := p.readFor(ctx, f, project, opts)
	if err != nil {
		return nil, err
	}
	return p.planInspected(ctx, in, project, opts)
}

// readFor reads a file as its production and the options say.
func (p *Pipeline) readFor(ctx context.Context, f importers.File, project string, opts Options) (*Inspection, error) {
	small, err := p.snapshot(ctx, project, hierarchy.With{Bare: true})
	if err != nil {
		return nil, err
	}
	in, err := p.Inspect(ctx, f, p.importOptions(small, opts))
	if err != nil {
		return nil, err
	}
	if in, err = p.unusual(ctx, in, project); err != nil {
		return nil, err
	}
	if opts.Inspected != nil {
		opts.Inspected(in)
	}
	if in.List == nil {
		return nil, &InputError{f.Name, in.Found}
	}
	if in, err = p.repaired(ctx, in, project, opts); err != nil {
		return nil, err
	}
	return in, p.joinCut(ctx, in, opts.Beside)
}

// unusual reads the file again where it has names with line breaks or control
// characters, which are faults unless the production has them.
func (p *Pipeline) unusual(ctx context.Context, in *Inspection, project string) (*Inspection, error) {
	if in.List == nil || in.List.Unusual == 0 {
		return in, nil
	}
	snap, err := p.snapshot(ctx, project, hierarchy.With{Tasks: in.List.Kind == importers.Tasks || in.List.Kind == importers.Timesheet})
	if err != nil {
		return nil, err
	}
	again := in.Options
	for _, e := range snap.Entities {
		if importers.Unusual(e.Name) {
			again.Unusual = append(again.Unusual, e.Name)
		}
	}
	for _, t := range snap.Tasks {
		if importers.Unusual(t.Name) {
			again.Unusual = append(again.Unusual, t.Name)
		}
	}
	slices.Sort(again.Unusual)
	if again.Unusual = slices.Compact(again.Unusual); len(again.Unusual) == 0 {
		return in, nil
	}
	return p.Inspect(ctx, in.File, again)
}

// repaired reads the file again with every proposed repair, where asked. What
// was agreed stands in the import's options and findings.
func (p *Pipeline) repaired(ctx context.Context, in *Inspection, project string, o Options) (*Inspection, error) {
	if !o.RepairAll {
		return in, nil
	}
	snap, err := p.snapshot(ctx, project, hierarchy.With{})
	if err != nil {
		return nil, err
	}
	again := in.Options
	again.Repairs = map[string]string{}
	for _, r := range importers.Damage(in.List, plan.KnownNames(snap)) {
		again.Repairs[r.Key()] = r.Proposed
	}
	for key, name := range o.Repairs {
		again.Repairs[key] = name
	}
	return p.Inspect(ctx, in.File, again)
}

// planInspected compares a list that was read with the production as it is now.
func (p *Pipeline) planInspected(ctx context.Context, in *Inspection, project string, opts Options) (made *Planned, err error) {
	var snap *hierarchy.Snapshot
	var rules plan.Options
	err = p.Store.Read(ctx, func(r store.Reader) error {
		snap, rules, err = p.basis(ctx, r, in, project, opts)
		return err
	})
	if err != nil {
		return nil, err
	}
	return planOn(in, snap, rules, opts), nil
}

// basis is what a list is planned upon.
func (p *Pipeline) basis(ctx context.Context, r store.Reader, in *Inspection, project string, opts Options) (*hierarchy.Snapshot, plan.Options, error) {
	snap, err := p.snapshotIn(ctx, r, project, plan.With(in.List))
	if err != nil {
		return nil, plan.Options{}, err
	}
	rules := p.planOptions(snap.Project, opts)
	if err := remembered(ctx, r, snap.Project.ID, &rules); err != nil {
		return nil, rules, err
	}
	if rules.Touched, err = touchedByPeople(ctx, r, snap.Project.ID); err != nil {
		return nil, rules, err
	}
	if rules.Source != "" {
		if rules.Profile, err = profileOf(ctx, r, snap.Project.ID, rules.Source, in.List.Kind); err != nil {
			return nil, rules, err
		}
	}
	rules.Cuts, err = storedCuts(ctx, r, snap, in.List, rules)
	return snap, rules, err
}

func planOn(in *Inspection, snap *hierarchy.Snapshot, rules plan.Options, opts Options) *Planned {
	made := plan.Build(in.List, in.Found, snap, rules)
	made.Decisions = append(slices.Clone(opts.decided), decisions(made, rules, len(in.Options.Repairs))...)
	return &Planned{in, made, snap.Revision, snap}
}

// importOptions are what the file cannot say of itself, from the production,
// the configuration and the person, the latter first.
func (p *Pipeline) importOptions(snap *hierarchy.Snapshot, o Options) importers.Options {
	s := p.Settings[snap.Project.Name].of(o.Source)
	out := importers.Options{FPS: rateOf(snap.Project, s, o), Kind: o.Kind, Columns: s.Columns, Names: s.Names, MatchCase: s.MatchCase, SheetOptions: o.Sheets.Over(s.Sheets), Repairs: o.Repairs}
	if len(o.Names) > 0 {
		out.Names = o.Names
	}
	if o.MatchCase != nil {
		out.MatchCase = *o.MatchCase
	}
	about := hierarchy.Shot
	if o.Kind == AssetLists {
		about = hierarchy.Asset
	}
	for _, t := range snap.TaskTypesFor(about) {
		out.TaskTypes = append(out.TaskTypes, t.Name)
	}
	for _, d := range snap.Descriptors {
		if d.EntityType == string(about) {
			out.Descriptors = append(out.Descriptors, d.Name)
		}
	}
	return out
}

func rateOf(project *hierarchy.Project, s Settings, o Options) timecode.Rate {
	switch {
	case !o.FPS.IsZero():
		return o.FPS
	case !s.FPS.IsZero():
		return s.FPS
	}
	return project.Rate()
}

func (p *Pipeline) planOptions(project *hierarchy.Project, o Options) plan.Options {
	s := p.Settings[project.Name].of(o.Source)
	out := plan.Options{
		Episode: o.Episode, FPS: rateOf(project, s, o), Names: s.Names, MatchCase: s.MatchCase, Pattern: s.Pattern,
		FirstFrame: s.FirstFrame, Handles: s.Handles, Create: plan.DefaultCreate(), Tasks: s.Tasks, Omit: s.Omit,
		HoldOver: s.HoldOver, Author: p.Author,
	}
	for what, policy := range s.Create {
		out.Create[what] = policy
	}
	if len(o.Names) > 0 {
		out.Names = o.Names
	}
	if o.MatchCase != nil {
		out.MatchCase = *o.MatchCase
	}
	if o.Omit != "" {
		out.Omit = o.Omit
	}
	out.Source, out.Overwrite, out.Move = o.Source, o.Overwrite, o.Move
	out.NewOnly, out.AsKitsu, out.Ask, out.Newer = o.NewOnly, o.AsKitsu, o.Hold, o.Newer
	if out.Casting = s.Casting; o.Casting != "" {
		out.Casting = o.Casting
	}
	if out.HoldOver == 0 {
		out.HoldOver = 0.10
	}
	return out
}

// Save stores a plan with its file, so that it can be applied by its id.
func (p *Pipeline) Save(ctx context.Context, made *Planned, state string) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error { return p.keepPlan(ctx, tx, made, state) })
}

func (p *Pipeline) keepPlan(ctx context.Context, tx store.Tx, made *Planned, state string) error {
	if err := p.keepSource(ctx, tx, made.Inspection); err != nil {
		return err
	}
	body, err := packPlan(made.Plan)
	if err != nil {
		return err
	}
	return tx.PutPlan(ctx, &store.PlanRecord{
		ID: made.Plan.ID, Project: made.Plan.ProjectID, SourceSHA: made.Plan.Source.SHA256, SourceName: made.Plan.Source.Name,
		State: state, Author: p.Author, At: hierarchy.At(p.Now()), Revision: made.Revision, Body: body,
	})
}

func (p *Pipeline) keepSource(ctx context.Context, tx store.Tx, in *Inspection) error {
	for _, other := range in.Beside {
		if err := p.keepSource(ctx, tx, other); err != nil {
			return err
		}
	}
	options, err := json.Marshal(in.Options)
	if err != nil {
		return fmt.Errorf("store source: %w", err)
	}
	return tx.PutSource(ctx, &store.SourceRecord{
		SHA256: in.File.SHA256(), Name: in.File.Name, Bytes: in.File.Bytes, KeptAt: hierarchy.At(p.Now()),
		Version: in.Importer.Format() + "/" + in.Importer.Version(), Options: options,
	})
}
