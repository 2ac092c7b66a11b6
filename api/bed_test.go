package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/rs/zerolog"

	"turnover/archive"
	"turnover/hierarchy"
	"turnover/importers"
	"turnover/importers/csv"
	"turnover/importers/edl"
	"turnover/importers/excel"
	"turnover/importers/otio"
	"turnover/internal/accounts"
	"turnover/internal/diag"
	"turnover/pipeline"
	"turnover/store"
	"turnover/store/folder"
)

type archives struct{}

func (archives) Read(ctx context.Context, fsys fs.FS) (pipeline.Archive, diag.List, error) {
	return archive.Read(ctx, fsys)
}

func (archives) Write(ctx context.Context, dir string, project hierarchy.ID, rows func(string, map[string]any) iter.Seq2[hierarchy.Noun, error]) error {
	return archive.Write(ctx, dir, project, rows)
}

// A bed is a server on a database of its own, with a clock that tests move.
type bed struct {
	*testing.T
	server *Server
	pipe   *pipeline.Pipeline
	clock  *clock
	tokens map[string]string // by e-mail
}

type clock struct {
	sync.Mutex
	at time.Time
}

// now goes on by a millisecond, so that no two changes are at once.
func (c *clock) now() time.Time {
	c.Lock()
	defer c.Unlock()
	c.at = c.at.Add(time.Millisecond)
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.Lock()
	defer c.Unlock()
	c.at = c.at.Add(d)
}

const secretWord = "correct horse"

// quickHash is a sound hash of secretWord at the least cost: the tests log in often.
const quickHash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdCBvZiB0ZXN0cywgMQ$FJbeyeBGhZz7k+Omc6p4i09no/XvYCn4L6i+vbSoNh4"

// newBed makes a server on an empty database of the kind that eachDatabase chose.
func newBed(t *testing.T, limits Limits) *bed {
	t.Helper()
	return bedOn(t, databaseOf(t).open(t), limits)
}

func bedOn(t *testing.T, s store.Store, limits Limits) *bed {
	t.Helper()
	b := &bed{T: t, clock: &clock{at: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}, tokens: map[string]string{}}
	b.pipe = &pipeline.Pipeline{Store: s, Importers: []importers.Importer{edl.New(), excel.New(), otio.New(), csv.New()}, Archives: archives{}, Files: folder.Folder{Root: filepath.Join(t.TempDir(), "previews")}, Log: zerolog.Nop(), Now: b.clock.now, Author: "test",
		NewID: func() hierarchy.ID { return hierarchy.ID(uuid.NewString()) }}
	var err error
	if b.server, err = New(t.Context(), b.pipe, Options{Version: "1.2.3", Limits: limits}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bed) check(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// A reply is what came back.
type reply struct {
	status int
	header http.Header
	body   any // decoded JSON; nil for none
	raw    []byte
}

// ask sends a request as somebody who is logged in; "" is nobody.
func (b *bed) ask(who, method, path string, body any) reply {
	b.Helper()
	var sent io.Reader
	kind := "application/json"
	switch v := body.(type) {
	case nil:
		kind = ""
	case string:
		sent = strings.NewReader(v)
	default:
		raw, err := json.Marshal(v)
		b.check(err)
		sent = bytes.NewReader(raw)
	}
	r := httptest.NewRequest(method, path, sent)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+b.token(who))
	}
	return b.send(r)
}

func (b *bed) send(r *http.Request) reply {
	b.Helper()
	w := httptest.NewRecorder()
	b.server.ServeHTTP(w, r)
	out := reply{status: w.Code, header: w.Header(), raw: w.Body.Bytes()}
	if w.Body.Len() > 0 && w.Header().Get("Content-Encoding") == "" && strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		if err := json.Unmarshal(w.Body.Bytes(), &out.body); err != nil {
			b.Fatalf("%s %s: answer is no JSON: %v: %.200s", r.Method, r.URL, err, w.Body.Bytes())
		}
	}
	return out
}

// token logs a person in once, by e-mail.
func (b *bed) token(who string) string {
	b.Helper()
	if b.tokens[who] == "" {
		got := b.ask("", "POST", "/auth/login", map[string]any{"email": who, "password": secretWord})
		if got.status != http.StatusOK {
			b.Fatalf("log in as %s: %d %s", who, got.status, got.raw)
		}
		b.tokens[who] = got.get("access_token").(string)
	}
	return b.tokens[who]
}

// get finds a value by keys.
func (r reply) get(keys ...string) any {
	at := r.body
	for _, key := range keys {
		m, _ := at.(map[string]any)
		at = m[key]
	}
	return at
}

func (b *bed) status(got reply, want int) reply {
	b.Helper()
	if got.status != want {
		b.Fatalf("status %d, want %d: %.300s", got.status, want, got.raw)
	}
	return got
}

// person adds somebody who may log in; the e-mail is NAME@example.com.
func (b *bed) person(name string, role accounts.Role) *hierarchy.Person {
	b.Helper()
	made, err := b.pipe.AddUser(b.Context(), pipeline.UserSpec{Email: email(name), Role: string(role)}, quickHash)
	b.check(err)
	return made
}

func email(name string) string { return name + "@example.com" }

func (b *bed) apply(changes ...hierarchy.Change) {
	b.Helper()
	b.check(b.pipe.Store.InTx(b.Context(), func(tx store.Tx) error { return tx.Apply(b.Context(), changes) }))
}

func (b *bed) origin(project hierarchy.ID) hierarchy.Origin {
	return hierarchy.Origin{Project: project, At: hierarchy.At(b.clock.now()), Author: "test", Cause: hierarchy.Request, CauseID: uuid.NewString()}
}

// join puts a person into a team; role "" is their own.
func (b *bed) join(project hierarchy.ID, p *hierarchy.Person, role accounts.Role) {
	b.Helper()
	link := &hierarchy.ProjectPerson{ProjectID: project, PersonID: p.ID}
	if role != "" {
		link.Role = hierarchy.Ptr(string(role))
	}
	b.apply(hierarchy.Link{Origin: b.origin(project), Row: link})
}

// production adds a film with a sequence and a shot that has a task.
func (b *bed) production(name string) (project, sequence, shot, task hierarchy.ID) {
	b.Helper()
	made, err := b.pipe.AddProject(b.Context(), pipeline.ProjectSpec{Name: name, Type: "film"})
	b.check(err)
	seq, err := b.pipe.CreateEntity(b.Context(), made.ID, pipeline.EntitySpec{Kind: hierarchy.Sequence, Name: "SQ010"})
	b.check(err)
	sh, err := b.pipe.CreateEntity(b.Context(), made.ID, pipeline.EntitySpec{Kind: hierarchy.Shot, Name: "SH010", Parent: seq.ID,
		NbFrames: hierarchy.Ptr(int64(48)), Data: hierarchy.Data(`{"frame_in": 1001, "note": "é"}`)})
	b.check(err)
	view, err := b.server.views.Project(b.Context(), made.ID)
	b.check(err)
	row := &hierarchy.Task{ID: hierarchy.ID(uuid.NewString()), Name: "main", ProjectID: made.ID, EntityID: sh.ID,
		TaskTypeID: view.TaskTypesFor(hierarchy.Shot)[0].ID, TaskStatusID: view.DefaultStatus().ID}
	b.apply(hierarchy.Create{Origin: b.origin(made.ID), Row: row})
	return made.ID, seq.ID, sh.ID, row.ID
}

// task puts a task on an entity of any kind.
func (b *bed) task(project, entity hierarchy.ID) hierarchy.ID {
	b.Helper()
	view, err := b.server.views.Project(b.Context(), project)
	b.check(err)
	return b.taskOf(project, entity, view.TaskTypesFor(hierarchy.Shot)[0].ID)
}

// taskOf puts a task of a type on an entity.
func (b *bed) taskOf(project, entity, taskType hierarchy.ID) hierarchy.ID {
	b.Helper()
	view, err := b.server.views.Project(b.Context(), project)
	b.check(err)
	row := &hierarchy.Task{ID: hierarchy.ID(uuid.NewString()), Name: "main", ProjectID: project, EntityID: entity,
		TaskTypeID: taskType, TaskStatusID: view.DefaultStatus().ID}
	b.apply(hierarchy.Create{Origin: b.origin(project), Row: row})
	return row.ID
}

// assetType finds or makes a type of assets.
func (b *bed) assetType(name string) hierarchy.ID {
	b.Helper()
	var id hierarchy.ID
	b.check(b.pipe.Store.Read(b.Context(), func(r store.Reader) error {
		for row, err := range r.Rows(b.Context(), "entity_types", map[string]any{"name": name}) {
			if err != nil {
				return err
			}
			id = row.(*hierarchy.EntityType).ID
		}
		return nil
	}))
	if id == "" {
		id = hierarchy.ID(uuid.NewString())
		b.apply(hierarchy.Create{Origin: b.origin(""), Row: &hierarchy.EntityType{ID: id, Name: name}})
	}
	return id
}

// cast casts an asset and gives the link's id.
func (b *bed) cast(project, in, asset hierarchy.ID) hierarchy.ID {
	b.Helper()
	b.check(b.pipe.SetCasting(b.Context(), project, map[hierarchy.ID][]pipeline.CastLine{in: {{Asset: asset, NbOccurences: 1}}}))
	view, err := b.server.views.Project(b.Context(), project)
	b.check(err)
	return view.CastOf(in)[0].ID
}

func (b *bed) assign(project, task, person hierarchy.ID) {
	b.Helper()
	_, err := b.pipe.Assign(b.Context(), project, person, task)
	b.check(err)
}

// recorded are the productions beside the checkout; the test is skipped without.
func recorded(t testing.TB) string {
	root := filepath.Join("..", "..", "shared", "productions")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the recorded productions are not beside the checkout: ../shared/productions is missing")
	}
	return root
}

// load brings a recorded archive in and gives all its people passwords.
func (b *bed) load(name string) {
	b.Helper()
	_, err := b.pipe.ArchiveLoad(b.Context(), os.DirFS(filepath.Join(recorded(b), name, "input")), name)
	b.check(err)
	b.check(b.pipe.Store.InTx(b.Context(), func(tx store.Tx) error {
		for row, err := range tx.Rows(b.Context(), "persons", nil) {
			if err != nil {
				return err
			}
			p := row.(*hierarchy.Person)
			if err := tx.PutAccount(b.Context(), &store.Account{PersonID: string(p.ID), Hash: quickHash}); err != nil {
				return err
			}
		}
		return nil
	}))
}

func query(params map[string]any) string {
	q := url.Values{}
	for key, value := range params {
		q.Set(key, fmt.Sprint(value))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}
