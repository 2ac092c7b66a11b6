package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"turnover/schedule"
)

// ErrAway says that a watch folder is not there, so that the work has to wait
// without its tries being counted.
var ErrAway = errors.New("the watch folder is not there")

// A Filer takes drops: it has them answered, writes the answers and moves the
// files. All of its steps can be done again.
type Filer struct {
	Folders []Folder
	Lists   schedule.Lists
	Ledger  schedule.Ledger
	Plans   Plans                               // nil: held plans are not followed
	Tell    func(context.Context, Notice) error // an error asks to be told again
	Now     func() time.Time
	Log     zerolog.Logger
	Step    func(name string) // called after each step, for tests; may be nil

	moving sync.Mutex // one drop of a process is moved at a time, so that free names stay free
}

func (f *Filer) folder(name string) (Folder, error) {
	for _, one := range f.Folders {
		if one.Name == name {
			return one, nil
		}
	}
	return Folder{}, fmt.Errorf("file a drop: the configuration has no watch folder %q any more", name)
}

func (f *Filer) step(name string) {
	if f.Step != nil {
		f.Step(name)
	}
}

func (f *Filer) open(folder Folder) (tree, error) {
	root, err := os.OpenRoot(folder.Path)
	if err != nil {
		return tree{}, fmt.Errorf("%w: %w", ErrAway, err)
	}
	return tree{root, f.step}, nil
}

// File is the work of one drop. A drop whose files have changed or are gone
// before they were taken is void: the next look at the folder finds what is
// there. An error is the machine's: it may be tried again.
func (f *Filer) File(ctx context.Context, d schedule.Drop) error {
	folder, err := f.folder(d.Folder)
	if err != nil {
		return err
	}
	if len(d.Files) == 0 {
		return errors.New("file a drop: it has no files")
	}
	m, err := f.Ledger.Mark(ctx, d.Key())
	if err != nil || filed(m) || left(m) {
		return err
	}
	t, err := f.open(folder)
	if err != nil {
		return err
	}
	defer t.Close() // nothing is written through it
	contents, err := t.contents(d, folder.Limit)
	if err != nil && !gone(err) {
		return err
	}
	f.step("read")
	switch {
	case err == nil:
		return f.take(ctx, folder, t, d, contents)
	case m == nil:
		f.Log.Info().Str("drop", d.Key()).Str("file", d.Name()).Err(err).Msg("drop is void")
		return nil
	}
	answer, err := answerOf(m)
	if err != nil {
		return err
	}
	return f.finish(ctx, folder, t, m, answer)
}

// gone says whether a file is no longer there as the drop has it.
func gone(err error) bool { return errors.Is(err, errChanged) || errors.Is(err, fs.ErrNotExist) }

// contents reads all files of a drop and compares them with it.
func (t tree) contents(d schedule.Drop, limit int64) ([]schedule.Content, error) {
	var out []schedule.Content
	for _, f := range d.Files {
		content, err := read(t.Root, f, limit)
		if err == nil && sum(content) != f.SHA256 {
			err = errChanged
		}
		if err != nil {
			return nil, fmt.Errorf("read %q: %w", f.Path, err)
		}
		out = append(out, schedule.Content{Path: f.Path, Bytes: content})
	}
	return out, nil
}

func (f *Filer) take(ctx context.Context, folder Folder, t tree, d schedule.Drop, contents []schedule.Content) (err error) {
	if d.Older, err = f.newer(ctx, folder, d); err != nil {
		return err
	}
	taken, err := f.Lists.Take(ctx, d, contents)
	if err != nil {
		return fmt.Errorf("take %q: %w", d.Name(), err)
	}
	f.step("taken")
	m, err := f.Ledger.Mark(ctx, d.Key())
	if err != nil {
		return err
	}
	if m == nil {
		m = &schedule.Mark{Key: d.Key(), At: f.Now()}
	}
	return f.finish(ctx, folder, t, m, schedule.Answer{Drop: d, Taken: taken})
}

// finish answers, moves and marks. Once a file was moved the answers lie there
// already, and are not known any more either.
func (f *Filer) finish(ctx context.Context, folder Folder, t tree, m *schedule.Mark, a schedule.Answer) error {
	f.moving.Lock()
	defer f.moving.Unlock()
	suffix := schedule.Filed
	err := t.answer(a, m.At)
	if err == nil {
		a.Files, err = t.fileAll(a, m.At)
	}
	if err != nil && !stays(err) {
		return fmt.Errorf("file %q: %w", a.Drop.Name(), err)
	}
	if err != nil && left(m) {
		return nil // as before
	}
	if err != nil {
		f.Log.Warn().Str("drop", m.Key).Str("file", a.Drop.Name()).Err(err).Msg("the list stays where it is")
		suffix, a.Files = schedule.Left, t.where(a, m.At)
	}
	if !left(m) && (a.State == schedule.Applied || a.State == schedule.Nothing && a.Drop.Older == "") {
		if err := f.remember(ctx, folder, a.Drop); err != nil {
			return err
		}
		f.step("remembered")
	}
	if err := f.hold(ctx, m, a); err != nil {
		return err
	}
	done, err := withAnswer(*m, a.State+suffix, a)
	if err != nil {
		return err
	}
	if err := f.Ledger.PutMark(ctx, done); err != nil {
		return err
	}
	f.step("marked")
	f.Log.Info().Str("drop", m.Key).Str("file", a.Drop.Name()).Str("state", done.State).Str("import", a.Import).Str("plan", a.Plan).Msg("filed")
	return nil
}

// refile tries once more to move files that had to stay: a program may have let
// go of them, or somebody has made the folder writable.
func (f *Filer) refile(ctx context.Context, folder Folder, d schedule.Drop) error {
	m, err := f.Ledger.Mark(ctx, d.Key())
	if err != nil || !left(m) {
		return err
	}
	answer, err := answerOf(m)
	if err != nil {
		return err
	}
	t, err := f.open(folder)
	if err != nil {
		return err
	}
	defer t.Close() // what is written through it was closed
	return f.finish(ctx, folder, t, m, answer)
}

// target is the folder that a drop's files go to: below it they keep their own.
func target(state string, at time.Time) string {
	switch state {
	case schedule.Held, schedule.Superseded:
		return heldDir
	case schedule.Applied, schedule.Nothing:
		return week(at)
	}
	return rejectedDir
}

func (t tree) fileAll(a schedule.Answer, at time.Time) (where []schedule.Place, err error) {
	for _, one := range a.Drop.Files {
		to, err := t.file(one, path.Join(target(a.State, at), path.Dir(one.OnDisk())))
		if err != nil {
			return nil, err
		}
		where = append(where, placed(to))
	}
	return where, nil
}

// where says where files are that cannot all be moved.
func (t tree) where(a schedule.Answer, at time.Time) (where []schedule.Place) {
	for _, one := range a.Drop.Files {
		if info, err := t.Lstat(one.OnDisk()); err == nil && same(one, info) {
			where = append(where, placed(one.OnDisk()))
			continue
		}
		dir := path.Join(target(a.State, at), path.Dir(one.OnDisk()))
		to, err := t.moved(one, dir, path.Base(one.OnDisk()))
		if err != nil {
			to = ""
		}
		where = append(where, placed(to))
	}
	return where
}
