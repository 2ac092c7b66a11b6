//go:build unix

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"turnover/cmd/bench/made"
)

func TestServerEndsWithItsFolder(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	b := &Bench{root: root}
	s, err := b.serve([]string{"WORD=hello"}, func(string) []string { return []string{"sh", "-c", "echo $WORD; exec sleep 60"} })
	if err != nil {
		t.Fatal(err)
	}
	for range 500 {
		if s.log() == "hello\n" {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if got := s.log(); got != "hello\n" {
		t.Errorf("printed %q", got)
	}
	if err := syscall.Kill(s.pid, 0); err != nil {
		t.Errorf("it does not run: %v", err)
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if err := syscall.Kill(s.pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("it runs on: %v", err)
	}
	if _, err := os.Stat(s.folder); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its folder is left: %v", err)
	}
}

func TestUsageOfAFamily(t *testing.T) {
	stat := func(parent, times string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("7 (a (b) c) S " + parent + " 1 1 0 -1 4194560 100 0 0 0 " + times + " 20 0 1 0 100 1000 10")}
	}
	memory := func(kb string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("Name:\tx\nVmHWM:\t   " + kb + " kB\nVmRSS:\t 1 kB\n")}
	}
	all := fstest.MapFS{
		"1/stat": stat("0", "100 100 100 100"), "1/status": memory("999"),
		"7/stat": stat("1", "10 5 1 0"), "7/status": memory("100"),
		"8/stat": stat("7", "20 0 0 0"), "8/status": memory("50"),
		"9/stat": stat("8", "1 1 1 1"), "9/status": memory("1"),
		"cpuinfo": &fstest.MapFile{}, "11/stat": &fstest.MapFile{Data: []byte("11 (gone")},
	}
	if got := slices.Sorted(slices.Values(family(all, 7))); !slices.Equal(got, []int{7, 8, 9}) {
		t.Errorf("family %v", got)
	}
	if got, want := usage(all, 7), 400*time.Millisecond; got != want {
		t.Errorf("processor time %v, want %v", got, want)
	}
	if got, want := peaks(all, 7), int64(151<<10); got != want {
		t.Errorf("peak %d, want %d", got, want)
	}
	if got := usage(fstest.MapFS{}, 7); got != 0 {
		t.Errorf("of an unknown process %v", got)
	}
}

// TestFilledTables: every table of a made production that has rows is brought
// into a Kitsu.
func TestFilledTables(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "archive")
	if err := (made.Production{Name: "small", Shots: 2, Tasks: 4, Sheets: 3, Comments: 3}).WriteArchive(t.Context(), folder); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		rows := 0
		if err := eachLines(file, 2, func(lines []string) error { rows += len(lines); return nil }); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".jsonl")
		if known := slices.ContainsFunc(filledTables, func(f filledTable) bool { return f.archive == name }); rows > 0 && !known {
			t.Errorf("%d rows of %s stay behind", rows, name)
		}
	}
	if err := eachLines(filepath.Join(folder, "none.jsonl"), 2, func([]string) error { t.Error("no lines are there"); return nil }); err != nil {
		t.Error(err)
	}
}
