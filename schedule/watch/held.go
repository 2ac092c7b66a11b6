package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"turnover/schedule"
)

// A reminder is what the mark "held/…" of a held drop holds.
type reminder struct {
	Told int `json:"told"` // how often its owner was reminded; -1 while not told at all
}

func heldKey(drop string) string { return "held/" + strings.TrimPrefix(drop, "drop/") }

// away is the state of a held drop whose files somebody has taken away.
const away = "away"

// hold marks a drop whose plan waits for a person, so that those that wait are
// found without reading all that ever came.
func (f *Filer) hold(ctx context.Context, m *schedule.Mark, a schedule.Answer) error {
	if a.State != schedule.Held && a.State != schedule.Superseded || a.Plan == "" {
		return nil
	}
	was, err := f.Ledger.Mark(ctx, heldKey(m.Key))
	if err != nil || was != nil {
		return err
	}
	if err := f.putHeld(ctx, schedule.Mark{Key: heldKey(m.Key), State: schedule.Held, At: m.At}, reminder{Told: -1}); err != nil {
		return err
	}
	f.step("held")
	return nil
}

func (f *Filer) putHeld(ctx context.Context, m schedule.Mark, r reminder) (err error) {
	if m.Result, err = json.Marshal(r); err != nil {
		return fmt.Errorf("write the mark %q: %w", m.Key, err)
	}
	return f.Ledger.PutMark(ctx, m)
}

// Review looks after the held drops of a folder: those whose plan was applied or
// rejected go to the archive, of the others the owner is reminded.
func (f *Filer) Review(ctx context.Context, folder Folder) error {
	if f.Plans == nil {
		return nil
	}
	marks, err := f.Ledger.Marks(ctx, "held/"+folder.Name+"/")
	if err != nil {
		return err
	}
	var faults []error
	for _, held := range marks {
		if held.State != schedule.Held {
			continue
		}
		if err := f.review(ctx, folder, held); err != nil {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

func (f *Filer) review(ctx context.Context, folder Folder, held schedule.Mark) error {
	m, err := f.Ledger.Mark(ctx, "drop/"+strings.TrimPrefix(held.Key, "held/"))
	if err != nil || !filed(m) && !left(m) {
		return err // it is still being filed
	}
	answer, err := answerOf(m)
	if err != nil {
		return err
	}
	taken, err := f.Plans(ctx, answer.Plan)
	if err != nil {
		return fmt.Errorf("look up the plan %s of %q: %w", answer.Plan, answer.Drop.Name(), err)
	}
	t, err := f.open(folder)
	if err != nil {
		return err
	}
	defer t.Close() // what is written through it was closed
	if taken.State == schedule.Applied || taken.State == schedule.Rejected {
		return f.resolve(ctx, folder, t, held, m, answer, taken)
	}
	if !t.any(answer.Files) {
		held.State = away
		return f.Ledger.PutMark(ctx, held)
	}
	return f.remind(ctx, folder, held, answer)
}

func (t tree) any(files []schedule.Place) bool {
	for _, p := range files {
		if p.Path == "" {
			continue
		}
		if _, err := t.Lstat(p.OnDisk()); !errors.Is(err, fs.ErrNotExist) {
			return true
		}
	}
	return false
}

// remind tells the owner at once, and then once a period. The count is part of the key: who else
// tells at the same time tells the same.
func (f *Filer) remind(ctx context.Context, folder Folder, held schedule.Mark, a schedule.Answer) error {
	var was reminder
	if err := json.Unmarshal(held.Result, &was); err != nil {
		return fmt.Errorf("read the mark %q: %w", held.Key, err)
	}
	due := periods(folder.Remind, f.Now().Sub(held.At))
	if due <= was.Told {
		return nil
	}
	item := itemOf(folder.Name, held.At, a)
	message := fmt.Sprintf("%s waits for a person since %s: %s. Look at it with \"turnover plans show %s\", then \"turnover apply %s\" or \"turnover plans reject %s\".",
		item.Path, held.At.UTC().Format("2006-01-02 15:04 UTC"), strings.TrimSuffix(a.Message, "."), a.Plan, a.Plan, a.Plan)
	if err := f.tell(ctx, Notice{Key: fmt.Sprintf("%s/%d", held.Key, due), Kind: schedule.Held, Folder: folder.Name, Item: item, Message: message}); err != nil {
		return err
	}
	return f.putHeld(ctx, held, reminder{Told: due})
}

func periods(every, since time.Duration) int {
	if every <= 0 {
		return 0
	}
	return int(since / every)
}

func (f *Filer) tell(ctx context.Context, n Notice) error {
	f.Log.Warn().Str("folder", n.Folder).Str("notice", n.Key).Str("kind", n.Kind).Msg(n.Message)
	if f.Tell == nil {
		return nil
	}
	if err := f.Tell(ctx, n); err != nil {
		return fmt.Errorf("tell %s: %w", n.Key, err)
	}
	return nil
}
