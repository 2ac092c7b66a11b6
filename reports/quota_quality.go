package reports

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"turnover/hierarchy"
	"turnover/internal/timecode"
)

// The flaws that a quota finds. Those of quotas are DQ1xx.
var (
	flawNoLength       = flaw{"DQ101", "Shot without a length", "Give the shot its number of frames; until then it counts as 0 frames."}
	flawZeroLength     = flaw{"DQ102", "Shot of 0 frames", "Give the shot its number of frames, or omit it."}
	flawNegativeLength = flaw{"DQ103", "Shot of a negative length", "Correct the number of frames; until then it is counted as it stands."}
	flawAbsurdLength   = flaw{"DQ104", "Shot of an absurd length", "Correct the number of frames; until then it is counted as it stands."}
	flawNoPreview      = flaw{"DQ105", "Awaiting review without a preview", "Publish a preview, or set the status back."}
	flawDuration       = flaw{"DQ106", "Recorded time differs from the time sheets", "Correct the task's duration or its time sheets; ours goes by the sheets, Kitsu by the duration."}
	flawEndDate        = flaw{"DQ107", "Recorded end date differs from the comments", "Correct the task's end date; quotas go by the recorded one."}
	flawDoneDate       = flaw{"DQ108", "Recorded done date differs from the comments", "Correct the task's done date; quotas go by the recorded one."}
	flawLateSheets     = flaw{"DQ109", "Time logged after completion", "Move the time to the task it belongs to, or leave it: its frames fall on the days logged."}
	flawNoAssignee     = flaw{"DQ110", "Task without an assignee", "Assign it; without time sheets its frames fall on nobody."}
	flawNoZone         = flaw{"DQ111", "Person without a time zone", "Set the person's time zone; their days are taken as written."}
	flawUnknownZone    = flaw{"DQ112", "Person with an unknown time zone", "Set a zone such as Europe/Paris; their days are taken as written."}
	flawUnknownTeam    = flaw{"DQ113", "Unknown department or studio", "Create it, or correct the link; the work counts under its id."}
	flawNoTeam         = flaw{"DQ114", "Person without a department or studio", "Put the person in one; until then the work counts for (none)."}
	flawUnknownPerson  = flaw{"DQ115", "Unknown person", "Load the person; until then the work counts under the id."}
	flawStartAfterEnd  = flaw{"DQ116", "Start after completion", "Correct the start; without time sheets all falls on the basis day."}
	flawEmptySheet     = flaw{"DQ117", "Time sheet without time", "Correct or delete it; it does not count."}
	flawDoneNoDate     = flaw{"DQ118", "Done, but without the date that counts", "Set the date, or use the other basis; until then the task does not count."}
	flawNoRate         = flaw{"DQ120", "Production without a frame rate", "Give the production its rate; until then 25 is taken."}
	flawUnknownStatus  = flaw{"DQ121", "Unknown status", "Load the status; until then the task counts as not done."}
)

// quotaFlaws are all of them, in order of their codes.
var quotaFlaws = []flaw{flawNoLength, flawZeroLength, flawNegativeLength, flawAbsurdLength, flawNoPreview, flawDuration, flawEndDate, flawDoneDate, flawLateSheets,
	flawNoAssignee, flawNoZone, flawUnknownZone, flawUnknownTeam, flawNoTeam, flawUnknownPerson, flawStartAfterEnd, flawEmptySheet, flawDoneNoDate, flawNoRate, flawUnknownStatus}

// absurdFrames is a length that no shot has: over eleven hours at 24.
const absurdFrames = 1_000_000

// A quotaInspector looks at each task for what is doubtful.
type quotaInspector struct {
	quality
	basis   Basis
	shots   map[hierarchy.ID]bool // looked at
	loggers map[hierarchy.ID]bool // who logged time
}

func newQuotaInspector(s *scope, basis Basis) *quotaInspector {
	return &quotaInspector{quality: quality{s: s}, basis: basis, shots: map[hierarchy.ID]bool{}, loggers: map[hierarchy.ID]bool{}}
}

// report adds a finding on a task.
func (q *quotaInspector) report(f flaw, r *record, who hierarchy.ID, detail string) {
	q.add(qualityFinding{flaw: f, entity: r.shot.ID, task: r.task.ID, taskType: r.task.TaskTypeID, who: who, detail: detail})
}

// behind tells whether a task's data are behind the report: it is given to
// people that the query asks for, or they logged time on it.
func (q *quotaInspector) behind(r *record) bool {
	return q.s.wantsTask(r.task) || slices.ContainsFunc(r.sheets, func(s hierarchy.TimeSpent) bool { return q.s.wantsPerson(s.PersonID, r.task.TaskTypeID) })
}

// look inspects one task that the query asks for.
func (q *quotaInspector) look(r *record) {
	if !q.behind(r) {
		return
	}
	q.length(r.shot)
	q.status(r)
	q.time(r)
	q.dates(r)
}

// length inspects a shot, once.
func (q *quotaInspector) length(shot *hierarchy.Entity) {
	if q.shots[shot.ID] {
		return
	}
	q.shots[shot.ID] = true
	found := func(f flaw, detail string) {
		if shot.Canceled {
			detail += "; the shot is omitted"
		}
		q.add(qualityFinding{flaw: f, entity: shot.ID, detail: detail})
	}
	switch n := shot.Frames(); {
	case shot.NbFrames == nil:
		found(flawNoLength, "nb_frames is empty")
	case n == 0:
		found(flawZeroLength, "nb_frames is 0")
	case n < 0:
		found(flawNegativeLength, "nb_frames is "+strconv.FormatInt(n, 10))
	case n > absurdFrames:
		found(flawAbsurdLength, "nb_frames is "+strconv.FormatInt(n, 10))
	}
}

func (q *quotaInspector) status(r *record) {
	status := q.s.statuses[r.task.TaskStatusID]
	counted := !q.basis.date(r.task).IsZero()
	if status == nil {
		q.report(flawUnknownStatus, r, "", "status "+string(r.task.TaskStatusID))
	} else {
		if status.IsFeedbackRequest && !r.previewed() {
			q.report(flawNoPreview, r, "", "status "+status.Name)
		}
		if status.IsDone && !counted {
			q.report(flawDoneNoDate, r, "", fmt.Sprintf("status %s, %s is empty", status.Name, q.basis.column()))
		}
	}
	if len(r.task.Assignees) == 0 && (counted || status != nil && !status.IsDefault) {
		q.report(flawNoAssignee, r, "", "nobody is assigned")
	}
}

// column names the date that a basis goes by.
func (b Basis) column() string {
	if b == Approval {
		return "done_date"
	}
	return "end_date"
}

// time compares the time sheets with what is recorded and when it was over.
func (q *quotaInspector) time(r *record) {
	var minutes, late float64
	lateSheets, counted := 0, !q.basis.date(r.task).IsZero()
	end := dayOf(q.basis.date(r.task).Time, q.s.zone)
	for _, s := range r.sheets {
		if weightOf(s.Duration) == 0 {
			q.report(flawEmptySheet, r, s.PersonID, fmt.Sprintf("%s minutes on %s", number(s.Duration), s.Date))
			continue
		}
		minutes += s.Duration
		if counted {
			q.loggers[s.PersonID] = true
		}
		if counted && numberOf(s.Date) > end {
			late += s.Duration
			lateSheets++
		}
	}
	if !nearly(minutes, r.task.Duration) {
		q.report(flawDuration, r, "", fmt.Sprintf("duration is %s minutes, the time sheets sum to %s", number(r.task.Duration), number(minutes)))
	}
	if lateSheets > 0 {
		q.report(flawLateSheets, r, "", fmt.Sprintf("%s with %s minutes after %s", several(lateSheets, "time sheet"), number(late), dayText(end)))
	}
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// nearly allows for sums of fractions of minutes in another order.
func nearly(a, b float64) bool {
	d := a - b
	return d < 0.01 && d > -0.01
}

// dates compares the recorded dates with those that the comments give by
// Kitsu's live rule; a task without comments has no history to compare with.
func (q *quotaInspector) dates(r *record) {
	start, basis := r.task.RealStartDate, q.basis.date(r.task)
	if !start.IsZero() && !basis.IsZero() && dayOf(start.Time, q.s.zone) > dayOf(basis.Time, q.s.zone) {
		q.report(flawStartAfterEnd, r, "", fmt.Sprintf("real_start_date is %s, %s is %s", q.at(start), q.basis.column(), q.at(basis)))
	}
	end, done, known := q.replay(r.comments)
	if !known {
		return
	}
	for _, d := range []struct {
		flaw      flaw
		name      string
		was, want hierarchy.Time
	}{{flawEndDate, "end_date", r.task.EndDate, end}, {flawDoneDate, "done_date", r.task.DoneDate, done}} {
		if d.was.IsZero() != d.want.IsZero() || dayOf(d.was.Time, q.s.zone) != dayOf(d.want.Time, q.s.zone) {
			q.report(d.flaw, r, "", fmt.Sprintf("%s is %s, by the comments %s", d.name, q.at(d.was), q.at(d.want)))
		}
	}
}

// replay gives the dates that comments in their order leave on a task.
func (q *quotaInspector) replay(comments []hierarchy.Comment) (end, done hierarchy.Time, known bool) {
	var was hierarchy.ID
	for _, c := range comments {
		now := q.s.statuses[c.TaskStatusID]
		if now == nil {
			return end, done, false
		}
		if now.ID == was {
			continue
		}
		was = now.ID
		switch {
		case now.IsFeedbackRequest:
			end = c.CreatedAt
		case !now.IsDone:
			end = hierarchy.Time{}
		}
		done = hierarchy.Time{}
		if now.IsDone {
			done = c.CreatedAt
		}
	}
	return end, done, len(comments) > 0
}

// at writes an instant for a finding, in the report's zone.
func (q *quotaInspector) at(t hierarchy.Time) string {
	if t.IsZero() {
		return "empty"
	}
	return t.In(q.s.zone).Format("2006-01-02 15:04")
}

// people inspects those who have work in the report, and the production itself.
func (q *quotaInspector) people(l *ledger) {
	for i, id := range l.who.ids {
		p := q.s.persons[id]
		switch {
		case id == "":
			continue
		case p == nil:
			q.add(qualityFinding{flaw: flawUnknownPerson, who: id, detail: "no person has the id " + string(id)})
			continue
		}
		q.zoneOf(p)
		if team := q.s.teams.of(id, nil); team == "" {
			q.add(qualityFinding{flaw: flawNoTeam, who: id, detail: l.who.labels[i] + " has no " + q.s.q.TeamBy})
		} else if _, ok := q.s.teams.names[team]; !ok {
			q.add(qualityFinding{flaw: flawUnknownTeam, who: id, detail: "no " + q.s.q.TeamBy + " has the id " + string(team)})
		}
	}
	q.departments(l)
	if p := q.s.dim.Project; p.FPS == nil {
		q.add(qualityFinding{flaw: flawNoRate, detail: "fps is empty"})
	} else if _, err := timecode.ParseRate(*p.FPS); err != nil {
		q.add(qualityFinding{flaw: flawNoRate, detail: fmt.Sprintf("fps is %q", *p.FPS)})
	}
}

// zoneOf matters for who logged time: those days are the person's own.
func (q *quotaInspector) zoneOf(p *hierarchy.Person) {
	if !q.loggers[p.ID] {
		return
	}
	if p.Timezone == nil || *p.Timezone == "" {
		q.add(qualityFinding{flaw: flawNoZone, who: p.ID, detail: "timezone is empty"})
		return
	}
	if _, err := time.LoadLocation(*p.Timezone); err != nil {
		q.add(qualityFinding{flaw: flawUnknownZone, who: p.ID, detail: fmt.Sprintf("timezone is %q", *p.Timezone)})
	}
}

// departments inspects those of the task types in the report.
func (q *quotaInspector) departments(l *ledger) {
	for _, id := range l.work.ids {
		t := q.s.types[id]
		if t == nil || t.DepartmentID == "" {
			continue
		}
		if !slices.ContainsFunc(q.s.dim.Departments, func(d *hierarchy.Department) bool { return d.ID == t.DepartmentID }) {
			q.add(qualityFinding{flaw: flawUnknownTeam, taskType: id, detail: "no department has the id " + string(t.DepartmentID)})
		}
	}
}
