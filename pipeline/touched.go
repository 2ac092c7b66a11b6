package pipeline

import (
	"context"

	"turnover/hierarchy"
	"turnover/store"
)

// touchedByPeople gives the fields of entities whose last writer was a person,
// not a list, a load or an undo: entity → field → who.
func touchedByPeople(ctx context.Context, r store.Reader, project hierarchy.ID) (map[hierarchy.ID]map[string]string, error) {
	var touched map[hierarchy.ID]map[string]string
	first := int64(0)
	entities := (&hierarchy.Entity{}).Table()
	for h, err := range r.History(ctx, store.HistoryQuery{Project: project, Table: entities, Cause: hierarchy.Request}) {
		if err != nil {
			return nil, err
		}
		if h.Field == "" {
			continue
		}
		if touched == nil {
			touched, first = map[hierarchy.ID]map[string]string{}, h.Seq
		}
		if touched[hierarchy.ID(h.Key)] == nil {
			touched[hierarchy.ID(h.Key)] = map[string]string{}
		}
		touched[hierarchy.ID(h.Key)][h.Field] = h.Author
	}
	if touched == nil {
		return nil, nil
	}
	for h, err := range r.History(ctx, store.HistoryQuery{Project: project, Table: entities, AfterSeq: first}) {
		if err != nil {
			return nil, err
		}
		fields := touched[hierarchy.ID(h.Key)]
		switch {
		case fields == nil || h.Field == "":
		case h.Cause == hierarchy.Request:
			fields[h.Field] = h.Author
		default:
			delete(fields, h.Field)
		}
	}
	return touched, nil
}
