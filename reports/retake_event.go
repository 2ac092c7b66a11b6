package reports

import (
	"math"
	"strings"
	"time"

	"turnover/hierarchy"
)

// A retakeEvent is one retake that was asked for.
type retakeEvent struct {
	place                  int32 // of the entity in the order of paths, once it is kept
	task, entity, taskType hierarchy.ID
	take                   int64 // 1 for the first retake of the task
	asked                  hierarchy.Time
	askedBy                hierarchy.ID
	from                   hierarchy.ID // the status before; "" where none is known
	person                 hierarchy.ID // whose take it was; "" for nobody
	resolved               hierarchy.Time
	closed                 bool // resolved, at an instant or at one that is not known
	resolvedBy, resolvedAs hierarchy.ID
	revisions              int64 // previews of the task until then
	revision               int64 // of the last of them
	preview                hierarchy.ID
	causes                 []string // the first one is counted
}

// A verdict is the first judgement on a task: approved or sent back.
type verdict struct {
	there, approved bool
	at              hierarchy.Time
	by, person      hierarchy.ID
}

// A taskHistory is what the comments of a task say.
type taskHistory struct {
	events  []retakeEvent
	first   verdict
	told    int64          // comments with a status
	last    hierarchy.ID   // the status of the last of them
	since   hierarchy.Time // when it was first set, of the last change
	resets  int64          // retakes as Kitsu's reset engine counts them
	remarks int64          // comments in a retake status that change nothing
	undated int64          // comments without date that change the status
	unknown int64          // comments with a status that is not there
}

// A historyWalk reads the comments of one task, oldest first.
type historyWalk struct {
	s      *scope
	why    causeMap
	t      *hierarchy.Task
	looks  looks
	people []hierarchy.ID
	sender hierarchy.ID // who last sent the task for feedback
	open   int          // events from here on are not resolved
	retake bool         // the status before is a retake
	out    taskHistory
}

// historyOf reads what happened to a task: a comment asks for a retake when its
// status is one and differs from the status before (Kitsu's live rule). All
// retakes still open are resolved by the next comment that asks for feedback or
// is done.
func (s *scope) historyOf(t *hierarchy.Task, comments []hierarchy.Comment, previews []hierarchy.PreviewFile, why causeMap) taskHistory {
	w := historyWalk{s: s, why: why, t: t, looks: looksOf(comments, previews), people: assignees(t)}
	for i := range comments {
		w.read(&comments[i])
		w.looks.with(i) // a picture that a retake brings along is not the one it judges
	}
	return w.out
}

func (w *historyWalk) read(c *hierarchy.Comment) {
	if c.TaskStatusID == "" {
		return
	}
	was, status := w.out.last, w.s.statuses[c.TaskStatusID]
	w.out.told++
	if status == nil {
		w.out.unknown++
	}
	isRetake := status != nil && status.IsRetake
	if isRetake && !w.retake {
		w.out.resets++
	}
	w.retake = isRetake
	if c.TaskStatusID == was {
		w.remark(c, isRetake)
		return
	}
	w.out.last, w.out.since = c.TaskStatusID, c.CreatedAt
	if c.CreatedAt.IsZero() {
		w.out.undated++
	}
	if status == nil {
		return
	}
	w.judge(c, status)
	if status.IsFeedbackRequest || status.IsDone {
		w.resolve(c)
	}
	if status.IsFeedbackRequest {
		w.sender = c.PersonID
	}
	if isRetake {
		w.ask(c, was)
	}
}

// remark reads a comment that leaves the status. What is added to a retake may
// say its cause.
func (w *historyWalk) remark(c *hierarchy.Comment, isRetake bool) {
	if !isRetake {
		return
	}
	w.out.remarks++
	if n := len(w.out.events); n > 0 && !w.why.none() && len(w.out.events[n-1].causes) == 0 {
		w.out.events[n-1].causes = w.why.of(c)
	}
}

// judge keeps the first verdict.
func (w *historyWalk) judge(c *hierarchy.Comment, status *hierarchy.TaskStatus) {
	if !w.out.first.there && (status.IsDone || status.IsRetake) {
		w.out.first = verdict{there: true, approved: status.IsDone, at: c.CreatedAt, by: w.s.sameID(c.PersonID), person: w.owner()}
	}
}

func (w *historyWalk) resolve(c *hierarchy.Comment) {
	for ; w.open < len(w.out.events); w.open++ {
		e := &w.out.events[w.open]
		e.closed, e.resolved, e.resolvedBy, e.resolvedAs = true, c.CreatedAt, w.s.sameID(c.PersonID), w.s.sameStatus(c.TaskStatusID)
	}
}

func (w *historyWalk) ask(c *hierarchy.Comment, was hierarchy.ID) {
	w.looks.until(c.CreatedAt)
	e := retakeEvent{task: w.t.ID, entity: w.t.EntityID, taskType: w.t.TaskTypeID, take: int64(len(w.out.events) + 1), asked: c.CreatedAt,
		askedBy: w.s.sameID(c.PersonID), from: w.s.sameStatus(was), person: w.owner(), revisions: int64(len(w.looks.revisions))}
	if p := w.looks.last; p != nil {
		e.revision, e.preview = p.Revision, p.ID
	}
	if !w.why.none() {
		e.causes = w.why.of(c)
	}
	w.out.events = append(w.out.events, e)
}

// owner is whose take is judged: the assignee; of several the one who last sent
// the task for feedback, else the first by id. So persons sum to the total.
func (w *historyWalk) owner() hierarchy.ID {
	for _, p := range w.people {
		if p == w.sender {
			return w.s.sameID(p)
		}
	}
	return w.s.sameID(w.people[0])
}

// sameID gives the dimension's own copy of a person's id, so that rows which
// are held do not hold one each.
func (s *scope) sameID(id hierarchy.ID) hierarchy.ID {
	if p := s.persons[id]; p != nil {
		return p.ID
	}
	return id
}

func (s *scope) sameStatus(id hierarchy.ID) hierarchy.ID {
	if st := s.statuses[id]; st != nil {
		return st.ID
	}
	return id
}

// stands tells since when a task stands where it does; zero where its comments
// do not tell, because nothing or something else was said last.
func (h *taskHistory) stands(t *hierarchy.Task) hierarchy.Time {
	if h.last != t.TaskStatusID {
		return hierarchy.Time{}
	}
	return h.since
}

// cause is the one that is counted; "" for none.
func (e *retakeEvent) cause() string {
	if len(e.causes) == 0 {
		return ""
	}
	return e.causes[0]
}

// others are the further causes as one text.
func (e *retakeEvent) others() any {
	if len(e.causes) < 2 {
		return nil
	}
	return strings.Join(e.causes[1:], ", ")
}

// end is when a retake was resolved, or the time given while it is open; false
// where either end is not known or they are the wrong way round.
func (e *retakeEvent) end(asOf time.Time) (time.Time, bool) {
	end := e.resolved.Time
	if !e.closed {
		end = asOf
	}
	return end, !end.IsZero() && !e.asked.IsZero() && !end.Before(e.asked.Time)
}

// hours is how long a retake was open, or has been at the time given; nil
// where that is not known.
func (e *retakeEvent) hours(asOf time.Time) any {
	end, known := e.end(asOf)
	if !known {
		return nil
	}
	return math.Round(end.Sub(e.asked.Time).Hours()*100) / 100
}

// days is the same in business days.
func (e *retakeEvent) days(s *scope, w workdays, asOf time.Time) any {
	end, known := e.end(asOf)
	if !known {
		return nil
	}
	return w.between(dayOf(e.asked.Time, s.zone), dayOf(end, s.zone))
}
