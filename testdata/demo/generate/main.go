// Command generate writes testdata/demo/studio, the archive of an invented
// studio. It has no clock and no random source: the same program gives the
// same bytes.
//
//	go run ./testdata/demo/generate testdata/demo/studio
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"turnover/testdata/demo/generate/studio"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: generate DIR")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(dir string) error {
	tables, err := studio.Tables()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("write studio: %w", err)
	}
	for name, text := range tables {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return fmt.Errorf("write studio: %w", err)
		}
	}
	return nil
}
