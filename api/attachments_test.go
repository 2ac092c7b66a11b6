package api

import (
	"bytes"
	"mime"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"turnover/internal/accounts"
)

// files sends a form with several files, each in a field of its own.
func (c *crew) sendFiles(who accounts.Role, path string, words map[string]string, files ...[3]string) reply {
	c.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range files { // before the words, so that nothing may depend on the order
		part, err := w.CreateFormFile(f[0], f[1])
		c.check(err)
		_, err = part.Write([]byte(f[2]))
		c.check(err)
	}
	for key, value := range words {
		c.check(w.WriteField(key, value))
	}
	c.check(w.Close())
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+c.token(email(string(who))))
	return c.send(r)
}

// attachedNames are the names of the files of a comment, in the list of its task.
func attachedNames(rows any) (names []string) {
	for _, file := range rows.([]any) {
		names = append(names, file.(map[string]any)["name"].(string))
	}
	return names
}

func TestAttachmentsAreKeptAndGiven(t *testing.T) { eachDatabase(t, testAttachmentsAreKeptAndGiven) }

func testAttachmentsAreKeptAndGiven(t *testing.T) {
	c := newCrew(t, Limits{})
	path := "/actions/tasks/" + string(c.task) + "/comment"
	words := map[string]string{"task_status_id": string(c.status["wip"]), "comment": "see there"}
	got := c.want(c.sendFiles(accounts.Manager, path, words, [3]string{"file", `C:\notes\é 1#2.TXT`, "one"}, [3]string{"file-1", "../../etc/passwd", "two"}), 201)
	if names := attachedNames(got.get("attachment_files")); len(names) != 2 || names[0] != "passwd" || names[1] != "é 1_2.txt" {
		t.Errorf("%q", names)
	}
	comment, file := got.get("id").(string), got.get("attachment_files").([]any)[1].(map[string]any)
	if file["size"] != 3.0 || file["extension"] != "txt" || file["mimetype"] != "application/octet-stream" || file["comment_id"] != comment || file["type"] != "AttachmentFile" {
		t.Errorf("%v", file)
	}
	id := file["id"].(string)
	if same := c.status200("GET", "/data/attachment-files/"+id); same.get("name") != "é 1_2.txt" {
		t.Errorf("%s", same.raw)
	}
	whole := c.status200("GET", "/data/attachment-files/"+id+"/file/"+url.PathEscape("é 1_2.txt"))
	kind, params, err := mime.ParseMediaType(whole.header.Get("Content-Disposition"))
	if string(whole.raw) != "one" || err != nil || kind != "attachment" || params["filename"] != "é 1_2.txt" || whole.header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("%q %v", whole.raw, whole.header)
	}
	add := "/actions/tasks/" + string(c.task) + "/comments/" + comment + "/add-attachment"
	if names := attachedNames(c.want(c.sendFiles(accounts.Manager, add, nil, [3]string{"file", "page.html", "<script>"}), 201).body); len(names) != 3 {
		t.Errorf("%q", names)
	}
	for _, list := range []string{"/data/tasks/" + string(c.task) + "/attachment-files", "/data/projects/" + string(c.project) + "/attachment-files"} {
		if names := attachedNames(c.status200("GET", list).body); len(names) != 3 {
			t.Errorf("%s: %q", list, names)
		}
	}
	for _, list := range []string{"/data/tasks/" + string(c.task) + "/comments", "/data/projects/" + string(c.project) + "/comments"} {
		if names := attachedNames(c.status200("GET", list).body.([]any)[0].(map[string]any)["attachment_files"]); len(names) != 3 {
			t.Errorf("%s: %q", list, names)
		}
	}
	if n := len(c.files()); n != 3 {
		t.Errorf("%d files are kept", n)
	}

	// A file goes alone, with its comment, and with its task.
	c.want(c.as(accounts.Manager, "DELETE", "/data/tasks/"+string(c.task)+"/comments/"+comment+"/attachments/"+id, nil), 204)
	c.want(c.as(accounts.Manager, "DELETE", "/data/tasks/"+string(c.task)+"/comments/"+comment+"/attachments/"+id, nil), 404)
	c.want(c.as(accounts.Manager, "GET", "/data/attachment-files/"+id, nil), 404)
	if n := len(c.files()); n != 2 {
		t.Errorf("%d files are left", n)
	}
	c.want(c.as(accounts.Manager, "DELETE", "/data/comments/"+comment, nil), 204)
	if n := len(c.files()); n != 0 {
		t.Errorf("%d files of a comment that is gone are left", n)
	}
	c.want(c.sendFiles(accounts.Manager, path, words, [3]string{"file", "a.txt", "x"}), 201)
	c.want(c.as(accounts.Manager, "DELETE", "/data/tasks/"+string(c.task)+"?force=true", nil), 204)
	if n := len(c.files()); n != 0 {
		t.Errorf("%d files of a task that is gone are left", n)
	}
}

// TestAttachmentsThatAreRefusedLeaveNothing: neither a row nor a file.
func TestAttachmentsThatAreRefusedLeaveNothing(t *testing.T) {
	eachDatabase(t, testAttachmentsThatAreRefusedLeaveNothing)
}

func testAttachmentsThatAreRefusedLeaveNothing(t *testing.T) {
	c := newCrew(t, Limits{Attachments: 100})
	path := "/actions/tasks/" + string(c.task) + "/comment"
	words := map[string]string{"task_status_id": string(c.status["wip"])}
	file := [3]string{"file", "a.txt", "x"}
	var many [][3]string
	for range 21 {
		many = append(many, file)
	}
	c.want(c.sendFiles(accounts.Artist, path, words, file), 403)
	c.want(c.sendFiles(accounts.Manager, path, map[string]string{"task_status_id": "none"}, file), 400)
	c.want(c.sendFiles(accounts.Manager, path, words, file, [3]string{"file", "empty.txt", ""}), 400)
	c.want(c.sendFiles(accounts.Manager, path, words, file, [3]string{"file", "large.txt", strings.Repeat("x", 100)}), 413)
	c.want(c.sendFiles(accounts.Manager, path, words, many...), 400)
	batch := map[string]string{"comments": `[{"task_id": "` + string(c.task) + `", "task_status_id": "` + string(c.status["wip"]) + `"}]`}
	for _, field := range []string{"attachment_file-1-0", "attachment_file--1-0", "file", "preview_file-7-0"} {
		c.want(c.sendFiles(accounts.Manager, "/actions/tasks/batch-comment", batch, [3]string{field, "a.txt", "x"}), 400)
	}
	c.want(c.sendFiles(accounts.Manager, "/actions/tasks/batch-comment", batch, [3]string{"preview_file-0-0", "a.png", "<html>"}), 400)
	if n := len(c.status200("GET", "/data/tasks/"+string(c.task)+"/comments").body.([]any)); n != 0 {
		t.Errorf("%d comments", n)
	}
	if names := c.files(); len(names) != 0 {
		t.Errorf("%q", names)
	}
	comment := c.want(c.comment(accounts.Manager, "wip", nil), 201).get("id").(string)
	add := "/actions/tasks/" + string(c.task) + "/comments/" + comment + "/add-attachment"
	c.want(c.as(accounts.Manager, "POST", add, map[string]any{}), 400)
	c.want(c.sendFiles(accounts.Manager, add, map[string]string{"reply_id": "x"}), 400)
	c.want(c.sendFiles(accounts.Supervisor, add, nil, file), 403) // somebody else's
	c.want(c.sendFiles(accounts.Manager, add, nil, many[:20]...), 201)
	c.want(c.sendFiles(accounts.Manager, add, nil, file), 400)
	if n := len(c.files()); n != 20 {
		t.Errorf("%d files", n)
	}
}

// TestManyCommentsWithFiles: each has its own, and previews come along.
func TestManyCommentsWithFiles(t *testing.T) { eachDatabase(t, testManyCommentsWithFiles) }

func testManyCommentsWithFiles(t *testing.T) {
	c := newCrew(t, Limits{})
	made := c.want(c.as(accounts.Admin, "POST", "/data/entities/"+string(c.shot)+"/tasks", map[string]any{"task_type_ids": []any{c.types["Animation"]}}), 201)
	other := made.body.([]any)[0].(map[string]any)["id"].(string)
	one := `", "task_status_id": "` + string(c.status["wfa"]) + `"}`
	words := map[string]string{"comments": `[{"task_id": "` + string(c.task) + one + `, {"task_id": "` + other + one + `]`}
	got := c.want(c.sendFiles(accounts.Manager, "/actions/projects/"+string(c.project)+"/tasks/comment-many", words, [3]string{"attachment_file-1-0", "b.txt", "b"},
		[3]string{"preview_file-0-0", "take.png", string(picture(t))}, [3]string{"preview_file-0-1", "side.png", string(picture(t))}, [3]string{"attachment_file-1-1", "c.txt", "c"}), 201)
	first, second := got.body.([]any)[0].(map[string]any), got.body.([]any)[1].(map[string]any)
	if names := attachedNames(second["attachment_files"]); len(names) != 2 || names[0] != "b.txt" || len(attachedNames(first["attachment_files"])) != 0 {
		t.Errorf("%s", got.raw)
	}
	previews := c.status200("GET", "/data/tasks/"+string(c.task)+"/previews").body.([]any)
	if len(previews) != 2 || len(first["previews"].([]any)) != 2 {
		t.Fatalf("%v", previews)
	}
	top := previews[0].(map[string]any)
	if top["revision"] != 1.0 || top["position"] != 1.0 || top["original_name"] != "take" || top["status"] != "ready" || previews[1].(map[string]any)["position"] != 2.0 {
		t.Errorf("%v", previews)
	}
	if c.taskNow().get("last_preview_file_id") != top["id"] || c.taskNow().get("task_status_id") != string(c.status["wfa"]) {
		t.Errorf("%s", c.taskNow().raw)
	}
	c.status200("GET", "/pictures/originals/preview-files/"+top["id"].(string)+".png")
}

// TestAttachmentsOfHiddenComments: a client gets the files of the comments that
// are for clients.
func TestAttachmentsOfHiddenComments(t *testing.T) { eachDatabase(t, testAttachmentsOfHiddenComments) }

func testAttachmentsOfHiddenComments(t *testing.T) {
	c := newCrew(t, Limits{})
	words := map[string]string{"task_status_id": string(c.status["wip"])}
	for forClient, want := range map[string]int{"False": 403, "True": 200} {
		words["for_client"] = forClient
		got := c.want(c.sendFiles(accounts.Manager, "/actions/tasks/"+string(c.task)+"/comment", words, [3]string{"file", "a.txt", "x"}), 201)
		id := got.get("attachment_files").([]any)[0].(map[string]any)["id"].(string)
		c.want(c.as(accounts.Client, "GET", "/data/attachment-files/"+id, nil), want)
		c.want(c.as(accounts.Client, "GET", "/data/attachment-files/"+id+"/file/a.txt", nil), want)
		c.want(c.as(accounts.Vendor, "GET", "/data/attachment-files/"+id+"/file/a.txt", nil), 403)
	}
}

func FuzzAttachmentName(f *testing.F) {
	for _, s := range []string{"", "a", "../x.TXT", `C:\x.tar.gz`, "\x00.png", "é#.pdf", ". .", ".htaccess", "a.longextension", strings.Repeat("x", 300) + ".txt"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sent string) {
		name, ext := attachmentName(sent)
		if name == "" || len([]rune(name)) > 211 || strings.ContainsAny(name, "/\\\"#?%\r\n\x00") || name == "." || name == ".." {
			t.Errorf("%q is %q", sent, name)
		}
		if ext != "" && !strings.HasSuffix(name, "."+ext) {
			t.Errorf("%q is %q with %q", sent, name, ext)
		}
		if mime.FormatMediaType("attachment", map[string]string{"filename": name}) == "" {
			t.Errorf("%q cannot stand in a header", name)
		}
	})
}
