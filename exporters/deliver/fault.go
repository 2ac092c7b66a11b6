package deliver

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/textproto"
	"slices"
	"strings"
)

// A Step is a part of handing in a mail.
type Step string

// The steps, in order.
const (
	Making     Step = "make mail"
	Connecting Step = "connect"
	Encrypting Step = "encrypt"
	LoggingIn  Step = "log in"
	Sender     Step = "name the sender"
	Recipients Step = "name the recipients"
	Content    Step = "send the content"
)

// A Fault is why a mail server took a mail for nobody, or for some only.
type Fault struct {
	Server    string // its address
	Step      Step
	Code      int  // of the server's answer; 0 where it gave none
	Temporary bool // another attempt may do; otherwise somebody has to change something
	// Uncertain says that the content was sent and the answer did not come: the
	// server may have taken the mail, and a repeat may double it.
	Uncertain bool
	Refused   []Refusal // at the step Recipients
	Err       error     // nil where Refused says why
}

// A Refusal is a recipient that the server does not take a mail for.
type Refusal struct {
	To        string // the address alone
	Code      int
	Reason    string // the server's words, on one line
	Temporary bool
}

// ways are what a person can do about a permanent fault.
var ways = map[Step]string{
	Connecting: "check mail: smtp",
	Encrypting: "check mail: smtp and tls, and the server's certificate",
	LoggingIn:  "check mail: username and password_file",
	Sender:     "check mail: from",
	Recipients: "check the addresses",
	Content:    "see what the server says; mail: attach makes files links above a size",
}

func (f *Fault) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "mail server %s: %s: ", f.Server, f.Step)
	for i, r := range f.Refused {
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "%s: %d %s", r.To, r.Code, r.Reason)
	}
	if f.Err != nil {
		b.WriteString(said(f.Err))
	}
	switch way := ways[f.Step]; {
	case f.Uncertain:
		b.WriteString(": the server may have taken the mail or not")
	case !f.Temporary && way != "":
		b.WriteString(": " + way)
	}
	return b.String()
}

func (f *Fault) Unwrap() error { return f.Err }

// Temporary says whether a mail may go through at another attempt.
func Temporary(err error) bool {
	var f *Fault
	return errors.As(err, &f) && f.Temporary
}

// A setting is what is wrong until somebody changes it.
type setting struct{ says string }

func (s *setting) Error() string { return s.says }

// fault judges what went wrong at a step by the server's answer; without one it
// is the line's fault, and another attempt may do.
func (l *session) fault(step Step, err error) *Fault {
	f := &Fault{Server: l.server.Address, Step: step, Temporary: true, Err: err}
	var answered *textproto.Error
	var wrong *setting
	var untrusted *tls.CertificateVerificationError
	var noTLS tls.RecordHeaderError
	switch cause := l.ctx.Err(); {
	case cause != nil:
		f.Err, l.broken = cause, true // the line was cut for it
	case errors.As(err, &answered):
		f.Code, f.Temporary = answered.Code, answered.Code/100 != 5
	case errors.As(err, &wrong):
		f.Temporary = false
	default:
		f.Temporary, l.broken = !errors.As(err, &untrusted) && !errors.As(err, &noTLS), true
	}
	return f
}

// refused says why some recipients or all get nothing.
func (l *session) refused(all []Refusal) *Fault {
	return &Fault{Server: l.server.Address, Step: Recipients, Refused: all,
		Temporary: slices.ContainsFunc(all, func(r Refusal) bool { return r.Temporary })}
}

// said is an error as text; a server's is strange text, maybe of many lines.
func said(err error) string {
	var answered *textproto.Error
	if errors.As(err, &answered) {
		return fmt.Sprintf("%d %s", answered.Code, line(answered.Msg, 200))
	}
	return line(err.Error(), 300)
}
