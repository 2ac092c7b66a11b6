package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// Who may, by the word of a route: of the team, and of those outside it. A
// vendor here has no task.
var mayByRight = map[accounts.Right][2]string{
	accounts.Anyone:     {"admin manager supervisor user client vendor", "admin manager supervisor user client vendor"},
	accounts.Person:     {"admin manager supervisor user client vendor", "admin manager supervisor user client vendor"},
	accounts.OnlyAdmin:  {"admin", "admin"},
	accounts.InTeam:     {"admin manager supervisor user client vendor", "admin"},
	accounts.Manages:    {"admin manager", "admin"},
	accounts.SeesEntity: {"admin manager supervisor user client", "admin"},
	accounts.NoVendor:   {"admin manager supervisor user client", "admin"},
	accounts.NoOutsider: {"admin manager supervisor user", "admin"},
	accounts.Removes:    {"admin manager", "admin"},
}

// mayByRoute are routes that decide more by what is sent; here nothing is.
var mayByRoute = map[string][2]string{
	"POST /data/entities":            {"admin manager supervisor user client vendor", "admin manager supervisor user client vendor"},
	"PUT /data/entities/{entity_id}": {"admin manager", "admin"},
	// The production of what is sent; nothing names none.
	"POST /data/tasks": {"admin", "admin"}, "PUT /actions/persons/{person_id}/assign": {"admin", "admin"}, "PUT /actions/tasks/clear-assignation": {"admin", "admin"},
	// Who decides about the task: managers, and supervisors of its department.
	"PUT /data/tasks/{task_id}": {leading, "admin"},
	"POST /actions/tasks/{task_id}/time-spents/{date}/persons/{person_id}":                  {leading, "admin"},
	"POST /actions/tasks/{task_id}/time-spents/{date}/persons/{person_id}/add":              {leading, "admin"},
	"DELETE /data/time-spents/{time_spent_id}":                                              {leading, "admin"},
	"GET /data/time-spents/{time_spent_id}":                                                 {leading, "admin"},
	"POST /actions/tasks/{task_id}/comments/{comment_id}/add-preview":                       {leading, "admin"},
	"POST /actions/tasks/{task_id}/comments/{comment_id}/preview-files/{preview_file_id}":   {leading, "admin"},
	"DELETE /actions/tasks/{task_id}/comments/{comment_id}/preview-files/{preview_file_id}": {leading, "admin"},
	"POST /pictures/preview-files/{preview_file_id}":                                        {leading, "admin"},
	"PUT /actions/preview-files/{preview_file_id}/set-main-preview":                         {leading, "admin"},
	"PUT /data/preview-files/{preview_file_id}":                                             {leading, "admin"},
	"DELETE /data/preview-files/{preview_file_id}":                                          {leading, "admin"},
	"GET /actions/tasks/{task_id}/time-spents":                                              {leading + " user", "admin"}, // no clients
	"GET /actions/tasks/{task_id}/time-spents/{date}":                                       {leading + " user", "admin"},
	// Who works on the task: those, clients, and who has it.
	"POST /actions/tasks/{task_id}/comment": {leading + " client", "admin"},
	// Comments are their author's, or managers'; here they are nobody's, and for
	// clients.
	"PUT /data/comments/{comment_id}":                                     {"admin manager", "admin"},
	"DELETE /data/comments/{comment_id}":                                  {"admin manager", "admin"},
	"DELETE /data/tasks/{task_id}/comments/{comment_id}":                  {"admin manager", "admin"},
	"POST /data/tasks/{task_id}/comments/{comment_id}/reply":              {leading + " client", "admin"},
	"DELETE /data/tasks/{task_id}/comments/{comment_id}/reply/{reply_id}": {"admin manager", "admin"},
	"PUT /data/persons/{person_id}":                                       {"admin", "admin"},
	// Lists of one's own productions: another's is refused.
	"GET /data/tasks": {everyone, "admin"}, "GET /data/time-spents": {everyone, "admin"}, "GET /data/metadata-descriptors": {everyone, "admin"},
	"GET /data/user/time-spents": {everyone, "admin"},

	"GET /data/persons/{person_id}/time-spents/day/{year}/{month}/{day}": {everyone, "admin"},
	"GET /data/persons/{person_id}/time-spents/week/{year}/{week}":       {everyone, "admin"},
	"GET /data/persons/{person_id}/time-spents/month/{year}/{month}":     {everyone, "admin"},
	"GET /data/persons/{person_id}/time-spents/year/{year}":              {everyone, "admin"},
	"GET /data/persons/{person_id}/time-spents/month/all/{year}/{month}": {everyone, "admin"},

	"GET /export/csv/tasks.csv":       {"admin manager", "admin manager"},
	"GET /export/csv/time-spents.csv": {"admin manager", "admin manager"},
	"GET /export/csv/persons.csv":     {"admin manager", "admin manager"},
	"GET /export/csv/projects.csv":    {"admin manager", "admin manager"},
	"GET /export/csv/task-types.csv":  {"admin manager", "admin manager"},

	"GET /data/projects/{project_id}/episodes/retake-stats":              {"admin manager supervisor user vendor", "admin"},
	"GET /data/projects/{project_id}/quotas/{task_type_id}":              {"admin manager supervisor user vendor", "admin"},
	"GET /data/projects/{project_id}/quotas/persons/{person_id}":         {"admin manager supervisor", "admin"},
	"GET /data/persons/{person_id}/quota-shots/month/{year}/{month}":     {"admin manager", "admin"},
	"GET /data/persons/{person_id}/quota-shots/week/{year}/{week}":       {"admin manager", "admin"},
	"GET /data/persons/{person_id}/quota-shots/day/{year}/{month}/{day}": {"admin manager", "admin"},
}

const (
	everyone = "admin manager supervisor user client vendor"
	leading  = "admin manager supervisor"
)

// TestRights asks every route in every role, of the own production and of
// another, and without, with forged and with expired tokens.
func TestRights(t *testing.T) { eachDatabase(t, testRights) }

func testRights(t *testing.T) {
	b := newBed(t, Limits{})
	inside, outside := newPlace(b, "inside"), newPlace(b, "outside")
	people := map[accounts.Role]*hierarchy.Person{}
	for _, role := range accounts.Roles() {
		people[role] = b.person(string(role), role)
		b.join(inside.project, people[role], "")
		b.token(email(string(role)))
	}
	expired, places := b.expiredToken(), []place{inside, outside}
	for _, r := range routes() {
		if strings.HasPrefix(r.path, "/auth/") && r.path != "/auth/authenticated" {
			continue // they are about tokens and passwords; auth_test.go has them
		}
		name := r.verb + " " + r.path
		may, own := mayByRoute[name]
		if !own {
			may = mayByRight[r.right]
		}
		if may[0] == "" {
			t.Errorf("%s: nobody says who has the right %q", name, r.right)
		}
		for i, at := range places {
			for n, role := range accounts.Roles() {
				got := b.ask(email(string(role)), r.verb, at.path(r), emptyBody(r.verb))
				if got.status == http.StatusNoContent { // what is gone is refused to nobody
					at = newPlace(b, fmt.Sprintf("%d %d %.60s", i, n, name))
					places[i] = at
					for _, member := range accounts.Roles()[:len(accounts.Roles())*(1-i)] {
						b.join(at.project, people[member], "")
					}
				}
				denied := got.status == http.StatusForbidden
				wanted := !strings.Contains(" "+may[i]+" ", " "+string(role)+" ")
				if denied != wanted || got.status == http.StatusUnauthorized || got.status >= 500 {
					t.Errorf("%s as %s of %s: %d, refused should be %v: %.200s", name, role, at.name, got.status, wanted, got.raw)
				}
			}
		}
		if r.right == accounts.Anyone {
			continue
		}
		for token, want := range map[string]int{"": 401, "forged.token.x": 422, b.tokens[email("admin")] + "x": 422, expired: 401} {
			req := httptest.NewRequest(r.verb, inside.path(r), nil)
			if token != "" {
				req.Header.Set("Authorization", "Bearer "+token)
			}
			if got := b.send(req); got.status != want {
				t.Errorf("%s with the token %.20q: %d, want %d", name, token, got.status, want)
			}
		}
	}
}

func emptyBody(verb string) any {
	if verb == http.MethodGet || verb == http.MethodDelete {
		return nil
	}
	return map[string]any{}
}

func (b *bed) expiredToken() string {
	b.Helper()
	was := b.clock.at
	b.clock.at = was.Add(-2 * accounts.AccessLife)
	token, err := b.server.signer.Issue("anybody", accounts.Access)
	b.check(err)
	b.clock.at = was
	return token
}

// A place is a production with one entity of each kind that routes name.
type place struct {
	name    string
	project hierarchy.ID
	byKind  map[string]func() hierarchy.ID // "shots" → its id
	ids     map[string]string              // "{comment_id}" → its id
}

// nobody is the id of nothing.
const nobody = "00000000-0000-4000-8000-000000000000"

// newPlace makes a production whose entities all have a task, so that to delete
// one leaves it. What is taken out all the same is made again.
func newPlace(b *bed, name string) place {
	project, sequence, shot, task := b.production(name)
	at := func(id hierarchy.ID) func() hierarchy.ID { return func() hierarchy.ID { return id } }
	kinds := map[string]func() hierarchy.ID{"projects": at(project), "shots": at(shot), "entities": at(shot), "sequences": at(sequence), "tasks": at(task)}
	b.task(project, sequence)
	props := b.assetType("Props")
	for word, spec := range map[string]pipeline.EntitySpec{
		"episodes": {Kind: hierarchy.Episode, Name: "E01"}, "scenes": {Kind: hierarchy.Scene, Name: "SC01", Parent: sequence},
		"assets": {Kind: hierarchy.Asset, Type: props, Name: "Chair"},
	} {
		made, err := b.pipe.CreateEntity(b.Context(), project, spec)
		b.check(err)
		b.task(project, made.ID)
		kinds[word] = at(made.ID)
	}
	kinds["asset-types"] = at(props)
	kinds["entity-links"] = func() hierarchy.ID { return b.cast(project, shot, kinds["assets"]()) }
	kinds["asset-instances"] = func() hierarchy.ID {
		made, err := b.pipe.AddInstance(b.Context(), project, kinds["scenes"](), kinds["assets"](), nil)
		b.check(err)
		return made.ID
	}
	return place{name, project, kinds, b.work(project, task)}
}

// work puts one row of each kind on a task that routes name, and gives their ids.
func (b *bed) work(project, task hierarchy.ID) map[string]string {
	b.Helper()
	view, err := b.server.views.Project(b.Context(), project)
	b.check(err)
	comment := &hierarchy.Comment{ID: b.pipe.NewID(), TaskID: task, TaskStatusID: view.DefaultStatus().ID, ForClient: hierarchy.Ptr(true),
		Replies: hierarchy.Data(`[{"id": "` + nobody + `"}]`)}
	preview := &hierarchy.PreviewFile{ID: b.pipe.NewID(), TaskID: task, Revision: 1, Position: 1, Status: "processing"}
	comment.Previews = hierarchy.Data(hierarchy.ValueOf([]hierarchy.ID{preview.ID}))
	somebody := &hierarchy.Person{ID: b.pipe.NewID(), FirstName: "Some", LastName: "Body", Active: true}
	b.apply(hierarchy.Create{Origin: b.origin(""), Row: somebody})
	time := &hierarchy.TimeSpent{ID: b.pipe.NewID(), TaskID: task, PersonID: somebody.ID, Date: "2026-01-05", Duration: 60}
	field := &hierarchy.MetadataDescriptor{ID: b.pipe.NewID(), ProjectID: project, EntityType: "Shot", Name: "mood", FieldName: "mood", ForClient: hierarchy.Ptr(true)}
	for _, row := range []hierarchy.Noun{comment, preview, time, field} {
		b.apply(hierarchy.Create{Origin: b.origin(project), Row: row})
	}
	return map[string]string{"{task_id}": string(task), "{comment_id}": string(comment.ID), "{preview_file_id}": string(preview.ID),
		"{time_spent_id}": string(time.ID), "{descriptor_id}": string(field.ID), "{person_id}": string(somebody.ID), "{date}": "2026-01-06",
		"{row_id}": nobody, "{reply_id}": nobody, "{task_type_id}": nobody, "{task_status_id}": nobody, "{department_id}": nobody}
}

// path fills in a route's ids by the word before each. What is found by the query
// gets the production.
func (p place) path(r route) string {
	parts := strings.Split(r.path, "/")
	for i, part := range parts {
		if p.ids[part] != "" {
			parts[i] = p.ids[part]
		} else if strings.HasPrefix(part, "{") && p.byKind[parts[i-1]] != nil {
			parts[i] = string(p.byKind[parts[i-1]]())
		}
	}
	path := strings.Join(parts, "/")
	found := path != r.path // it names something
	path = strings.NewReplacer("{year}", "2026", "{month}", "1", "{week}", "1", "{day}", "1").Replace(path)
	if !found || strings.Contains(r.path, "{year}") { // quotas of a person are those of one production
		path += "?project_id=" + string(p.project)
	}
	return path
}
