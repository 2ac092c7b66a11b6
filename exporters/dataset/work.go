package dataset

import (
	"turnover/hierarchy"
	"turnover/internal/table"
)

// fields are what the tables show of the facts.
var fields = hierarchy.Fields{
	"tasks": {"id", "name", "entity_id", "task_type_id", "task_status_id", "priority", "difficulty", "duration", "estimation", "retake_count", "nb_drawings", "start_date", "due_date",
		"real_start_date", "end_date", "done_date", "last_comment_date", "last_preview_file_id", "data", "created_at", "updated_at"},
	"comments":      {"id", "task_id", "task_status_id", "person_id", "text", "checklist", "previews", "created_at", "updated_at"},
	"time_spents":   {"id", "task_id", "person_id", "date", "duration"},
	"preview_files": {"id", "task_id", "revision", "position", "created_at"},
}

// changeFields are what changes of a status are found by.
var changeFields = hierarchy.Fields{"comments": {"id", "task_id", "task_status_id", "person_id", "created_at"}}

func (m *maker) typeName(id hierarchy.ID) any {
	if t := m.types[id]; t != nil {
		return t.Name
	}
	return nil
}

func (m *maker) statusName(id hierarchy.ID) any {
	if s := m.statuses[id]; s != nil {
		return s.Name
	}
	return nil
}

func (m *maker) tasks() *table.Table {
	rows := streamed(m.facts.Tasks(), func(t *hierarchy.Task) table.Row {
		row := m.front(string(t.ID), t.Name, orNull(t.EntityID), m.entityPath(t.EntityID), orNull(t.TaskTypeID), m.typeName(t.TaskTypeID), orNull(t.TaskStatusID), m.statusName(t.TaskStatusID))
		row = append(row, t.Priority, t.Difficulty, t.Duration, t.Estimation, deref(t.RetakeCount), deref(t.NbDrawings))
		return append(row, dateOf(t.StartDate), dateOf(t.DueDate), at(t.RealStartDate), at(t.EndDate), at(t.DoneDate), at(t.LastCommentDate), int64(len(t.Assignees)), m.document(t.Data), at(t.CreatedAt), at(t.UpdatedAt),
			at(t.DueDate), orNull(t.LastPreviewFileID))
	})
	return m.table("tasks", "One row is one task.", by("path", "task_type", "name", "id"), rows, text("id", "Id."), text("name", "Name; main where there is one of its type."), text("entity_id", "Id of the shot, asset … it is on."), text("path", "Path of that."),
		text("task_type_id", "Id of the task type."), text("task_type", "Name of the task type."), text("task_status_id", "Id of the status."), text("task_status", "Name of the status."),
		whole("priority", "", "0 normal to 3 emergency."), whole("difficulty", "", "1 to 5."), float("duration_minutes", "minutes", "Time logged."), float("estimation_minutes", "minutes", "Time estimated."),
		whole("retake_count", "retakes", "Retakes as recorded."), whole("nb_drawings", "drawings", "Drawings."), day("start_date", "Planned first day."), day("due_date", "Planned last day."),
		instant("real_start_date", "First work in progress."), instant("end_date", "Sent for feedback."), instant("done_date", "Approved."), instant("last_comment_date", "Last comment."),
		whole("nb_assignees", "", "How many persons have it."), text("data", "Custom fields as a JSON object; null where people are hidden."), instant("created_at", "When it was made."), instant("updated_at", "When it last changed."),
		instant("due_at", "Planned last day with its time, as recorded."), text("last_preview_id", "Id of the last preview, as recorded."))
}

func (m *maker) assignees() *table.Table {
	rows := func(yield func(table.Row, error) bool) {
		if m.x.Persons == Absent {
			return
		}
		for t, err := range hierarchy.Only(m.facts, hierarchy.Fields{"tasks": {"id"}}).Tasks() {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, id := range t.Assignees {
				if !yield(m.front(string(t.ID), m.x.id(id), m.personName(id)), nil) {
					return
				}
			}
		}
	}
	return m.table("assignees", "One row is one person on one task; none where people are left out.", by("person_id", "task_id"), rows, text("task_id", "Id of the task."), text("person_id", "Id of the person."), text("person", "Name of the person."))
}

func (m *maker) comments() *table.Table {
	rows := streamed(m.facts.Comments(), func(c *hierarchy.Comment) table.Row {
		return m.front(string(c.ID), string(c.TaskID), orNull(c.TaskStatusID), m.statusName(c.TaskStatusID), m.x.id(c.PersonID), m.personName(c.PersonID), m.x.written(orNull(c.Text)), at(c.CreatedAt), at(c.UpdatedAt),
			m.x.written(listing(c.Checklist)), listing(c.Previews))
	})
	return m.table("comments", "One row is one comment on a task.", by("created_at", "task_id", "id"), rows, text("id", "Id."), text("task_id", "Id of the task."), text("task_status_id", "Id of the status it gave."), text("task_status", "Name of that status."),
		text("person_id", "Id of who wrote it."), text("person", "Name of who wrote it."), text("text", "The text; null where people are hidden, since it may name them."), instant("created_at", "When it was written."), instant("updated_at", "When it last changed."),
		text("checklist", "Its checklist as a JSON list; null where it has none, and where people are hidden."), text("previews", "Ids of the previews that it carries, as a JSON list; null where it carries none."))
}

// listing is a JSON list as text; null where nothing is in it.
func listing(d hierarchy.Data) any {
	if len(d) <= len("[]") {
		return nil
	}
	return string(d)
}

func (m *maker) previews() *table.Table {
	rows := streamed(m.facts.Previews(), func(p *hierarchy.PreviewFile) table.Row {
		return m.front(string(p.ID), string(p.TaskID), p.Revision, p.Position, at(p.CreatedAt))
	})
	return m.table("previews", "One row is one revision of a task's picture.", by("created_at", "task_id", "id"), rows, text("id", "Id."), text("task_id", "Id of the task."), whole("revision", "", "Its revision, from 1."),
		whole("position", "", "Its place among the pictures of one revision."), instant("created_at", "When it was made."))
}

// statusChanges are the comments that changed their task's status.
func (m *maker) statusChanges() *table.Table {
	rows := func(yield func(table.Row, error) bool) {
		var task, was hierarchy.ID
		for c, err := range hierarchy.Only(m.facts, changeFields).Comments() {
			if err != nil {
				yield(nil, err)
				return
			}
			if c.TaskID != task {
				task, was = c.TaskID, ""
			}
			if c.TaskStatusID == "" || c.TaskStatusID == was {
				continue
			}
			row := m.front(string(c.TaskID), at(c.CreatedAt), orNull(was), m.statusName(was), string(c.TaskStatusID), m.statusName(c.TaskStatusID))
			row = append(row, m.flags(c.TaskStatusID)...)
			row = append(row, m.x.id(c.PersonID), m.personName(c.PersonID), string(c.ID))
			was = c.TaskStatusID
			if !yield(row, nil) {
				return
			}
		}
	}
	return m.table("status_changes", "One row is one change of a task's status; the first comment counts as one.", by("changed_at", "task_id", "comment_id"), rows, text("task_id", "Id of the task."), instant("changed_at", "When it happened."),
		text("from_status_id", "Id of the status before; null for the first."), text("from_status", "Name of the status before."), text("to_status_id", "Id of the status after."), text("to_status", "Name of the status after."),
		truth("is_retake", "A retake was asked for."), truth("is_feedback_request", "It was sent for review."), truth("is_done", "It was approved."),
		text("person_id", "Id of who changed it."), text("person", "Name of who changed it."), text("comment_id", "Id of the comment."))
}

func (m *maker) flags(id hierarchy.ID) []any {
	if s := m.statuses[id]; s != nil {
		return []any{s.IsRetake, s.IsFeedbackRequest, s.IsDone}
	}
	return []any{nil, nil, nil}
}

func (m *maker) timeSpents() *table.Table {
	rows := streamed(m.facts.TimeSpents(), func(t *hierarchy.TimeSpent) table.Row {
		return m.front(string(t.ID), string(t.TaskID), m.x.id(t.PersonID), m.personName(t.PersonID), dayOf(t.Date), t.Duration)
	})
	return m.table("time_spents", "One row is one person's work on one task on one day.", by("day", "person_id", "task_id", "id"), rows, text("id", "Id."), text("task_id", "Id of the task."), text("person_id", "Id of the person."), text("person", "Name of the person."),
		day("day", "The person's own calendar day."), float("duration_minutes", "minutes", "Time logged."))
}

// The following are of all productions: they have no project_id.

func shared(name, doc string, rows table.Rows, columns ...table.Column) *table.Table {
	return &table.Table{Name: name, Title: name, Doc: doc, Columns: columns, Rows: rows, Sorted: []string{columns[0].Name}}
}

func (m *maker) people() *table.Table {
	departments := map[hierarchy.ID]string{}
	names := map[hierarchy.ID]string{}
	for _, d := range m.dim.Departments {
		names[d.ID] = d.Name
	}
	for _, l := range m.dim.PersonDepartments {
		if departments[l.PersonID] != "" {
			departments[l.PersonID] += ", "
		}
		departments[l.PersonID] += names[l.DepartmentID]
	}
	rows := listed(m.dim.Persons, func(p *hierarchy.Person) table.Row {
		if m.x.Persons == Absent {
			return nil
		}
		var name, email, zone any
		if m.x.named() {
			name, email, zone = p.Name(), deref(p.Email), deref(p.Timezone)
		}
		return table.Row{m.x.id(p.ID), name, email, p.Active, deref(p.Role), orNull(p.StudioID), orNull(departments[p.ID]), p.IsBot, zone}
	})
	return shared("persons", "One row is one person of any production; none where people are left out.", rows, text("id", "Id, or pseudonym."), text("name", "Full name; null where pseudonymous."), text("email", "E-mail address; null where pseudonymous."),
		truth("active", "Still works here."), text("role", "Role in the tracker."), text("studio_id", "Id of the studio."), text("departments", "Names of the departments."), truth("is_bot", "Works for a program."), text("timezone", "Time zone, in which days of time sheets are; null where pseudonymous."))
}

func (m *maker) taskTypes() *table.Table {
	rows := listed(m.dim.TaskTypes, func(t *hierarchy.TaskType) table.Row {
		return table.Row{string(t.ID), t.Name, deref(t.ShortName), deref(t.ForEntity), orNull(t.DepartmentID), t.Priority, t.Archived}
	})
	return shared("task_types", "One row is one task type.", rows, text("id", "Id."), text("name", "Name."), text("short_name", "Short name."), text("for_entity", "What it is done on."), text("department_id", "Id of the department."),
		whole("priority", "", "Order in the pipeline."), truth("archived", "No longer used."))
}

func (m *maker) taskStatuses() *table.Table {
	rows := listed(m.dim.TaskStatuses, func(s *hierarchy.TaskStatus) table.Row {
		return table.Row{string(s.ID), s.Name, s.ShortName, s.IsDefault, s.IsWIP, s.IsFeedbackRequest, s.IsDone, s.IsRetake, s.Archived, s.ForConcept}
	})
	return shared("task_statuses", "One row is one task status.", rows, text("id", "Id."), text("name", "Name."), text("short_name", "Short name."), truth("is_default", "Of new tasks."), truth("is_wip", "Work in progress."),
		truth("is_feedback_request", "Waits for review."), truth("is_done", "Approved."), truth("is_retake", "To be done again."), truth("archived", "No longer used."), truth("for_concept", "Of concepts only."))
}

func (m *maker) departments() *table.Table {
	rows := listed(m.dim.Departments, func(d *hierarchy.Department) table.Row { return table.Row{string(d.ID), d.Name} })
	return shared("departments", "One row is one department.", rows, text("id", "Id."), text("name", "Name."))
}

func (m *maker) personDepartments() *table.Table {
	rows := listed(m.dim.PersonDepartments, func(l *hierarchy.PersonDepartment) table.Row {
		if m.x.Persons == Absent {
			return nil
		}
		return table.Row{m.x.id(l.PersonID), string(l.DepartmentID)}
	})
	out := shared("person_departments", "One row puts one person in one department; a person may be in several.", rows, text("person_id", "Id, or pseudonym."), text("department_id", "Id of the department."))
	out.Sorted = by("person_id", "department_id")
	return out
}

func (m *maker) studios() *table.Table {
	rows := listed(m.dim.Studios, func(s *hierarchy.Studio) table.Row { return table.Row{string(s.ID), s.Name} })
	return shared("studios", "One row is one studio.", rows, text("id", "Id."), text("name", "Name."))
}
