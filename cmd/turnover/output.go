package main

import (
	"bufio"

	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cheggaaa/pb/v3"

	"turnover/internal/table"
)

// writeFile writes a result to standard output, or aside and then under its
// name, so that nobody ever sees half a file.
func (a *app) writeFile(name, format string, write func(io.Writer) error) error {
	if name == "" {
		if (format == "xlsx" || format == "parquet") && terminal(a.out) {
			return usageError("%s is not for a terminal: give --out FILE", format)
		}
		return buffered(a.out, write)
	}
	return writeAside(name, write)
}

func writeAside(name string, write func(io.Writer) error) (err error) {
	dir := filepath.Dir(name)
	f, err := os.CreateTemp(dir, ".turnover-*")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write %s: there is no folder %q: make it first", name, dir)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w: choose a folder that can be written", name, err)
	}
	defer func() {
		if err != nil {
			_ = f.Close() // what failed is what is said
			_ = os.Remove(f.Name())
		}
	}()
	if err := buffered(f, write); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := f.Chmod(0o644); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

// writeFolder writes one file a table; the folder's parent must exist.
func writeFolder(dir string, tables []*table.Table, extension string, write func(io.Writer, *table.Table) error) error {
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make folder for tables: %w: make its parent first", err)
	}
	for _, t := range tables {
		name := filepath.Join(dir, t.Name+"."+extension)
		if err := writeAside(name, func(w io.Writer) error { return write(w, t) }); err != nil {
			return err
		}
	}
	return nil
}

// patience is how long work must last before a terminal shows that it goes on.
const patience = time.Second

// progress shows on a terminal that long work goes on; call what it gives when
// the work has ended. In a pipe it shows nothing.
func (a *app) progress(label string) (done func()) {
	if !terminal(a.err) {
		return func() {}
	}
	finished, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-finished:
			return
		case <-time.After(patience):
		}
		bar := pb.ProgressBarTemplate(`{{string . "label"}} {{cycle . "⠋" "⠙" "⠹" "⠸" "⠼" "⠴" "⠦" "⠧"}} {{etime .}}`).New(0)
		bar.SetWriter(a.err).Set("label", label).Set(pb.CleanOnFinish, true).Start()
		<-finished
		bar.Finish()
	}()
	return func() { close(finished); <-ended }
}
