package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"turnover/hierarchy"
	"turnover/schedule"
	"turnover/store"
)

// Fresh says how old what a report rests on may be.
type Fresh struct {
	Within time.Duration // a list came within so long before the report is due; 0 asks nothing
	Source string        // of this watch folder or source; "" is any
	Feeds  []Feed        // watch folders that may bring lists of the production
	Hold   bool          // what is late is held, not sent with a banner
}

// A Feed is a watch folder as far as freshness asks for it.
type Feed struct {
	Folder string // its name
	Below  bool   // the folders in it are named for productions
}

// A lateList is one that came and did not get into the production.
type lateList struct {
	name, folder, state string
	at                  time.Time
}

// lateness says in words why a report would be late: "" where it is not. It
// looks at lists that came, also those that changed nothing, and at those that
// came since and wait or were refused.
func (p *Pipeline) lateness(ctx context.Context, r store.Reader, snap *hierarchy.Snapshot, f Fresh, due time.Time, zone *time.Location) (string, error) {
	if f.Within <= 0 {
		return "", nil
	}
	last, err := lastImport(ctx, r, snap.Project.ID, f.Source)
	if err != nil {
		return "", err
	}
	came, waiting, err := drops(ctx, r, snap.Project, f)
	if err != nil {
		return "", err
	}
	if came.After(last) {
		last = came
	}
	var why []string
	if last.Before(due.Add(-f.Within)) {
		why = append(why, noList(f.Source, last, due, zone))
	}
	const shown = 3
	n := 0
	for _, d := range waiting {
		if !d.at.After(last) {
			continue
		}
		if n++; n <= shown {
			why = append(why, d.words(due, zone))
		}
	}
	if n > shown {
		why = append(why, fmt.Sprintf("%d more lists likewise", n-shown))
	}
	if len(why) == 0 {
		return "", nil
	}
	return strings.Join(why, "; ") + "; figures as of " + clockWords(snap.AsOf.Time, due, zone) + ".", nil
}

func noList(source string, last, due time.Time, zone *time.Location) string {
	from := ""
	if source != "" {
		from = " from " + source
	}
	if last.IsZero() {
		return "No list ever came" + from
	}
	return "No list came" + from + " since " + clockWords(last, due, zone)
}

func (d lateList) words(due time.Time, zone *time.Location) string {
	what, at := fmt.Sprintf("%s in %s ", d.name, d.folder), clockWords(d.at, due, zone)
	switch d.state {
	case schedule.Held:
		return what + "waits for a person since " + at
	case schedule.Rejected:
		return what + "was rejected on " + at
	}
	return what + "could not be read on " + at
}

// clockWords writes an instant as people say it; the year where it is another one.
func clockWords(t, due time.Time, zone *time.Location) string {
	t, due = t.In(zone), due.In(zone)
	if t.Year() != due.Year() {
		return t.Format("Mon 2 Jan 2006 15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// lastImport tells when the last list was applied that was not undone; zero
// where there was none.
func lastImport(ctx context.Context, r store.Reader, project hierarchy.ID, source string) (time.Time, error) {
	all, err := r.Imports(ctx, project)
	if err != nil {
		return time.Time{}, err
	}
	undone := UndoneBy(all)
	for _, one := range all { // the newest first
		if one.Kind == kindUndo || one.Kind == "load" || undone[one.ID] != nil {
			continue
		}
		from, err := cameFrom(ctx, r, one, source)
		if err != nil || from {
			return one.At.Time, err
		}
	}
	return time.Time{}, nil
}

// cameFrom tells whether a source handed an import's list over; "" is any.
func cameFrom(ctx context.Context, r store.Reader, one *store.ImportRecord, source string) (bool, error) {
	if source == "" || one.Author == "watch:"+source {
		return true, nil
	}
	record, err := r.Plan(ctx, one.PlanID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	made, err := unpackPlan(record.Body)
	if err != nil {
		return false, fmt.Errorf("plan %s: %w", record.ID, err)
	}
	return made.Source.From == source, nil
}

// drops reads what became of the lists that were dropped for a production: when
// the last one came that got in or changed nothing, and those that did not get in.
func drops(ctx context.Context, r store.Reader, project *hierarchy.Project, f Fresh) (came time.Time, waiting []lateList, err error) {
	for _, feed := range f.Feeds {
		if f.Source != "" && f.Source != feed.Folder {
			continue
		}
		marks, err := r.Ledger(ctx, "drop/"+feed.Folder+"/")
		if err != nil {
			return came, nil, err
		}
		for _, record := range marks {
			d, ok, err := dropOf(ctx, r, record, feed, project)
			switch {
			case err != nil:
				return came, nil, err
			case !ok:
			case d.state == schedule.Applied || d.state == schedule.Nothing:
				if d.at.After(came) {
					came = d.at
				}
			default:
				waiting = append(waiting, d)
			}
		}
	}
	slices.SortFunc(waiting, func(a, b lateList) int { return cmp.Or(a.at.Compare(b.at), strings.Compare(a.name, b.name)) })
	return came, waiting, nil
}

// dropOf reads a mark of a drop; false where it is another production's, or
// says nothing of whether the production is as the lists are.
func dropOf(ctx context.Context, r store.Reader, record *store.LedgerRecord, feed Feed, project *hierarchy.Project) (lateList, bool, error) {
	var held struct {
		Drop    schedule.Drop `json:"drop"`
		Project string        `json:"project"`
		Plan    string        `json:"plan"`
	}
	if len(record.Result) > 0 {
		if err := json.Unmarshal(record.Result, &held); err != nil {
			return lateList{}, false, fmt.Errorf("read mark %s: %w", record.Key, err)
		}
	}
	d := lateList{name: "a list", folder: feed.Folder, at: record.At.Time}
	if len(held.Drop.Files) > 0 {
		d.name = held.Drop.Name()
	}
	if feed.Below && held.Project == "" {
		held.Project, _, _ = strings.Cut(d.name, "/")
	}
	if held.Project != "" && held.Project != string(project.ID) && !strings.EqualFold(held.Project, project.Name) {
		return d, false, nil
	}
	for _, state := range []string{schedule.Applied, schedule.Nothing, schedule.Held, schedule.Rejected, schedule.Parked} {
		if strings.HasPrefix(record.State, state) { // filing adds a suffix
			d.state = state
		}
	}
	if d.state == schedule.Held && held.Plan != "" {
		planned, err := r.Plan(ctx, held.Plan)
		if err == nil && planned.State != "held" { // a person decided
			return d, false, nil
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return d, false, err
		}
	}
	return d, d.state != "", nil
}
