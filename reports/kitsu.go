package reports

import (
	"math"
	"strconv"
	"time"

	"turnover/hierarchy"
)

// Count modes of Kitsu's quota routes.
const (
	CountWeighted     = "weighted"     // by time sheets, tasks with end_date
	CountWeightedDone = "weighteddone" // by time sheets, tasks with done_date
	CountFeedback     = "feedback"     // raw, by end_date
	CountDone         = "done"         // raw, by done_date
)

// A KitsuQuery asks as Kitsu's quota routes do: for one task type, or for one
// person.
type KitsuQuery struct {
	CountMode string // "" is weighted
	TaskType  hierarchy.ID
	Person    hierarchy.ID
	Studio    hierarchy.ID   // "" is all: only tasks with an assignee of the studio
	Timezone  *time.Location // of the account that asks; nil is UTC
}

// A KitsuPeriod holds sums by period key; keys of weeks are not padded ("2026-2").
type KitsuPeriod struct {
	Frames   map[string]int64   `json:"frames"`
	Seconds  map[string]float64 `json:"seconds"`
	Count    map[string]float64 `json:"count"`
	Drawings map[string]int64   `json:"drawings"`
	// Entries counts the periods that have data: days of a month, weeks and
	// months of a year; years have none.
	Entries map[string]int64 `json:"entries,omitempty"`
}

// A KitsuEntry is one person's or task type's quotas.
type KitsuEntry struct {
	Day   KitsuPeriod `json:"day"`
	Week  KitsuPeriod `json:"week"`
	Month KitsuPeriod `json:"month"`
	Year  KitsuPeriod `json:"year"`
}

// KitsuQuotas are keyed by person id (or task type id, where one person was
// asked for) and "total"; empty where nothing counts.
type KitsuQuotas map[string]*KitsuEntry

// KitsuQuota answers as Kitsu's quota routes do, numbers for numbers.
// *UsageError for a count mode that Kitsu does not have.
func KitsuQuota(facts hierarchy.Facts, q KitsuQuery) (KitsuQuotas, error) {
	s, err := newScope(facts.Dimensions(), Query{Timezone: q.Timezone})
	if err != nil {
		return nil, err
	}
	basis, how, err := kitsuSpread(q.CountMode, s.zone)
	if err != nil {
		return nil, err
	}
	l := newLedger(s, basis, s.kitsuNarrow(q, how), false)
	l.plain = q.CountMode == CountFeedback || q.CountMode == CountDone
	if q.TaskType != "" {
		s.onlyTypes = map[hierarchy.ID]bool{q.TaskType: true}
	}
	if err := l.read(facts); err != nil {
		return nil, err
	}
	return l.kitsu(q.Person != ""), nil
}

func kitsuSpread(mode string, zone *time.Location) (Basis, spread, error) {
	switch mode {
	case "", CountWeighted:
		return Feedback, kitsuRule{Feedback, zone}.weighted, nil
	case CountWeightedDone:
		return Approval, kitsuRule{Approval, zone}.weighted, nil
	case CountFeedback:
		return Feedback, kitsuRule{Feedback, zone}.raw, nil
	case CountDone:
		return Approval, kitsuRule{Approval, zone}.raw, nil
	}
	return "", nil, &UsageError{Option: "count mode", Value: mode, Known: []string{CountDone, CountFeedback, CountWeighted, CountWeightedDone}}
}

// kitsuNarrow lets the tasks through that a query for a studio or a person
// keeps. A person's raw quotas count a task once for each assignee, as Kitsu's.
func (s *scope) kitsuNarrow(q KitsuQuery, how spread) spread {
	studio := teamsOf(s.dim, teamByStudio)
	return func(t *hierarchy.Task, shot *hierarchy.Entity, sheets []hierarchy.TimeSpent) []share {
		if q.Studio != "" && !anyOf(t.Assignees, func(p hierarchy.ID) bool { return studio.of(p, nil) == q.Studio }) {
			return nil
		}
		shares := how(t, shot, sheets)
		if q.Person == "" {
			return shares
		}
		var out []share
		for _, sh := range shares {
			if sh.because == kitsuLogged && sh.person == q.Person ||
				sh.because != kitsuLogged && anyOf(t.Assignees, func(p hierarchy.ID) bool { return p == q.Person }) {
				out = append(out, sh)
			}
		}
		return out
	}
}

func anyOf(ids []hierarchy.ID, test func(hierarchy.ID) bool) bool {
	for _, id := range ids {
		if test(id) {
			return true
		}
	}
	return false
}

// kitsu shapes a ledger as Kitsu answers: by person or by task type.
func (l *ledger) kitsu(byType bool) KitsuQuotas {
	by := map[string]map[dayNumber]*sums{}
	put := func(key string, day dayNumber, s sums) {
		if by[key] == nil {
			by[key] = map[dayNumber]*sums{}
		}
		if by[key][day] == nil {
			by[key][day] = &sums{}
		}
		by[key][day].add(s)
	}
	for _, c := range l.inOrder() { // sums of floats depend on their order
		key := l.who.ids[c.who]
		if byType {
			key = l.work.ids[c.work]
		}
		put(string(key), c.day, c.sums)
		put("total", c.day, c.sums)
	}
	out := KitsuQuotas{}
	fps := kitsuFPS(l.scope.dim.Project)
	for key, days := range by {
		out[key] = kitsuEntry(days, fps)
	}
	return out
}

// kitsuEntry adds one entry's days up in the four periods.
func kitsuEntry(days map[dayNumber]*sums, fps float64) *KitsuEntry {
	var e KitsuEntry
	order := make([]cellSums, 0, len(days))
	for d, s := range days {
		order = append(order, cellSums{cellKey{day: d}, *s})
	}
	sortByDay(order)
	for _, p := range periods {
		out := KitsuPeriod{map[string]int64{}, map[string]float64{}, map[string]float64{}, map[string]int64{}, nil}
		for _, c := range p.in(order) {
			key := kitsuLabel(p, c.day)
			out.Frames[key] = c.frames
			out.Seconds[key] = float64(c.frames) / fps
			out.Count[key] = hundredth(c.count)
			out.Drawings[key] = c.drawings
			if p != byYear {
				if out.Entries == nil {
					out.Entries = map[string]int64{}
				}
				out.Entries[kitsuHolder(p, c.day)]++
			}
		}
		*[...]*KitsuPeriod{&e.Day, &e.Week, &e.Month, &e.Year}[p] = out
	}
	return &e
}

// kitsuLabel writes a period as Kitsu: weeks without padding.
func kitsuLabel(p period, d dayNumber) string {
	if p == byWeek {
		y, w := d.time().ISOWeek()
		return strconv.Itoa(y) + "-" + strconv.Itoa(w)
	}
	return p.label(d)
}

// kitsuHolder is the period whose entries a period counts in: days in their
// month, weeks in their ISO year, months in their year.
func kitsuHolder(p period, d dayNumber) string {
	switch p {
	case byDay:
		return byMonth.label(d)
	case byWeek:
		y, _ := d.time().ISOWeek()
		return strconv.Itoa(y)
	}
	return byYear.label(d)
}

// hundredth rounds to two places, half to even as Python does.
func hundredth(f float64) float64 { return math.RoundToEven(f*100) / 100 }

func thousandth(f float64) float64 { return math.RoundToEven(f*1000) / 1000 }
