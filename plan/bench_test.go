package plan

import (
	"fmt"
	"io"
	"testing"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// longList is a cut as an EDL gives it, a hundred shots a sequence. Every nth
// event is three frames longer; 0 is none.
func longList(shots, nth int) *importers.ShotList {
	rate := timecode.Rate{Num: 25, Den: 1}
	list := &importers.ShotList{Source: importers.Source{Name: "long.edl", Format: "edl", SHA256: "x", FPS: rate}, Kind: importers.Shots}
	at := int64(0)
	for i := range shots {
		length := int64(8 + i*7%13)
		if nth > 0 && i%nth == 0 {
			length += 3
		}
		in := int64(90000 + i*37%80000)
		name := cell(fmt.Sprintf("E01_SQ%04d_SH%04d", i/100, i%100*10))
		list.Entries = append(list.Entries, importers.Entry{
			Place: diag.Place{File: "long.edl", Line: 4 + 2*i, Column: 19}, NbFrames: num(length), Names: []importers.NamedCell{{Name: "clip_name", Cell: name}},
			Occurrence: &importers.Occurrence{Order: i, Event: fmt.Sprintf("%06d", i+1), Reel: fmt.Sprintf("A%03dC001", i%99), Clip: name.Text, Track: "V", Rate: rate,
				Source: timecode.Range{Start: in, End: in + length}, Record: timecode.Range{Start: at, End: at + length}},
		})
		at += length
	}
	return list
}

// BenchmarkImport plans, binds and writes down a cut: what an import does
// beside reading its file and writing rows. The cost a shot stays the same.
func BenchmarkImport(b *testing.B) {
	opts := Options{Names: []string{"{episode}_{sequence}_{shot}"}, Cuts: []*CutSide{}}
	for _, shots := range []int{1000, 10_000, 100_000} {
		empty := production(hierarchy.TVShow)
		first := Build(longList(shots, 0), nil, empty, opts)
		full := apply(b, empty, bindAll(b, first, empty))
		full.Tasks = nil // lists of shots without task columns do not load them
		again := opts
		again.Cuts = stored(b, nil, first)
		run := func(name string, list *importers.ShotList, snap *hierarchy.Snapshot, opts Options) {
			b.Run(fmt.Sprintf("%s/%d", name, shots), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					p := Build(list, nil, snap, opts)
					if err := p.BindEach(snap, hierarchy.Origin{At: when}, ids(), func([]hierarchy.Change) error { return nil }); err != nil {
						b.Fatal(err)
					}
					if err := p.Encode(io.Discard); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*shots), "ns/shot")
			})
		}
		run("new", longList(shots, 0), empty, opts)
		run("unchanged", longList(shots, 0), full, again)
		run("changed", longList(shots, 20), full, again)
	}
}

// reversed is a cut played backwards.
func reversed(side *CutSide) *CutSide {
	last := len(side.Occurrences) - 1
	for i := range side.Occurrences {
		o := &side.Occurrences[i]
		o.Order, o.RecordIn, o.RecordOut = last-o.Order, int64(last-i)*50, int64(last-i)*50+50
	}
	return side
}

// edit changes every use of a cut.
func edit(side *CutSide, change func(i int, o *Occurrence)) *CutSide {
	for i := range side.Occurrences {
		change(i, &side.Occurrences[i])
	}
	return side
}

// BenchmarkWorstCuts compares 5,000 uses with 5,000 in the ways that cost the
// most: what is alike by its name, by its picture or by its place.
func BenchmarkWorstCuts(b *testing.B) {
	const uses = 5000
	cut := func(shots int, slip int64) *CutSide { return longCut("a", shots, uses, slip) }
	still := func(i int, o *Occurrence) { o.SourceIn, o.SourceOut = 1000, 1050 }
	nameless := func(i int, o *Occurrence) { o.Shot = nil }
	for _, pair := range []struct {
		name     string
		old, now *CutSide
	}{
		{"reversed", cut(uses, 0), reversed(cut(uses, 0))},
		{"reversed and slipped", cut(uses, 0), reversed(cut(uses, 3))},
		{"one shot reversed", cut(1, 0), reversed(cut(1, 3))},
		{"200 uses a shot", cut(uses/200, 0), reversed(cut(uses/200, 3))},
		{"200 uses a shot, one picture", edit(cut(uses/200, 0), still), reversed(edit(cut(uses/200, 3), still))},
		{"one picture", edit(cut(uses, 0), still), reversed(edit(cut(uses, 0), still))},
		{"one picture, half gone", edit(cut(2, 0), still), &CutSide{FPS: cut(1, 0).FPS, Occurrences: edit(cut(2, 0), still).Occurrences[:uses/2]}},
		{"all renamed", cut(uses, 0), edit(cut(uses, 0), func(i int, o *Occurrence) { n := fmt.Sprintf("SQ/XX%04d", i); o.Shot = &n })},
		{"all moved", cut(uses, 0), edit(cut(uses, 0), func(i int, o *Occurrence) { n := "SR" + (*o.Shot)[2:]; o.Shot = &n })},
		{"all split", cut(uses, 0), edit(cut(uses/2, 0), func(i int, o *Occurrence) { o.SourceOut -= 25 })},
		{"names lost, one picture", edit(cut(uses, 0), still), edit(edit(cut(uses, 0), still), nameless)},
		{"names lost, one clip", edit(cut(1, 0), still), edit(edit(cut(1, 3), nameless), func(i int, o *Occurrence) { o.Clip = "A" })},
		{"names found, one clip", edit(edit(cut(1, 3), nameless), func(i int, o *Occurrence) { o.Clip = "A" }), edit(cut(1, 0), still)},
		{"names found", edit(edit(cut(1, 0), nameless), func(i int, o *Occurrence) { o.Clip = "A" }), cut(uses, 0)},
	} {
		b.Run(pair.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Compare(pair.old, pair.now, CompareOptions{Handles: 8})
			}
		})
	}
}
