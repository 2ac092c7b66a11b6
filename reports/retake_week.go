package reports

import (
	"cmp"
	"fmt"
	"slices"

	"turnover/internal/table"
)

// A weekKey is one ISO week of a member; it begins on a Monday.
type weekKey struct {
	member
	monday dayNumber
}

// A retakeWeek is what happened in one ISO week of the report's zone.
type retakeWeek struct {
	asked, resolved    int64
	verdicts, approved int64 // first ones
}

// A weekRow is a week with the retakes that are open at its end.
type weekRow struct {
	monday dayNumber
	retakeWeek
	open int64
}

func (b *retakeBook) week(m member, d dayNumber) *retakeWeek {
	k := weekKey{m, byWeek.start(d)}
	w := b.weeks[k]
	if w == nil {
		w = &retakeWeek{}
		b.weeks[k] = w
	}
	return w
}

// countWeeks adds a retake to the weeks in which it was asked for and resolved.
// What happened before the period makes up what is open when it begins. One
// whose ends are not known lies in no week.
func (b *retakeBook) countWeeks(e *retakeEvent) {
	if e.asked.IsZero() || e.closed && e.resolved.IsZero() {
		b.undated++
		return
	}
	asked := dayOf(e.asked.Time, b.s.zone)
	for _, m := range b.members(e) {
		switch {
		case asked < b.s.from:
			b.before[m]++
		case asked <= b.s.to:
			b.week(m, asked).asked++
		}
		if !e.closed || e.resolved.IsZero() {
			continue
		}
		switch resolved := dayOf(e.resolved.Time, b.s.zone); {
		case resolved < b.s.from:
			b.before[m]--
		case resolved <= b.s.to:
			b.week(m, resolved).resolved++
		}
	}
}

// weeksOf lists the weeks of each member in order, with what is open at the end
// of each.
func (b *retakeBook) weeksOf() map[member][]weekRow {
	out := map[member][]weekRow{}
	for k, w := range b.weeks {
		out[k.member] = append(out[k.member], weekRow{monday: k.monday, retakeWeek: *w})
	}
	for m, weeks := range out {
		slices.SortFunc(weeks, func(x, y weekRow) int { return cmp.Compare(x.monday, y.monday) })
		open := b.before[m]
		for i := range weeks {
			open += weeks[i].asked - weeks[i].resolved
			weeks[i].open = open
		}
	}
	return out
}

// evenWeeks fills in the weeks in which nothing happened, so that a chart's axis
// is even, unless years lie between.
func evenWeeks(weeks []weekRow) []weekRow {
	var out []weekRow
	for _, w := range weeks {
		for n := len(out); n > 0 && w.monday-out[n-1].monday <= 7*maxGap && out[n-1].monday+7 < w.monday; n = len(out) {
			out = append(out, weekRow{monday: out[n-1].monday + 7, open: out[n-1].open})
		}
		out = append(out, w)
	}
	return out
}

func weekColumns() []table.Column {
	return []table.Column{
		periodColumn(byWeek),
		{Name: "asked", Type: table.Int, Unit: "retakes", Doc: "Retakes asked for in the week."},
		{Name: "resolved", Type: table.Int, Unit: "retakes", Doc: "Retakes resolved in the week."},
		{Name: "open", Type: table.Int, Unit: "retakes", Doc: "Retakes open at the week's end: those of the week before, and asked, less resolved."},
		{Name: "first_verdicts", Type: table.Int, Unit: "tasks", Doc: "Tasks whose first verdict, approval or retake, fell in the week."},
		{Name: "first_approved", Type: table.Int, Unit: "tasks", Doc: "Those of them that were approved."},
		{Name: "first_approval_percent", Type: table.Float, Unit: "percent", Decimals: 1, Doc: "First takes approved, of the first verdicts."},
	}
}

func (w weekRow) cells(row table.Row) table.Row {
	return append(row, byWeek.label(w.monday), w.asked, w.resolved, w.open, w.verdicts, w.approved, percent(w.approved, w.verdicts))
}

func weekTable(weeks []weekRow) *table.Table {
	rows := make([]table.Row, 0, len(weeks))
	for _, w := range weeks {
		rows = append(rows, w.cells(nil))
	}
	return &table.Table{Name: "retake_week", Title: "Retakes by week", Doc: "One row is one ISO week of the report's zone.", Columns: weekColumns(), Rows: table.Of(rows)}
}

// weekByTable holds the weeks of each member in which something happened.
func (b *retakeBook) weekByTable(weeks map[member][]weekRow) *table.Table {
	order := b.sortedMembers()
	return &table.Table{Name: "retake_week_by", Title: "Retakes by week and episode, sequence, task type, person, team, cause", Columns: append(memberColumns(), weekColumns()...),
		Doc: "One row is one ISO week, in which something happened, of one member; filter by the first column.",
		Rows: func(yield func(table.Row, error) bool) {
			for _, m := range order {
				for _, w := range weeks[m] {
					row := w.cells(b.memberCells(m))
					if n := len(row); m.division == perCause {
						row[n-1], row[n-2], row[n-3] = nil, nil, nil
					}
					if !yield(row, nil) {
						return
					}
				}
			}
		}}
}

func weekText(weeks []weekRow) string {
	text := "Line chart of retakes asked for and resolved by week."
	if len(weeks) == 0 {
		return text + " There are no retakes to show."
	}
	var asked, resolved int64
	for _, w := range weeks {
		asked += w.asked
		resolved += w.resolved
	}
	first, last := weeks[0], weeks[len(weeks)-1]
	return text + fmt.Sprintf(" %s to %s: %d asked, %d resolved; %d open at the end.", byWeek.label(first.monday), byWeek.label(last.monday), asked, resolved, last.open)
}

func openText(weeks []weekRow) string {
	text := "Line chart of retakes open at each week's end."
	if len(weeks) == 0 {
		return text + " There are no retakes to show."
	}
	most := weeks[0]
	for _, w := range weeks {
		if w.open > most.open {
			most = w
		}
	}
	last := weeks[len(weeks)-1]
	return text + fmt.Sprintf(" Most in %s with %d; %d in %s, the last.", byWeek.label(most.monday), most.open, last.open, byWeek.label(last.monday))
}
