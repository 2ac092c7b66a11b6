package api

import (
	"bytes"
	"image"
	"image/png"
	"mime"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/store/folder"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// begun makes a comment with a preview that waits for its file.
func (c *crew) begun(role accounts.Role) string {
	c.Helper()
	k := c.want(c.comment(role, "wip", nil), 201).get("id").(string)
	return c.want(c.as(role, "POST", "/actions/tasks/"+string(c.task)+"/comments/"+k+"/add-preview", map[string]any{}), 201).get("id").(string)
}

func (c *crew) files() (names []string) {
	c.Helper()
	root := c.pipe.Files.(folder.Folder).Root
	c.check(filepath.Walk(root, func(name string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			names = append(names, name)
		}
		if os.IsNotExist(err) {
			return nil
		}
		return err
	}))
	return names
}

func TestPreviewsAreKeptAndGiven(t *testing.T) { eachDatabase(t, testPreviewsAreKeptAndGiven) }

func testPreviewsAreKeptAndGiven(t *testing.T) {
	c := newCrew(t, Limits{})
	c.assign(c.project, c.task, c.people[accounts.Artist].ID)
	id, content := c.begun(accounts.Artist), picture(t)
	path := "/pictures/preview-files/" + id
	c.want(c.as(accounts.Artist, "GET", "/pictures/originals/preview-files/"+id+".png", nil), 404)
	got := c.want(c.form(accounts.Artist, path, nil, "shot.v1.PNG", content), 201)
	if got.get("status") != "ready" || got.get("original_name") != "shot.v1" || got.get("extension") != "png" || got.get("width") != 3.0 || got.get("file_size") != float64(len(content)) || got.get("message") != nil {
		t.Errorf("%s", got.raw)
	}
	c.want(c.form(accounts.Artist, path, nil, "again.png", content), 400)
	if c.taskNow().get("last_preview_file_id") != id {
		t.Error("it is not the task's last")
	}
	r := httptest.NewRequest("GET", "/api/pictures/originals/preview-files/"+id+".png", nil)
	r.Header.Set("Authorization", "Bearer "+c.token(email("user")))
	r.Header.Set("Range", "bytes=1-3")
	if part := c.want(c.send(r), 206); string(part.raw) != "PNG" {
		t.Errorf("%q", part.raw)
	}
	whole := c.want(c.as(accounts.Artist, "GET", "/pictures/originals/preview-files/"+id+"/download", nil), 200)
	kind, params, err := mime.ParseMediaType(whole.header.Get("Content-Disposition"))
	if !bytes.Equal(whole.raw, content) || whole.header.Get("Content-Type") != "image/png" || err != nil || kind != "attachment" || params["filename"] != "shot.v1.png" || whole.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", whole.header)
	}
	c.want(c.as(accounts.Client, "GET", "/pictures/originals/preview-files/"+id+".png", nil), 404) // until the production lets them
	c.want(c.as(accounts.Vendor, "GET", "/pictures/originals/preview-files/"+id+".png", nil), 403)

	// Further files of a comment share its revision, the next comment has the next.
	k := c.want(c.comment(accounts.Artist, "wip", nil), 201).get("id").(string)
	add := "/actions/tasks/" + string(c.task) + "/comments/" + k
	second := c.want(c.as(accounts.Artist, "POST", add+"/add-preview", map[string]any{}), 201)
	third := c.want(c.as(accounts.Artist, "POST", add+"/preview-files/"+second.get("id").(string), map[string]any{}), 201)
	tenth := c.want(c.as(accounts.Artist, "POST", add+"/add-preview", map[string]any{"revision": 10}), 201)
	for i, want := range []struct {
		of                 reply
		revision, position float64
	}{{second, 2, 1}, {third, 2, 2}, {tenth, 10, 1}} {
		if want.of.get("revision") != want.revision || want.of.get("position") != want.position {
			t.Errorf("%d: %s", i, want.of.raw)
		}
	}
	c.want(c.as(accounts.Artist, "POST", add+"/preview-files/"+id, map[string]any{}), 404) // of another comment
	c.want(c.as(accounts.Artist, "POST", add+"/add-preview", map[string]any{"revision": -1}), 400)

	// What goes takes its files along.
	c.want(c.as(accounts.Artist, "PUT", "/actions/preview-files/"+id+"/set-main-preview", map[string]any{}), 200)
	if n := len(c.files()); n != 1 {
		t.Errorf("%d files", n)
	}
	c.want(c.as(accounts.Artist, "DELETE", "/data/preview-files/"+id, nil), 204)
	if shot := c.status200("GET", "/data/entities/"+string(c.shot)); shot.get("preview_file_id") != nil || c.taskNow().get("last_preview_file_id") != nil {
		t.Errorf("%s", shot.raw)
	}
	id = c.begun(accounts.Artist)
	c.want(c.form(accounts.Artist, "/pictures/preview-files/"+id, nil, "a.png", content), 201)
	c.want(c.as(accounts.Manager, "DELETE", "/data/tasks/"+string(c.task), nil), 400)
	c.want(c.as(accounts.Manager, "DELETE", "/data/tasks/"+string(c.task)+"?force=true", nil), 204)
	if left := c.files(); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestHostilePreviews(t *testing.T) { eachDatabase(t, testHostilePreviews) }

func testHostilePreviews(t *testing.T) {
	c := newCrew(t, Limits{Preview: 10_000})
	good := picture(t)
	for says, one := range map[string]struct {
		name    string
		content []byte
		want    int
	}{
		"a page as a picture":      {"a.png", []byte("<html><script>alert(1)</script>"), 400},
		"a program as a film":      {"a.mp4", []byte("#!/bin/sh\nrm -rf /\n"), 400},
		"a page":                   {"a.html", []byte("<html>"), 400},
		"no extension":             {"picture", good, 400},
		"nothing in it":            {"a.png", nil, 400},
		"too large":                {"a.png", append(good[:len(good):len(good)], make([]byte, 80_000)...), 413},
		"a little too large":       {"a.png", append(good[:len(good):len(good)], make([]byte, 10_001)...), 413},
		"a path":                   {"../../../etc/passwd.png", good, 201},
		"a path of another system": {`C:\Windows\..\evil.png`, good, 201},
		"a name with line ends":    {"a\r\nSet-Cookie: x=1\"; y.png", good, 201},
		"a long name":              {strings.Repeat("é", 3000) + ".png", good, 201},
		"dots":                     {"....png", good, 201},
		"a picture that is cut":    {"a.png", good[:20], 201},
	} {
		id := c.begun(accounts.Manager)
		got := c.form(accounts.Manager, "/pictures/preview-files/"+id, nil, one.name, one.content)
		if got.status != one.want {
			t.Errorf("%s: %d, want %d: %.200s", says, got.status, one.want, got.raw)
			continue
		}
		kept := c.pipe.Files.(folder.Folder)
		file, err := kept.Open(id)
		if err == nil {
			_ = file.Close()
		}
		if (err == nil) != (one.want == 201) {
			t.Errorf("%s: kept %v", says, err)
		}
		if one.want != 201 {
			continue
		}
		name := got.get("original_name").(string)
		if strings.ContainsAny(name, "/\\\"\r\n:") || name == "" || len([]rune(name)) > 200 {
			t.Errorf("%s: named %q", says, name)
		}
		c.want(c.as(accounts.Manager, "GET", "/pictures/originals/preview-files/"+id+".png", nil), 200)
	}
	root := c.pipe.Files.(folder.Folder).Root
	for _, name := range c.files() {
		if rel, err := filepath.Rel(root, name); err != nil || strings.Contains(rel, "..") || strings.Contains(filepath.Base(rel), ".put") {
			t.Errorf("a file at %s", name)
		}
	}
	id := c.begun(accounts.Manager)
	path := "/pictures/preview-files/" + id
	c.want(c.form(accounts.Manager, path, map[string]string{"file": "a text"}, "", nil), 400)
	c.want(c.as(accounts.Manager, "POST", path, map[string]any{"file": "x"}), 400)
	for _, body := range []string{"", "--x\r\n", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\nhalf"} {
		r := httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Header.Set("Authorization", "Bearer "+c.token(email("manager")))
		c.want(c.send(r), 400)
	}
	for _, trick := range []string{"..%2f..%2fturnover.db", "%2e%2e", id + "%00.png", strings.Repeat("a", 5000)} {
		if got := c.as(accounts.Manager, "GET", "/pictures/originals/preview-files/"+trick, nil); got.status != 404 && got.status != 200 {
			t.Errorf("%.30s: %d", trick, got.status)
		}
	}
	c.pipe.Files, c.server.pipeline.Files = nil, nil
	c.want(c.form(accounts.Manager, path, nil, "a.png", good), 503)
}

func FuzzPlainName(f *testing.F) {
	for _, s := range []string{"", "a", "../x", `C:\x`, "\x00", "é", ". .", "..", strings.Repeat("x", 300), "../../etc/passwd", "cut.edl", "\xff/\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got := plainName(name)
		if got == "" || len([]rune(got)) > 200 || strings.ContainsAny(got, "/\\\"\r\n\x00") || got == "." || got == ".." {
			t.Errorf("%q is %q", name, got)
		}
		if mime.FormatMediaType("attachment", map[string]string{"filename": got}) == "" {
			t.Errorf("%q cannot stand in a header", got)
		}
	})
}

func TestTimeSheets(t *testing.T) { eachDatabase(t, testTimeSheets) }

func testTimeSheets(t *testing.T) {
	c := newCrew(t, Limits{})
	c.assign(c.project, c.task, c.people[accounts.Artist].ID)
	log := func(role accounts.Role, person hierarchy.ID, day string, body any, more string) reply {
		return c.as(role, "POST", "/actions/tasks/"+string(c.task)+"/time-spents/"+day+"/persons/"+string(person)+more, body)
	}
	minutes := func(n float64) map[string]any { return map[string]any{"duration": n} }
	me, lead := c.people[accounts.Artist].ID, c.people[accounts.Supervisor].ID
	first := c.want(log(accounts.Artist, me, "2026-01-05", minutes(90), ""), 200)
	if first.get("duration") != 90.0 || first.get("date") != "2026-01-05" || first.get("type") != "TimeSpent" {
		t.Errorf("%s", first.raw)
	}
	if got := c.want(log(accounts.Artist, me, "2026-01-05", minutes(30), "/add"), 200); got.get("duration") != 120.0 || got.get("id") != first.get("id") {
		t.Errorf("%s", got.raw)
	}
	c.want(log(accounts.Artist, lead, "2026-01-05", minutes(60), ""), 403)
	c.want(log(accounts.Supervisor, lead, "2026-01-05", minutes(60), ""), 200)
	c.want(log(accounts.Manager, me, "2026-01-06", minutes(45), ""), 200)
	c.want(log(accounts.Vendor, c.people[accounts.Vendor].ID, "2026-01-05", minutes(60), ""), 403) // has no task
	for says, got := range map[string]reply{
		"no day": log(accounts.Artist, me, "yesterday", minutes(1), ""), "no such day": log(accounts.Artist, me, "2026-02-30", minutes(1), ""),
		"below 0": log(accounts.Artist, me, "2026-01-05", minutes(-1), ""), "more than a day": log(accounts.Artist, me, "2026-01-05", minutes(1441), ""),
		"more than a day together": log(accounts.Artist, me, "2026-01-05", minutes(1400), "/add"), "a text": log(accounts.Artist, me, "2026-01-05", map[string]any{"duration": "x"}, ""),
		"nothing": log(accounts.Artist, me, "2026-01-05", map[string]any{}, ""), "nobody": log(accounts.Manager, nobody, "2026-01-05", minutes(1), ""),
	} {
		if got.status != 400 {
			t.Errorf("%s: %d %s", says, got.status, got.raw)
		}
	}
	sum := func(role accounts.Role, path string) (float64, int) {
		got := c.want(c.as(role, "GET", "/actions/tasks/"+string(c.task)+"/time-spents"+path, nil), 200)
		return got.get("total").(float64), len(got.body.(map[string]any)) - 1
	}
	if total, people := sum(accounts.Manager, ""); total != 225 || people != 2 {
		t.Errorf("%v of %d", total, people)
	}
	if total, people := sum(accounts.Artist, "/2026-01-05"); total != 180 || people != 1 { // sees the sum, and their own
		t.Errorf("%v of %d", total, people)
	}
	if c.taskNow().get("duration") != 225.0 {
		t.Error("the task's length is not the sum")
	}
	own := func(role accounts.Role, path string) int {
		return len(c.want(c.as(role, "GET", path, nil), 200).body.([]any))
	}
	for _, one := range []struct {
		role accounts.Role
		path string
		want int
	}{{accounts.Artist, "/data/user/time-spents", 2}, {accounts.Artist, "/data/time-spents", 2}, {accounts.Manager, "/data/time-spents", 3},
		{accounts.Manager, "/data/persons/" + string(me) + "/time-spents?start_date=2026-01-06&end_date=2026-01-06", 1}, {accounts.Client, "/data/time-spents", 0},
		{accounts.Artist, "/data/persons/" + string(lead) + "/time-spents", 0}, {accounts.Artist, "/data/user/time-spents/2026-01-05", 1}} {
		if n := own(one.role, one.path); n != one.want {
			t.Errorf("%s as %s: %d, want %d", one.path, one.role, n, one.want)
		}
	}
	if got := c.want(c.as(accounts.Artist, "GET", "/data/user/tasks/"+string(c.task)+"/time-spents/2026-01-05", nil), 200); got.get("duration") != 120.0 {
		t.Errorf("%s", got.raw)
	}
	row := "/data/time-spents/" + first.get("id").(string)
	c.want(c.as(accounts.Client, "DELETE", row, nil), 403)
	c.want(c.as(accounts.Artist, "DELETE", row, nil), 204)
	c.want(log(accounts.Manager, me, "2026-01-06", minutes(0), ""), 200) // takes it away
	if total, people := sum(accounts.Manager, ""); total != 60 || people != 1 {
		t.Errorf("%v of %d", total, people)
	}
}
