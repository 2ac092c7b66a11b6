package pipeline

import (
	"context"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// A Version is what an entity was called and what its data were until somebody
// changed them.
type Version struct {
	Seq    int64 // of the change, in history
	Until  hierarchy.Time
	Author string // who changed it
	Name   string
	Data   hierarchy.Data
}

// Versions lists the earlier states of an entity, the newest first. They are
// read from history: what came by archive has none before.
func (p *Pipeline) Versions(ctx context.Context, project, id hierarchy.ID) (out []Version, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		row, err := rowByID(ctx, r, "entities", id)
		if err != nil {
			return err
		}
		var lines []hierarchy.HistoryRow
		for line, err := range r.History(ctx, store.HistoryQuery{Project: project, Table: "entities", Key: string(id)}) {
			if err != nil {
				return err
			}
			if line.Field != "" {
				lines = append(lines, line)
			}
		}
		slices.Reverse(lines)
		out, err = versionsOf(hierarchy.CloneNoun(row).(*hierarchy.Entity), lines)
		return err
	})
	return out, err
}

// versionsOf takes the lines back from the entity, the newest first; those of one
// request are one version.
func versionsOf(e *hierarchy.Entity, lines []hierarchy.HistoryRow) (out []Version, err error) {
	for i, line := range lines {
		if err := hierarchy.Set(e, line.Field, line.Before); err != nil {
			return nil, err
		}
		if i+1 < len(lines) && lines[i+1].CauseID == line.CauseID && lines[i+1].At == line.At {
			continue
		}
		if touchesVersion(lines, line) {
			out = append(out, Version{Seq: line.Seq, Until: line.At, Author: line.Author, Name: e.Name, Data: e.Data})
		}
	}
	return out, nil
}

// touchesVersion tells whether the request of a line changed the name or the data.
func touchesVersion(lines []hierarchy.HistoryRow, of hierarchy.HistoryRow) bool {
	return slices.ContainsFunc(lines, func(l hierarchy.HistoryRow) bool {
		return l.CauseID == of.CauseID && l.At == of.At && (l.Field == "name" || l.Field == "data" || strings.HasPrefix(l.Field, "data."))
	})
}
