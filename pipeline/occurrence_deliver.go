package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"turnover/schedule"
	"turnover/store"
)

// The states of a delivery.
const (
	DeliverySending = "sending" // begun; a worker that died here leaves it so
	DeliveryFailed  = "failed"  // to be tried again
	DeliveryDone    = "done"
	DeliveryRefused = "refused" // by some readers' servers, for good; Refused says whose
)

// The kinds of deliveries.
const (
	FolderDelivery = "folder"
	MailDelivery   = "mail"
	NoticeDelivery = "notice" // to the owner
)

// A Delivery is one line of the delivery log: what went to whom, and when.
type Delivery struct {
	Entry      string            `json:"entry"`
	Occurrence string            `json:"occurrence"` // wall clock of the entry's zone
	Kind       string            `json:"kind"`
	To         []string          `json:"to"` // a folder, or addresses
	State      string            `json:"state"`
	Begun      time.Time         `json:"begun"` // when it was tried first
	At         time.Time         `json:"at"`    // of the state
	About      string            `json:"about"` // what a notice says: held, failed, refused; "" for a report
	File       string            `json:"file"`  // its name; "" for a notice
	Path       string            `json:"path"`  // where it lies; "" for a mail
	MessageID  string            `json:"message_id"`
	SHA256     string            `json:"sha256"`
	Bytes      int64             `json:"bytes"`
	Snapshot   string            `json:"snapshot"`
	Attempts   int               `json:"attempts"`
	Worker     string            `json:"worker"`  // who tried last
	Reached    []string          `json:"reached"` // of To, those whose server took it
	Refused    map[string]string `json:"refused"` // of To, those whose server never will, and why
	Error      string            `json:"error"`   // of the last attempt
}

func (d Delivery) over() bool { return d.State == DeliveryDone || d.State == DeliveryRefused }

// sendingFor is how long an attempt may take, since a mail server may think about
// a mail for ten minutes. One that is older is over, and another worker may try.
const sendingFor = 15 * time.Minute

// How often and how long a worker tries to write down what it has just delivered,
// also one that is being stopped: what nobody knows of is sent again.
const (
	markTries = 10
	markTime  = 30 * time.Second
)

// markPause is the time between two tries.
var markPause = time.Second

// errSending says that another worker is at it.
var errSending = errors.New("another worker is sending it")

// key names a delivery in the ledger; places are told apart by what they are,
// so that an entry that is edited meanwhile sends nothing twice.
func (d Delivery) key() string {
	place := strings.Join(slices.Sorted(slices.Values(d.To)), ",")
	if d.Kind == NoticeDelivery {
		place = d.About
	}
	return fmt.Sprintf("delivery/%s/%s/%s:%s", d.Entry, d.Occurrence, d.Kind, place)
}

// once delivers what was not delivered yet. It is marked as being sent before,
// and as done after, so that a crash between sends again only what nobody knows
// to have arrived.
func (p *Pipeline) once(ctx context.Context, d Delivery, by Runner, send func(context.Context, *Delivery) error) (Delivery, error) {
	key := d.key()
	by.step("claim " + d.Kind)
	if err := p.claim(ctx, key, &d, by); err != nil || d.over() {
		return d, err
	}
	by.step("send " + d.Kind)
	limited, cancel := context.WithTimeout(ctx, sendingFor)
	failed := send(limited, &d)
	cancel()
	d.State, d.At, d.Error = DeliveryDone, p.Now().UTC(), ""
	switch {
	case failed != nil:
		d.State, d.Error = DeliveryFailed, failed.Error()
	case len(d.Refused) > 0:
		d.State = DeliveryRefused
	}
	by.step("mark " + d.Kind)
	return d, errors.Join(failed, p.markSent(ctx, key, d))
}

// markSent writes down what became of a delivery. A database that is busy or
// restarts is waited for where something was delivered.
func (p *Pipeline) markSent(ctx context.Context, key string, d Delivery) error {
	marking, done := context.WithTimeout(context.WithoutCancel(ctx), markTime)
	defer done()
	for try := 1; ; try++ {
		err := p.changeMark(marking, key, func(store.Tx, *schedule.Mark) (*schedule.Mark, error) { return newMark(d.State, d.At, d) })
		if err == nil || try == markTries || !d.over() && len(d.Reached) == 0 {
			return err
		}
		select {
		case <-marking.Done():
			return err
		case <-time.After(markPause):
		}
	}
}

// claim takes a delivery for a worker, unless it is over or another one's. What
// was tried before is kept.
func (p *Pipeline) claim(ctx context.Context, key string, d *Delivery, by Runner) error {
	return p.changeMark(ctx, key, func(_ store.Tx, was *schedule.Mark) (*schedule.Mark, error) {
		now := p.Now().UTC()
		if was != nil {
			var before Delivery
			if err := readMark(was, &before); err != nil {
				return nil, err
			}
			if before.over() {
				*d = before
				return nil, nil
			}
			if before.State == DeliverySending && !by.isOver(before.Worker) && now.Sub(before.At) < sendingFor {
				return nil, fmt.Errorf("%w (%s, since %s): it is tried again after %s", errSending, before.Worker, before.At.Format(time.RFC3339), sendingFor)
			}
			d.Begun, d.Attempts, d.Reached, d.Refused = before.Begun, before.Attempts, before.Reached, before.Refused
		}
		if d.Begun.IsZero() {
			d.Begun = now
		}
		d.State, d.At, d.Worker = DeliverySending, now, by.Worker
		d.Attempts++
		return newMark(d.State, d.At, *d)
	})
}

// A parcel is one occurrence's report on its way to its places.
type parcel struct {
	p    *Pipeline
	s    ScheduledReport
	o    schedule.Occurrence
	by   Runner
	file *reportFile
	put  []folderPut // the folders where it lies by now
}

// A folderPut is a folder where a report lies, for mails that lead to it.
type folderPut struct {
	place Place
	path  string
}

func (c *parcel) delivery(kind string, to []string) Delivery {
	return Delivery{Entry: c.s.Name, Occurrence: c.o.Wall, Kind: kind, To: to, File: c.file.name, SHA256: c.file.sha256, Bytes: c.file.bytes, Snapshot: c.file.run.Snapshot,
		Reached: []string{}, Refused: map[string]string{}}
}

// deliver brings the report to each place, folders first, since mails may lead
// to them. A place that fails stops no other.
func (c *parcel) deliver(ctx context.Context) (all []Delivery, err error) {
	var failed []error
	for _, mails := range []bool{false, true} {
		for _, place := range c.s.Places {
			if mails != (place.Folder == "") {
				continue
			}
			if ctx.Err() != nil {
				return all, errors.Join(append(failed, ctx.Err())...)
			}
			var d Delivery
			if mails {
				d, err = c.toMail(ctx, place)
			} else {
				d, err = c.toFolder(ctx, place)
			}
			if err != nil {
				d.Error = err.Error()
				failed = append(failed, fmt.Errorf("to %s: %w", strings.Join(d.To, ", "), err))
			}
			all = append(all, d)
		}
	}
	if len(failed) > 0 {
		return all, &undelivered{fmt.Sprintf("deliver %s of %s: %d of %d places are to be tried again: %v", c.s.Name, c.o.Wall, len(failed), len(all), errors.Join(failed...)), failed}
	}
	return all, nil
}

func (c *parcel) toFolder(ctx context.Context, place Place) (Delivery, error) {
	d, err := c.p.once(ctx, c.delivery(FolderDelivery, []string{place.Folder}), c.by, func(ctx context.Context, d *Delivery) error {
		put, err := c.by.To.ToFolder(ctx, place.Folder, c.file.name, c.file.copyTo)
		if err != nil {
			return err
		}
		d.Path, d.SHA256, d.Bytes = put.Path, put.SHA256, put.Bytes
		return nil
	})
	if err == nil {
		c.put = append(c.put, folderPut{place, d.Path})
	}
	return d, err
}

func (c *parcel) toMail(ctx context.Context, place Place) (Delivery, error) {
	return c.p.once(ctx, c.delivery(MailDelivery, place.Mail), c.by, func(ctx context.Context, d *Delivery) error {
		reached, err := c.reached(ctx)
		if err != nil {
			return err
		}
		m, err := c.mail(*d)
		if err != nil {
			return err
		}
		return c.p.sendRest(ctx, m, reached, c.by, d)
	})
}

// reached lists the addresses that got the report by another mail already, of
// an entry that was edited between two attempts.
func (c *parcel) reached(ctx context.Context) ([]string, error) {
	all, err := c.p.Deliveries(ctx, DeliveryFilter{Entry: c.s.Name, Occurrence: c.o.Wall})
	var out []string
	for _, d := range all {
		if d.Kind == MailDelivery {
			out = append(out, d.Reached...)
		}
	}
	return out, err
}

// sendRest sends a mail to those who have not got it and were not refused.
func (p *Pipeline) sendRest(ctx context.Context, m Mail, reached []string, by Runner, d *Delivery) error {
	var rest []string
	for _, to := range d.To {
		_, refused := d.Refused[to]
		switch {
		case slices.Contains(d.Reached, to) || refused:
		case slices.Contains(reached, to):
			d.Reached = append(d.Reached, to)
		default:
			rest = append(rest, to)
		}
	}
	if len(rest) == 0 {
		return nil
	}
	m.To, m.Rest = d.To, rest
	sent, err := by.To.ToMail(ctx, m)
	d.MessageID = sent.ID
	d.Reached = append(d.Reached, sent.Reached...)
	if d.Refused == nil {
		d.Refused = map[string]string{}
	}
	maps.Copy(d.Refused, sent.Refused)
	return err
}

// mail is the report as a mail: its key figures, and the file or where it lies.
func (c *parcel) mail(d Delivery) (Mail, error) {
	run := c.file.run
	file := MailFile{Name: c.file.name, SHA256: c.file.sha256, Bytes: c.file.bytes}
	if c.s.Attach > 0 && file.Bytes > c.s.Attach && c.hasFolder() {
		if len(c.put) == 0 {
			return Mail{}, fmt.Errorf("the file is too large for a mail (%d bytes of %d) and lies in no folder yet: it waits for one", file.Bytes, c.s.Attach)
		}
		file.Link = c.link()
	} else {
		file.Content = c.file.copyTo
	}
	subject := fmt.Sprintf("%s: %s, %s", run.Project, c.s.Report, run.Period)
	if run.Banner != "" {
		subject += " (late)"
	}
	return Mail{Key: d.key(), Date: run.MadeAt, Subject: subject, Title: c.file.title, Project: run.Project, Period: c.file.days.words(), AsOf: c.file.asOf, Zone: c.p.zoneOf(c.s),
		Banner: c.file.banner, Answers: c.file.answers, Previous: c.file.previous, Snapshot: run.Snapshot, Files: []MailFile{file}}, nil
}

func (c *parcel) hasFolder() bool {
	return slices.ContainsFunc(c.s.Places, func(p Place) bool { return p.Folder != "" })
}

// link is what leads to the file for who reads a mail: its address in a folder
// that has one, else its path.
func (c *parcel) link() string {
	for _, f := range c.put {
		if f.place.Link != "" {
			return strings.TrimRight(f.place.Link, "/") + "/" + url.PathEscape(filepath.Base(f.path))
		}
	}
	return c.put[0].path
}
