package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A post office takes mails as a server does, but for those who are nobody.
type postOffice struct {
	mu    sync.Mutex
	mails []*mail.Message
	to    [][]string // of the envelopes
}

func openPostOffice(t *testing.T) (*postOffice, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := &postOffice{}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			o.serve(conn)
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { _ = l.Close(); open.Wait() })
	return o, l.Addr().String()
}

func (o *postOffice) serve(conn net.Conn) {
	in := bufio.NewReader(conn)
	say := func(text string) { _, _ = fmt.Fprintf(conn, "%s\r\n", text) }
	say("220 post office")
	var to []string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb, rest, _ := strings.Cut(strings.TrimSpace(line), ":"); strings.ToUpper(verb) {
		case "RCPT TO":
			if strings.Contains(rest, "nobody") {
				say("550 no such user")
				continue
			}
			to = append(to, strings.Trim(strings.Fields(rest)[0], "<>"))
			say("250 fine")
		case "DATA":
			say("354 go on")
			if !o.take(in, to) {
				return
			}
			to = nil
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}

// dictated reads the text of a mail as SMTP sends it; false where it breaks off.
func dictated(in *bufio.Reader) (*bytes.Buffer, bool) {
	var text bytes.Buffer
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, false
		}
		if line == ".\r\n" {
			return &text, true
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
}

// take reads a mail to its end; one that breaks off is none.
func (o *postOffice) take(in *bufio.Reader, to []string) bool {
	text, whole := dictated(in)
	if !whole {
		return false
	}
	m, err := mail.ReadMessage(text)
	if err != nil {
		return false // a test misses it
	}
	body, _ := io.ReadAll(m.Body) // of a buffer
	m.Body = bytes.NewReader(body)
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mails, o.to = append(o.mails, m), append(o.to, to)
	return true
}

// parts lists the leaves of a mail by media type, decoded.
func parts(t *testing.T, header, encoding string, body io.Reader) map[string][]byte {
	t.Helper()
	kind, values, err := mime.ParseMediaType(header)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	if !strings.HasPrefix(kind, "multipart/") {
		if encoding == "base64" {
			body = base64.NewDecoder(base64.StdEncoding, body)
		}
		raw, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = raw
		return out
	}
	all := multipart.NewReader(body, values["boundary"])
	for {
		part, err := all.NextPart()
		if err != nil {
			return out
		}
		for kind, raw := range parts(t, part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part) {
			out[kind] = raw
		}
	}
}

// in runs a command line in a folder, and gives the exit code and what it said.
func in(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, nil, &o, &e)
	return code, o.String(), e.String()
}

func TestReportsAreMailed(t *testing.T) {
	demo, err := filepath.Abs(filepath.Join("..", "..", "testdata", "demo", "studio"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	office, at := openPostOffice(t)
	config := `timezone: Europe/Paris
mail: {smtp: "` + at + `", from: "Turnover <turnover@example.com>", tls: none, attach: 1KB}
reports:
  - {name: quotas, cron: "0 8 * * MON", report: quota, project: Lighthouse, period: last-week, owner: td@example.com,
     deliver: [{mail: ["Ada <ada@example.com>", nobody@example.com]}]}
  - {name: linked, cron: "0 8 * * MON", report: quota, project: Lighthouse, period: last-week,
     deliver: [{mail: [ada@example.com]}, {folder: ., link: "https://files.example.com/reports"}]}
`
	if err := os.WriteFile("turnover.yaml", []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := in(t, "archive", "load", demo); code != exitDone {
		t.Fatal(errs)
	}
	for n := range 2 {
		code, out, errs := in(t, "run", "quotas", "--at", "2026-02-23")
		if code != exitPartly || !strings.Contains(out, "nobody@example.com refused: 550 no such user") || !strings.Contains(out, "notice to td@example.com") {
			t.Fatalf("%d: exit %d\n%s\n%s", n, code, out, errs)
		}
	}
	if code, out, errs := in(t, "run", "linked", "--at", "2026-02-23"); code != exitDone {
		t.Fatalf("%s\n%s", out, errs)
	}
	if len(office.mails) != 3 || !slices.Equal(office.to[0], []string{"ada@example.com"}) || !slices.Equal(office.to[1], []string{"td@example.com"}) {
		t.Fatalf("%d mails to %v", len(office.mails), office.to)
	}
	checkReportMail(t, office.mails[0])
	notice := office.mails[1]
	if got := string(parts(t, notice.Header.Get("Content-Type"), "", notice.Body)["text/plain"]); !strings.Contains(got, "550 no such user") || !strings.Contains(got, "turnover deliveries --entry quotas") {
		t.Errorf("the notice says\n%s", got)
	}
	linked := office.mails[2]
	got := parts(t, linked.Header.Get("Content-Type"), "", linked.Body)
	if !strings.Contains(strings.ReplaceAll(string(got["text/plain"]), "=\r\n", ""), "https://files.example.com/reports/linked-2026-W08.xlsx") || got[mediaTypes[".xlsx"]] != nil {
		t.Errorf("the large report's mail says\n%s", got["text/plain"])
	}
}

func checkReportMail(t *testing.T, m *mail.Message) {
	t.Helper()
	if subject := m.Header.Get("Subject"); subject != "Lighthouse: quota, 2026-W08" || !strings.Contains(m.Header.Get("To"), "nobody@example.com") || m.Header.Get("Message-Id") == "" {
		t.Errorf("headers %v", m.Header)
	}
	got := parts(t, m.Header.Get("Content-Type"), "", m.Body)
	f, err := excelize.OpenReader(bytes.NewReader(got[mediaTypes[".xlsx"]]))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if title, err := f.GetCellValue("Cover", "A1"); err != nil || !strings.Contains(title, "Lighthouse") {
		t.Errorf("the workbook's title is %q, %v", title, err)
	}
	for _, kind := range []string{"text/plain", "text/html"} {
		if !strings.Contains(string(got[kind]), "On quota?") {
			t.Errorf("%s has no key figures:\n%s", kind, got[kind])
		}
	}
}
