package reports

import (
	"iter"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// QuotaDays makes the quotas of all methods and bases in one walk over the
// facts, for datasets: a book for each, with the tables quota_person_day and
// quota_total_day of Quota and the totals of what they sum to. The method and
// basis of the query are not looked at. Memory grows with the cells, not with
// the facts; books are made as they are asked for, once.
func QuotaDays(facts hierarchy.Facts, q Query) (iter.Seq2[*table.Book, error], error) {
	var all []*quotaBook
	for _, name := range []Method{Weighted, Raw, KitsuWeighted, KitsuRaw} {
		for _, basis := range []Basis{Feedback, Approval} {
			q.Method, q.Basis = name, basis
			s, err := newScope(facts.Dimensions(), q)
			if err != nil {
				return nil, err
			}
			m, err := s.method()
			if err != nil {
				return nil, err
			}
			all = append(all, &quotaBook{l: newLedger(s, m.basis, m.spread, m.conserves), m: m, tables: map[string][]cellSums{}})
		}
	}
	counts := func(t *hierarchy.Task) bool {
		for _, b := range all {
			if b.l.counts(t) {
				return true
			}
		}
		return false
	}
	err := eachWithSheets(hierarchy.Only(facts, sumFields), counts, func(t *hierarchy.Task, sheets []hierarchy.TimeSpent) error {
		for _, b := range all {
			if !b.l.counts(t) {
				continue
			}
			if err := b.l.take(t, sheets); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return func(yield func(*table.Book, error) bool) {
		for i, b := range all {
			all[i] = nil // what was written makes room
			if book, err := b.days(); !yield(book, err) || err != nil {
				return
			}
		}
	}, nil
}

// days is the book of a ledger's days.
func (b *quotaBook) days() (*table.Book, error) {
	l := b.l
	out := l.scope.book("quota", "Quota of "+l.scope.dim.Project.Name)
	out.Method, out.Basis = string(b.m.name), string(b.m.basis)
	for _, name := range []string{byPerson, inTotal} {
		d := l.dimension(name)
		cells := byDay.in(d.cells)
		if err := l.sumsTo(tableName(d, byDay), cells); err != nil {
			return nil, err
		}
		b.tables[tableName(d, byDay)] = cells
		out.Tables = append(out.Tables, b.table(d, byDay))
	}
	t, o := l.total, l.omitted
	out.Totals = []table.Total{
		{Name: "tasks", Value: float64(t.tasks), Unit: "tasks"},
		{Name: "frames", Value: float64(t.frames), Unit: "frames"},
		{Name: "seconds", Value: b.seconds(t.frames), Unit: "seconds"},
		{Name: "drawings", Value: float64(t.drawings), Unit: "drawings"},
		{Name: "shots", Value: b.shots(t.sums), Unit: "shots"},
		{Name: "tasks on omitted shots", Value: float64(o.tasks), Unit: "tasks"},
		{Name: "frames on omitted shots", Value: float64(o.frames), Unit: "frames"},
	}
	return out, nil
}
