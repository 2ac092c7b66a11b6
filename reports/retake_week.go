package reports

import (
	"fmt"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A retakeWeek is what happened to retakes in one ISO week.
type retakeWeek struct {
	monday                dayNumber
	asked, resolved, open int64 // open: at the week's end
}

// weeks counts the events shown by week of the report's zone; weeks in which
// nothing happened are there too, unless years lie between.
func (b *retakeBook) weeks() []retakeWeek {
	by := map[dayNumber]*retakeWeek{}
	at := func(t hierarchy.Time) *retakeWeek {
		monday := byWeek.start(dayOf(t.Time, b.s.zone))
		if by[monday] == nil {
			by[monday] = &retakeWeek{monday: monday}
		}
		return by[monday]
	}
	for _, e := range b.events {
		at(e.asked).asked++
		if !e.resolved.IsZero() {
			at(e.resolved).resolved++
		}
	}
	order := make([]dayNumber, 0, len(by))
	for monday := range by {
		order = append(order, monday)
	}
	slices.Sort(order)
	var out []retakeWeek
	var open int64
	for _, monday := range order {
		for n := len(out); n > 0 && monday-out[n-1].monday <= 7*maxGap && out[n-1].monday+7 < monday; n = len(out) {
			out = append(out, retakeWeek{monday: out[n-1].monday + 7, open: open})
		}
		w := *by[monday]
		open += w.asked - w.resolved
		w.open = open
		out = append(out, w)
	}
	return out
}

func weekTable(weeks []retakeWeek) *table.Table {
	rows := make([]table.Row, 0, len(weeks))
	for _, w := range weeks {
		rows = append(rows, table.Row{byWeek.label(w.monday), w.asked, w.resolved, w.open})
	}
	return &table.Table{Name: "retake_week", Title: "Retakes by week", Doc: "One row is one ISO week of the report's zone.",
		Columns: []table.Column{
			periodColumn(byWeek),
			{Name: "asked", Type: table.Int, Unit: "retakes", Doc: "Retakes asked for in the week."},
			{Name: "resolved", Type: table.Int, Unit: "retakes", Doc: "Retakes resolved in the week."},
			{Name: "open", Type: table.Int, Unit: "retakes", Doc: "Retakes open at the week's end, of those shown."},
		}, Rows: table.Of(rows)}
}

func weekText(weeks []retakeWeek) string {
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
