package pipeline_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/pipeline"
	"turnover/schedule"
	"turnover/store"
)

// hand applies a list of Lighthouse that a source hands over.
func hand(t *testing.T, p *pipeline.Pipeline, source, text string) pipeline.Outcome {
	t.Helper()
	_, out, err := p.ApplyFile(t.Context(), importers.File{Name: "list.csv", Bytes: []byte(text)}, "Lighthouse", pipeline.Options{Source: source}, pipeline.Acceptance{All: true})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const newShot = "Episode;Sequence;Name;Nb Frames\nE01;SQ010;SH09"

// drop marks what became of a file in a watch folder.
func drop(t *testing.T, p *pipeline.Pipeline, file, state, plan string, at time.Time) {
	t.Helper()
	d := schedule.Drop{Folder: "editorial", Files: []schedule.DropFile{{Path: file}}, Nth: 1}
	text, err := json.Marshal(map[string]any{"drop": d, "state": state, "plan": plan})
	if err != nil {
		t.Fatal(err)
	}
	if err := (pipeline.Ledger{Store: p.Store}).PutMark(t.Context(), schedule.Mark{Key: d.Key(), State: state, At: at, Result: text}); err != nil {
		t.Fatal(err)
	}
}

// banner runs an occurrence of Monday 8 o'clock in Paris and gives what its
// report begins with.
func banner(t *testing.T, p *pipeline.Pipeline, s pipeline.ScheduledReport, minute int) string {
	t.Helper()
	run, err := p.RunReport(t.Context(), s, monday(minute), pipeline.Runner{To: newDesk(), Worker: "job 1"})
	if err != nil {
		t.Fatal(err)
	}
	return run.Banner
}

func TestLateListsAreSaid(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		s := weekly("json")
		s.Fresh = pipeline.Fresh{Within: 72 * time.Hour, Source: "editorial", Feeds: []pipeline.Feed{{Folder: "editorial"}, {Folder: "layout"}}}
		want := func(minute int, text string) {
			t.Helper()
			if got := banner(t, p, s, minute); got != text {
				t.Errorf("%d: %q, want %q", minute, got, text)
			}
		}
		want(0, "No list ever came from editorial; figures as of Mon 23 Feb 09:00.")
		hand(t, p, "layout", newShot+"10;30\n") // another source
		want(1, "No list ever came from editorial; figures as of Mon 23 Feb 09:00.")
		setClock(p, time.Date(2026, 2, 19, 17, 12, 0, 0, time.UTC))
		first := hand(t, p, "editorial", newShot+"20;30\n")
		setClock(p, time.Date(2026, 2, 23, 8, 30, 0, 0, time.UTC))
		moveOn(t, p, 40)
		want(2, "No list came from editorial since Thu 19 Feb 18:12; figures as of Mon 23 Feb 09:30.")
		drop(t, p, "cut_v06.edl", schedule.Nothing+"-filed", "", time.Date(2026, 2, 22, 7, 0, 0, 0, time.UTC)) // the production is as it says
		want(3, "")
		drop(t, p, "cut_v05.edl", schedule.Rejected, "", time.Date(2026, 2, 21, 7, 0, 0, 0, time.UTC)) // before that
		drop(t, p, "cut_v04.edl", schedule.Superseded, "", time.Date(2026, 2, 23, 7, 0, 0, 0, time.UTC))
		want(4, "")
		drop(t, p, "cut_v07.edl", schedule.Held, "plan-7", time.Date(2026, 2, 23, 5, 0, 0, 0, time.UTC))
		drop(t, p, "cut_v08.edl", schedule.Rejected, "", time.Date(2026, 2, 23, 6, 0, 0, 0, time.UTC))
		want(5, "cut_v07.edl in editorial waits for a person since Mon 23 Feb 06:00; cut_v08.edl in editorial was rejected on Mon 23 Feb 07:00; figures as of Mon 23 Feb 09:30.")
		decide(t, p, "plan-7", "rejected")
		want(6, "cut_v08.edl in editorial was rejected on Mon 23 Feb 07:00; figures as of Mon 23 Feb 09:30.")
		if _, err := p.Undo(t.Context(), *first.Import, false, nil); err != nil {
			t.Fatal(err)
		}
		if got := banner(t, p, s, 7); !strings.HasPrefix(got, "cut_v08.edl") { // the drop still tells
			t.Error(got)
		}
		s.Fresh.Source, s.Fresh.Feeds = "", []pipeline.Feed{{Folder: "editorial", Below: true}} // whose folders are other productions'
		s.Fresh.Within = 24 * time.Hour
		want(8, "")
		s.Fresh.Within = 0
		want(9, "")
	})
}

// decide keeps a plan in a state.
func decide(t *testing.T, p *pipeline.Pipeline, id, state string) {
	t.Helper()
	err := p.Store.InTx(t.Context(), func(tx store.Tx) error {
		if err := tx.PutSource(t.Context(), &store.SourceRecord{SHA256: id, Name: "cut.edl", Bytes: []byte("x"), Options: []byte("{}")}); err != nil {
			return err
		}
		return tx.PutPlan(t.Context(), &store.PlanRecord{ID: id, Project: lighthouse, SourceSHA: id, SourceName: "cut.edl", State: state, At: hierarchy.At(p.Now()), Body: []byte("{}")})
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestManyLateListsAreCounted(t *testing.T) {
	p := onSQLite(t)
	hand(t, p, "", newShot+"10;30\n")
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		drop(t, p, name+".edl", schedule.Parked, "", time.Date(2026, 2, 23, 10, 0, 0, 0, time.UTC))
	}
	s := weekly("json")
	s.Fresh = pipeline.Fresh{Within: 72 * time.Hour, Feeds: []pipeline.Feed{{Folder: "editorial"}}}
	if got := banner(t, p, s, 0); strings.Count(got, "could not be read") != 3 || !strings.HasPrefix(got, "a.edl in editorial") || !strings.Contains(got, "; 2 more lists likewise; ") {
		t.Error(got)
	}
}

func TestALateReportIsHeldForItsOwner(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		d, s, o := newDesk(), weekly("json"), monday(0)
		s.Fresh = pipeline.Fresh{Within: 72 * time.Hour, Hold: true}
		for range 2 {
			run, err := p.RunReport(t.Context(), s, o, pipeline.Runner{To: d, Worker: "job 1"})
			if err != nil || run.State != pipeline.OccurrenceHeld {
				t.Fatalf("%+v, %v", run, err)
			}
		}
		if len(d.files) != 0 || len(d.mails) != 1 || !slices.Equal(d.mails[0].To, []string{"td@example.com"}) || !strings.HasPrefix(d.mails[0].Lines[0], "No list ever came; figures") || d.mails[0].Commands[0] != "turnover run monday-quotas --at 2026-02-23T08:00" {
			t.Fatalf("%d files, mails %+v", len(d.files), d.mails)
		}
		run, err := p.RunReport(t.Context(), s, o, pipeline.Runner{To: d, Worker: "run", Anyway: true})
		if err != nil || run.State != pipeline.OccurrenceDone || len(d.files) != 2 || len(d.mails) != 2 {
			t.Fatalf("anyway: %+v, %v", run, err)
		}
		if m := d.mails[1]; !strings.HasPrefix(m.Banner, "No list ever came; figures") || !strings.HasSuffix(m.Subject, "(late)") {
			t.Errorf("mail %q: %q", m.Subject, m.Banner)
		}
		if !strings.Contains(d.files["/one/monday-quotas-2026-W08.json"], `"banner":"No list ever came; figures`) {
			t.Error("the report does not begin with it")
		}
	})
}

// A held report that a list came for is sent with the figures of then.
func TestAHeldReportIsFixedAnew(t *testing.T) {
	p := onSQLite(t)
	d, s, o := newDesk(), weekly("json"), monday(0)
	s.Fresh, s.Owner = pipeline.Fresh{Within: 72 * time.Hour, Hold: true}, ""
	held, err := p.RunReport(t.Context(), s, o, pipeline.Runner{To: d, Worker: "job 1"})
	if err != nil || held.State != pipeline.OccurrenceHeld || len(d.mails) != 0 {
		t.Fatalf("%+v, %v", held, err)
	}
	hand(t, p, "", newShot+"10;30\n")
	run, err := p.RunReport(t.Context(), s, o, pipeline.Runner{To: d, Worker: "run", Anyway: true})
	if err != nil || run.Banner != "" || run.Snapshot == held.Snapshot || len(d.mails) != 1 {
		t.Errorf("%+v, %v", run, err)
	}
}

// A publisher remembers what it was asked for.
type publisher struct{ published []string }

func (*publisher) Holds(context.Context) ([]pipeline.PublishedProduction, error) { return nil, nil }

func (d *publisher) Publish(_ context.Context, what pipeline.Publication) (pipeline.Published, error) {
	d.published = append(d.published, what.Snapshot)
	return pipeline.Published{Dir: "/data", Path: "snapshots/" + what.Snapshot, Snapshot: what.Snapshot, AsOf: what.AsOf,
		Totals: map[string]map[string]float64{"tasks": {"frames": 12}}}, nil
}

func TestPublishingIsDoneOnce(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		to, d, o := &publisher{}, newDesk(), schedule.Occurrence{Entry: "nightly", Wall: "2026-02-26T02:30"}
		s := pipeline.ScheduledPublish{Name: "nightly", Which: pipeline.Which{Projects: []string{"Lighthouse"}}, Owner: "td@example.com"}
		for n, times := range map[int]int{1: 1, 2: 1, 3: 2, 4: 1} { // killed before the nth step, and run again
			publishKilled(t, p, s, to, n)
			if len(to.published) != times || len(slices.Compact(slices.Clone(to.published))) != 1 {
				t.Errorf("killed at %d: published %v", n, to.published)
			}
			to.published = nil
		}
		run, err := p.RunPublish(t.Context(), s, o, to, pipeline.Runner{To: d, Worker: "job 1"})
		if err != nil || run.State != pipeline.OccurrenceDone || run.Published.Path != "snapshots/"+to.published[0] || run.Published.Totals["tasks"]["frames"] != 12 {
			t.Fatalf("%+v, %v", run, err)
		}
		moveOn(t, p, 30)
		again, err := p.RunPublish(t.Context(), s, o, to, pipeline.Runner{To: d, Worker: "job 2"})
		if err != nil || len(to.published) != 1 || again.Published.Snapshot != run.Published.Snapshot || !again.Again || run.Again {
			t.Errorf("again: %+v, %v", again, err)
		}
		checkPublishFailure(t, p, d, to, s)
	})
}

// publishKilled ends a worker before the nth step, and lets another one go on.
func publishKilled(t *testing.T, p *pipeline.Pipeline, s pipeline.ScheduledPublish, to pipeline.Publisher, n int) {
	t.Helper()
	o := schedule.Occurrence{Entry: s.Name, Wall: fmt.Sprintf("2026-02-2%dT02:30", n)}
	func() {
		defer func() { broken(recover()) }()
		left := n
		_, err := p.RunPublish(t.Context(), s, o, to, pipeline.Runner{Worker: "job 1", Step: func(string) {
			if left--; left == 0 {
				panic(errBroken)
			}
		}})
		if err != nil || n <= 3 {
			t.Errorf("step %d was not reached: %v", n, err)
		}
	}()
	if run, err := p.RunPublish(t.Context(), s, o, to, pipeline.Runner{Worker: "job 2"}); err != nil || run.State != pipeline.OccurrenceDone {
		t.Errorf("again: %+v, %v", run, err)
	}
}

func checkPublishFailure(t *testing.T, p *pipeline.Pipeline, d *desk, to pipeline.Publisher, s pipeline.ScheduledPublish) {
	t.Helper()
	by, o := pipeline.Runner{To: d, Worker: "job 1"}, schedule.Occurrence{Entry: "nightly", Wall: "2026-02-27T02:30"}
	bad := s
	bad.Which.Projects = []string{"Nowhere"}
	_, why := p.RunPublish(t.Context(), bad, o, to, by)
	if why == nil {
		t.Fatal("nothing was published without a word")
	}
	for range 2 {
		if err := p.GiveUpPublish(t.Context(), bad, o, why, by); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.mails) != 1 || !strings.Contains(strings.Join(d.mails[0].Lines, " "), "Nowhere") {
		t.Errorf("mails %+v", d.mails)
	}
	if run, err := p.RunPublish(t.Context(), s, o, to, by); err != nil || run.State != pipeline.OccurrenceDone || run.Error != "" {
		t.Errorf("%+v, %v", run, err)
	}
	if err := p.GiveUpPublish(t.Context(), s, o, why, by); err != nil || len(d.mails) != 1 {
		t.Errorf("%d mails, %v", len(d.mails), err)
	}
}
