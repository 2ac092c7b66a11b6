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

// Snapshot loads one production; see store.Reader. It asks twice: what is of the
// production is found by its id.
func (r Reader) Snapshot(ctx context.Context, project string, with hierarchy.With) (*hierarchy.Snapshot, error) {
	s := &hierarchy.Snapshot{}
	first := loader{conn: r.Conn}
	var found []*hierarchy.Project
	first.project(&found, project)
	first.shared(s)
	if err := first.ask(ctx); err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("find project %q: %w", project, store.ErrNotFound)
	}
	s.Project = found[0]
	then := loader{conn: r.Conn}
	then.revision(s)
	then.production(s, with)
	if err := then.ask(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// Shared loads what all productions share.
func (r Reader) Shared(ctx context.Context) (*hierarchy.Snapshot, error) {
	s := &hierarchy.Snapshot{}
	l := loader{conn: r.Conn}
	l.shared(s)
	l.revision(s)
	if err := l.ask(ctx); err != nil {
		return nil, err
	}
	return s, nil
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
