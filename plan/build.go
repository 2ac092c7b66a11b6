package plan

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

// With says which parts of a snapshot a list is planned upon. Tasks are most of
// a production, and few lists of shots speak of any.
func With(list *importers.ShotList) hierarchy.With {
	tasks := slices.ContainsFunc(list.Entries, func(e importers.Entry) bool { return len(e.Tasks) > 0 })
	return withOf(list.Kind, tasks)
}

// With says which parts of a snapshot a plan is bound to.
func (p *Plan) With() hierarchy.With {
	tasks := slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Entity == "task" || c.Entity == "assignment" || c.Entity == "comment" })
	return withOf(importers.Kind(p.Kind), tasks)
}

func withOf(kind importers.Kind, tasks bool) hierarchy.With {
	switch kind {
	case importers.Casting:
		return hierarchy.With{Castings: true}
	case importers.Tasks:
		return hierarchy.With{Tasks: true}
	case importers.Timesheet:
		return hierarchy.With{Tasks: true, TimeSpents: true}
	}
	return hierarchy.With{Castings: true, Tasks: tasks}
}

// Build says what a list would change in a production. It is pure: the same
// list, findings, snapshot and options give the same plan to the byte.
//
// found is what the importer said of the file; it stands first among the
// plan's diagnostics. A plan with an error among them has no changes.
func Build(list *importers.ShotList, found diag.List, snap *hierarchy.Snapshot, opts Options) *Plan {
	b := newBuilder(list, found, snap, opts)
	b.damage()
	b.headers()
	if !b.found.HasErrors() || len(b.entries) > 0 {
		switch list.Kind {
		case importers.Casting:
			b.castingList()
		case importers.Tasks:
			b.taskList()
		case importers.Timesheet:
			b.timesheet()
		case importers.Assets:
			b.assetList()
		default:
			b.shotList()
		}
	}
	return b.finish()
}

// A builder collects one plan's changes in the order of the file, parents
// before children.
type builder struct {
	list    *importers.ShotList
	snap    *hierarchy.Snapshot
	opts    Options
	kind    hierarchy.Kind // of the entities that a list of shots or assets is about
	index   *index
	entries []importers.Entry // nobody changes those of the list
	pattern map[string]*regexp.Regexp

	found     diag.List
	changes   []Change
	scopes    []Scope
	cuts      []Cut
	standing  []Cut // that are stored as they are
	waiting   []waiting
	pending   []Pending
	settled   []string
	sides     []cutPart // of the cuts, as they are compared
	cutLists  []*ChangeList
	lost      map[string]bool // paths of shots whose picture is in the list without their name
	unchanged map[string]int
	doubts    map[string][]string // gate → names that raised it
	told      map[string]bool     // findings that are said once

	repairs       map[string]importers.Repair // by field and name
	people        *people
	tasks         map[hierarchy.ID][]*hierarchy.Task // by entity
	castings      map[[2]hierarchy.ID]*hierarchy.Casting
	castIn        map[hierarchy.ID][]*hierarchy.Casting
	castNow       map[string]bool           // links that this plan makes, by references
	replaced      map[*node]map[string]bool // folded names that a list casts where it replaces what is cast
	mentioned     map[*node]bool
	moved         map[*node]destination // where the plan moves shots to
	arrived       map[string]*node      // the same by new path
	usual         []*hierarchy.TaskType
	usualNames    []string
	types         map[string]*hierarchy.TaskType // by kind and folded name; nil: said to be unknown
	flagged       int                            // shots that the list itself marks as omitted
	touchedScopes map[*node]bool
}

func newBuilder(list *importers.ShotList, found diag.List, snap *hierarchy.Snapshot, opts Options) *builder {
	b := newNamer(list, snap, opts)
	b.index, b.found, b.people = newIndex(snap, opts.MatchCase), slices.Clone(found), newPeople(snap)
	b.unchanged, b.mentioned = map[string]int{}, map[*node]bool{}
	b.moved, b.arrived = map[*node]destination{}, map[string]*node{}
	b.tasks, b.types = map[hierarchy.ID][]*hierarchy.Task{}, map[string]*hierarchy.TaskType{}
	b.castings, b.castIn, b.castNow = map[[2]hierarchy.ID]*hierarchy.Casting{}, map[hierarchy.ID][]*hierarchy.Casting{}, map[string]bool{}
	b.replaced = map[*node]map[string]bool{}
	b.pattern = map[string]*regexp.Regexp{}
	for _, t := range snap.Tasks {
		b.tasks[t.EntityID] = append(b.tasks[t.EntityID], t)
	}
	for _, c := range snap.Castings {
		b.castings[[2]hierarchy.ID{c.EntityInID, c.EntityOutID}] = c
		b.castIn[c.EntityInID] = append(b.castIn[c.EntityInID], c)
	}
	if opts.AsKitsu {
		b.people.choose = b.namesake
	}
	b.checkOptions()
	return b
}

// newNamer gives a builder that can name events and no more: it indexes nothing.
func newNamer(list *importers.ShotList, snap *hierarchy.Snapshot, opts Options) *builder {
	kind := hierarchy.Shot
	if list.Kind == importers.Assets {
		kind = hierarchy.Asset
	}
	return &builder{list: list, snap: snap, opts: opts, kind: kind, entries: entriesOf(list), doubts: map[string][]string{}, told: map[string]bool{}}
}

// entriesOf gives the entries to be worked on. It is a copy where names will be
// filled in, and where a row may lack the fields that other kinds of lists have;
// a large list of shots needs neither.
func entriesOf(list *importers.ShotList) []importers.Entry {
	named := slices.ContainsFunc(list.Entries, func(e importers.Entry) bool { return len(e.Names) > 0 })
	shots := list.Kind == importers.Shots || list.Kind == ""
	if shots && !named {
		return list.Entries
	}
	entries, none := slices.Clone(list.Entries), &importers.Details{}
	for i := range entries {
		if entries[i].Details == nil {
			entries[i].Details = none
		}
	}
	return entries
}

// checkOptions compiles patterns and refuses words that mean nothing.
func (b *builder) checkOptions() {
	file := diag.Place{File: b.list.Source.Name}
	for _, kind := range sortedKeys(b.opts.Pattern) {
		re, err := regexp.Compile("^(?:" + b.opts.Pattern[kind] + ")$")
		if err != nil {
			b.fail(BadOption, file, "the pattern of %s names, %q, is no regular expression: %v. Correct it in the configuration", kind, b.opts.Pattern[kind], err)
			continue
		}
		b.pattern[kind] = re
	}
	for _, what := range sortedKeys(b.opts.Create) {
		if p := b.opts.Create[what]; !slices.Contains([]Policy{Yes, Warn, Hold, No}, p) {
			b.fail(BadOption, file, "the creation policy of %s is %q; it can be yes, warn, hold or no", what, p)
		}
	}
	switch b.opts.Omit {
	case "", OmitNone, OmitListed, OmitEpisode, OmitProject:
	default:
		b.fail(BadOption, file, "omit is %q; it can be none, listed-sequences, episode or project", b.opts.Omit)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (b *builder) fail(code string, at diag.Place, detail string, args ...any) {
	b.found.Add(diag.Error, code, at, summaryOf(code), detail, args...)
}

func (b *builder) warn(code string, at diag.Place, detail string, args ...any) {
	b.found.Add(diag.Warning, code, at, summaryOf(code), detail, args...)
}

func (b *builder) note(code string, at diag.Place, detail string, args ...any) {
	b.found.Add(diag.Info, code, at, summaryOf(code), detail, args...)
}

// once tells whether something is said for the first time.
func (b *builder) once(parts ...string) bool {
	key := strings.Join(parts, "\x00")
	if b.told[key] {
		return false
	}
	b.told[key] = true
	return true
}

func (b *builder) doubt(gate, name string) {
	if b.once(gate, name) {
		b.doubts[gate] = append(b.doubts[gate], name)
	}
}

// values are the fields of one side of a change.
type values = map[string]json.RawMessage

func raw(v any) json.RawMessage { return json.RawMessage(hierarchy.ValueOf(v).OrNull()) }

func (b *builder) add(c Change) int {
	if c.Before == nil {
		c.Before = values{}
	}
	if c.After == nil {
		c.After = values{}
	}
	if c.Labels == nil {
		c.Labels = []string{}
	}
	b.changes = append(b.changes, c)
	return len(b.changes) - 1
}

// A diff gathers the fields in which a row differs from what a list says.
type diff struct {
	row           hierarchy.Noun // nil for what the plan makes
	before, after values
	because       []string
}

func newDiff(row hierarchy.Noun) *diff {
	d := &diff{row: row}
	if row == nil {
		d.after = values{}
	}
	return d
}

// set states a field's wanted value; equal values, loosely compared, leave it.
func (d *diff) set(field string, want hierarchy.Value, because string) {
	if d.row == nil {
		if want.OrNull() == "null" {
			return
		}
		d.after[field] = json.RawMessage(want)
	} else {
		now, err := hierarchy.Get(d.row, field)
		if err != nil || alike(now, want) {
			return
		}
		if d.after == nil { // most rows are as the list says
			d.before, d.after = values{}, values{}
		}
		d.before[field] = json.RawMessage(now.OrNull())
		d.after[field] = json.RawMessage(want.OrNull())
	}
	if because != "" && !slices.Contains(d.because, because) {
		d.because = append(d.because, because)
	}
}

func (d *diff) empty() bool { return len(d.after) == 0 }

func (d *diff) reason(otherwise string) string {
	if len(d.because) == 0 {
		return otherwise
	}
	return strings.Join(d.because, "; ")
}

// place of a cell, or of the entry where the cell has none.
func place(cell importers.Spot, entry diag.Place) diag.Place { return cell.In(entry) }
