package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"turnover/hierarchy"
	"turnover/internal/table"
	"turnover/reports"
	"turnover/schedule"
	"turnover/store"
)

// A ScheduledReport is an entry of the configuration: a report that is made and
// delivered by itself.
type ScheduledReport struct {
	Name, Report, Project string
	Query                 reports.Query // its period comes from Period; its zone is the entry's
	Period                string        // last-day, last-week …, this-week …; "" and all: everything recorded
	Format                string        // "" is xlsx
	Places                []Place
	Attach                int64 // larger files are linked to from mails, not attached; 0: all are attached
	Fresh                 Fresh
	Owner                 string // address; "": nobody is told, the log says it
}

// A Place is one that a report goes to: a folder, or the readers of a mail.
type Place struct {
	Folder string
	Link   string // address of the folder for those who get a mail; "" is its path
	Mail   []string
}

// A ScheduledPublish is an entry of the configuration: a dataset that is
// published by itself.
type ScheduledPublish struct {
	Name  string
	Which Which
	Owner string
}

// A PublishRun is what one occurrence of publishing did.
type PublishRun struct {
	State     string    `json:"state"`
	Published Published `json:"published"`
	MadeAt    time.Time `json:"made_at"`
	Error     string    `json:"error,omitempty"` // why it was given up
	Again     bool      `json:"-"`               // it was done before: nothing was done now
}

// A Deliverer brings what was made to where it is read.
type Deliverer interface {
	// ToFolder writes a file whole or not at all. The same bytes there already
	// are the same delivery; other bytes of that name stay.
	ToFolder(ctx context.Context, dir, name string, content func(io.Writer) error) (Put, error)
	// ToMail sends a mail to all of m.Rest in one go. Those who got it, and those who
	// were refused for good, are told beside an error, which is for the others:
	// they may be tried again.
	ToMail(ctx context.Context, m Mail) (Sent, error)
}

// A Put is a file in a folder.
type Put struct {
	Path   string
	SHA256 string
	Bytes  int64
}

// Sent is what became of a mail.
type Sent struct {
	ID      string            // Message-ID
	Reached []string          // addresses that a server took it for
	Refused map[string]string // address to reason: trying again is no use
}

// A Mail is a report with its key figures, or a notice to an owner, before it is
// laid out. The same mail tried again has the same Key and Date.
type Mail struct {
	Key      string // its Message-ID is made of it
	Date     time.Time
	To       []string // as the mail says
	Rest     []string // of To, those who have not got it
	Subject  string
	Title    string
	Project  string
	Period   string // in words
	AsOf     time.Time
	Zone     *time.Location
	Banner   string // before all else; "" for nothing
	Answers  []table.Answer
	Previous string // what answers are compared with
	Snapshot string
	Files    []MailFile
	Lines    []string // of a notice
	Commands []string // that the owner may want to run
}

// A MailFile is a file that a mail brings or leads to.
type MailFile struct {
	Name, SHA256 string
	Bytes        int64
	Link         string                // where it lies, "" where it is attached
	Content      func(io.Writer) error // may be asked for while the mail is sent; nil where it is linked to
}

// A Runner is with what and by whom an occurrence is run.
type Runner struct {
	To Deliverer
	// Worker names who runs it, the same for every attempt of one job, which a
	// queue never lets run twice at a time: what the same worker began before is
	// over. What another one sends just now is waited for.
	Worker string
	Over   func(worker string) bool // tells that another one is over for certain; may be nil
	Anyway bool                     // a person sends what was held before
	Step   func(name string)        // is told of each step before it is done; may be nil
}

// isOver tells that a worker's attempts are over.
func (r Runner) isOver(worker string) bool {
	return worker == r.Worker || r.Over != nil && r.Over(worker)
}

func (r Runner) step(name string) {
	if r.Step != nil {
		r.Step(name)
	}
}

// The states of an occurrence.
const (
	OccurrenceBegun   = "begun"
	OccurrenceDone    = "done"
	OccurrenceHeld    = "held"     // late, and to be sent by a person
	OccurrenceGivenUp = "given up" // it failed too often; its owner was told
)

// A ReportRun is how far one occurrence of a report has come. What it holds of
// the production's state is fixed when it begins, so that it is the same report
// however often and by whomever it is made.
type ReportRun struct {
	State     string       `json:"state"`
	ProjectID hierarchy.ID `json:"project_id"`
	Project   string       `json:"project"`
	Snapshot  string       `json:"snapshot"`
	From      string       `json:"from,omitempty"`
	To        string       `json:"to,omitempty"`
	Period    string       `json:"period"`
	Banner    string       `json:"banner,omitempty"`
	MadeAt    time.Time    `json:"made_at"`
	File      string       `json:"file,omitempty"`
	SHA256    string       `json:"sha256,omitempty"`
	Bytes     int64        `json:"bytes,omitempty"`
	Error     string       `json:"error,omitempty"` // why it was given up

	Deliveries []Delivery `json:"-"`
	Again      bool       `json:"-"` // it was done before: nothing was done now
}

func reportKey(name string, o schedule.Occurrence) string  { return "report/" + name + "/" + o.Wall }
func publishKey(name string, o schedule.Occurrence) string { return "publish/" + name + "/" + o.Wall }

// changeMark lets one worker after the other look at a mark and replace it; nil
// leaves it as it is.
func (p *Pipeline) changeMark(ctx context.Context, key string, f func(store.Tx, *schedule.Mark) (*schedule.Mark, error)) error {
	return p.Store.InTx(ctx, func(tx store.Tx) error {
		if err := tx.Lock(ctx, hierarchy.ID(key)); err != nil { // the mark may not be there yet: its key is what is locked
			return err
		}
		was, err := ledgerMark(ctx, tx, key)
		if err != nil {
			return err
		}
		next, err := f(tx, was)
		if err != nil || next == nil {
			return err
		}
		return tx.PutLedger(ctx, &store.LedgerRecord{Key: key, State: next.State, At: hierarchy.At(next.At), Result: next.Result})
	})
}

// newMark gives a mark whose result is written as JSON.
func newMark(state string, at time.Time, result any) (*schedule.Mark, error) {
	text, err := json.Marshal(result)
	if err != nil {
		return nil, fmt.Errorf("write mark: %w", err)
	}
	return &schedule.Mark{State: state, At: at, Result: text}, nil
}

// readMark reads the result of a mark.
func readMark(m *schedule.Mark, result any) error {
	if err := json.Unmarshal(m.Result, result); err != nil {
		return fmt.Errorf("read mark %s: %w", m.Key, err)
	}
	return nil
}
