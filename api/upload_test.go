package api

import (
	"bytes"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"turnover/internal/accounts"
)

// TestPlainName: a name of a file is for people; nothing of it is a path.
func TestPlainName(t *testing.T) {
	for name, want := range map[string]string{
		"cut.edl": "cut.edl", "../../etc/passwd": "passwd", `C:\Users\ada\cut.edl`: "cut.edl", "/": "file", "..": "file", "": "file", "a\x00b\n.csv": "a_b_.csv",
		`..\..\..`: "file", strings.Repeat("é", 300) + ".csv": strings.Repeat("é", 196) + ".csv", "séq 終.csv": "séq 終.csv",
		` a"<b>|;%.csv. `: "a__b____.csv", "\xff\xfe": "file", "a\u202e\u0085.csv": "a__.csv", strings.Repeat("../", 100) + "x": "x",
	} {
		if got := plainName(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestHostileUploads: whatever is sent as a form is answered by 4xx and leaves
// nothing behind, on Kitsu's routes and on ours.
func TestHostileUploads(t *testing.T) { eachDatabase(t, testHostileUploads) }

func testHostileUploads(t *testing.T) {
	b := newBed(t, Limits{Upload: 2000})
	project, _, _, _ := b.production("film")
	b.person("root", accounts.Admin)
	root := email("root")
	before := b.ask(root, "GET", "/data/projects/"+string(project)+"/shots", nil)
	form := func(body string) string {
		return strings.ReplaceAll(strings.ReplaceAll(body, "\n", "\r\n"), "\\n", "\n")
	}
	bodies := map[string]struct {
		kind, body string
		want       int
	}{
		"no form":           {"application/json", "{}", 400},
		"no boundary":       {"multipart/form-data", "x", 400},
		"empty":             {"multipart/form-data; boundary=x", "", 400},
		"ends early":        {"multipart/form-data; boundary=x", form("--x\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\n\nSequence;Na"), 400},
		"a word, no file":   {"multipart/form-data; boundary=x", form("--x\nContent-Disposition: form-data; name=\"file\"\n\nSequence;Name\n--x--\n"), 400},
		"too large":         {"multipart/form-data; boundary=x", form("--x\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\n\n" + strings.Repeat("y", 3000) + "\n--x--\n"), 413},
		"far too large":     {"multipart/form-data; boundary=x", form("--x\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\n\n" + strings.Repeat("y", 1<<20) + "\n--x--\n"), 413},
		"hundreds of words": {"multipart/form-data; boundary=x", form(strings.Repeat("--x\nContent-Disposition: form-data; name=\"a\"\n\n1\n", 300) + "--x--\n"), 400},
		"binary":            {"multipart/form-data; boundary=x", form("--x\nContent-Disposition: form-data; name=\"file\"; filename=\"../../a.csv\"\n\n\x00\x01\x02\xff\n--x--\n"), 400},
		"bad UTF-8 names":   {"multipart/form-data; boundary=x", form("--x\nContent-Disposition: form-data; name=\"file\"; filename=\"\xff\xfe.csv\"\n\nSequence;Name\\n;\xff\n--x--\n"), 400},
		"SQL":               {"multipart/form-data; boundary=x", form("--x\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\n\nSequence;Name;Frames\\n' OR 1=1 --;%_';x\n--x--\n"), 400},
	}
	for _, path := range []string{"/import/csv/projects/ID/shots", "/import/csv/projects/ID/casting", "/import/otio/projects/ID", "/v1/projects/ID/plans", "/v1/projects/ID/imports", "/v1/projects/ID/diff"} {
		for name, one := range bodies {
			r := httptest.NewRequest("POST", strings.ReplaceAll(path, "ID", string(project)), strings.NewReader(one.body))
			r.Header.Set("Content-Type", one.kind)
			r.Header.Set("Authorization", "Bearer "+b.token(root))
			got := b.send(r)
			if ours := strings.HasPrefix(path, "/v1"); got.status != one.want && !(ours && one.want == 400 && got.status == 422) {
				t.Errorf("%s, %s: %d, want %d: %.200s", path, name, got.status, one.want, got.raw)
			}
		}
	}
	if after := b.ask(root, "GET", "/data/projects/"+string(project)+"/shots", nil); !bytes.Equal(before.raw, after.raw) {
		t.Error("something was written")
	}
}

// TestSlowUpload: who sends slowly holds one place of those for uploads, and
// nobody else up; when all are taken others are told to come again.
func TestSlowUpload(t *testing.T) { eachDatabase(t, testSlowUpload) }

func testSlowUpload(t *testing.T) {
	b := newBed(t, Limits{Uploads: 1})
	project, _, _, _ := b.production("film")
	b.person("root", accounts.Admin)
	root, path := email("root"), "/import/csv/projects/"+string(project)+"/shots"
	slow, write := io.Pipe()
	r := httptest.NewRequest("POST", path, slow)
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	r.Header.Set("Authorization", "Bearer "+b.token(root))
	ended := make(chan int)
	go func() { ended <- b.send(r).status }()
	_, err := io.WriteString(write, "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nSequence;Name\r\n")
	b.check(err)
	deadline := time.Now().Add(10 * time.Second)
	for len(b.server.uploads) == 0 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
	}
	got := b.form(root, path, "b.csv", []byte("Sequence;Name\nSQ010;SH0900\n"), nil)
	if got.status != 503 || got.header.Get("Retry-After") == "" {
		t.Errorf("%d %v, want 503 with Retry-After", got.status, got.header)
	}
	b.status(b.ask(root, "GET", "/data/projects/"+string(project), nil), 200)
	_, err = io.WriteString(write, "SQ010;SH0901\r\n--x--\r\n")
	b.check(err)
	b.check(write.Close())
	if status := <-ended; status != 201 {
		t.Errorf("the slow one: %d, want 201", status)
	}
	b.status(b.form(root, path, "b.csv", []byte("Sequence;Name\nSQ010;SH0900\n"), nil), 201)
}
