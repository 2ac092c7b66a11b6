package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"turnover/schedule"
)

// resolve files a drop whose plan was decided upon.
func (f *Filer) resolve(ctx context.Context, folder Folder, t tree, held schedule.Mark, m *schedule.Mark, a schedule.Answer, taken schedule.Taken) error {
	f.moving.Lock()
	defer f.moving.Unlock()
	err := t.settle(&a, taken, m.At)
	if err != nil && !stays(err) {
		return fmt.Errorf("file %q: %w", a.Drop.Name(), err)
	}
	suffix := schedule.Filed
	if err != nil || left(m) {
		suffix = schedule.Left
	}
	a.State, a.Message = taken.State, taken.Message
	if taken.Import != "" {
		a.Import = taken.Import
	}
	if a.State == schedule.Applied {
		if err := f.remember(ctx, folder, a.Drop); err != nil {
			return err
		}
		f.step("remembered")
	}
	done, err := withAnswer(*m, a.State+suffix, a)
	if err != nil {
		return err
	}
	if err := f.Ledger.PutMark(ctx, done); err != nil {
		return err
	}
	f.step("marked")
	held.State = a.State
	return f.Ledger.PutMark(ctx, held)
}

// settle answers a held drop for good and moves its files into the archive.
func (t tree) settle(a *schedule.Answer, taken schedule.Taken, at time.Time) error {
	if err := t.answerHeld(*a, taken, at); err != nil {
		return err
	}
	for i, place := range a.Files {
		from := place.OnDisk()
		if !strings.HasPrefix(from, heldDir+"/") {
			continue
		}
		dir := path.Join(week(at), path.Dir(a.Drop.Files[i].OnDisk()))
		if err := t.settleReceipts(from, dir); err != nil {
			return err
		}
		to, err := t.settleFile(a.Drop.Files[i], from, dir)
		if err != nil {
			return err
		}
		a.Files[i] = placed(to)
	}
	return nil
}

// settleFile moves a held file. One that somebody has changed where it lay stays.
func (t tree) settleFile(one schedule.DropFile, from, dir string) (string, error) {
	info, err := t.Lstat(from)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return t.moved(one, dir, path.Base(from))
	case err != nil || !same(one, info):
		return from, err
	}
	return t.move(from, dir, path.Base(from))
}

// settleReceipts moves what was answered to a held file along with it.
func (t tree) settleReceipts(from, dir string) error {
	here, err := t.Open(path.Dir(from))
	if err != nil {
		return err
	}
	names, err := here.Readdirnames(-1)
	_ = here.Close() // it was only read
	if err != nil {
		return err
	}
	for _, name := range names {
		if !strings.HasPrefix(name, path.Base(from)+"."+verdict(schedule.Held)) {
			continue
		}
		if _, err := t.move(path.Join(path.Dir(from), name), dir, name); err != nil {
			return err
		}
	}
	return nil
}

// answerHeld replaces the receipt where the list was dropped, unless it is that
// of a later list of the same name.
func (t tree) answerHeld(a schedule.Answer, taken schedule.Taken, at time.Time) error {
	first := a.Drop.Files[0].OnDisk()
	dir, name := path.Dir(first), path.Base(first)
	if len(a.Files) == 0 || a.Files[0].Path == "" {
		return nil
	}
	suffix := "." + verdict(schedule.Held) + ".txt"
	filed := a.Files[0].OnDisk()
	kept, err := t.ReadFile(path.Join(path.Dir(filed), receiptName(path.Base(filed), suffix)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	beside := path.Join(dir, receiptName(name, suffix))
	if info, err := t.Lstat(beside); err != nil || !t.holds(beside, info, kept) {
		return nil //nolint:nilerr // it is not there, or cannot be replaced
	}
	return t.beside(dir, name, receiptOf(a, taken), at)
}

// receiptOf is the text receipt of a plan that was decided upon.
func receiptOf(a schedule.Answer, taken schedule.Taken) schedule.Receipt {
	for _, r := range taken.Receipts {
		if receipts.MatchString(r.Suffix) {
			return r
		}
	}
	text := fmt.Sprintf("%s\n%s\n\nplan %s\n", verdict(taken.State), taken.Message, a.Plan)
	if taken.Import != "" {
		text += fmt.Sprintf("import %s; turnover undo %s takes it back\n", taken.Import, taken.Import)
	}
	return schedule.Receipt{Suffix: "." + verdict(taken.State) + ".txt", Bytes: []byte(text)}
}
