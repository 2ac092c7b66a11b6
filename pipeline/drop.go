package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path"

	"turnover/exporters"
	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/plan"
	"turnover/schedule"
	"turnover/store"
)

// A TakenDrop is the answer to a drop, with what its receipts are made of.
type TakenDrop struct {
	DropResult
	Again   bool       // it was taken before: nothing was written now
	Made    *plan.Plan // with the findings only, where nothing could be planned
	Outcome Outcome
	List    File               // the first of its files
	Read    *importers.Options // how that was read; nil where it was not, now
	Flags   []string           // what says the same on a command line
}

// TakeDrop applies the lists of a drop as its watch folder says, and writes the
// drop's mark in the same transaction. Taking the same drop again finds the mark
// first, writes nothing and gives the same answer. An error is the machine's;
// the list's faults are an answer.
func (p *Pipeline) TakeDrop(ctx context.Context, folder DropFolder, d schedule.Drop, files []File) (*TakenDrop, error) {
	if len(files) == 0 || len(files) != len(d.Files) {
		return nil, fmt.Errorf("take %s: %d contents for %d files", d.Key(), len(files), len(d.Files))
	}
	q := *p
	q.Author = "watch:" + folder.Name
	t := &taking{p: &q, folder: folder, mark: &dropMark{drop: d, now: p.Now}}
	for i, f := range files {
		t.files = append(t.files, File{Name: dropFile(d.Files[i].Path), Bytes: f.Bytes})
	}
	t.List = t.files[0]
	err := t.take(ctx)
	if errors.Is(err, errTaken) {
		err = t.take(ctx) // now the mark is there
	}
	if err != nil {
		return nil, fmt.Errorf("take %s: %w", d.Key(), err)
	}
	p.Log.Info().Str("drop", d.Key()).Str("folder", folder.Name).Str("file", exporters.Visible(d.Name())).Str("state", t.State).
		Str("import", t.Import).Str("plan", t.Plan).Int("changes", len(t.Made.Changes)).Bool("again", t.Again).Msg("drop taken")
	return &t.TakenDrop, nil
}

// A taking is a drop at work.
type taking struct {
	TakenDrop
	p       *Pipeline
	folder  DropFolder
	mark    *dropMark
	files   []File
	project *hierarchy.Project // nil where the drop does not say which
}

// dropFile is the name by which lists know a file of a drop: what a database
// could not keep and a terminal could not show is taken out.
func dropFile(name string) string { return exporters.Visible(path.Base(name)) }

func (t *taking) take(ctx context.Context) error {
	before, err := t.before(ctx)
	if err != nil {
		return err
	}
	opts, err := t.options(ctx)
	var input *InputError
	if err != nil && !errors.As(err, &input) {
		return err
	}
	if before != nil {
		t.DropResult, t.Again = *before, true
		return t.remake(ctx, opts, err)
	}
	t.DropResult = DropResult{Drop: t.mark.drop}
	if err == nil {
		opts.mark = t.mark
		t.Made, t.Outcome, err = t.p.ApplyFile(ctx, t.List, string(t.project.ID), opts, Acceptance{})
	}
	return t.settle(ctx, err)
}

// before reads the mark of the drop; nil where it was not taken yet.
func (t *taking) before(ctx context.Context) (result *DropResult, err error) {
	err = t.p.Store.Read(ctx, func(r store.Reader) error {
		result, err = dropResult(ctx, r, t.mark.drop)
		return err
	})
	return result, err
}

// options are what the folder says of its lists. *InputError where the drop
// itself cannot be taken.
func (t *taking) options(ctx context.Context) (Options, error) {
	all, err := t.p.Projects(ctx)
	if err != nil {
		return Options{}, err
	}
	where, err := t.folder.place(t.mark.drop, all)
	if err != nil {
		return Options{}, err
	}
	t.project = where.project
	if err := t.limits(); err != nil {
		return Options{}, err
	}
	opts := Options{Source: t.folder.Name, Episode: where.episode, Omit: t.folder.Omit, Casting: t.folder.Casting, Hold: t.folder.Hold,
		Newer: dropName(t.mark.drop.Older), Beside: t.files[1:], decided: where.decided}
	opts.decided = append(opts.decided, t.policy()...)
	opts.Inspected = func(in *Inspection) { t.Read = &in.Options }
	t.flags(opts)
	return opts, nil
}

func dropName(older string) string {
	if older == "" {
		return ""
	}
	return dropFile(older)
}

// policy is what the folder decides about every list in it.
func (t *taking) policy() (out []plan.Decision) {
	if t.folder.Hold {
		out = append(out, plan.Decision{Rule: "apply: hold", What: "waits for a person, whatever it changes"})
	} else {
		out = append(out, plan.Decision{Rule: "apply: auto", What: "is applied without a person unless a gate holds it"})
	}
	if n := len(t.mark.drop.Files); n > 1 {
		out = append(out, plan.Decision{Rule: "sets", What: fmt.Sprintf("takes %d files as one cut", n)})
	}
	if t.mark.drop.Older != "" {
		out = append(out, plan.Decision{Rule: "versions of a name", What: "is older than " + dropName(t.mark.drop.Older)})
	}
	return out
}

// flags says on a command line what the folder says of its lists.
func (t *taking) flags(o Options) {
	t.Flags = []string{"--source", o.Source}
	for _, f := range [][2]string{{"--episode", o.Episode}, {"--omit", o.Omit}, {"--casting", o.Casting}} {
		if f[1] != "" {
			t.Flags = append(t.Flags, f[0], f[1])
		}
	}
}

// limits refuses files that are larger than allowed; whoever left them is
// answered, and their bytes may not even have been read.
func (t *taking) limits() error {
	limit := t.p.Limits.WithDefaults().Bytes
	for i, f := range t.files {
		if size := max(t.mark.drop.Files[i].Size, int64(len(f.Bytes))); size > limit {
			return tooLarge(f.Name, size, limit)
		}
	}
	return nil
}

// settle makes the answer of what applying gave. What was applied or held has
// its mark; anything else gets it here.
func (t *taking) settle(ctx context.Context, err error) error {
	switch {
	case err == nil && t.Outcome.Applied:
		t.State, t.Import = schedule.Applied, *t.Outcome.Import
	case errors.Is(err, ErrHeld):
		t.State = heldState(t.Made)
	case err == nil:
		return t.answer(ctx, schedule.Nothing)
	default:
		found := t.faults(err)
		if found == nil {
			return err
		}
		t.refused(found)
		return t.answer(ctx, schedule.Rejected)
	}
	t.Plan, t.Message = t.Outcome.Plan, dropMessage(t.State, t.Made)
	return nil
}

// faults are the list's among the errors of applying; nil for the machine's.
func (t *taking) faults(err error) diag.List {
	var input *InputError
	var usage *UsageError
	var conflict *store.ConflictError
	at := diag.Place{File: t.List.Name}
	var found diag.List
	switch {
	case errors.As(err, &input):
		return input.Found
	case errors.As(err, &usage):
		found.Add(diag.Error, CodeDropTogether, at, "lists cannot be taken together", "%s", usage.Reason)
	case errors.As(err, &conflict):
		found.Add(diag.Error, CodeDropConflict, at, "name is taken", "%s", conflict.Reason)
	}
	return found
}

// refused keeps the findings of a list without a plan as one.
func (t *taking) refused(found diag.List) {
	if t.Made == nil || !t.Made.Diagnostics.HasErrors() {
		t.Made = t.without()
		t.Made.Diagnostics = found
	}
}

// without is a plan of nothing.
func (t *taking) without() *plan.Plan {
	return &plan.Plan{Project: t.projectName(), ProjectID: t.projectID(), Source: plan.Source{Name: t.List.Name, SHA256: t.List.SHA256(), From: t.folder.Name}}
}

func (t *taking) projectName() string {
	if t.project == nil {
		return ""
	}
	return t.project.Name
}

func (t *taking) projectID() hierarchy.ID {
	if t.project == nil {
		return ""
	}
	return t.project.ID
}

// answer marks a drop of which nothing came.
func (t *taking) answer(ctx context.Context, state string) error {
	t.State, t.Message = state, dropMessage(state, t.Made)
	return t.p.Store.InTx(ctx, func(tx store.Tx) error {
		if err := t.mark.begin(ctx, tx, t.projectID()); err != nil {
			return err
		}
		return t.mark.put(ctx, tx, state, t.Made, t.Outcome)
	})
}

// remake gives again what the receipts of a drop were made of, as far as it is
// as it was: its stored plan, or what planning says now.
func (t *taking) remake(ctx context.Context, opts Options, misplaced error) error {
	if t.Plan != "" {
		return t.p.Store.Read(ctx, func(r store.Reader) (err error) {
			if _, t.Made, err = t.p.findPlan(ctx, r, t.Plan); err != nil {
				return err
			}
			t.Outcome = Outcome{Plan: t.Plan, Summary: t.Made.Summary}
			if t.Import != "" {
				t.Outcome.Import, t.Outcome.Applied = &t.Import, true
			}
			return nil
		})
	}
	t.Made = nil
	err := misplaced
	if err == nil {
		var made *Planned
		if made, err = t.p.Plan(ctx, t.List, string(t.project.ID), opts); err == nil {
			t.Made = made.Plan
		}
	}
	found := t.faults(err)
	if err != nil && found == nil {
		return err
	}
	return t.asBefore(found)
}

// asBefore lets the answer stand also where the production has moved since.
func (t *taking) asBefore(found diag.List) error {
	if t.State == schedule.Rejected {
		switch {
		case found != nil:
			t.refused(found)
		case t.Made == nil || !t.Made.Diagnostics.HasErrors():
			found.Add(diag.Error, CodeDropRefused, diag.Place{File: t.List.Name}, "list was refused when it was dropped", "%s", t.Message)
			t.refused(found)
		}
		return nil
	}
	if t.Made == nil || !t.Made.Empty() || t.Made.Diagnostics.HasErrors() {
		t.Made = t.without()
	}
	t.Outcome = Outcome{NothingToDo: true, Plan: t.Made.ID, Summary: t.Made.Summary}
	return nil
}
