package deliver

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A fake answers each command by what the test says: faults that a real server
// cannot be brought to.
type fake struct {
	Server
	answers map[string][]string // by command, in order, the last again and again
	sync.Mutex
	lines []string // what came, the content's left out
	mails []string // contents that ended with a full stop
	lived sync.WaitGroup
	heard net.Listener
}

// Answers beside the protocol's.
const (
	hangUp = "hang up"
	mute   = "say nothing"
)

func startFake(t *testing.T, answers map[string][]string) *fake {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{answers: answers, heard: listener, Server: Server{Address: listener.Addr().String(), From: from, TLS: Cleartext, Timeout: 5 * time.Second, Hello: "here"}}
	f.lived.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			f.lived.Go(func() { f.talk(c) })
		}
	})
	t.Cleanup(f.end)
	return f
}

// end waits for what is still said.
func (f *fake) end() {
	_ = f.heard.Close()
	f.lived.Wait()
}

// answer gives what the test says to a command, or what a server would.
func (f *fake) answer(command string) string {
	f.Lock()
	defer f.Unlock()
	all := f.answers[command]
	if len(all) == 0 {
		return map[string]string{"": "220 fake", "EHLO": "250-fake\r\n250 8BITMIME", "DATA": "354 go on", "QUIT": "221 bye"}[command]
	}
	if len(all) > 1 {
		f.answers[command] = all[1:]
	}
	return all[0]
}

func (f *fake) talk(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(time.Minute)) // a test that fails ends
	r := bufio.NewReader(c)
	for command := ""; ; {
		switch says := f.answer(command); says {
		case hangUp:
			return
		case mute:
			rest, _ := io.ReadAll(r) // until the other side hangs up
			f.Lock()
			f.lines = append(f.lines, strings.Fields(string(rest))...)
			f.Unlock()
			return
		case "":
			says = "250 OK"
			fallthrough
		default:
			if _, err := c.Write([]byte(says + "\r\n")); err != nil {
				return
			}
			if command == "DATA" && strings.HasPrefix(says, "354") {
				if !f.content(r) {
					return
				}
				command = "."
				continue
			}
		}
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		f.Lock()
		f.lines = append(f.lines, strings.TrimSpace(line))
		f.Unlock()
		command, _, _ = strings.Cut(strings.TrimSpace(line), " ")
	}
}

// content reads a mail to its end, or hangs up in the midst of it.
func (f *fake) content(r *bufio.Reader) bool {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || f.answer("content") == hangUp && b.Len() > 100 {
			return false
		}
		if line == ".\r\n" {
			f.Lock()
			f.mails = append(f.mails, b.String())
			f.Unlock()
			return true
		}
		b.WriteString(line)
	}
}

func (f *fake) seen() (lines []string, mails int) {
	f.Lock()
	defer f.Unlock()
	return slices.Clone(f.lines), len(f.mails)
}

func large(n int) Message {
	m := example()
	m.Attachments = []Attachment{{"a.bin", "", writes(strings.Repeat("x", n))}}
	return m
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		answers   map[string][]string
		step      Step
		code      int
		temporary bool
		uncertain bool
		still     int
		words     string
	}{
		"busy":                  {map[string][]string{"": {"421 4.3.2 too many connections"}}, Connecting, 421, true, false, 3, "421 4.3.2 too many connections"},
		"blocked":               {map[string][]string{"": {"554 5.7.1 your address is listed"}}, Connecting, 554, false, false, 0, "check mail: smtp"},
		"hangs up at once":      {map[string][]string{"": {hangUp}}, Connecting, 0, true, false, 3, "connect"},
		"no server of mail":     {map[string][]string{"": {"HTTP/1.1 400 Bad Request"}}, Connecting, 0, true, false, 3, "connect"},
		"unfriendly":            {map[string][]string{"EHLO": {"550 no"}, "HELO": {"550 go away"}}, Connecting, 550, false, false, 0, "550 no"},
		"sender refused":        {map[string][]string{"MAIL": {"550 5.7.1 not from\r\n"}}, Sender, 550, false, false, 0, "check mail: from"},
		"sender later":          {map[string][]string{"MAIL": {"451-4.3.0 come\r\n451 4.3.0 later"}}, Sender, 451, true, false, 3, "451 4.3.0 come 4.3.0 later"},
		"closing in between":    {map[string][]string{"RCPT": {"250 OK", "421 closing"}}, Recipients, 421, true, false, 3, "421 closing"},
		"hangs up in between":   {map[string][]string{"RCPT": {"250 OK", hangUp}}, Recipients, 0, true, false, 3, "recipients"},
		"no more recipients":    {map[string][]string{"RCPT": {"250 OK", "452 4.5.3 too many"}}, Recipients, 0, true, false, 2, "bo@xn--exmple-cua.com: 452 4.5.3 too many"},
		"content not wanted":    {map[string][]string{"DATA": {"554 5.5.1 no"}}, Content, 554, false, false, 0, "554 5.5.1 no"},
		"hangs up in content":   {map[string][]string{"content": {hangUp}}, Content, 0, true, false, 3, "content"},
		"content refused":       {map[string][]string{".": {"552 5.3.4 too big"}}, Content, 552, false, false, 0, "mail: attach makes files links above a size"},
		"content later":         {map[string][]string{".": {"452 4.3.1 disk full"}, "RCPT": {"250 OK", "550 gone"}}, Content, 452, true, false, 1, "452 4.3.1 disk full"},
		"hangs up after":        {map[string][]string{".": {hangUp}}, Content, 0, true, true, 3, "may have taken the mail or not"},
		"garbage for an answer": {map[string][]string{".": {"\x1b[31mwhat"}}, Content, 0, true, true, 3, "may have taken the mail or not"},
	} {
		t.Run(name, func(t *testing.T) {
			f := startFake(t, c.answers)
			sent, err := f.Send(t.Context(), large(3<<20), example().To)
			var got *Fault
			if !errors.As(err, &got) || got.Step != c.step || got.Code != c.code || got.Temporary != c.temporary || got.Uncertain != c.uncertain || !strings.Contains(err.Error(), c.words) || strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Errorf("%+v: %v", got, err)
			}
			if len(sent.Still) != c.still || (c.still+len(sent.Accepted) == 3) != (c.temporary && name != "content later") {
				t.Errorf("sent %+v", sent)
			}
		})
	}
}

// Once the content is taken, what comes afterwards is no fault.
func TestATakenMailIsTaken(t *testing.T) {
	f := startFake(t, map[string][]string{"QUIT": {hangUp}, ".": {"250 2.0.0 \x1b[31mtaken"}})
	sent, err := f.Send(t.Context(), example(), example().To)
	lines, mails := f.seen()
	if err != nil || len(sent.Accepted) != 3 || sent.Answer != "2.0.0 ␛[31mtaken" || mails != 1 {
		t.Errorf("%+v (%v), %d mails", sent, err, mails)
	}
	want := []string{"EHLO here", "MAIL FROM:<turnover@example.com> BODY=8BITMIME", "RCPT TO:<zoe@example.com>", "RCPT TO:<bo@xn--exmple-cua.com>", "RCPT TO:<ZOE@example.com>", "DATA", "QUIT"}
	if !slices.Equal(lines, want) {
		t.Errorf("said %q, want %q", lines, want)
	}
}

// A context that ends in the midst of a mail leaves no half of it: nothing is
// said any more.
func TestSendEndsWithItsContext(t *testing.T) {
	for _, at := range []string{"", "MAIL", "DATA", "."} {
		f := startFake(t, map[string][]string{at: {mute}})
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		sent, err := f.Send(ctx, example(), example().To)
		cancel()
		var got *Fault
		if !errors.As(err, &got) || !errors.Is(err, context.DeadlineExceeded) || !got.Temporary || got.Uncertain != (at == ".") || len(sent.Still) != 3 {
			t.Errorf("at %q: %+v: %v", at, got, err)
		}
		f.end()
		if lines, mails := f.seen(); (mails == 1) != (at == ".") || slices.Contains(lines, "QUIT") {
			t.Errorf("at %q: %d mails, lines %q", at, mails, lines)
		}
	}
}

// A server that says nothing for too long is left without a word: it would have
// to be waited for again.
func TestSilenceIsNotWaitedForTwice(t *testing.T) {
	f := startFake(t, map[string][]string{"RCPT": {mute}})
	f.Timeout = 100 * time.Millisecond
	_, err := f.Send(t.Context(), example(), example().To)
	f.end()
	if lines, _ := f.seen(); !Temporary(err) || slices.Contains(lines, "QUIT") {
		t.Errorf("error %v, lines %q", err, lines)
	}
}

// Nobody who listens on the line gets the password, whatever the server offers.
func TestNoPasswordInTheClear(t *testing.T) {
	address := foreign(t)
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Skipf("no address but loopback: %v", err)
	}
	f := &fake{heard: listener, answers: map[string][]string{"EHLO": {"250-fake\r\n250 AUTH PLAIN LOGIN"}}}
	f.lived.Go(func() {
		if c, err := listener.Accept(); err == nil {
			f.talk(c)
		}
	})
	s := Server{Address: listener.Addr().String(), From: from, TLS: Cleartext, Password: func() (string, error) { return "secret", nil }}
	_, err = s.Send(t.Context(), example(), example().To)
	f.end()
	if err == nil || Temporary(err) || !strings.Contains(err.Error(), "a password is not sent over it: set mail: tls") || len(f.lines) != 1 {
		t.Errorf("error %v, lines %q", err, f.lines)
	}
}

// foreign finds an address of this machine beside loopback.
func foreign(t *testing.T) string {
	t.Helper()
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Skip(err)
	}
	for _, a := range all {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return n.IP.String()
		}
	}
	t.Skip("this machine has no address but loopback")
	return ""
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	for _, s := range []Server{{Address: address, From: from}, {Address: "smtp.invalid", From: from}} {
		sent, err := s.Send(t.Context(), example(), example().To)
		var f *Fault
		if !errors.As(err, &f) || f.Step != Connecting || !f.Temporary || len(sent.Still) != 3 || !Temporary(s.Check(t.Context())) {
			t.Errorf("%+v: %v", sent, err)
		}
	}
	if err := (Server{Address: address, From: "nobody"}).Check(t.Context()); err == nil || Temporary(err) {
		t.Errorf("a server whose sender is no address: %v", err)
	}
}

func TestServerIsCompleted(t *testing.T) {
	got := Server{Address: "smtp.example.com", From: from}.complete()
	if got.Address != "smtp.example.com:587" || got.TLS != StartTLS || got.Username != "turnover@example.com" || got.Hello == "" || got.Timeout != time.Minute {
		t.Errorf("%+v", got)
	}
	for address, want := range map[string]string{"::1": "[::1]:587", "[::1]": "[::1]:587", "[::1]:2525": "[::1]:2525", "h:25": "h:25"} {
		if got := (Server{Address: address}).complete(); got.Address != want {
			t.Errorf("%s: %s", address, got.Address)
		}
	}
	for tls, port := range map[Security]string{TLS: "465", Cleartext: "25"} {
		if got := (Server{Address: "h", TLS: tls}).complete(); got.Address != "h:"+port {
			t.Errorf("%s: %s", tls, got.Address)
		}
	}
}
