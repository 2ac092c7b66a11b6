package pipeline_test

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"turnover/pipeline"
	"turnover/schedule"
	"turnover/store/sqlite"
)

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
