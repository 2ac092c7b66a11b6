package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A mailServer is aiosmtpd as a program of its own, with its faults.
type mailServer struct {
	python, folder, address string
}

// mailScripts is where the scripts of exporters/deliver lie.
var mailScripts = filepath.Join("..", "..", "exporters", "deliver", "testdata")

func startMailServer(t *testing.T, faults map[string]any) *mailServer {
	t.Helper()
	s := &mailServer{python: python(t, "aiosmtpd, openpyxl"), folder: t.TempDir()}
	asked := map[string]any{"folder": s.folder}
	for key, value := range faults {
		asked[key] = value
	}
	raw, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(s.python, filepath.Join(mailScripts, "server.py"), string(raw))
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the server says no port: %v", err)
	}
	s.address = net.JoinHostPort("127.0.0.1", strings.TrimSpace(port))
	return s
}

// A receivedMail is one as Python's email package reads it; openpyxl has opened
// its workbooks.
type receivedMail struct {
	To          []string
	Headers     map[string]string
	Defects     []string
	Text, HTML  string
	Attachments []struct {
		Name  string
		Cells []string
	}
}

// to lists the mails that the server took for an address.
func (s *mailServer) to(t *testing.T, address string) (all []receivedMail) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(s.folder, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range found {
		var m receivedMail
		raw, err := os.ReadFile(name)
		if err != nil || json.Unmarshal(raw, &m) != nil || !slices.Contains(m.To, address) {
			continue // it is being written, or another one's
		}
		out, err := exec.Command(s.python, filepath.Join(mailScripts, "read.py"), strings.TrimSuffix(name, ".json")+".eml").Output()
		if err := errors.Join(err, json.Unmarshal(out, &m)); err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// one waits for the mail to an address whose subject has a word, of which there
// is one.
func (s *mailServer) one(t *testing.T, address, word string) (m receivedMail) {
	t.Helper()
	var got []receivedMail
	eventually(t, time.Minute, "the mail to "+address, func() bool {
		got = slices.DeleteFunc(s.to(t, address), func(m receivedMail) bool { return !strings.Contains(m.Headers["Subject"], word) })
		return len(got) > 0
	})
	if len(got) != 1 || len(got[0].Defects) != 0 {
		t.Fatalf("%s got %+v", address, got)
	}
	return got[0]
}

// TestServiceMails sends reports and notices from the real binary to a real mail
// server: by hand and by itself, with a server that is away at first, one reader
// who is greylisted and one who is gone.
func TestServiceMails(t *testing.T) {
	onBothDatabases(t, func(t *testing.T, db string) {
		s := startMailServer(t, map[string]any{"greylist": []string{"later@example.com", "late@example.com"}, "refuse": map[string]string{"gone@example.com": "550 5.1.1 No such user"}})
		p := &program{t, t.TempDir(), db}
		if db == "" {
			p.db = filepath.Join(p.dir, "turnover.db")
		}
		p.must("init")
		demo, err := filepath.Abs(filepath.Join("..", "..", "testdata", "demo", "studio"))
		if err != nil {
			t.Fatal(err)
		}
		p.must("archive", "load", demo)
		yaml := `timezone: Europe/Paris
mail: {smtp: "%s", from: "turnover@example.com", tls: none}
watch:
  - {name: in, folder: drop, project: Lighthouse, apply: hold, poll: 200ms, stable: 300ms, remind: 1s, owner: td@example.com}
reports:
  - {name: quotas, cron: "0 8 * * *", report: quota, project: Lighthouse, period: last-week, deliver: [{mail: [ada@example.com, later@example.com]}]}
  - {name: stats, cron: "0 8 * * *", report: episode, project: Lighthouse, deliver: [{mail: [bo@example.com, late@example.com, gone@example.com]}], owner: owner@example.com}
  - {name: broken, cron: "0 8 * * *", report: quota, project: Nowhere, deliver: [{mail: [bo@example.com]}], owner: owner@example.com}
`
		away, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = away.Close() // nobody answers there
		p.configure(fmt.Sprintf(yaml, away.Addr()), "drop")
		p.exits(exitMachine, "run", "quotas", "--at", "2026-02-23")
		p.configure(fmt.Sprintf(yaml, s.address))
		p.exits(exitPartly, "run", "quotas", "--at", "2026-02-23") // greylisted
		p.exits(exitDone, "run", "quotas", "--at", "2026-02-23")
		p.exits(exitDone, "run", "quotas", "--at", "2026-02-23")
		checkServiceMails(t, s.one(t, "ada@example.com", "quota"), s.one(t, "later@example.com", "quota"))

		p.began(time.Now().Add(-24 * time.Hour))
		p.put("drop/new.csv", "Episode,Sequence,Name,Nb Frames\nE01,SQ010,SH7770,24\n")
		w := p.work()
		eventually(t, time.Minute, "the list to be held", func() bool { return p.read("drop/new.csv.HELD.txt") != "" })
		now, late := s.one(t, "bo@example.com", "episode"), s.one(t, "late@example.com", "episode")
		w.stop()
		w = p.work() // it looks after what is held when it starts
		held := s.one(t, "td@example.com", "held")
		if !strings.Contains(held.Text, "new.csv") || !strings.Contains(held.Text, "turnover apply ") || !strings.Contains(held.HTML, "turnover apply ") {
			t.Errorf("the notice says\n%s\n%s", held.Text, held.HTML)
		}
		if now.Headers["Message-ID"] != late.Headers["Message-ID"] || len(late.Attachments) != 1 {
			t.Errorf("who was greylisted got another mail: %+v", late)
		}
		if refused := s.one(t, "owner@example.com", "stats"); !strings.Contains(refused.Text, "gone@example.com") || !strings.Contains(refused.Text, "No such user") {
			t.Errorf("the notice says\n%s", refused.Text)
		}
		if failed := s.one(t, "owner@example.com", "broken"); !strings.Contains(failed.Text, "Nowhere") || len(failed.Attachments) != 0 {
			t.Errorf("the notice says\n%s", failed.Text)
		}
		w.stop()
	})
}

// checkServiceMails looks at a report that two readers got, one of them later.
func checkServiceMails(t *testing.T, first, second receivedMail) {
	t.Helper()
	if first.Headers["Subject"] != "Lighthouse: quota, 2026-W08" || first.Headers["Message-ID"] == "" || first.Headers["Message-ID"] != second.Headers["Message-ID"] {
		t.Errorf("headers %v and %v", first.Headers, second.Headers)
	}
	for _, m := range []receivedMail{first, second} {
		if !strings.Contains(m.Text, "On quota?") || !strings.Contains(m.HTML, "On quota?") {
			t.Errorf("no key figures in\n%s\n%s", m.Text, m.HTML)
		}
		if len(m.Attachments) != 1 || m.Attachments[0].Name != "quotas-2026-W08.xlsx" || !slices.ContainsFunc(m.Attachments[0].Cells, func(c string) bool { return strings.Contains(c, "Lighthouse") }) {
			t.Errorf("attached is %+v", m.Attachments)
		}
	}
}

// exits runs the program and wants an exit code.
func (p *program) exits(code int, args ...string) {
	p.t.Helper()
	cmd := p.command(args...)
	out, _ := cmd.CombinedOutput() // the code says how it ended
	if got := cmd.ProcessState.ExitCode(); got != code {
		p.t.Fatalf("turnover %v: exit code %d, want %d\n%s", args, got, code, out)
	}
}
