package sqlcore

import (
	"context"
	"fmt"

	"turnover/hierarchy"
	"turnover/store/schema"
)

// A loader gathers questions, to be asked together.
type loader struct {
	conn      Conn
	questions []Question
}

func (l *loader) ask(ctx context.Context) error { return l.conn.Ask(ctx, l.questions) }

// load asks for rows of one noun's table.
func load[T any, P interface {
	*T
	hierarchy.Noun
}](l *loader, into *[]P, where string, args ...any) {
	t := tableOf(P(new(T)))
	for i, a := range args {
		args[i] = plain(a)
	}
	l.questions = append(l.questions, question(l.conn, query{table: t, tail: where + byKey(t), args: args}, into))
}

// project asks for a production by id or else by exact name; the first is it.
func (l *loader) project(into *[]*hierarchy.Project, project string) {
	l.questions = append(l.questions, question(l.conn, query{table: schema.TableNamed("projects"),
		tail: "WHERE t.id = ? OR t.name = ? ORDER BY CASE WHEN t.id = ? THEN 0 ELSE 1 END", args: []any{project, project, project}}, into))
}

// shared asks for what all productions share.
func (l *loader) shared(s *hierarchy.Snapshot) {
	load(l, &s.Studios, "")
	load(l, &s.Departments, "")
	load(l, &s.Persons, "")
	load(l, &s.PersonDepartments, "")
	load(l, &s.EntityTypes, "")
	load(l, &s.TaskTypes, "")
	load(l, &s.TaskStatuses, "")
}

const ofProject = "WHERE t.project_id = ?"

// production asks for what is of the project.
func (l *loader) production(s *hierarchy.Snapshot, with hierarchy.With) {
	id := s.Project.ID
	load(l, &s.Team, ofProject, id)
	load(l, &s.ProjectTaskTypes, ofProject, id)
	load(l, &s.ProjectTaskStatuses, ofProject, id)
	load(l, &s.ProjectAssetTypes, ofProject, id)
	load(l, &s.Descriptors, ofProject, id)
	if !with.Bare {
		load(l, &s.Entities, ofProject, id)
	}
	if with.Castings {
		load(l, &s.Castings, "WHERE t.entity_in_id IN (SELECT e.id FROM entities e WHERE e.project_id = ?)", id)
	}
	if with.Tasks {
		load(l, &s.Tasks, ofProject, id)
	}
	if with.TimeSpents {
		load(l, &s.TimeSpents, "WHERE t.task_id IN (SELECT k.id FROM tasks k WHERE k.project_id = ?)", id)
	}
}

// revision asks how often the project and what is shared were changed, when last,
// and for the last line of their history.
func (l *loader) revision(of *hierarchy.Snapshot) {
	project := ""
	if of.Project != nil {
		project = string(of.Project.ID)
	}
	q := query{table: schema.TableNamed("revisions"), tail: "WHERE t.project_id = '' OR t.project_id = ?", args: []any{project}}
	cells := q.cells()
	l.questions = append(l.questions,
		Question{q.sql(l.conn.Words()), q.args, func(s Scanner) error {
			row, err := cells.row(s)
			if err != nil {
				return err
			}
			rev := row.(*schema.Revision)
			if rev.Project == "" {
				of.Shared = rev.Revision
			} else {
				of.Revision = rev.Revision
			}
			if rev.ChangedAt.After(of.AsOf.Time) {
				of.AsOf = rev.ChangedAt
			}
			return nil
		}},
		Question{lastLine, []any{project}, func(row Scanner) error { return row.Scan(&of.Seq) }})
}

// lastLine asks for the number of the last line of a production's history and of
// what all share: three looks at the end of an index, where one condition for all
// would read back through everybody's lines. It is ordered by project, too,
// since PostgreSQL does not see that rows without one are in order by number.
var lastLine = fmt.Sprintf("SELECT coalesce(max(l.seq), 0) FROM (%s UNION ALL %s UNION ALL %s) AS l",
	lastOf("= ?"), lastOf("IS NULL"), lastOf("= ''"))

func lastOf(project string) string {
	return "SELECT * FROM (SELECT seq FROM history WHERE project_id " + project + " ORDER BY project_id DESC, seq DESC LIMIT 1) AS o"
}
