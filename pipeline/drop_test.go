package pipeline_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/importers/edl"
	"turnover/internal/diag"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/schedule"
	"turnover/store"
)

var editorial = pipeline.DropFolder{Name: "editorial", Project: "film"}

const (
	oneShot  = "Sequence,Name,Nb Frames\nSQ010,SH010,48\n"
	twoShots = oneShot + "SQ010,SH020,24\n"
	noNumber = "Sequence,Name,Nb Frames\nSQ010,SH010,many\n"
)

func dropOf(names ...string) schedule.Drop {
	d := schedule.Drop{Folder: "editorial", Nth: 1}
	for _, name := range names {
		d.Files = append(d.Files, schedule.DropFile{Path: name, ModTime: time.Unix(1_700_000_000, 0)})
	}
	return d
}

func take(t *testing.T, p *pipeline.Pipeline, folder pipeline.DropFolder, d schedule.Drop, texts ...string) *pipeline.TakenDrop {
	t.Helper()
	taken, err := p.TakeDrop(t.Context(), folder, d, contents(texts))
	if err != nil {
		t.Fatal(err)
	}
	return taken
}

func contents(texts []string) (files []importers.File) {
	for _, text := range texts {
		files = append(files, importers.File{Bytes: []byte(text)})
	}
	return files
}

// imported counts the imports of the film, and markOf reads a drop's mark.
func imported(t *testing.T, p *pipeline.Pipeline) int {
	t.Helper()
	all, err := p.Imports(t.Context(), "film")
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

func markOf(t *testing.T, p *pipeline.Pipeline, d schedule.Drop) *schedule.Mark {
	t.Helper()
	m, err := (pipeline.Ledger{Store: p.Store}).Mark(t.Context(), d.Key())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// dropCases are drops with every answer there is, in this order.
func dropCases() []struct {
	name, path, text, state string
	folder                  pipeline.DropFolder
	older                   string
} {
	hold := editorial
	hold.Hold = true
	return []struct {
		name, path, text, state string
		folder                  pipeline.DropFolder
		older                   string
	}{
		{"applied", "a.csv", oneShot, schedule.Applied, editorial, ""},
		{"nothing", "b.csv", oneShot, schedule.Nothing, editorial, ""},
		{"held", "c.csv", twoShots, schedule.Held, hold, ""},
		{"rejected", "d.csv", noNumber, schedule.Rejected, editorial, ""},
		{"superseded", "cut_v07.csv", twoShots, schedule.Superseded, editorial, "cut_v09.csv"},
		{"older, but the same", "cut_v08.csv", oneShot, schedule.Nothing, editorial, "cut_v09.csv"},
	}
}

func TestTakeDrop(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		for _, c := range dropCases() {
			d := dropOf(c.path)
			d.Older = c.older
			first := take(t, p, c.folder, d, c.text)
			if first.State != c.state || first.Again || first.Message == "" {
				t.Errorf("%s: %+v", c.name, first.DropResult)
			}
			if (first.Import != "") != (c.state == schedule.Applied) || (first.Plan != "") != (c.state != schedule.Nothing && c.state != schedule.Rejected) {
				t.Errorf("%s: import %q, plan %q", c.name, first.Import, first.Plan)
			}
			m := markOf(t, p, d)
			if m == nil || m.State != c.state {
				t.Fatalf("%s: mark %+v", c.name, m)
			}
			var kept pipeline.DropResult
			if err := json.Unmarshal(m.Result, &kept); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(first.DropResult, kept); diff != "" {
				t.Errorf("%s: the mark differs (-answer +mark):\n%s", c.name, diff)
			}
			before := imported(t, p)
			again := take(t, p, c.folder, d, c.text)
			if diff := cmp.Diff(first.DropResult, again.DropResult); diff != "" || !again.Again {
				t.Errorf("%s: taken again gave another answer:\n%s", c.name, diff)
			}
			if again.Made.ID != first.Made.ID || again.Made.Diagnostics.HasErrors() != first.Made.Diagnostics.HasErrors() || again.Outcome.NothingToDo != first.Outcome.NothingToDo {
				t.Errorf("%s: the receipt's plan is %s, was %s", c.name, again.Made.ID, first.Made.ID)
			}
			if after := markOf(t, p, d); imported(t, p) != before || !after.At.Equal(m.At) {
				t.Errorf("%s: taken again, it was written again", c.name)
			}
		}
		if n := imported(t, p); n != 1 {
			t.Errorf("%d imports", n)
		}
		all, err := p.Imports(t.Context(), "film")
		if err != nil || all[0].Author != "watch:editorial" {
			t.Errorf("imports %+v, %v", all[0], err)
		}
	})
}

// What a person did since, or another list, does not change an answer.
func TestTakenAgainLater(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	first := map[string]pipeline.DropResult{}
	for _, c := range dropCases() {
		d := dropOf(c.path)
		d.Older = c.older
		first[c.name] = take(t, p, c.folder, d, c.text).DropResult
	}
	if _, out, err := p.ApplyStored(t.Context(), first["held"].Plan, pipeline.Acceptance{All: true}); err != nil || !out.Applied {
		t.Fatalf("apply what was held: %+v, %v", out, err)
	}
	if _, err := p.Undo(t.Context(), first["applied"].Import, false, nil); err != nil {
		t.Fatal(err)
	}
	p.Settings = map[string]pipeline.Settings{"film": {Columns: map[string][]string{"description": {"Nb Frames"}}}} // "many" is none now
	n := imported(t, p)
	for _, c := range dropCases() {
		d := dropOf(c.path)
		d.Older = c.older
		again := take(t, p, c.folder, d, c.text)
		if diff := cmp.Diff(first[c.name], again.DropResult); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
		if c.state == schedule.Rejected && (len(again.Made.Diagnostics) == 0 || again.Made.Diagnostics[0].Code != pipeline.CodeDropRefused) {
			t.Errorf("%s: %v", c.name, again.Made.Diagnostics)
		}
		if c.state == schedule.Nothing && !again.Made.Empty() {
			t.Errorf("%s: nothing to do, with %d changes", c.name, len(again.Made.Changes))
		}
	}
	if imported(t, p) != n {
		t.Error("something was imported again")
	}
}

func TestTakeDropGates(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	folder := editorial
	folder.Hold = true
	d := dropOf("cut_v07.csv")
	d.Older = "cut_v09.csv"
	taken := take(t, p, folder, d, oneShot)
	var codes []string
	for _, g := range taken.Made.Gates {
		codes = append(codes, g.Code)
	}
	if diff := cmp.Diff([]string{plan.GateAsked, plan.GateOlder}, codes); diff != "" {
		t.Errorf("gates:\n%s", diff)
	}
	if !strings.Contains(taken.Message, "cut_v09.csv") {
		t.Errorf("message %q", taken.Message)
	}
}

func TestTakeDropDecisions(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	folder := editorial
	folder.Project, folder.Below = "", "{project}/{episode}"
	taken := take(t, p, folder, dropOf("FILM/a.csv"), oneShot)
	_, made, _, err := p.ShowImport(t.Context(), taken.Import)
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.Decision{
		{Rule: "below: {project}/{episode}", What: "production film, as the folder is called"},
		{Rule: "apply: auto", What: "is applied without a person unless a gate holds it"},
		{Rule: "create: {sequences: yes}", What: "makes 1 sequence"},
		{Rule: "create: {shots: yes}", What: "makes 1 shot"},
	}
	if diff := cmp.Diff(want, made.Decisions); diff != "" {
		t.Errorf("decisions of the import:\n%s", diff)
	}
}

func TestTakeDropPlaces(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	for _, spec := range []pipeline.ProjectSpec{{Name: "série", Type: "tvshow"}, {Name: "other", Type: "tvshow"}} {
		if _, err := p.AddProject(t.Context(), spec); err != nil {
			t.Fatal(err)
		}
	}
	for i, c := range []struct{ below, path, project, episode, code string }{
		{"", "a.csv", "film", "", ""},
		{"", "any/where/a.csv", "film", "", ""},
		{"{project}", "other/a.csv", "other", "E09", ""},
		{"{project}", "se\u0301rie/a.csv", "série", "E09", ""}, // as macOS stores it
		{"{project}", "OTHER/a.csv", "other", "E09", ""},
		{"{project}", "a.csv", "", "", pipeline.CodeDropDepth},
		{"{project}", "othr/a.csv", "", "", pipeline.CodeDropFolder},
		{"{project}", "other/E02/a.csv", "", "", pipeline.CodeDropDepth},
		{"{project}/{episode}", "other/E02/a.csv", "other", "E02", ""},
		{"{project}/{episode}", "other/a.csv", "", "", pipeline.CodeDropDepth},
		{"{project}/{episode}", "other/E02/old/a.csv", "", "", pipeline.CodeDropDepth},
		{"{project}/{episode}", "film/a.csv", "film", "", ""}, // it has none
		{"{project}/{episode}", "film/E02/a.csv", "", "", pipeline.CodeDropDepth},
		{"{episode}", "E02/a.csv", "", "", pipeline.CodeDropDepth}, // of the film
	} {
		t.Run(fmt.Sprintf("%s %s", c.below, c.path), func(t *testing.T) {
			folder := pipeline.DropFolder{Name: "editorial", Project: "film", Below: c.below}
			if strings.Contains(c.below, "{project}") {
				folder.Project = ""
			}
			if c.episode == "E09" {
				folder.Episode = "E09"
			}
			d := dropOf(c.path)
			d.Nth = i + 1
			taken := take(t, p, folder, d, oneShot)
			if c.code != "" {
				if taken.State != schedule.Rejected || len(taken.Made.Diagnostics) != 1 || taken.Made.Diagnostics[0].Code != c.code || taken.Made.Diagnostics[0].Detail == "" {
					t.Errorf("%+v", taken.DropResult)
				}
				return
			}
			if taken.State == schedule.Rejected || taken.Made.Project != c.project {
				t.Fatalf("%+v", taken.DropResult)
			}
			if got := strings.Join(taken.Flags, " "); c.episode != "" && !strings.Contains(got, "--episode "+c.episode) {
				t.Errorf("flags %s", got)
			}
			if c.episode != "" && (len(taken.Made.Changes) == 0 || !strings.HasPrefix(taken.Made.Changes[0].Path, c.episode)) {
				t.Errorf("changes %+v", taken.Made.Changes)
			}
		})
	}
	taken := take(t, p, pipeline.DropFolder{Name: "editorial", Below: "{project}"}, dropOf("othr/b.csv"), oneShot)
	if !strings.Contains(taken.Message, `did you mean "other"`) || !strings.Contains(taken.Message, "film, other, série") {
		t.Errorf("message %q", taken.Message)
	}
}

// A production that only the configuration names wrongly is not the editor's fault.
func TestTakeDropOfAnUnknownProduction(t *testing.T) {
	p := newPipeline(t)
	d := dropOf("a.csv")
	if taken, err := p.TakeDrop(t.Context(), editorial, d, contents([]string{oneShot})); err == nil {
		t.Errorf("taken: %+v", taken.DropResult)
	}
	if m := markOf(t, p, d); m != nil {
		t.Errorf("marked: %+v", m)
	}
}

func TestTakeSet(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	p.Importers = append(p.Importers, edl.New())
	p.Settings = map[string]pipeline.Settings{"film": {Names: []string{"{sequence}_{shot}"}}}
	event := "TITLE: CUT\n001  AX       V     C        00:00:00:00 00:00:01:00 0%d:00:00:00 0%[1]d:00:01:00\n* FROM CLIP NAME: SQ010_SH0%[1]d0\n"
	taken := take(t, p, editorial, dropOf("cut_V1.edl", "cut_V2.edl"), fmt.Sprintf(event, 1), fmt.Sprintf(event, 2))
	if taken.State != schedule.Applied || taken.Made.Summary["create"]["shot"] != 2 || len(taken.Made.Cuts) != 1 {
		t.Errorf("%+v: %v", taken.DropResult, taken.Made.Summary)
	}
	mixed := take(t, p, editorial, dropOf("a.csv", "b.csv"), oneShot, twoShots)
	if mixed.State != schedule.Rejected || mixed.Made.Diagnostics[0].Code != pipeline.CodeDropTogether {
		t.Errorf("%+v", mixed.DropResult)
	}
	again := take(t, p, editorial, dropOf("a.csv", "b.csv"), oneShot, twoShots)
	if diff := cmp.Diff(mixed.DropResult, again.DropResult); diff != "" || !again.Again {
		t.Errorf("taken again:\n%s", diff)
	}
}

func TestTakeDropRefusesWhatIsTooLarge(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	p.Limits.Bytes = 1000
	d := dropOf("a.csv")
	d.Files[0].Size = 1001 // nobody read it
	taken := take(t, p, editorial, d, "")
	if taken.State != schedule.Rejected || taken.Made.Diagnostics[0].Code != pipeline.CodeTooLarge {
		t.Errorf("%+v", taken.DropResult)
	}
}

// Names that no database keeps are answered like others.
func TestTakeDropOfAStrangeName(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		for _, name := range []string{"caf\xe9.csv", "a\x1b[2J.csv", "-x.csv", "new\nline.csv"} {
			d := dropOf(name)
			if taken := take(t, p, editorial, d, noNumber); taken.State != schedule.Rejected || strings.ContainsAny(taken.Message, "\n\x1b") {
				t.Errorf("%q: %+v", name, taken.DropResult)
			}
			folder := editorial
			folder.Hold = true
			d.Nth = 2
			if taken := take(t, p, folder, d, oneShot); taken.State != schedule.Held {
				t.Errorf("%q: %+v", name, taken.DropResult)
			}
		}
	})
}

func TestTwoWorkersTakeADropOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		var ids sync.Mutex
		next := p.NewID
		p.NewID = func() hierarchy.ID {
			ids.Lock()
			defer ids.Unlock()
			return next()
		}
		p.Now = func() time.Time { return time.Unix(1_800_000_000, 0) }
		for _, c := range dropCases() {
			d := dropOf(c.path)
			d.Older = c.older
			answers := make([]pipeline.DropResult, 4)
			var wait sync.WaitGroup
			for i := range answers {
				wait.Go(func() {
					taken, err := p.TakeDrop(context.Background(), c.folder, d, contents([]string{c.text}))
					if err != nil {
						t.Errorf("%s: %v", c.name, err)
						return
					}
					answers[i] = taken.DropResult
				})
			}
			wait.Wait()
			for _, one := range answers {
				if diff := cmp.Diff(answers[0], one); diff != "" || one.State != c.state {
					t.Errorf("%s: workers differ:\n%s%+v", c.name, diff, one)
				}
			}
		}
		if n := imported(t, p); n != 1 {
			t.Errorf("%d imports", n)
		}
	})
}

// A stopping importer is told to stop while it reads, and takes that for a file
// that is too long.
type stopping struct {
	importers.Importer
	stop context.CancelFunc
}

func (s stopping) Import(context.Context, importers.File, importers.Options) (*importers.ShotList, diag.List, error) {
	s.stop()
	var found diag.List
	found.Add(diag.Error, "CSV000", diag.Place{}, "reading took too long", "")
	return &importers.ShotList{}, found, nil
}

// A server that is stopped rejects nothing.
func TestTakeDropIsStopped(t *testing.T) {
	p := newPipeline(t)
	film(t, p)
	ctx, stop := context.WithCancel(t.Context())
	whole := p.Importers
	p.Importers = []importers.Importer{stopping{whole[0], stop}}
	d := dropOf("a.csv")
	if taken, err := p.TakeDrop(ctx, editorial, d, contents([]string{oneShot})); !errors.Is(err, context.Canceled) {
		t.Errorf("taken: %+v, %v", taken, err)
	}
	p.Importers = whole
	if taken := take(t, p, editorial, d, oneShot); taken.State != schedule.Applied || taken.Again {
		t.Errorf("%+v", taken.DropResult)
	}
}

// A faulty store fails, or lets the process die, at one named point.
type faulty struct {
	store.Store
	point string
	die   bool
	hit   bool
}

var errFault = errors.New("disk full")

func (s *faulty) fail(point string) error {
	if s.point != point {
		return nil
	}
	s.hit = true
	if s.die {
		panic(errFault)
	}
	return errFault
}

func (s *faulty) InTx(ctx context.Context, f func(store.Tx) error) error {
	err := s.Store.InTx(ctx, func(tx store.Tx) error {
		if err := f(&faultyTx{tx, s}); err != nil {
			return err
		}
		return s.fail("commit")
	})
	if err != nil {
		return err
	}
	return s.fail("committed") // and nobody was told
}

type faultyTx struct {
	store.Tx
	of *faulty
}

func (t *faultyTx) PutLedger(ctx context.Context, r *store.LedgerRecord) error {
	if err := t.of.fail("ledger " + strings.SplitN(r.Key, "/", 2)[0]); err != nil {
		return err
	}
	return t.Tx.PutLedger(ctx, r)
}

func (t *faultyTx) PutPlan(ctx context.Context, r *store.PlanRecord) error {
	if err := t.of.fail("plan"); err != nil {
		return err
	}
	return t.Tx.PutPlan(ctx, r)
}

func (t *faultyTx) PutImport(ctx context.Context, r *store.ImportRecord) error {
	if err := t.of.fail("import"); err != nil {
		return err
	}
	return t.Tx.PutImport(ctx, r)
}

func (t *faultyTx) PutSource(ctx context.Context, r *store.SourceRecord) error {
	if err := t.of.fail("source"); err != nil {
		return err
	}
	return t.Tx.PutSource(ctx, r)
}

// Whatever fails, and wherever the process dies: the drop is taken once, when it
// is taken again.
func TestTakeDropSurvivesFaults(t *testing.T) {
	points := map[string][]string{
		schedule.Applied:    {"source", "import", "ledger import", "plan", "ledger drop", "commit", "committed"},
		schedule.Held:       {"source", "plan", "ledger drop", "commit", "committed"},
		schedule.Superseded: {"source", "plan", "ledger drop", "commit", "committed"},
		schedule.Nothing:    {"ledger drop", "commit", "committed"},
		schedule.Rejected:   {"ledger drop", "commit", "committed"},
	}
	onBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		sound := p.Store
		for _, c := range dropCases() {
			for i, point := range points[c.state] {
				for _, die := range []bool{false, true} {
					text := c.text
					if c.state == schedule.Applied { // each is a list of its own
						text = strings.ReplaceAll(text, "SH010", fmt.Sprintf("SH%d%v", i, die))
					}
					d := dropOf(fmt.Sprintf("%d-%v-%s", i, die, c.path))
					d.Older = c.older
					before := imported(t, p)
					broken := &faulty{Store: sound, point: point, die: die}
					p.Store = broken
					err := takeOrDie(p, c.folder, d, text)
					p.Store = sound
					if !broken.hit || !errors.Is(err, errFault) {
						t.Fatalf("%s at %s: hit %v, error %v", c.name, point, broken.hit, err)
					}
					if m := markOf(t, p, d); (m != nil) != (point == "committed") {
						t.Errorf("%s at %s: mark %+v", c.name, point, m)
					}
					taken := take(t, p, c.folder, d, text)
					if taken.State != c.state || taken.Again != (point == "committed") {
						t.Errorf("%s at %s: %+v", c.name, point, taken.DropResult)
					}
					want := before
					if c.state == schedule.Applied {
						want++
					}
					if got := imported(t, p); got != want {
						t.Errorf("%s at %s: %d imports, want %d", c.name, point, got, want)
					}
				}
			}
			if c.state == schedule.Applied { // what the others are compared with
				take(t, p, c.folder, dropOf(c.path), c.text)
			}
		}
	})
}

func takeOrDie(p *pipeline.Pipeline, folder pipeline.DropFolder, d schedule.Drop, text string) (err error) {
	defer func() {
		if died := recover(); died != nil {
			err = died.(error)
		}
	}()
	_, err = p.TakeDrop(context.Background(), folder, d, contents([]string{text}))
	return err
}
