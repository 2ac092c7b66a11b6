package reports

import (
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"turnover/hierarchy"
)

const (
	teamByDepartment = "department"
	teamByStudio     = "studio"

	nobody = "(unassigned)"
	noTeam = "(none)"
)

// A scope is a query resolved against a production's dimensions.
type scope struct {
	dim      *hierarchy.Snapshot
	q        Query
	zone     *time.Location
	from, to dayNumber

	persons  map[hierarchy.ID]*hierarchy.Person
	types    map[hierarchy.ID]*hierarchy.TaskType
	statuses map[hierarchy.ID]*hierarchy.TaskStatus
	teams    teams
	paths    map[hierarchy.ID]string

	onlyTypes  map[hierarchy.ID]bool // nil: all
	onlyPerson *hierarchy.ID         // nil: all
	onlyTeam   *hierarchy.ID         // nil: all; "" is people without team
}

// newScope resolves a query; *UsageError where it names what is not there.
func newScope(dim *hierarchy.Snapshot, q Query) (*scope, error) {
	s := &scope{dim: dim, q: q, zone: q.Timezone, from: math.MinInt32, to: math.MaxInt32,
		persons:  byKey(dim.Persons, func(p *hierarchy.Person) hierarchy.ID { return p.ID }),
		types:    byKey(dim.TaskTypes, func(t *hierarchy.TaskType) hierarchy.ID { return t.ID }),
		statuses: byKey(dim.TaskStatuses, func(t *hierarchy.TaskStatus) hierarchy.ID { return t.ID }),
		paths:    map[hierarchy.ID]string{},
	}
	if s.zone == nil {
		s.zone = time.UTC
	}
	if err := s.readDays(); err != nil {
		return nil, err
	}
	if s.q.TeamBy == "" {
		s.q.TeamBy = teamByDepartment
	}
	if s.q.TeamBy != teamByDepartment && s.q.TeamBy != teamByStudio {
		return nil, &UsageError{Option: "team division", Value: s.q.TeamBy, Known: []string{teamByDepartment, teamByStudio}}
	}
	s.teams = teamsOf(dim, s.q.TeamBy)
	for _, find := range []func() error{s.findTaskType, s.findPerson, s.findTeam} {
		if err := find(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func byKey[T any](rows []*T, key func(*T) hierarchy.ID) map[hierarchy.ID]*T {
	out := make(map[hierarchy.ID]*T, len(rows))
	for _, r := range rows {
		out[key(r)] = r
	}
	return out
}

func (s *scope) readDays() error {
	for _, d := range []struct {
		option string
		given  hierarchy.Day
		set    *dayNumber
	}{{"first day", s.q.From, &s.from}, {"last day", s.q.To, &s.to}} {
		if d.given == "" {
			continue
		}
		if _, err := hierarchy.ParseDay(string(d.given)); err != nil {
			return &UsageError{Option: d.option, Value: string(d.given), Known: []string{"days like 2026-01-31"}}
		}
		*d.set = numberOf(d.given)
	}
	if s.from > s.to {
		return &UsageError{Option: "period", Value: string(s.q.From) + " to " + string(s.q.To), Known: []string{"a first day before the last"}}
	}
	return nil
}

// choice is something that a filter may name.
type choice struct {
	id    hierarchy.ID
	names []string // the first is shown
}

// match finds the choices that a filter names: by id, else by exact name, else
// by name in any case.
func match(filter string, all []choice) []hierarchy.ID {
	tests := []func(c choice) bool{
		func(c choice) bool { return c.id != "" && string(c.id) == filter },
		func(c choice) bool { return slices.Contains(c.names, filter) },
		func(c choice) bool {
			return slices.ContainsFunc(c.names, func(n string) bool { return strings.EqualFold(n, filter) })
		},
	}
	for _, test := range tests {
		var out []hierarchy.ID
		for _, c := range all {
			if test(c) {
				out = append(out, c.id)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// known lists what a filter could have named.
func known(all []choice) []string {
	var out []string
	for _, c := range all {
		out = append(out, c.names[0])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (s *scope) findTaskType() (err error) {
	if s.q.TaskType != "" {
		s.onlyTypes, err = s.typesNamed(s.q.TaskType)
	}
	return err
}

// typesNamed finds the task types of a name or id: one name may serve shots
// and assets.
func (s *scope) typesNamed(name string) (map[hierarchy.ID]bool, error) {
	enabled := map[hierarchy.ID]bool{}
	for _, l := range s.dim.ProjectTaskTypes {
		enabled[l.TaskTypeID] = true
	}
	var all, listed []choice
	for _, t := range s.dim.TaskTypes {
		c := choice{t.ID, []string{t.Name}}
		all = append(all, c)
		if len(enabled) == 0 || enabled[t.ID] {
			listed = append(listed, c)
		}
	}
	found := match(name, all)
	if found == nil {
		return nil, &UsageError{Option: "task type", Value: name, Known: known(listed)}
	}
	out := map[hierarchy.ID]bool{}
	for _, id := range found {
		out[id] = true
	}
	return out, nil
}

func (s *scope) findPerson() (err error) {
	if s.q.Person != "" {
		s.onlyPerson, err = s.personNamed(s.q.Person)
	}
	return err
}

// personNamed finds a person by id, full name or e-mail.
func (s *scope) personNamed(name string) (*hierarchy.ID, error) {
	all := []choice{{"", []string{nobody}}}
	for _, p := range s.dim.Persons {
		names := []string{p.Name()}
		if p.Email != nil {
			names = append(names, *p.Email)
		}
		all = append(all, choice{p.ID, names})
	}
	found := match(name, all)
	if len(found) == 0 {
		return nil, &UsageError{Option: "person", Value: name, Known: known(all)}
	}
	if len(found) > 1 { // two people of one name: ask for the id
		e := &UsageError{Option: "person", Value: name, Several: true}
		for _, id := range found {
			e.Known = append(e.Known, string(id))
		}
		return nil, e
	}
	return &found[0], nil
}

func (s *scope) findTeam() (err error) {
	if s.q.Team != "" {
		s.onlyTeam, err = s.teams.named(s.q.Team)
	}
	return err
}

// wantsType tells whether the query asks for a task's type.
func (s *scope) wantsType(t *hierarchy.Task) bool {
	return s.onlyTypes == nil || s.onlyTypes[t.TaskTypeID]
}

// lean gives facts with some fields, of the types that the query asks for.
func (s *scope) lean(facts hierarchy.Facts, fields hierarchy.Fields) hierarchy.Facts {
	facts = hierarchy.Only(facts, fields)
	if s.onlyTypes == nil {
		return facts
	}
	return hierarchy.OfTypes(facts, slices.Sorted(maps.Keys(s.onlyTypes)))
}

// wantsPerson tells whether the query asks for a person's work of a type.
func (s *scope) wantsPerson(person, taskType hierarchy.ID) bool {
	if s.onlyPerson != nil && *s.onlyPerson != person {
		return false
	}
	return s.onlyTeam == nil || *s.onlyTeam == s.teams.of(person, s.types[taskType])
}

// wantsTask tells whether the query asks for a task: of a type, with an
// assignee of the person and team asked for.
func (s *scope) wantsTask(t *hierarchy.Task) bool {
	if !s.wantsType(t) {
		return false
	}
	if s.onlyPerson == nil && s.onlyTeam == nil {
		return true
	}
	return slices.ContainsFunc(assignees(t), func(p hierarchy.ID) bool { return s.wantsPerson(p, t.TaskTypeID) })
}

// wantsDay tells whether a day lies in the period asked for.
func (s *scope) wantsDay(d dayNumber) bool { return s.from <= d && d <= s.to }

// personName is what stands beside a person's id.
func (s *scope) personName(id hierarchy.ID) string {
	if id == "" {
		return nobody
	}
	if p := s.persons[id]; p != nil {
		return p.Name()
	}
	return string(id)
}

func (s *scope) typeName(id hierarchy.ID) string {
	if t := s.types[id]; t != nil {
		return t.Name
	}
	return string(id)
}

func (s *scope) statusName(id hierarchy.ID) string {
	if t := s.statuses[id]; t != nil {
		return t.Name
	}
	return string(id)
}

// path is the path of a task's entity.
func (s *scope) path(entity hierarchy.ID) string {
	if p, ok := s.paths[entity]; ok {
		return p
	}
	p := string(entity)
	if e := s.dim.Entity(entity); e != nil {
		p = s.dim.Path(e)
	}
	s.paths[entity] = p
	return p
}

// cell is an id as a table's cell: null where there is none.
func cell(id hierarchy.ID) any {
	if id == "" {
		return nil
	}
	return string(id)
}
