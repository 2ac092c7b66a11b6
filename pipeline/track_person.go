package pipeline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/store"
)

// personForm are the fields of a person that admins set, ownForm those that
// everybody sets of themselves.
var (
	personForm = form{"first_name": 80, "last_name": 80, "email": 254, "phone": 30, "active": 0, "archived": 0, "role": 0, "position": 0,
		"seniority": 0, "contract_type": 0, "country": 2, "daily_salary": 0, "timezone": 80, "locale": 12, "studio_id": 0, "is_bot": 0,
		"desktop_login": 80, "data": 0}
	ownForm = form{"first_name": 80, "last_name": 80, "phone": 30, "timezone": 80, "locale": 12}
)

// A PersonSpec is what a request says of a person.
type PersonSpec struct {
	Fields      Fields
	Departments []hierarchy.ID // nil leaves them
	Hash        string         // of a password; "" is none
	Own         bool           // they say it of themselves
}

// CreatePerson makes a person, who may log in if there is a password.
func (p *Pipeline) CreatePerson(ctx context.Context, spec PersonSpec) (made *hierarchy.Person, err error) {
	err = p.trackShared(ctx, func(t *tracking) error {
		made = newPerson(p.NewID(), t.origin.At)
		if err := personForm.set(made, spec.Fields); err != nil {
			return err
		}
		if err := t.checkPerson(made); err != nil {
			return err
		}
		t.add(hierarchy.Create{Origin: t.origin, Row: made})
		if err := t.inDepartments(made.ID, spec.Departments); err != nil || spec.Hash == "" {
			return err
		}
		return t.tx.PutAccount(ctx, &store.Account{PersonID: string(made.ID), Hash: spec.Hash, ChangedAt: t.origin.At})
	})
	return made, err
}

// newPerson is a person of whom nothing is known.
func newPerson(id hierarchy.ID, at hierarchy.Time) *hierarchy.Person {
	return &hierarchy.Person{ID: id, Active: true, Role: hierarchy.Ptr("user"), Position: hierarchy.Ptr("artist"), Seniority: hierarchy.Ptr("mid"),
		Locale: hierarchy.Ptr("en_US"), Stamps: hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}}
}

func (t *tracking) checkPerson(n *hierarchy.Person) error {
	if n.Role == nil || !slices.Contains([]string{"admin", "manager", "supervisor", "user", "client", "vendor"}, *n.Role) {
		return usage("a role is admin, manager, supervisor, user, client or vendor")
	}
	if strings.TrimSpace(n.Name()) == "" {
		return usage("a person has a first or a last name")
	}
	if n.StudioID != "" && !slices.ContainsFunc(t.snap.Studios, func(s *hierarchy.Studio) bool { return s.ID == n.StudioID }) {
		return usage("there is no studio %q", n.StudioID)
	}
	if n.Email == nil || *n.Email == "" {
		n.Email = nil
		return nil
	}
	if err := checkEmail(*n.Email); err != nil {
		return err
	}
	for _, other := range t.snap.Persons {
		if other.ID != n.ID && other.Email != nil && strings.EqualFold(*other.Email, *n.Email) {
			return &ConflictError{Ref: hierarchy.RefOf(other), Reason: fmt.Sprintf("a person with the e-mail %q exists already", *n.Email)}
		}
	}
	return nil
}

// checkEmail refuses what can be no address.
func checkEmail(email string) error {
	name, host, ok := strings.Cut(email, "@")
	if !ok || name == "" || host == "" || len(email) > 254 || strings.ContainsFunc(email, func(c rune) bool { return c <= ' ' }) {
		return usage("%q is no e-mail", email)
	}
	return nil
}

// inDepartments puts a person into departments and out of all others.
func (t *tracking) inDepartments(person hierarchy.ID, ids []hierarchy.ID) error {
	if ids == nil {
		return nil
	}
	for _, l := range t.snap.PersonDepartments {
		if l.PersonID == person && !slices.Contains(ids, l.DepartmentID) {
			t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
		}
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if !slices.ContainsFunc(t.snap.Departments, func(d *hierarchy.Department) bool { return d.ID == id }) {
			return usage("there is no department %q", id)
		}
		if !slices.Contains(t.departmentsOf(person), id) {
			t.add(hierarchy.Link{Origin: t.origin, Row: &hierarchy.PersonDepartment{PersonID: person, DepartmentID: id}})
		}
	}
	return nil
}

func (t *tracking) departmentsOf(person hierarchy.ID) (ids []hierarchy.ID) {
	for _, l := range t.snap.PersonDepartments {
		if l.PersonID == person {
			ids = append(ids, l.DepartmentID)
		}
	}
	return ids
}

// UpdatePerson sets fields of a person. A new password voids the tokens of
// before.
func (p *Pipeline) UpdatePerson(ctx context.Context, id hierarchy.ID, spec PersonSpec) (after *hierarchy.Person, err error) {
	err = p.trackShared(ctx, func(t *tracking) error {
		before := t.person(id)
		if before == nil {
			return fmt.Errorf("person %s: %w", id, ErrNotFound)
		}
		after = hierarchy.Clone(before)
		allowed := personForm
		if spec.Own {
			allowed = ownForm
		}
		if err := allowed.set(after, spec.Fields); err != nil {
			return err
		}
		if after.Role == nil && before.Role == nil {
			after.Role = hierarchy.Ptr("user") // an archive said nothing
		}
		if err := t.checkPerson(after); err != nil {
			return err
		}
		if t.update(before, after) {
			after.UpdatedAt = t.origin.At
		}
		if err := t.inDepartments(id, spec.Departments); err != nil || spec.Hash == "" {
			return err
		}
		return t.tx.PutAccount(ctx, &store.Account{PersonID: string(id), Hash: spec.Hash, ChangedAt: t.origin.At})
	})
	return after, err
}

// RemovePerson deletes a person who left no comments and no time sheets: those
// with work are deactivated instead. Without force one who is in a team or has
// tasks is refused.
func (p *Pipeline) RemovePerson(ctx context.Context, id hierarchy.ID, force bool) error {
	return p.trackShared(ctx, func(t *tracking) error {
		person := t.person(id)
		if person == nil {
			return fmt.Errorf("person %s: %w", id, ErrNotFound)
		}
		for _, table := range []string{"comments", "time_spents", "preview_files"} {
			for _, err := range t.tx.Rows(ctx, table, map[string]any{"person_id": id}) {
				if err != nil {
					return err
				}
				return usage("%s has %s: set active to false instead", person.Name(), strings.ReplaceAll(table, "_", " "))
			}
		}
		if err := t.unlinkPerson(person, force); err != nil {
			return err
		}
		t.add(hierarchy.Delete{Origin: t.origin, Row: person})
		return t.voidAccount(id)
	})
}

// unlinkPerson takes a person out of teams, tasks and departments, and ends their
// subscriptions.
func (t *tracking) unlinkPerson(person *hierarchy.Person, force bool) error {
	teams, err := rowsOf[*hierarchy.ProjectPerson](t, "project_persons", map[string]any{"person_id": person.ID})
	if err != nil {
		return err
	}
	given, err := rowsOf[*hierarchy.Assignment](t, "task_assignees", map[string]any{"person_id": person.ID})
	if err != nil {
		return err
	}
	if !force && len(teams)+len(given) > 0 {
		return usage("%s is in %d teams and has %d tasks; force takes them out", person.Name(), len(teams), len(given))
	}
	followed, err := rowsOf[*hierarchy.Subscription](t, "subscriptions", map[string]any{"person_id": person.ID})
	if err != nil {
		return err
	}
	projects, err := t.projectsOf(tasksNamed(given, followed))
	if err != nil {
		return err
	}
	if err := t.lockAll(teams, projects); err != nil {
		return err
	}
	own := t.origin
	for _, l := range teams {
		own.Project = l.ProjectID
		t.add(hierarchy.Unlink{Origin: own, Row: l})
	}
	for _, l := range given {
		own.Project = projects[l.TaskID]
		t.add(hierarchy.Unlink{Origin: own, Row: l})
	}
	t.dropSubscriptions(followed, projects)
	for _, l := range t.snap.PersonDepartments {
		if l.PersonID == person.ID {
			t.add(hierarchy.Unlink{Origin: t.origin, Row: l})
		}
	}
	return nil
}

// lockAll keeps other writers out of productions, always in the same order.
func (t *tracking) lockAll(teams []*hierarchy.ProjectPerson, ofTasks map[hierarchy.ID]hierarchy.ID) error {
	ids := slices.Collect(maps.Values(ofTasks))
	for _, l := range teams {
		ids = append(ids, l.ProjectID)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if err := t.tx.Lock(t.ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// projectsOf finds the productions of tasks.
func (t *tracking) projectsOf(ids []hierarchy.ID) (map[hierarchy.ID]hierarchy.ID, error) {
	out := map[hierarchy.ID]hierarchy.ID{}
	if len(ids) == 0 {
		return out, nil
	}
	tasks, err := rowsOf[*hierarchy.Task](t, "tasks", map[string]any{"id": ids})
	for _, k := range tasks {
		out[k.ID] = k.ProjectID
	}
	return out, err
}

// voidAccount makes keys of a person who goes good for nothing; the account can
// be logged in to by nobody, since it is found by the person.
func (t *tracking) voidAccount(person hierarchy.ID) error {
	keys, err := t.tx.APIKeys(t.ctx, person)
	for _, k := range keys {
		if k.RevokedAt.IsZero() {
			k.RevokedAt = t.origin.At
			err = errors.Join(err, t.tx.PutAPIKey(t.ctx, k))
		}
	}
	return err
}

// InDepartment puts a person into a department, or takes them out of it.
func (p *Pipeline) InDepartment(ctx context.Context, person, department hierarchy.ID, in bool) error {
	return p.trackShared(ctx, func(t *tracking) error {
		if t.person(person) == nil {
			return fmt.Errorf("person %s: %w", person, ErrNotFound)
		}
		ids := slices.DeleteFunc(t.departmentsOf(person), func(id hierarchy.ID) bool { return id == department })
		if in {
			ids = append(ids, department)
		}
		if ids == nil {
			ids = []hierarchy.ID{}
		}
		return t.inDepartments(person, ids)
	})
}

// Account reads a person's account; ErrNotFound.
func (p *Pipeline) Account(ctx context.Context, person hierarchy.ID) (account *Account, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		account, err = r.Account(ctx, person)
		return err
	})
	return account, err
}
