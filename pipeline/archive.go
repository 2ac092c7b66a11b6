package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/store"
)

// Archives reads and writes productions as folders of JSON Lines.
type Archives interface {
	// Read gives the changes that bring an archive into a database; now loads
	// the rows that a table has.
	Read(ctx context.Context, fsys fs.FS) (Archive, diag.List, error)
	Write(ctx context.Context, dir string, project hierarchy.ID, rows func(table string, where map[string]any) iter.Seq2[hierarchy.Noun, error]) error
}

// An Archive is one that was read.
type Archive interface {
	// Merge gives the changes one after the other, and before them all findings:
	// with an error among these the changes are not to be used.
	Merge(now func(table string) (map[string]hierarchy.Noun, error), origin hierarchy.Origin) (changes iter.Seq2[hierarchy.Change, error], skipped int, found diag.List, err error)
	// Close lets go of what the rows lie in.
	Close() error
}

// Loaded says what an archive brought.
type Loaded struct {
	Import  *string        `json:"import"` // null where nothing was new
	Created map[string]int `json:"created"`
	Skipped int            `json:"skipped"` // rows that were there already, identical
	Found   diag.List      `json:"diagnostics"`
}

// loadPart is how many changes of an archive are applied at once: what a store
// makes of them before it writes them is a multiple of the rows. Tests lower it.
var loadPart = 40_000

// ArchiveLoad brings an archive into the database in one transaction. What
// contradicts the database refuses the whole, with every contradiction listed.
func (p *Pipeline) ArchiveLoad(ctx context.Context, fsys fs.FS, name string) (out Loaded, err error) {
	defer spare(publishGC)()
	read, found, err := p.Archives.Read(ctx, fsys)
	out = Loaded{Created: map[string]int{}, Found: found}
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, read.Close()) }()
	if found.HasErrors() {
		return out, &InputError{name, found}
	}
	err = p.Store.InTx(ctx, func(tx store.Tx) error {
		id := string(p.NewID())
		origin := hierarchy.Origin{At: hierarchy.At(p.Now()), Author: p.Author, Cause: hierarchy.Load, CauseID: id, Place: name}
		changes, skipped, more, err := read.Merge(rowsNow(ctx, tx), origin)
		if err != nil {
			return err
		}
		out.Skipped, out.Found = skipped, append(out.Found, more...)
		if more.HasErrors() {
			return &InputError{name, out.Found}
		}
		var projects []hierarchy.ID
		seen := map[hierarchy.ID]bool{"": true}
		for part, err := range partsOf(changes, loadPart) {
			if err != nil {
				return err
			}
			for _, c := range part {
				out.Created[c.Target().Table]++
				if project := c.From().Project; !seen[project] {
					seen[project] = true
					projects = append(projects, project)
				}
			}
			if err := tx.Apply(ctx, part); err != nil {
				return err
			}
		}
		if len(out.Created) == 0 {
			return nil
		}
		out.Import = &id
		return p.putLoads(ctx, tx, out, name, projects, origin)
	})
	if err != nil {
		out.Import = nil
	}
	return out, err
}

// partsOf cuts changes that come in order of dependency into parts of about a
// size, each good until the next. Entities stay together, since they refer to
// each other in any order.
func partsOf(changes iter.Seq2[hierarchy.Change, error], size int) iter.Seq2[[]hierarchy.Change, error] {
	entity := func(c hierarchy.Change) bool { return c.Target().Table == "entities" }
	return func(yield func([]hierarchy.Change, error) bool) {
		var part []hierarchy.Change
		for c, err := range changes {
			if err != nil {
				yield(nil, err)
				return
			}
			if n := len(part); n >= size && !(entity(part[n-1]) && entity(c)) {
				if !yield(part, nil) {
					return
				}
				clear(part) // rows that are written make room
				part = part[:0]
			}
			part = append(part, c)
		}
		if len(part) > 0 {
			yield(part, nil)
		}
	}
}

// rowsNow loads what a table has, by key.
func rowsNow(ctx context.Context, r store.Reader) func(table string) (map[string]hierarchy.Noun, error) {
	return func(table string) (map[string]hierarchy.Noun, error) {
		out := map[string]hierarchy.Noun{}
		for row, err := range r.Rows(ctx, table, nil) {
			if err != nil {
				return nil, err
			}
			out[row.Key()] = row
		}
		return out, nil
	}
}

// putLoads notes the load as an import of each production that it touched; the
// first has the load's own id.
func (p *Pipeline) putLoads(ctx context.Context, tx store.Tx, out Loaded, name string, projects []hierarchy.ID, origin hierarchy.Origin) error {
	summary, err := json.Marshal(map[string]map[string]int{"create": out.Created})
	if err != nil {
		return fmt.Errorf("store summary: %w", err)
	}
	receipt, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("store receipt: %w", err)
	}
	id := *out.Import
	for _, project := range projects {
		err := tx.PutImport(ctx, &store.ImportRecord{
			ID: id, Project: project, SourceName: name, Kind: "load", Author: p.Author, At: origin.At, Summary: summary, Receipt: receipt,
		})
		if err != nil {
			return err
		}
		id = string(p.NewID())
	}
	return nil
}

// ArchiveSave writes a production, or all where project is "", into a folder.
func (p *Pipeline) ArchiveSave(ctx context.Context, dir, project string) error {
	return p.Store.Read(ctx, func(r store.Reader) error {
		var id hierarchy.ID
		if project != "" {
			ids, err := p.projectIDs(ctx, r, project)
			if err != nil {
				return err
			}
			id = ids[0]
		}
		rows := func(table string, where map[string]any) iter.Seq2[hierarchy.Noun, error] {
			return r.Rows(ctx, table, where)
		}
		return p.Archives.Write(ctx, dir, id, rows)
	})
}
