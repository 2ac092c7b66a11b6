package pipeline

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
	"turnover/plan"
	"turnover/store"
)

// CodeNoCut is a list that was read but has nothing to compare.
const CodeNoCut = "FIL002" // error: no timecodes, so no cut

// DiffOptions are what a person says beside the two cuts. What is not given is
// taken from the configuration of the project.
type DiffOptions struct {
	Project    string // name or id; needed for stored revisions only
	FPS        timecode.Rate
	Names      []string
	Handles    *int64
	FirstFrame *int64
	// Files are those that names mean, for callers who must not name files of
	// this machine; nil looks on the disk.
	Files map[string]File
}

// A cutName is one of the lists that make a cut: a file, or a stored revision.
type cutName struct {
	text     string
	file     bool
	scope    string
	revision int64 // 0: the latest
}

// CutsAreStored tells whether a comparison needs the database: one of the
// names is no file.
func CutsAreStored(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(DiffOptions{}.cutNames(name), func(n cutName) bool { return !n.file })
	})
}

// cutNames reads "reel1.edl+reel2.edl", "EP103@2" or "EP103/SQ010". A file
// whose own name has a plus is one file.
func (o DiffOptions) cutNames(text string) []cutName {
	if o.isFile(text) {
		return []cutName{{text: text, file: true}}
	}
	var out []cutName
	for _, part := range strings.Split(text, "+") {
		n := cutName{text: part, file: o.isFile(part), scope: part}
		if at := strings.LastIndexByte(part, '@'); at >= 0 {
			if revision, err := strconv.ParseInt(part[at+1:], 10, 64); err == nil && revision > 0 {
				n.scope, n.revision = part[:at], revision
			} else if part[at+1:] == "" {
				n.scope = part[:at]
			}
		}
		out = append(out, n)
	}
	return out
}

func (o DiffOptions) isFile(name string) bool {
	if o.Files != nil {
		_, there := o.Files[name]
		return there
	}
	return onDisk(name)
}

func onDisk(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// Diff compares two cuts. Files alone need no database; their shots are then
// known by their names alone.
func (p *Pipeline) Diff(ctx context.Context, a, b string, o DiffOptions) (*plan.ChangeList, error) {
	if o.Files == nil && !CutsAreStored(a, b) {
		return p.diffFiles(ctx, a, b, o)
	}
	if o.Project == "" {
		for _, n := range append(o.cutNames(a), o.cutNames(b)...) {
			if !n.file {
				return nil, usage("there is no file %q. For a stored cut, such as EP103@2, say which project with --project", n.text)
			}
		}
	}
	var list *plan.ChangeList
	err := p.Store.Read(ctx, func(r store.Reader) (err error) {
		list, err = p.diffStored(ctx, r, a, b, o)
		return err
	})
	return list, err
}

// usualNames are tried where nobody says how shots are named; where none of
// them fits a single event of one of the cuts, the whole clip name is the shot.
func usualNames() [][]string {
	return [][]string{{"{episode}_{sequence}_{shot}", "{episode}-{sequence}-{shot}", "{sequence}_{shot}", "{sequence}-{shot}"}, {"{shot}"}}
}

func (p *Pipeline) diffFiles(ctx context.Context, a, b string, o DiffOptions) (*plan.ChangeList, error) {
	s := p.Settings[o.Project]
	opts := importers.Options{FPS: s.FPS, MatchCase: s.MatchCase, Columns: s.Columns}
	if !o.FPS.IsZero() {
		opts.FPS = o.FPS
	}
	tries := usualNames()
	if len(s.Names) > 0 {
		tries = [][]string{s.Names}
	}
	if len(o.Names) > 0 {
		tries = [][]string{o.Names}
	}
	var sides [2]*plan.CutSide
	for i, names := range tries {
		opts.Names = names
		named := true
		for k, text := range []string{a, b} {
			side, some, err := p.fileSide(ctx, text, opts)
			if err != nil {
				return nil, err
			}
			sides[k], named = side, named && some
		}
		if named || i == len(tries)-1 {
			break
		}
	}
	return plan.Compare(sides[0], sides[1], o.compare(s)), nil
}

func (o DiffOptions) compare(s Settings) plan.CompareOptions {
	out := plan.CompareOptions{Handles: s.Handles, FirstFrame: s.FirstFrame, MatchCase: s.MatchCase}
	if o.Handles != nil {
		out.Handles = *o.Handles
	}
	if o.FirstFrame != nil {
		out.FirstFrame = o.FirstFrame
	}
	return out
}

// fileSide reads the files of one cut. named tells that any event has a shot.
func (p *Pipeline) fileSide(ctx context.Context, text string, opts importers.Options) (side *plan.CutSide, named bool, err error) {
	side = &plan.CutSide{}
	var names []string
	for part, n := range (DiffOptions{}).cutNames(text) {
		in, err := p.readCut(ctx, n.text, nil, opts)
		if err != nil {
			return nil, false, err
		}
		names = append(names, in.File.Name)
		for i := range in.List.Entries {
			e := &in.List.Entries[i]
			if e.Occurrence == nil {
				continue
			}
			use := plan.OccurrenceOf(e)
			use.Part += part << 16
			if use.Shot = pathOf(e); use.Shot != nil {
				named = true
			}
			side.Occurrences = append(side.Occurrences, use)
		}
		if side.FPS.IsZero() {
			side.FPS = rateOfCut(in, opts)
		}
	}
	side.Name = strings.Join(names, "+")
	return side, named, nil
}

// pathOf writes the path of a shot as far as its name gives it.
func pathOf(e *importers.Entry) *string {
	if !e.Shot.Given() {
		return nil
	}
	path := hierarchy.PathPart(e.Shot.Text)
	for _, above := range []importers.Cell{e.Sequence, e.Episode} {
		if above.Given() {
			path = hierarchy.PathPart(above.Text) + "/" + path
		}
	}
	return &path
}

func rateOfCut(in *Inspection, opts importers.Options) timecode.Rate {
	if in.List.Source.FPS.IsZero() {
		return opts.FPS
	}
	return in.List.Source.FPS
}

// readCut reads one list; it must be without errors and say where its pictures
// lie.
func (p *Pipeline) readCut(ctx context.Context, path string, files map[string]File, opts importers.Options) (*Inspection, error) {
	f, given := files[path]
	if !given {
		var err error
		if f, err = p.Open(path); err != nil {
			return nil, err
		}
	}
	if imp, _ := importers.Detect(f, p.Importers); imp != nil && imp.Format() == "edl" && opts.FPS.IsZero() {
		return nil, usage("%s: an EDL does not say its frame rate: give --fps, such as --fps 25, or --project with fps in the configuration", f.Name)
	}
	in, err := p.Inspect(ctx, f, opts)
	if err != nil {
		return nil, err
	}
	if in.List == nil || in.Found.HasErrors() {
		return nil, &InputError{f.Name, in.Found}
	}
	if !slices.ContainsFunc(in.List.Entries, func(e importers.Entry) bool { return e.Occurrence != nil }) && len(in.List.Events) == 0 {
		return nil, noCut(in)
	}
	return in, nil
}

func noCut(in *Inspection) error {
	var found diag.List
	found.Add(diag.Error, CodeNoCut, diag.Place{File: in.File.Name}, "the list has no cut",
		"none of its %d entries is a named shot with timecodes; compare lists that say where each picture lies, such as EDLs", len(in.List.Entries))
	return &InputError{in.File.Name, found}
}

// diffStored compares where at least one side is stored: the names of files
// are then those of the production.
func (p *Pipeline) diffStored(ctx context.Context, r store.Reader, a, b string, o DiffOptions) (*plan.ChangeList, error) {
	snap, err := p.snapshotIn(ctx, r, o.Project, hierarchy.With{})
	if err != nil {
		return nil, err
	}
	scopes, err := r.CutScopes(ctx, snap.Project.ID)
	if err != nil {
		return nil, err
	}
	records, err := cutRecords(ctx, r, snap.Project.ID, scopes)
	if err != nil {
		return nil, err
	}
	history, err := parseCuts(records)
	if err != nil {
		return nil, err
	}
	d := &storedDiff{p: p, snap: snap, scopes: scopes, records: records, history: history, o: o}
	opts := o.compare(p.Settings[snap.Project.Name])
	old, first, err := d.side(ctx, a)
	if err != nil {
		return nil, err
	}
	now, _, err := d.side(ctx, b)
	if err != nil {
		return nil, err
	}
	for _, c := range history[:first] {
		if plan.Related(c.Scope, old.Scope) {
			opts.Earlier = append(opts.Earlier, c)
		}
	}
	opts.Known = map[string]plan.ShotState{}
	for _, e := range snap.OfKind(hierarchy.Shot) {
		opts.Known[snap.Path(e)] = plan.ShotState{Canceled: e.Canceled}
	}
	return plan.Compare(old, now, opts), nil
}

// A storedDiff resolves the names of cuts within one production.
type storedDiff struct {
	p       *Pipeline
	snap    *hierarchy.Snapshot
	scopes  []string
	records []*store.CutRecord
	history []*plan.CutSide // the same, read
	o       DiffOptions
}

// side puts one cut together. first is the place in the history of the oldest
// stored revision it is made of: what lies before was turned over earlier.
func (d *storedDiff) side(ctx context.Context, text string) (side *plan.CutSide, first int, err error) {
	first = len(d.history)
	var names []string
	side = &plan.CutSide{}
	for part, n := range d.o.cutNames(text) {
		var one *plan.CutSide
		if n.file {
			one, err = d.file(ctx, n.text)
		} else {
			var at int
			at, err = d.revision(n)
			if err == nil {
				one, first = d.history[at], min(first, at)
			}
		}
		if err != nil {
			return nil, 0, err
		}
		names = append(names, one.Name)
		if part == 0 {
			side.Scope = one.Scope
		}
		if side.FPS.IsZero() {
			side.FPS = one.FPS
		}
		for _, use := range one.Occurrences {
			use.Part += part << 16
			side.Occurrences = append(side.Occurrences, use)
		}
	}
	side.Name = strings.Join(names, "+")
	return side, first, nil
}

func (d *storedDiff) revision(n cutName) (int, error) {
	if !slices.Contains(d.scopes, n.scope) {
		if len(d.scopes) == 0 {
			return 0, usage("there is no file %q, and %q has no stored cuts yet: apply one first", n.text, d.snap.Project.Name)
		}
		return 0, unknown("cut", n.text, shownScopes(d.scopes))
	}
	last := -1
	for i, record := range d.records {
		if record.Scope != n.scope {
			continue
		}
		if last = i; record.Revision == n.revision {
			return i, nil
		}
	}
	if n.revision > 0 {
		return 0, usage("cut %q has revisions 1 to %d", n.scope, d.records[last].Revision)
	}
	return last, nil
}

// shownScopes writes the film's own scope so that it can be typed.
func shownScopes(scopes []string) []string {
	out := slices.Clone(scopes)
	for i := range out {
		if out[i] == "" {
			out[i] = "@"
		}
	}
	return out
}

// file reads a list and finds its shots in the production.
func (d *storedDiff) file(ctx context.Context, path string) (*plan.CutSide, error) {
	o := Options{FPS: d.o.FPS, Names: d.o.Names}
	in, err := d.p.readCut(ctx, path, d.o.Files, d.p.importOptions(d.snap, o))
	if err != nil {
		return nil, err
	}
	rules := d.p.planOptions(d.snap.Project, o)
	made := plan.Build(in.List, in.Found, d.snap, rules)
	if made.Diagnostics.HasErrors() {
		return nil, &InputError{in.File.Name, made.Diagnostics}
	}
	side := &plan.CutSide{Name: in.File.Name, FPS: rules.FPS}
	for i, c := range made.Cuts {
		one, err := plan.ParseCut(c.Scope, 0, c.FPS, c.Occurrences)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			side.Scope, side.FPS = c.Scope, one.FPS
		}
		side.Occurrences = append(side.Occurrences, one.Occurrences...)
	}
	if len(made.Cuts) == 0 {
		return nil, noCut(in)
	}
	return side, nil
}
