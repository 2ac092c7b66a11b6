package archive

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
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
	skipped  int
	found    diag.List
	project  map[mark]hierarchy.ID           // "entities/ID", "tasks/ID" → production
	assigned map[hierarchy.ID][]hierarchy.ID // the archive's assignees by task that the database has, sorted
}

// Changes gives what brings the archive into a database. now loads the rows
// that a table has, by key. Rows that are there already and differ in
// updated_at at most are skipped; what contradicts is an error finding each.
// Rows keep their ids and times.
func (a *Archive) Changes(now func(table string) (map[string]hierarchy.Noun, error), origin hierarchy.Origin) (changes []hierarchy.Change, skipped int, found diag.List, err error) {
	all, skipped, found, err := a.Merge(now, origin)
	if err != nil {
		return nil, 0, nil, err
	}
	for c, err := range all {
		if err != nil {
			return nil, 0, nil, err
		}
		changes = append(changes, c)
	}
	return changes, skipped, found, nil
}

// Merge is Changes one after the other: memory holds few of them. All findings
// are known before the first; where one is an error, the changes are not to be used.
func (a *Archive) Merge(now func(table string) (map[string]hierarchy.Noun, error), origin hierarchy.Origin) (changes iter.Seq2[hierarchy.Change, error], skipped int, found diag.List, err error) {
	m := &merger{archive: a, now: map[string]map[string]hierarchy.Noun{}, origin: origin, project: map[mark]hierarchy.ID{}, assigned: map[hierarchy.ID][]hierarchy.ID{}}
	for _, n := range hierarchy.Tables() {
		if m.now[n.Table()], err = now(n.Table()); err != nil {
			return nil, 0, nil, err
		}
	}
	if err := errors.Join(m.findProjects(), m.findAssigned()); err != nil {
		return nil, 0, nil, err
	}
	for _, n := range hierarchy.Tables() {
		if err := m.table(n); err != nil {
			return nil, 0, nil, err
		}
	}
	a.keys = map[string]map[mark]bool{} // all references were looked up
	return m.changes, m.skipped, m.found, nil
}

// findProjects notes the production of every entity and task, so that what
// hangs on them finds it.
func (m *merger) findProjects() error {
	note := func(n hierarchy.Noun) {
		switch n := n.(type) {
		case *hierarchy.Entity:
			m.project[markOf("entities/"+n.Key())] = n.ProjectID
		case *hierarchy.Task:
			m.project[markOf("tasks/"+n.Key())] = n.ProjectID
		}
	}
	for _, table := range []string{"entities", "tasks"} {
		for _, n := range m.now[table] {
			note(n)
		}
		for r, err := range m.archive.each(table) {
			if err != nil {
				return err
			}
			note(r.noun)
		}
	}
	return nil
}

// findAssigned notes who the archive assigns: of a task that is in the database
// already, its assignees are compared like a field.
func (m *merger) findAssigned() error {
	for r, err := range m.archive.each("task_assignees") {
		if err != nil {
			return err
		}
		a := r.noun.(*hierarchy.Assignment)
		if m.now["tasks"][string(a.TaskID)] != nil {
			m.assigned[a.TaskID] = append(m.assigned[a.TaskID], a.PersonID)
		}
	}
	for _, persons := range m.assigned {
		slices.Sort(persons)
	}
	return nil
}

// told tells an assignment of a task that is in the database already.
func (m *merger) told(n hierarchy.Noun) bool {
	a, ok := n.(*hierarchy.Assignment)
	return ok && m.now["tasks"][string(a.TaskID)] != nil && m.now[a.Table()][a.Key()] == nil
}

// table checks the rows of one table.
func (m *merger) table(of hierarchy.Noun) error {
	table := of.Table()
	taken, owners, refers := m.taken(table), map[mark]string(nil), referencesOf(of)
	for r, err := range m.archive.each(table) {
		if err != nil {
			return err
		}
		if err := m.checkReferences(r, refers); err != nil {
			return err
		}
		if was, ok := m.now[table][r.noun.Key()]; ok {
			m.compare(r, was)
			continue
		}
		if m.told(r.noun) {
			continue // its task was reported to differ
		}
		unique := uniqueKey(r.noun)
		if unique == "" {
			continue
		}
		key := markOf(unique)
		if !taken[key] {
			taken[key] = true
			continue
		}
		if owners == nil {
			if owners, err = m.owners(table); err != nil {
				return err
			}
		}
		m.found.Add(diag.Error, CodeTwice, r.place, "another row has its place", "%s %s: %s belongs to %s already. Load the archive into another database, or make the ids agree", table, r.noun.Key(), describe(r.noun), owners[key])
	}
	return nil
}

// isNew tells a row that a change makes.
func (m *merger) isNew(n hierarchy.Noun) bool {
	_, there := m.now[n.Table()][n.Key()]
	return !there && !m.told(n)
}

// changes makes the new rows, table by table.
func (m *merger) changes(yield func(hierarchy.Change, error) bool) {
	for _, n := range hierarchy.Tables() {
		for r, err := range m.archive.each(n.Table()) {
			if err != nil {
				yield(nil, err)
				return
			}
			if m.isNew(r.noun) && !yield(m.create(r), nil) {
				return
			}
		}
	}
}

// taken are the unique keys of the rows in the database.
func (m *merger) taken(table string) map[mark]bool {
	out := map[mark]bool{}
	if uniques[table] == nil {
		return out
	}
	for _, n := range m.now[table] {
		if u := uniqueKey(n); u != "" {
			out[markOf(u)] = true
		}
	}
	return out
}

// owners tells whose a unique key is: the database's row, else the archive's
// first. It is asked for where two rows want one.
func (m *merger) owners(table string) (map[mark]string, error) {
	out := map[mark]string{}
	for key, n := range m.now[table] {
		out[markOf(uniqueKey(n))] = key
	}
	for r, err := range m.archive.each(table) {
		if err != nil {
			return nil, err
		}
		if key := markOf(uniqueKey(r.noun)); out[key] == "" && m.isNew(r.noun) {
			out[key] = r.noun.Key()
		}
	}
	return out, nil
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

func (m *merger) compare(r *row, was hierarchy.Noun) {
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

// A reference is a field that names a row of another table.
type reference struct {
	hierarchy.FieldInfo
	target string
}

func referencesOf(n hierarchy.Noun) (out []reference) {
	for _, f := range hierarchy.FieldsOfNoun(n) {
		if target := references[n.Table()][f.Name]; target != "" {
			out = append(out, reference{f, target})
		}
	}
	return out
}

// checkReferences reports ids that are neither in the archive nor in the database.
func (m *merger) checkReferences(r *row, refers []reference) error {
	v := reflect.ValueOf(r.noun).Elem()
	for _, f := range refers {
		id := v.FieldByIndex(f.Index).String()
		if id == "" || m.now[f.target][id] != nil {
			continue
		}
		keys, err := m.archive.byKey(f.target)
		if err != nil {
			return err
		}
		if !keys[markOf(id)] {
			m.found.Add(diag.Error, CodeReference, r.place, "row refers to one that is not there", "%s %s is neither in the archive's %s nor in the database", f.Name, id, f.target)
		}
	}
	return nil
}

func (m *merger) create(r *row) hierarchy.Change {
	o := m.origin
	o.Project = m.projectOf(r.noun)
	o.Place = r.place.String()
	if m.origin.Place != "" {
		o.Place = m.origin.Place + "/" + o.Place
	}
	if linkTables[r.noun.Table()] {
		return hierarchy.Link{Origin: o, Row: r.noun}
	}
	return hierarchy.Create{Origin: o, Row: r.noun}
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
		return m.project[markOf("entities/"+string(n.EntityInID))]
	case *hierarchy.AssetInstance:
		return m.project[markOf("entities/"+string(n.SceneID))]
	case *hierarchy.InstanceCasting:
		return m.project[markOf("entities/"+string(n.EntityID))]
	case *hierarchy.Assignment:
		return m.project[markOf("tasks/"+string(n.TaskID))]
	case *hierarchy.Comment:
		return m.project[markOf("tasks/"+string(n.TaskID))]
	case *hierarchy.TimeSpent:
		return m.project[markOf("tasks/"+string(n.TaskID))]
	case *hierarchy.PreviewFile:
		return m.project[markOf("tasks/"+string(n.TaskID))]
	case *hierarchy.AttachmentFile:
		return m.project[markOf("tasks/"+string(n.TaskID))]
	case *hierarchy.Subscription:
		return m.project[markOf("tasks/"+string(n.TaskID))]
	}
	return ""
}
