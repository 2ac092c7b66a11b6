package deliver

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// A session is one line to a server, from connecting to parting.
//
// It drives the library's protocol step by step: its own Send gives a mail to
// nobody where the server refuses one of several recipients.
type session struct {
	ctx    context.Context
	server Server
	conn   net.Conn
	client *smtp.Client
	uncut  func() bool // stops waiting for the context's end
	broken bool        // nobody knows what the server waits for
}

// open connects, encrypts and logs in.
func (s Server) open(ctx context.Context) (*session, *Fault) {
	l := &session{ctx: ctx, server: s.complete()}
	for _, step := range []struct {
		step Step
		do   func() error
	}{{Connecting, l.connect}, {Encrypting, l.secure}, {Connecting, l.greet}, {Encrypting, l.startTLS}, {LoggingIn, l.logIn}} {
		l.wait(l.server.Timeout)
		err := step.do()
		if err == nil {
			continue
		}
		f := l.fault(step.step, err)
		l.cut()
		return nil, f
	}
	return l, nil
}

func (l *session) connect() error {
	dialer := net.Dialer{Timeout: l.server.Timeout}
	conn, err := dialer.DialContext(l.ctx, "tcp", l.server.Address)
	if err != nil {
		return err
	}
	l.conn = conn
	l.uncut = context.AfterFunc(l.ctx, func() { _ = conn.Close() })
	return nil
}

func (l *session) encryption() *tls.Config {
	host, _, _ := net.SplitHostPort(l.server.Address) // complete has seen to it
	return &tls.Config{ServerName: host, RootCAs: l.server.Roots, MinVersion: tls.VersionTLS12}
}

func (l *session) secure() error {
	if l.server.TLS != TLS {
		return nil
	}
	over := tls.Client(l.conn, l.encryption())
	if err := over.HandshakeContext(l.ctx); err != nil {
		return err
	}
	l.conn = over
	return nil
}

func (l *session) greet() (err error) {
	host, _, _ := net.SplitHostPort(l.server.Address)
	if l.client, err = smtp.NewClient(l.conn, host); err != nil {
		return err
	}
	l.client.SkipSMTPUTF8(true) // addresses are ASCII
	return l.client.Hello(l.server.Hello)
}

func (l *session) startTLS() error {
	if l.server.TLS != StartTLS {
		return nil
	}
	if offered, _ := l.client.Extension("STARTTLS"); !offered {
		return &setting{"the server offers no STARTTLS, and nothing is sent in the clear unless mail: tls says so"}
	}
	return l.client.StartTLS(l.encryption())
}

// logIn logs in where there is a password.
func (l *session) logIn() error {
	if l.server.Password == nil {
		return nil
	}
	if l.server.TLS == Cleartext && !loopback(l.conn) {
		return &setting{"the line is not encrypted, and a password is not sent over it: set mail: tls"}
	}
	_, offered := l.client.Extension("AUTH")
	ways := strings.Fields(strings.ToUpper(offered))
	host, _, _ := net.SplitHostPort(l.server.Address)
	password, err := l.server.Password()
	if err != nil {
		return err
	}
	switch {
	case slices.Contains(ways, "PLAIN"):
		return l.client.Auth(smtp.PlainAuth("", l.server.Username, password, host, true))
	case slices.Contains(ways, "LOGIN"):
		return l.client.Auth(smtp.LoginAuth(l.server.Username, password, host, true))
	}
	if offered == "" {
		return &setting{"the server knows no log-in on this line: leave the password out, or use another port"}
	}
	return &setting{fmt.Sprintf("the server logs in by %s, and turnover by PLAIN or LOGIN", offered)}
}

func loopback(c net.Conn) bool {
	at, ok := c.RemoteAddr().(*net.TCPAddr)
	return ok && at.IP.IsLoopback()
}

// wait gives the next step its time.
func (l *session) wait(d time.Duration) {
	if l.conn != nil {
		_ = l.conn.SetDeadline(time.Now().Add(d)) // a closed line says so at the next step
	}
}

// end parts from the server; what was handed in stays, whatever it answers. A
// broken line is left without a word: it would have to be waited for again, and
// in the midst of a mail the word of parting ends it first.
func (l *session) end() {
	if !l.broken {
		l.wait(l.server.Timeout)
		_ = l.client.Quit()
	}
	l.cut()
}

// cut drops the line as it is.
func (l *session) cut() {
	if l.conn != nil {
		l.uncut()
		_ = l.conn.Close()
	}
}
