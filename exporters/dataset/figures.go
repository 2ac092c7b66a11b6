package dataset

import (
	"fmt"

	"turnover/internal/table"
)

// figures gives the tables of the reports, and the control totals that their
// workbooks show. It tells whether more is wanted.
func (m *maker) figures(yield func(*table.Table, error) bool) bool {
	one := func(b *table.Book, make func(*table.Book) (*table.Table, error)) bool {
		t, err := make(b)
		if err != nil {
			return yield(nil, fmt.Errorf("report %s: %w", b.Name, err))
		}
		return yield(t, nil) && yield(m.controlTotals(b), nil)
	}
	quotas, err := m.x.Quotas()
	if err != nil {
		return yield(nil, fmt.Errorf("report quota: %w", err))
	}
	for b, err := range quotas {
		if err != nil {
			return yield(nil, fmt.Errorf("report quota: %w", err))
		}
		if !one(b, m.quotaDays) {
			return false
		}
	}
	for _, r := range []struct {
		report, from, name string
		sorted             []string
	}{
		{"retake", "retake_events", "retakes", by("asked_at", "task_id", "take")},
		{"episode", "episode_stats", "episode_stats", by("episode", "episode_id", "task_type", "task_type_id", "task_status", "task_status_id")},
	} {
		b, err := m.x.Report(r.report)
		if err != nil {
			return yield(nil, fmt.Errorf("report %s: %w", r.report, err))
		}
		if !one(b, func(b *table.Book) (*table.Table, error) { return m.reportTable(b, r.from, r.name, r.sorted) }) {
			return false
		}
	}
	return true
}

// reportTable puts the production in front of a report's rows and hides people
// where they shall not be seen.
func (m *maker) reportTable(b *table.Book, from, name string, sorted []string) (*table.Table, error) {
	t := b.Table(from)
	if t == nil {
		return nil, fmt.Errorf("it has no table %q", from)
	}
	rows := func(yield func(table.Row, error) bool) {
		for row, err := range t.Rows {
			if err == nil {
				row = m.front(m.hide(t.Columns, row)...)
			}
			if !yield(row, err) {
				return
			}
		}
	}
	return m.table(name, t.Doc, sorted, rows, t.Columns...), nil
}

// quotaDays are quotas by person, task type and day of one method and basis;
// where people are left out, of all persons together.
func (m *maker) quotaDays(b *table.Book) (*table.Table, error) {
	from := "quota_person_day"
	if m.x.Persons == Absent {
		from = "quota_total_day"
	}
	t := b.Table(from)
	if t == nil {
		return nil, fmt.Errorf("it has no table %q", from)
	}
	columns := append([]table.Column{text("method", "How frames are laid on days and people: weighted, raw, kitsu-weighted or kitsu-raw."), text("basis", "Which date of a task counts: feedback or approval."),
		text("person_id", "Id of the person; null for nobody, and where people are left out."), text("person", "Name of the person."), text("task_type_id", "Id of the task type."), text("task_type", "Name of the task type."),
		day("day", "The day, in the time zone of the manifest.")}, figureColumns()...)
	at, err := columnsOf(t, columns[2:], map[string]string{"day": "period"})
	if err != nil {
		return nil, err
	}
	rows := func(yield func(table.Row, error) bool) {
		for row, err := range t.Rows {
			if err != nil {
				yield(nil, err)
				return
			}
			hidden, wide := m.hide(t.Columns, row), m.front(b.Method, b.Basis)
			for _, i := range at {
				if i < 0 {
					wide = append(wide, nil)
				} else {
					wide = append(wide, hidden[i])
				}
			}
			if !yield(wide, nil) {
				return
			}
		}
	}
	return m.table("quota_days", "One row is one person's work of one type on one day, by one method and basis. Never add methods or bases up: ask for one of each.",
		by("method", "basis", "day", "person_id", "task_type_id"), rows, columns...), nil
}

func figureColumns() []table.Column {
	return []table.Column{whole("frames", "frames", "Frames of shots."), float("seconds", "seconds", "Frames divided by the production's rate."),
		whole("drawings", "drawings", "Drawings of tasks."), {Name: "shots", Type: table.Float, Unit: "shots", Decimals: 2, Doc: "Shots; each task of a shot is one, divided as its frames are."}}
}

// columnsOf finds columns in a report's table, by another name where one is
// given; -1 for those of people, which a table may lack.
func columnsOf(t *table.Table, want []table.Column, names map[string]string) ([]int, error) {
	var out []int
	for _, w := range want {
		name := w.Name
		if other := names[name]; other != "" {
			name = other
		}
		at := -1
		for i, c := range t.Columns {
			if c.Name == name && c.Type == w.Type {
				at = i
			}
		}
		if at < 0 && personal(w.Name) == "" {
			return nil, fmt.Errorf("its table %q has no column %q of type %s", t.Name, name, w.Type)
		}
		out = append(out, at)
	}
	return out, nil
}

// controlTotals are the totals on a workbook's cover.
func (m *maker) controlTotals(b *table.Book) *table.Table {
	rows := listed(b.Totals, func(t table.Total) table.Row {
		return m.front(b.Snapshot, b.Name, orNull(b.Method), orNull(b.Basis), t.Name, orNull(t.Unit), t.Value)
	})
	return m.table("control_totals", "One row is one control total as the workbook of the production's snapshot shows it.", by("report", "method", "basis", "name"), rows,
		text("snapshot", "Snapshot id on the cover of the workbook."), text("report", "quota, retake or episode."), text("method", "Method of a quota."), text("basis", "Basis of a quota."),
		text("name", "What is counted."), text("unit_name", "Its unit."), table.Column{Name: "value", Type: table.Float, Doc: "The total."})
}
