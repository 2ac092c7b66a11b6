package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemoLinesCanBeTypedAgain runs the demo, and then each line that it
// printed in another copy of the example.
func TestDemoLinesCanBeTypedAgain(t *testing.T) {
	t.Setenv("TURNOVER_DB", "")
	t.Setenv("TURNOVER_AUTHOR", "td@example.com")
	ctx, root := context.Background(), t.TempDir()
	t.Chdir(root)
	var out, errs bytes.Buffer
	if code := run(ctx, words("demo first"), nil, &out, &errs); code != exitDone {
		t.Fatalf("demo: exit code %d\n%s\n%s", code, out.String(), errs.String())
	}
	made := []string{"turnover.db", "turnover.yaml", "quota.xlsx", "retake.xlsx", "dataset", "harbour.csv"}
	wantFiles(t, "first", made)
	if err := unpackDemo(ctx, "second"); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "second"))
	steps, typed := demoSteps(), 0
	for line := range strings.Lines(out.String()) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "$ turnover ")
		if !ok {
			continue
		}
		var errs bytes.Buffer
		if code := run(ctx, words(command), nil, &bytes.Buffer{}, &errs); code != steps[typed].code {
			t.Fatalf("%s: exit code %d, want %d\n%s", command, code, steps[typed].code, errs.String())
		}
		typed++
	}
	if typed != len(steps) {
		t.Errorf("%d lines were printed for %d steps", typed, len(steps))
	}
	wantFiles(t, ".", made)
	t.Chdir(root)
	if code := run(ctx, words("demo first"), nil, &bytes.Buffer{}, &bytes.Buffer{}); code != exitUsage {
		t.Errorf("a folder that is not empty: exit code %d", code)
	}
}

func wantFiles(t *testing.T, dir string, names []string) {
	t.Helper()
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}
