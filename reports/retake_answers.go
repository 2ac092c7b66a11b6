package reports

import (
	"fmt"
	"math"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A retakeTally is what the answers compare between two spans of days.
type retakeTally struct {
	asked, resolved, open int64 // open at the end
	verdicts, approved    int64 // first ones
}

// retakeAnswers count for the first page.
type retakeAnswers struct {
	s           *scope
	now, before span
	known       bool // before is
	is, was     retakeTally
	oldest      retakeEvent // open, on a shot that is not omitted
	found       bool
}

func newRetakeAnswers(s *scope, last time.Time) retakeAnswers {
	a := retakeAnswers{s: s}
	a.now, a.before, a.known = s.spans(last)
	return a
}

// event counts a retake.
func (a *retakeAnswers) event(e *retakeEvent, omitted bool) {
	a.is.event(a.now, e, a.s)
	if a.known {
		a.was.event(a.before, e, a.s)
	}
	if e.closed || omitted || e.asked.IsZero() {
		return
	}
	if !a.found || e.asked.Before(a.oldest.asked.Time) || e.asked.Equal(a.oldest.asked.Time) && e.task < a.oldest.task {
		a.oldest, a.found = *e, true
	}
}

func (t *retakeTally) event(days span, e *retakeEvent, s *scope) {
	if e.asked.IsZero() || e.closed && e.resolved.IsZero() {
		return
	}
	asked := dayOf(e.asked.Time, s.zone)
	if days.has(asked) {
		t.asked++
	}
	later := true // resolved after the span, or not at all
	if e.closed {
		resolved := dayOf(e.resolved.Time, s.zone)
		later = resolved > days.to
		if days.has(resolved) {
			t.resolved++
		}
	}
	if asked <= days.to && later {
		t.open++
	}
}

func (a *retakeAnswers) verdict(v verdict) {
	if v.at.IsZero() {
		return
	}
	day := dayOf(v.at.Time, a.s.zone)
	a.is.verdict(a.now.has(day), v.approved)
	a.was.verdict(a.known && a.before.has(day), v.approved)
}

func (t *retakeTally) verdict(counts, approved bool) {
	if counts {
		t.verdicts++
		if approved {
			t.approved++
		}
	}
}

// list gives the answers, the most important first.
func (a *retakeAnswers) list(stuck *stuckTasks) []table.Answer {
	return []table.Answer{a.trend(), a.firstTakes(), a.backlog(), a.eldest(), stuck.answer("retake_stuck")}
}

// previous names the span that is compared with; "" for none.
func (a *retakeAnswers) previous() string {
	if !a.known {
		return ""
	}
	return a.before.words()
}

func (a *retakeAnswers) period() string {
	if !a.known {
		return "in all"
	}
	return "in " + a.now.words()
}

// formerly is a figure of the span before; nil where there is none.
func (a *retakeAnswers) formerly(n int64) *float64 {
	if !a.known {
		return nil
	}
	return hierarchy.Ptr(float64(n))
}

func (a *retakeAnswers) trend() table.Answer {
	out := table.Answer{Question: "Retakes up or down?", Figure: "retakes asked " + a.period(), Value: float64(a.is.asked), Unit: "retakes", Before: a.formerly(a.was.asked), Table: "retake_week"}
	out.Verdict = fmt.Sprintf("%d asked, %d resolved %s", a.is.asked, a.is.resolved, a.period())
	if !a.known {
		return out
	}
	word := "as many"
	switch {
	case a.is.asked > a.was.asked:
		word, out.Tone = "up", table.Watch
	case a.is.asked < a.was.asked:
		word, out.Tone = "down", table.Good
	}
	out.Verdict = fmt.Sprintf("%s: %s; %d asked, %d resolved in %s", word, out.Verdict, a.was.asked, a.was.resolved, a.before.words())
	return out
}

func (a *retakeAnswers) firstTakes() table.Answer {
	out := table.Answer{Question: "Approved at the first take?", Figure: "first takes approved " + a.period(), Unit: "percent", Decimals: 1, Table: "retake_by"}
	rate := percent(a.is.approved, a.is.verdicts)
	if rate == nil {
		out.Value = math.NaN()
		out.Verdict = "no task had its first verdict"
		if a.known {
			out.Verdict += " " + a.period()
		}
	} else {
		out.Value = rate.(float64)
		out.Verdict = fmt.Sprintf("%d of %d first verdicts %s were approvals", a.is.approved, a.is.verdicts, a.period())
	}
	if before := percent(a.was.approved, a.was.verdicts); a.known && before != nil {
		was := before.(float64)
		out.Verdict += fmt.Sprintf("; %d of %d in %s", a.was.approved, a.was.verdicts, a.before.words())
		out.Before = &was
		switch {
		case rate == nil:
		case out.Value > was:
			out.Tone = table.Good
		case out.Value < was:
			out.Tone = table.Watch
		}
	}
	return out
}

func (a *retakeAnswers) backlog() table.Answer {
	out := table.Answer{Question: "How many are open?", Figure: "retakes open at the end", Value: float64(a.is.open), Unit: "retakes", Before: a.formerly(a.was.open), Table: "retake_ageing"}
	out.Verdict = fmt.Sprintf("%d open", a.is.open)
	if !a.known {
		return out
	}
	out.Figure = "retakes open at the end of " + a.now.words()
	switch change := a.is.open - a.was.open; {
	case change > 0:
		out.Verdict, out.Tone = fmt.Sprintf("growing: %d open, %d more than at the end of %s", a.is.open, change, a.before.words()), table.Watch
	case change < 0:
		out.Verdict, out.Tone = fmt.Sprintf("shrinking: %d open, %d fewer than at the end of %s", a.is.open, -change, a.before.words()), table.Good
	default:
		out.Verdict = fmt.Sprintf("steady: %d open, as at the end of %s", a.is.open, a.before.words())
	}
	return out
}

func (a *retakeAnswers) eldest() table.Answer {
	out := table.Answer{Question: "Which retake is open longest?", Figure: "days open", Unit: "days", Table: "retake_events", Tone: table.Good, Verdict: "none: no retake is open"}
	if !a.found {
		return out
	}
	e, asOf := a.oldest, a.s.q.AsOf
	out.Tone = table.Plain
	out.Verdict = fmt.Sprintf("%s %s, take %d, asked by %s on %s", a.s.path(e.entity), a.s.typeName(e.taskType), e.take, a.s.personName(e.askedBy), dayText(dayOf(e.asked.Time, a.s.zone)))
	if asOf.After(e.asked.Time) {
		out.Value = float64(asOf.Sub(e.asked.Time) / dayLong)
		if out.Value > float64(ageLimits[ageOver-1]) {
			out.Tone = table.Bad
		} else if out.Value > stuckDays {
			out.Tone = table.Watch
		}
	}
	return out
}
