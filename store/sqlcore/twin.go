package sqlcore

import (
	"context"
	"strings"

	"turnover/hierarchy"
	"turnover/store/schema"
)

// checkEntities refuses an entity whose place and name another one has. What an
// archive loads may contradict this: there the later one becomes a twin.
func (w *writer) checkEntities(ctx context.Context) error {
	t := schema.TableNamed("entities")
	var placed []*state
	moving := map[hierarchy.Ref]bool{}
	for _, s := range w.states[t] {
		if s.now == nil {
			continue
		}
		if now := s.now.(*hierarchy.Entity); s.inserted() || s.updated() && entityPlace(now) != entityPlace(s.was.(*hierarchy.Entity)) {
			placed = append(placed, s)
			moving[s.ref] = true
		}
	}
	if len(placed) == 0 {
		return nil
	}
	taken, err := w.takenPlaces(ctx, t, placed, moving)
	if err != nil {
		return err
	}
	for _, s := range placed {
		if err := settle(s, taken); err != nil {
			return err
		}
	}
	return w.clearPlaces(ctx, t, placed)
}

// settle gives an entity its twin number, 0 where it is alone.
func settle(s *state, taken map[string]map[int64]bool) error {
	e := s.now.(*hierarchy.Entity)
	if s.was != nil && e.Twin != 0 {
		e.Twin = 0
		s.altered["twin"] = true
	}
	place := entityPlace(e)
	others := taken[place]
	if others == nil {
		others = map[int64]bool{}
		taken[place] = others
	}
	again := e.Twin > 0 && !others[e.Twin] // a twin that comes back
	if len(others) > 0 && !again {
		if s.origin.Cause != hierarchy.Load || s.was != nil {
			return conflict(s.ref, "%s %q exists already in its place", article(e.Kind), e.Name)
		}
		for e.Twin = 0; others[e.Twin]; {
			e.Twin++
		}
	}
	others[e.Twin] = true
	return nil
}

func article(k hierarchy.Kind) string {
	if k == hierarchy.Episode || k == hierarchy.Asset {
		return "an " + strings.ToLower(string(k))
	}
	return "a " + strings.ToLower(string(k))
}

// takenPlaces reads which places the other entities of the same names have.
func (w *writer) takenPlaces(ctx context.Context, t *schema.Table, placed []*state, moving map[hierarchy.Ref]bool) (map[string]map[int64]bool, error) {
	taken := map[string]map[int64]bool{}
	var projects, names []string
	seen := map[string]bool{}
	for _, s := range placed {
		e := s.now.(*hierarchy.Entity)
		group := "parent_id"
		if e.Kind == hierarchy.Asset {
			group = "entity_type_id"
		}
		if value, _ := t.Column(group).Value(e).(string); w.made(t, group, value) || w.made(t, "project_id", string(e.ProjectID)) {
			continue // nothing can be there yet
		}
		if !seen["n"+e.Name] {
			seen["n"+e.Name] = true
			names = append(names, e.Name)
		}
		if id := string(e.ProjectID); !seen["p"+id] {
			seen["p"+id] = true
			projects = append(projects, id)
		}
	}
	if len(names) == 0 {
		return taken, nil
	}
	inProject, p := w.conn.Any("t.project_id", projects)
	named, n := w.conn.Any("t.name", names)
	rows, err := all[*hierarchy.Entity](ctx, w.conn, query{table: t, tail: "WHERE " + inProject + " AND " + named, args: []any{p, n}})
	for _, e := range rows {
		ref := hierarchy.RefOf(e)
		if s := w.fold.states[ref]; moving[ref] || s != nil && s.now == nil {
			continue
		}
		place := entityPlace(e)
		if taken[place] == nil {
			taken[place] = map[int64]bool{}
		}
		taken[place][e.Twin] = true
	}
	return taken, err
}

// clearPlaces puts entities that change their place aside first, so that two of
// them may take each other's.
func (w *writer) clearPlaces(ctx context.Context, t *schema.Table, placed []*state) error {
	var aside [][]any
	for _, s := range placed {
		if s.was != nil {
			s.altered["twin"] = true
			aside = append(aside, []any{int64(-1 - len(aside)), s.ref.Key})
		}
	}
	if len(aside) == 0 {
		return nil
	}
	return w.conn.Update(ctx, t, []*schema.Column{t.Column("twin")}, rowsOf(aside))
}

// entityPlace is what must be unique of an entity but for its twin number.
func entityPlace(e *hierarchy.Entity) string {
	group := e.ParentID
	if e.Kind == hierarchy.Asset {
		group = e.EntityTypeID
	}
	return strings.Join([]string{string(e.ProjectID), string(e.Kind), string(group), e.Name}, "\x00")
}
