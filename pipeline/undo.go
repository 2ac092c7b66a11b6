package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"turnover/hierarchy"
	"turnover/plan"
	"turnover/store"
)

// kindUndo is the kind of the record that an undo leaves; its PlanID is the id
// of the import that was undone.
const kindUndo = "undo"

// An Undoing says what undoing an import takes back, what stays and why, in the
// words of the JSON contract. Import is the record of the undo itself, null
// where nothing was written.
type Undoing struct {
	Import      *string                   `json:"import"`
	Undone      string                    `json:"undone"`
	Project     string                    `json:"project"`
	Source      string                    `json:"source"`
	Kind        string                    `json:"kind"`
	Applied     bool                      `json:"applied"`
	NothingToDo bool                      `json:"nothing_to_do"`
	Summary     map[string]map[string]int `json:"summary"` // fate → entity → number
	Reversed    []UndoLine                `json:"reversed"`
	Kept        []UndoLine                `json:"kept"`
	Refused     []UndoLine                `json:"refused"`
	Cuts        []string                  `json:"cuts"` // scopes in which the cut before stands again
}

// An UndoLine is one thing that the import did. Before and After are the
// import's; Field is "" where it made or removed the whole.
type UndoLine struct {
	Action string          `json:"action"`
	Entity string          `json:"entity"`
	Path   string          `json:"path"`
	ID     string          `json:"entity_id"`
	Field  *string         `json:"field"`
	Before hierarchy.Value `json:"before"`
	After  hierarchy.Value `json:"after"`
	Place  string          `json:"place"`
	Reason string          `json:"reason"`
	Since  *LaterChange    `json:"since"` // what keeps it
}

// A LaterChange is what somebody did after an import.
type LaterChange struct {
	At     string          `json:"at"` // RFC 3339
	Author string          `json:"author"`
	Cause  string          `json:"cause"`
	Import string          `json:"import"` // id of the import or request
	File   string          `json:"file"`   // "" where it was none
	Place  string          `json:"place"`
	Field  *string         `json:"field"`
	Before hierarchy.Value `json:"before"`
	After  hierarchy.Value `json:"after"`
}

// Undo takes an import back by its id or the beginning of it, in one
// transaction: what nobody built upon. With dry nothing is written. Where
// expected is given, the undo must be what it says, else plan.ErrStale.
func (p *Pipeline) Undo(ctx context.Context, id string, dry bool, expected *Undoing) (out Undoing, err error) {
	if dry {
		err = p.Store.Read(ctx, func(r store.Reader) error {
			record, err := p.findImport(ctx, r, id)
			if err != nil {
				return err
			}
			u, err := p.undoing(ctx, r, record)
			if err == nil {
				out = u.out
			}
			return err
		})
		return out, err
	}
	err = p.Store.InTx(ctx, func(tx store.Tx) error {
		record, err := p.findImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := tx.Lock(ctx, record.Project); err != nil {
			return err
		}
		own := string(p.NewID())
		u, err := p.undoing(ctx, tx, record)
		if err != nil {
			return err
		}
		out = u.out
		if expected != nil && !sameUndo(*expected, out) {
			return fmt.Errorf("undo %s: %w: it would take back something else than was shown", record.ID, plan.ErrStale)
		}
		if out.NothingToDo {
			return nil
		}
		out.Import, out.Applied = &own, true
		return p.writeUndo(ctx, tx, u, out)
	})
	if err != nil {
		out.Import, out.Applied = nil, false
	}
	return out, err
}

func sameUndo(a, b Undoing) bool {
	return reflect.DeepEqual(a.Reversed, b.Reversed) && reflect.DeepEqual(a.Kept, b.Kept) && reflect.DeepEqual(a.Refused, b.Refused)
}

// An undo is one that was worked out.
type undo struct {
	record  *store.ImportRecord
	at      hierarchy.Time
	changes []hierarchy.Change
	cuts    [][]*store.CutRecord // all revisions of the scopes whose newest is the import's
	out     Undoing
}

// undoing works out what undoing an import would do now.
func (p *Pipeline) undoing(ctx context.Context, r store.Reader, record *store.ImportRecord) (*undo, error) {
	all, err := r.Imports(ctx, record.Project)
	if err != nil {
		return nil, err
	}
	if err := undoable(record, all); err != nil {
		return nil, err
	}
	snap, err := r.Snapshot(ctx, string(record.Project), hierarchy.With{Castings: true, Tasks: true, TimeSpents: true})
	if err != nil {
		return nil, err
	}
	rows, since, err := historyOf(ctx, r, record)
	if err != nil {
		return nil, err
	}
	now, err := presentOf(ctx, r, snap, rows, since)
	if err != nil {
		return nil, err
	}
	u := &undo{record: record, at: hierarchy.At(p.Now())}
	inverse := hierarchy.Invert(rows, now, hierarchy.Origin{
		Project: record.Project, At: u.at, Author: p.Author, Cause: hierarchy.Undo, CauseID: record.ID,
	})
	u.changes = inverse.Changes
	u.out = Undoing{
		Undone: record.ID, Project: snap.Project.Name, Source: record.SourceName, Kind: record.Kind, NothingToDo: len(inverse.Changes) == 0,
		Summary: map[string]map[string]int{}, Reversed: []UndoLine{}, Kept: []UndoLine{}, Refused: []UndoLine{},
	}
	u.out.tell(inverse, newTelling(snap, now.Rows, all))
	if u.cuts, err = p.newestCuts(ctx, r, record); err != nil {
		return nil, err
	}
	u.out.Cuts = []string{}
	for _, revisions := range u.cuts {
		u.out.Cuts = append(u.out.Cuts, revisions[0].Scope)
	}
	if u.out.NothingToDo {
		left, err := leftBehind(ctx, r, record)
		u.out.NothingToDo = !left
		if err != nil {
			return nil, err
		}
	}
	return u, nil
}

// leftBehind tells an import that changed no row and yet left a cut, or
// castings that wait or wait no longer.
func leftBehind(ctx context.Context, r store.Reader, record *store.ImportRecord) (bool, error) {
	waits, err := r.Memos(ctx, record.Project, pendingMemo)
	if err != nil || slices.ContainsFunc(waits, func(m *store.Memo) bool {
		return m.ImportID == record.ID && m.RevokedAt.IsZero() || m.RevokedBy == "import "+record.ID
	}) {
		return err == nil, err
	}
	scopes, err := r.CutScopes(ctx, record.Project)
	if err != nil {
		return false, err
	}
	cuts, err := cutRecords(ctx, r, record.Project, scopes)
	return slices.ContainsFunc(cuts, func(c *store.CutRecord) bool { return c.ImportID == record.ID }), err
}

// undoable refuses what is not undone at all.
func undoable(record *store.ImportRecord, all []*store.ImportRecord) error {
	switch record.Kind {
	case kindUndo:
		return usage("%s is an undo and is not undone itself: plan and apply the file of import %s again", record.ID, record.PlanID)
	case "load":
		return usage("%s is the load of an archive and is not undone: it brings whole productions, with persons, types and statuses that others may use by now; restore a back-up made before it", record.ID)
	}
	if by := UndoneBy(all)[record.ID]; by != nil {
		return usage("import %s was undone already, at %s by %s (%s): plan and apply its file again to have it back", record.ID, rfc3339(by.At), by.Author, by.ID)
	}
	return nil
}

// findImport finds an import by its id or the beginning of it.
func (p *Pipeline) findImport(ctx context.Context, r store.Reader, id string) (*store.ImportRecord, error) {
	record, err := r.Import(ctx, id)
	if !errors.Is(err, store.ErrNotFound) {
		return record, err
	}
	all, err := r.Imports(ctx, "")
	if err != nil {
		return nil, err
	}
	return pick("import", id, all, func(r *store.ImportRecord) string { return r.ID })
}

// historyOf reads what an import did, and what was done after it and still
// stands, by row.
func historyOf(ctx context.Context, r store.Reader, record *store.ImportRecord) (rows []hierarchy.HistoryRow, since map[hierarchy.Ref][]hierarchy.HistoryRow, err error) {
	touched := map[hierarchy.Ref]bool{}
	var last int64
	for row, err := range r.History(ctx, store.HistoryQuery{CauseID: record.ID}) {
		if err != nil {
			return nil, nil, err
		}
		if row.Cause == hierarchy.Import {
			rows, touched[row.Ref()], last = append(rows, row), true, row.Seq
		}
	}
	if len(rows) == 0 {
		return nil, nil, nil
	}
	var later []hierarchy.HistoryRow
	for row, err := range r.History(ctx, store.HistoryQuery{Project: record.Project, AfterSeq: last}) {
		if err != nil {
			return nil, nil, err
		}
		made := row.Field == "" // of a row that may refer to one that the import made
		if row.CauseID != record.ID && (made || touched[row.Ref()]) {
			later = append(later, row)
		}
	}
	since = map[hierarchy.Ref][]hierarchy.HistoryRow{}
	for _, row := range hierarchy.Standing(later) {
		since[row.Ref()] = append(since[row.Ref()], row)
	}
	return rows, since, nil
}

// presentOf gathers the rows that an import touched and those that may refer to them.
func presentOf(ctx context.Context, r store.Reader, snap *hierarchy.Snapshot, rows []hierarchy.HistoryRow, since map[hierarchy.Ref][]hierarchy.HistoryRow) (hierarchy.Present, error) {
	now := hierarchy.Present{Rows: map[hierarchy.Ref]hierarchy.Noun{}, Since: since}
	put := func(n hierarchy.Noun) { now.Rows[hierarchy.RefOf(n)] = n }
	for _, e := range snap.Entities {
		put(e)
	}
	for _, c := range snap.Castings {
		put(c)
	}
	for _, t := range snap.Tasks {
		put(t)
		for _, person := range t.Assignees {
			put(&hierarchy.Assignment{TaskID: t.ID, PersonID: person})
		}
	}
	for _, t := range snap.TimeSpents {
		put(t)
	}
	touched := map[string]map[string]bool{"tasks": {}, "entities": {}}
	for _, row := range rows {
		if keys := touched[row.Table]; keys != nil {
			keys[row.Key] = true
		}
	}
	for _, tie := range []struct{ table, column, to string }{
		{"comments", "task_id", "tasks"}, {"preview_files", "task_id", "tasks"},
		{"attachment_files", "task_id", "tasks"}, {"subscriptions", "task_id", "tasks"},
		{"asset_instances", "scene_id", "entities"}, {"asset_instances", "asset_id", "entities"}, {"instance_castings", "entity_id", "entities"},
	} {
		if len(touched[tie.to]) == 0 {
			continue
		}
		for row, err := range r.Rows(ctx, tie.table, map[string]any{tie.column: slices.Sorted(maps.Keys(touched[tie.to]))}) {
			if err != nil {
				return now, err
			}
			put(row)
		}
	}
	return now, nil
}

// writeUndo writes the changes, the record of the undo and the cuts that stand again.
func (p *Pipeline) writeUndo(ctx context.Context, tx store.Tx, u *undo, out Undoing) error {
	if err := tx.Apply(ctx, u.changes); err != nil {
		return err
	}
	summary, err := json.Marshal(out.Summary)
	if err != nil {
		return fmt.Errorf("store summary: %w", err)
	}
	receipt, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("store receipt: %w", err)
	}
	err = tx.PutImport(ctx, &store.ImportRecord{
		ID: *out.Import, Project: u.record.Project, PlanID: u.record.ID, SourceSHA: u.record.SourceSHA, SourceName: u.record.SourceName,
		Kind: kindUndo, Author: p.Author, At: u.at, Summary: summary, Receipt: receipt,
	})
	if err != nil {
		return err
	}
	if err := p.withdrawCuts(ctx, tx, u, *out.Import); err != nil {
		return err
	}
	if err := forget(ctx, tx, u.record.Project, u.record.ID, *out.Import, u.at); err != nil {
		return err
	}
	key := fmt.Sprintf("import/%s/sha256:%s", u.record.Project, u.record.SourceSHA)
	return tx.PutLedger(ctx, &store.LedgerRecord{Key: key, State: "undone", At: u.at, Result: receipt})
}

// withdrawCuts makes the cut before an undone import's stand again as the newest
// revision: the next list is compared with that. The undone revision is kept.
// Where there was no cut before, the newest says that there is none (null).
func (p *Pipeline) withdrawCuts(ctx context.Context, tx store.Tx, u *undo, own string) error {
	all, err := tx.Imports(ctx, u.record.Project)
	if err != nil {
		return err
	}
	undone := UndoneBy(all)
	for _, revisions := range u.cuts {
		again := &store.CutRecord{Project: u.record.Project, Scope: revisions[0].Scope, ImportID: own, SourceName: "undo of " + u.record.SourceName, Body: []byte("null")}
		for _, r := range revisions {
			if undone[r.ImportID] == nil && string(r.Body) != "null" {
				*again = *r
			}
		}
		again.ID, again.At = string(p.NewID()), u.at
		if err := tx.PutCut(ctx, again); err != nil {
			return err
		}
	}
	return nil
}

// newestCuts gives the revisions of each scope in which an import's cut is the
// newest; where a later one stands, that one stays.
func (p *Pipeline) newestCuts(ctx context.Context, r store.Reader, record *store.ImportRecord) (out [][]*store.CutRecord, err error) {
	_, body, err := p.findPlan(ctx, r, record.PlanID)
	var none *UsageError
	if errors.Is(err, store.ErrNotFound) || errors.As(err, &none) {
		return nil, nil // without its plan there is no cut of it
	}
	if err != nil {
		return nil, err
	}
	for _, c := range body.Cuts {
		revisions, err := r.Cuts(ctx, record.Project, c.Scope)
		if err != nil {
			return nil, err
		}
		if n := len(revisions); n > 0 && revisions[n-1].ImportID == record.ID {
			out = append(out, revisions)
		}
	}
	return out, nil
}
