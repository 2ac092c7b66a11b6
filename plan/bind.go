package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
)

// ErrStale says that what a plan was made upon has changed since: plan again.
var ErrStale = errors.New("the plan is stale")

// Bind turns the plan into changes of the hierarchy: references to new rows
// become ids from newID, parents stand before children. Everything the plan
// read is checked against the snapshot first; where it differs the error wraps
// ErrStale and says what moved. Bind never guesses.
func (p *Plan) Bind(snap *hierarchy.Snapshot, origin hierarchy.Origin, newID func() hierarchy.ID) (all []hierarchy.Change, err error) {
	err = p.BindEach(snap, origin, newID, func(some []hierarchy.Change) error {
		all = append(all, some...)
		return nil
	})
	return all, err
}

// BindEach is Bind in batches of some thousand changes, so that the rows of a
// large plan are never all in memory. Nothing is emitted of a stale plan; an
// error of emit, or one found later, ends it.
func (p *Plan) BindEach(snap *hierarchy.Snapshot, origin hierarchy.Origin, newID func() hierarchy.ID, emit func([]hierarchy.Change) error) error {
	if p.ProjectID != snap.Project.ID {
		return fmt.Errorf("bind plan %q: it is for project %q, not %q", p.ID, p.Project, snap.Project.Name)
	}
	if p.Diagnostics.HasErrors() {
		return fmt.Errorf("bind plan %q: its file has errors", p.ID)
	}
	b := newBinder(snap, origin, newID)
	b.scopes(p.Scopes)
	b.newTasks(p.NewTasks)
	for i := range p.Changes {
		b.bind(&p.Changes[i])
	}
	if b.err == nil && len(b.stale) > 0 {
		shown := b.stale[:min(5, len(b.stale))]
		return fmt.Errorf("bind plan %q: %w: %s", p.ID, ErrStale, strings.Join(shown, "; "))
	}
	if b.err == nil {
		b.err = b.emit(p.Changes, emit)
	}
	if b.err != nil {
		return fmt.Errorf("bind plan %q: %w", p.ID, b.err)
	}
	return nil
}

// batch is how many changes are emitted at once.
const batch = 2000

// emit gives the changes in the order in which they can be written. The rows of
// new entities and of their usual tasks are made here, batch by batch.
func (b *binder) emit(plan []Change, give func([]hierarchy.Change) error) error {
	var some []hierarchy.Change
	put := func(c hierarchy.Change) error {
		if b.err != nil {
			return b.err
		}
		if some = append(some, c); len(some) < batch {
			return nil
		}
		full := some
		some = nil
		return give(full)
	}
	for rank := range b.out {
		for _, c := range b.out[rank] {
			if err := put(c); err != nil {
				return err
			}
		}
		for i := range plan {
			if err := b.emitNew(&plan[i], rank, put); err != nil {
				return err
			}
		}
	}
	if b.err == nil && len(some) > 0 {
		b.err = give(some)
	}
	return b.err
}

// emitNew makes the rows of a new entity that stand at the rank.
func (b *binder) emitNew(c *Change, rank int, put func(hierarchy.Change) error) error {
	kind, entity := kindOf[c.Entity]
	if c.Action != Create || !entity {
		return nil
	}
	if entityRank[kind] == rank {
		return put(hierarchy.Create{Origin: b.from(c), Row: b.newEntity(c, kind)})
	}
	if rank != rankTask {
		return nil
	}
	for _, t := range b.usualOf(c) {
		row := b.taskRow(c, t.StatusID)
		row.EntityID, row.TaskTypeID, row.Name = b.made[refOf(c)], t.TaskTypeID, mainTask
		if err := put(hierarchy.Create{Origin: b.from(c), Row: row}); err != nil {
			return err
		}
	}
	return nil
}

// The order in which a plan's changes are written: what others refer to
// first, names that become free before names that are taken.
const (
	rankType = iota
	rankEpisode
	rankSequence
	rankMove
	rankScene
	rankAsset
	rankShot
	rankCasting
	rankTask
	rankAssignment
	rankComment
	rankTime
	rankUpdate
	ranks
)

var entityRank = map[hierarchy.Kind]int{
	hierarchy.Episode: rankEpisode, hierarchy.Sequence: rankSequence, hierarchy.Scene: rankScene,
	hierarchy.Asset: rankAsset, hierarchy.Shot: rankShot,
}

type siblingKey struct {
	kind   hierarchy.Kind
	parent hierarchy.ID // of assets the type
	name   string
}

type binder struct {
	snap   *hierarchy.Snapshot
	origin hierarchy.Origin
	newID  func() hierarchy.ID
	author hierarchy.ID

	made     map[string]hierarchy.ID // by reference
	usual    []NewTask
	siblings map[siblingKey]bool
	tasks    map[hierarchy.ID]*hierarchy.Task
	taskKeys map[string]bool
	casts    map[hierarchy.ID]*hierarchy.Casting
	castKeys map[[2]hierarchy.ID]bool
	times    map[hierarchy.ID]*hierarchy.TimeSpent
	timeKeys map[logged]bool
	types    map[hierarchy.Kind]hierarchy.ID
	statuses map[hierarchy.ID]*hierarchy.TaskStatus

	out   [ranks][]hierarchy.Change // by rank; those of new entities are made when they are emitted
	stale []string
	err   error
}

func newBinder(snap *hierarchy.Snapshot, origin hierarchy.Origin, newID func() hierarchy.ID) *binder {
	b := &binder{
		snap: snap, origin: origin, newID: newID, author: newPeople(snap).author(origin.Author),
		made: map[string]hierarchy.ID{}, siblings: map[siblingKey]bool{},
		tasks: map[hierarchy.ID]*hierarchy.Task{}, taskKeys: map[string]bool{},
		casts: map[hierarchy.ID]*hierarchy.Casting{}, castKeys: map[[2]hierarchy.ID]bool{},
		times: map[hierarchy.ID]*hierarchy.TimeSpent{}, timeKeys: map[logged]bool{},
		types: map[hierarchy.Kind]hierarchy.ID{}, statuses: map[hierarchy.ID]*hierarchy.TaskStatus{},
	}
	b.origin.Project = snap.Project.ID
	for _, e := range snap.Entities {
		b.siblings[keyOf(e)] = true
	}
	for _, t := range snap.Tasks {
		b.tasks[t.ID] = t
		b.taskKeys[taskKey(t)] = true
	}
	for _, c := range snap.Castings {
		b.casts[c.ID] = c
		b.castKeys[[2]hierarchy.ID{c.EntityInID, c.EntityOutID}] = true
	}
	for _, t := range snap.TimeSpents {
		b.times[t.ID] = t
		b.timeKeys[logged{t.TaskID, workday{t.PersonID, t.Date}}] = true
	}
	for _, t := range snap.EntityTypes {
		b.types[hierarchy.Kind(t.Name)] = t.ID
	}
	for _, s := range snap.TaskStatuses {
		b.statuses[s.ID] = s
	}
	return b
}

func keyOf(e *hierarchy.Entity) siblingKey {
	if e.Kind == hierarchy.Asset {
		return siblingKey{e.Kind, e.EntityTypeID, e.Name}
	}
	return siblingKey{e.Kind, e.ParentID, e.Name}
}

func taskKey(t *hierarchy.Task) string {
	return string(t.EntityID) + "\x00" + string(t.TaskTypeID) + "\x00" + t.Name
}

func (b *binder) moved(reason string, args ...any) {
	b.stale = append(b.stale, fmt.Sprintf(reason, args...))
}

func (b *binder) fail(c *Change, err error) {
	if b.err == nil {
		b.err = fmt.Errorf("%s %s %q: %w", c.Action, c.Entity, c.Path, err)
	}
}

func (b *binder) put(rank int, c hierarchy.Change) { b.out[rank] = append(b.out[rank], c) }

func (b *binder) from(c *Change) hierarchy.Origin {
	o := b.origin
	o.Place = c.Place
	return o
}

// scopes checks that omission would be judged upon the same active shots.
func (b *binder) scopes(scopes []Scope) {
	if len(scopes) == 0 {
		return
	}
	now := map[string][]hierarchy.ID{}
	for _, e := range b.snap.OfKind(hierarchy.Shot) {
		if e.Canceled {
			continue
		}
		now[""] = append(now[""], e.ID)
		if s := b.snap.Sequence(e); s != nil {
			now[b.snap.Path(s)] = append(now[b.snap.Path(s)], e.ID)
		}
		if s := b.snap.Episode(e); s != nil {
			now[b.snap.Path(s)] = append(now[b.snap.Path(s)], e.ID)
		}
	}
	for _, s := range scopes {
		active := now[s.Path]
		slices.Sort(active)
		if !slices.Equal(active, s.Active) {
			b.moved("the active shots of %q are others than when it was planned (%d then, %d now)", s.Path, len(s.Active), len(active))
		}
	}
}

// text reads a text of a change's fields, "" where it has none.
func text(v values, key string) string { return hierarchy.ValueOf(v[key]).Text() }

func has(v values, key string) bool { _, ok := v[key]; return ok }

// resolve gives the id of a reference: an id, or the row made for "new:…".
func (b *binder) resolve(c *Change, ref string) hierarchy.ID {
	if !strings.HasPrefix(ref, newRef) {
		return hierarchy.ID(ref)
	}
	id, ok := b.made[ref]
	if !ok {
		b.fail(c, fmt.Errorf("refers to %q, which the plan does not make", ref))
	}
	return id
}

func (b *binder) bind(c *Change) {
	switch c.Entity {
	case "episode", "sequence", "scene", "shot", "asset":
		if c.Action == Create {
			b.createEntity(c)
		} else {
			b.changeEntity(c)
		}
	case "scene_link":
		b.sceneLink(c)
	case "casting":
		b.casting(c)
	case "task":
		if c.Action == Create {
			b.createTask(c)
		} else {
			b.changeTask(c)
		}
	case "assignment":
		b.assignment(c)
	case "comment":
		b.comment(c)
	case "time_spent":
		b.timeSpent(c)
	default:
		b.fail(c, errors.New("unknown entity"))
	}
}

// fields gives the changed fields, checked against the row as it is now.
func (b *binder) fields(c *Change, row hierarchy.Noun) []hierarchy.FieldChange {
	var out []hierarchy.FieldChange
	for _, name := range sortedKeys(c.After) {
		now, err := hierarchy.Get(row, name)
		if err != nil {
			b.fail(c, err)
			return nil
		}
		before := hierarchy.ValueOf(c.Before[name])
		if now.OrNull() != before.OrNull() {
			b.moved("%s of %q was %s and is %s", name, c.Path, before.OrNull(), now.OrNull())
		}
		after := c.After[name]
		if name == "parent_id" {
			after = json.RawMessage(hierarchy.ValueOf(b.resolve(c, text(c.After, name))))
		}
		out = append(out, hierarchy.FieldChange{Field: name, Before: now, After: hierarchy.ValueOf(after)})
	}
	return out
}
