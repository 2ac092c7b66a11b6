package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"turnover/cmd/bench/made"
)

// comparing are the works of one cut against the one before: trimmed, moved, new
// and left out shots among the others.
func (b *Bench) comparing() []Work {
	var works []Work
	for _, n := range []int{1000, 5000, 50_000} {
		before, after := fmt.Sprintf("cut-%d.edl", n), fmt.Sprintf("later-%d.edl", n)
		p := b.ours("diff", before, after, "--fps", "25", "--names", "{episode}_{sequence}_{shot}", "--json")
		p.Result = summaryOf
		w := Work{Group: "Comparing cuts", Name: "two versions of a cut", Size: fmt.Sprintf("%s against %s events", count(n), count(n)), Rows: n, Class: upTo(n, 5000), Growth: "compare cuts",
			Setup: func(context.Context) error {
				if err := b.make(before, func(f *os.File) error { return made.Cut{Events: n}.Write(f) }); err != nil {
					return err
				}
				return b.make(after, func(f *os.File) error { return made.Cut{Events: n, Later: true}.Write(f) })
			},
			Ours: Contestant{Name: "turnover", Do: p.Run},
		}
		if n == 5000 {
			w.Aims = []Aim{{What: Wall, Under: time.Second}}
		}
		works = append(works, w)
	}
	return works
}
