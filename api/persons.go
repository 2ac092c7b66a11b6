package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var personRoutes = []route{
	{http.MethodGet, "/data/persons", nowhere, accounts.Person, listPersons},
	{http.MethodPost, "/data/persons", nowhere, accounts.OnlyAdmin, createPerson},
	{http.MethodGet, "/data/persons/{person_id}", nowhere, accounts.Person, showPerson},
	{http.MethodPut, "/data/persons/{person_id}", nowhere, accounts.Person, updatePerson},
	{http.MethodDelete, "/data/persons/{person_id}", nowhere, accounts.OnlyAdmin, removePerson},
	{http.MethodPost, "/actions/persons/{person_id}/departments/add", nowhere, accounts.OnlyAdmin, addDepartment},
	{http.MethodDelete, "/actions/persons/{person_id}/departments/{department_id}", nowhere, accounts.OnlyAdmin, removeDepartment},
	{http.MethodPost, "/actions/persons/{person_id}/change-password", nowhere, accounts.OnlyAdmin, setPassword},
}

// private are the columns of a person that admins alone see.
var private = []string{"daily_salary", "contract_type", "phone"}

// personObject is a person as Kitsu writes one. The pay is for those who may see
// it, and is left out for all others.
func personObject(p *hierarchy.Person, departments []hierarchy.ID, without ...string) object {
	var o object
	o.fields(p, without...)
	o.set("full_name", p.Name())
	if departments != nil {
		o.set("departments", departments)
	}
	o.set("type", "Person")
	return o
}

// shortPerson is what clients and vendors learn of people.
func shortPerson(p *hierarchy.Person) object {
	var o object
	o.set("id", p.ID)
	o.set("first_name", p.FirstName)
	o.set("last_name", p.LastName)
	o.set("full_name", p.Name())
	o.set("has_avatar", p.HasAvatar)
	o.set("role", p.Role)
	o.set("type", "Person")
	return o
}

// fromOutside tells whether the caller is a client or a vendor, who learn names
// alone.
func (c *call) fromOutside() bool {
	return c.who.role == accounts.Client || c.who.role == accounts.Vendor
}

// personObject writes as much of a person as the caller may see.
func (c *call) personObject(p *hierarchy.Person, departments []hierarchy.ID) object {
	switch {
	case c.who.role == accounts.Admin:
		return personObject(p, departments)
	case p.ID == c.who.person.ID:
		return personObject(p, departments, "daily_salary")
	case c.fromOutside():
		return shortPerson(p)
	}
	return personObject(p, departments, private...)
}

// hiddenColumns are those that the caller may not ask about: an answer to a
// filter tells a value, too.
func (c *call) hiddenColumns() []string {
	switch {
	case c.who.role == accounts.Admin:
		return nil
	case c.fromOutside():
		return append([]string{"email", "country", "studio_id", "desktop_login", "timezone", "data"}, private...)
	}
	return private
}

// people reads all persons that the caller may see, with their departments:
// clients and vendors see those of their teams.
func (c *call) people() ([]*hierarchy.Person, map[hierarchy.ID][]hierarchy.ID, error) {
	all, err := pipeline.Rows[*hierarchy.Person](c.ctx(), c.pipe, nil)
	if err != nil {
		return nil, nil, err
	}
	links, err := pipeline.Rows[*hierarchy.PersonDepartment](c.ctx(), c.pipe, nil)
	if err != nil {
		return nil, nil, err
	}
	departments := map[hierarchy.ID][]hierarchy.ID{}
	for _, p := range all {
		departments[p.ID] = []hierarchy.ID{}
	}
	for _, l := range links {
		departments[l.PersonID] = append(departments[l.PersonID], l.DepartmentID)
	}
	if !c.fromOutside() {
		return all, departments, nil
	}
	own, err := c.ownProjects()
	if err != nil {
		return nil, nil, err
	}
	var mates []*hierarchy.Person
	for _, p := range all {
		together := func(project *pipeline.LinkedProject) bool { return project.Has(p.ID) }
		if p.ID == c.who.person.ID || slices.ContainsFunc(own, together) {
			mates = append(mates, p)
		}
	}
	return mates, departments, nil
}

// listPersons is the generic list; full_name narrows it, too.
func listPersons(c *call) (answer, error) {
	all, departments, err := c.people()
	if err != nil {
		return answer{}, err
	}
	name := c.query.Get("full_name")
	var rows []*hierarchy.Person
	for _, p := range all {
		if name == "" || strings.EqualFold(p.Name(), name) {
			rows = append(rows, p)
		}
	}
	write := func(p *hierarchy.Person) object { return c.personObject(p, departments[p.ID]) }
	return collection[*hierarchy.Person]{rows: rows, object: write, hidden: c.hiddenColumns()}.answer(c)
}

func showPerson(c *call) (answer, error) {
	all, departments, err := c.people()
	if err != nil {
		return answer{}, err
	}
	for _, p := range all {
		if p.ID == c.pathID("person_id") {
			return ok(c.personObject(p, departments[p.ID]))
		}
	}
	return answer{}, errNotFound
}

// personSpec reads a person of a body; a password is hashed, and never kept or
// answered otherwise.
func personSpec(sent map[string]json.RawMessage) (spec pipeline.PersonSpec, err error) {
	if spec.Departments, err = sentIDs(sent, "departments"); err != nil {
		return spec, err
	}
	spec.Fields = sentFields(sent)
	if password := spec.Fields["password"].Text(); password != "" {
		if err := accounts.CheckPassword(password); err != nil {
			return spec, badParameter("%v", err)
		}
		spec.Hash = accounts.HashPassword(password)
	}
	delete(spec.Fields, "password")
	return spec, nil
}

// createPerson makes a person. A bot gets a key, which is answered once as its
// access token.
func createPerson(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	spec, err := personSpec(sent)
	if err != nil {
		return answer{}, err
	}
	made, err := c.pipe.CreatePerson(c.ctx(), spec)
	if err != nil {
		return answer{}, err
	}
	departments := append([]hierarchy.ID{}, spec.Departments...)
	o := c.personObject(made, departments)
	if made.IsBot {
		key, err := c.addBotKey(made, spec.Fields["expiration_date"].Text())
		if err != nil {
			return answer{}, err
		}
		o.set("access_token", key)
	}
	return created(o)
}

func (c *call) addBotKey(bot *hierarchy.Person, expires string) (string, error) {
	made := accounts.NewAPIKey()
	key := pipeline.APIKey{ID: made.ID, PersonID: string(bot.ID), Name: "bot", Hash: made.Hash}
	if expires != "" {
		day, err := hierarchy.ParseDay(expires)
		if err != nil {
			return "", badParameter("%v", err)
		}
		key.ExpiresAt = hierarchy.At(day.Time())
	}
	return made.Text, c.pipe.KeepAPIKey(c.ctx(), key)
}

// updatePerson is for admins; everybody may set a little of themselves.
func updatePerson(c *call) (answer, error) {
	own := c.pathID("person_id") == c.who.person.ID
	if !own && c.who.role != accounts.Admin {
		return answer{}, errForbidden
	}
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	spec, err := personSpec(sent)
	if err != nil {
		return answer{}, err
	}
	if c.who.role != accounts.Admin {
		spec.Own, spec.Departments, spec.Hash = true, nil, ""
	}
	after, err := c.pipe.UpdatePerson(c.ctx(), c.pathID("person_id"), spec)
	if err != nil {
		return answer{}, err
	}
	return c.answerPerson(after)
}

func (c *call) answerPerson(p *hierarchy.Person) (answer, error) {
	links, err := pipeline.Rows[*hierarchy.PersonDepartment](c.ctx(), c.pipe, map[string]any{"person_id": p.ID})
	departments := []hierarchy.ID{}
	for _, l := range links {
		departments = append(departments, l.DepartmentID)
	}
	if err != nil {
		return answer{}, err
	}
	return ok(c.personObject(p, departments))
}

func removePerson(c *call) (answer, error) {
	force, err := c.flag("force")
	if err != nil {
		return answer{}, err
	}
	if c.pathID("person_id") == c.who.person.ID {
		return answer{}, badParameter("Nobody deletes themselves.")
	}
	if err := c.pipe.RemovePerson(c.ctx(), c.pathID("person_id"), force); err != nil {
		return answer{}, err
	}
	return gone()
}

var departmentOfPerson = schema{"DepartmentSchema", []field{{name: "department_id", kind: idField, required: true}}}

func addDepartment(c *call) (answer, error) {
	body, err := departmentOfPerson.read(c)
	if err != nil {
		return answer{}, err
	}
	if err := c.pipe.InDepartment(c.ctx(), c.pathID("person_id"), body.id("department_id"), true); err != nil {
		return answer{}, err
	}
	person, err := pipeline.Row[*hierarchy.Person](c.ctx(), c.pipe, c.pathID("person_id"))
	if err != nil {
		return answer{}, err
	}
	got, err := c.answerPerson(person)
	got.status = http.StatusCreated
	return got, err
}

func removeDepartment(c *call) (answer, error) {
	if err := c.pipe.InDepartment(c.ctx(), c.pathID("person_id"), c.pathID("department_id"), false); err != nil {
		return answer{}, err
	}
	return gone()
}

var newPassword = schema{"ChangePasswordSchema", []field{
	{name: "password", required: true}, {name: "password_2", required: true}, {name: "old_password"},
}}

// readPassword reads a new password of a body, said twice.
func (c *call) readPassword() (values, error) {
	body, err := newPassword.read(c)
	if err != nil {
		return nil, err
	}
	if body.text("password") != body.text("password_2") {
		return nil, badParameter("The two passwords differ.")
	}
	if err := accounts.CheckPassword(body.text("password")); err != nil {
		return nil, badParameter("%v", err)
	}
	return body, nil
}

func setPassword(c *call) (answer, error) {
	body, err := c.readPassword()
	if err != nil {
		return answer{}, err
	}
	return c.keepPassword(c.pathID("person_id"), body.text("password"))
}

func (c *call) keepPassword(person hierarchy.ID, password string) (answer, error) {
	if _, err := c.pipe.UpdatePerson(c.ctx(), person, pipeline.PersonSpec{Hash: accounts.HashPassword(password), Own: true}); err != nil {
		return answer{}, err
	}
	var o object
	o.set("success", true)
	return ok(o)
}

// changePassword is for oneself, with the password of before, and as limited as
// a log-in. Tokens of before are void.
func changePassword(c *call) (answer, error) {
	body, err := c.readPassword()
	if err != nil {
		return answer{}, err
	}
	s, me, now := c.server, c.who.person, c.pipe.Now()
	key := "password of " + string(me.ID)
	if wait := s.byEmail.Wait(key, now); wait > 0 {
		return answer{}, badParameter("Too many wrong passwords: try again in a minute.")
	}
	account, err := c.pipe.Account(c.ctx(), me.ID)
	if err != nil {
		return answer{}, err
	}
	fits, err := accounts.VerifyPassword(account.Hash, body.text("old_password"))
	if err != nil {
		return answer{}, err
	}
	if !fits {
		s.byEmail.Fail(key, now)
		return answer{}, badParameter("The old password is wrong.")
	}
	s.byEmail.Succeed(key)
	return c.keepPassword(me.ID, body.text("password"))
}
