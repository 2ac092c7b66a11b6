package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"turnover/hierarchy"
	"turnover/store"
)

// MostName is how many characters an entity's name may have, as in Kitsu.
const MostName = 160

// A tracking is one request being turned into changes: what it may look at and
// what it has decided so far.
type tracking struct {
	ctx     context.Context
	tx      store.Tx
	snap    *hierarchy.Snapshot // bare: what the request needs of entities it reads itself
	origin  hierarchy.Origin
	changes []hierarchy.Change
}

// track runs f on a production that nobody else writes meanwhile and applies the
// changes that it decides on: one request, one transaction. ErrNotFound if there
// is no such production.
func (p *Pipeline) track(ctx context.Context, project hierarchy.ID, f func(*tracking) error) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		if err := tx.Lock(ctx, project); err != nil {
			return err
		}
		snap, err := tx.Snapshot(ctx, string(project), hierarchy.With{Bare: true})
		if err != nil {
			return err
		}
		if snap.Project.ID != project {
			return fmt.Errorf("production %s: %w", project, ErrNotFound)
		}
		t := &tracking{ctx: ctx, tx: tx, snap: snap, origin: p.request(project, hierarchy.At(p.Now()))}
		if err := f(t); err != nil {
			return err
		}
		return tx.Apply(ctx, t.changes)
	})
}

func (t *tracking) add(c ...hierarchy.Change) { t.changes = append(t.changes, c...) }

// rowsOf reads the rows of one table, narrowed.
func rowsOf[N hierarchy.Noun](t *tracking, table string, where map[string]any) (out []N, err error) {
	for row, err := range t.tx.Rows(t.ctx, table, where) {
		if err != nil {
			return nil, err
		}
		out = append(out, row.(N))
	}
	return out, nil
}

// entity reads an entity of the production, of one of the kinds if any are
// named; ErrNotFound.
func (t *tracking) entity(id hierarchy.ID, kinds ...hierarchy.Kind) (*hierarchy.Entity, error) {
	row, err := rowByID(t.ctx, t.tx, "entities", id)
	if err != nil {
		return nil, err
	}
	e := row.(*hierarchy.Entity)
	fits := len(kinds) == 0
	for _, k := range kinds {
		fits = fits || e.Kind == k
	}
	if e.ProjectID != t.snap.Project.ID || !fits {
		return nil, fmt.Errorf("entity %s of %q: %w", id, t.snap.Project.Name, ErrNotFound)
	}
	return e, nil
}

// An EntitySpec is what is needed to make an episode, sequence, scene, shot or
// asset.
type EntitySpec struct {
	Kind        hierarchy.Kind
	Type        hierarchy.ID // of assets
	Name        string
	Parent      hierarchy.ID // "" is none
	Source      hierarchy.ID // the scene of a shot, the main episode of an asset; "" is none
	Shared      bool         // with other productions
	Description *string
	Status      string // of episodes; what is none of them is running
	NbFrames    *int64
	Data        hierarchy.Data
	New         bool // one that is there already is a *ConflictError
}

// parentOf is the kind that an entity may lie in.
var parentOf = map[hierarchy.Kind]hierarchy.Kind{hierarchy.Shot: hierarchy.Sequence, hierarchy.Scene: hierarchy.Sequence, hierarchy.Sequence: hierarchy.Episode}

// sourceOf is the kind that an entity may come from.
var sourceOf = map[hierarchy.Kind]hierarchy.Kind{hierarchy.Shot: hierarchy.Scene, hierarchy.Asset: hierarchy.Episode}

// CreateEntity makes an entity, or gives the one of that name under the same
// parent as it is: Kitsu's clients rely on it. A parent that is not of the right
// kind in this production is ErrNotFound.
func (p *Pipeline) CreateEntity(ctx context.Context, project hierarchy.ID, spec EntitySpec) (made *hierarchy.Entity, err error) {
	if err := checkName(spec.Name); err != nil {
		return nil, err
	}
	err = p.track(ctx, project, func(t *tracking) error {
		if spec.Parent != "" {
			if _, err := t.entity(spec.Parent, parentOf[spec.Kind]); err != nil {
				return err
			}
		}
		if spec.Source != "" {
			if _, err := t.entity(spec.Source, sourceOf[spec.Kind]); err != nil {
				return err
			}
		}
		if spec.Kind == hierarchy.Asset && !t.assetType(spec.Type) {
			return fmt.Errorf("asset type %s: %w", spec.Type, ErrNotFound)
		}
		there, err := rowsOf[*hierarchy.Entity](t, "entities", spec.same(project))
		if err != nil {
			return err
		}
		if len(there) > 0 && spec.New {
			return &ConflictError{Ref: hierarchy.RefOf(there[0]), Reason: fmt.Sprintf("the production has a %s %q there already", strings.ToLower(string(spec.Kind)), spec.Name)}
		}
		if len(there) > 0 {
			made = there[0]
			return nil
		}
		made = p.newEntity(t, spec)
		t.add(hierarchy.Create{Origin: t.origin, Row: made})
		return nil
	})
	return made, err
}

// same narrows entities to the one that has the place of a new one.
func (s EntitySpec) same(project hierarchy.ID) map[string]any {
	where := map[string]any{"project_id": project, "kind": s.Kind, "name": s.Name, "twin": int64(0)}
	if s.Kind == hierarchy.Asset {
		where["entity_type_id"] = s.Type
	} else {
		where["parent_id"] = s.Parent
	}
	return where
}

// assetType tells whether there is such a type of assets.
func (t *tracking) assetType(id hierarchy.ID) bool {
	return slices.ContainsFunc(t.snap.EntityTypes, func(et *hierarchy.EntityType) bool { return et.ID == id && !hierarchy.Reserved(et.Name) })
}

func (p *Pipeline) newEntity(t *tracking, spec EntitySpec) *hierarchy.Entity {
	e := &hierarchy.Entity{
		ID: p.NewID(), Kind: spec.Kind, Name: spec.Name, Description: spec.Description, ProjectID: t.snap.Project.ID, ParentID: spec.Parent,
		SourceID: spec.Source, IsShared: spec.Shared, EntityTypeID: spec.Type, Status: "running", NbFrames: spec.NbFrames, NbEntitiesOut: hierarchy.Ptr(int64(0)), Data: spec.Data,
		CreatedBy: t.author(), Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At},
	}
	if e.Kind != hierarchy.Asset {
		e.EntityTypeID = p.entityType(t, spec.Kind)
	}
	if len(e.Data) == 0 {
		e.Data = hierarchy.Data("{}")
	}
	for _, s := range hierarchy.EpisodeStatuses {
		if s == spec.Status {
			e.Status = s
		}
	}
	return e
}

// author is the person who asks; "" where it is no person.
func (t *tracking) author() hierarchy.ID {
	for _, person := range t.snap.Persons {
		if string(person.ID) == t.origin.Author {
			return person.ID
		}
	}
	return ""
}

// entityType gives the reserved type of a kind, and makes it in a database that
// has none yet.
func (p *Pipeline) entityType(t *tracking, kind hierarchy.Kind) hierarchy.ID {
	for _, et := range t.snap.EntityTypes {
		if et.Name == string(kind) {
			return et.ID
		}
	}
	et := &hierarchy.EntityType{ID: p.NewID(), Name: string(kind), Stamps: hierarchy.Stamps{CreatedAt: t.origin.At, UpdatedAt: t.origin.At}}
	shared := t.origin
	shared.Project = ""
	t.add(hierarchy.Create{Origin: shared, Row: et})
	return et.ID
}

func checkName(name string) error {
	switch {
	case name == "":
		return usage("a name has at least 1 character")
	case utf8.RuneCountInString(name) > MostName:
		return usage("a name has at most %d characters", MostName)
	case strings.ContainsRune(name, 0):
		return usage("a name has no NUL character")
	}
	return nil
}

// EntityFields are those that a request may set, by their names in Kitsu's API.
// A "data" document is merged into what is there, key by key, or replaces it.
type EntityFields struct {
	Set         map[string]hierarchy.Value
	ReplaceData bool
}

// editable are the fields that EntityFields may name; all others are refused.
var editable = map[string]bool{"name": true, "code": true, "description": true, "canceled": true, "status": true, "nb_frames": true,
	"is_casting_standby": true, "is_shared": true, "parent_id": true, "source_id": true, "preview_file_id": true, "ready_for": true, "data": true}

// EditableField tells whether a request may set a field of an entity.
func EditableField(name string) bool { return editable[name] }

// UpdateEntity sets fields of an entity. A name that is taken is a
// *ConflictError.
func (p *Pipeline) UpdateEntity(ctx context.Context, project, id hierarchy.ID, fields EntityFields) (after *hierarchy.Entity, err error) {
	err = p.track(ctx, project, func(t *tracking) error {
		before, err := t.entity(id)
		if err != nil {
			return err
		}
		after = hierarchy.Clone(before)
		for _, name := range slices.Sorted(maps.Keys(fields.Set)) {
			if err := setField(after, name, fields.Set[name], fields.ReplaceData); err != nil {
				return err
			}
		}
		if err := t.checkEdit(before, after); err != nil {
			return err
		}
		changes := t.edits(before, after)
		if len(changes) > 0 {
			after.UpdatedAt = t.origin.At
		}
		t.add(changes...)
		if after.Kind == hierarchy.Asset && (after.ReadyFor != before.ReadyFor || after.Canceled != before.Canceled) {
			return t.recount(after)
		}
		return nil
	})
	return after, err
}

func setField(e *hierarchy.Entity, name string, value hierarchy.Value, replaceData bool) error {
	if !editable[name] {
		return usage("the field %q cannot be set", name)
	}
	if name == "data" && !replaceData {
		e.Data = e.Data.Merge(hierarchy.Data(value))
		return nil
	}
	if err := hierarchy.Set(e, name, value); err != nil {
		return usage("the field %q cannot be %.100s", name, value)
	}
	return nil
}

// checkEdit refuses what would leave a row that makes no sense.
func (t *tracking) checkEdit(before, after *hierarchy.Entity) error {
	if err := checkName(after.Name); err != nil {
		return err
	}
	if after.ParentID != before.ParentID && after.ParentID != "" {
		if _, err := t.entity(after.ParentID, parentOf[after.Kind]); err != nil {
			return usage("the parent %s is no %s of this production", after.ParentID, parentOf[after.Kind])
		}
	}
	if after.SourceID != before.SourceID && after.SourceID != "" {
		if _, err := t.entity(after.SourceID, sourceOf[after.Kind]); err != nil {
			return usage("the source %s is no %s of this production", after.SourceID, sourceOf[after.Kind])
		}
	}
	for _, s := range hierarchy.EpisodeStatuses {
		if s == after.Status {
			return nil
		}
	}
	return usage("a status is one of %s", strings.Join(hierarchy.EpisodeStatuses, ", "))
}

// edits writes the difference between two states of an entity as changes: what
// has a kind of its own (to move, omit, reinstate) is said so in the history.
func (t *tracking) edits(before, after *hierarchy.Entity) (out []hierarchy.Change) {
	ref := hierarchy.RefOf(before)
	update := hierarchy.Update{Origin: t.origin, Ref: ref}
	for _, f := range hierarchy.Diff(before, after) {
		switch f.Field {
		case "parent_id":
			out = append(out, hierarchy.Move{Origin: t.origin, Ref: ref, Before: before.ParentID, After: after.ParentID})
		case "canceled":
			if after.Canceled {
				out = append(out, hierarchy.Omit{Origin: t.origin, Ref: ref})
			} else {
				out = append(out, hierarchy.Reinstate{Origin: t.origin, Ref: ref})
			}
		default:
			update.Fields = append(update.Fields, f)
		}
	}
	if len(update.Fields) > 0 {
		out = append(out, update)
	}
	return out
}
