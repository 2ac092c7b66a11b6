package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// TestReportsOfADatasetAreThoseOfItsDatabase: every table of the three reports,
// answers, covers and totals, byte for byte.
func TestReportsOfADatasetAreThoseOfItsDatabase(t *testing.T) {
	root := filepath.Join("..", "..", "testdata", "demo", "studio")
	archives := map[string][]string{root: {"Lighthouse", "Harbour"}}
	if shared := filepath.Join("..", "..", "..", "shared", "productions"); exists(shared) {
		for _, name := range []string{"tv", "film", "edge"} {
			archives[filepath.Join(shared, name, "input")] = []string{name}
		}
	} else {
		t.Log("../shared/productions is not there: only the example is compared")
	}
	dir := t.TempDir()
	db, dataset := filepath.Join(dir, "t.db"), filepath.Join(dir, "dataset")
	said(t, "db", "migrate", "--db", db)
	for archive := range archives {
		said(t, "archive", "load", archive, "--db", db)
	}
	said(t, "publish", "--all", "--to", dataset, "--db", db)
	for _, projects := range archives {
		for _, project := range projects {
			for _, flags := range [][]string{
				{"report", "quota"}, {"report", "quota", "--method", "raw", "--basis", "approval", "--team-by", "studio"}, {"report", "quota", "--method", "kitsu-weighted", "--timezone", "America/New_York"},
				{"report", "quota", "--method", "kitsu-raw", "--from", "2025-12-08", "--to", "2026-01-18"}, {"report", "retake"}, {"report", "retake", "--timezone", "Pacific/Kiritimati", "--from", "2025-12-08"},
				{"report", "episode"}, {"report", "episode", "--timezone", "America/New_York"},
			} {
				flags = append(flags, "--project", project, "--format", "json")
				want := said(t, append(flags, "--db", db)...)
				if got := said(t, append(flags, "--dataset", dataset)...); !bytes.Equal(got, want) {
					t.Errorf("%s: %v: the dataset's is another book", project, flags)
				}
			}
			for _, alone := range [][]string{{"quota", "quota_person_month"}, {"quota", "quota_shares"}, {"quota", "data_quality"}, {"retake", "retake_takes"}, {"retake", "retake_events"}, {"episode", "status_week"}} {
				flags := []string{"report", alone[0], "--table", alone[1], "--project", project, "--format", "csv"}
				want := said(t, append(flags, "--db", db)...)
				if got := said(t, append(flags, "--dataset", dataset)...); !bytes.Equal(got, want) || len(want) == 0 {
					t.Errorf("%s: %v: the dataset's is another table", project, flags)
				}
			}
		}
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// said runs a command line that must end well.
func said(t *testing.T, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), args, nil, &out, &errs); code != exitDone {
		t.Fatalf("%v: exit code %d: %s", args, code, errs.String())
	}
	return out.Bytes()
}
