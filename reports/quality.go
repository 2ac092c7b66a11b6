package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A flaw is a kind of finding on the data. The set is closed and documented in
// docs/reports.md; a code never changes its meaning.
type flaw struct {
	code, title, wayOut string
}

// A qualityFinding is one flaw at one place. What it concerns is still counted
// by the rules: a finding is never a silent 0.
type qualityFinding struct {
	flaw          flaw
	entity, task  hierarchy.ID
	taskType, who hierarchy.ID
	detail        string // with the values
}

// listedOfFlaw bounds how many findings of one kind are listed, so that memory
// does not grow with a production that lacks something everywhere. What is not
// listed is counted in a row of its own.
const listedOfFlaw = 10_000

// quality gathers findings on the data of one report.
type quality struct {
	s     *scope
	all   []qualityFinding
	count map[flaw]int
}

func (q *quality) add(f qualityFinding) {
	if q.count == nil {
		q.count = map[flaw]int{}
	}
	q.count[f.flaw]++
	if q.count[f.flaw] <= listedOfFlaw {
		q.all = append(q.all, f)
	}
}

// found is the number of findings, listed or not.
func (q *quality) found() int {
	n := 0
	for _, c := range q.count {
		n += c
	}
	return n
}

// commonest gives the kind of finding that there is most of.
func (q *quality) commonest() (most flaw, n int) {
	for f, c := range q.count {
		if c > n || c == n && f.code < most.code {
			most, n = f, c
		}
	}
	return most, n
}

// listed is what the table shows: the findings by code, then path.
func (q *quality) listed() []qualityFinding {
	all := slices.Clone(q.all)
	slices.SortStableFunc(all, func(a, b qualityFinding) int {
		return cmp.Or(strings.Compare(a.flaw.code, b.flaw.code), strings.Compare(q.path(a), q.path(b)), hierarchy.CompareIDs(a.task, b.task), hierarchy.CompareIDs(a.who, b.who), strings.Compare(a.detail, b.detail))
	})
	var out []qualityFinding
	for i, f := range all {
		out = append(out, f)
		more := q.count[f.flaw] - listedOfFlaw
		if last := i == len(all)-1 || all[i+1].flaw != f.flaw; last && more > 0 {
			out = append(out, qualityFinding{flaw: f.flaw, detail: fmt.Sprintf("and %d more of this kind, which are not listed", more)})
		}
	}
	return out
}

// table lists the findings.
func (q *quality) table() *table.Table {
	all := q.listed()
	return &table.Table{Name: "data_quality", Title: "Data quality", Kind: table.Quality,
		Doc: "One row is one finding on the data behind this report; what it concerns is counted all the same.",
		Columns: []table.Column{
			{Name: "code", Type: table.Text, Doc: "Code of the finding; it never changes."},
			{Name: "finding", Type: table.Text, Doc: "What is doubtful."},
			{Name: "path", Type: table.Text, Doc: "Path of the shot, scene … concerned."},
			{Name: "task_type", Type: table.Text, Doc: "Name of the task type."},
			{Name: "person", Type: table.Text, Doc: "Name of the person."},
			{Name: "detail", Type: table.Text, Doc: "The values found."},
			{Name: "way_out", Type: table.Text, Doc: "What mends it."},
			{Name: "entity_id", Type: table.Text, Doc: "Id of the shot, scene … concerned."},
			{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
			{Name: "person_id", Type: table.Text, Doc: "Id of the person."},
		},
		Rows: func(yield func(table.Row, error) bool) {
			for _, f := range all {
				if !yield(q.row(f), nil) {
					return
				}
			}
		}}
}

func (q *quality) path(f qualityFinding) string {
	if f.entity == "" {
		return ""
	}
	return q.s.path(f.entity)
}

func (q *quality) row(f qualityFinding) table.Row {
	var path, taskType, person any
	if f.entity != "" {
		path = q.path(f)
	}
	if f.taskType != "" {
		taskType = q.s.typeName(f.taskType)
	}
	if f.who != "" {
		person = q.s.personName(f.who)
	}
	return table.Row{f.flaw.code, f.flaw.title, path, taskType, person, f.detail, f.flaw.wayOut, cell(f.entity), cell(f.task), cell(f.who)}
}
