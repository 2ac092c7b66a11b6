package reports

import (
	"fmt"
	"strings"

	"turnover/internal/table"
)

// A window is the period that answers speak of, and the one before it.
type window struct {
	first, last, before dayNumber // before is the first day of the period before
	label, previous     string
}

func windowOf(s span) window {
	return window{s.from, s.to, s.before().from, s.words(), s.before().words()}
}

// window is the period that was asked for and the one before it; without a
// period, the last ISO week with frames up to the as-of's.
func (b *quotaBook) window() window {
	s := b.l.scope
	if s.q.From != "" && s.q.To != "" {
		return windowOf(span{s.from, s.to})
	}
	week := byWeek.start(min(b.today(), s.to))
	for at := len(b.weeks) - 1; at >= 0; at-- {
		if w := b.weeks[at]; w.day <= week && w.frames != 0 {
			week = w.day
			break
		}
	}
	return windowOf(span{week, week + 6})
}

// answers are the figures of the first page.
func (b *quotaBook) answers(w window) []table.Answer {
	return []table.Answer{b.onQuota(), b.howMuch(w), b.whatIsLeft(), b.whoIsStuck(), b.isDataSound()}
}

// onQuota counts the targets of the as-of that are reached or on pace.
func (b *quotaBook) onQuota() table.Answer {
	a := table.Answer{Question: "On quota?", Figure: "targets reached or on pace", Unit: "targets", Table: "quota_targets"}
	now, good := 0, 0
	var late []string
	for _, p := range b.goalPeriods {
		if !p.now {
			continue
		}
		if now++; p.standing == reached || p.standing == onPace {
			good++
			continue
		}
		_, unit := p.g.target.amount()
		late = append(late, fmt.Sprintf("%s of %s %s in %s (%s)", number(hundredth(p.done)), number(hundredth(p.goal)), unit, p.g.every.label(p.first), p.g.words(b.l.scope)))
	}
	a.Value = float64(good)
	switch {
	case now == 0:
		a.Verdict = "no target is set for now"
	case late == nil:
		a.Verdict, a.Tone = "yes: "+several(now, "target")+" reached or on pace", table.Good
	default:
		a.Verdict, a.Tone = fmt.Sprintf("behind: %s", few(late)), table.Bad
	}
	return a
}

// few writes the first three and says how many more there are.
func few(all []string) string {
	const shown = 3
	if len(all) <= shown {
		return strings.Join(all, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(all[:shown], "; "), len(all)-shown)
}

// howMuch compares the frames of the window with those before.
func (b *quotaBook) howMuch(w window) table.Answer {
	frames, before := b.l.framesOf(w.first, w.last), b.l.framesOf(w.before, w.first-1)
	previous := float64(before)
	a := table.Answer{Question: "How much was made?", Figure: "frames in " + w.label, Value: float64(frames), Unit: "frames", Before: &previous, Table: "quota_total_week",
		Verdict: fmt.Sprintf("%s in %s, %d in %s", several(frames, "frame"), w.label, before, w.previous)}
	switch {
	case frames == 0 && before == 0:
		a.Verdict = fmt.Sprintf("nothing in %s, nothing in %s", w.label, w.previous)
	case frames > before:
		a.Verdict, a.Tone = "more: "+a.Verdict, table.Good
	case frames < before:
		a.Verdict, a.Tone = "less: "+a.Verdict, table.Watch
	default:
		a.Verdict = "the same: " + a.Verdict
	}
	if idle := byWeek.start(b.today()) - byWeek.start(w.last); b.work.dated && b.l.scope.q.To == "" && idle > 7 {
		a.Verdict += fmt.Sprintf("; nothing in %s since", several(idle/7, "week"))
		a.Tone = table.Watch
	}
	return a
}

// whatIsLeft foretells the end of all work left at the pace of the last days.
func (b *quotaBook) whatIsLeft() table.Answer {
	whole, today := b.work.whole(), b.today()
	first, n := b.recent(today)
	pace := float64(b.l.framesOf(first, today)) / float64(n)
	a := table.Answer{Question: "How much is left?", Figure: "frames left", Value: float64(whole.framesLeft), Unit: "frames", Table: "workload"}
	end := b.l.scope.q.Calendar.ahead(today, float64(whole.framesLeft), pace)
	left := several(whole.framesLeft, "frame") + " of " + several(whole.left, "task")
	switch {
	case whole.tasks == 0:
		a.Verdict = "there are no tasks yet"
	case whole.left == 0:
		a.Verdict, a.Tone = "nothing: all tasks are done", table.Good
	case !b.work.dated:
		a.Verdict = left
	case end == nil:
		a.Verdict, a.Tone = fmt.Sprintf("%s; no end in sight at %s frames a business day over the last %d", left, number(tenth(pace)), n), table.Watch
	default:
		a.Verdict = fmt.Sprintf("%s, until %s at %s frames a business day over the last %d", left, dayText(*end), number(tenth(pace)), n)
	}
	return a
}

// whoIsStuck names who has most overdue tasks, then most idle ones.
func (b *quotaBook) whoIsStuck() table.Answer {
	whole := b.work.whole()
	a := table.Answer{Question: "Who is stuck?", Figure: "tasks overdue", Value: float64(whole.overdue), Unit: "tasks", Table: "workload_person"}
	if whole.overdue+whole.idle == 0 {
		a.Verdict, a.Tone = "nobody: no task is overdue or idle", table.Good
		if !b.work.dated {
			a.Verdict, a.Tone = "not known: the report has no as-of", table.Plain
		}
		return a
	}
	a.Tone = table.Watch
	who, most := b.work.mostStuck()
	a.Verdict = fmt.Sprintf("%s overdue, %d idle; most with %s: %d overdue, %d idle", several(whole.overdue, "task"), whole.idle, b.l.scope.personName(who), most.overdue, most.idle)
	if most.overdue > 0 {
		a.Verdict += ", the oldest due " + string(dayText(most.oldestDue))
	}
	return a
}

// isDataSound counts the findings.
func (b *quotaBook) isDataSound() table.Answer {
	n := b.quality.found()
	a := table.Answer{Question: "Can the data be trusted?", Figure: "findings on the data", Value: float64(n), Unit: "findings", Table: "data_quality"}
	if n == 0 {
		a.Verdict, a.Tone = "nothing doubtful was found", table.Good
		return a
	}
	most, count := b.quality.commonest()
	a.Verdict, a.Tone = fmt.Sprintf("%s; most often (%d): %s", several(n, "finding"), count, strings.ToLower(most.title[:1])+most.title[1:]), table.Watch
	return a
}

// oneOrMore chooses the word that goes with a number.
func oneOrMore[N ~int | ~int32 | ~int64](n N, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// several writes "1 task" and "2 tasks".
func several[N ~int | ~int32 | ~int64](n N, what string) string {
	return fmt.Sprintf("%d %s", n, oneOrMore(n, what, what+"s"))
}
