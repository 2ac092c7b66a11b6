package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// An episodeTally is what the answers compare between two spans of days, on
// shots that are not omitted.
type episodeTally struct {
	tasks, done, waiting int64 // at the end
	approved             int64 // came to be done
}

// episodeAnswers count for the first page.
type episodeAnswers struct {
	s           *scope
	now, before span
	known       bool
	is, was     episodeTally
}

func newEpisodeAnswers(s *scope, last time.Time) episodeAnswers {
	a := episodeAnswers{s: s}
	a.now, a.before, a.known = s.spans(last)
	return a
}

func (a *episodeAnswers) add(t *hierarchy.Task, steps []statusStep) {
	end := a.now.to
	if a.s.q.To == "" {
		end = math.MaxInt32 // as it stands now
	}
	a.is.add(a.s, t, steps, a.now, end)
	if a.known {
		a.was.add(a.s, t, steps, a.before, a.before.to)
	}
}

func (y *episodeTally) add(s *scope, t *hierarchy.Task, steps []statusStep, days span, end dayNumber) {
	if status, there := s.statusAt(t, steps, end); there {
		y.tasks++
		switch stageOf(s.statuses[status]) {
		case stageDone:
			y.done++
		case stageFeedback:
			y.waiting++
		}
	}
	was := stageOther
	for _, st := range steps {
		is := stageOf(s.statuses[st.status])
		if is == stageDone && was != stageDone && days.has(dayOf(st.at.Time, s.zone)) {
			y.approved++
			return // once, however often it went back
		}
		was = is
	}
}

// answers gives the figures of the first page, the most important first.
func (b *episodeBook) answers() []table.Answer {
	return []table.Answer{b.look.far(b.omitted.count), b.eachEpisode(), b.look.moving(), b.look.review(), b.stuck.answer("episode_stuck")}
}

func (a *episodeAnswers) formerly(n float64) *float64 {
	if !a.known {
		return nil
	}
	return &n
}

func (a *episodeAnswers) far(omitted int64) table.Answer {
	out := table.Answer{Question: "How far is it?", Figure: "tasks done", Unit: "percent", Decimals: 1, Table: "episode_progress",
		Verdict: fmt.Sprintf("%d of %d tasks %s done", a.is.done, a.is.tasks, oneOrMore(a.is.done, "is", "are"))}
	now := percent(a.is.done, a.is.tasks)
	if now == nil {
		out.Value, out.Verdict = math.NaN(), "there are no tasks yet"
		return out
	}
	out.Value = now.(float64)
	if omitted > 0 { // which the charts beside it count
		out.Verdict += fmt.Sprintf(", without %d on omitted shots", omitted)
	}
	if was := percent(a.was.done, a.was.tasks); a.known && was != nil {
		out.Before = hierarchy.Ptr(was.(float64))
		out.Verdict += fmt.Sprintf("; %d of %d at the end of %s", a.was.done, a.was.tasks, a.before.words())
	}
	return out
}

func (a *episodeAnswers) moving() table.Answer {
	out := table.Answer{Question: "Is it moving?", Figure: "tasks that came to be done", Value: float64(a.is.approved), Unit: "tasks", Before: a.formerly(float64(a.was.approved)), Table: "stage_week",
		Verdict: fmt.Sprintf("came to be done in all: %d", a.is.approved)}
	if !a.known {
		return out
	}
	out.Verdict = fmt.Sprintf("came to be done: %d in %s, %d in %s", a.is.approved, a.now.words(), a.was.approved, a.before.words())
	switch {
	case a.is.done == a.is.tasks:
	case a.is.approved > a.was.approved:
		out.Tone = table.Good
	case a.is.approved < a.was.approved:
		out.Tone = table.Watch
	}
	return out
}

func (a *episodeAnswers) review() table.Answer {
	out := table.Answer{Question: "How much waits for review?", Figure: "tasks sent for feedback", Value: float64(a.is.waiting), Unit: "tasks", Before: a.formerly(float64(a.was.waiting)), Table: "episode_progress",
		Verdict: fmt.Sprintf("%d of %d tasks %s", a.is.waiting, a.is.tasks, oneOrMore(a.is.waiting, "waits", "wait"))}
	if a.is.tasks == 0 {
		out.Verdict = "there are no tasks yet"
		return out
	}
	if !a.known {
		return out
	}
	out.Verdict += fmt.Sprintf("; %d at the end of %s", a.was.waiting, a.before.words())
	switch {
	case a.is.waiting > a.was.waiting:
		out.Tone = table.Watch
	case a.is.waiting < a.was.waiting:
		out.Tone = table.Good
	}
	return out
}

// leastShown is how many episodes an answer names.
const leastShown = 3

// eachEpisode says how far each is, of a film each sequence.
func (b *episodeBook) eachEpisode() table.Answer {
	noun, name, m := "episode", "episode_progress", b.byEpisode
	if nowhere := len(m) == 1 && m[groupKey{}] != nil; nowhere || len(m) == 0 && !b.s.dim.Project.Episodic() { // nothing lies in an episode
		noun, name, m = "sequence", "sequence_progress", b.bySequence
	}
	type far struct {
		key   groupKey
		share float64
	}
	var behind []far
	complete, counted := 0, 0
	for _, k := range b.progressKeys(m) {
		all := m[k].all()
		if e := b.s.dim.Entity(k.episode); all.count == 0 || e != nil && (e.Canceled || episodeStatus(e) == "canceled") {
			continue
		}
		done, real := m[k].stages[stageDone].count, b.placeID(k, noun) != "" // what lies in none is named, and is none
		if real {
			counted++
		}
		switch {
		case done < all.count:
			behind = append(behind, far{k, float64(done) / float64(all.count)})
		case real:
			complete++
		}
	}
	slices.SortStableFunc(behind, func(x, y far) int { return cmp.Compare(x.share, y.share) })
	out := table.Answer{Question: "How far is each " + noun + "?", Figure: noun + "s with all tasks done", Value: float64(complete), Unit: noun + "s", Table: name,
		Verdict: fmt.Sprintf("%d of %d done", complete, counted)}
	if counted == 0 {
		out.Verdict = "no " + noun + " has tasks"
	}
	var names []string
	for _, f := range behind[:min(len(behind), leastShown)] {
		names = append(names, fmt.Sprintf("%s %.0f %%", b.placeName(f.key, noun), math.Floor(f.share*100)))
	}
	if len(names) > 0 {
		out.Verdict += "; least far: " + strings.Join(names, ", ")
	}
	return out
}

func (b *episodeBook) placeName(k groupKey, noun string) string {
	id := b.placeID(k, noun)
	if id == "" {
		return "without " + noun
	}
	return b.s.entityName(id)
}

func (b *episodeBook) placeID(k groupKey, noun string) hierarchy.ID {
	if noun == "sequence" {
		return k.sequence
	}
	return k.episode
}
