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
		s.alters("twin")
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

// takenPlaces reads which of the places other entities have. It looks each up
// by itself: names such as SH0010 stand in every sequence, so that asking for
// names would read more the larger the production is.
func (w *writer) takenPlaces(ctx context.Context, t *schema.Table, placed []*state, moving map[hierarchy.Ref]bool) (map[string]map[int64]bool, error) {
	taken := map[string]map[int64]bool{}
	asked := map[string][][]string{} // by the column that groups names
	for _, s := range placed {
		e := s.now.(*hierarchy.Entity)
		group, value := entityGroup(e)
		if w.made(t, group, string(value)) || w.made(t, "project_id", string(e.ProjectID)) {
			continue // nothing can be there yet
		}
		asked[group] = append(asked[group], []string{string(e.ProjectID), string(e.Kind), string(value), e.Name})
	}
	for group, places := range asked {
		rows, err := w.entitiesAt(ctx, t, group, places)
		if err != nil {
			return nil, err
		}
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
	}
	return taken, nil
}

// entitiesAt reads the entities in places: project, kind, what groups names, name.
// The conditions are those of the unique indexes.
func (w *writer) entitiesAt(ctx context.Context, t *schema.Table, group string, places [][]string) ([]*hierarchy.Entity, error) {
	kinds := "<>"
	if group == "entity_type_id" {
		kinds = "="
	}
	table, args := w.conn.Texts(places)
	return all[*hierarchy.Entity](ctx, w.conn, query{table: t, outer: table, args: args,
		tail: "WHERE coalesce(t.project_id, '') = u.v1 AND t.kind = u.v2 AND coalesce(t." + group + ", '') = u.v3 AND t.name = u.v4 AND t.kind " + kinds + " 'Asset'"})
}

// clearPlaces puts entities that change their place aside first, so that two of
// them may take each other's.
func (w *writer) clearPlaces(ctx context.Context, t *schema.Table, placed []*state) error {
	var aside [][]any
	for _, s := range placed {
		if s.was != nil {
			s.alters("twin")
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
	_, group := entityGroup(e)
	return strings.Join([]string{string(e.ProjectID), string(e.Kind), string(group), e.Name}, "\x00")
}

// entityGroup is in what an entity's name is unique: its parent, of assets the type.
func entityGroup(e *hierarchy.Entity) (column string, id hierarchy.ID) {
	if e.Kind == hierarchy.Asset {
		return "entity_type_id", e.EntityTypeID
	}
	return "parent_id", e.ParentID
}
