package watch

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"

	"turnover/schedule"
)

// parkedKey names the mark of a drop that was given up. It is not the drop's own:
// a job that a person starts again takes it after all.
func parkedKey(d schedule.Drop) string { return "parked/" + d.Key() }

// Park gives a drop up that the machine has failed to take too often: its files
// stay, and it is not handed on again before they change. A receipt says so. What
// was taken and only not filed is tried again for ever.
func (f *Filer) Park(ctx context.Context, d schedule.Drop, why string) error {
	if len(d.Files) == 0 {
		return errors.New("park a drop: it has no files")
	}
	if taken, err := f.Ledger.Mark(ctx, d.Key()); err != nil || taken != nil {
		return err
	}
	m, err := withAnswer(schedule.Mark{Key: parkedKey(d), At: f.Now()}, schedule.Parked,
		schedule.Answer{Drop: d, Taken: schedule.Taken{State: schedule.Parked, Message: why}})
	if err != nil {
		return err
	}
	if err := f.Ledger.PutMark(ctx, m); err != nil {
		return err
	}
	if err := f.answerParked(d, why, m.At); err != nil { // the mark says it all the same
		f.Log.Warn().Str("drop", d.Key()).Str("file", d.Name()).Err(err).Msg("the receipt cannot be written")
	}
	return nil
}

func (f *Filer) answerParked(d schedule.Drop, why string, at time.Time) error {
	folder, err := f.folder(d.Folder)
	if err != nil {
		return err
	}
	t, err := f.open(folder)
	if err != nil {
		return err
	}
	defer t.Close() // what is written through it was closed
	first := d.Files[0]
	if info, err := t.Lstat(first.OnDisk()); err != nil || !same(first, info) {
		return err
	}
	text := fmt.Sprintf("%s was not taken: the machine failed, not the list, and nothing was written. "+
		"To have it tried again, put it into the folder again\n\n%s\n", d.Name(), why)
	f.moving.Lock()
	defer f.moving.Unlock()
	return t.beside(path.Dir(first.OnDisk()), path.Base(first.OnDisk()), schedule.Receipt{Suffix: "." + verdict(schedule.Parked) + ".txt", Bytes: []byte(text)}, at)
}
