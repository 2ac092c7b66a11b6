package reports

import (
	"math"

	"turnover/internal/table"
)

// targetTable is quota_targets.
func (b *quotaBook) targetTable() *table.Table {
	s := b.l.scope
	return &table.Table{Name: "quota_targets", Title: "Targets", Columns: targetColumns(),
		Doc: "One row is one period of one target: the goal, what was done, and at which pace; the period of the as-of also has what is left and when that ends.",
		Rows: func(yield func(table.Row, error) bool) {
			for _, p := range b.goalPeriods {
				if !yield(p.row(s), nil) {
					return
				}
			}
		}}
}

func targetColumns() []table.Column {
	amount := func(name, doc string) table.Column {
		return table.Column{Name: name, Type: table.Float, Decimals: 2, Doc: doc + " In the unit of the row."}
	}
	columns := []table.Column{{Name: "target", Type: table.Int, Doc: "Number of the target, in the order given."}}
	columns = append(columns, pair("task_type", "task type")...)
	columns = append(columns, pair("team", "department or studio")...)
	columns = append(columns, pair("person", "person")...)
	return append(columns,
		table.Column{Name: "every", Type: table.Text, Doc: "Length of the periods: day, week, month or year."},
		table.Column{Name: "period", Type: table.Text, Doc: "The period."},
		table.Column{Name: "first_day", Type: table.Day, Doc: "First day of the period that the target covers."},
		table.Column{Name: "last_day", Type: table.Day, Doc: "Last day of the period that the target covers."},
		table.Column{Name: "unit", Type: table.Text, Doc: "frames, seconds or shots."},
		amount("goal", "The goal."), amount("done", "What was done."),
		table.Column{Name: "attainment", Type: table.Float, Unit: "percent", Decimals: 1, Doc: "Done in percent of the goal; null where the goal is 0."},
		table.Column{Name: "business_days", Type: table.Int, Unit: "days", Doc: "Business days of the period."},
		table.Column{Name: "business_days_left", Type: table.Int, Unit: "days", Doc: "Of these, after the as-of."},
		amount("needed_per_day", "What is needed each business day left; null where none is left."),
		amount("pace_per_day", "What was done each business day gone by; null where none has."),
		table.Column{Name: "standing", Type: table.Text, Doc: "reached, missed, on pace, behind or to come."},
		amount("left", "Work left that the target counts, in the period of the as-of."),
		amount("recent_per_day", "What was done each of the last 20 business days, in the period of the as-of."),
		table.Column{Name: "projected_end", Type: table.Day, Doc: "When the work left is done at the recent pace; null where that is not in sight."})
}

func (p goalPeriod) row(s *scope) table.Row {
	row := table.Row{int64(p.g.number)}
	if len(p.g.types) == 1 {
		for id := range p.g.types {
			row = named(row, id, s.typeName(id))
		}
	} else if p.g.types != nil {
		row = append(row, nil, p.g.target.TaskType) // one name of several types
	} else {
		row = append(row, nil, nil)
	}
	if p.g.team != nil {
		row = append(row, cell(*p.g.team), p.g.teams.name(*p.g.team))
	} else {
		row = append(row, nil, nil)
	}
	if p.g.who != nil {
		row = append(row, cell(*p.g.who), s.personName(*p.g.who))
	} else {
		row = append(row, nil, nil)
	}
	_, unit := p.g.target.amount()
	var attainment, left, recent, end any
	if p.goal > 0 {
		attainment = tenth(p.done / p.goal * 100)
	}
	if p.now {
		left, recent = hundredth(p.left), hundredth(*p.recent)
		if p.end != nil {
			end = p.end.time()
		}
	}
	return append(row, p.g.every.String(), p.g.every.label(p.first), p.first.time(), p.last.time(), unit, hundredth(p.goal), thousandth(p.done), attainment,
		int64(p.days), int64(p.daysLeft), orNull(p.needed), orNull(p.pace), string(p.standing), left, recent, end)
}

func orNull(f *float64) any {
	if f == nil {
		return nil
	}
	return hundredth(*f)
}

func tenth(f float64) float64 { return math.RoundToEven(f*10) / 10 }
