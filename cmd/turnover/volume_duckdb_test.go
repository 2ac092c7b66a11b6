// Peak memory is counted in kilobytes on Linux only.

//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// besideDuckDB lets DuckDB make the same figures of the dataset, and compares
// them with those of the reports too, where Python and its readers are named by
// TURNOVER_PYTHON.
func besideDuckDB(t *testing.T, dir, reports string) string {
	t.Helper()
	python := os.Getenv("TURNOVER_PYTHON")
	if python == "" {
		return "no DuckDB beside it: TURNOVER_PYTHON is not set"
	}
	out, err := exec.Command(python, filepath.Join("..", "..", ".ci", "beside_duckdb.py"), dir, reports).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
