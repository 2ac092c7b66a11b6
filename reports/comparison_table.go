package reports

import (
	"fmt"
	"strconv"
	"strings"

	"turnover/internal/table"
)

// whoColumns are the columns of a person's work of a type.
func whoColumns() []table.Column {
	return append(pair("person", "person"), pair("task_type", "task type")...)
}

func (c *comparison) who(k compareKey) table.Row {
	return table.Row{cell(k.who), c.s.personName(k.who), cell(k.work), c.s.typeName(k.work)}
}

// columnOf writes a method as part of a column's name.
func columnOf(m Method) string { return strings.ReplaceAll(string(m), "-", "_") }

// table has the methods side by side.
func (c *comparison) table() *table.Table {
	columns := whoColumns()
	for _, m := range append([]Method{Weighted}, compared[:]...) {
		columns = append(columns, table.Column{Name: "frames_" + columnOf(m), Type: table.Int, Unit: "frames", Doc: "Frames by the method " + string(m) + "."})
	}
	for _, m := range compared {
		columns = append(columns, table.Column{Name: "difference_" + columnOf(m), Type: table.Int, Unit: "frames", Doc: "Frames by " + string(m) + " less those by weighted."})
	}
	columns = append(columns, table.Column{Name: "reasons", Type: table.Text, Doc: "What makes the differences, with the frames that each makes; null where there is none."})
	return &table.Table{Name: "quota_comparison", Title: "The methods side by side", Columns: columns,
		Doc: "One row is one person's work of one task type, by each method. Differences are to weighted, the default.",
		Rows: func(yield func(table.Row, error) bool) {
			for _, k := range c.inOrder() {
				v, row := c.cells[k], c.who(k)
				for _, n := range v.frames {
					row = append(row, n)
				}
				for m := range compared {
					row = append(row, v.frames[m+1]-v.frames[0])
				}
				if !yield(append(row, v.reasons()), nil) {
					return
				}
			}
		}}
}

// reasons writes "kitsu-raw: assignees doubled +50; raw: business days +3".
func (v *compareCell) reasons() any {
	var out []string
	for m, method := range compared {
		var parts []string
		for why, frames := range v.due[m] {
			if frames != 0 {
				parts = append(parts, deviation(why).String()+" "+signed(frames))
			}
		}
		if parts != nil {
			out = append(out, string(method)+": "+strings.Join(parts, ", "))
		}
	}
	if out == nil {
		return nil
	}
	return strings.Join(out, "; ")
}

// signed writes a difference with its sign; the minus is one that no line is
// broken after, as a hyphen is.
func signed(n int64) string {
	if n < 0 {
		return "−" + strings.TrimPrefix(strconv.FormatInt(n, 10), "-")
	}
	return "+" + strconv.FormatInt(n, 10)
}

// reasonTable has each reason with its frames.
func (c *comparison) reasonTable() *table.Table {
	return &table.Table{Name: "quota_comparison_reasons", Title: "Why the methods differ",
		Doc: "One row is what one reason makes a method give one person's work of one task type more or fewer frames than weighted. The rows of a person, task type and method sum to the difference.",
		Columns: append(whoColumns(),
			table.Column{Name: "method", Type: table.Text, Doc: "The method that is compared with weighted."},
			table.Column{Name: "reason", Type: table.Text, Doc: "The rule that makes the difference, of a closed set."},
			table.Column{Name: "frames", Type: table.Int, Unit: "frames", Doc: "Frames that it makes more, or fewer where negative."},
			table.Column{Name: "tasks", Type: table.Int, Unit: "tasks", Doc: "Tasks of which it moves frames; they may cancel out."}),
		Rows: func(yield func(table.Row, error) bool) {
			for _, k := range c.inOrder() {
				v := c.cells[k]
				for m, method := range compared {
					for why := range deviations {
						if v.tasks[m][why] == 0 {
							continue
						}
						if !yield(append(c.who(k), string(method), why.String(), v.due[m][why], v.tasks[m][why]), nil) {
							return
						}
					}
				}
			}
		}}
}

// methodTable has the whole by each method.
func (c *comparison) methodTable(seconds func(Method, int64) float64) *table.Table {
	columns := append([]table.Column{{Name: "method", Type: table.Text, Doc: "The method."}}, sumColumns()...)
	columns = append(columns, table.Column{Name: "difference", Type: table.Int, Unit: "frames", Doc: "Frames more than by weighted, or fewer where negative."})
	return &table.Table{Name: "quota_comparison_methods", Title: "The methods in total", Columns: columns,
		Doc: "One row is one method: what it gives in all for the tasks, period and people of this report.",
		Rows: func(yield func(table.Row, error) bool) {
			for i, m := range append(compared[:], Weighted) {
				t := c.totals[(i+1)%len(c.totals)]
				if !yield(table.Row{string(m), t.frames, seconds(m, t.frames), t.drawings, shotsOf(t), t.frames - c.totals[0].frames}, nil) {
					return
				}
			}
		}}
}

// shotsOf reads either way of counting shots.
func shotsOf(s sums) float64 {
	if s.count != 0 {
		return hundredth(s.count)
	}
	return float64(s.hundredths) / shot100
}

// check makes sure that the reasons sum to the differences.
func (c *comparison) check() error {
	for _, k := range c.inOrder() {
		v := c.cells[k]
		for m, method := range compared {
			var due int64
			for _, n := range v.due[m] {
				due += n
			}
			if want := v.frames[m+1] - v.frames[0]; due != want {
				return fmt.Errorf("check comparison: the reasons of %q for %s, %s sum to %d frames instead of %d", method, c.s.personName(k.who), c.s.typeName(k.work), due, want)
			}
		}
	}
	return nil
}
