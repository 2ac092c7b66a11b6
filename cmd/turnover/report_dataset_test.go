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
	t.Run("example", func(t *testing.T) {
		same := published(t, filepath.Join("..", "..", "testdata", "demo", "studio"))
		same("Lighthouse")
		same("Harbour")
	})
	t.Run("productions", func(t *testing.T) {
		shared := filepath.Join("..", "..", "..", "shared", "productions")
		if !exists(shared) {
			t.Skip("../shared/productions is not there")
		}
		names := []string{"tv", "film", "edge"}
		var archives []string
		for _, name := range names {
			archives = append(archives, filepath.Join(shared, name, "input"))
		}
		same := published(t, archives...)
		for _, name := range names {
			same(name)
		}
	})
}

// published loads archives, publishes them, and gives what compares the reports
// of a production.
func published(t *testing.T, archives ...string) func(project string) {
	t.Helper()
	dir := t.TempDir()
	db, dataset := filepath.Join(dir, "t.db"), filepath.Join(dir, "dataset")
	said(t, "db", "migrate", "--db", db)
	for _, archive := range archives {
		said(t, "archive", "load", archive, "--db", db)
	}
	said(t, "publish", "--all", "--to", dataset, "--db", db)
	return func(project string) {
		for _, report := range [][]string{
			{"quota"}, {"quota", "--method", "raw", "--basis", "approval", "--team-by", "studio"}, {"quota", "--method", "kitsu-weighted", "--timezone", "America/New_York"},
			{"quota", "--method", "kitsu-raw", "--from", "2025-12-08", "--to", "2026-01-18"}, {"retake"}, {"retake", "--timezone", "Pacific/Kiritimati", "--from", "2025-12-08"},
			{"episode"}, {"episode", "--timezone", "America/New_York"},
		} {
			sameReport(t, db, dataset, append(report, "--project", project, "--format", "json")...)
		}
		for _, alone := range [][2]string{{"quota", "quota_person_month"}, {"quota", "quota_shares"}, {"quota", "data_quality"}, {"retake", "retake_takes"}, {"retake", "retake_events"}, {"episode", "status_week"}} {
			sameReport(t, db, dataset, alone[0], "--table", alone[1], "--project", project, "--format", "csv")
		}
		for _, report := range []string{"quota", "retake", "episode"} {
			whole := [2]string{filepath.Join(dir, project+report+"1"), filepath.Join(dir, project+report+"2")}
			said(t, "report", report, "--project", project, "--format", "csv", "--out", whole[0], "--db", db)
			said(t, "report", report, "--project", project, "--format", "csv", "--out", whole[1], "--dataset", dataset)
			sameTables(t, whole[0], whole[1])
		}
	}
}

func sameReport(t *testing.T, db, dataset string, args ...string) {
	t.Helper()
	args = append([]string{"report"}, args...)
	want, got := said(t, append(args, "--db", db)...), said(t, append(args, "--dataset", dataset)...)
	if !bytes.Equal(got, want) || len(want) == 0 {
		t.Errorf("%v: the dataset's is another one", args)
	}
}

func sameTables(t *testing.T, want, got string) {
	t.Helper()
	files, err := os.ReadDir(want)
	if err != nil || len(files) < 5 {
		t.Fatal(len(files), err)
	}
	for _, f := range files {
		a, err1 := os.ReadFile(filepath.Join(want, f.Name()))
		b, err2 := os.ReadFile(filepath.Join(got, f.Name()))
		if err1 != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: the dataset's is another one: %v, %v", f.Name(), err1, err2)
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
