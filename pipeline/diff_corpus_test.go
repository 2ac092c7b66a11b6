package pipeline_test

import (
	"context"
	"path/filepath"
	"testing"

	"turnover/importers"
	"turnover/importers/edl"
	"turnover/internal/timecode"
	"turnover/pipeline"
)

// TestCorpusCutsAreUnchangedAgainstThemselves compares every list of the
// corpus that can be read with itself.
func TestCorpusCutsAreUnchangedAgainstThemselves(t *testing.T) {
	files, err := filepath.Glob("../../shared/corpus/edl/*.edl")
	if err != nil || len(files) == 0 {
		t.Skip("the corpus is not beside the checkout")
	}
	p := newPipeline(t)
	p.Importers = []importers.Importer{edl.New()}
	compared := 0
	for _, name := range files {
		list, err := p.Diff(context.Background(), name, name, pipeline.DiffOptions{FPS: timecode.Rate{Num: 30000, Den: 1001}})
		if err != nil {
			continue // marker lists and broken files, which other tests are about
		}
		compared++
		if list.Changed() {
			t.Errorf("%s: changed against itself: %v", filepath.Base(name), list.Summary)
		}
	}
	if compared < len(files)/3 {
		t.Errorf("only %d of %d lists could be compared", compared, len(files))
	}
	t.Logf("%d of %d lists compared", compared, len(files))
}
