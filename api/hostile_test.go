package api

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"turnover/internal/accounts"
)

func TestWrongRequests(t *testing.T) { eachDatabase(t, testWrongRequests) }

func testWrongRequests(t *testing.T) {
	b := newBed(t, Limits{Body: 1000})
	b.person("root", accounts.Admin)
	project, sequence, shot, _ := b.production("film")
	me, shots, one := email("root"), "/data/projects/"+string(project)+"/shots", "/data/entities/"+string(shot)
	for _, c := range []struct {
		says, verb, path string
		body             any
		want             int
	}{
		{"unknown route", "GET", "/data/nothing", nil, 404}, {"unknown object", "GET", "/data/shots/00000000-0000-0000-0000-000000000000", nil, 404},
		{"malformed id", "GET", "/data/shots/nope", nil, 404}, {"a sequence is no shot", "GET", "/data/shots/" + string(sequence), nil, 404},
		{"wrong verb", "PATCH", shots, nil, 405}, {"wrong verb of a shot", "POST", "/data/shots/" + string(shot), "{}", 405},
		{"path tricks", "GET", "/data/../data/shots", nil, 404}, {"path tricks, written otherwise", "GET", "/data/%2e%2e/data/shots", nil, 404}, {"double slash", "GET", "//data/shots", nil, 404},
		{"too large", "POST", shots, `{"name": "` + strings.Repeat("x", 2000) + `"}`, 413},
		{"deep", "PUT", one, `{"data": ` + strings.Repeat("[", 400) + strings.Repeat("]", 400) + `}`, 200},
		{"not UTF-8", "POST", shots, "{\"name\": \"\xff\xfe\"}", 400}, {"a lone surrogate", "POST", shots, `{"name": "\ud800"}`, 201},
		{"NUL in a name", "POST", shots, `{"name": "a\u0000b"}`, 400}, {"NUL in data", "PUT", one, `{"data": {"x": "a\u0000b"}}`, 200},
		{"SQL in a name", "POST", shots, `{"name": "'; DROP TABLE entities; --"}`, 201}, {"SQL in a filter", "GET", "/data/shots?name=%27%20OR%201%3D1", nil, 200},
		{"a list", "PUT", one, `[]`, 400}, {"no JSON", "PUT", one, `{nope`, 400}, {"null", "PUT", one, `null`, 400}, {"nothing", "PUT", one, ``, 400},
		{"a number for a name", "PUT", one, `{"name": 7}`, 400}, {"an object for a flag", "PUT", one, `{"canceled": {}}`, 400}, {"an unknown status", "PUT", one, `{"status": "odd"}`, 400},
		{"an unknown parent", "PUT", one, `{"parent_id": "00000000-0000-0000-0000-000000000000"}`, 400}, {"its own parent", "PUT", one, `{"parent_id": "` + string(shot) + `"}`, 400},
		{"no parent", "PUT", one, `{"parent_id": null}`, 200}, {"protected and unknown keys", "PUT", one, `{"id": "x", "project_id": "y", "created_at": 1, "nonsense": []}`, 200},
		{"a bad flag", "DELETE", "/data/shots/" + string(shot) + "?force=perhaps", nil, 400},
	} {
		if got := b.ask(me, c.verb, c.path, c.body); got.status != c.want {
			t.Errorf("%s: %d, want %d: %.200s", c.says, got.status, c.want, got.raw)
		} else if got.status >= 400 && (got.get("error") != true || got.get("message") == "") {
			t.Errorf("%s: shape %s", c.says, got.raw)
		}
	}
	r := httptest.NewRequest("PUT", one, strings.NewReader("a=b"))
	r.Header.Set("Authorization", "Bearer "+b.token(me))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	b.status(b.send(r), 415)
}

// TestVerbsOfAPath: who asks what may be asked is told, without a log-in; so is
// who asked wrongly.
func TestVerbsOfAPath(t *testing.T) { eachDatabase(t, testVerbsOfAPath) }

func testVerbsOfAPath(t *testing.T) {
	b := newBed(t, Limits{})
	for path, want := range map[string]string{"/data/projects": "GET, HEAD, OPTIONS, POST", "/api/data/shots/with-tasks": "GET, HEAD, OPTIONS", "/auth/login": "OPTIONS, POST"} {
		for verb, status := range map[string]int{"OPTIONS": 200, "PATCH": 405} {
			w := httptest.NewRecorder()
			b.server.ServeHTTP(w, httptest.NewRequest(verb, path, nil))
			if got := w.Header().Get("Allow"); w.Code != status || got != want {
				t.Errorf("%s %s: %d, Allow %q, want %d, %q", verb, path, w.Code, got, status, want)
			}
		}
	}
}

func TestANameThatIsTaken(t *testing.T) { eachDatabase(t, testANameThatIsTaken) }

func testANameThatIsTaken(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, sequence, shot, _ := b.production("film")
	b.status(b.ask(email("root"), "POST", "/data/projects/"+string(project)+"/shots", map[string]any{"name": "SH020", "sequence_id": sequence}), 201)
	got := b.status(b.ask(email("root"), "PUT", "/data/entities/"+string(shot), map[string]any{"name": "SH020"}), 400)
	if got.get("message") == "" {
		t.Errorf("%s", got.raw)
	}
}

func TestCompressionAndOrigins(t *testing.T) { eachDatabase(t, testCompressionAndOrigins) }

func testCompressionAndOrigins(t *testing.T) {
	b := newBed(t, Limits{})
	b.person("root", accounts.Admin)
	project, _, _, _ := b.production("film")
	ask := func(header, value string) reply {
		r := httptest.NewRequest("GET", "/data/shots/with-tasks?project_id="+string(project), nil)
		r.Header.Set("Authorization", "Bearer "+b.token(email("root")))
		r.Header.Set(header, value)
		return b.status(b.send(r), 200)
	}
	if got := ask("Accept-Encoding", "br, gzip"); got.header.Get("Content-Encoding") != "gzip" {
		t.Errorf("not compressed: %v", got.header)
	}
	if got := ask("Accept-Encoding", "gzip;q=0"); got.header.Get("Content-Encoding") != "" {
		t.Errorf("compressed: %v", got.header)
	}
	if got := ask("Origin", "https://elsewhere.example.com"); got.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("any page may call: %v", got.header)
	}
	b.server.origins = []string{"https://kitsu.example.com"}
	if got := ask("Origin", "https://kitsu.example.com"); got.header.Get("Access-Control-Allow-Origin") != "https://kitsu.example.com" {
		t.Errorf("the page may not call: %v", got.header)
	}
	r := httptest.NewRequest(http.MethodOptions, "/data/shots", nil)
	r.Header.Set("Origin", "https://kitsu.example.com")
	r.Header.Set("Access-Control-Request-Method", "GET")
	b.status(b.send(r), 204)
}

// TestSlowClientsAndStop: clients that send nothing hold nobody up, and a stop
// ends the server.
func TestSlowClientsAndStop(t *testing.T) { eachDatabase(t, testSlowClientsAndStop) }

func testSlowClientsAndStop(t *testing.T) {
	b := newBed(t, Limits{Header: 200 * time.Millisecond})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	b.check(err)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.server.Serve(ctx, l) }()
	for range 50 {
		slow, err := net.Dial("tcp", l.Addr().String())
		b.check(err)
		defer slow.Close()
		_, _ = fmt.Fprint(slow, "GET / HTTP/1.1\r\nHost: x\r\n")
	}
	fast, err := net.Dial("tcp", l.Addr().String())
	b.check(err)
	defer fast.Close()
	_, _ = fmt.Fprint(fast, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	b.check(fast.SetDeadline(time.Now().Add(10 * time.Second)))
	if line, err := bufio.NewReader(fast).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
		t.Errorf("%q, %v", line, err)
	}
	stop()
	select {
	case err := <-done:
		b.check(err)
	case <-time.After(10 * time.Second):
		t.Error("the server did not stop")
	}
}

// FuzzBody: whatever is sent, the answer is success or the caller's fault.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{"", "{}", "[]", "null", `{"name": 1}`, `{"name": "x", "nb_frames": 1e400}`, `{"name": "x", "nb_frames": "1_0"}`,
		`{"name": "x", "nb_frames": ""}`, `{"name":"x","data":{"a":{"b":[1,2]}}}`, `{"name":"x","sequence_id":"é"}`, "{\"name\": \"\xff\"}", `{"name":"x","name":null}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := &call{server: &Server{limits: Limits{}.orDefault()}, w: httptest.NewRecorder(), r: httptest.NewRequest("POST", "/", strings.NewReader(text))}
		got, err := newShot.read(c)
		if err == nil && got.text("name") == "" {
			t.Errorf("%q is taken without a name", text)
		}
		if err != nil && faultOf(err).status >= 500 {
			t.Errorf("%q: %v", text, err)
		}
	})
}
