package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// findings are code and line of each error of an answer.
func findings(got reply) (out []string) {
	for _, d := range got.get("diagnostics").([]any) {
		one := d.(map[string]any)
		if one["severity"] == "error" {
			at := fmt.Sprint(one["code"], " ", one["file"])
			for _, part := range []string{"line", "column"} {
				if one[part] != nil {
					at += fmt.Sprint(":", one[part])
				}
			}
			out = append(out, at)
		}
	}
	return out
}

func TestPersonsOfAList(t *testing.T) { eachDatabase(t, testPersonsOfAList) }

func testPersonsOfAList(t *testing.T) {
	c := newCrew(t, Limits{})
	send := func(path, text string, status int) reply {
		t.Helper()
		return c.want(c.form(accounts.Admin, path, nil, "people.csv", []byte(text)), status)
	}
	c.want(c.as(accounts.Admin, "POST", "/data/departments", map[string]any{"name": "Rough Layout", "color": "#112233"}), 201)
	c.want(c.as(accounts.Admin, "POST", "/data/studios", map[string]any{"name": "Paris", "color": "#112233"}), 201)
	head := "Last Name;First Name;E-Mail;Role;Departments;Studio;Country;Contract Type;Position;Seniority;Daily Salary;Active;Phone;Shoe size\n"
	got := send("/import/csv/persons", head+"Lovelace;Ada;ada@example.com;Production Manager;Rough Layout;Paris;gb;Open-ended;Lead;Senior;250,5;no;555;38\n\nHopper;Grace;grace@example.com;;;;;;;;;;;\n", 201)
	ada, grace := got.body.([]any)[0].(map[string]any), got.body.([]any)[1].(map[string]any)
	for key, want := range map[string]any{"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "role": "manager", "country": "GB",
		"contract_type": "open-ended", "position": "lead", "seniority": "senior", "daily_salary": 250.5, "active": false, "phone": "555"} {
		if ada[key] != want {
			t.Errorf("%s is %v, want %v", key, ada[key], want)
		}
	}
	if ada["studio_id"] == nil || grace["role"] != "user" || grace["active"] != true || ada["password"] != nil {
		t.Errorf("%s", got.raw)
	}
	if one := c.want(c.as(accounts.Admin, "GET", "/data/persons/"+ada["id"].(string)+"?relations=true", nil), 200); len(one.get("departments").([]any)) != 1 {
		t.Errorf("%s", one.raw)
	}

	// Who is there stays, but for what an update's filled cells say.
	again := "First Name,Last Name,Email,Phone,Role\nAugusta,King,ADA@example.com,777,\n"
	if same := send("/import/csv/persons", again, 201).body.([]any)[0].(map[string]any); same["id"] != ada["id"] || same["first_name"] != "Ada" {
		t.Errorf("%v", same)
	}
	if now := send("/import/csv/persons?update=true", again, 201).body.([]any)[0].(map[string]any); now["id"] != ada["id"] || now["first_name"] != "Augusta" || now["phone"] != "777" || now["role"] != "manager" || now["email"] != "ada@example.com" {
		t.Errorf("%v", now)
	}
	var place string
	for _, l := range c.history("") {
		if l.Field == "phone" && l.Key == ada["id"] {
			place = l.Place
		}
	}
	if place != "people.csv:2" {
		t.Errorf("the history says %q", place)
	}

	// All that is wrong is said at once, and nothing is written.
	bad := "First Name,Last Name,Email,Role,Departments,Studio,Country,Daily Salary,Active\n" +
		"New,One,new@example.com,,,,,,\n" +
		"A,B,,king,,,,,\n" +
		"A,B,a@example.com,,\"Layout,Props\",Rome,France,much,perhaps\n" +
		"A,B,new@example.com,,,,,,\n" +
		"A,B,no e-mail,,,,,,\n" +
		",,blank@example.com,,,,,,\n"
	refused := send("/import/csv/persons", bad, 400)
	want := []string{"LST004 people.csv:3", "LST005 people.csv:3:6", "LST005 people.csv:4:52", "LST005 people.csv:4:40", "LST005 people.csv:4:47", "LST006 people.csv:4:35",
		"LST006 people.csv:4:20", "LST007 people.csv:5:5", "LST009 people.csv:6", "LST009 people.csv:7"}
	if has := findings(refused); !slices.Equal(has, want) {
		t.Errorf("found\n%q, want\n%q", has, want)
	}
	if refused.get("line_number") != 3.0 || refused.get("imported_rows") != 0.0 {
		t.Errorf("%s", refused.raw)
	}
	if rows := c.want(c.as(accounts.Admin, "GET", "/data/persons?email=new@example.com", nil), 200).body.([]any); len(rows) != 0 {
		t.Errorf("%v", rows)
	}
	for text, code := range map[string]string{"First Name,Email\nA,a@example.com\n": "LST002 people.csv:1", "First Name,First Name,Last Name,Email\n": "LST002 people.csv:1:12",
		"": "DET003 people.csv", "First Name,Last Name,Email\nA,B,\x01a@example.com\n": "LST005 people.csv:2:5"} {
		if has := findings(send("/import/csv/persons", text, 400)); !slices.Contains(has, code) {
			t.Errorf("%q: %q, want %s", text, has, code)
		}
	}
	c.want(c.form(accounts.Manager, "/import/csv/persons", nil, "people.csv", []byte(again)), 403)
	c.want(c.as(accounts.Admin, "POST", "/import/csv/persons", nil), 400)
}

// TestExportedPersonsComeBack: what the export writes, the import reads, and it is
// nothing new.
func TestExportedPersonsComeBack(t *testing.T) { eachDatabase(t, testExportedPersonsComeBack) }

func testExportedPersonsComeBack(t *testing.T) {
	c := newCrew(t, Limits{})
	c.want(c.as(accounts.Admin, "PUT", "/data/persons/"+string(c.people[accounts.Artist].ID), map[string]any{"last_name": "=1+1", "daily_salary": 200, "country": "FR"}), 200)
	out := c.want(c.as(accounts.Admin, "GET", "/export/csv/persons.csv", nil), 200).raw
	before := len(c.history(""))
	c.want(c.form(accounts.Admin, "/import/csv/persons?update=true", nil, "persons.csv", out), 201)
	if lines := c.history("")[before:]; len(lines) != 0 {
		t.Errorf("%+v of\n%s", lines, out)
	}
}

// series makes two episodes, each with a sequence SQ010 with a shot SH010 that has
// an animation task, and gives the episodes and tasks.
func (c *crew) series() (episodes, tasks []hierarchy.ID) {
	c.Helper()
	for _, name := range []string{"E01", "E02"} {
		above := hierarchy.ID("")
		for _, spec := range []pipeline.EntitySpec{{Kind: hierarchy.Episode, Name: name}, {Kind: hierarchy.Sequence, Name: "SQ 020"}, {Kind: hierarchy.Shot, Name: "SH010"}} {
			spec.Parent = above
			made, err := c.pipe.CreateEntity(c.Context(), c.project, spec)
			c.check(err)
			if above = made.ID; spec.Kind == hierarchy.Episode {
				episodes = append(episodes, made.ID)
			}
		}
		made, err := c.pipe.CreateTasks(c.Context(), c.project, []pipeline.TaskSpec{{Entity: above, Type: c.types["Animation"]}}, false)
		c.check(err)
		tasks = append(tasks, made[0].ID)
	}
	return episodes, tasks
}

func TestEstimationsOfAList(t *testing.T) { eachDatabase(t, testEstimationsOfAList) }

func testEstimationsOfAList(t *testing.T) {
	c := newCrew(t, Limits{})
	c.want(c.as(accounts.Manager, "PUT", "/data/projects/"+string(c.project), map[string]any{"production_type": "tvshow"}), 200)
	episodes, tasks := c.series()
	c.want(c.as(accounts.Manager, "POST", "/data/projects/"+string(c.project)+"/metadata-descriptors",
		map[string]any{"entity_type": "Task", "task_type_id": c.types["Animation"], "name": "Pace", "data_type": "list", "choices": []string{"slow", "fast"}}), 201)
	ofType := "/task-types/" + string(c.types["Animation"]) + "/estimations"
	all := "/import/csv/projects/" + string(c.project) + ofType
	first := "/import/csv/projects/" + string(c.project) + "/episodes/" + string(episodes[0]) + ofType
	send := func(path, text string, status int) reply {
		t.Helper()
		return c.want(c.form(accounts.Manager, path, nil, "estimations.csv", []byte(text)), status)
	}
	// 2.5 days from a Friday end on Tuesday, as in Kitsu.
	got := send(first, "Parent,Entity,Estimation,Drawings,Start date,Difficulty,Pace\nsq-020,sh010,2.5,12,2024-05-10,4,fast\n", 201)
	if len(got.body.([]any)) != 1 || got.body.([]any)[0] != nil {
		t.Errorf("%s", got.raw)
	}
	now := c.status200("GET", "/data/tasks/"+string(tasks[0]))
	for key, want := range map[string]any{"estimation": 1200.0, "nb_drawings": 12.0, "start_date": "2024-05-10T00:00:00", "due_date": "2024-05-14T00:00:00", "difficulty": 4.0} {
		if now.get(key) != want {
			t.Errorf("%s is %v, want %v", key, now.get(key), want)
		}
	}
	if now.get("data", "pace") != "fast" || c.status200("GET", "/data/tasks/"+string(tasks[1])).get("estimation") != 0.0 {
		t.Errorf("%s", now.raw)
	}
	send(first, "Parent,Entity,Due date\nSQ 020,SH010,2024-05-20\n", 201) // what is not said stays
	if now := c.status200("GET", "/data/tasks/"+string(tasks[0])); now.get("due_date") != "2024-05-20T00:00:00" || now.get("estimation") != 1200.0 {
		t.Errorf("%s", now.raw)
	}
	before := len(c.history(c.project))
	send(first, "Parent,Entity,Due date\nSQ 020,SH010,2024-05-20\n", 201)
	if n := len(c.history(c.project)); n != before {
		t.Errorf("the same again wrote %d lines", n-before)
	}

	bad := "Parent,Entity,Estimation,Drawings,Start date,Due date,Difficulty,Pace\n" +
		"SQ 020,SH010,1,,,,,\n" +
		"SQ 020,SH010,2,,,,,\n" +
		"SQ 020,SH999,1,,,,,\n" +
		",SH010,1,,,,,\n" +
		"SQ 020,SH010,-1,1.5,tomorrow,,6,medium\n" +
		"SQ 020,SH010,1e9,,2024-05-10,2024-05-09,,\n"
	refused := send(first, bad, 400)
	want := []string{"LST007 estimations.csv:3:8", "LST006 estimations.csv:4:8", "LST004 estimations.csv:5", "LST005 estimations.csv:6:14", "LST005 estimations.csv:6:17",
		"LST005 estimations.csv:6:31", "LST005 estimations.csv:6:21", "LST005 estimations.csv:6:33", "LST005 estimations.csv:7:14"}
	if has := findings(refused); !slices.Equal(has, want) {
		t.Errorf("found\n%q, want\n%q", has, want)
	}
	if now := c.status200("GET", "/data/tasks/"+string(tasks[0])); now.get("estimation") != 1200.0 {
		t.Errorf("%s", now.raw)
	}
	if has := findings(send(all, "Parent,Entity,Estimation\nSQ 020,SH010,1\n", 400)); !slices.Equal(has, []string{"LST006 estimations.csv:2:8"}) {
		t.Errorf("two episodes have it: %q", has)
	}
	if has := findings(send(all, "Parent,Entity,Estimation\nSQ010,SH010,1\n", 400)); !slices.Equal(has, []string{"LST006 estimations.csv:2:7"}) {
		t.Errorf("no animation of it: %q", has)
	}
	if has := findings(send(first, "Parent,Entity,Start date,Due date\nSQ 020,SH010,2024-05-10,2024-05-09\n", 400)); !slices.Equal(has, []string{"LST009 estimations.csv:2:25"}) {
		t.Errorf("due before its start: %q", has)
	}
	send(strings.Replace(first, string(episodes[0]), nobody, 1), "Parent,Entity\nSQ 020,SH010\n", 404)
	send(strings.Replace(all, string(c.types["Animation"]), nobody, 1), "Parent,Entity\nSQ 020,SH010\n", 404)
	c.want(c.form(accounts.Artist, first, nil, "estimations.csv", []byte("Parent,Entity\nSQ 020,SH010\n")), 403)
	c.want(c.form(accounts.Supervisor, first, nil, "estimations.csv", []byte("Parent,Entity\nSQ 020,SH010\n")), 201)
}
