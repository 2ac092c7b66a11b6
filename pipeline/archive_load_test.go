package pipeline_test

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"turnover/pipeline"
)

// TestArchivesLoadInParts: however few changes are applied at a time, a load
// brings the same rows, counts and one import.
func TestArchivesLoadInParts(t *testing.T) {
	demo, ctx := filepath.Join("..", "testdata", "demo", "studio"), context.Background()
	load := func() (*pipeline.Pipeline, pipeline.Loaded, map[string]string) {
		p, dir := newPipeline(t), t.TempDir()
		got, err := p.ArchiveLoad(ctx, os.DirFS(demo), "studio")
		if err != nil {
			t.Fatal(err)
		}
		if err := p.ArchiveSave(ctx, filepath.Join(dir, "saved"), ""); err != nil {
			t.Fatal(err)
		}
		files := map[string]string{}
		names, err := filepath.Glob(filepath.Join(dir, "saved", "*.jsonl"))
		if err != nil || len(names) == 0 {
			t.Fatalf("nothing was saved (%v)", err)
		}
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(name)] = string(raw)
		}
		return p, got, files
	}
	_, whole, want := load()
	for _, n := range []int{1, 17} {
		pipeline.LowerLoadPart(t, n)
		p, got, files := load()
		if !reflect.DeepEqual(got.Created, whole.Created) || got.Import == nil || !reflect.DeepEqual(files, want) {
			t.Errorf("%d at a time: other rows, or %v instead of %v", n, got.Created, whole.Created)
		}
		for _, project := range []string{"Lighthouse", "Harbour"} {
			records, err := p.Imports(ctx, project)
			if err != nil || len(records) != 1 {
				t.Errorf("%d at a time: %d imports of %s (%v)", n, len(records), project, err)
			}
		}
	}
}
