// Peak memory is counted in kilobytes on Linux only.

//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A measure is what one run of the program took, from its start to its end.
type measure struct {
	wall, processor time.Duration
	peak            int64 // megabytes
}

func (m measure) String() string {
	return fmt.Sprintf("%v, of which %v processor, peak memory %d MB", m.wall.Round(100*time.Millisecond), m.processor.Round(100*time.Millisecond), m.peak)
}

// measured runs a command line of the program and gives what it printed.
func (p *program) measured(args ...string) ([]byte, measure) {
	p.t.Helper()
	cmd := p.command(args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	began := time.Now()
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("turnover %v: %v\n%s", args, err, errs.String())
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return out, measure{time.Since(began), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss >> 10}
}

// reportsOfVolume measures some tables by themselves, then each report as a folder
// of CSV and as a workbook, and gives the folder that has a folder of CSV for each.
func reportsOfVolume(t *testing.T, p *program) string {
	t.Helper()
	to := t.TempDir()
	for _, of := range [][2]string{{"quota", "quota_person_month"}, {"retake", "retake_takes"}, {"episode", "episode_stats"}} {
		_, took := p.measured("report", of[0], "--project", "volume", "--format", "csv", "--table", of[1])
		t.Logf("table %s as csv: %v", of[1], took)
	}
	for _, report := range []string{"quota", "retake", "episode"} {
		for _, format := range []string{"csv", "xlsx"} {
			out := filepath.Join(to, report)
			if format == "xlsx" {
				out += ".xlsx"
			}
			_, took := p.measured("report", report, "--project", "volume", "--format", format, "--out", out)
			t.Logf("report %s as %s, %d MB: %v", report, format, sizeOf(t, out)>>20, took)
		}
	}
	return to
}

// sizeOf adds up the bytes of a file or a folder's files.
func sizeOf(t *testing.T, path string) (size int64) {
	t.Helper()
	err := filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}
