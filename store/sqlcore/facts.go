package sqlcore

import (
	"context"
	"iter"
	"slices"

	"turnover/hierarchy"
	"turnover/store/schema"
)

// facts implement hierarchy.Facts.
type facts struct {
	ctx        context.Context // of the transaction that the streams live in
	conn       Conn
	dimensions *hierarchy.Snapshot
	fields     hierarchy.Fields
	types      []string // of tasks; nil: all
}

// Facts streams one production for reports; see store.Reader.
func (r Reader) Facts(ctx context.Context, project string) (hierarchy.Facts, error) {
	s, err := r.Snapshot(ctx, project, hierarchy.With{Castings: true})
	if err != nil {
		return nil, err
	}
	return &facts{ctx, r.Conn, s, nil, nil}, nil
}

// Only reads no other columns; see hierarchy.Only.
func (f *facts) Only(fields hierarchy.Fields) hierarchy.Facts {
	lean := *f
	lean.fields = fields
	return &lean
}

// OfTypes reads no tasks of other types, nor what hangs on them; see hierarchy.OfTypes.
func (f *facts) OfTypes(types []hierarchy.ID) hierarchy.Facts {
	few := *f
	few.types = make([]string, len(types))
	for i, id := range types {
		few.types[i] = string(id)
	}
	return &few
}

func (f *facts) Dimensions() *hierarchy.Snapshot { return f.dimensions }

func (f *facts) Tasks() iter.Seq2[*hierarchy.Task, error] {
	return stream[*hierarchy.Task](f.ctx, f.conn, f.of("tasks", "t", query{}))
}

func (f *facts) TimeSpents() iter.Seq2[*hierarchy.TimeSpent, error] {
	rows := stream[*hierarchy.TimeSpent](f.ctx, f.conn, f.ofTasks("time_spents"))
	return byTask(rows, hierarchy.CompareTimeSpents, func(t *hierarchy.TimeSpent) hierarchy.ID { return t.TaskID })
}

func (f *facts) Comments() iter.Seq2[*hierarchy.Comment, error] {
	rows := stream[*hierarchy.Comment](f.ctx, f.conn, f.ofTasks("comments"))
	return byTask(rows, hierarchy.CompareComments, func(c *hierarchy.Comment) hierarchy.ID { return c.TaskID })
}

func (f *facts) Previews() iter.Seq2[*hierarchy.PreviewFile, error] {
	rows := stream[*hierarchy.PreviewFile](f.ctx, f.conn, f.ofTasks("preview_files"))
	return byTask(rows, hierarchy.ComparePreviews, func(p *hierarchy.PreviewFile) hierarchy.ID { return p.TaskID })
}

// ofTasks walks the project's tasks in order of their ids and what hangs on each
// of them, so that neither database sorts the whole or reads what others have.
// The few rows of a task are put in order by byTask.
func (f *facts) ofTasks(table string) query {
	return f.of(table, "k", query{tasks: true})
}

// of completes a query: with the table, those of its columns that are looked at,
// and the tasks that are asked for, which it names.
func (f *facts) of(table, tasks string, q query) query {
	q.table, q.args = schema.TableNamed(table), []any{string(f.dimensions.Project.ID)}
	q.tail = "WHERE " + tasks + ".project_id = ?"
	if f.types != nil {
		condition, arg := f.conn.Any(tasks+".task_type_id", f.types)
		q.tail, q.args = q.tail+" AND "+condition, append(q.args, arg)
	}
	q.tail += " ORDER BY " + tasks + ".id"
	names, narrowed := f.fields[table]
	if !narrowed {
		return q
	}
	q.only = []*schema.Column{}
	for i := range q.table.Columns {
		c := &q.table.Columns[i]
		if slices.Contains(names, c.Name) || slices.Contains(orderOf[table], c.Name) {
			q.only = append(q.only, c)
		}
	}
	return q
}

// orderOf are the columns that a stream is put in order by.
var orderOf = map[string][]string{
	"tasks":         {"id"},
	"time_spents":   {"id", "task_id", "date", "person_id"},
	"comments":      {"id", "task_id", "created_at"},
	"preview_files": {"id", "task_id", "created_at"},
}

// byTask puts the rows of each task in order.
func byTask[T any](rows iter.Seq2[T, error], compare func(a, b T) int, taskOf func(T) hierarchy.ID) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var group []T
		flush := func() bool {
			slices.SortStableFunc(group, compare)
			for _, row := range group {
				if !yield(row, nil) {
					return false
				}
			}
			group = group[:0]
			return true
		}
		for row, err := range rows {
			if len(group) > 0 && (err != nil || taskOf(group[0]) != taskOf(row)) && !flush() {
				return
			}
			if err != nil {
				yield(row, err)
				return
			}
			group = append(group, row)
		}
		flush()
	}
}
