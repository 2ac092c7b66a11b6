package pipeline_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
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
