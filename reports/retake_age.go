package reports

import (
	"fmt"
	"time"

	"turnover/internal/table"
)

// ageLimits are the upper ends, in days, of the classes of age that open
// retakes are counted in; older ones, and those of unknown age, follow.
var ageLimits = [...]int{2, 7, 14, 30}

const (
	ageOver    = len(ageLimits)
	ageUnknown = ageOver + 1
	ageCount   = ageUnknown + 1
)

const dayLong = 24 * time.Hour

// ageOf gives the class of what was asked for at one instant and is open at another.
func ageOf(asked, asOf time.Time) int {
	if asked.IsZero() || asOf.IsZero() || asOf.Before(asked) {
		return ageUnknown
	}
	for i, days := range ageLimits {
		if asOf.Sub(asked) <= time.Duration(days)*dayLong {
			return i
		}
	}
	return ageOver
}

func ageName(class int) string {
	switch {
	case class == ageUnknown:
		return "not known"
	case class == ageOver:
		return fmt.Sprintf("over %d days", ageLimits[ageOver-1])
	}
	return fmt.Sprintf("up to %d days", ageLimits[class])
}

func ageColumns() []table.Column {
	var out []table.Column
	for i, days := range ageLimits {
		out = append(out, table.Column{Name: fmt.Sprintf("open_to_%d_days", days), Type: table.Int, Unit: "retakes", Doc: "Open " + ageName(i) + " (and longer than the class before)."})
	}
	return append(out,
		table.Column{Name: fmt.Sprintf("open_over_%d_days", ageLimits[ageOver-1]), Type: table.Int, Unit: "retakes", Doc: "Open " + ageName(ageOver) + "."},
		table.Column{Name: "open_age_unknown", Type: table.Int, Unit: "retakes", Doc: "Open since an instant that is not known, or that lies behind the report's."})
}

// ageTable shows how old the open retakes are.
func (b *retakeBook) ageTable() *table.Table {
	g := b.group(member{})
	var rows []table.Row
	for class, n := range g.ages {
		rows = append(rows, table.Row{ageName(class), n, percent(n, g.open)})
	}
	return &table.Table{Name: "retake_ageing", Title: "Open retakes by age", Doc: "One row is one class of age of the retakes that are open now, up to the report's as-of; the classes sum to all open ones.",
		Columns: []table.Column{
			{Name: "age", Type: table.Text, Doc: "How long they have been open, in days of the calendar."},
			{Name: "open", Type: table.Int, Unit: "retakes", Doc: "Open retakes."},
			{Name: "percent", Type: table.Float, Unit: "percent", Decimals: 1, Doc: "Of all open retakes."},
		}, Rows: table.Of(rows)}
}

func (b *retakeBook) ageText() string {
	g := b.group(member{})
	text := fmt.Sprintf("Column chart of open retakes by age: %d open.", g.open)
	for class, n := range g.ages {
		if n > 0 {
			text += fmt.Sprintf(" %s: %d.", ageName(class), n)
		}
	}
	return text
}
