package hierarchy

import (
	"cmp"
	"slices"
	"strings"
)

// A Snapshot is one production as it stands at one revision, loaded in bulk.
// Rows are sorted by id. Nobody changes a snapshot's rows.
type Snapshot struct {
	Project  *Project
	Revision int64 // of the project
	Shared   int64 // revision of what all productions share: persons, types, statuses
	Seq      int64 // of the last line of history of either: names the state
	AsOf     Time  // of the last change
	// LoadedLater is the instant of an earlier state that counts rows which
	// archives brought later; zero for a state as it was known.
	LoadedLater Time

	Studios             []*Studio
	Departments         []*Department
	Persons             []*Person // all, not only the team
	PersonDepartments   []*PersonDepartment
	EntityTypes         []*EntityType
	TaskTypes           []*TaskType
	TaskStatuses        []*TaskStatus
	Team                []*ProjectPerson
	ProjectTaskTypes    []*ProjectTaskType
	ProjectTaskStatuses []*ProjectTaskStatus
	ProjectAssetTypes   []*ProjectAssetType // none: the production has all types
	Descriptors         []*MetadataDescriptor
	Entities            []*Entity

	// The following are loaded where asked for.
	Castings   []*Casting
	Tasks      []*Task
	TimeSpents []*TimeSpent

	byID map[ID]*Entity
}

// With says what a snapshot holds beside entities and what all productions share.
type With struct {
	Castings, Tasks, TimeSpents bool
	Bare                        bool // without entities: the project, its types and people
}

// Entity finds an entity by id; nil where there is none.
func (s *Snapshot) Entity(id ID) *Entity {
	if s.byID == nil {
		s.byID = make(map[ID]*Entity, len(s.Entities))
		for _, e := range s.Entities {
			s.byID[e.ID] = e
		}
	}
	return s.byID[id]
}

// Sequence gives the sequence of a shot or scene, a sequence itself; nil for none.
func (s *Snapshot) Sequence(e *Entity) *Entity { return s.ancestor(e, Sequence) }

// Episode gives the episode that an entity lies in, an episode itself; nil for none.
// An asset lies in its main episode.
func (s *Snapshot) Episode(e *Entity) *Entity {
	if e != nil && e.Kind == Asset {
		return s.Entity(e.SourceID)
	}
	return s.ancestor(e, Episode)
}

func (s *Snapshot) ancestor(e *Entity, kind Kind) *Entity {
	for hops := 0; e != nil && hops < 4; hops++ { // a shot was accepted as its own parent
		if e.Kind == kind {
			return e
		}
		e = s.Entity(e.ParentID)
	}
	return nil
}

// Path is the whole path of an entity without the project: "EP103/SQ010/SH010".
// A film has no episode part. A missing parent is "-". An asset is
// "assets/Type/Name"; a scene stands behind "scenes": "EP103/SQ010/scenes/SC01".
func (s *Snapshot) Path(e *Entity) string {
	var parts []string
	if e.Kind == Asset {
		return "assets/" + PathPart(s.EntityTypeName(e.EntityTypeID)) + "/" + PathPart(e.Name)
	}
	name := func(a *Entity) string {
		if a == nil {
			return "-"
		}
		return PathPart(a.Name)
	}
	if s.Project.Episodic() {
		parts = append(parts, name(s.Episode(e)))
	}
	switch e.Kind {
	case Sequence:
		parts = append(parts, PathPart(e.Name))
	case Scene:
		parts = append(parts, name(s.Sequence(e)), "scenes", PathPart(e.Name))
	case Shot:
		parts = append(parts, name(s.Sequence(e)), PathPart(e.Name))
	case Episode:
		parts = []string{PathPart(e.Name)}
	}
	return strings.Join(parts, "/")
}

// EntityTypeName gives the name of a type, "" where it is unknown.
func (s *Snapshot) EntityTypeName(id ID) string {
	for _, t := range s.EntityTypes {
		if t.ID == id {
			return t.Name
		}
	}
	return ""
}

// OfKind lists the entities of a kind.
func (s *Snapshot) OfKind(k Kind) []*Entity {
	var out []*Entity
	for _, e := range s.Entities {
		if e.Kind == k {
			out = append(out, e)
		}
	}
	return out
}

// TaskTypesFor lists the production's task types for one kind of entity, by
// priority and name. A production that enables none has none.
func (s *Snapshot) TaskTypesFor(k Kind) []*TaskType {
	priority := map[ID]int64{}
	for _, l := range s.ProjectTaskTypes {
		p := int64(-1)
		if l.Priority != nil {
			p = *l.Priority
		}
		priority[l.TaskTypeID] = p
	}
	var out []*TaskType
	for _, t := range s.TaskTypes {
		if _, on := priority[t.ID]; on && !t.Archived && t.ForEntity != nil && *t.ForEntity == string(k) {
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *TaskType) int {
		return cmp.Or(cmp.Compare(priority[a.ID], priority[b.ID]), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// DefaultStatus is the status of new tasks: the default one that is not for
// concepts; nil where there is none.
func (s *Snapshot) DefaultStatus() *TaskStatus {
	for _, st := range s.TaskStatuses {
		if st.IsDefault && !st.ForConcept && !st.Archived {
			return st
		}
	}
	return nil
}
