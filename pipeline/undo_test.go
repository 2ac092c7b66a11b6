package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/importers/edl"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/store"
	"turnover/store/postgres"
	"turnover/store/storetest"
)

// onBoth runs a test on a film in each kind of database.
func onBoth(t *testing.T, f func(t *testing.T, p *pipeline.Pipeline)) {
	t.Run("sqlite", func(t *testing.T) {
		p := newPipeline(t)
		film(t, p)
		f(t, p)
	})
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("a server is started: not in short mode")
		}
		s, err := postgres.OpenUnmigrated(t.Context(), storetest.PostgresURL(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		p := newPipeline(t)
		p.Store = s
		film(t, p)
		f(t, p)
	})
}

func undone(t *testing.T, p *pipeline.Pipeline, o pipeline.Outcome) pipeline.Undoing {
	t.Helper()
	dry, err := p.Undo(t.Context(), *o.Import, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Undo(t.Context(), (*o.Import), false, &dry)
	if err != nil {
		t.Fatal(err)
	}
	if out.Applied == out.NothingToDo || dry.Applied || dry.Import != nil {
		t.Errorf("applied %v, dry %v, nothing to do %v", out.Applied, dry.Applied, out.NothingToDo)
	}
	return out
}

// lines writes verdicts as "path field" for comparison.
func lines(all []pipeline.UndoLine) []string {
	var out []string
	for _, l := range all {
		text := l.Entity + " " + l.Path
		if l.Field != nil {
			text += " " + *l.Field
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

// state is all that a production says, without ids' revisions and stamps.
func state(t *testing.T, p *pipeline.Pipeline) []string {
	t.Helper()
	var out []string
	err := p.Store.Read(t.Context(), func(r store.Reader) error {
		for _, table := range []string{"entities", "casting_links", "tasks", "task_assignees", "comments", "time_spents"} {
			for row, err := range r.Rows(t.Context(), table, nil) {
				if err != nil {
					return err
				}
				text := table
				for _, f := range hierarchy.FieldsOfNoun(row) {
					v, err := hierarchy.Get(row, f.Name)
					if err != nil {
						return err
					}
					if f.Name == "updated_at" || v.OrNull() == "null" || v == "{}" { // a document that lost its last key says nothing
						continue
					}
					text += " " + f.Name + "=" + string(v)
				}
				out = append(out, text)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func sameState(t *testing.T, p *pipeline.Pipeline, want []string) {
	t.Helper()
	if d := cmp.Diff(want, state(t, p)); d != "" {
		t.Errorf("state (-want +got):\n%s", d)
	}
}

func shotNamed(t *testing.T, p *pipeline.Pipeline, name string) *hierarchy.Entity {
	t.Helper()
	for _, e := range snapshotOf(t, p).OfKind(hierarchy.Shot) {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func somebody(t *testing.T, p *pipeline.Pipeline, name string) hierarchy.ID {
	t.Helper()
	person := &hierarchy.Person{ID: p.NewID(), FirstName: name, Active: true, Email: hierarchy.Ptr(strings.ToLower(name) + "@example.com")}
	err := p.Store.InTx(t.Context(), func(tx store.Tx) error {
		return tx.Apply(t.Context(), []hierarchy.Change{hierarchy.Create{Origin: hierarchy.Origin{At: hierarchy.At(p.Now()), Cause: hierarchy.Request}, Row: person}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return person.ID
}

// taskOf gives the first task of a shot by its type's name.
func taskOf(t *testing.T, p *pipeline.Pipeline, shot, kind string) *hierarchy.Task {
	t.Helper()
	snap, e := snapshotOf(t, p), shotNamed(t, p, shot)
	for _, task := range snap.Tasks {
		for _, one := range snap.TaskTypes {
			if e != nil && task.EntityID == e.ID && one.ID == task.TaskTypeID && one.Name == kind {
				return task
			}
		}
	}
	t.Fatalf("no task %s of %s", kind, shot)
	return nil
}

const threeShots = "Sequence,Name,Nb Frames,Description\nSQ010,SH010,48,a door\nSQ010,SH020,60,a room\nSQ010,SH030,72,a yard\n"

func TestUndoKeepsWhatWasChangedSince(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		apply(t, p, "a.csv", threeShots)
		before := state(t, p)
		second := apply(t, p, "b.csv", "Sequence,Name,Nb Frames,Description\nSQ010,SH010,50,the door\nSQ010,SH020,62,the room\n")
		p.Author = "bob@example.com"
		apply(t, p, "c.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,55\n")
		p.Author = "td@example.com"
		out := undone(t, p, second)
		if got := lines(out.Kept); len(got) != 1 || got[0] != "shot SQ010/SH010 nb_frames" {
			t.Fatalf("kept %v", got)
		}
		if s := out.Kept[0].Since; s == nil || s.Author != "bob@example.com" || s.File != "c.csv" || s.After != "55" || !strings.HasPrefix(s.Place, "c.csv:2") {
			t.Errorf("kept for %+v", s)
		}
		if got := lines(out.Reversed); len(got) != 3 || len(out.Refused) != 0 {
			t.Errorf("reversed %v, refused %v", got, lines(out.Refused))
		}
		for i, text := range before {
			before[i] = strings.Replace(text, "nb_frames=48", "nb_frames=55", 1)
		}
		sameState(t, p, before)
		told, err := p.Explain(t.Context(), "film", "SQ010/SH020")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range told.Fields {
			if f.Field == "nb_frames" && (f.Undo == nil || *f.Undo != *out.Import || f.Import != *second.Import || f.File != "b.csv" || f.Before != "62" || f.Value != "60") {
				t.Errorf("explained as %+v", f)
			}
		}
		var usage *pipeline.UsageError
		if _, err := p.Undo(t.Context(), *second.Import, false, nil); !errors.As(err, &usage) || !strings.Contains(err.Error(), "undone already") {
			t.Errorf("undone twice: %v", err)
		}
		if _, err := p.Undo(t.Context(), *out.Import, false, nil); !errors.As(err, &usage) {
			t.Errorf("an undo was undone: %v", err)
		}
		sameState(t, p, before)
		all, err := p.Imports(t.Context(), "film")
		if err != nil || len(all) != 4 || all[0].Kind != "undo" || all[0].PlanID != *second.Import {
			t.Errorf("imports %v, %v", all, err)
		}
	})
}

func TestUndoOfCreation(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		empty := state(t, p)
		first := apply(t, p, "a.csv", threeShots)
		full := state(t, p)
		undone(t, p, first)
		sameState(t, p, empty)
		again := apply(t, p, "a.csv", threeShots)
		if !again.Applied || again.Summary["create"]["shot"] != 3 || len(state(t, p)) != len(full) {
			t.Errorf("the same file after its undo: %+v", again)
		}
		ada := somebody(t, p, "Ada")
		task := taskOf(t, p, "SH020", "Animation")
		if _, err := p.AddComment(t.Context(), "film", pipeline.CommentSpec{Task: task.ID, Status: "wip", Person: ada}); err != nil {
			t.Fatal(err)
		}
		out := undone(t, p, again)
		kept := lines(out.Kept)
		for _, want := range []string{"shot SQ010/SH020", "sequence SQ010", "task SQ010/SH020#Animation/main", "task SQ010/SH020#Layout/main"} {
			if !slices.Contains(kept, want) {
				t.Errorf("%s is not kept: %v", want, kept)
			}
		}
		if shotNamed(t, p, "SH020") == nil || shotNamed(t, p, "SH010") != nil || shotNamed(t, p, "SH030") != nil {
			t.Errorf("state %v", state(t, p))
		}
		for _, l := range out.Kept {
			if l.Reason == "" || l.Since == nil {
				t.Errorf("kept without saying why: %+v", l)
			}
		}
	})
}

func TestUndoOfLaterImportsFreesEarlierOnes(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		start := state(t, p)
		first := apply(t, p, "a.csv", threeShots)
		one := state(t, p)
		second := apply(t, p, "b.csv", "Sequence,Name,Nb Frames,Assets\nSQ010,SH010,50,Character: Hero x2\nSQ020,SH040,9,Character: Hero\n")
		if held := undoneNothing(t, p, first); len(held.Kept) == 0 {
			t.Error("nothing keeps the first import")
		}
		undone(t, p, second)
		sameState(t, p, one)
		undone(t, p, first)
		sameState(t, p, start)
	})
}

func undoneNothing(t *testing.T, p *pipeline.Pipeline, o pipeline.Outcome) pipeline.Undoing {
	t.Helper()
	before := state(t, p)
	out, err := p.Undo(t.Context(), *o.Import, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	sameState(t, p, before)
	return out
}

func TestUndoOfStatusesCommentsAndTime(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		apply(t, p, "a.csv", threeShots)
		somebody(t, p, "Ada")
		bob := somebody(t, p, "Bob")
		before := state(t, p)
		tasks := apply(t, p, "tasks.csv", "Sequence,Entity Type,Entity,Task Type,Status,Assignees,Comment\n"+
			"SQ010,Shot,SH010,Animation,Work In Progress,Ada,go\nSQ010,Shot,SH020,Animation,Work In Progress,Ada,go\n")
		sheet := apply(t, p, "time.csv", "Person,Date,Sequence,Entity Type,Entity,Task Type,Minutes\nAda,2026-01-05,SQ010,Shot,SH010,Animation,60\nAda,2026-01-05,SQ010,Shot,SH020,Animation,90\n")
		second := taskOf(t, p, "SH020", "Animation")
		if err := p.LogTime(t.Context(), "film", second.ID, bob, "2026-01-06", 30); err != nil {
			t.Fatal(err)
		}
		if _, err := p.AddComment(t.Context(), "film", pipeline.CommentSpec{Task: second.ID, Text: "hm", Person: bob}); err != nil {
			t.Fatal(err)
		}
		undone(t, p, sheet)
		if got := taskOf(t, p, "SH020", "Animation").Duration; got != 30 {
			t.Errorf("the task that bob works on has %v minutes", got)
		}
		if got := taskOf(t, p, "SH010", "Animation").Duration; got != 0 {
			t.Errorf("the other task has %v minutes", got)
		}
		out := undone(t, p, tasks)
		for _, l := range out.Kept {
			if !strings.HasPrefix(l.Path, "SQ010/SH020#") || l.Since == nil {
				t.Errorf("kept %+v", l)
			}
		}
		if n := len(out.Kept); n < 3 {
			t.Errorf("%d kept: %v", n, lines(out.Kept))
		}
		now := state(t, p)
		for _, text := range before {
			if !slices.Contains(now, text) && !strings.Contains(text, string(second.ID)) {
				t.Errorf("not as before: %s", text)
			}
		}
		if got := taskOf(t, p, "SH010", "Animation"); len(got.Assignees) != 0 || !got.RealStartDate.IsZero() {
			t.Errorf("the task that nobody answered: %+v", got)
		}
	})
}

func TestUndoIsStaleWhenAnotherThingWouldHappen(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	first := apply(t, p, "a.csv", threeShots)
	shown, err := p.Undo(t.Context(), *first.Import, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	apply(t, p, "b.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,50\n")
	before := state(t, p)
	if _, err := p.Undo(t.Context(), *first.Import, false, &shown); !errors.Is(err, plan.ErrStale) {
		t.Errorf("got %v", err)
	}
	sameState(t, p, before)
}

func TestUndoOfUnlinksOmissionsAndMoves(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		apply(t, p, "a.csv", "Sequence,Name,Nb Frames,Omitted,Assets\nSQ010,SH010,48,no,\"Character: Hero x2 (held), Villain\"\nSQ010,SH020,60,yes,\nSQ010,SH030,9,no,\n")
		before := state(t, p)
		id := shotNamed(t, p, "SH030").ID
		second := apply(t, p, "b.csv", fmt.Sprintf("ID,Sequence,Name,Omitted,Assets\n,SQ010,SH010,yes,Character: Villain x3\n,SQ010,SH020,no,\n%s,SQ020,SH031,no,\n", id))
		if second.Summary["unlink"]["casting"]+second.Summary["update"]["casting"] == 0 || second.Summary["omit"]["shot"] != 1 || second.Summary["reinstate"]["shot"] != 1 || second.Summary["move"]["shot"] != 1 {
			t.Fatalf("the second list does not do what it should: %v", second.Summary)
		}
		out := undone(t, p, second)
		if len(out.Kept)+len(out.Refused) != 0 {
			t.Errorf("kept %v, refused %v", lines(out.Kept), lines(out.Refused))
		}
		sameState(t, p, before)
	})
}

func TestUndoRefusesAPlaceThatIsTaken(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	apply(t, p, "a.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,48\n")
	id := shotNamed(t, p, "SH010").ID
	renamed := apply(t, p, "b.csv", fmt.Sprintf("ID,Sequence,Name,Nb Frames\n%s,SQ010,SH011,50\n", id))
	apply(t, p, "c.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,1\n")
	out := undone(t, p, renamed)
	if got := lines(out.Refused); len(got) != 1 || !strings.HasSuffix(got[0], " name") || out.Refused[0].Reason == "" {
		t.Errorf("refused %v", got)
	}
	if e := shotNamed(t, p, "SH011"); e == nil || e.Frames() != 48 {
		t.Errorf("shot %+v", e)
	}
}

func TestUndoOfALoadIsRefused(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	err := p.Store.InTx(t.Context(), func(tx store.Tx) error {
		return tx.PutImport(t.Context(), &store.ImportRecord{ID: "load-1", Project: snapshotOf(t, p).Project.ID, Kind: "load", At: hierarchy.At(p.Now()), Summary: []byte("{}"), Receipt: []byte("{}")})
	})
	if err != nil {
		t.Fatal(err)
	}
	var usage *pipeline.UsageError
	if _, err := p.Undo(t.Context(), "load-1", false, nil); !errors.As(err, &usage) || !strings.Contains(err.Error(), "archive") {
		t.Errorf("got %v", err)
	}
}

// TestUndoAllBackwards applies random lists and takes them back, the last one
// first: each state comes back as it was.
func TestUndoAllBackwards(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			p := newPipeline(t)
			film(t, p)
			r := rand.New(rand.NewPCG(seed, 4))
			var states [][]string
			var done []pipeline.Outcome
			for i := range 6 {
				now := state(t, p)
				_, out, err := p.ApplyFile(context.Background(), importers.File{Name: fmt.Sprintf("%d.csv", i), Bytes: []byte(randomList(r))}, "film", pipeline.Options{}, pipeline.Acceptance{All: true})
				if err != nil {
					t.Fatal(err)
				}
				if out.Applied {
					states, done = append(states, now), append(done, out)
				}
			}
			for i := len(done) - 1; i >= 0; i-- {
				out := undone(t, p, done[i])
				if len(out.Kept)+len(out.Refused) > 0 {
					t.Fatalf("undo %d kept %v, refused %v", i, lines(out.Kept), lines(out.Refused))
				}
				sameState(t, p, states[i])
			}
		})
	}
}

func randomList(r *rand.Rand) string {
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	text := "Sequence,Name,Nb Frames,Description,Omitted,Assets,Animation\n"
	for _, n := range r.Perm(6)[:3] {
		text += fmt.Sprintf("SQ0%d,SH0%d,%d,%s,%s,%s,%s\n", n%2, n, 1+r.IntN(99), pick("", "a", "b"), pick("", "yes", "no"),
			pick("", "Character: Hero", "Character: Hero x2; Prop: Door", "-"), pick("", "wip", "done", "retake"))
	}
	return text
}

// storedCuts lists the revisions of a cut: number, source and bytes.
func storedCuts(t *testing.T, p *pipeline.Pipeline, scope string) (out []string) {
	t.Helper()
	err := p.Store.Read(t.Context(), func(r store.Reader) error {
		all, err := r.Cuts(t.Context(), snapshotOf(t, p).Project.ID, scope)
		for _, c := range all {
			out = append(out, fmt.Sprintf("%d %s %d", c.Revision, c.SourceName, len(c.Body)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUndoneCutsDoNotStand(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		p.Importers = append(p.Importers, edl.New())
		cut := func(name string, out int) pipeline.Outcome {
			text := fmt.Sprintf("TITLE: R\nFCM: NON-DROP FRAME\n001  A001 V C 01:00:00:00 01:00:%02d:00 10:00:00:00 10:00:%02d:00\n* FROM CLIP NAME: SQ010_SH010\n", out, out)
			_, done, err := p.ApplyFile(t.Context(), importers.File{Name: name, Bytes: []byte(text)}, "film", pipeline.Options{Names: []string{"{sequence}_{shot}"}}, pipeline.Acceptance{All: true})
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		first, second := cut("r1.edl", 2), cut("r2.edl", 4)
		scope := ""
		for _, one := range []string{"SQ010", ""} {
			if len(storedCuts(t, p, one)) > 0 {
				scope = one
			}
		}
		before := storedCuts(t, p, scope)
		if len(before) != 2 {
			t.Fatalf("stored %v", before)
		}
		if told, err := p.Undo(t.Context(), *first.Import, true, nil); err != nil || len(told.Cuts) != 0 {
			t.Errorf("under a later cut: %v, %v", told.Cuts, err)
		}
		if told, err := p.Undo(t.Context(), *second.Import, true, nil); err != nil || !slices.Equal(told.Cuts, []string{scope}) {
			t.Errorf("the newest cut: %v, %v", told.Cuts, err)
		}
		undone(t, p, second)
		after := storedCuts(t, p, scope)
		if len(after) != 3 || !strings.HasPrefix(after[2], "3 r1.edl ") || after[2][2:] != before[0][2:] {
			t.Errorf("after the second: %v", after)
		}
		undone(t, p, first)
		if last := storedCuts(t, p, scope); len(last) != 4 || last[3] != "4 undo of r1.edl 4" {
			t.Errorf("after the first: %v", last)
		}
		cut("r2.edl", 4)
		if last := storedCuts(t, p, scope); len(last) != 5 || !strings.HasPrefix(last[4], "5 r2.edl ") {
			t.Errorf("again: %v", last)
		}
	})
}

func TestUndoneOnceHoweverManyTry(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		first := apply(t, p, "a.csv", threeShots)
		results := make(chan error)
		const tries = 3
		for i := range tries {
			q := *p // clocks and ids of their own
			n := 0
			q.Now = func() time.Time { return time.Date(2026, 1, 6, 8, i, 0, 0, time.UTC) }
			q.NewID = func() hierarchy.ID { n++; return hierarchy.ID(fmt.Sprintf("undo-%d-%d", i, n)) }
			go func() {
				_, err := q.Undo(t.Context(), *first.Import, false, nil)
				results <- err
			}()
		}
		done := 0
		for range tries {
			var usage *pipeline.UsageError
			if err := <-results; err == nil {
				done++
			} else if !errors.As(err, &usage) && !errors.Is(err, store.ErrBusy) {
				t.Errorf("got %v", err)
			}
		}
		if done != 1 {
			t.Errorf("undone %d times", done)
		}
	})
}
