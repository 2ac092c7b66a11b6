package watch

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"turnover/schedule"
)

// itemOf is a drop's first file in the state that its answer says.
func itemOf(folder string, since time.Time, a schedule.Answer) Item {
	return itemsOf(folder, since, a)[0]
}

func itemsOf(folder string, since time.Time, a schedule.Answer) (out []Item) {
	for i, one := range a.Drop.Files {
		item := Item{Folder: folder, Path: one.Path, State: a.State, Since: since, Size: one.Size,
			Message: a.Message, Plan: a.Plan, Import: a.Import}
		if i < len(a.Files) {
			item.Now = a.Files[i].Path
		}
		out = append(out, item)
	}
	return out
}

// Inbox tells of all files of watch folders how far they have come: first those
// that wait, by path, then those that were taken, the newest first. It looks at
// the folders once, and so cannot tell which files still grow: they are waiting.
func Inbox(ctx context.Context, folders []Folder, ledger schedule.Ledger) ([]Item, error) {
	var here, done []Item
	for _, folder := range folders {
		taken, open, err := taken(ctx, folder.Name, ledger)
		if err != nil {
			return nil, err
		}
		live, err := waiting(folder, open)
		if err != nil {
			live = []Item{{Folder: folder.Name, State: Vanished, Message: err.Error()}}
		}
		here = append(here, live...)
		done = append(done, taken...)
		for _, p := range slices.Sorted(maps.Keys(open)) { // answered where it lay, and taken away since
			done = append(done, open[p].item)
		}
	}
	slices.SortStableFunc(done, func(a, b Item) int { return b.Since.Compare(a.Since) })
	return append(here, done...), nil
}

// taken reads the marks of a folder's drops: those that were filed, and what is
// known of files that may still lie where they were dropped.
func taken(ctx context.Context, folder string, ledger schedule.Ledger) (done []Item, open map[string]known, err error) {
	open = map[string]known{}
	for _, prefix := range []string{"parked/drop/", "drop/"} {
		marks, err := ledger.Marks(ctx, prefix+folder+"/")
		if err != nil {
			return nil, nil, err
		}
		for _, m := range marks {
			a, err := answerOf(&m)
			if err != nil {
				return nil, nil, err
			}
			items := itemsOf(folder, m.At, a)
			if filed(&m) {
				done = append(done, items...)
				continue
			}
			for i, one := range a.Drop.Files {
				open[one.OnDisk()] = known{one, items[i]}
			}
		}
	}
	return done, open, nil
}

// A known file was answered, and may lie where it was dropped.
type known struct {
	file schedule.DropFile
	item Item
}

// waiting lists what lies in a folder, and takes out of open what it has found.
func waiting(folder Folder, open map[string]known) ([]Item, error) {
	root, err := os.OpenRoot(folder.Path)
	if err != nil {
		return nil, err
	}
	defer root.Close() // it was only read
	l, err := list(root)
	if err != nil {
		return nil, err
	}
	out := l.faults(folder.Name)
	for _, one := range l.files {
		item := Item{Folder: folder.Name, Path: shown(one.path), State: Waiting, Since: modTime(one.info), Size: one.info.Size()}
		if k, ok := open[one.path]; ok && same(k.file, one.info) {
			item = k.item
			delete(open, one.path)
		} else if lock := l.locked(one.path); lock != "" {
			item.State, item.Message = Locked, lockMessage(lock)
		}
		out = append(out, item)
	}
	slices.SortFunc(out, func(a, b Item) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}

func lockMessage(lock string) string {
	return fmt.Sprintf("somebody has it open: %s lies beside it; delete that if nobody has", shown(lock))
}

// faults are the items of what cannot be looked into, and of what is no list.
func (l *listing) faults(folder string) (out []Item) {
	for p, err := range l.unread {
		out = append(out, Item{Folder: folder, Path: shown(p), State: Unreadable, Message: err.Error()})
	}
	if l.junk > 0 {
		out = append(out, Item{Folder: folder, State: Junk, Message: fmt.Sprintf("%d files or folders that are no lists are left alone", l.junk)})
	}
	return out
}
