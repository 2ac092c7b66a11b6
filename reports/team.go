package reports

import (
	"slices"
	"strings"

	"turnover/hierarchy"
)

// teams say which department or studio a person's work belongs to.
type teams struct {
	byStudio bool
	names    map[hierarchy.ID]string
	studio   map[hierarchy.ID]hierarchy.ID   // of a person
	crafts   map[hierarchy.ID][]hierarchy.ID // departments of a person, by name
}

func teamsOf(dim *hierarchy.Snapshot, by string) teams {
	t := teams{byStudio: by == teamByStudio, names: map[hierarchy.ID]string{},
		studio: map[hierarchy.ID]hierarchy.ID{}, crafts: map[hierarchy.ID][]hierarchy.ID{}}
	if t.byStudio {
		for _, s := range dim.Studios {
			t.names[s.ID] = s.Name
		}
		for _, p := range dim.Persons {
			t.studio[p.ID] = p.StudioID
		}
		return t
	}
	for _, d := range dim.Departments {
		t.names[d.ID] = d.Name
	}
	for _, l := range dim.PersonDepartments {
		t.crafts[l.PersonID] = append(t.crafts[l.PersonID], l.DepartmentID)
	}
	for _, crafts := range t.crafts {
		slices.SortFunc(crafts, func(a, b hierarchy.ID) int {
			if c := strings.Compare(t.names[a], t.names[b]); c != 0 {
				return c
			}
			return hierarchy.CompareIDs(a, b)
		})
	}
	return t
}

// of gives the team of a person's work of a type; "" where there is none. A
// person of several departments works for the type's own, where it is one of
// them, else for the first by name.
func (t teams) of(person hierarchy.ID, work *hierarchy.TaskType) hierarchy.ID {
	if t.byStudio {
		return t.studio[person]
	}
	crafts := t.crafts[person]
	if len(crafts) == 0 {
		return ""
	}
	if work != nil && slices.Contains(crafts, work.DepartmentID) {
		return work.DepartmentID
	}
	return crafts[0]
}

// name is what stands beside a team's id.
func (t teams) name(id hierarchy.ID) string {
	if id == "" {
		return noTeam
	}
	if n, ok := t.names[id]; ok {
		return n
	}
	return string(id)
}

// named finds a team by name or id.
func (t teams) named(name string) (*hierarchy.ID, error) {
	all := []choice{{"", []string{noTeam}}}
	for id, n := range t.names {
		all = append(all, choice{id, []string{n}})
	}
	slices.SortFunc(all, func(a, b choice) int { return hierarchy.CompareIDs(a.id, b.id) })
	found := match(name, all)
	if len(found) == 0 {
		option := teamByDepartment
		if t.byStudio {
			option = teamByStudio
		}
		return nil, &UsageError{Option: option, Value: name, Known: known(all)}
	}
	return &found[0], nil
}
