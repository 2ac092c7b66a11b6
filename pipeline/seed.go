package pipeline

import (
	"strings"

	"turnover/hierarchy"
)

// A seed is what all productions of a fresh database share: the statuses, task
// types and asset types that Kitsu starts with, under their usual names.
type seed struct {
	departments []*hierarchy.Department
	entityTypes []*hierarchy.EntityType
	taskTypes   []*hierarchy.TaskType
	statuses    []*hierarchy.TaskStatus
}

type statusSeed struct {
	name, short, color                string
	isDefault, wip, feedback, retake  bool
	done, artistAllowed, clientAllows bool
}

var statusSeeds = []statusSeed{
	{name: "Todo", short: "todo", color: "#F5F5F5", isDefault: true, artistAllowed: true},
	{name: "Ready To Start", short: "ready", color: "#FBC02D", artistAllowed: true},
	{name: "Work In Progress", short: "wip", color: "#3273DC", wip: true, artistAllowed: true},
	{name: "Waiting For Approval", short: "wfa", color: "#AB26FF", feedback: true, artistAllowed: true, clientAllows: true},
	{name: "Retake", short: "retake", color: "#FF3860", retake: true, clientAllows: true},
	{name: "Done", short: "done", color: "#22D160", done: true, clientAllows: true},
}

type taskTypeSeed struct{ name, entity, department, color string }

var taskTypeSeeds = []taskTypeSeed{
	{"Concept", "Asset", "Concept", "#8D6E63"},
	{"Modeling", "Asset", "Modeling", "#78909C"},
	{"Shading", "Asset", "Modeling", "#64B5F6"},
	{"Rigging", "Asset", "Animation", "#9CCC65"},
	{"Storyboard", "Shot", "Concept", "#43A047"},
	{"Layout", "Shot", "Layout", "#7CB342"},
	{"Animation", "Shot", "Animation", "#009688"},
	{"Lighting", "Shot", "Compositing", "#F9A825"},
	{"FX", "Shot", "FX", "#26C6DA"},
	{"Rendering", "Shot", "Compositing", "#F06292"},
	{"Compositing", "Shot", "Compositing", "#FF5252"},
}

var assetTypeSeeds = []string{"Character", "Prop", "Environment", "FX"}

var reservedSeeds = []string{"Episode", "Sequence", "Scene", "Shot", "Edit", "Concept"}

// seedRows makes the rows; ids are given anew in every database.
func (p *Pipeline) seedRows(at hierarchy.Time) seed {
	var s seed
	stamps := hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}
	for _, name := range append(append([]string{}, reservedSeeds...), assetTypeSeeds...) {
		s.entityTypes = append(s.entityTypes, &hierarchy.EntityType{ID: p.NewID(), Name: name, Stamps: stamps})
	}
	departments := map[string]hierarchy.ID{}
	for i, t := range taskTypeSeeds {
		if departments[t.department] == "" {
			d := &hierarchy.Department{ID: p.NewID(), Name: t.department, Color: hierarchy.Ptr(t.color), Stamps: stamps}
			departments[t.department] = d.ID
			s.departments = append(s.departments, d)
		}
		s.taskTypes = append(s.taskTypes, &hierarchy.TaskType{
			ID: p.NewID(), Name: t.name, ForEntity: hierarchy.Ptr(t.entity), Color: t.color, Priority: int64(i + 1),
			ShortName: hierarchy.Ptr(""), AllowTimelog: true, DepartmentID: departments[t.department], Stamps: stamps,
		})
	}
	for i, one := range statusSeeds {
		s.statuses = append(s.statuses, &hierarchy.TaskStatus{
			ID: p.NewID(), Name: one.name, ShortName: one.short, Color: one.color, Priority: int64(i + 1), IsDefault: one.isDefault,
			IsWIP: one.wip, IsFeedbackRequest: one.feedback, IsRetake: one.retake, IsDone: one.done,
			IsArtistAllowed: one.artistAllowed, IsClientAllowed: one.clientAllows, Stamps: stamps,
		})
	}
	return s
}

// missing gives the changes that bring a database what it has not got: whole
// tables only, since a studio that has some statuses has chosen them.
func (s seed) missing(shared *hierarchy.Snapshot, origin hierarchy.Origin) []hierarchy.Change {
	var out []hierarchy.Change
	create := func(row hierarchy.Noun) { out = append(out, hierarchy.Create{Origin: origin, Row: row}) }
	known := map[string]bool{}
	for _, t := range shared.EntityTypes {
		known[t.Name] = true
	}
	for _, t := range s.entityTypes {
		if !known[t.Name] && (len(known) == 0 || hierarchy.Reserved(t.Name)) {
			create(t)
		}
	}
	if len(shared.TaskTypes) == 0 {
		s.departmentsFor(shared)
		for _, d := range s.departments {
			create(d)
		}
		for _, t := range s.taskTypes {
			create(t)
		}
	}
	switch {
	case len(shared.TaskStatuses) == 0:
		for _, st := range s.statuses {
			create(st)
		}
	case shared.DefaultStatus() == nil:
		out = append(out, s.newTasksStatus(shared, origin))
	}
	return out
}

// newTasksStatus gives a studio that has statuses, but none for new tasks, the
// usual one: without it nobody can make a task.
func (s seed) newTasksStatus(shared *hierarchy.Snapshot, origin hierarchy.Origin) hierarchy.Change {
	usual := s.statuses[0]
	for _, st := range shared.TaskStatuses {
		if strings.EqualFold(st.ShortName, usual.ShortName) || strings.EqualFold(st.Name, usual.Name) {
			after := hierarchy.Clone(st)
			after.IsDefault, after.ForConcept, after.Archived = true, false, false
			return hierarchy.Update{Origin: origin, Ref: hierarchy.RefOf(st), Fields: hierarchy.Diff(st, after)}
		}
	}
	return hierarchy.Create{Origin: origin, Row: usual}
}

// departmentsFor puts the task types into the departments that are there
// already under the same names.
func (s *seed) departmentsFor(shared *hierarchy.Snapshot) {
	var rest []*hierarchy.Department
	for _, d := range s.departments {
		var there hierarchy.ID
		for _, other := range shared.Departments {
			if other.Name == d.Name {
				there = other.ID
			}
		}
		if there == "" {
			rest = append(rest, d)
			continue
		}
		for _, t := range s.taskTypes {
			if t.DepartmentID == d.ID {
				t.DepartmentID = there
			}
		}
	}
	s.departments = rest
}
