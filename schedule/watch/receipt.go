package watch

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"time"

	"turnover/schedule"
)

// answer writes a drop's receipts. The text stands where the list was dropped,
// one a list: an earlier one goes to the archive. With a list that wants work
// (held, rejected) lie the text and the annotated copy too.
func (t tree) answer(a schedule.Answer, at time.Time) error {
	if len(a.Receipts) == 0 {
		return nil
	}
	first := a.Drop.Files[0].OnDisk()
	dir, name := path.Dir(first), path.Base(first)
	if err := t.with(a, path.Join(target(a.State, at), dir)); err != nil {
		return err
	}
	for _, r := range a.Receipts {
		if receipts.MatchString(r.Suffix) {
			return t.beside(dir, name, r, at)
		}
	}
	return nil
}

// with puts receipts beside the place to which the list is going to be moved, or
// was by another process.
func (t tree) with(a schedule.Answer, dir string) error {
	if err := t.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	to, err := t.place(a.Drop.Files[0], dir)
	if err != nil {
		return err
	}
	work := a.State != schedule.Applied && a.State != schedule.Nothing
	for _, r := range a.Receipts {
		if receipts.MatchString(r.Suffix) && !work {
			continue
		}
		if err := t.put(dir, receiptName(path.Base(to), r.Suffix), r.Bytes); err != nil {
			return err
		}
	}
	return nil
}

// beside puts a receipt where the list was dropped, and only then moves those of
// earlier lists of its name into the archive: there is always one.
func (t tree) beside(dir, name string, r schedule.Receipt, at time.Time) error {
	to := path.Join(dir, receiptName(name, r.Suffix))
	if info, err := t.Lstat(to); err == nil && !t.holds(to, info, r.Bytes) {
		if err := t.retire(to, dir, at); err != nil {
			return err
		}
	}
	if err := t.put(dir, path.Base(to), r.Bytes); err != nil {
		return err
	}
	for _, word := range verdicts {
		if p := path.Join(dir, receiptName(name, "."+word+".txt")); p != to {
			if err := t.retire(p, dir, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// retire moves an earlier receipt, where there is one, into the archive.
func (t tree) retire(p, dir string, at time.Time) error {
	_, err := t.Lstat(p)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = t.move(p, path.Join(week(at), dir), path.Base(p))
	}
	return err
}

func receiptName(name, suffix string) string {
	return clip(name, longest-len(suffix)) + suffix
}

// verdict is the word in a receipt's name for a state. An older version is held
// as well: what has to be done about it is the same.
func verdict(state string) string {
	switch state {
	case schedule.Nothing:
		return "NOTHING-TO-DO"
	case schedule.Superseded:
		return verdict(schedule.Held)
	}
	return strings.ToUpper(state)
}
