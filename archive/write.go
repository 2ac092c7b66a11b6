package archive

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"

	"turnover/hierarchy"
)

// writer fills one folder, a file a table.
type writer struct {
	dir     string
	project hierarchy.ID
	rows    func(table string, where map[string]any) iter.Seq2[hierarchy.Noun, error]
	open    map[string]*bufio.Writer
	closers []*os.File
	// ids of the production's entities and tasks, to pick what hangs on them.
	entities, scenes, tasks map[hierarchy.ID]bool
}

// Write saves one production, or all where project is "", into dir: rows in
// the order in which rows gives them (by key), fields as the nouns list them,
// so that equal databases give equal bytes. It is written aside and renamed; a
// folder that holds anything but an archive is refused.
func Write(ctx context.Context, dir string, project hierarchy.ID, rows func(table string, where map[string]any) iter.Seq2[hierarchy.Noun, error]) error {
	dir, err := filepath.Abs(dir) // "." cannot be renamed
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	if err := replaceable(dir); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(filepath.Dir(dir), ".writing-")
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	defer func() { _ = os.RemoveAll(aside) }()
	w := &writer{dir: aside, project: project, rows: rows, open: map[string]*bufio.Writer{},
		entities: map[hierarchy.ID]bool{}, scenes: map[hierarchy.ID]bool{}, tasks: map[hierarchy.ID]bool{}}
	if err := errors.Join(w.all(ctx), w.close()); err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	return swap(aside, dir)
}

// replaceable refuses a folder with anything but an archive's tables in it.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return os.MkdirAll(filepath.Dir(dir), 0o755)
	}
	if err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	known := map[string]bool{sceneLinks + ".jsonl": true}
	for _, f := range files() {
		known[f.name+".jsonl"] = true
	}
	for _, e := range entries {
		if !known[e.Name()] {
			return fmt.Errorf("write archive: %q holds %q, which is no table of an archive: choose an empty folder", dir, e.Name())
		}
	}
	return nil
}

// swap puts the new folder in the place of the old one.
func swap(aside, dir string) error {
	if err := os.Chmod(aside, 0o755); err != nil {
		return fmt.Errorf("write archive: %w", err)
	}
	old := aside + ".old"
	before := os.Rename(dir, old)
	if before != nil && !errors.Is(before, os.ErrNotExist) {
		return fmt.Errorf("write archive: %w", before)
	}
	if err := os.Rename(aside, dir); err != nil {
		if before == nil {
			err = errors.Join(err, os.Rename(old, dir))
		}
		return fmt.Errorf("write archive: %w", err)
	}
	_ = os.RemoveAll(old) // the new one is in place; what is left over is hidden
	return nil
}

func (w *writer) all(ctx context.Context) error {
	for _, f := range append(files(), file{name: sceneLinks}) {
		out, err := os.Create(filepath.Join(w.dir, f.name+".jsonl"))
		if err != nil {
			return err
		}
		w.closers = append(w.closers, out)
		w.open[f.name] = bufio.NewWriterSize(out, 1<<16)
	}
	// Two passes over entities: scene links need to know which are scenes.
	for n, err := range w.rows("entities", w.where("project_id")) {
		if err != nil {
			return err
		}
		e := n.(*hierarchy.Entity)
		w.entities[e.ID] = true
		w.scenes[e.ID] = e.Kind == hierarchy.Scene
	}
	for _, n := range hierarchy.Tables() {
		if n.Table() == "task_assignees" {
			continue // stands in the tasks
		}
		if err := w.table(ctx, n.Table()); err != nil {
			return err
		}
	}
	return nil
}

// where narrows a table to the production, where it has a column for that.
func (w *writer) where(column string) map[string]any {
	if w.project == "" {
		return nil
	}
	return map[string]any{column: string(w.project)}
}

func (w *writer) table(ctx context.Context, table string) error {
	var where map[string]any
	switch table {
	case "projects":
		where = w.where("id")
	case "project_persons", "project_task_types", "project_task_statuses", "project_asset_types", "metadata_descriptors", "entities", "tasks":
		where = w.where("project_id")
	}
	for n, err := range w.rows(table, where) {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		if !w.belongs(n) {
			continue
		}
		if err := w.row(n); err != nil {
			return err
		}
	}
	return nil
}

// belongs tells whether what hangs on a task or an entity is the production's.
func (w *writer) belongs(n hierarchy.Noun) bool {
	if t, ok := n.(*hierarchy.Task); ok {
		w.tasks[t.ID] = true
	}
	if w.project == "" {
		return true
	}
	switch n := n.(type) {
	case *hierarchy.Casting:
		return w.entities[n.EntityInID]
	case *hierarchy.AssetInstance:
		return w.entities[n.SceneID]
	case *hierarchy.InstanceCasting:
		return w.entities[n.EntityID]
	case *hierarchy.Comment:
		return w.tasks[n.TaskID]
	case *hierarchy.TimeSpent:
		return w.tasks[n.TaskID]
	case *hierarchy.PreviewFile:
		return w.tasks[n.TaskID]
	}
	return true
}

func (w *writer) row(n hierarchy.Noun) error {
	name := n.Table()
	switch n := n.(type) {
	case *hierarchy.Entity:
		for _, f := range files() {
			if f.kind == n.Kind {
				name = f.name
			}
		}
		if n.Kind == hierarchy.Shot && w.scenes[n.SourceID] {
			if err := encode(w.open[sceneLinks], sceneLink{n.SourceID, n.ID}); err != nil {
				return err
			}
		}
	case *hierarchy.Task:
		if n.Assignees == nil {
			n = hierarchy.Clone(n)
			n.Assignees = []hierarchy.ID{}
			return encode(w.open[name], n)
		}
	}
	out := w.open[name]
	if out == nil {
		return fmt.Errorf("no file for a row of %s", n.Table())
	}
	return encode(out, n)
}

// encode writes one line; HTML characters stay as they are.
func encode(out *bufio.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func (w *writer) close() error {
	var errs []error
	for _, out := range w.open {
		errs = append(errs, out.Flush())
	}
	for _, f := range w.closers {
		errs = append(errs, f.Sync(), f.Close())
	}
	return errors.Join(errs...)
}
