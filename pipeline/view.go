package pipeline

import (
	"context"
	"slices"
	"strings"
	"sync"

	"turnover/hierarchy"
	"turnover/store"
)

// A View is one production in memory as it stands at one revision, castings and
// tasks included, with what is needed to answer without looking through it.
// Many readers share one: nobody changes a view or its rows.
type View struct {
	*hierarchy.Snapshot
	children map[hierarchy.ID][]*hierarchy.Entity
	tasks    map[hierarchy.ID][]*hierarchy.Task
	casts    map[hierarchy.ID][]*hierarchy.Casting
	castIn   map[hierarchy.ID][]*hierarchy.Casting
	sheets   *sheets // read when first asked for
}

// newView indexes a snapshot. Entity fills its own index at the first call, so
// that call is made before others share it.
func newView(s *hierarchy.Snapshot) *View {
	s.Entity("")
	v := &View{Snapshot: s, children: map[hierarchy.ID][]*hierarchy.Entity{}, tasks: map[hierarchy.ID][]*hierarchy.Task{},
		casts: map[hierarchy.ID][]*hierarchy.Casting{}, castIn: map[hierarchy.ID][]*hierarchy.Casting{}, sheets: &sheets{}}
	for _, e := range s.Entities {
		v.children[e.ParentID] = append(v.children[e.ParentID], e)
	}
	for _, t := range s.Tasks {
		v.tasks[t.EntityID] = append(v.tasks[t.EntityID], t)
	}
	for _, c := range s.Castings {
		v.casts[c.EntityInID] = append(v.casts[c.EntityInID], c)
		v.castIn[c.EntityOutID] = append(v.castIn[c.EntityOutID], c)
	}
	return v
}

// Children lists the entities below one, of all kinds, by id; "" lists those
// without a parent.
func (v *View) Children(id hierarchy.ID) []*hierarchy.Entity { return v.children[id] }

// TasksOf lists the tasks of an entity by id.
func (v *View) TasksOf(entity hierarchy.ID) []*hierarchy.Task { return v.tasks[entity] }

// CastOf lists what is cast in an entity.
func (v *View) CastOf(entity hierarchy.ID) []*hierarchy.Casting { return v.casts[entity] }

// CastIn lists where an asset is cast.
func (v *View) CastIn(asset hierarchy.ID) []*hierarchy.Casting { return v.castIn[asset] }

// rows is what a view takes, roughly.
func (v *View) rows() int {
	return len(v.Entities) + len(v.Tasks) + len(v.Castings) + len(v.Persons) + v.sheets.count()
}

// Views keeps productions in memory between requests. Each request asks the
// database for the revision, which is one small question; a view that is behind
// is brought up to date by the lines of history since, so that a client that
// writes and reads in turn does not load the production each time.
type Views struct {
	Pipeline *Pipeline
	MostRows int // of all views; beyond it those not used for longest are let go, but for the last

	mu    sync.Mutex
	slots []*viewSlot // the last used last
}

type viewSlot struct {
	project hierarchy.ID
	loading sync.Mutex // one loads, others wait for it
	view    *View
	rows    int // guarded by Views.mu
}

// mostCaughtUp is how many changed rows a view is brought up to date with; with
// more it is cheaper to load it anew.
const mostCaughtUp = 2000

// Project gives a production's view as it stands now; ErrNotFound.
func (v *Views) Project(ctx context.Context, id hierarchy.ID) (*View, error) {
	slot := v.slot(id)
	slot.loading.Lock()
	defer slot.loading.Unlock()
	err := v.Pipeline.Store.Read(ctx, func(r store.Reader) error {
		now, err := current(ctx, r, slot.view, id)
		if err == nil {
			slot.view = now
		}
		return err
	})
	if err != nil {
		v.drop(slot)
		return nil, err
	}
	v.keep(slot, slot.view.rows())
	return slot.view, nil
}

// OfRow gives the view of the production that a row of entities or tasks belongs
// to; ErrNotFound.
func (v *Views) OfRow(ctx context.Context, table string, id hierarchy.ID) (*View, error) {
	project, err := v.Pipeline.ProjectOf(ctx, table, id)
	if err != nil {
		return nil, err
	}
	return v.Project(ctx, project)
}

// current brings a view up to date; nil is loaded.
func current(ctx context.Context, r store.Reader, was *View, id hierarchy.ID) (*View, error) {
	if was != nil {
		own, shared, err := r.Revision(ctx, id)
		if err != nil || own == was.Revision && shared == was.Shared {
			return was, err
		}
		if now, err := catchUp(ctx, r, was); now != nil || err != nil {
			return now, err
		}
	}
	snap, err := r.Snapshot(ctx, string(id), hierarchy.With{Castings: true, Tasks: true})
	if err != nil {
		return nil, err
	}
	if snap.Project.ID != id {
		return nil, ErrNotFound // a production of that name
	}
	return newView(snap), nil
}

// catchUp reads the rows that changed since; nil where loading all is better.
func catchUp(ctx context.Context, r store.Reader, was *View) (*View, error) {
	now, err := r.Snapshot(ctx, string(was.Project.ID), hierarchy.With{Bare: true})
	if err != nil {
		return nil, err
	}
	changed := map[string]map[string]bool{"entities": {}, "tasks": {}, "casting_links": {}, "time_spents": {}}
	lines := 0
	for line, err := range r.History(ctx, store.HistoryQuery{Project: was.Project.ID, AfterSeq: was.Seq}) {
		if err != nil {
			return nil, err
		}
		if lines++; lines > mostCaughtUp {
			return nil, nil
		}
		table, key := line.Table, line.Key
		if table == "task_assignees" {
			table = "tasks"
			key, _, _ = strings.Cut(key, "/")
		}
		if changed[table] != nil {
			changed[table][key] = true
		}
	}
	if lines == 0 && now.Revision != was.Revision {
		return nil, nil // somebody wrote lines out of turn
	}
	if now.Entities, err = patched(ctx, r, "entities", was.Entities, changed["entities"]); err != nil {
		return nil, err
	}
	if now.Tasks, err = patched(ctx, r, "tasks", was.Tasks, changed["tasks"]); err != nil {
		return nil, err
	}
	if now.Castings, err = patched(ctx, r, "casting_links", was.Castings, changed["casting_links"]); err != nil {
		return nil, err
	}
	next := newView(now)
	if len(changed["time_spents"]) == 0 {
		next.sheets = was.sheets
	}
	return next, nil
}

// patched is a list, sorted by key, with the rows of some keys read anew.
func patched[N hierarchy.Noun](ctx context.Context, r store.Reader, table string, was []N, keys map[string]bool) ([]N, error) {
	if len(keys) == 0 {
		return was, nil
	}
	ids := make([]string, 0, len(keys))
	for key := range keys {
		ids = append(ids, key)
	}
	slices.Sort(ids)
	now := make([]N, 0, len(was)+len(keys))
	for _, row := range was {
		if !keys[row.Key()] {
			now = append(now, row)
		}
	}
	for row, err := range r.Rows(ctx, table, map[string]any{"id": ids}) {
		if err != nil {
			return nil, err
		}
		now = append(now, row.(N))
	}
	if len(now) == 0 {
		return nil, nil // as a load gives it
	}
	slices.SortFunc(now, func(a, b N) int { return strings.Compare(a.Key(), b.Key()) })
	return now, nil
}

// slot finds or makes a production's place and marks it as used last.
func (v *Views) slot(id hierarchy.ID) *viewSlot {
	v.mu.Lock()
	defer v.mu.Unlock()
	slot := &viewSlot{project: id}
	if i := slices.IndexFunc(v.slots, func(s *viewSlot) bool { return s.project == id }); i >= 0 {
		slot = v.slots[i]
		v.slots = slices.Delete(v.slots, i, i+1)
	}
	v.slots = append(v.slots, slot)
	return slot
}

func (v *Views) drop(slot *viewSlot) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.slots = slices.DeleteFunc(v.slots, func(s *viewSlot) bool { return s == slot })
}

// keep counts a slot's rows and lets others go where all are too many.
func (v *Views) keep(slot *viewSlot, rows int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	slot.rows = rows
	total := 0
	for _, s := range v.slots {
		total += s.rows
	}
	for total > v.MostRows && len(v.slots) > 1 {
		total -= v.slots[0].rows
		v.slots = v.slots[1:]
	}
}

// ProjectOf finds the production that a row belongs to: of entities and tasks
// their own, of castings and instances that of what they are in, of comments, time sheets and previews their task's; ErrNotFound.
func (p *Pipeline) ProjectOf(ctx context.Context, table string, id hierarchy.ID) (project hierarchy.ID, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		for {
			row, err := rowByID(ctx, r, table, id)
			if err != nil {
				return err
			}
			switch row := row.(type) {
			case *hierarchy.Entity:
				project = row.ProjectID
			case *hierarchy.Task:
				project = row.ProjectID
			case *hierarchy.AssetInstance:
				table, id = "entities", row.SceneID
				continue
			case *hierarchy.Casting:
				table, id = "entities", row.EntityInID
				continue
			case *hierarchy.Comment:
				table, id = "tasks", row.TaskID
				continue
			case *hierarchy.TimeSpent:
				table, id = "tasks", row.TaskID
				continue
			case *hierarchy.PreviewFile:
				table, id = "tasks", row.TaskID
				continue
			case *hierarchy.AttachmentFile:
				table, id = "tasks", row.TaskID
				continue
			default:
				return usage("rows of %s belong to no production", table)
			}
			return nil
		}
	})
	return project, err
}
