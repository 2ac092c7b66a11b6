package dataset

import (
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// An Import is what one apply, load or undo did.
type Import struct {
	ID, PlanID, Kind      string
	SourceName, SourceSHA string
	Author                string // person id, e-mail or account
	Accepted              string // codes of gates that were let pass
	At                    hierarchy.Time
	UndoneBy, Undoes      string         // ids of imports
	Counts                map[string]int // by action: create, update …
}

// importActions are those that imports count, in the columns' order.
var importActions = []string{"create", "update", "move", "omit", "reinstate", "link", "unlink"}

func (m *maker) imports() *table.Table {
	rows := listed(m.x.Imports, func(r *Import) table.Row {
		id, name := m.author(r.Author)
		row := m.front(r.ID, r.Kind, at(r.At), orNull(r.PlanID), m.x.written(orNull(r.SourceName)), orNull(r.SourceSHA), id, name, orNull(r.Accepted), orNull(r.UndoneBy), orNull(r.Undoes))
		for _, action := range importActions {
			row = append(row, int64(r.Counts[action]))
		}
		return row
	})
	columns := []table.Column{text("id", "Id of the import."), text("kind", "shots, casting, tasks, timesheet, load or undo."), instant("applied_at", "When it was applied."), text("plan_id", "Id of its plan."),
		text("source_name", "Name of the file; null where people are hidden, since it may name them."), text("source_sha256", "Checksum of the file."),
		text("author_id", "Id of the person who applied it; null for an account that is no person."), text("author", "Name of the person, or the account."),
		text("accepted_gates", "Codes of the gates that a person let pass."), text("undone_by_import_id", "Import that took it back."), text("undoes_import_id", "Import that it took back.")}
	for _, action := range importActions {
		columns = append(columns, whole("nb_"+action, "changes", "Changes by "+action+"."))
	}
	return m.table("imports", "One row is one list, archive or undo that was applied.", by("applied_at", "id"), rows, columns...)
}

// importChanges are the lines of history of imports and undos. An archive's
// rows are the tables themselves: they would stand here a second time.
func (m *maker) importChanges() *table.Table {
	rows := func(yield func(table.Row, error) bool) {
		if m.x.Changes == nil {
			return
		}
		for h, err := range m.x.Changes {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(m.change(h), nil) {
				return
			}
		}
	}
	return m.table("import_changes", "One row is one field that an import or undo changed, or one row that it made or removed; what archives loaded is not among them.", by("change_number"), rows,
		whole("change_number", "", "Number of the change, ascending in time."), instant("changed_at", "When it was changed."), text("import_id", "Id of the import."), text("cause", "import or undo."),
		text("author_id", "Id of the person who applied it."), text("author", "Name of the person, or the account."), text("place", "Where the file says so; null where people are hidden."),
		text("table_name", "Table of the row in turnover."), text("row_id", "Id of the row; a link's is two ids joined by a slash."), text("path", "Path of an episode, sequence, scene, shot or asset."),
		text("action", "create, update, move, omit, reinstate, link, unlink or delete."), text("field", "Field that changed; null for a whole row."),
		text("value_before", "Value before, as JSON; of people and free texts null where people are hidden."), text("value_after", "Value after, likewise."))
}

func (m *maker) change(h hierarchy.HistoryRow) table.Row {
	id, name := m.author(h.Author)
	var path any
	if h.Table == (&hierarchy.Entity{}).Table() {
		path = m.entityPath(hierarchy.ID(h.Key))
	}
	row := m.front(h.Seq, at(h.At), h.CauseID, string(h.Cause), id, name, m.x.written(orNull(h.Place)), h.Table, m.hideKey(h.Key), path, h.Action, orNull(h.Field))
	if !m.x.named() && !impersonal[h.Field] {
		return append(row, nil, nil)
	}
	return append(row, orNull(h.Before), orNull(h.After))
}

// impersonal are the fields whose values tell nothing of people. What is not
// listed is left out where people are hidden: a new field is no leak.
var impersonal = fieldSet("canceled nb_frames nb_occurences parent_id source_id entity_type_id status entity_id entity_in_id entity_out_id task_type_id task_status_id " +
	"priority difficulty duration estimation completion_rate retake_count nb_drawings start_date due_date real_start_date end_date done_date last_comment_date " +
	"data.frame_in data.frame_out data.fps data.resolution data.max_retakes")

func fieldSet(names string) map[string]bool {
	out := map[string]bool{}
	for _, n := range strings.Fields(names) {
		out[n] = true
	}
	return out
}
