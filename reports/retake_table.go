package reports

import (
	"turnover/hierarchy"
	"turnover/internal/table"
)

// stageColumns are the nine counts.
func stageColumns() []table.Column {
	out := bucketColumns("done_", " done")
	out = append(out, bucketColumns("retake_", " in retake")...)
	return append(out, bucketColumns("other_", " in any other state")...)
}

func (s stages) cells(row table.Row) table.Row {
	return s.other.cells(s.retake.cells(s.done.cells(row)))
}

func (b *retakeBook) current(name, title string, m map[groupKey]*retakeNode, bySequence bool) *table.Table {
	columns := append(keyColumns(bySequence), table.Column{Name: "max_retake_count", Type: table.Int, Unit: "retakes", Doc: "Highest recorded retake count of these tasks."})
	columns = append(columns, stageColumns()...)
	var rows []table.Row
	for _, k := range b.keys(m) {
		rows = append(rows, m[k].now().cells(append(b.s.keyCells(k, bySequence), m[k].most)))
	}
	return &table.Table{Name: name, Title: title, Doc: "One row counts the tasks of one type as they stand; a film's rows have no episode.", Columns: columns, Rows: table.Of(rows)}
}

func takeColumn() table.Column {
	return table.Column{Name: "take", Type: table.Int, Doc: "The take, from 1."}
}

func (b *retakeBook) takes() *table.Table {
	columns := append(keyColumns(false), takeColumn())
	keys := b.keys(b.episodes)
	return &table.Table{Name: "retake_takes", Title: "Retakes by take", Columns: append(columns, stageColumns()...),
		Doc: "One row is one take of an episode and task type: tasks retaken at least so often are in retake, the others as they stand now.",
		Rows: func(yield func(table.Row, error) bool) {
			for _, k := range keys {
				n, goOn := b.episodes[k], true
				n.evolution(min(n.most, maxTakes), func(take int64, s stages) bool {
					goOn = yield(s.cells(append(b.s.keyCells(k, false), take)), nil)
					return goOn
				})
				if !goOn {
					return
				}
			}
		}}
}

func (b *retakeBook) byTake() *table.Table {
	var rows []table.Row
	b.all.evolution(min(b.all.most, maxTakes), func(take int64, s stages) bool {
		rows = append(rows, s.cells(table.Row{take}))
		return true
	})
	return &table.Table{Name: "retake_by_take", Title: "Retakes by take, whole production", Doc: "One row is one take of all tasks.",
		Columns: append([]table.Column{takeColumn()}, stageColumns()...), Rows: table.Of(rows)}
}

// eventTable is the table of retakes; further columns stand behind those of the
// contract.
func (b *retakeBook) eventTable() *table.Table {
	return &table.Table{Name: "retake_events", Title: "Each retake", Kind: table.Working, Doc: "One row is one retake that was asked for.", Columns: eventColumns(),
		Rows: func(yield func(table.Row, error) bool) {
			for e, err := range b.events.All() {
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(b.eventCells(e), nil) {
					return
				}
			}
		}}
}

func eventColumns() []table.Column {
	columns := []table.Column{
		{Name: "task_id", Type: table.Text, Doc: "Id of the task."},
		{Name: "path", Type: table.Text, Doc: "Episode, sequence and shot."},
	}
	columns = append(columns, pair("task_type", "task type")...)
	columns = append(columns,
		table.Column{Name: "take", Type: table.Int, Doc: "Which retake of the task, from 1."},
		table.Column{Name: "asked_at", Type: table.Instant, Doc: "When the status changed to a retake."},
		table.Column{Name: "asked_by_id", Type: table.Text, Doc: "Id of who asked."},
		table.Column{Name: "asked_by", Type: table.Text, Doc: "Who asked."},
		table.Column{Name: "resolved_at", Type: table.Instant, Doc: "When the task was next sent for feedback or done; null while it is open."},
		table.Column{Name: "hours_open", Type: table.Float, Unit: "hours", Decimals: 2, Doc: "From asking to resolving, or to the report's as-of while it is open; hours of the calendar."},
		table.Column{Name: "cause", Type: table.Text, Doc: "Why, where a tag or checklist heading of the comment is mapped to a cause; the first one."},
		table.Column{Name: "business_days_open", Type: table.Int, Unit: "days", Doc: "The same span in business days: 0 on the same day, 1 from Friday to Monday."})
	columns = append(columns, pair("from_status", "status before the retake")...)
	columns = append(columns, pair("resolved_by", "person who resolved it")...)
	columns = append(columns, pair("resolved_status", "status that resolved it")...)
	columns = append(columns, pair("person", "person whose take it was")...)
	columns = append(columns, pair("team", "team of that person")...)
	columns = append(columns,
		table.Column{Name: "previews", Type: table.Int, Unit: "previews", Doc: "Revisions of the task's previews until then: its takes to look at."},
		table.Column{Name: "preview_revision", Type: table.Int, Doc: "The last of these revisions; null where there was none."},
		table.Column{Name: "preview_id", Type: table.Text, Doc: "Id of that preview."},
		table.Column{Name: "other_causes", Type: table.Text, Doc: "Further causes that the comment names."},
		table.Column{Name: "asked_week", Type: table.Text, Doc: "ISO week in which it was asked for, in the report's zone."},
		table.Column{Name: "resolved_week", Type: table.Text, Doc: "ISO week in which it was resolved."},
		table.Column{Name: "omitted", Type: table.Text, Doc: "yes where the shot is omitted."},
		table.Column{Name: "entity_id", Type: table.Text, Doc: "Id of the shot or scene."})
	columns = append(columns, pair("episode", "episode")...)
	return append(columns, pair("sequence", "sequence")...)
}

func (b *retakeBook) eventCells(e *retakeEvent) table.Row {
	s := b.s
	row := make(table.Row, 0, 36)
	row = named(append(row, cell(e.task), s.path(e.entity)), e.taskType, s.typeName(e.taskType))
	row = named(append(row, e.take, instant(e.asked)), e.askedBy, s.personName(e.askedBy))
	row = append(row, instant(e.resolved), e.hours(s.q.AsOf), cell(hierarchy.ID(e.cause())), e.days(s, b.work, s.q.AsOf))
	row = named(row, e.from, s.statusName(e.from))
	row = named(row, e.resolvedBy, s.personName(e.resolvedBy))
	row = named(row, e.resolvedAs, s.statusName(e.resolvedAs))
	row = named(row, e.person, s.personName(e.person))
	team := s.teams.of(e.person, s.types[e.taskType])
	row = named(row, team, s.teams.name(team))
	row = append(row, e.revisions)
	if e.preview == "" {
		row = append(row, nil, nil)
	} else {
		row = append(row, e.revision, string(e.preview))
	}
	entity := s.dim.Entity(e.entity)
	row = append(row, e.others(), s.weekCell(e.asked), s.weekCell(e.resolved), omitted(entity), cell(e.entity))
	sequence, episode := s.above(entity)
	row = named(row, idOf(episode), s.entityName(idOf(episode)))
	return named(row, idOf(sequence), s.entityName(idOf(sequence)))
}

// weekCell is the ISO week of an instant in the report's zone; null for none.
func (s *scope) weekCell(t hierarchy.Time) any {
	if t.IsZero() {
		return nil
	}
	return byWeek.label(dayOf(t.Time, s.zone))
}
