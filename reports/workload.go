package reports

import (
	"cmp"
	"slices"

	"turnover/hierarchy"
)

// idleDays is how long nothing may happen on a task that was begun before it
// counts as idle.
const idleDays = 14

// A load is work as it stands at the report's as-of. Tasks on omitted shots are
// no work.
type load struct {
	tasks, left               int64 // left: not done
	frames, framesLeft        int64
	shotsLeft                 int64   // hundredths of the tasks left, divided among assignees
	estimated, logged         float64 // minutes
	estimatedDone, loggedDone float64 // of the tasks that are done
	minutesLeft               float64 // estimated less logged of each task left, at least 0
	overdue, idle             int64
	oldestDue                 dayNumber // of the overdue tasks; 0 where there are none
}

func (l *load) add(o load) {
	l.tasks += o.tasks
	l.left += o.left
	l.frames += o.frames
	l.framesLeft += o.framesLeft
	l.shotsLeft += o.shotsLeft
	l.estimated += o.estimated
	l.logged += o.logged
	l.estimatedDone += o.estimatedDone
	l.loggedDone += o.loggedDone
	l.minutesLeft += o.minutesLeft
	l.overdue += o.overdue
	l.idle += o.idle
	if o.oldestDue != 0 && (l.oldestDue == 0 || o.oldestDue < l.oldestDue) {
		l.oldestDue = o.oldestDue
	}
}

// A loadKey is a person's work of a type; by type alone the person is "".
type loadKey struct{ who, work hierarchy.ID }

// A workload adds up what is left, by task type and by person. It grows with
// these only.
type workload struct {
	s        *scope
	today    dayNumber // the as-of
	dated    bool      // whether there is an as-of
	byType   map[loadKey]*load
	byPerson map[loadKey]*load
}

func newWorkload(s *scope) *workload {
	w := &workload{s: s, byType: map[loadKey]*load{}, byPerson: map[loadKey]*load{}}
	if !s.q.AsOf.IsZero() {
		w.today, w.dated = dayOf(s.q.AsOf, s.zone), true
	}
	return w
}

func addLoad(m map[loadKey]*load, k loadKey, l load) {
	if m[k] == nil {
		m[k] = &load{}
	}
	m[k].add(l)
}

// take adds one task of a shot. What is the whole task's stands with each
// assignee; frames and estimates are divided among them; time is with whoever
// logged it.
func (w *workload) take(r *record) {
	if r.shot.Canceled {
		return
	}
	whole := w.load(r)
	people := assignees(r.task)
	n := float64(len(people))
	var parts load // of those that the query asks for
	for i, who := range people {
		part := whole
		part.frames, part.framesLeft = evenPart(whole.frames, len(people), i), evenPart(whole.framesLeft, len(people), i)
		part.shotsLeft = evenPart(whole.shotsLeft, len(people), i)
		part.estimated, part.estimatedDone, part.minutesLeft = whole.estimated/n, whole.estimatedDone/n, whole.minutesLeft/n
		part.logged, part.loggedDone = 0, 0
		w.put(r, who, part, &parts)
	}
	for _, s := range r.sheets {
		l := load{logged: minutesOf(s.Duration)}
		if w.done(r.task) {
			l.loggedDone = l.logged
		}
		w.put(r, s.PersonID, l, &parts)
	}
	wanted := w.s.wantsTask(r.task)
	if w.s.onlyPerson != nil || w.s.onlyTeam != nil {
		whole.frames, whole.framesLeft, whole.shotsLeft = parts.frames, parts.framesLeft, parts.shotsLeft
		whole.estimated, whole.estimatedDone, whole.minutesLeft = parts.estimated, parts.estimatedDone, parts.minutesLeft
		whole.logged, whole.loggedDone = parts.logged, parts.loggedDone
		if !wanted { // others' task, on which they logged time
			whole = load{logged: parts.logged, loggedDone: parts.loggedDone}
		}
	}
	if wanted || whole.logged > 0 {
		addLoad(w.byType, loadKey{work: r.task.TaskTypeID}, whole)
	}
}

// put adds a part of a task, where the query asks for the person, also to sum.
func (w *workload) put(r *record, who hierarchy.ID, part load, sum *load) {
	if w.s.wantsPerson(who, r.task.TaskTypeID) {
		addLoad(w.byPerson, loadKey{who, r.task.TaskTypeID}, part)
		sum.add(part)
	}
}

// done tells whether a task's status is a done one; an unknown status is none.
func (w *workload) done(t *hierarchy.Task) bool {
	status := w.s.statuses[t.TaskStatusID]
	return status != nil && status.IsDone
}

// minutesOf makes 0 of what is no amount of time.
func minutesOf(minutes float64) float64 { return float64(weightOf(minutes)) / weightUnit }

// lengthOf is a shot's frames as work to do: 0 where no shot has that length.
func lengthOf(shot *hierarchy.Entity) int64 {
	if n := shot.Frames(); n > 0 && n <= absurdFrames {
		return n
	}
	return 0
}

// load is one task.
func (w *workload) load(r *record) load {
	l := load{tasks: 1, frames: lengthOf(r.shot), estimated: minutesOf(r.task.Estimation)}
	for _, s := range r.sheets {
		l.logged += minutesOf(s.Duration)
	}
	if w.done(r.task) {
		l.estimatedDone, l.loggedDone = l.estimated, l.logged
		return l
	}
	l.left, l.shotsLeft, l.framesLeft, l.minutesLeft = 1, shot100, l.frames, max(0, l.estimated-l.logged)
	if !w.dated {
		return l
	}
	if due := r.task.DueDate; !due.IsZero() && dayOf(due.Time, w.s.zone) < w.today {
		l.overdue, l.oldestDue = 1, dayOf(due.Time, w.s.zone)
	}
	if last, begun := w.lastSign(r); begun && last < w.today-idleDays {
		l.idle = 1
	}
	return l
}

// lastSign is the last day on which something happened on a task that is in
// somebody's hands: begun, neither done nor waiting for review.
func (w *workload) lastSign(r *record) (last dayNumber, begun bool) {
	status := w.s.statuses[r.task.TaskStatusID]
	if status == nil || status.IsFeedbackRequest || !status.IsWIP && !status.IsRetake {
		return 0, false
	}
	see := func(d dayNumber) { last, begun = max(last, d), true }
	if !r.task.RealStartDate.IsZero() {
		see(dayOf(r.task.RealStartDate.Time, w.s.zone))
	}
	for _, s := range r.sheets {
		see(numberOf(s.Date))
	}
	if n := len(r.comments); n > 0 {
		see(dayOf(r.comments[n-1].CreatedAt.Time, w.s.zone))
	}
	return last, begun
}

// whole sums all types.
func (w *workload) whole() load {
	var all load
	for _, k := range w.inOrder(w.byType) {
		all.add(*w.byType[k])
	}
	return all
}

// inOrder lists keys by the names of person and type.
func (w *workload) inOrder(m map[loadKey]*load) []loadKey {
	keys := make([]loadKey, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b loadKey) int {
		return cmp.Or(cmp.Compare(w.s.personName(a.who), w.s.personName(b.who)), hierarchy.CompareIDs(a.who, b.who),
			cmp.Compare(w.s.typeName(a.work), w.s.typeName(b.work)), hierarchy.CompareIDs(a.work, b.work))
	})
	return keys
}

// mostStuck gives the person with most overdue tasks, then most idle ones.
func (w *workload) mostStuck() (who hierarchy.ID, most load) {
	people := map[loadKey]*load{}
	for k, l := range w.byPerson {
		addLoad(people, loadKey{who: k.who}, load{overdue: l.overdue, idle: l.idle, oldestDue: l.oldestDue})
	}
	for _, k := range w.inOrder(people) {
		if l := *people[k]; l.overdue > most.overdue || l.overdue == most.overdue && l.idle > most.idle {
			who, most = k.who, l
		}
	}
	return who, most
}
