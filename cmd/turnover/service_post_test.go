package main

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"
)

// A sorting office is a mail server that outlives its senders: it keeps by
// Message-ID what it took, and nothing that breaks off.
type sortingOffice struct {
	address string
	mu      sync.Mutex
	copies  map[string][]string // Message-ID to sums of the mails, one for each time it came
	to      map[string]string   // Message-ID to who got it
	late    time.Duration       // between taking a mail and saying so
}

func openSortingOffice(t *testing.T) *sortingOffice {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &sortingOffice{address: l.Addr().String(), copies: map[string][]string{}, to: map[string]string{}}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { o.serve(conn); _ = conn.Close() })
		}
	})
	t.Cleanup(func() { _ = l.Close(); open.Wait() })
	return o
}

// serve is one session.
func (o *sortingOffice) serve(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(time.Minute)) // a closed line says so at the next step
	in := bufio.NewReader(conn)
	say := func(text string) { _, _ = fmt.Fprintf(conn, "%s\r\n", text) }
	say("220 sorting office")
	to := ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, rest, _ := strings.Cut(strings.TrimSpace(line), ":"); strings.ToUpper(verb) {
		case "RCPT TO":
			to += rest
			say("250 fine")
		case "DATA":
			say("354 go on")
			if !o.take(in, to) {
				return
			}
			to = ""
			time.Sleep(o.late)
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

// take keeps a mail that came to its end.
func (o *sortingOffice) take(in *bufio.Reader, to string) bool {
	text, whole := dictated(in)
	if !whole {
		return false
	}
	sum := fmt.Sprintf("%x", sha256.Sum256(text.Bytes()))
	m, err := mail.ReadMessage(text)
	if err != nil {
		return false
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return false
	}
	id := m.Header.Get("Message-Id")
	o.mu.Lock()
	defer o.mu.Unlock()
	o.copies[id] = append(o.copies[id], sum)
	o.to[id] = to
	return true
}

// wantCopies wants of each mail that was ever taken the very same bytes, and says
// how many came more than once.
func (o *sortingOffice) wantCopies(t *testing.T) (mails, doubled int) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	for id, sums := range o.copies {
		doubled += len(sums) - 1
		for _, sum := range sums {
			if sum != sums[0] || id == "" {
				t.Errorf("mail %q to %s came as %v", id, o.to[id], sums)
			}
		}
	}
	return len(o.copies), doubled
}
