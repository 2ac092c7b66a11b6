package reports

import (
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// The flaws that the retake report finds. Those of retakes are DQ2xx.
var (
	counterContradicts = flaw{"DQ201", "Recorded retakes contradict the history", "See retake_reconcile; load the comments that are missing, or correct the counter."}
	retakeRepeated     = flaw{"DQ202", "Comment in a retake status that changes nothing", "It is a remark and no second retake; set the task back to work in between if it is meant as one."}
	nothingToJudge     = flaw{"DQ203", "Retake asked for with no preview to look at", "Attach the preview to the comment that sends the task for feedback."}
	openForLong        = flaw{"DQ204", "Retake open for long", "Send the task for feedback, approve it, or omit the shot."}
	flagsContradict    = flaw{"DQ205", "Status with flags that contradict one another", "Keep one of the flags; figures take the first of done, retake, feedback, work in progress."}
	commentUndated     = flaw{"DQ206", "Change of status without date", "Give the comment its created_at; what it changes is counted, but in no week."}
	statusUncommented  = flaw{"DQ207", "Status changed without a comment", "Change statuses by comments, so that it is known when and by whom."}
	statusUnknown      = flaw{"DQ208", "Status that is not there", "Load the status, or give the task or comment another one."}
)

// openTooLong is from when on, in days, an open retake is a finding.
const openTooLong = 30

// flawsOf adds what is doubtful about a task's retakes.
func (b *retakeBook) flawsOf(t *hierarchy.Task, e *hierarchy.Entity, h *taskHistory, r reconcile) {
	add := func(f flaw, who hierarchy.ID, detail string) {
		b.found.add(qualityFinding{flaw: f, entity: t.EntityID, task: t.ID, taskType: t.TaskTypeID, who: who, detail: detail})
	}
	if r.because != agree {
		add(counterContradicts, "", fmt.Sprintf("recorded %d, in the history %d: %s", r.recorded, r.counted, r.because))
	}
	if h.remarks > 0 {
		add(retakeRepeated, "", fmt.Sprintf("comments: %d", h.remarks))
	}
	if h.undated > 0 {
		add(commentUndated, "", fmt.Sprintf("comments: %d", h.undated))
	}
	for i := range h.events {
		ev := &h.events[i]
		if ev.revisions == 0 && b.previews {
			add(nothingToJudge, ev.askedBy, fmt.Sprintf("take %d, asked %s", ev.take, ev.asked))
		}
		if end, known := ev.end(b.s.q.AsOf); !ev.closed && known && !e.Canceled && end.Sub(ev.asked.Time) > openTooLong*dayLong {
			add(openForLong, ev.person, fmt.Sprintf("take %d, asked %s, %d days", ev.take, ev.asked, end.Sub(ev.asked.Time)/dayLong))
		}
	}
	historyFlaws(b.s, b.found, t, h)
}

// historyFlaws adds what is doubtful about a task's statuses.
func historyFlaws(s *scope, found *quality, t *hierarchy.Task, h *taskHistory) {
	add := func(f flaw, detail string) {
		found.add(qualityFinding{flaw: f, entity: t.EntityID, task: t.ID, taskType: t.TaskTypeID, detail: detail})
	}
	if h.told > 0 && h.last != t.TaskStatusID {
		add(statusUncommented, fmt.Sprintf("stands at %q, its last comment says %q", s.statusName(t.TaskStatusID), s.statusName(h.last)))
	}
	if h.unknown > 0 {
		add(statusUnknown, fmt.Sprintf("comments: %d", h.unknown))
	}
	if s.statuses[t.TaskStatusID] == nil {
		add(statusUnknown, fmt.Sprintf("the task's status is %q", t.TaskStatusID))
	}
}

// statusFlaws adds the statuses whose flags contradict one another.
func statusFlaws(s *scope, found *quality) {
	for _, st := range s.dim.TaskStatuses {
		var flags []string
		for _, f := range []struct {
			name string
			set  bool
		}{{"done", st.IsDone}, {"retake", st.IsRetake}, {"feedback", st.IsFeedbackRequest}, {"work in progress", st.IsWIP}} {
			if f.set {
				flags = append(flags, f.name)
			}
		}
		if len(flags) > 1 {
			found.add(qualityFinding{flaw: flagsContradict, detail: fmt.Sprintf("status %q is %s", st.Name, strings.Join(flags, " and "))})
		}
	}
}

// findingsNote is the cover's line on the findings.
func findingsNote(found *quality) table.Note {
	text := "no findings"
	if kind, most := found.commonest(); most > 0 {
		text = fmt.Sprintf("%d findings, most often %s: %s (%d); see data_quality", found.found(), kind.code, kind.title, most)
	}
	return table.Note{Name: "Data quality", Value: text}
}
