package pipeline_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/exporters"
	csvout "turnover/exporters/csv"
	excelout "turnover/exporters/excel"
	jsonout "turnover/exporters/json"
	"turnover/hierarchy"
	"turnover/pipeline"
	"turnover/reports"
	"turnover/schedule"
	"turnover/store"
	"turnover/store/postgres"
	"turnover/store/sqlite"
	"turnover/store/storetest"
)

const lighthouse = hierarchy.ID("103c430f-4e3d-5865-922f-c4d367599faa")

// inBoth runs a test on the example's studio in either database.
func inBoth(t *testing.T, f func(t *testing.T, p *pipeline.Pipeline)) {
	t.Run("sqlite", func(t *testing.T) {
		s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
		if err != nil {
			t.Fatal(err)
		}
		f(t, studio(t, s))
	})
	t.Run("postgres", func(t *testing.T) {
		if testing.Short() {
			t.Skip("a server is started: not in short mode")
		}
		s, err := postgres.OpenUnmigrated(t.Context(), storetest.PostgresURL(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		f(t, studio(t, s))
	})
}

// studio is the example's studio on Monday, 23 February 2026, 9 o'clock; its
// clock goes on by a second when it is looked at.
func studio(t *testing.T, s store.Store) *pipeline.Pipeline {
	t.Helper()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	p := newPipeline(t)
	p.Store = s
	p.Exporters = exporters.NewRegistry(excelout.New(), jsonout.New(), csvout.New())
	p.Reports["retake"] = reports.Retake
	setClock(p, time.Date(2026, 2, 23, 8, 0, 0, 0, time.UTC))
	if _, err := p.ArchiveLoad(t.Context(), os.DirFS(filepath.Join("..", "testdata", "demo", "studio")), "studio"); err != nil {
		t.Fatal(err)
	}
	return p
}

func setClock(p *pipeline.Pipeline, at time.Time) {
	p.Now = func() time.Time {
		at = at.Add(time.Second)
		return at
	}
}

// moveOn changes the figures of 2026-W08.
func moveOn(t *testing.T, p *pipeline.Pipeline, minutes float64) {
	t.Helper()
	if _, err := p.LogTime(t.Context(), lighthouse, "ce70521c-784f-5246-a1e4-6d070ddadc97", "761d0bd7-5713-554e-9477-671db91c1661", "2026-02-20", minutes); err != nil {
		t.Fatal(err)
	}
}

// A desk delivers into memory, and remembers what it was asked for.
type desk struct {
	files  map[string]string // by path
	mails  []pipeline.Mail
	brings []string                // the content of each mail's file
	before func(what string) error // is asked before anything is delivered; may be nil
	after  func(what string) error
	refuse map[string]string
	later  map[string]bool // whose server wants to be asked again
}

func newDesk() *desk { return &desk{files: map[string]string{}} }

func (d *desk) ToFolder(_ context.Context, dir, name string, content func(io.Writer) error) (pipeline.Put, error) {
	if err := asked(d.before, "folder"); err != nil {
		return pipeline.Put{}, err
	}
	var b bytes.Buffer
	if err := content(&b); err != nil {
		return pipeline.Put{}, err
	}
	at := path.Join(dir, name)
	if there, ok := d.files[at]; ok && there != b.String() {
		at += " (2)"
	}
	d.files[at] = b.String()
	return pipeline.Put{Path: at, SHA256: sum(b.Bytes()), Bytes: int64(b.Len())}, asked(d.after, "folder")
}

func (d *desk) ToMail(_ context.Context, m pipeline.Mail) (pipeline.Sent, error) {
	if err := asked(d.before, "mail"); err != nil {
		return pipeline.Sent{}, err
	}
	sent := pipeline.Sent{ID: "<" + m.Key + "@example.com>", Refused: map[string]string{}}
	var err error
	for _, to := range m.Rest {
		if d.later[to] {
			err = errors.New("451 come again")
			continue
		}
		if why, ok := d.refuse[to]; ok {
			sent.Refused[to] = why
			continue
		}
		sent.Reached = append(sent.Reached, to)
	}
	if len(sent.Reached) > 0 {
		var b bytes.Buffer
		for i, f := range m.Files {
			if f.Content != nil {
				if err := f.Content(&b); err != nil {
					return pipeline.Sent{}, err
				}
			}
			m.Files[i].Content = nil
		}
		d.mails, d.brings = append(d.mails, m), append(d.brings, b.String())
	}
	if err := asked(d.after, "mail"); err != nil {
		return pipeline.Sent{}, err // the answer was lost
	}
	return sent, err
}

func asked(f func(string) error, what string) error {
	if f == nil {
		return nil
	}
	return f(what)
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func weekly(format string) pipeline.ScheduledReport {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return pipeline.ScheduledReport{Name: "monday-quotas", Report: "quota", Project: "Lighthouse", Query: reports.Query{Timezone: zone}, Period: "last-week", Format: format, Owner: "td@example.com",
		Places: []pipeline.Place{{Mail: []string{"a@example.com", "b@example.com"}}, {Folder: "/one", Link: "https://files.example.com/one/"}, {Folder: "/two"}}}
}

// monday is an occurrence of 23 February, told apart by its minute.
func monday(minute int) schedule.Occurrence {
	return schedule.Occurrence{Entry: "monday-quotas", Wall: fmt.Sprintf("2026-02-23T%02d:%02d", 8+minute/60, minute%60), At: time.Date(2026, 2, 23, 7, 0, 0, 0, time.UTC)}
}

func TestAReportGoesToEachPlaceOnce(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		d, s := newDesk(), weekly("")
		run, err := p.RunReport(t.Context(), s, monday(0), pipeline.Runner{To: d, Worker: "job 1"})
		if err != nil || run.State != pipeline.OccurrenceDone {
			t.Fatalf("%+v, %v", run, err)
		}
		if got := slices.Sorted(maps.Keys(d.files)); !slices.Equal(got, []string{"/one/monday-quotas-2026-W08.xlsx", "/two/monday-quotas-2026-W08.xlsx"}) {
			t.Errorf("files %v", got)
		}
		file := d.files["/one/monday-quotas-2026-W08.xlsx"]
		if len(d.mails) != 1 {
			t.Fatalf("%d mails", len(d.mails))
		}
		m := d.mails[0]
		if m.Subject != "Lighthouse: quota, 2026-W08" || !slices.Equal(m.To, s.Places[0].Mail) || len(m.Answers) == 0 || m.Snapshot != run.Snapshot || m.Period != "2026-W08 (2026-02-16 to 2026-02-22)" || m.Banner != "" {
			t.Errorf("mail %+v", m)
		}
		if len(m.Files) != 1 || d.brings[0] != file || m.Files[0].SHA256 != sum([]byte(file)) || m.Files[0].Name != "monday-quotas-2026-W08.xlsx" || m.Files[0].Link != "" {
			t.Errorf("the mail brings %d files, %s", len(m.Files), m.Files[0].Name)
		}
		before := fmt.Sprint(d.files, len(d.mails))
		moveOn(t, p, 30)
		again, err := p.RunReport(t.Context(), s, monday(0), pipeline.Runner{To: d, Worker: "job 2"})
		if err != nil || fmt.Sprint(d.files, len(d.mails)) != before || again.SHA256 != run.SHA256 || !again.Again || run.Again || len(again.Deliveries) != 3 {
			t.Errorf("again: %+v, %v", again, err)
		}
		next, err := p.RunReport(t.Context(), s, monday(1), pipeline.Runner{To: d, Worker: "job 3"})
		if err != nil || next.SHA256 == run.SHA256 || next.Snapshot == run.Snapshot {
			t.Errorf("another occurrence reports on the same state: %+v, %v", next, err)
		}
		checkLog(t, p, d)
	})
}

// checkLog wants the log to say what the desk has.
func checkLog(t *testing.T, p *pipeline.Pipeline, d *desk) {
	t.Helper()
	all, err := p.Deliveries(t.Context(), pipeline.DeliveryFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		switch {
		case one.State != pipeline.DeliveryDone || one.Attempts < 1 || one.Entry != "monday-quotas" || one.At.IsZero():
			t.Errorf("delivery %+v", one)
		case one.Kind == pipeline.FolderDelivery && sum([]byte(d.files[one.Path])) != one.SHA256:
			t.Errorf("%s is logged with another checksum", one.Path)
		case one.Kind == pipeline.MailDelivery && (one.MessageID == "" || !slices.Equal(one.Reached, one.To)):
			t.Errorf("mail %+v", one)
		}
	}
	if one, err := p.Deliveries(t.Context(), pipeline.DeliveryFilter{Occurrence: "2026-02-23T08:00", State: pipeline.DeliveryDone}); err != nil || len(one) != 3 || len(all) != 6 {
		t.Errorf("%d of %d deliveries, %v", len(one), len(all), err)
	}
	if none, err := p.Deliveries(t.Context(), pipeline.DeliveryFilter{Since: p.Now().Add(time.Hour)}); err != nil || len(none) != 0 {
		t.Errorf("%d deliveries of the future, %v", len(none), err)
	}
}

// A breaking store fails from the nth transaction on: at first before it begins,
// or after it was committed, as when the line is lost.
type breaking struct {
	store.Store
	n     int
	after bool
	times int // 0: for good
}

var errBroken = errors.New("the line was lost")

func (b *breaking) InTx(ctx context.Context, f func(store.Tx) error) error {
	b.n--
	if b.times > 0 && b.n <= -b.times {
		return b.Store.InTx(ctx, f)
	}
	if b.n == 0 && !b.after || b.n < 0 {
		return errBroken
	}
	err := b.Store.InTx(ctx, f)
	if b.n == 0 && err == nil {
		return errBroken
	}
	return err
}

// A fault breaks the nth thing of its kind.
type fault struct {
	name    string
	doubles int // this one, since the mail was accepted and nobody knows; 0 for none
}

// broken tells whether a panic is one of ours; others go on.
func broken(r any) bool {
	err, ok := r.(error)
	if r != nil && (!ok || !errors.Is(err, errBroken)) {
		panic(r)
	}
	return r != nil
}

// attempt runs an occurrence with one fault in it, and says whether it came to it.
func (f fault) attempt(t *testing.T, p *pipeline.Pipeline, n int, d *desk, o schedule.Occurrence) (broke bool) {
	t.Helper()
	healthy := p.Store
	defer func() {
		p.Store, d.before, d.after = healthy, nil, nil
		if broken(recover()) {
			broke = true
		}
	}()
	by, left := pipeline.Runner{To: d, Worker: "job 1"}, n
	nth := func(string) error {
		if left--; left == 0 {
			return errBroken
		}
		return nil
	}
	switch f.name {
	case "killed":
		by.Step = func(name string) {
			if err := nth(name); err != nil {
				panic(err)
			}
		}
	case "before a commit", "after a commit":
		p.Store = &breaking{Store: healthy, n: n, after: f.name == "after a commit"}
	case "before a delivery":
		d.before = nth
	case "after a delivery":
		d.after = nth
	}
	_, err := p.RunReport(t.Context(), weekly("json"), o, by)
	if err != nil && !errors.Is(err, errBroken) {
		t.Errorf("%s %d: %v", f.name, n, err)
	}
	return err != nil
}

func TestEveryFaultIsMendedByRunningAgain(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		pipeline.LowerMarkPause(t, time.Microsecond)
		minute := 0
		for _, f := range []fault{{"killed", 12}, {"before a commit", 8}, {"after a commit", 0}, {"before a delivery", 0}, {"after a delivery", 3}} {
			n := 1
			for ; n < 40; n++ {
				minute++
				d, o := newDesk(), monday(minute)
				if !f.attempt(t, p, n, d, o) {
					break
				}
				fixed, err := pipeline.Ledger{Store: p.Store}.Mark(t.Context(), "report/monday-quotas/"+o.Wall)
				if err != nil {
					t.Fatal(err)
				}
				moveOn(t, p, float64(30+minute%2))
				run, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 1"})
				if err != nil {
					t.Fatalf("%s %d, again: %v", f.name, n, err)
				}
				if fixed != nil && !strings.Contains(string(fixed.Result), run.Snapshot) {
					t.Errorf("%s %d: the state moved on between two attempts", f.name, n)
				}
				f.check(t, n, d, run)
			}
			t.Logf("%s: %d faults", f.name, n-1)
			if n < 3 {
				t.Errorf("%s: only %d faults", f.name, n-1)
			}
		}
	})
}

// check wants each place to have the same report once.
func (f fault) check(t *testing.T, n int, d *desk, run pipeline.ReportRun) {
	t.Helper()
	if len(d.files) != 2 || d.files["/one/monday-quotas-2026-W08.json"] == "" || d.files["/one/monday-quotas-2026-W08.json"] != d.files["/two/monday-quotas-2026-W08.json"] {
		t.Errorf("%s %d: files %v", f.name, n, slices.Sorted(maps.Keys(d.files)))
	}
	want := 1
	if n == f.doubles {
		want = 2
	}
	if len(d.mails) != want {
		t.Errorf("%s %d: %d mails, want %d", f.name, n, len(d.mails), want)
	}
	for i, m := range d.mails {
		if !reflect.DeepEqual(m, d.mails[0]) || d.brings[i] != d.files["/one/monday-quotas-2026-W08.json"] {
			t.Errorf("%s %d: another mail than the first", f.name, n)
		}
	}
	if run.State != pipeline.OccurrenceDone || len(run.Deliveries) != 3 {
		t.Errorf("%s %d: %+v", f.name, n, run)
	}
}

func TestADatabaseThatIsAwayIsWaitedForWhenAMailWasSent(t *testing.T) {
	p := onSQLite(t)
	pipeline.LowerMarkPause(t, time.Microsecond)
	d := newDesk()
	p.Store = &breaking{Store: p.Store, n: 8, times: 4}
	run, err := p.RunReport(t.Context(), weekly("json"), monday(0), pipeline.Runner{To: d, Worker: "job 1"})
	if err != nil || run.State != pipeline.OccurrenceDone || len(d.mails) != 1 {
		t.Errorf("%d mails, %+v, %v", len(d.mails), run, err)
	}
}

func TestAPlaceThatFailsStopsNoOther(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		d, o := newDesk(), monday(0)
		folders := 0
		d.before = func(what string) error {
			if what == "folder" {
				if folders++; folders == 1 {
					return errors.New("the mount is gone")
				}
			}
			return nil
		}
		run, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 1"})
		if err == nil || !strings.Contains(err.Error(), "1 of 3 places are to be tried again: to /one: the mount is gone") || !run.Partly() || len(d.files) != 1 || len(d.mails) != 1 {
			t.Errorf("%d files, %d mails, %v", len(d.files), len(d.mails), err)
		}
		run, err = p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 1"})
		if err != nil || run.Partly() || len(d.files) != 2 || len(d.mails) != 1 {
			t.Errorf("again: %d files, %d mails, %v", len(d.files), len(d.mails), err)
		}
		if i := slices.IndexFunc(run.Deliveries, func(d pipeline.Delivery) bool { return d.To[0] == "/one" }); run.Deliveries[i].Attempts != 2 || run.Deliveries[i].Error != "" {
			t.Errorf("%+v", run.Deliveries[i])
		}
	})
}

func TestWhatLastsIsTold(t *testing.T) {
	p := onSQLite(t)
	lasting := &pipeline.LastingError{Err: errors.New("535 wrong password")}
	run := func(minute int, change func(*pipeline.ScheduledReport, *desk)) error {
		d, s := newDesk(), weekly("json")
		change(&s, d)
		_, err := p.RunReport(t.Context(), s, monday(minute), pipeline.Runner{To: d, Worker: "job 1"})
		if err == nil {
			t.Fatalf("%d did not fail", minute)
		}
		return err
	}
	for i, c := range []struct {
		change func(*pipeline.ScheduledReport, *desk)
		want   bool
	}{
		{func(s *pipeline.ScheduledReport, _ *desk) { s.Project = "Nowhere" }, true},
		{func(s *pipeline.ScheduledReport, _ *desk) { s.Report = "profit" }, true},
		{func(s *pipeline.ScheduledReport, _ *desk) { s.Query.Person = "Nobody" }, true},
		{func(s *pipeline.ScheduledReport, _ *desk) { s.Format = "pdf" }, true},
		{func(_ *pipeline.ScheduledReport, d *desk) { d.before = func(string) error { return errBroken } }, false},
		{func(_ *pipeline.ScheduledReport, d *desk) { d.before = func(string) error { return lasting } }, true},
		{func(_ *pipeline.ScheduledReport, d *desk) {
			d.before = func(what string) error {
				if what == "mail" {
					return lasting
				}
				return errBroken
			}
		}, false},
		{func(_ *pipeline.ScheduledReport, d *desk) {
			d.before = func(what string) error {
				if what == "mail" {
					return lasting
				}
				return nil
			}
		}, true},
	} {
		if err := run(i, c.change); pipeline.Lasting(err) != c.want {
			t.Errorf("%d: %v lasts: %v", i, err, !c.want)
		}
	}
}

func TestTwoWorkersSendOnce(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		d, o := newDesk(), monday(0)
		var other error
		d.before = func(what string) error { // while the first is at it
			if what == "mail" {
				d.before = nil
				_, other = p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "run on box 2"})
			}
			return nil
		}
		if _, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 1"}); err != nil {
			t.Fatal(err)
		}
		if other == nil || !strings.Contains(other.Error(), "another worker is sending it (job 1") || len(d.mails) != 1 {
			t.Errorf("%d mails, the other worker: %v", len(d.mails), other)
		}
	})
}

// A worker that died while it sent is waited for, and then no more.
func TestAnotherWorkersLeavingsAreTakenOver(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		d, o := newDesk(), monday(0)
		if !(fault{name: "killed"}).attempt(t, p, 11, d, o) || len(d.mails) != 0 {
			t.Fatalf("%d mails", len(d.mails))
		}
		_, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 2"})
		if err == nil || len(d.mails) != 0 {
			t.Fatalf("at once: %d mails, %v", len(d.mails), err)
		}
		over := func(worker string) bool { return worker == "job 1" } // it is known to be
		if _, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 3", Over: over}); err != nil || len(d.mails) != 1 {
			t.Fatalf("over: %d mails, %v", len(d.mails), err)
		}
		d, o = newDesk(), monday(1)
		if !(fault{name: "killed"}).attempt(t, p, 11, d, o) {
			t.Fatal("it was not killed")
		}
		setClock(p, time.Date(2026, 2, 23, 9, 0, 0, 0, time.UTC))
		if _, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 2"}); err != nil || len(d.mails) != 1 {
			t.Errorf("later: %d mails, %v", len(d.mails), err)
		}
	})
}

func TestOnlyThoseWhoHaveNotGotItAreTriedAgain(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		d, s, o, by := newDesk(), weekly("json"), monday(0), pipeline.Runner{Worker: "job 1"}
		by.To, d.later = d, map[string]bool{"b@example.com": true}
		run, err := p.RunReport(t.Context(), s, o, by)
		if err == nil || !strings.Contains(err.Error(), "451 come again") || !run.Partly() || len(d.mails) != 1 {
			t.Fatalf("%d mails, %v", len(d.mails), err)
		}
		d.later = nil
		s.Places[0].Mail = []string{"b@example.com", "c@example.com", "a@example.com"} // the entry was edited meanwhile
		if run, err = p.RunReport(t.Context(), s, o, by); err != nil || run.State != pipeline.OccurrenceDone || len(d.mails) != 2 {
			t.Fatalf("%d mails, %+v, %v", len(d.mails), run, err)
		}
		if m := d.mails[1]; !slices.Equal(m.Rest, []string{"b@example.com", "c@example.com"}) {
			t.Errorf("tried again: %v of %v", m.Rest, m.To)
		}
	})
}

func TestTheSameMailGoesToTheRest(t *testing.T) {
	p := onSQLite(t)
	d, o := newDesk(), monday(0)
	d.later = map[string]bool{"a@example.com": true}
	for n := range 3 {
		if _, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 1"}); (err == nil) != (n > 0) {
			t.Fatal(err)
		}
		d.later = nil
	}
	if len(d.mails) != 2 || !slices.Equal(d.mails[1].Rest, []string{"a@example.com"}) || !slices.Equal(d.mails[1].To, d.mails[0].To) || d.mails[1].Key != d.mails[0].Key || !d.mails[1].Date.Equal(d.mails[0].Date) || d.brings[0] != d.brings[1] {
		t.Errorf("mails %+v", d.mails)
	}
}

func TestReadersWhoAreRefusedAreTheOwnersMatter(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		d, o := newDesk(), monday(0)
		d.refuse = map[string]string{"b@example.com": "550 no such user"}
		for range 2 {
			run, err := p.RunReport(t.Context(), weekly("json"), o, pipeline.Runner{To: d, Worker: "job 1"})
			if err != nil || run.State != pipeline.OccurrenceDone || !run.Partly() {
				t.Errorf("%+v, %v", run, err)
			}
		}
		if len(d.mails) != 2 || d.mails[1].To[0] != "td@example.com" || !strings.Contains(strings.Join(d.mails[1].Lines, "\n"), "b@example.com: 550 no such user") || len(d.mails[1].Files) != 0 {
			t.Errorf("mails %+v", d.mails)
		}
	})
}

func TestAReportThatFailsIsNeverSent(t *testing.T) {
	inBoth(t, func(t *testing.T, p *pipeline.Pipeline) {
		d, o, s := newDesk(), monday(0), weekly("json")
		s.Query.TaskType = "Juggling"
		by := pipeline.Runner{To: d, Worker: "job 1"}
		_, why := p.RunReport(t.Context(), s, o, by)
		if why == nil || len(d.files)+len(d.mails) != 0 {
			t.Fatalf("%d files, %d mails, %v", len(d.files), len(d.mails), why)
		}
		for range 2 {
			if err := p.GiveUpReport(t.Context(), s, o, why, by); err != nil {
				t.Fatal(err)
			}
		}
		if len(d.mails) != 1 || !slices.Equal(d.mails[0].To, []string{"td@example.com"}) || !strings.Contains(strings.Join(d.mails[0].Lines, " "), "Juggling") || d.mails[0].Commands[0] != "turnover run monday-quotas --at 2026-02-23T08:00" {
			t.Errorf("mails %+v", d.mails)
		}
		moveOn(t, p, 77)
		run, err := p.RunReport(t.Context(), weekly("json"), o, by) // when the entry was mended
		if err != nil || run.State != pipeline.OccurrenceDone || len(d.files) != 2 || len(d.mails) != 2 {
			t.Errorf("%d files, %d mails, %v", len(d.files), len(d.mails), err)
		}
		if err := p.GiveUpReport(t.Context(), s, o, why, by); err != nil || len(d.mails) != 2 {
			t.Errorf("what is done is given up: %v", err)
		}
		unknown := monday(1)
		s.Project = "Nowhere"
		if _, err := p.RunReport(t.Context(), s, unknown, by); err == nil {
			t.Error("a report of no production")
		}
		if err := p.GiveUpReport(t.Context(), s, unknown, errors.New("no such production"), by); err != nil || len(d.mails) != 3 {
			t.Errorf("%d mails, %v", len(d.mails), err)
		}
	})
}

func TestLargeFilesAreLinkedTo(t *testing.T) {
	p := onSQLite(t)
	s, d := weekly("json"), newDesk()
	s.Attach = 100
	if _, err := p.RunReport(t.Context(), s, monday(0), pipeline.Runner{To: d, Worker: "job 1"}); err != nil {
		t.Fatal(err)
	}
	if f := d.mails[0].Files[0]; d.brings[0] != "" || f.Link != "https://files.example.com/one/monday-quotas-2026-W08.json" || f.Bytes <= 100 {
		t.Errorf("file %+v", f)
	}
	s.Places = s.Places[:1] // no folder: better a large mail than none
	if _, err := p.RunReport(t.Context(), s, monday(1), pipeline.Runner{To: d, Worker: "job 1"}); err != nil || d.brings[1] == "" {
		t.Errorf("%v", err)
	}
	s.Places = []pipeline.Place{{Mail: []string{"a@example.com"}}, {Folder: "/plain"}}
	d.before = func(what string) error {
		if what == "folder" {
			return errors.New("full")
		}
		return nil
	}
	if _, err := p.RunReport(t.Context(), s, monday(2), pipeline.Runner{To: d, Worker: "job 1"}); err == nil || len(d.mails) != 2 {
		t.Errorf("a mail leads to nowhere: %v", err)
	}
	d.before = nil
	if _, err := p.RunReport(t.Context(), s, monday(2), pipeline.Runner{To: d, Worker: "job 1"}); err != nil || d.mails[2].Files[0].Link != "/plain/monday-quotas-2026-W08.json" {
		t.Errorf("%v", err)
	}
}

func onSQLite(t *testing.T) *pipeline.Pipeline {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	return studio(t, s)
}

func TestFormatsOfManyFilesAreZipped(t *testing.T) {
	p := onSQLite(t)
	s, d := weekly("csv"), newDesk()
	s.Places = s.Places[1:]
	var first string
	for n := range 2 {
		if _, err := p.RunReport(t.Context(), s, monday(n), pipeline.Runner{To: d, Worker: "job 1"}); err != nil {
			t.Fatal(err)
		}
		raw := d.files["/one/monday-quotas-2026-W08.csv.zip"]
		if n == 1 && raw != first {
			t.Error("the same report has other bytes")
		}
		first = raw
	}
	z, err := zip.NewReader(strings.NewReader(first), int64(len(first)))
	if err != nil || len(z.File) < 5 || !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == "quota_person_week.csv" }) {
		t.Errorf("%v", err)
	}
}

func TestNothingIsSaidToBeNothing(t *testing.T) {
	p := onSQLite(t)
	s, d := weekly("csv"), newDesk()
	o := schedule.Occurrence{Entry: s.Name, Wall: "2027-02-22T08:00", At: time.Date(2027, 2, 22, 7, 0, 0, 0, time.UTC)}
	if _, err := p.RunReport(t.Context(), s, o, pipeline.Runner{To: d, Worker: "job 1"}); err != nil {
		t.Fatal(err)
	}
	const want = "Nothing was counted in this report: 2027-W07 (2027-02-15 to 2027-02-21)."
	if m := d.mails[0]; m.Banner != want || strings.Contains(m.Subject, "late") {
		t.Errorf("mail %q: %q", m.Subject, m.Banner)
	}
	raw := d.files["/one/monday-quotas-2027-W07.csv.zip"]
	z, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("READ-ME-FIRST.txt")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(f); err != nil || string(text) != want+"\n" {
		t.Errorf("%q, %v", text, err)
	}
}
