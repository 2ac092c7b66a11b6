package dataset

import (
	"cmp"
	"context"
	"path"
	"slices"
	"time"

	"turnover/hierarchy"
)

// The fields of dimensions that reports look at.
func projectFields() []field[hierarchy.Project] {
	return []field[hierarchy.Project]{
		textField("name", "project_name", func(p *hierarchy.Project) *string { return &p.Name }),
		maybeTextField("code", "code", func(p *hierarchy.Project) **string { return &p.Code }),
		maybeTextField("production_type", "production_type", func(p *hierarchy.Project) **string { return &p.ProductionType }),
		maybeTextField("fps", "fps", func(p *hierarchy.Project) **string { return &p.FPS }),
		dayField("start_date", "start_date", func(p *hierarchy.Project) *hierarchy.Day { return &p.StartDate }),
		dayField("end_date", "end_date", func(p *hierarchy.Project) *hierarchy.Day { return &p.EndDate }),
		maybeWholeField("max_retakes", "max_retakes", func(p *hierarchy.Project) **int64 { return &p.MaxRetakes }),
	}
}

func entityFields() []field[hierarchy.Entity] {
	return []field[hierarchy.Entity]{
		textField("id", "id", func(e *hierarchy.Entity) *hierarchy.ID { return &e.ID }),
		textField("name", "name", func(e *hierarchy.Entity) *string { return &e.Name }),
		maybeTextField("code", "code", func(e *hierarchy.Entity) **string { return &e.Code }),
		textField("parent_id", "parent_id", func(e *hierarchy.Entity) *hierarchy.ID { return &e.ParentID }),
		textField("source_id", "source_id", func(e *hierarchy.Entity) *hierarchy.ID { return &e.SourceID }),
		// A type is told by its name alone.
		textField("entity_type_id", "entity_type", func(e *hierarchy.Entity) *hierarchy.ID { return &e.EntityTypeID }),
		textField("status", "status", func(e *hierarchy.Entity) *string { return &e.Status }),
		truthField("canceled", "omitted", func(e *hierarchy.Entity) *bool { return &e.Canceled }),
		maybeWholeField("nb_frames", "nb_frames", func(e *hierarchy.Entity) **int64 { return &e.NbFrames }),
	}
}

func personFields() []field[hierarchy.Person] {
	return []field[hierarchy.Person]{
		textField("id", "id", func(p *hierarchy.Person) *hierarchy.ID { return &p.ID }),
		textField("first_name", "name", func(p *hierarchy.Person) *string { return &p.FirstName }), // with the last one
		maybeTextField("email", "email", func(p *hierarchy.Person) **string { return &p.Email }),
		maybeTextField("role", "role", func(p *hierarchy.Person) **string { return &p.Role }),
		maybeTextField("timezone", "timezone", func(p *hierarchy.Person) **string { return &p.Timezone }),
		textField("studio_id", "studio_id", func(p *hierarchy.Person) *hierarchy.ID { return &p.StudioID }),
		truthField("active", "active", func(p *hierarchy.Person) *bool { return &p.Active }),
		truthField("is_bot", "is_bot", func(p *hierarchy.Person) *bool { return &p.IsBot }),
	}
}

func personDepartmentFields() []field[hierarchy.PersonDepartment] {
	return []field[hierarchy.PersonDepartment]{
		textField("person_id", "person_id", func(l *hierarchy.PersonDepartment) *hierarchy.ID { return &l.PersonID }),
		textField("department_id", "department_id", func(l *hierarchy.PersonDepartment) *hierarchy.ID { return &l.DepartmentID }),
	}
}

func departmentFields() []field[hierarchy.Department] {
	return []field[hierarchy.Department]{
		textField("id", "id", func(d *hierarchy.Department) *hierarchy.ID { return &d.ID }),
		textField("name", "name", func(d *hierarchy.Department) *string { return &d.Name }),
	}
}

func studioFields() []field[hierarchy.Studio] {
	return []field[hierarchy.Studio]{
		textField("id", "id", func(s *hierarchy.Studio) *hierarchy.ID { return &s.ID }),
		textField("name", "name", func(s *hierarchy.Studio) *string { return &s.Name }),
	}
}

func taskTypeFields() []field[hierarchy.TaskType] {
	return []field[hierarchy.TaskType]{
		textField("id", "id", func(t *hierarchy.TaskType) *hierarchy.ID { return &t.ID }),
		textField("name", "name", func(t *hierarchy.TaskType) *string { return &t.Name }),
		maybeTextField("short_name", "short_name", func(t *hierarchy.TaskType) **string { return &t.ShortName }),
		maybeTextField("for_entity", "for_entity", func(t *hierarchy.TaskType) **string { return &t.ForEntity }),
		textField("department_id", "department_id", func(t *hierarchy.TaskType) *hierarchy.ID { return &t.DepartmentID }),
		wholeField("priority", "priority", func(t *hierarchy.TaskType) *int64 { return &t.Priority }),
		truthField("archived", "archived", func(t *hierarchy.TaskType) *bool { return &t.Archived }),
	}
}

func statusFields() []field[hierarchy.TaskStatus] {
	return []field[hierarchy.TaskStatus]{
		textField("id", "id", func(s *hierarchy.TaskStatus) *hierarchy.ID { return &s.ID }),
		textField("name", "name", func(s *hierarchy.TaskStatus) *string { return &s.Name }),
		textField("short_name", "short_name", func(s *hierarchy.TaskStatus) *string { return &s.ShortName }),
		truthField("is_default", "is_default", func(s *hierarchy.TaskStatus) *bool { return &s.IsDefault }),
		truthField("is_wip", "is_wip", func(s *hierarchy.TaskStatus) *bool { return &s.IsWIP }),
		truthField("is_feedback_request", "is_feedback_request", func(s *hierarchy.TaskStatus) *bool { return &s.IsFeedbackRequest }),
		truthField("is_done", "is_done", func(s *hierarchy.TaskStatus) *bool { return &s.IsDone }),
		truthField("is_retake", "is_retake", func(s *hierarchy.TaskStatus) *bool { return &s.IsRetake }),
		truthField("archived", "archived", func(s *hierarchy.TaskStatus) *bool { return &s.Archived }),
		truthField("for_concept", "for_concept", func(s *hierarchy.TaskStatus) *bool { return &s.ForConcept }),
	}
}

// dimensions reads what reports hold in memory of a production.
func (r *Reading) dimensions(ctx context.Context, p Production) (*hierarchy.Snapshot, error) {
	dim := &hierarchy.Snapshot{}
	if at := r.asOf(p); at != nil {
		dim.AsOf = hierarchy.At(*at)
	}
	projects, err := held(ctx, r, "projects", projectFields(), p.ID)
	if err != nil {
		return nil, err
	}
	if len(projects) != 1 {
		return nil, finding(codeContent, r.from, path.Join(r.base, manifestName), "the production is not there once", "The table projects has %d rows of %q. Publish anew.", len(projects), p.ID)
	}
	dim.Project = projects[0]
	dim.Project.ID = hierarchy.ID(p.ID)
	if err := r.entities(ctx, dim); err != nil {
		return nil, err
	}
	return dim, r.shared(ctx, dim)
}

// asOf is when a production last changed. The manifests of early versions say
// it of all productions together.
func (r *Reading) asOf(p Production) *time.Time {
	if p.AsOf == nil && len(r.Manifest.Productions) == 1 {
		return r.Manifest.AsOf
	}
	return p.AsOf
}

// entities reads those of all kinds, by id.
func (r *Reading) entities(ctx context.Context, dim *hierarchy.Snapshot) error {
	types := map[hierarchy.ID]bool{}
	for _, of := range []struct {
		table string
		kind  hierarchy.Kind
	}{{"episodes", hierarchy.Episode}, {"sequences", hierarchy.Sequence}, {"scenes", hierarchy.Scene}, {"shots", hierarchy.Shot}, {"assets", hierarchy.Asset}} {
		some, err := held(ctx, r, of.table, entityFields(), string(dim.Project.ID))
		if err != nil {
			return err
		}
		for _, e := range some {
			e.Kind, e.ProjectID = of.kind, dim.Project.ID
			if id := e.EntityTypeID; id != "" && !types[id] {
				types[id] = true
				dim.EntityTypes = append(dim.EntityTypes, &hierarchy.EntityType{ID: id, Name: string(id)})
			}
		}
		dim.Entities = append(dim.Entities, some...)
	}
	slices.SortStableFunc(dim.Entities, func(a, b *hierarchy.Entity) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

// shared reads what all productions share; those tables are sorted by id.
func (r *Reading) shared(ctx context.Context, dim *hierarchy.Snapshot) (err error) {
	if dim.Persons, err = held(ctx, r, "persons", personFields(), ""); err != nil {
		return err
	}
	if dim.PersonDepartments, err = held(ctx, r, "person_departments", personDepartmentFields(), ""); err != nil {
		return err
	}
	if dim.Departments, err = held(ctx, r, "departments", departmentFields(), ""); err != nil {
		return err
	}
	if dim.Studios, err = held(ctx, r, "studios", studioFields(), ""); err != nil {
		return err
	}
	if dim.TaskTypes, err = held(ctx, r, "task_types", taskTypeFields(), ""); err != nil {
		return err
	}
	dim.TaskStatuses, err = held(ctx, r, "task_statuses", statusFields(), "")
	return err
}

// held reads the rows of a table into memory, those of one production where its
// id is given.
func held[T any](ctx context.Context, r *Reading, name string, fields []field[T], project string) ([]*T, error) {
	columns := columnsOfFields(fields)
	if project != "" {
		columns = append(columns, text(projectColumn, ""))
	}
	var out []*T
	for row, err := range r.rows(ctx, name, columns, project) {
		if err != nil {
			return nil, err
		}
		one := new(T)
		fill(fields, row, one)
		out = append(out, one)
	}
	return out, nil
}
