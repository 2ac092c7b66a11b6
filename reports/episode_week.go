package reports

import (
	"fmt"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// statusWeeks tell how many tasks stood in each status at the end of each ISO
// week, as what changed from week to week. The last week ends with the report:
// there the tasks stand as they do now, also where no comment says so.
type statusWeeks struct {
	s       *scope
	changes map[groupKey]map[dayNumber]*bucket // by Monday; without sequence
	last    map[groupKey]*bucket               // what the last week adds
}

func newStatusWeeks(s *scope) statusWeeks {
	return statusWeeks{s: s, changes: map[groupKey]map[dayNumber]*bucket{}, last: map[groupKey]*bucket{}}
}

// add counts a task's steps; key says where it belongs and how it stands now.
func (w *statusWeeks) add(key groupKey, one bucket, steps []statusStep) {
	key.sequence = ""
	now, stood := key.status, false
	for _, st := range steps {
		monday := byWeek.start(dayOf(st.at.Time, w.s.zone))
		if w.late(monday) {
			break
		}
		if stood {
			w.change(key, monday, bucket{}.less(one))
		}
		key.status, stood = st.status, true
		w.change(key, monday, one)
	}
	if stood && key.status == now {
		return
	}
	if stood {
		count(w.last, key, bucket{}.less(one))
	}
	key.status = now
	count(w.last, key, one)
}

// late tells a week after that of the report's as-of: the clock of who wrote
// it was wrong.
func (w *statusWeeks) late(monday dayNumber) bool {
	return !w.s.q.AsOf.IsZero() && monday > byWeek.start(dayOf(w.s.q.AsOf, w.s.zone))
}

func (w *statusWeeks) change(key groupKey, monday dayNumber, by bucket) {
	weeks := w.changes[key]
	if weeks == nil {
		weeks = map[dayNumber]*bucket{}
		w.changes[key] = weeks
	}
	if weeks[monday] == nil {
		weeks[monday] = &bucket{}
	}
	weeks[monday].add(by)
}

// mondays lists the weeks to be shown, and whether the last of them is that of
// the report. Weeks in which nothing changed are there, too, unless years lie
// between.
func (w *statusWeeks) mondays() (shown []dayNumber, present bool) {
	seen := map[dayNumber]bool{}
	for _, weeks := range w.changes {
		for monday := range weeks {
			seen[monday] = true
		}
	}
	if !w.s.q.AsOf.IsZero() {
		seen[byWeek.start(dayOf(w.s.q.AsOf, w.s.zone))] = true
	}
	order := make([]dayNumber, 0, len(seen))
	for monday := range seen {
		order = append(order, monday)
	}
	slices.Sort(order)
	var all []dayNumber
	for _, monday := range order {
		for n := len(all); n > 0 && monday-all[n-1] <= 7*maxGap && all[n-1]+7 < monday; n = len(all) {
			all = append(all, all[n-1]+7)
		}
		all = append(all, monday)
	}
	for i, monday := range all {
		if monday <= w.s.to && monday+6 >= w.s.from {
			shown, present = append(shown, monday), i == len(all)-1
		}
	}
	return shown, present
}

// at walks the weeks shown of one key with what stood there at the end of each.
func (w *statusWeeks) at(key groupKey, mondays []dayNumber, present bool, visit func(i int, b bucket)) {
	weeks := w.changes[key]
	order := make([]dayNumber, 0, len(weeks))
	for monday := range weeks {
		order = append(order, monday)
	}
	slices.Sort(order)
	var stands bucket
	for i, monday := range mondays {
		for len(order) > 0 && order[0] <= monday {
			stands.add(*weeks[order[0]])
			order = order[1:]
		}
		if last := w.last[key]; last != nil && present && i == len(mondays)-1 {
			stands.add(*last)
		}
		visit(i, stands)
	}
}

// keys lists everything that ever stood anywhere, in order.
func (w *statusWeeks) keys() []groupKey {
	var out []groupKey
	for k := range w.changes {
		out = append(out, k)
	}
	for k := range w.last {
		if w.changes[k] == nil {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, w.s.compare)
	return out
}

// table is status_week: by episode and task type.
func (w *statusWeeks) table() *table.Table {
	columns := append(keyColumns(false), periodColumn(byWeek))
	columns = append(append(columns, pair("task_status", "task status")...), bucketColumns("", "")...)
	return &table.Table{Name: "status_week", Title: "Tasks by status at each week's end", Columns: columns,
		Doc:  "One row is one ISO week, at its end, of an episode, task type and status; the last week is as of the report. Rows of no tasks are left out. Frames are the shots' present length.",
		Rows: w.rows}
}

func (w *statusWeeks) rows(yield func(table.Row, error) bool) {
	mondays, present := w.mondays()
	keys := w.keys()
	for len(keys) > 0 {
		n := 1 // keys of one episode and task type
		for n < len(keys) && keys[n].episode == keys[0].episode && keys[n].taskType == keys[0].taskType {
			n++
		}
		stood := make([][]bucket, n)
		for k := range stood {
			stood[k] = make([]bucket, len(mondays))
			w.at(keys[k], mondays, present, func(i int, b bucket) { stood[k][i] = b })
		}
		for i, monday := range mondays {
			for k, key := range keys[:n] {
				if stood[k][i].count == 0 {
					continue
				}
				row := named(append(w.s.keyCells(key, false), byWeek.label(monday)), key.status, w.s.statusName(key.status))
				if !yield(stood[k][i].cells(row), nil) {
					return
				}
			}
		}
		keys = keys[n:]
	}
}

// A stageWeek is the whole production at a week's end.
type stageWeek struct {
	monday dayNumber
	stages [stageCount]bucket
}

func (s stageWeek) tasks() (n int64) {
	for _, b := range s.stages {
		n += b.count
	}
	return n
}

func (w *statusWeeks) stages() []stageWeek {
	mondays, present := w.mondays()
	out := make([]stageWeek, len(mondays))
	for i, monday := range mondays {
		out[i].monday = monday
	}
	for _, key := range w.keys() {
		stage := stageOf(w.s.statuses[key.status])
		w.at(key, mondays, present, func(i int, b bucket) { out[i].stages[stage].add(b) })
	}
	return out
}

func stageTable(weeks []stageWeek) *table.Table {
	columns := []table.Column{periodColumn(byWeek), {Name: "tasks", Type: table.Int, Unit: "tasks", Doc: "Tasks that were there at the week's end."}}
	for stage := range stageCount {
		columns = append(columns, table.Column{Name: stage.String(), Type: table.Int, Unit: "tasks", Doc: "Of them in a status that is " + stage.words() + "."})
	}
	columns = append(columns,
		table.Column{Name: "done_percent", Type: table.Float, Unit: "percent", Decimals: 1, Doc: "Tasks done, of all."},
		table.Column{Name: "frames", Type: table.Int, Unit: "frames", Doc: "Frames of the shots of all these tasks, once for each task."},
		table.Column{Name: "done_frames", Type: table.Int, Unit: "frames", Doc: "Frames of the done ones."})
	rows := make([]table.Row, 0, len(weeks))
	for _, w := range weeks {
		row, frames := table.Row{byWeek.label(w.monday), w.tasks()}, int64(0)
		for _, b := range w.stages {
			row = append(row, b.count)
			frames += b.frames
		}
		rows = append(rows, append(row, percent(w.stages[stageDone].count, w.tasks()), frames, w.stages[stageDone].frames))
	}
	return &table.Table{Name: "stage_week", Title: "Tasks by stage at each week's end", Columns: columns, Rows: table.Of(rows),
		Doc: "One row is one ISO week of the whole production, at its end; the last week is as of the report. Stages follow the flags of the statuses."}
}

func stageText(weeks []stageWeek) string {
	text := "Line chart of tasks by stage at each week's end."
	if len(weeks) == 0 {
		return text + " There are no tasks to show."
	}
	first, last := weeks[0], weeks[len(weeks)-1]
	return text + fmt.Sprintf(" %s: %d of %d tasks done. %s: %d of %d done, %d in retake, %d wait for review, %d in work.",
		byWeek.label(first.monday), first.stages[stageDone].count, first.tasks(), byWeek.label(last.monday), last.stages[stageDone].count, last.tasks(),
		last.stages[stageRetake].count, last.stages[stageFeedback].count, last.stages[stageWIP].count)
}

// words describe a stage.
func (s stage) words() string {
	return [...]string{"done", "a retake", "a request for feedback", "work in progress", "none of these"}[s]
}

// statusAt is how a task stood at the end of a day: as it stands now from the
// report's as-of on.
func (s *scope) statusAt(t *hierarchy.Task, steps []statusStep, day dayNumber) (hierarchy.ID, bool) {
	if s.q.AsOf.IsZero() || day >= dayOf(s.q.AsOf, s.zone) {
		return t.TaskStatusID, true
	}
	return s.at(steps, day)
}
