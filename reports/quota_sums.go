package reports

import (
	"turnover/hierarchy"
	"turnover/internal/table"
)

// sumsUp tells whether a table of quotas only adds shares up: then they need not
// be kept, and nothing else be looked at.
func sumsUp(name string) bool {
	_, _, found := sumTable(name)
	return found || name == weekTableName
}

// sumTable finds the dimension and period of quota_person_day … quota_total_year.
func sumTable(name string) (string, period, bool) {
	for _, d := range dimensionNames {
		for _, p := range periods {
			if tableName(dimension{name: d}, p) == name {
				return d, p, true
			}
		}
	}
	return "", 0, false
}

// quotaSums is a book that has no more than the table that the query names.
func quotaSums(facts hierarchy.Facts, s *scope, m method) (*table.Book, error) {
	l := newLedger(s, m.basis, m.spread, m.conserves)
	l.plain = m.plain
	if err := l.read(facts); err != nil {
		return nil, err
	}
	b := &quotaBook{l: l, m: m, tables: map[string][]cellSums{}}
	out := s.book("quota", "Quota of "+s.dim.Project.Name)
	out.Method, out.Basis = string(m.name), string(m.basis)
	name, p, found := sumTable(s.q.Only)
	if !found {
		b.weeks = weeksOf(byWeek.in(l.dimension(inTotal).cells))
		out.Tables = []*table.Table{b.weekTable()}
		return out, l.sumsTo(weekTableName, b.weeks)
	}
	d := l.dimension(name)
	b.tables[s.q.Only] = p.in(d.cells)
	out.Tables = []*table.Table{b.table(d, p)}
	return out, l.sumsTo(s.q.Only, b.tables[s.q.Only])
}
