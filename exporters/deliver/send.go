package deliver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"net/textproto"
	"slices"
	"strconv"

	"github.com/wneessen/go-mail/smtp"
)

// Sent is what became of a mail, whether or not there is a fault.
type Sent struct {
	ID       string    // Message-ID, without brackets
	SHA256   string    // of the mail as it goes over the line
	Bytes    int64     // of the same
	Accepted []string  // addresses that the server took it for
	Refused  []Refusal // and those that it did not
	Still    []string  // whom another attempt should be sent to
	Answer   string    // the server's, often with its own number for the mail
}

const (
	piece    = 64 << 10 // of the content, each with the time of a step
	patience = 10       // times a step: how long the server may think about the content
)

// Send hands a mail in for the recipients that have not got it yet: all whom it
// names at first, then Sent.Still of the attempt before; for nobody there is
// nothing to do. The error is nil where the server took it for each of them,
// otherwise a *Fault, or an error of the message itself, which no other attempt
// mends.
func (s Server) Send(ctx context.Context, m Message, still []string) (Sent, error) {
	raw, err := m.bytes(s.From)
	if err != nil {
		return Sent{}, err
	}
	to, err := addresses(still)
	if err != nil {
		return Sent{}, err
	}
	sender, err := address(s.From)
	if err != nil {
		return Sent{}, err
	}
	sum := sha256.Sum256(raw)
	sent := Sent{ID: messageID(m.Key, sender), SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(raw)), Still: all(to)}
	if len(to) == 0 {
		return sent, nil
	}
	l, f := s.open(ctx)
	if f == nil {
		f = l.send(sender, to, raw, &sent)
		l.end()
	}
	if f == nil {
		return sent, nil // not a nil *Fault in an interface
	}
	if !f.Temporary {
		sent.Still = nil
	}
	return sent, f
}

// send is the exchange itself. One recipient that is refused keeps nothing from
// the others.
func (l *session) send(from *mail.Address, to []*mail.Address, raw []byte, sent *Sent) *Fault {
	if f := l.fits(raw); f != nil {
		return f
	}
	l.wait(l.server.Timeout)
	if err := l.client.Mail(envelope(from)); err != nil {
		return l.fault(Sender, err)
	}
	taken, f := l.name(to, sent)
	if f != nil {
		return f
	}
	if len(taken) == 0 {
		return l.refused(sent.Refused)
	}
	if f := l.content(raw, sent); f != nil {
		return f
	}
	sent.Accepted, sent.Still = taken, temporarily(sent.Refused)
	if len(sent.Refused) > 0 {
		return l.refused(sent.Refused)
	}
	return nil
}

// fits asks for the size that the server takes before it is sent for nothing.
func (l *session) fits(raw []byte) *Fault {
	_, size := l.client.Extension("SIZE")
	most, err := strconv.ParseInt(size, 10, 64)
	if err != nil || most <= 0 || int64(len(raw)) <= most {
		return nil
	}
	return l.fault(Content, &setting{fmt.Sprintf("the mail has %d bytes and the server takes %d", len(raw), most)})
}

// name names the recipients and sorts them.
func (l *session) name(to []*mail.Address, sent *Sent) (taken []string, f *Fault) {
	for _, a := range to {
		l.wait(l.server.Timeout)
		err := l.client.Rcpt(envelope(a))
		var answered *textproto.Error
		switch {
		case err == nil:
			taken = append(taken, bare(a))
		case errors.As(err, &answered) && answered.Code != 421: // which ends the session
			sent.Refused = append(sent.Refused, Refusal{bare(a), answered.Code, line(answered.Msg, 200), answered.Code/100 != 5})
		default:
			sent.Refused = nil
			return nil, l.fault(Recipients, err)
		}
	}
	sent.Still = slices.Concat(taken, temporarily(sent.Refused))
	return taken, nil
}

// content sends the mail, and tells whether the server has it.
func (l *session) content(raw []byte, sent *Sent) *Fault {
	l.wait(l.server.Timeout)
	w, err := l.client.Data()
	if err != nil {
		return l.fault(Content, err)
	}
	for len(raw) > 0 {
		n := min(piece, len(raw))
		l.wait(l.server.Timeout)
		if _, err := w.Write(raw[:n]); err != nil {
			return l.fault(Content, err)
		}
		raw = raw[n:]
	}
	l.wait(patience * l.server.Timeout)
	if err := w.Close(); err != nil {
		f := l.fault(Content, err)
		f.Uncertain = f.Code == 0
		return f
	}
	if d, ok := w.(*smtp.DataCloser); ok {
		sent.Answer = line(d.ServerResponse(), 200)
	}
	return nil
}

func temporarily(refused []Refusal) (out []string) {
	for _, r := range refused {
		if r.Temporary {
			out = append(out, r.To)
		}
	}
	return out
}

func all(to []*mail.Address) (out []string) {
	for _, a := range to {
		out = append(out, bare(a))
	}
	return out
}
