package plan

import (
	"fmt"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

type workday struct {
	person hierarchy.ID
	day    hierarchy.Day
}

type logged struct {
	task hierarchy.ID
	workday
}

// timesheet plans time logged: one row is one person, task and day. A row
// replaces what is logged for the three; a task's duration is then the sum of
// all its time.
func (b *builder) timesheet() {
	now := map[logged]*hierarchy.TimeSpent{}
	total, sum := map[workday]float64{}, map[hierarchy.ID]float64{}
	for _, t := range b.snap.TimeSpents {
		day := workday{t.PersonID, t.Date}
		now[logged{t.TaskID, day}] = t
		total[day] += t.Duration
		sum[t.TaskID] += t.Duration
	}
	unit := b.minutesPerUnit()
	seen := map[logged]*importers.Entry{}
	changed := map[hierarchy.ID]bool{}
	last := map[workday]diag.Place{}
	var tasks []*hierarchy.Task
	var days []workday
	paths := map[hierarchy.ID]string{}
	for i := range b.entries {
		e := &b.entries[i]
		row, minutes, ok := b.timeRow(e, unit)
		if !ok {
			continue
		}
		key := logged{row.task.ID, workday{row.person.ID, row.day}}
		if first := seen[key]; first != nil {
			if first.Duration.Text == e.Duration.Text {
				b.note(Twice, e.Place, "the row at %s says the same", first.Place)
			} else {
				b.fail(DayTwice, e.Place, "the row at %s logs other time for the same person, task and day. Add them up in one row", first.Place)
			}
			continue
		}
		seen[key] = e
		was := b.logTime(now[key], row, minutes, e)
		if was != minutes {
			total[key.workday] += minutes - was
			sum[key.task] += minutes - was
			if !changed[key.task] {
				changed[key.task] = true
				tasks = append(tasks, row.task)
				paths[key.task] = row.path
			}
		}
		if _, ok := last[key.workday]; !ok {
			days = append(days, key.workday)
		}
		last[key.workday] = e.Place
	}
	for _, day := range days {
		if total[day] > 24*60 {
			b.warn(LongDay, last[day], "%s has %s minutes on %s with this list. Check the unit of the column", b.personName(day.person), plain(total[day]), day.day)
		}
	}
	for _, t := range tasks {
		d := newDiff(t)
		d.set("duration", hierarchy.ValueOf(sum[t.ID]), "the sum of the time sheets")
		if !d.empty() {
			b.add(Change{Action: Update, Entity: "task", Path: paths[t.ID], ID: t.ID, Before: d.before, After: d.after, Place: b.list.Source.Name, Because: d.reason("")})
		}
	}
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func (b *builder) personName(id hierarchy.ID) string {
	for _, p := range b.snap.Persons {
		if p.ID == id {
			return p.Name()
		}
	}
	return string(id)
}

// minutesPerUnit follows the importer's reading of the duration's header.
func (b *builder) minutesPerUnit() float64 {
	for _, c := range b.list.Columns {
		if c.Field == "duration" && strings.HasPrefix(strings.ToLower(c.Detail), "hour") {
			return 60
		}
	}
	return 1
}

type timeRow struct {
	person *hierarchy.Person
	task   *hierarchy.Task
	path   string
	day    hierarchy.Day
}

func (b *builder) timeRow(e *importers.Entry, unit float64) (row timeRow, minutes float64, ok bool) {
	if !b.projectFits(e) {
		return row, 0, false
	}
	ok = true
	var why string
	if row.person, why = b.people.one(e.Person.Text); why != "" {
		code := UnknownPerson
		if len(b.people.all(e.Person.Text)) > 1 {
			code = AmbiguousPerson
		}
		b.fail(code, place(e.Person.Place, e.Place), "%s", why)
		ok = false
	}
	var err error
	if row.day, err = dayOf(e.Date.Text); err != nil {
		b.fail(BadDate, place(e.Date.Place, e.Place), "%q is no day. Write it as 2026-01-31", e.Date.Text)
		ok = false
	}
	if minutes, err = duration(e.Duration.Text, unit); err != nil {
		b.fail(BadDuration, place(e.Duration.Place, e.Place), "%v. Write a number over 0", err)
		ok = false
	}
	n, t := b.taskOf(e)
	if t == nil || !ok {
		return row, 0, false
	}
	now, ok := b.taskNow(n, t, &wish{name: e.TaskName.Text, at: e.Place})
	if ok && now == nil {
		b.fail(UnknownTask, place(e.TaskType.Place, e.Place), "%q has no %s task. Make it first by a list of tasks", n.path, t.Name)
	}
	if now == nil {
		return row, 0, false
	}
	row.task, row.path = now, taskPath(n, t, now.Name)
	return row, minutes, true
}

// duration reads minutes, or hours by the unit, or H:MM.
func duration(text string, unit float64) (float64, error) {
	var minutes float64
	if h, m, ok := strings.Cut(text, ":"); ok {
		hours, err1 := strconv.ParseUint(h, 10, 16)
		rest, err2 := strconv.ParseUint(m, 10, 16)
		if err1 != nil || err2 != nil || rest > 59 {
			return 0, fmt.Errorf("read duration %q: not like 1:30", text)
		}
		minutes = float64(hours*60 + rest)
	} else {
		v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if err != nil {
			return 0, fmt.Errorf("read duration %q: not a number", text)
		}
		minutes = v * unit
	}
	if !(minutes > 0 && minutes < 1e7) {
		return 0, fmt.Errorf("read duration %q: out of range", text)
	}
	return minutes, nil
}

// logTime plans one row and gives the minutes that were logged before.
func (b *builder) logTime(now *hierarchy.TimeSpent, row timeRow, minutes float64, e *importers.Entry) (was float64) {
	path := fmt.Sprintf("%s@%s/%s", row.path, hierarchy.PathPart(row.person.Name()), row.day)
	if now == nil {
		b.add(Change{Action: Create, Entity: "time_spent", Path: path, After: values{
			"task_id": raw(row.task.ID), "person_id": raw(row.person.ID), "date": raw(row.day), "duration": raw(minutes),
		}, Place: e.Place.String(), Because: "the list logs time"})
		return 0
	}
	d := newDiff(now)
	d.set("duration", hierarchy.ValueOf(minutes), "the list logs other time")
	if d.empty() {
		b.unchanged["time_spent"]++
		return minutes
	}
	b.add(Change{Action: Update, Entity: "time_spent", Path: path, ID: now.ID, Before: d.before, After: d.after, Place: e.Place.String(), Because: d.reason("")})
	return now.Duration
}
