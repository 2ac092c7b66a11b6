package plan

import (
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

const mainTask = "main"

// A wish is what a list says of one task.
type wish struct {
	status, comment, assignees, estimation importers.Cell
	start, due, priority, difficulty       importers.Cell
	name                                   string // "" is the main one
	at                                     diag.Place
}

// shotTasks gives a new shot its tasks and follows the task columns. A shot
// that exists gets a missing task only where a cell mentions it.
func (b *builder) shotTasks(shot *node, e *importers.Entry) {
	wishes, order := b.wishes(e)
	if shot.entity == nil {
		b.giveUsual(shot, e, wishes)
	}
	for _, t := range order {
		b.task(shot, t, wishes[t.ID])
	}
}

// giveUsual gives a new shot the usual tasks that its row says nothing of. They
// are noted with the shot: one change each would be most of a plan.
func (b *builder) giveUsual(shot *node, e *importers.Entry, wishes map[hierarchy.ID]*wish) {
	usual := b.usualTasks()
	if len(usual) == 0 {
		return
	}
	if b.snap.DefaultStatus() == nil {
		if b.once(NoDefaultStatus) {
			b.fail(NoDefaultStatus, e.Place, "no task status is marked as the default, so that %q and others cannot get their tasks. Mark one, or plan without tasks", shot.path)
		}
		return
	}
	names := b.usualNames // shared by all rows that say nothing
	if len(wishes) > 0 {
		names = nil
		for _, t := range usual {
			if wishes[t.ID] == nil {
				names = append(names, t.Name)
			}
		}
	}
	b.changes[shot.change].Tasks = names
}

// wishes are the tasks that a row's cells speak of, in the order of its columns.
func (b *builder) wishes(e *importers.Entry) (wishes map[hierarchy.ID]*wish, order []*hierarchy.TaskType) {
	for _, c := range e.Tasks {
		if !c.Cell.Given() {
			continue
		}
		t := b.taskType(c.TaskType, b.kind, place(c.Cell.Place, e.Place))
		if t == nil {
			continue
		}
		w := wishes[t.ID]
		if w == nil {
			if wishes == nil {
				wishes = map[hierarchy.ID]*wish{}
			}
			w = &wish{at: place(c.Cell.Place, e.Place)}
			wishes[t.ID] = w
			order = append(order, t)
		}
		switch c.Field {
		case "status":
			w.status = c.Cell
		case "comment":
			w.comment = c.Cell
		case "assignations":
			w.assignees = c.Cell
		case "estimation":
			w.estimation = c.Cell
		}
	}
	return wishes, order
}

// usualTasks are the task types of new shots.
func (b *builder) usualTasks() []*hierarchy.TaskType {
	if b.usual == nil {
		b.usual = []*hierarchy.TaskType{}
		if b.opts.Tasks == nil {
			b.usual = append(b.usual, b.snap.TaskTypesFor(hierarchy.Shot)...)
		}
		for _, name := range b.opts.Tasks {
			if t := b.taskType(name, hierarchy.Shot, diag.Place{File: b.list.Source.Name}); t != nil {
				b.usual = append(b.usual, t)
			}
		}
		for _, t := range b.usual {
			b.usualNames = append(b.usualNames, t.Name)
		}
	}
	return b.usual
}

// taskType finds one of the production's task types for a kind of entity.
func (b *builder) taskType(name string, kind hierarchy.Kind, at diag.Place) *hierarchy.TaskType {
	key := string(kind) + "\x00" + fold(name, false)
	if t, ok := b.types[key]; ok {
		if t == nil {
			b.fail(UnknownTaskType, at, "%q is none of the %s task types, as said before", name, word(kind))
		}
		return t
	}
	var known []string
	var found *hierarchy.TaskType
	for _, t := range b.snap.TaskTypesFor(kind) {
		known = append(known, t.Name)
		if fold(t.Name, false) == fold(name, false) && (found == nil || t.Name == name) {
			found = t
		}
	}
	b.types[key] = found
	if found == nil {
		b.fail(UnknownTaskType, at, "%q is none of the production's %s task types; they are %s. Correct the name, or enable the type", name, word(kind), orNone(known))
	}
	return found
}

func (b *builder) status(cell importers.Cell, at diag.Place) *hierarchy.TaskStatus {
	folded := fold(cell.Text, false)
	for _, s := range b.snap.TaskStatuses {
		if !s.ForConcept && (fold(s.ShortName, false) == folded || fold(s.Name, false) == folded) {
			return s
		}
	}
	var known []string
	for _, s := range b.snap.TaskStatuses {
		if !s.ForConcept && !s.Archived {
			known = append(known, s.ShortName)
		}
	}
	b.fail(UnknownStatus, place(cell.Place, at), "%q is no task status; there are %s", cell.Text, orNone(known))
	return nil
}

func taskPath(n *node, t *hierarchy.TaskType, name string) string {
	return n.path + "#" + hierarchy.PathPart(t.Name) + "/" + hierarchy.PathPart(name)
}

// task plans one task of an entity.
func (b *builder) task(n *node, t *hierarchy.TaskType, w *wish) {
	now, ok := b.taskNow(n, t, w)
	if !ok {
		return
	}
	if now == nil {
		b.newTask(n, t, w)
		return
	}
	b.changeTask(n, t, now, w)
}

func (b *builder) taskNow(n *node, t *hierarchy.TaskType, w *wish) (*hierarchy.Task, bool) {
	if n.entity == nil {
		return nil, true
	}
	var same []*hierarchy.Task
	for _, task := range b.tasks[n.id()] {
		if task.TaskTypeID != t.ID {
			continue
		}
		if w.name != "" && task.Name == w.name || w.name == "" && task.Name == mainTask {
			return task, true
		}
		same = append(same, task)
	}
	if w.name != "" || len(same) == 0 {
		return nil, true
	}
	if len(same) == 1 {
		return same[0], true
	}
	b.fail(SeveralTasks, w.at, "%q has %d %s tasks and none of them is called main. Use a list of tasks with their names", n.path, len(same), t.Name)
	return nil, false
}

func (b *builder) newTask(n *node, t *hierarchy.TaskType, w *wish) {
	usual := b.snap.DefaultStatus()
	if usual == nil {
		b.fail(NoDefaultStatus, w.at, "no task status is marked as the default, so that %q cannot get its %s task. Mark one, or plan without tasks", n.path, t.Name)
		return
	}
	name := w.name
	if name == "" {
		name = mainTask
	}
	status := usual
	if w.status.Given() {
		if status = b.status(w.status, w.at); status == nil {
			return
		}
	}
	d := newDiff(nil)
	if !b.taskFields(d, w) {
		return
	}
	path := taskPath(n, t, name)
	d.after["entity_id"], d.after["task_type_id"], d.after["name"], d.after["task_status_id"] = raw(n.ref()), raw(t.ID), raw(name), raw(status.ID)
	b.add(Change{Action: Create, Entity: "task", Path: path, After: d.after, Place: w.at.String(), Because: "the " + word(n.kind) + " gets its " + t.Name + " task"})
	task := newRef + "Task:" + path
	if status != usual || w.comment.Given() {
		b.comment(task, path, status, w)
	}
	b.assign(nil, task, path, w)
}

func (b *builder) comment(task, path string, status *hierarchy.TaskStatus, w *wish) {
	after := values{"task_id": raw(task), "task_status_id": raw(status.ID), "text": raw(w.comment.Text)}
	if id := b.people.author(b.opts.Author); id != "" {
		after["person_id"] = raw(id)
	}
	b.add(Change{Action: Create, Entity: "comment", Path: path, After: after, Place: w.at.String(), Because: "the task goes to " + status.ShortName})
}

// changeTask updates a task. An unchanged status adds no comment; a comment is
// applied only with a change of status, so that the same list twice does not
// say everything twice.
func (b *builder) changeTask(n *node, t *hierarchy.TaskType, now *hierarchy.Task, w *wish) {
	path := taskPath(n, t, now.Name)
	d := newDiff(now)
	count := len(b.changes)
	var status *hierarchy.TaskStatus
	if w.status.Given() {
		if status = b.status(w.status, w.at); status == nil {
			return
		}
	}
	if status != nil && status.ID != now.TaskStatusID {
		if err := hierarchy.CheckRetakeCap(b.snap.Project, n.entity, now, status); err != nil {
			b.fail(RetakeCap, place(w.status.Place, w.at), "%q: %v. Raise max_retakes or leave the status", path, err)
			return
		}
		b.comment(string(now.ID), path, status, w)
		d.set("task_status_id", hierarchy.ValueOf(status.ID), "the list gives the status")
	} else if w.comment.Given() {
		b.note(CommentLeft, place(w.comment.Place, w.at), "the status of %q stays, so that the comment is not added. Change the status to add it", path)
	}
	if !b.taskFields(d, w) {
		return
	}
	if !d.empty() {
		b.add(Change{Action: Update, Entity: "task", Path: path, ID: now.ID, Before: d.before, After: d.after, Place: w.at.String(), Because: d.reason("")})
	}
	b.assign(now, string(now.ID), path, w)
	if len(b.changes) == count {
		b.unchanged["task"]++
	}
}

// taskFields plans numbers and dates. Estimations are minutes.
func (b *builder) taskFields(d *diff, w *wish) bool {
	ok := true
	say := func(c importers.Cell, what string) {
		b.fail(BadTaskValue, place(c.Place, w.at), "%q is not %s", c.Text, what)
		ok = false
	}
	if w.estimation.Given() {
		if minutes, err := strconv.ParseFloat(strings.Replace(w.estimation.Text, ",", ".", 1), 64); err != nil || !(minutes >= 0 && minutes < 1e9) {
			say(w.estimation, "a number of minutes")
		} else {
			d.set("estimation", hierarchy.ValueOf(minutes), "the list gives the estimation")
		}
	}
	for _, date := range []struct {
		field string
		cell  importers.Cell
	}{{"start_date", w.start}, {"due_date", w.due}} {
		if !date.cell.Given() {
			continue
		}
		day, err := dayOf(date.cell.Text)
		if err != nil {
			say(date.cell, "a day such as 2026-01-31")
		} else if d.row == nil || !strings.HasPrefix(d.now(date.field).Text(), string(day)) {
			d.set(date.field, hierarchy.ValueOf(hierarchy.At(day.Time())), "the list gives the dates")
		}
	}
	for _, n := range []struct {
		field     string
		cell      importers.Cell
		low, high int64
		what      string
	}{{"priority", w.priority, 0, 3, "a priority from 0 to 3"}, {"difficulty", w.difficulty, 1, 5, "a difficulty from 1 to 5"}} {
		if !n.cell.Given() {
			continue
		}
		if v, err := strconv.ParseInt(n.cell.Text, 10, 64); err != nil || v < n.low || v > n.high {
			if d.row == nil || !alike(d.now(n.field), hierarchy.ValueOf(n.cell.Text)) {
				say(n.cell, n.what)
			}
		} else {
			d.set(n.field, hierarchy.ValueOf(v), "the list gives the "+n.field)
		}
	}
	return ok
}

// assign adds persons to a task and removes none. A name that several persons
// bear is understood where enough of them are assigned already.
func (b *builder) assign(now *hierarchy.Task, task, path string, w *wish) {
	if !w.assignees.Given() {
		return
	}
	has, claimed := map[hierarchy.ID]bool{}, map[hierarchy.ID]bool{}
	if now != nil {
		for _, id := range now.Assignees {
			has[id] = true
		}
	}
	for _, name := range strings.Split(w.assignees.Text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		people := b.people.all(name)
		if len(people) > 1 && claim(people, has, claimed) {
			continue
		}
		p, why := b.people.one(name)
		if why != "" {
			code := UnknownPerson
			if len(people) > 1 {
				code = AmbiguousPerson
			}
			b.fail(code, place(w.assignees.Place, w.at), "%s", why)
			continue
		}
		if has[p.ID] {
			continue
		}
		has[p.ID] = true
		b.add(Change{Action: Link, Entity: "assignment", Path: path + "@" + hierarchy.PathPart(p.Name()), After: values{"task_id": raw(task), "person_id": raw(p.ID)}, Place: place(w.assignees.Place, w.at).String(), Because: "the list assigns " + p.Name()})
	}
}

func claim(people []*hierarchy.Person, has, claimed map[hierarchy.ID]bool) bool {
	for _, p := range people {
		if has[p.ID] && !claimed[p.ID] {
			claimed[p.ID] = true
			return true
		}
	}
	return false
}
