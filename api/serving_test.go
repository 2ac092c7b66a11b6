package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// A listening bed answers on a port, as a program would.
type listening struct {
	*bed
	address string
	stop    context.CancelFunc
	ended   chan error
}

func (b *bed) listen() listening {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	b.check(err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.server.Serve(ctx, l) }()
	b.Cleanup(stop)
	return listening{b, l.Addr().String(), stop, ended}
}

// dial opens a connection that gives up after a while.
func (l listening) dial() net.Conn {
	l.Helper()
	c, err := net.Dial("tcp", l.address)
	l.check(err)
	l.Cleanup(func() { _ = c.Close() })
	l.check(c.SetDeadline(time.Now().Add(20 * time.Second)))
	return c
}

// head is that of a request of somebody who is logged in.
func (l listening) head(who, verb, path, more string) string {
	l.Helper()
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n", verb, path, l.token(who), more)
}

// answered is the status of an answer; 0 where the connection was closed instead.
func (l listening) answered(c net.Conn) int {
	l.Helper()
	got, err := http.ReadResponse(bufio.NewReader(c), nil)
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		l.Error("neither answered nor cut off")
	}
	if err != nil {
		return 0
	}
	_ = got.Body.Close()
	return got.StatusCode
}

// others asks as somebody else, who must be answered meanwhile.
func (l listening) others(path string) {
	l.Helper()
	c := l.dial()
	_, err := io.WriteString(c, l.head(email("root"), "GET", path, "Connection: close\r\n"))
	l.check(err)
	if status := l.answered(c); status != http.StatusOK {
		l.Errorf("another client: %s: %d", path, status)
	}
}

func (l listening) stopped() error {
	l.Helper()
	select {
	case err := <-l.ended:
		return err
	case <-time.After(20 * time.Second):
		l.Fatal("the server did not stop")
		return nil
	}
}

// TestAStopLetsRequestsEnd: a request that runs when the server is stopped is
// answered, and its work is kept; no new one is taken.
func TestAStopLetsRequestsEnd(t *testing.T) { eachDatabase(t, testAStopLetsRequestsEnd) }

func testAStopLetsRequestsEnd(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, _, _, _ := b.production("film")
	l := b.listen()
	c := l.dial()
	body := `{"name": "SH0900"}`
	_, err := io.WriteString(c, l.head(email("root"), "POST", "/data/projects/"+string(project)+"/shots",
		fmt.Sprintf("Content-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n", len(body))))
	b.check(err)
	answers := bufio.NewReader(c)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q, %v", line, err) // the body is being read now
	}
	_, err = answers.ReadString('\n')
	b.check(err)
	l.stop()
	deadline := time.Now().Add(10 * time.Second)
	for { // the listener is closed in its own time
		late, err := net.Dial("tcp", l.address)
		if err != nil {
			break
		}
		_ = late.Close()
		if time.Now().After(deadline) {
			t.Fatal("a server that stops takes new connections")
		}
		time.Sleep(time.Millisecond)
	}
	_, err = io.WriteString(c, body)
	b.check(err)
	got, err := http.ReadResponse(answers, nil)
	b.check(err)
	b.check(got.Body.Close())
	if got.StatusCode != http.StatusCreated {
		t.Errorf("the request that ran: %d, want 201", got.StatusCode)
	}
	b.check(l.stopped())
	if found := b.ask(email("root"), "GET", "/data/entities?name=SH0900", nil); len(found.body.([]any)) != 1 {
		t.Errorf("its work is lost: %s", found.raw)
	}
}

// TestAStopEnds: a request that does not end is not waited for beyond the limit.
func TestAStopEnds(t *testing.T) { eachDatabase(t, testAStopEnds) }

func testAStopEnds(t *testing.T) {
	b := newBed(t, Limits{Stop: 50 * time.Millisecond})
	b.person("root", accounts.Admin)
	project, _, _, _ := b.production("film")
	l := b.listen()
	c := l.dial()
	_, err := io.WriteString(c, l.head(email("root"), "POST", "/data/projects/"+string(project)+"/shots",
		"Content-Type: application/json\r\nContent-Length: 100\r\nExpect: 100-continue\r\n"))
	b.check(err)
	_, err = bufio.NewReader(c).ReadString('\n')
	b.check(err)
	l.stop()
	if err := l.stopped(); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want that requests did not end in time", err)
	}
}

// TestSlowBodiesAndReaders: who sends a body, or takes an answer, too slowly is
// cut off, and others are answered all the time.
func TestSlowBodiesAndReaders(t *testing.T) { eachDatabase(t, testSlowBodiesAndReaders) }

func testSlowBodiesAndReaders(t *testing.T) {
	b := newBed(t, Limits{Read: 2 * time.Second, Write: 5 * time.Second})
	b.person("root", accounts.Admin)
	project := b.large(3000)
	path, l := "/data/shots/with-tasks?project_id="+string(project), b.listen()
	b.token(email("root"))
	l.others("/data/projects/" + string(project))
	var writers, readers []net.Conn
	for range 8 {
		w := l.dial()
		_, err := io.WriteString(w, l.head(email("root"), "POST", "/data/projects/"+string(project)+"/shots", "Content-Type: application/json\r\nContent-Length: 100\r\n")+`{"name`)
		b.check(err)
		r := l.dial()
		_, err = io.WriteString(r, l.head(email("root"), "GET", path, ""))
		b.check(err)
		writers, readers = append(writers, w), append(readers, r)
	}
	for range 3 {
		l.others("/data/projects/" + string(project))
	}
	for _, w := range writers {
		if status := l.answered(w); status != 0 && (status < 400 || status >= 500) {
			t.Errorf("half a body: %d", status)
		}
	}
	time.Sleep(5 * time.Second) // the limit of an answer; its reader reads only now
	for _, r := range readers {
		got, err := http.ReadResponse(bufio.NewReader(r), nil)
		if err != nil {
			continue
		}
		content, err := io.ReadAll(got.Body)
		_ = got.Body.Close()
		if err == nil {
			t.Errorf("an answer of %d bytes waited for its reader", len(content))
		}
	}
	l.others("/data/projects/" + string(project))
}

// TestHugeBodies: a body is refused at its limit, whether it says its length or
// not, and however deep it is; the rest of it is not taken.
func TestHugeBodies(t *testing.T) { eachDatabase(t, testHugeBodies) }

func testHugeBodies(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, _, shot, _ := b.production("film")
	l := b.listen()
	shots := "/data/projects/" + string(project) + "/shots"
	for _, length := range []string{"Content-Length: 107374182400\r\n", "Transfer-Encoding: chunked\r\n"} {
		c := l.dial()
		_, err := io.WriteString(c, l.head(email("root"), "POST", shots, "Content-Type: application/json\r\n"+length))
		b.check(err)
		taken := make(chan int64)
		go func() {
			part, sent := bytes.Repeat([]byte("x"), 1<<16), int64(0)
			for sent < 1<<30 {
				if strings.HasPrefix(length, "Transfer") {
					part = append([]byte("10000\r\n"), append(bytes.Repeat([]byte("x"), 1<<16), '\r', '\n')...)
				}
				n, err := c.Write(part)
				if sent += int64(n); err != nil {
					break
				}
			}
			taken <- sent
		}()
		if status := l.answered(c); status != 0 && status != http.StatusRequestEntityTooLarge && status != http.StatusBadRequest {
			t.Errorf("%s: %d", length, status)
		}
		if sent := <-taken; sent > 64<<20 { // the limit and what lies in the sockets
			t.Errorf("%s: %d bytes were taken", length, sent)
		}
		l.others(shots)
	}
	for _, deep := range []string{strings.Repeat("[", 1_000_000), strings.Repeat(`{"a":`, 500_000), `{"data": ` + strings.Repeat("[", 1_000_000) + strings.Repeat("]", 1_000_000) + "}",
		`{"name": "x", "data": ` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000) + "}"} {
		for verb, path := range map[string]string{"POST": shots, "PUT": "/data/entities/" + string(shot)} {
			b.status(b.ask(email("root"), verb, path, deep), http.StatusBadRequest)
		}
	}
}

// TestOneListInFourForms: plain, compact, streamed and both say the same.
func TestOneListInFourForms(t *testing.T) { eachDatabase(t, testOneListInFourForms) }

func testOneListInFourForms(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project := b.large(30)
	at := "/data/shots/with-tasks?project_id=" + string(project)
	plain := b.status(b.ask(email("root"), "GET", at, nil), 200).body.([]any)
	if len(plain) != 31 {
		t.Fatalf("%d shots", len(plain))
	}
	compact := expanded(b.status(b.ask(email("root"), "GET", at+"&compact=true", nil), 200).body).([]any)[1:]
	streamed := b.lines(at + "&stream=true")
	head := streamed[0].(map[string]any)
	if head["compact"] != false || head["shot_fields"] == nil || head["task_fields"] == nil {
		t.Errorf("the head of a stream: %v", head)
	}
	both := b.lines(at + "&stream=true&compact=true")
	table := both[0].(map[string]any)
	table["rows"] = both[1:]
	for what, rows := range map[string][]any{"compact": compact, "streamed": streamed[1:], "streamed and compact": expanded(table).([]any)[1:]} {
		if d := cmp.Diff(kept(rows, head), kept(plain, head)); d != "" {
			t.Errorf("%s (-it +plain):\n%.1000s", what, d)
		}
	}
}

// kept leaves of shots and tasks the fields that a head names: plain rows have
// their type, too.
func kept(rows []any, head map[string]any) []any {
	some := func(row map[string]any, fields any) map[string]any {
		out := map[string]any{}
		for _, f := range fields.([]any) {
			if value, has := row[f.(string)]; has {
				out[f.(string)] = value
			}
		}
		return out
	}
	var out []any
	for _, row := range rows {
		shot := some(row.(map[string]any), head["shot_fields"])
		var tasks []any
		for _, task := range shot["tasks"].([]any) {
			tasks = append(tasks, some(task.(map[string]any), head["task_fields"]))
		}
		shot["tasks"] = tasks
		out = append(out, shot)
	}
	return out
}

// lines are the objects of a stream.
func (b *bed) lines(path string) (out []any) {
	b.Helper()
	got := b.status(b.ask(email("root"), "GET", path, nil), 200)
	if kind := got.header.Get("Content-Type"); kind != "application/x-ndjson" {
		b.Errorf("%s is %s", path, kind)
	}
	for line := range bytes.Lines(got.raw) {
		var one any
		b.check(json.Unmarshal(line, &one))
		out = append(out, one)
	}
	return out
}

// TestNamesAreNoPatterns: what SQL or LIKE would make of a name is a name, in
// every list that finds by it.
func TestNamesAreNoPatterns(t *testing.T) { eachDatabase(t, testNamesAreNoPatterns) }

func testNamesAreNoPatterns(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, sequence, _, _ := b.production("film")
	names := []string{"%", "_", "AB", `a\b`, `a''b`, `a"b`, "'; DROP TABLE entities; --", "A_", "{A}", "*", "$1", "?"}
	lists := map[string]pipeline.EntitySpec{"/data/shots": {Kind: hierarchy.Shot, Parent: sequence}, "/data/scenes": {Kind: hierarchy.Scene, Parent: sequence},
		"/data/sequences": {Kind: hierarchy.Sequence}, "/data/assets": {Kind: hierarchy.Asset, Type: b.assetType("Prop")}, "/data/entities": {Kind: hierarchy.Episode}}
	for path, spec := range lists {
		for _, name := range names {
			spec.Name = name
			_, err := b.pipe.CreateEntity(t.Context(), project, spec)
			b.check(err)
		}
		for _, name := range append(names, "' OR '1'='1", "a_b", "__", "%%", `\`, `\%`) {
			got := b.status(b.ask(email("root"), "GET", path+query(map[string]any{"name": name, "project_id": project}), nil), 200)
			var found []string
			for _, row := range got.body.([]any) {
				one := row.(map[string]any)["name"].(string)
				if !strings.EqualFold(one, name) {
					t.Errorf("%s: %q finds %q", path, name, one)
				}
				found = append(found, one)
			}
			if is := strings.Contains(strings.Join(names, "\n")+"\n", name+"\n"); is && len(found) == 0 {
				t.Errorf("%s: %q is not found", path, name)
			}
		}
	}
	if n := len(b.ask(email("root"), "GET", "/data/entities?project_id="+string(project), nil).body.([]any)); n < len(names)*len(lists) {
		t.Errorf("%d entities are left", n)
	}
}
