package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"turnover/archive"
	"turnover/hierarchy"
	"turnover/importers"
	csvin "turnover/importers/csv"
	"turnover/internal/diag"
	"turnover/internal/table"
	"turnover/internal/timecode"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/reports"
	"turnover/store"
	"turnover/store/sqlite"
)

type archives struct{}

func (archives) Read(ctx context.Context, fsys fs.FS) (pipeline.Archive, diag.List, error) {
	return archive.Read(ctx, fsys)
}

func (archives) Write(ctx context.Context, dir string, project hierarchy.ID, rows func(string, map[string]any) iter.Seq2[hierarchy.Noun, error]) error {
	return archive.Write(ctx, dir, project, rows)
}

// newPipeline works on a fresh database, with a clock and ids of its own.
func newPipeline(t testing.TB) *pipeline.Pipeline {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	seconds, ids := 0, 0
	return &pipeline.Pipeline{
		Store: s, Importers: []importers.Importer{csvin.New()}, Archives: archives{}, Log: zerolog.Nop(), Author: "td@example.com",
		Reports: map[string]reports.Report{"quota": reports.Quota, "episode": reports.Episode},
		Now: func() time.Time {
			seconds++
			return time.Date(2026, 1, 5, 8, 0, seconds, 0, time.UTC)
		},
		NewID: func() hierarchy.ID {
			ids++
			return hierarchy.ID(fmt.Sprintf("00000000-0000-4000-8000-%012d", ids))
		},
	}
}

func film(t testing.TB, p *pipeline.Pipeline) *hierarchy.Project {
	t.Helper()
	made, err := p.AddProject(context.Background(), pipeline.ProjectSpec{Name: "film", Type: "film", FPS: timecode.Rate{Num: 24, Den: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func apply(t testing.TB, p *pipeline.Pipeline, name, text string) pipeline.Outcome {
	t.Helper()
	_, out, err := p.ApplyFile(context.Background(), importers.File{Name: name, Bytes: []byte(text)}, "film", pipeline.Options{}, pipeline.Acceptance{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func snapshotOf(t testing.TB, p *pipeline.Pipeline) *hierarchy.Snapshot {
	t.Helper()
	var snap *hierarchy.Snapshot
	err := p.Store.Read(context.Background(), func(r store.Reader) (err error) {
		snap, err = r.Snapshot(context.Background(), "film", hierarchy.With{Castings: true, Tasks: true, TimeSpents: true})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return snap
}

func TestAddProjectMakesAUsableProduction(t *testing.T) {
	p := newPipeline(t)
	made := film(t, p)
	if *made.ProductionType != "featurefilm" || *made.FPS != "24" {
		t.Errorf("project %+v", made)
	}
	snap := snapshotOf(t, p)
	if s := snap.DefaultStatus(); s == nil || s.ShortName != "todo" {
		t.Errorf("default status %+v", s)
	}
	if n := len(snap.TaskTypesFor(hierarchy.Shot)); n < 4 {
		t.Errorf("%d task types for shots", n)
	}
	types := len(snap.TaskTypes)
	var usage *pipeline.UsageError
	if _, err := p.AddProject(context.Background(), pipeline.ProjectSpec{Name: "film"}); !errors.As(err, &usage) {
		t.Errorf("the same name again gave %v", err)
	}
	if _, err := p.AddProject(context.Background(), pipeline.ProjectSpec{Name: "second"}); err != nil {
		t.Fatal(err)
	}
	if got := len(snapshotOf(t, p).TaskTypes); got != types {
		t.Errorf("a second project made %d task types of %d", got, types)
	}
}

func TestApplyOnceAndAgain(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	const text = "Sequence,Name,Nb Frames\nSQ010,SH010,48\n"
	first := apply(t, p, "a.csv", text)
	if !first.Applied || first.Import == nil || first.Summary["create"]["shot"] != 1 {
		t.Errorf("first: %+v", first)
	}
	again := apply(t, p, "a.csv", text)
	if again.Applied || !again.NothingToDo || again.Import != nil {
		t.Errorf("again: %+v", again)
	}
	all, err := p.Imports(context.Background(), "film")
	if err != nil || len(all) != 1 {
		t.Errorf("imports %v, %v", all, err)
	}
}

func TestStoredPlanIsRefusedWhenItsGroundsMoved(t *testing.T) {
	p, ctx := newPipeline(t), context.Background()
	film(t, p)
	apply(t, p, "a.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,48\nSQ010,SH020,48\n")
	saved := func(text string) string {
		made, err := p.Plan(ctx, importers.File{Name: "b.csv", Bytes: []byte(text)}, "film", pipeline.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Save(ctx, made, "saved"); err != nil {
			t.Fatal(err)
		}
		return made.Plan.ID
	}
	moved, unmoved := saved("Sequence,Name,Nb Frames\nSQ010,SH010,60\n"), saved("Sequence,Name,Nb Frames\nSQ010,SH020,60\n")
	apply(t, p, "c.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,50\n")
	if _, _, err := p.ApplyStored(ctx, moved, pipeline.Acceptance{}); !errors.Is(err, plan.ErrStale) {
		t.Errorf("a plan on what has moved gave %v", err)
	}
	if _, out, err := p.ApplyStored(ctx, unmoved[:8], pipeline.Acceptance{}); err != nil || !out.Applied {
		t.Errorf("a plan on what has not moved gave %+v, %v", out, err)
	}
}

func TestExplainSaysWhoWroteWhat(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	apply(t, p, "a.csv", "Sequence,Name,Nb Frames,Description\nSQ010,SH010,48,a door\n")
	second := apply(t, p, "b.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,50\n")
	told, err := p.Explain(context.Background(), "film", "SQ010/SH010")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range told.Fields {
		files[f.Field] = f.File
		if f.Field == "nb_frames" && (f.Import != *second.Import || !strings.HasPrefix(f.Place, "b.csv:2") || f.Value != "50") {
			t.Errorf("nb_frames: %+v", f)
		}
	}
	if files["nb_frames"] != "b.csv" || files["description"] != "a.csv" || files["name"] != "a.csv" {
		t.Errorf("files %v", files)
	}
}

// failure is the error of a call whose value is not asked for.
func failure[T any](_ T, err error) error { return err }

// TestExplainTellsWhatIsGone: who emptied a field is told with what it was, and
// ids with their names; a field that never was anything is not told.
func TestExplainTellsWhatIsGone(t *testing.T) {
	p, ctx := newPipeline(t), context.Background()
	film(t, p)
	apply(t, p, "a.csv", "Sequence,Name,Description,FPS\nSQ010,SH010,a door,25\n")
	emptied := apply(t, p, "b.csv", "Sequence,Name,Description\nSQ010,SH010,\n")
	file := importers.File{Name: "c.csv", Bytes: []byte("Sequence,Name,FPS\nSQ020,SH010,24\n")}
	if _, _, err := p.ApplyFile(ctx, file, "film", pipeline.Options{Move: true}, pipeline.Acceptance{All: true}); err != nil {
		t.Fatal(err)
	}
	told, err := p.Explain(ctx, "film", "SQ020/SH010")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]pipeline.FieldStory{}
	for _, f := range told.Fields {
		seen[f.Field] = f
	}
	if f := seen["description"]; f.Import != *emptied.Import || f.Before != `"a door"` || f.Value.OrNull() != "null" {
		t.Errorf("description: %+v", f)
	}
	if f := seen["parent_id"]; f.Name != "SQ020" || f.Was != "SQ010" || f.File != "c.csv" {
		t.Errorf("parent_id: %+v", f)
	}
	if f, told := seen["nb_frames"]; told {
		t.Errorf("nb_frames, which nobody gave: %+v", f)
	}
}

func TestRequestsFollowTheRules(t *testing.T) {
	p, ctx := newPipeline(t), context.Background()
	made := film(t, p)
	apply(t, p, "a.csv", "Sequence,Name,Nb Frames\nSQ010,SH010,48\n")
	person := &hierarchy.Person{ID: p.NewID(), FirstName: "Ada", Active: true}
	err := p.Store.InTx(ctx, func(tx store.Tx) error {
		return tx.Apply(ctx, []hierarchy.Change{hierarchy.Create{Origin: hierarchy.Origin{At: hierarchy.At(p.Now()), Cause: hierarchy.Request}, Row: person}})
	})
	if err != nil {
		t.Fatal(err)
	}
	task := snapshotOf(t, p).Tasks[0].ID
	at := hierarchy.At(time.Date(2026, 1, 7, 9, 0, 0, 0, time.UTC))
	for _, status := range []string{"wip", "wfa", "Retake", "retake", "done"} {
		if _, err := p.AddComment(ctx, made.ID, pipeline.CommentSpec{Task: task, Status: status, Person: person.ID, At: at}); err != nil {
			t.Fatalf("%s: %v", status, err)
		}
	}
	for _, step := range []error{
		failure(p.Assign(ctx, made.ID, person.ID, task)), failure(p.Assign(ctx, made.ID, person.ID, task)),
		failure(p.LogTime(ctx, made.ID, task, person.ID, "2026-01-07", 120)), failure(p.LogTime(ctx, made.ID, task, person.ID, "2026-01-08", 60)),
		failure(p.LogTime(ctx, made.ID, task, person.ID, "2026-01-07", 30)), failure(p.AddTime(ctx, made.ID, task, person.ID, "2026-01-07", 60)),
		failure(p.LogTime(ctx, made.ID, task, person.ID, "2026-01-08", 0)),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	snap := snapshotOf(t, p)
	got := snap.Tasks[0]
	if got.Retakes() != 1 || got.DoneDate != at || got.RealStartDate != at || got.Duration != 90 || len(got.Assignees) != 1 || len(snap.TimeSpents) != 1 {
		t.Errorf("task %+v, time %v", got, snap.TimeSpents)
	}
	var usage *pipeline.UsageError
	if _, err := p.AddComment(ctx, made.ID, pipeline.CommentSpec{Task: task, Status: "dome"}); !errors.As(err, &usage) || !strings.Contains(err.Error(), `"Done"`) {
		t.Errorf("an unknown status gave %v", err)
	}
	if _, err := p.LogTime(ctx, made.ID, "nobody", person.ID, "2026-01-07", 1); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown task gave %v", err)
	}
}

// TestReportOfOtherStates prints earlier states again: by the snapshot's id, and
// as of an instant.
func TestReportOfOtherStates(t *testing.T) {
	p, ctx := newPipeline(t), context.Background()
	film(t, p)
	ask := func(at pipeline.At) (snapshot, text string, err error) {
		err = p.Report(ctx, "episode", "film", reports.Query{}, at, func(b *table.Book) error {
			var out strings.Builder
			for _, total := range b.Totals {
				fmt.Fprintln(&out, total)
			}
			fmt.Fprintln(&out, b.AsOf, b.Cover)
			snapshot, text = b.Snapshot, out.String()
			return nil
		})
		return snapshot, text, err
	}
	now := time.Date(2026, 1, 6, 8, 0, 0, 0, time.UTC)
	type state struct {
		snapshot, text string
		at             time.Time
	}
	var states []state
	for i := range 3 {
		p.Now = func() time.Time { return now.Add(time.Duration(i+1) * time.Hour) }
		apply(t, p, "a.csv", fmt.Sprintf("Sequence,Name,Nb Frames\nSQ010,SH010,%d\nSQ010,SH%d00,48\n", 48+i, i+2))
		snapshot, text, err := ask(pipeline.At{})
		if err != nil {
			t.Fatal(err)
		}
		states = append(states, state{snapshot, text, p.Now()})
	}
	for i, s := range states {
		for _, at := range []pipeline.At{{Snapshot: s.snapshot}, {AsOf: s.at}, {AsOf: s.at.Add(59 * time.Minute)}} {
			snapshot, text, err := ask(at)
			if err != nil || snapshot != s.snapshot || text != s.text {
				t.Errorf("state %d by %+v: %v, snapshot %s\n%s\nwant %s\n%s", i, at, err, snapshot, text, s.snapshot, s.text)
			}
		}
	}
	if _, text, err := ask(pipeline.At{AsOf: now.AddDate(-1, 0, 0)}); err != nil || !strings.Contains(text, "Not known then") {
		t.Errorf("before all history: %v\n%s", err, text)
	}
	var usage *pipeline.UsageError
	if _, _, err := ask(pipeline.At{Snapshot: "0123456789abcdef"}); !errors.As(err, &usage) {
		t.Errorf("an unknown snapshot gave %v", err)
	}
}

func TestDamagedBackupsLeaveNothing(t *testing.T) {
	p, ctx := newPipeline(t), context.Background()
	film(t, p)
	var kept bytes.Buffer
	if _, err := p.Backup(ctx, &kept); err != nil {
		t.Fatal(err)
	}
	whole := kept.Bytes()
	q := newPipeline(t)
	for name, content := range map[string][]byte{
		"empty": nil, "text": []byte("no back-up"), "half": whole[:len(whole)/2], "without its end": whole[:len(whole)-5],
		"a bit": func() []byte { b := bytes.Clone(whole); b[len(b)/2] ^= 4; return b }(),
	} {
		if _, err := q.Restore(ctx, bytes.NewReader(content)); err == nil {
			t.Errorf("%s was restored", name)
		}
		if all, err := q.Projects(ctx); err != nil || len(all) != 0 {
			t.Fatalf("%s left %v, %v", name, all, err)
		}
	}
	if _, err := q.Restore(ctx, bytes.NewReader(whole)); err != nil {
		t.Fatal(err)
	}
	if all, err := q.Projects(ctx); err != nil || len(all) != 1 {
		t.Errorf("restored %v, %v", all, err)
	}
}

// TestProductionsExportAgain exports the shared productions, nasty ones too, and
// plans each table again: nothing may change.
func TestProductionsExportAgain(t *testing.T) {
	root := filepath.Join("..", "..", "shared", "productions")
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no productions beside the checkout: %v", err)
	}
	p, ctx := newPipeline(t), context.Background()
	for _, name := range []string{"tv", "film", "edge"} {
		if _, err := p.ArchiveLoad(ctx, os.DirFS(filepath.Join(root, name, "input")), name); err != nil {
			t.Fatal(err)
		}
		again, err := p.ArchiveLoad(ctx, os.DirFS(filepath.Join(root, name, "input")), name)
		if err != nil || again.Import != nil {
			t.Errorf("loading %s again: %+v, %v", name, again, err)
		}
	}
	for _, name := range []string{"tv", "film", "edge"} {
		for _, kind := range pipeline.ExportKinds() {
			book, err := p.Export(ctx, kind, name)
			if err != nil {
				t.Fatal(err)
			}
			f := importers.File{Name: kind + ".csv", Bytes: csvOf(t, book.Tables[0])}
			made, err := p.Plan(ctx, f, name, pipeline.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if made.Plan.Diagnostics.HasErrors() || !made.Plan.Empty() || made.Plan.Kind != kind {
				t.Errorf("%s of %s: kind %s, %v, %v", kind, name, made.Plan.Kind, made.Plan.Summary, made.Plan.Diagnostics.Sorted())
			}
		}
	}
}

func csvOf(t *testing.T, tab *table.Table) []byte {
	t.Helper()
	var b bytes.Buffer
	cell := func(v any) string {
		if v == nil {
			return ""
		}
		return `"` + strings.ReplaceAll(fmt.Sprint(v), `"`, `""`) + `"`
	}
	for i, c := range tab.Columns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(cell(c.Name))
	}
	for row, err := range tab.Rows {
		if err != nil {
			t.Fatal(err)
		}
		b.WriteByte('\n')
		for i, v := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(cell(v))
		}
	}
	return b.Bytes()
}

func TestTooLargeIsNotRead(t *testing.T) {
	p := newPipeline(t)
	p.Limits.Bytes = 4
	name := filepath.Join(t.TempDir(), "large.csv")
	if err := os.WriteFile(name, []byte("12345"), 0o600); err != nil {
		t.Fatal(err)
	}
	var input *pipeline.InputError
	if _, err := p.Open(name); !errors.As(err, &input) || input.Found[0].Code != pipeline.CodeTooLarge {
		t.Errorf("got %v", err)
	}
}

// TestPeoplesFieldsStay: what a person set after the last list stays, until a
// list is asked to overwrite it; then the list is the last to have said it.
func TestPeoplesFieldsStay(t *testing.T) {
	p, ctx := newPipeline(t), context.Background()
	made := film(t, p)
	apply(t, p, "a.csv", "Sequence,Name,Nb Frames,Description\nSQ010,SH010,48,a door\n")
	shot := snapshotOf(t, p).OfKind(hierarchy.Shot)[0]
	set := hierarchy.FieldChange{Field: "nb_frames", Before: "48", After: "60"}
	by := hierarchy.Origin{Project: made.ID, At: hierarchy.At(p.Now()), Author: "ada", Cause: hierarchy.Request, CauseID: "r1"}
	err := p.Store.InTx(ctx, func(tx store.Tx) error {
		return tx.Apply(ctx, []hierarchy.Change{hierarchy.Update{Origin: by, Ref: hierarchy.RefOf(shot), Fields: []hierarchy.FieldChange{set}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		frames    string
		overwrite bool
		want      int64
		finding   bool
	}{{"50", false, 60, true}, {"60", false, 60, false}, {"50", true, 50, false}, {"52", false, 52, false}} {
		f := importers.File{Name: "b.csv", Bytes: []byte("Sequence,Name,Nb Frames,Description\nSQ010,SH010," + c.frames + ",the door of " + c.frames + "\n")}
		made, _, err := p.ApplyFile(ctx, f, "film", pipeline.Options{Overwrite: c.overwrite}, pipeline.Acceptance{})
		if err != nil {
			t.Fatal(err)
		}
		now := snapshotOf(t, p).OfKind(hierarchy.Shot)[0]
		said := slices.ContainsFunc(made.Diagnostics, func(d diag.Diagnostic) bool { return d.Code == plan.KeptOfPerson })
		if *now.NbFrames != c.want || said != c.finding || *now.Description != "the door of "+c.frames {
			t.Errorf("%+v: %d frames, %q, finding %v", c, *now.NbFrames, *now.Description, said)
		}
	}
}
