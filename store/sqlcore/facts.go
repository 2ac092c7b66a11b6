package sqlcore

import (
	"context"
	"iter"

	"turnover/hierarchy"
	"turnover/store/schema"
)

// facts implement hierarchy.Facts.
type facts struct {
	ctx        context.Context // of the transaction that the streams live in
	conn       Conn
	dimensions *hierarchy.Snapshot
}

// Facts streams one production for reports; see store.Reader.
func (r Reader) Facts(ctx context.Context, project string) (hierarchy.Facts, error) {
	s, err := r.Snapshot(ctx, project, hierarchy.With{Castings: true})
	if err != nil {
		return nil, err
	}
	return &facts{ctx, r.Conn, s}, nil
}

func (f *facts) Dimensions() *hierarchy.Snapshot { return f.dimensions }

func (f *facts) Tasks() iter.Seq2[*hierarchy.Task, error] {
	return stream[*hierarchy.Task](f.ctx, f.conn, query{table: schema.TableNamed("tasks"),
		tail: "WHERE t.project_id = ? ORDER BY t.id", args: []any{string(f.dimensions.Project.ID)}})
}

func (f *facts) TimeSpents() iter.Seq2[*hierarchy.TimeSpent, error] {
	return stream[*hierarchy.TimeSpent](f.ctx, f.conn, f.ofTasks("time_spents", `t."date" NULLS FIRST, t.person_id NULLS FIRST, t.id`))
}

func (f *facts) Comments() iter.Seq2[*hierarchy.Comment, error] {
	return stream[*hierarchy.Comment](f.ctx, f.conn, f.ofTasks("comments", "t.created_at NULLS FIRST, t.id"))
}

func (f *facts) Previews() iter.Seq2[*hierarchy.PreviewFile, error] {
	return stream[*hierarchy.PreviewFile](f.ctx, f.conn, f.ofTasks("preview_files", "t.created_at NULLS FIRST, t.id"))
}

// ofTasks walks the project's tasks in order of their ids and what hangs on each
// of them, so that neither database sorts the whole or reads what others have.
func (f *facts) ofTasks(table, order string) query {
	return query{
		table: schema.TableNamed(table),
		tasks: true,
		tail:  "WHERE k.project_id = ? ORDER BY k.id, " + order,
		args:  []any{string(f.dimensions.Project.ID)},
	}
}
