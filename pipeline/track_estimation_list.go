package pipeline

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/plan"
)

// estimationColumns are the columns of a list of estimations: those of Kitsu's. The
// fields of the task type come on top.
var estimationColumns = map[string]string{
	"parent": "parent", "entity": "entity", "estimation": "estimation", "drawings": "nb_drawings", "startdate": "start_date", "duedate": "due_date",
	"difficulty": "difficulty",
}

const (
	minutesOfDay = 8 * 60   // of work, as the API says in hours_by_day
	mostDays     = 10 * 365 // of one estimation
	mostDrawings = 1 << 30
)

// ImportEstimations reads a list of estimations of the tasks of one type, CSV or
// Excel, and writes what its filled cells say in one transaction. Parent and
// Entity name a shot by its sequence, or an asset by its type; an episode "" is
// all of them. *InputError with all findings where anything is wrong; nothing is
// written then. It gives the number of rows.
func (p *Pipeline) ImportEstimations(ctx context.Context, project, taskType, episode hierarchy.ID, f importers.File) (rows int, err error) {
	snap, err := p.snapshot(ctx, string(project), hierarchy.With{Bare: true})
	if err != nil {
		return 0, err
	}
	at := slices.IndexFunc(snap.TaskTypes, func(one *hierarchy.TaskType) bool { return one.ID == taskType })
	if at < 0 {
		return 0, fmt.Errorf("task type %s: %w", taskType, ErrNotFound)
	}
	l := &estimationList{taskType: snap.TaskTypes[at], episode: episode, lines: map[hierarchy.ID]int{}}
	if l.sheet, err = p.readRows(ctx, f, l.titles(snap), "Parent", "Entity"); err != nil {
		return 0, err
	}
	if err := l.sheet.fault(); err != nil {
		return 0, err
	}
	return len(l.sheet.rows), p.track(ctx, project, func(t *tracking) error {
		l.tracking = t
		if err := l.load(); err != nil {
			return err
		}
		for _, r := range l.sheet.rows {
			t.origin.Place = l.sheet.place(r.line, 0).String()
			if err := l.row(p, r); err != nil {
				return err
			}
		}
		return l.sheet.fault()
	})
}

// An estimationList is a list of estimations beside the tasks that are there.
type estimationList struct {
	*tracking
	sheet    *rowSheet
	taskType *hierarchy.TaskType
	episode  hierarchy.ID
	fields   map[string]*hierarchy.MetadataDescriptor // by their column

	exact, folded map[[2]string][]*hierarchy.Entity // by the names of parent and entity
	tasks         map[hierarchy.ID][]*hierarchy.Task
	lines         map[hierarchy.ID]int // of the rows, by task
}

// titles are the columns of the list, with the fields of the task type.
func (l *estimationList) titles(snap *hierarchy.Snapshot) map[string]string {
	titles := map[string]string{}
	l.fields = map[string]*hierarchy.MetadataDescriptor{}
	for _, d := range snap.Descriptors {
		if d.EntityType == "Task" && d.TaskTypeID == l.taskType.ID {
			column := "data." + d.FieldName
			titles[plainTitle(d.Name)], l.fields[column] = column, d
		}
	}
	maps.Copy(titles, estimationColumns)
	return titles
}

// load reads the production's shots or assets by their names, and their tasks of
// the type.
func (l *estimationList) load() error {
	kind := hierarchy.Asset
	if l.taskType.ForEntity != nil {
		kind = hierarchy.Kind(*l.taskType.ForEntity)
	}
	if kind != hierarchy.Shot && kind != hierarchy.Asset {
		return usage("the task type %q is for entities of kind %s, and such lists are of shots or assets", l.taskType.Name, kind)
	}
	all, err := rowsOf[*hierarchy.Entity](l.tracking, "entities", map[string]any{"project_id": l.snap.Project.ID})
	if err != nil {
		return err
	}
	byID := map[hierarchy.ID]*hierarchy.Entity{}
	for _, e := range all {
		byID[e.ID] = e
	}
	if l.episode != "" && (byID[l.episode] == nil || byID[l.episode].Kind != hierarchy.Episode) {
		return fmt.Errorf("episode %s of %q: %w", l.episode, l.snap.Project.Name, ErrNotFound)
	}
	l.exact, l.folded = map[[2]string][]*hierarchy.Entity{}, map[[2]string][]*hierarchy.Entity{}
	for _, e := range all {
		if e.Kind != kind {
			continue
		}
		if parent, episode := l.above(byID, e); l.episode == "" || l.episode == episode {
			exact := [2]string{parent, e.Name}
			l.exact[exact] = append(l.exact[exact], e)
			l.folded[foldedNames(exact)] = append(l.folded[foldedNames(exact)], e)
		}
	}
	tasks, err := rowsOf[*hierarchy.Task](l.tracking, "tasks", map[string]any{"project_id": l.snap.Project.ID, "task_type_id": l.taskType.ID})
	l.tasks = map[hierarchy.ID][]*hierarchy.Task{}
	for _, k := range tasks {
		l.tasks[k.EntityID] = append(l.tasks[k.EntityID], k)
	}
	return err
}

// above is the name that a list gives an entity's parent, and its episode.
func (l *estimationList) above(byID map[hierarchy.ID]*hierarchy.Entity, e *hierarchy.Entity) (parent string, episode hierarchy.ID) {
	if e.Kind == hierarchy.Asset {
		for _, kind := range l.snap.EntityTypes {
			if kind.ID == e.EntityTypeID {
				parent = kind.Name
			}
		}
		return parent, e.SourceID
	}
	if s := byID[e.ParentID]; s != nil {
		return s.Name, s.ParentID
	}
	return "", ""
}

// foldedNames are names as Kitsu compares them in such lists.
func foldedNames(n [2]string) [2]string {
	return [2]string{strings.ToLower(hierarchy.Slug(n[0])), strings.ToLower(hierarchy.Slug(n[1]))}
}

// row edits the task of a row.
func (l *estimationList) row(p *Pipeline, r listRow) error {
	faults := len(l.sheet.found)
	before := l.task(r)
	fields := l.values(p, r)
	if len(l.sheet.found) > faults {
		return nil
	}
	if line := l.lines[before.ID]; line > 0 {
		l.sheet.fail(r, "entity", CodeRowTwice, "task stands twice", "it stands in line %d, too: delete one", line)
		return nil
	}
	l.lines[before.ID] = r.line
	after := hierarchy.Clone(before)
	if err := taskForm.set(after, fields); err != nil {
		return l.sheet.refused(r, err)
	}
	if err := checkTask(before, after); err != nil {
		return l.sheet.refused(r, err)
	}
	if start, due := after.StartDate, after.DueDate; (start != before.StartDate || due != before.DueDate) && !due.IsZero() && due.Before(start.Time) {
		l.sheet.fail(r, "due_date", CodeRowRefused, "task is due before it starts", "it would start on %.10s and be due on %.10s", start, due)
		return nil
	}
	l.update(before, after)
	return nil
}

// task finds the task of a row; a finding says where there is none.
func (l *estimationList) task(r listRow) *hierarchy.Task {
	names := [2]string{l.sheet.needed(r, "parent", "Parent"), l.sheet.needed(r, "entity", "Entity")}
	if names[0] == "" || names[1] == "" {
		return nil
	}
	found := l.exact[names]
	if found == nil {
		found = l.folded[foldedNames(names)]
	}
	switch {
	case len(found) == 0:
		l.sheet.fail(r, "entity", CodeRowName, "name is not there", "%q of %q is not in the production, or not in the episode", names[1], names[0])
		return nil
	case len(found) > 1:
		l.sheet.fail(r, "entity", CodeRowName, "name is not unique", "%d are called %q of %q: send a list for each episode", len(found), names[1], names[0])
		return nil
	}
	tasks := l.tasks[found[0].ID]
	at := slices.IndexFunc(tasks, func(k *hierarchy.Task) bool { return k.Name == "main" })
	switch {
	case at >= 0:
		return tasks[at]
	case len(tasks) == 1:
		return tasks[0]
	}
	l.sheet.fail(r, "entity", CodeRowName, "entity has no such task", "%q of %q has no task %q: make it first", names[1], names[0], l.taskType.Name)
	return nil
}

// values reads the filled cells of a row as fields of its task.
func (l *estimationList) values(p *Pipeline, r listRow) Fields {
	fields, days := Fields{}, 0.0
	if text := r.text("estimation"); text != "" {
		n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if err != nil || !(n >= 0) || n > mostDays {
			l.sheet.fail(r, "estimation", CodeRowValue, "days cannot be read", "%q: write a number of days, as 2.5", text)
			n = 0
		}
		days = n
		fields["estimation"] = hierarchy.ValueOf(math.Round(days * minutesOfDay))
	}
	for _, of := range []struct {
		column string
		most   int64
	}{{"nb_drawings", mostDrawings}, {"difficulty", 5}} {
		if text := r.text(of.column); text != "" {
			fields[of.column] = l.count(r, of.column, text, of.most)
		}
	}
	start, due := l.day(r, "start_date"), l.day(r, "due_date")
	if start != "" && due == "" && days > 0 {
		due = p.Calendar.BusinessDay(start, int(math.Ceil(days))) // the last day of the work
	}
	if start != "" {
		fields["start_date"] = hierarchy.ValueOf(start)
	}
	if due != "" {
		fields["due_date"] = hierarchy.ValueOf(due)
	}
	if data := l.data(r); len(data) > 0 {
		fields["data"] = hierarchy.ValueOf(data)
	}
	return fields
}

func (l *estimationList) count(r listRow, column, text string, most int64) hierarchy.Value {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > most {
		l.sheet.fail(r, column, CodeRowValue, "number cannot be read", "%q: write a whole number up to %d", text, most)
		return "0"
	}
	return hierarchy.ValueOf(n)
}

// day reads a day; workbooks have the time of midnight behind it.
func (l *estimationList) day(r listRow, column string) hierarchy.Day {
	text := r.text(column)
	if text == "" {
		return ""
	}
	written, _, _ := strings.Cut(strings.Replace(text, " 00:00:00", "T", 1), "T")
	day, err := hierarchy.ParseDay(written)
	if err != nil {
		l.sheet.fail(r, column, CodeRowValue, "day cannot be read", "%q: write it as 2026-01-31", text)
	}
	return day
}

// data reads the cells of the task type's own fields.
func (l *estimationList) data(r listRow) map[string]hierarchy.Value {
	out := map[string]hierarchy.Value{}
	for _, column := range slices.Sorted(maps.Keys(l.fields)) {
		text := r.text(column)
		if text == "" {
			continue
		}
		value, why := plan.MetadataValue(l.snap, l.fields[column], text)
		if why != "" {
			l.sheet.fail(r, column, CodeRowValue, "cell does not fit its field", "%q: %s", text, why)
			continue
		}
		out[l.fields[column].FieldName] = value
	}
	return out
}
