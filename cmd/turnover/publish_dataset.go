package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"turnover/exporters/dataset"
	"turnover/exporters/parquet"
	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/store"
)

// A datasetPublisher writes the Parquet dataset; every file is read back before
// the snapshot becomes visible.
type datasetPublisher struct {
	to      dataset.Destination
	persons dataset.Persons
	key     []byte
	keep    dataset.Keep
}

// Holds lists the productions of the newest snapshot.
func (d datasetPublisher) Holds(context.Context) ([]pipeline.PublishedProduction, error) {
	m, err := dataset.Latest(d.to)
	if err != nil || m == nil {
		return nil, err
	}
	return productionsOf(m), nil
}

func productionsOf(m *dataset.Manifest) (out []pipeline.PublishedProduction) {
	for _, p := range m.Productions {
		one := pipeline.PublishedProduction{ID: hierarchy.ID(p.ID), Name: p.Name, Snapshot: p.Snapshot}
		if p.AsOf != nil {
			one.AsOf = *p.AsOf
		}
		out = append(out, one)
	}
	return out
}

// Publish writes one snapshot.
func (d datasetPublisher) Publish(ctx context.Context, what pipeline.Publication) (pipeline.Published, error) {
	head := dataset.Head{Snapshot: what.Snapshot, AsOf: what.AsOf, SchemaVersion: what.SchemaVersion, Timezone: what.Timezone, Persons: d.persons,
		PersonsKey: dataset.Fingerprint(d.key), Grounds: what.Grounds, Keep: d.keep, Verify: func(ctx context.Context, f dataset.File) (int64, error) { return parquet.Rows(ctx, f) }}
	for _, p := range what.Productions {
		one := dataset.Production{ID: string(p.ID), Name: p.Name, Snapshot: p.Snapshot}
		if !p.AsOf.IsZero() {
			one.AsOf = &p.AsOf
		}
		head.Productions = append(head.Productions, one)
	}
	m, err := dataset.Publish(ctx, d.to, head, d.tables(what.Open), parquet.New())
	var unfit *dataset.IncompatibleError
	if errors.As(err, &unfit) {
		return pipeline.Published{}, usageError("%v", unfit)
	}
	if err != nil {
		return pipeline.Published{}, err
	}
	out := pipeline.Published{Dir: d.to.String(), Path: "snapshots/" + m.ID, Snapshot: m.Snapshot, AsOf: what.AsOf, Rows: map[string]int64{}, Totals: map[string]map[string]float64{}}
	for _, p := range m.Productions {
		out.Productions = append(out.Productions, p.Name)
	}
	for _, t := range m.Tables {
		out.Rows[t.Name], out.Totals[t.Name] = t.Rows, t.Totals
	}
	return out, nil
}

// tables gives the tables of one production after the other.
func (d datasetPublisher) tables(all iter.Seq2[*pipeline.Production, error]) iter.Seq2[*table.Table, error] {
	return func(yield func(*table.Table, error) bool) {
		first := true
		for p, err := range all {
			if err != nil {
				yield(nil, err)
				return
			}
			for t, err := range dataset.Tables(p.Facts, d.extra(p, first)) {
				if !yield(t, err) || err != nil {
					return
				}
			}
			first = false
		}
	}
}

func (d datasetPublisher) extra(p *pipeline.Production, first bool) dataset.Extra {
	undone := pipeline.UndoneBy(p.Imports)
	return dataset.Extra{Persons: d.persons, Key: d.key, Castings: p.Facts.Dimensions().Castings, Shared: first,
		Quotas: p.Quotas, Report: p.Report,
		Imports: datasetImports(p.Imports, undone), Changes: p.Changes, Cuts: datasetCuts(p.Cuts, undone)}
}

func datasetImports(all []*store.ImportRecord, undone map[string]*store.ImportRecord) []*dataset.Import {
	var out []*dataset.Import
	for _, r := range all {
		codes, _, _ := strings.Cut(r.Accepted, " by ") // the author stands apart
		i := &dataset.Import{ID: r.ID, PlanID: r.PlanID, Kind: r.Kind, SourceName: r.SourceName, SourceSHA: r.SourceSHA, Author: r.Author, Accepted: codes, At: r.At, Counts: map[string]int{}}
		if by := undone[r.ID]; by != nil {
			i.UndoneBy = by.ID
		}
		if _, there := undone[r.PlanID]; there && r.Kind == "undo" {
			i.PlanID, i.Undoes = "", r.PlanID
		}
		var summary map[string]map[string]int
		if json.Unmarshal(r.Summary, &summary) == nil { // an undo's may be of another shape
			for action, kinds := range summary {
				for _, n := range kinds {
					i.Counts[action] += n
				}
			}
		}
		out = append(out, i)
	}
	return out
}

// datasetCuts reads what a cut holds.
func datasetCuts(all iter.Seq2[*store.CutRecord, error], undone map[string]*store.ImportRecord) iter.Seq2[*dataset.Cut, error] {
	return func(yield func(*dataset.Cut, error) bool) {
		for r, err := range all {
			if err != nil {
				yield(nil, err)
				return
			}
			side, err := plan.ParseCut(r.Scope, r.Revision, r.FPS, r.Body)
			if err != nil {
				yield(nil, fmt.Errorf("read cut: %w", err))
				return
			}
			c := &dataset.Cut{ID: r.ID, Scope: r.Scope, ImportID: r.ImportID, Revision: r.Revision, Title: r.Title, FPS: r.FPS, SourceName: r.SourceName, SourceSHA: r.SourceSHA,
				At: r.At, Undone: undone[r.ImportID] != nil || string(r.Body) == "null"}
			for _, o := range side.Occurrences {
				c.Items = append(c.Items, datasetItem(o))
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func datasetItem(o plan.Occurrence) dataset.CutItem {
	i := dataset.CutItem{Order: int64(o.Order), NamedBy: o.NamedBy, Place: o.Place, Event: o.Event, Reel: o.Reel, Clip: o.Clip, Track: o.Track, Rate: o.Rate, Drop: o.Drop, Freeze: o.Freeze,
		SourceIn: o.SourceIn, SourceOut: o.SourceOut, RecordIn: o.RecordIn, RecordOut: o.RecordOut, SpeedFPS: o.SpeedFPS, Transition: o.Transition, TransitionIn: o.TransitionIn, TransitionOut: o.TransitionOut}
	if o.Shot != nil {
		i.Path = *o.Shot
	}
	return i
}
