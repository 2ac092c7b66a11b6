package reports

import (
	"fmt"
	"slices"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// A dimension is what quotas are grouped by: person, team, or nothing.
type dimension struct {
	name  string // "person", "team", "total"
	who   *names // nil: nothing
	cells []cellSums
}

// A quotaBook makes the tables of a ledger. All are made of the same cells and
// checked against them before the book is given out.
type quotaBook struct {
	l          *ledger
	m          method
	dimensions []dimension
	tables     map[string][]cellSums // by name: quota_person_day …
	weeks      []cellSums            // all types together, without gaps
	quality    *quotaInspector
	methods    *comparison
	work       *workload
	// goalPeriods are the rows of quota_targets.
	goalPeriods []goalPeriod
}

// dimensionNames are those of the dimensions, in the order of the book.
var dimensionNames = []string{byPerson, byTeam, inTotal}

const (
	byPerson = "person"
	byTeam   = "team"
	inTotal  = "total"
)

// dimension gives one by name, with the cells of all days.
func (l *ledger) dimension(name string) dimension {
	switch name {
	case byPerson:
		return dimension{name, l.who, l.inOrder()}
	case inTotal:
		return dimension{name, nil, l.sorted(func(cellKey) int32 { return 0 }, []int32{0})}
	}
	team := newNames(l.scope.teams.name)
	teamOf := func(k cellKey) int32 {
		return team.index(l.scope.teams.of(l.who.ids[k.who], l.scope.types[l.work.ids[k.work]]))
	}
	for k := range l.cells {
		teamOf(k) // number the teams before they are ranked
	}
	return dimension{name, team, l.sorted(teamOf, team.ranks())}
}

// sum makes the cells of all tables.
func (b *quotaBook) sum() {
	b.tables = map[string][]cellSums{}
	for _, name := range dimensionNames {
		b.dimensions = append(b.dimensions, b.l.dimension(name))
	}
	for _, d := range b.dimensions {
		for _, p := range periods {
			b.tables[tableName(d, p)] = p.in(d.cells)
		}
	}
	b.weeks = weeksOf(b.tables["quota_total_week"])
	for _, g := range b.l.goals.all {
		b.goalPeriods = append(b.goalPeriods, b.periods(g)...)
	}
}

func tableName(d dimension, p period) string { return "quota_" + d.name + "_" + p.String() }

// sumsTo makes sure that a table sums to what the tasks' shares summed to.
func (l *ledger) sumsTo(name string, cells []cellSums) error {
	var got sums
	for _, c := range cells {
		got.add(c.sums)
	}
	if want := l.total.sums; got.frames != want.frames || got.drawings != want.drawings || got.hundredths != want.hundredths {
		return fmt.Errorf("check quota: table %q sums to %d frames and %d drawings, the tasks to %d and %d", name, got.frames, got.drawings, want.frames, want.drawings)
	}
	return nil
}

// check makes sure that every table sums to what the tasks' shares summed to.
func (b *quotaBook) check() error {
	var names []string
	for name := range b.tables {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := b.l.sumsTo(name, b.tables[name]); err != nil {
			return err
		}
	}
	if want := b.l.total.frames; b.l.printed != want {
		return fmt.Errorf("check quota: shares sum to %d frames, the tasks to %d", b.l.printed, want)
	}
	if err := b.l.sumsTo(weekTableName, b.weeks); err != nil {
		return err
	}
	return b.methods.check()
}

// weekTableName is that of the table which the chart draws.
const weekTableName = "quota_week"

// maxGap bounds the empty weeks that a chart's table is filled up with.
const maxGap = 260

// weeksOf adds the task types of each week up and fills weeks without frames,
// so that a chart's axis is even.
func weeksOf(cells []cellSums) []cellSums {
	all := slices.Clone(cells)
	for i := range all {
		all[i].work = 0
	}
	sortByDay(all)
	var out []cellSums
	for _, c := range byWeek.in(all) {
		for n := len(out); n > 0 && c.day-out[n-1].day <= 7*maxGap && out[n-1].day+7 < c.day; n = len(out) {
			out = append(out, cellSums{cellKey: cellKey{day: out[n-1].day + 7}})
		}
		out = append(out, c)
	}
	return out
}

// book writes cover, tables, totals and chart.
func (b *quotaBook) book() *table.Book {
	s := b.l.scope
	out := s.book("quota", "Quota of "+s.dim.Project.Name)
	out.Method, out.Basis = string(b.m.name), string(b.m.basis)
	out.Cover = append(b.cover(), s.notes()...)
	for _, d := range b.dimensions {
		for _, p := range periods {
			out.Tables = append(out.Tables, b.table(d, p))
		}
	}
	out.Tables = append(out.Tables, b.weekTable(), b.omittedTable(), b.targetTable())
	out.Tables = append(out.Tables, b.work.tables()...)
	out.Tables = append(out.Tables,
		b.methods.table(), b.methods.reasonTable(), b.methods.methodTable(b.secondsBy),
		b.quality.table(), b.shares())
	out.Totals = b.totals()
	w := b.window()
	out.Answers, out.Previous = b.answers(w), w.previous
	out.Charts = b.charts()
	return out
}

// table is one of quota_person_day … quota_total_year.
func (b *quotaBook) table(d dimension, p period) *table.Table {
	by := "task type"
	var columns []table.Column
	if d.who != nil {
		by = d.name + ", task type"
		columns = append(columns,
			table.Column{Name: d.name + "_id", Type: table.Text, Doc: "Id of the " + d.name + "; null for none."},
			table.Column{Name: d.name, Type: table.Text, Doc: "Name of the " + d.name + "."})
	}
	columns = append(columns,
		table.Column{Name: "task_type_id", Type: table.Text, Doc: "Id of the task type."},
		table.Column{Name: "task_type", Type: table.Text, Doc: "Name of the task type."},
		periodColumn(p))
	columns = append(columns, sumColumns()...)
	cells := b.tables[tableName(d, p)]
	work := b.l.work
	return &table.Table{Name: tableName(d, p), Title: "Quota by " + by + " and " + p.String(), Behind: behindOf(d, p),
		Doc: "One row is one " + by + " and " + p.String() + " with work on it.", Columns: columns,
		Rows: func(yield func(table.Row, error) bool) {
			for _, c := range cells {
				row := make(table.Row, 0, len(columns))
				if d.who != nil {
					row = append(row, cell(d.who.ids[c.who]), d.who.labels[c.who])
				}
				row = append(row, cell(work.ids[c.work]), work.labels[c.work], periodCell(p, c.day))
				if !yield(b.appendSums(row, c.sums), nil) {
					return
				}
			}
		}}
}

// behindOf leads from weeks, months and years to the days that they add up,
// which are neighbours there, and from a person's days to the person's shares.
func behindOf(d dimension, p period) *table.Behind {
	if p == byDay {
		if d.name == byPerson {
			return &table.Behind{Table: "quota_shares", On: []string{"person_id"}}
		}
		return nil
	}
	on := []string{"task_type_id", "period"}
	if d.who != nil {
		on = append([]string{d.name + "_id"}, on...)
	}
	return &table.Behind{Table: tableName(d, byDay), On: on, As: map[string]func(any) any{"period": p.of}}
}

// of is the period that a day's cell lies in.
func (p period) of(cell any) any {
	day, ok := cell.(time.Time)
	if !ok {
		return cell
	}
	return p.label(dayNumber(day.Unix() / secondsOfDay))
}

func periodColumn(p period) table.Column {
	c := table.Column{Name: "period", Type: table.Text, Doc: "The " + p.String() + "."}
	switch p {
	case byDay:
		c.Type = table.Day
	case byWeek:
		c.Doc = "The ISO week, in its ISO year, as 2026-W02."
	}
	return c
}

func periodCell(p period, d dayNumber) any {
	if p == byDay {
		return d.time()
	}
	return p.label(d)
}

func sumColumns() []table.Column {
	return []table.Column{
		{Name: "frames", Type: table.Int, Unit: "frames", Doc: "Frames of shots."},
		{Name: "seconds", Type: table.Float, Unit: "seconds", Decimals: 3, Doc: "Frames divided by the production's rate."},
		{Name: "drawings", Type: table.Int, Unit: "drawings", Doc: "Drawings of tasks."},
		{Name: "shots", Type: table.Float, Unit: "shots", Decimals: 2, Doc: "Shots, each task of a shot counting as one; parts are hundredths."},
	}
}

func (b *quotaBook) appendSums(row table.Row, s sums) table.Row {
	return append(row, s.frames, b.seconds(s.frames), s.drawings, b.shots(s))
}

// seconds divides once and rounds to three places. Kitsu's methods divide by
// the rate as it is written, ours by its fraction.
func (b *quotaBook) seconds(frames int64) float64 { return b.secondsBy(b.m.name, frames) }

func (b *quotaBook) secondsBy(m Method, frames int64) float64 {
	if m == KitsuWeighted || m == KitsuRaw {
		return thousandth(float64(frames) / kitsuFPS(b.l.scope.dim.Project))
	}
	r := b.l.scope.dim.Project.Rate()
	return thousandth(float64(frames) * float64(r.Den) / float64(r.Num))
}

func (b *quotaBook) shots(s sums) float64 {
	if b.m.conserves {
		return float64(s.hundredths) / shot100
	}
	return hundredth(s.count)
}

func (b *quotaBook) weekTable() *table.Table {
	return &table.Table{Name: weekTableName, Title: "Quota by week, all task types", Doc: "One row is one ISO week; weeks without frames are there, so that a chart's axis is even.",
		Columns: append([]table.Column{periodColumn(byWeek)}, sumColumns()...),
		Rows: func(yield func(table.Row, error) bool) {
			for _, c := range b.weeks {
				if !yield(b.appendSums(table.Row{byWeek.label(c.day)}, c.sums), nil) {
					return
				}
			}
		}}
}

func (b *quotaBook) totals() []table.Total {
	t, o := b.l.total, b.l.omitted
	return []table.Total{
		{Name: "tasks", Value: float64(t.tasks), Unit: "tasks", Table: "quota_shares"},
		{Name: "frames", Value: float64(t.frames), Unit: "frames", Table: "quota_shares"},
		{Name: "seconds", Value: b.seconds(t.frames), Unit: "seconds", Table: "quota_shares"},
		{Name: "drawings", Value: float64(t.drawings), Unit: "drawings", Table: "quota_shares"},
		{Name: "shots", Value: b.shots(t.sums), Unit: "shots", Table: "quota_shares"},
		{Name: "tasks on omitted shots", Value: float64(o.tasks), Unit: "tasks", Table: "quota_omitted"},
		{Name: "frames on omitted shots", Value: float64(o.frames), Unit: "frames", Table: "quota_omitted"},
		{Name: "findings on the data", Value: float64(b.quality.found()), Unit: "findings", Table: "data_quality"},
	}
}

func (b *quotaBook) cover() []table.Note {
	t, o := b.l.total, b.l.omitted
	date := "an end date (sent for feedback)"
	if b.m.basis == Approval {
		date = "a done date (approved)"
	}
	rate := b.l.scope.dim.Project.Rate().String()
	notes := []table.Note{
		{Name: "How it is counted", Value: b.m.words},
		{Name: "Counted", Value: fmt.Sprintf("tasks on shots that have %s: %d tasks, %d frames", date, t.tasks, t.frames)},
		{Name: "Of which on omitted shots", Value: fmt.Sprintf("%d tasks, %d frames", o.tasks, o.frames)},
		{Name: "Frame rate", Value: rate + " frames per second"},
		{Name: "Zone", Value: "completion times are days of " + b.l.scope.zone.String() + "; time-sheet days stay as written"},
	}
	if b.m.name == Weighted || b.m.name == KitsuWeighted {
		notes = append(notes, table.Note{Name: "Calendar", Value: b.calendar()})
	}
	return notes
}

func (b *quotaBook) calendar() string {
	if b.m.name == KitsuWeighted {
		return Calendar{}.words() + " (Kitsu knows no holidays)"
	}
	return b.l.scope.q.Calendar.words()
}

func (b *quotaBook) charts() []table.Chart {
	return []table.Chart{{Table: weekTableName, Title: "Frames per week", Alt: b.chartText(), Kind: "column", X: "period", Y: []string{"frames"},
		XTitle: "ISO week", YTitle: "frames"}}
}

// chartText says what the chart shows to who cannot see it.
func (b *quotaBook) chartText() string {
	if len(b.weeks) == 0 {
		return "Column chart of frames per week. There are no frames to show."
	}
	first, last, best := b.weeks[0], b.weeks[len(b.weeks)-1], b.weeks[0]
	for _, w := range b.weeks {
		if w.frames > best.frames {
			best = w
		}
	}
	return fmt.Sprintf("Column chart of frames per week, %s to %s: %d frames in all; most in %s with %d, %d in the last week.",
		byWeek.label(first.day), byWeek.label(last.day), b.l.total.frames, byWeek.label(best.day), best.frames, last.frames)
}

// book is the cover that all reports share.
func (s *scope) book(name, title string) *table.Book {
	return &table.Book{Name: name, Title: title, Project: s.dim.Project.Name, Timezone: s.zone.String(), AsOf: s.q.AsOf,
		Snapshot: s.q.Snapshot, From: string(s.q.From), To: string(s.q.To)}
}

// notes say what the query left out.
func (s *scope) notes() []table.Note {
	var out []table.Note
	add := func(name, value string) {
		if value != "" {
			out = append(out, table.Note{Name: name, Value: value})
		}
	}
	if at := s.dim.LoadedLater; !at.IsZero() {
		add("Not known then", "What an archive brought after "+at.UTC().Format("2006-01-02 15:04:05.999999 UTC")+" counts from its own dates, with the values it came with; what those were then is not known.")
	}
	add("Only task type", s.q.TaskType)
	if s.onlyPerson != nil {
		add("Only person", s.personName(*s.onlyPerson))
	}
	if s.onlyTeam != nil {
		add("Only "+s.q.TeamBy, s.teams.name(*s.onlyTeam))
	}
	return out
}

// instant is a time as a table's cell: null where there is none.
func instant(t hierarchy.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Microsecond)
}
