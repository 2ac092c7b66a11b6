package sqlcore

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/schema"
)

// A Reader implements store.Reader but for Check.
type Reader struct{ Conn Conn }

// Projects lists all productions by name.
func (r Reader) Projects(ctx context.Context) ([]*hierarchy.Project, error) {
	return all[*hierarchy.Project](ctx, r.Conn, query{table: schema.TableNamed("projects"), tail: "ORDER BY t.name, t.id"})
}

// Snapshot loads one production; see store.Reader.
func (r Reader) Snapshot(ctx context.Context, project string, with hierarchy.With) (*hierarchy.Snapshot, error) {
	p, err := r.project(ctx, project)
	if err != nil {
		return nil, err
	}
	s, err := r.Shared(ctx)
	if err != nil {
		return nil, err
	}
	s.Project = p
	if err := r.revision(ctx, s); err != nil {
		return nil, err
	}
	l := loader{ctx, r.Conn, nil}
	load(&l, &s.Team, ofProject, p.ID)
	load(&l, &s.ProjectTaskTypes, ofProject, p.ID)
	load(&l, &s.ProjectTaskStatuses, ofProject, p.ID)
	load(&l, &s.ProjectAssetTypes, ofProject, p.ID)
	load(&l, &s.Descriptors, ofProject, p.ID)
	if !with.Bare {
		load(&l, &s.Entities, ofProject, p.ID)
	}
	if with.Castings {
		load(&l, &s.Castings, "WHERE t.entity_in_id IN (SELECT e.id FROM entities e WHERE e.project_id = ?)", p.ID)
	}
	if with.Tasks {
		load(&l, &s.Tasks, ofProject, p.ID)
	}
	if with.TimeSpents {
		load(&l, &s.TimeSpents, "WHERE t.task_id IN (SELECT k.id FROM tasks k WHERE k.project_id = ?)", p.ID)
	}
	return s, l.err
}

const ofProject = "WHERE t.project_id = ?"

// Shared loads what all productions share.
func (r Reader) Shared(ctx context.Context) (*hierarchy.Snapshot, error) {
	s := &hierarchy.Snapshot{}
	l := loader{ctx, r.Conn, nil}
	load(&l, &s.Studios, "")
	load(&l, &s.Departments, "")
	load(&l, &s.Persons, "")
	load(&l, &s.PersonDepartments, "")
	load(&l, &s.EntityTypes, "")
	load(&l, &s.TaskTypes, "")
	load(&l, &s.TaskStatuses, "")
	if l.err != nil {
		return nil, l.err
	}
	return s, r.revision(ctx, s)
}

// project finds a production by id or else by exact name.
func (r Reader) project(ctx context.Context, project string) (*hierarchy.Project, error) {
	found, err := all[*hierarchy.Project](ctx, r.Conn, query{table: schema.TableNamed("projects"),
		tail: "WHERE t.id = ? OR t.name = ? ORDER BY CASE WHEN t.id = ? THEN 0 ELSE 1 END", args: []any{project, project, project}})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("find project %q: %w", project, store.ErrNotFound)
	}
	return found[0], nil
}

// revision reads how often the project and what is shared were changed, and when last.
func (r Reader) revision(ctx context.Context, s *hierarchy.Snapshot) error {
	project := ""
	if s.Project != nil {
		project = string(s.Project.ID)
	}
	found, err := all[*schema.Revision](ctx, r.Conn, query{table: schema.TableNamed("revisions"),
		tail: "WHERE t.project_id = '' OR t.project_id = ?", args: []any{project}})
	for _, rev := range found {
		if rev.Project == "" {
			s.Shared = rev.Revision
		} else {
			s.Revision = rev.Revision
		}
		if rev.ChangedAt.After(s.AsOf.Time) {
			s.AsOf = rev.ChangedAt
		}
	}
	if err != nil {
		return err
	}
	// Each is the end of an index; with OR all lines would be looked at.
	return r.Conn.Query(ctx, `SELECT coalesce(max(m), 0) FROM (
		SELECT max(seq) AS m FROM history WHERE project_id = ? UNION ALL
		SELECT max(seq) FROM history WHERE project_id IS NULL UNION ALL
		SELECT max(seq) FROM history WHERE project_id = '') AS ends`, []any{project},
		func(row Scanner) error { return row.Scan(&s.Seq) })
}

// A loader reads tables until one fails.
type loader struct {
	ctx  context.Context
	conn Conn
	err  error
}

func load[T any, P interface {
	*T
	hierarchy.Noun
}](l *loader, into *[]P, where string, args ...any) {
	if l.err != nil {
		return
	}
	t := tableOf(P(new(T)))
	for i, a := range args {
		args[i] = plain(a)
	}
	*into, l.err = all[P](l.ctx, l.conn, query{table: t, tail: where + byKey(t), args: args})
}

// byKey orders rows by their key.
func byKey(t *schema.Table) string {
	return " ORDER BY t." + strings.ReplaceAll(schema.QuoteAll(t.Key), ", ", ", t.")
}

// Rows streams the rows of one noun's table; see store.Reader.
func (r Reader) Rows(ctx context.Context, table string, where map[string]any) iter.Seq2[hierarchy.Noun, error] {
	t := schema.TableNamed(table)
	if t == nil || !t.IsNoun() {
		return failed[hierarchy.Noun](fmt.Errorf("read rows: there is no table %q", table))
	}
	tail, args, err := r.filter(t, where)
	if err != nil {
		return failed[hierarchy.Noun](err)
	}
	return stream[hierarchy.Noun](ctx, r.Conn, query{table: t, tail: tail + byKey(t), args: args})
}

func failed[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		yield(none, err)
	}
}

// filter writes equality on columns as a condition.
func (r Reader) filter(t *schema.Table, where map[string]any) (string, []any, error) {
	var conditions []string
	var args []any
	for i := range t.Columns { // in the table's order: the same filter is the same statement
		c := &t.Columns[i]
		value, ok := where[c.Name]
		if !ok {
			continue
		}
		condition, arg, err := r.equals(t, c, value)
		if err != nil {
			return "", nil, err
		}
		conditions = append(conditions, condition)
		args = append(args, arg...)
	}
	if len(conditions) != len(where) {
		return "", nil, fmt.Errorf("read rows of %s: not all of the filter %v are columns", t.Name, where)
	}
	if len(conditions) == 0 {
		return "", nil, nil
	}
	return "WHERE " + strings.Join(conditions, " AND "), args, nil
}

func (r Reader) equals(t *schema.Table, c *schema.Column, value any) (string, []any, error) {
	column := "t." + schema.Quote(c.Name)
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Slice {
		arg, err := argOf(c, value)
		if arg == nil {
			return column + " IS NULL", nil, err
		}
		return column + " = ?", []any{arg}, err
	}
	if c.Kind != schema.Text {
		return "", nil, fmt.Errorf("read rows of %s: %q takes one value, not a list", t.Name, c.Name)
	}
	texts, null := make([]string, 0, v.Len()), false
	for i := range v.Len() {
		switch arg := plain(v.Index(i).Interface()).(type) {
		case string:
			texts = append(texts, arg)
		case nil:
			null = true
		default:
			return "", nil, fmt.Errorf("read rows of %s: %q takes texts, not %T", t.Name, c.Name, arg)
		}
	}
	condition, arg := r.Conn.Any(column, texts)
	if null {
		condition = "(" + condition + " OR " + column + " IS NULL)"
	}
	return condition, []any{arg}, nil
}

// argOf turns a filter's value into what the column holds.
func argOf(c *schema.Column, value any) (any, error) {
	arg := plain(value)
	text, isText := arg.(string)
	if !isText {
		return arg, nil
	}
	switch c.Kind {
	case schema.Time:
		at, err := hierarchy.ParseTime(text)
		return at, err
	case schema.Day:
		return hierarchy.ParseDay(text)
	}
	return text, nil
}

// plain turns a value of the nouns' types into one of the drivers': the empty
// id, time and day are null.
func plain(value any) any {
	switch v := value.(type) {
	case nil:
		return nil
	case hierarchy.Time:
		if v.IsZero() {
			return nil
		}
		return v.String()
	case hierarchy.ID:
		if v == "" {
			return nil
		}
	case hierarchy.Day:
		if v == "" {
			return nil
		}
	}
	v := reflect.ValueOf(value)
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return plain(v.Elem().Interface())
	case reflect.String:
		return v.String()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	}
	return value
}

// Twins lists entities whose place and name another one has.
func (r Reader) Twins(ctx context.Context, project hierarchy.ID) ([]*hierarchy.Entity, error) {
	place := func(alias string) string {
		return strings.ReplaceAll("coalesce(CASE WHEN x.kind = 'Asset' THEN x.entity_type_id ELSE x.parent_id END, '')", "x.", alias+".")
	}
	return all[*hierarchy.Entity](ctx, r.Conn, query{table: schema.TableNamed("entities"), args: []any{string(project)},
		tail: `WHERE t.project_id = ? AND EXISTS (SELECT 1 FROM entities o WHERE o.project_id = t.project_id AND o.kind = t.kind
			AND o.name = t.name AND o.id <> t.id AND ` + place("o") + " = " + place("t") + `)
		ORDER BY t.kind, t.name, t.twin, t.id`})
}
