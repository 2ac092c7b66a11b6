package archive

import (
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/diag"
)

// merger compares an archive with what a database has.
type merger struct {
	archive  *Archive
	now      map[string]map[string]hierarchy.Noun
	origin   hierarchy.Origin
	changes  []hierarchy.Change
	skipped  int
	found    diag.List
	project  map[string]hierarchy.ID         // "entities/ID", "tasks/ID" → production
	assigned map[hierarchy.ID][]hierarchy.ID // the archive's assignees by task, sorted
}

// Changes gives what brings the archive into a database. now loads the rows
// that a table has, by key. Rows that are there already and differ in
// updated_at at most are skipped; what contradicts is an error finding each.
// Rows keep their ids and times.
func (a *Archive) Changes(now func(table string) (map[string]hierarchy.Noun, error), origin hierarchy.Origin) (changes []hierarchy.Change, skipped int, found diag.List, err error) {
	m := &merger{archive: a, now: map[string]map[string]hierarchy.Noun{}, origin: origin, project: map[string]hierarchy.ID{}, assigned: map[hierarchy.ID][]hierarchy.ID{}}
	for _, n := range hierarchy.Tables() {
		if m.now[n.Table()], err = now(n.Table()); err != nil {
			return nil, 0, nil, err
		}
	}
	m.findProjects()
	m.findAssigned()
	for _, n := range hierarchy.Tables() {
		m.table(n.Table())
	}
	return m.changes, m.skipped, m.found, nil
}

// findProjects notes the production of every entity and task, so that what
// hangs on them finds it.
func (m *merger) findProjects() {
	note := func(n hierarchy.Noun) {
		switch n := n.(type) {
		case *hierarchy.Entity:
			m.project["entities/"+n.Key()] = n.ProjectID
		case *hierarchy.Task:
			m.project["tasks/"+n.Key()] = n.ProjectID
		}
	}
	for _, table := range []string{"entities", "tasks"} {
		for _, n := range m.now[table] {
			note(n)
		}
		for _, r := range m.archive.rows[table] {
			note(r.noun)
		}
	}
}

// findAssigned notes who the archive assigns: of a task that is in the database
// already, its assignees are compared like a field.
func (m *merger) findAssigned() {
	for _, r := range m.archive.rows["task_assignees"] {
		a := r.noun.(*hierarchy.Assignment)
		m.assigned[a.TaskID] = append(m.assigned[a.TaskID], a.PersonID)
	}
	for _, persons := range m.assigned {
		slices.Sort(persons)
	}
}

// told tells an assignment of a task that is in the database already.
func (m *merger) told(n hierarchy.Noun) bool {
	a, ok := n.(*hierarchy.Assignment)
	return ok && m.now["tasks"][string(a.TaskID)] != nil && m.now[a.Table()][a.Key()] == nil
}

func (m *merger) table(table string) {
	taken := m.taken(table)
	for _, r := range m.archive.rows[table] {
		m.checkReferences(r)
		if was, ok := m.now[table][r.noun.Key()]; ok {
			m.compare(r, was)
			continue
		}
		if m.told(r.noun) {
			continue // its task was reported to differ
		}
		if key := uniqueKey(r.noun); key != "" {
			if owner, ok := taken[key]; ok {
				m.found.Add(diag.Error, CodeTwice, r.place, "another row has its place", "%s %s: %s belongs to %s already. Load the archive into another database, or make the ids agree", table, r.noun.Key(), describe(r.noun), owner)
				continue
			}
			taken[key] = r.noun.Key()
		}
		m.create(r)
	}
}

// taken lists the unique keys of the rows in the database, with their owner.
func (m *merger) taken(table string) map[string]string {
	out := map[string]string{}
	if uniques[table] == nil {
		return out
	}
	for key, n := range m.now[table] {
		if u := uniqueKey(n); u != "" {
			out[u] = key
		}
	}
	return out
}

// uniqueKey joins the fields that must be unique; "" where one is null.
func uniqueKey(n hierarchy.Noun) string {
	var parts []string
	for _, field := range uniques[n.Table()] {
		v, _ := hierarchy.Get(n, field)
		if v.Text() == "" {
			return ""
		}
		parts = append(parts, string(v))
	}
	return strings.Join(parts, " ")
}

func describe(n hierarchy.Noun) string {
	var parts []string
	for _, field := range uniques[n.Table()] {
		v, _ := hierarchy.Get(n, field)
		parts = append(parts, field+" "+string(v))
	}
	return strings.Join(parts, ", ")
}

// ownState are columns that an archive does not carry.
var ownState = map[string]bool{"updated_at": true, "twin": true}

func (m *merger) compare(r row, was hierarchy.Noun) {
	var differs []string
	for _, f := range hierarchy.Diff(was, r.noun) {
		stamped := f.Field == "created_at" && f.After == "null" // the database gave it one
		if !ownState[f.Field] && !stamped {
			differs = append(differs, fmt.Sprintf("%s is %s there and %s here", f.Field, f.Before, f.After))
		}
	}
	if t, ok := was.(*hierarchy.Task); ok {
		there, here := slices.Sorted(slices.Values(t.Assignees)), m.assigned[t.ID]
		if !slices.Equal(there, here) {
			differs = append(differs, fmt.Sprintf("assignees are %v there and %v here", there, here))
		}
	}
	if len(differs) == 0 {
		m.skipped++
		return
	}
	m.found.Add(diag.Error, CodeContradict, r.place, "row contradicts the database", "%s %s: %s. An archive never overwrites: load it into another database, or make the rows agree",
		r.noun.Table(), r.noun.Key(), strings.Join(differs, "; "))
}

// checkReferences reports ids that are neither in the archive nor in the database.
func (m *merger) checkReferences(r row) {
	for _, f := range hierarchy.FieldsOfNoun(r.noun) {
		target := references[r.noun.Table()][f.Name]
		if target == "" {
			continue
		}
		v, _ := hierarchy.Get(r.noun, f.Name)
		id := v.Text()
		if id == "" || m.now[target][id] != nil || m.has(target, id) {
			continue
		}
		m.found.Add(diag.Error, CodeReference, r.place, "row refers to one that is not there", "%s %s is neither in the archive's %s nor in the database", f.Name, id, target)
	}
}

func (m *merger) has(table, key string) bool { return m.archive.byKey(table)[key] }

func (m *merger) create(r row) {
	o := m.origin
	o.Project = m.projectOf(r.noun)
	o.Place = r.place.String()
	if m.origin.Place != "" {
		o.Place = m.origin.Place + "/" + o.Place
	}
	if linkTables[r.noun.Table()] {
		m.changes = append(m.changes, hierarchy.Link{Origin: o, Row: r.noun})
		return
	}
	m.changes = append(m.changes, hierarchy.Create{Origin: o, Row: r.noun})
}

// projectOf is the production whose revision and history a row belongs to; ""
// for what all productions share.
func (m *merger) projectOf(n hierarchy.Noun) hierarchy.ID {
	switch n := n.(type) {
	case *hierarchy.Project:
		return n.ID
	case *hierarchy.Entity:
		return n.ProjectID
	case *hierarchy.Task:
		return n.ProjectID
	case *hierarchy.ProjectPerson:
		return n.ProjectID
	case *hierarchy.ProjectTaskType:
		return n.ProjectID
	case *hierarchy.ProjectTaskStatus:
		return n.ProjectID
	case *hierarchy.ProjectAssetType:
		return n.ProjectID
	case *hierarchy.MetadataDescriptor:
		return n.ProjectID
	case *hierarchy.Casting:
		return m.project["entities/"+string(n.EntityInID)]
	case *hierarchy.AssetInstance:
		return m.project["entities/"+string(n.SceneID)]
	case *hierarchy.InstanceCasting:
		return m.project["entities/"+string(n.EntityID)]
	case *hierarchy.Assignment:
		return m.project["tasks/"+string(n.TaskID)]
	case *hierarchy.Comment:
		return m.project["tasks/"+string(n.TaskID)]
	case *hierarchy.TimeSpent:
		return m.project["tasks/"+string(n.TaskID)]
	case *hierarchy.PreviewFile:
		return m.project["tasks/"+string(n.TaskID)]
	}
	return ""
}
