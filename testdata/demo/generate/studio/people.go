package studio

import "turnover/hierarchy"

// people makes the studios, departments and persons.
func (m *maker) people() {
	for _, name := range []string{"Paris", "Montreal"} {
		m.studios[name] = id("studio", name)
		m.add("studios", &hierarchy.Studio{ID: m.studios[name], Name: name, Stamps: stamped(founded)})
	}
	for _, d := range [][2]string{{"Layout", "#7E57C2"}, {"Animation", "#009688"}, {"Lighting", "#FFA000"}, {"Compositing", "#F06292"}, {"Modeling", "#78909C"}} {
		m.departments[d[0]] = id("department", d[0])
		m.add("departments", &hierarchy.Department{ID: m.departments[d[0]], Name: d[0], Color: hierarchy.Ptr(d[1]), Stamps: stamped(founded)})
	}
	for _, p := range []struct{ first, last, role, studio, zone, department string }{
		{"Nora", "Quay", "admin", "Paris", "Europe/Paris", ""},
		{"Milo", "Ferrand", "supervisor", "Paris", "Europe/Paris", "Animation"},
		{"Ines", "Okafor", "user", "Paris", "Europe/Paris", "Animation"},
		{"Tomas", "Brandt", "user", "Paris", "Europe/Paris", "Animation"},
		{"Yuki", "Adler", "user", "Montreal", "America/Montreal", "Animation"},
		{"Lea", "Moreau", "user", "Paris", "Europe/Paris", "Lighting"},
		{"Sana", "Petit", "user", "Paris", "Europe/Paris", "Compositing"},
		{"Otto", "Lind", "user", "Montreal", "America/Montreal", "Compositing"},
	} {
		m.person(p.first, p.last, p.role, p.studio, p.zone, p.department)
	}
}

func (m *maker) person(first, last, role, studio, zone, department string) {
	p := &hierarchy.Person{
		ID: id("person", first), FirstName: first, LastName: last, Email: hierarchy.Ptr(lower(first) + "@example.com"),
		Active: true, Role: &role, Timezone: &zone, Locale: hierarchy.Ptr("en_US"), StudioID: m.studios[studio], Stamps: stamped(founded),
	}
	m.persons[first] = p.ID
	m.worked[p.ID] = map[hierarchy.Day]int64{}
	m.add("persons", p)
	if department != "" {
		m.add("person_departments", &hierarchy.PersonDepartment{PersonID: p.ID, DepartmentID: m.departments[department]})
	}
}

// kinds makes the entity types, task types and statuses.
func (m *maker) kinds() {
	for _, name := range []string{"Episode", "Sequence", "Scene", "Shot", "Edit", "Concept", "Character", "Prop", "Environment", "FX"} {
		m.types[name] = id("entity type", name)
		m.add("entity_types", &hierarchy.EntityType{ID: m.types[name], Name: name, Stamps: stamped(founded)})
	}
	for i, t := range [][3]string{{"Layout", "Shot", "#7E57C2"}, {"Animation", "Shot", "#009688"}, {"Lighting", "Shot", "#FFA000"}, {"Compositing", "Shot", "#F06292"}, {"Modeling", "Asset", "#78909C"}} {
		m.taskTypes[t[0]] = id("task type", t[0])
		m.add("task_types", &hierarchy.TaskType{
			ID: m.taskTypes[t[0]], Name: t[0], ForEntity: hierarchy.Ptr(t[1]), Color: t[2], Priority: int64(i + 1), AllowTimelog: true,
			DepartmentID: m.departments[t[0]], Stamps: stamped(founded),
		})
	}
	for i, s := range []hierarchy.TaskStatus{
		{Name: "Todo", ShortName: "todo", Color: "#F5F5F5", IsDefault: true, IsArtistAllowed: true},
		{Name: "Ready To Start", ShortName: "ready", Color: "#FBC02D"},
		{Name: "Work In Progress", ShortName: "wip", Color: "#3273DC", IsWIP: true, IsArtistAllowed: true},
		{Name: "Waiting For Approval", ShortName: "wfa", Color: "#AB26FF", IsFeedbackRequest: true, IsArtistAllowed: true},
		{Name: "Retake", ShortName: "retake", Color: "#FF3860", IsRetake: true, IsClientAllowed: true},
		{Name: "Done", ShortName: "done", Color: "#22D160", IsDone: true},
	} {
		s.ID, s.Priority, s.Stamps = id("task status", s.Name), int64(i+1), stamped(founded)
		m.status[s.ShortName] = &s
		m.add("task_statuses", &s)
	}
}

// productions makes the series and the film with their teams and pipelines.
func (m *maker) productions() {
	open := &hierarchy.ProjectStatus{ID: id("project status", "Open"), Name: "Open", Stamps: stamped(founded)}
	m.add("project_statuses", open)
	for _, p := range [][4]string{{Series, hierarchy.TVShow, "25", "LIG"}, {Film, "featurefilm", "24", "HAR"}} {
		project := &hierarchy.Project{
			ID: id("project", p[0]), Name: p[0], Code: hierarchy.Ptr(p[3]), ProductionType: hierarchy.Ptr(p[1]), ProductionStyle: "3d", FPS: hierarchy.Ptr(p[2]),
			ProjectStatusID: open.ID, Ratio: hierarchy.Ptr("16:9"), Resolution: hierarchy.Ptr("1920x1080"), StartDate: "2026-01-05", EndDate: "2026-06-26",
			MaxRetakes: hierarchy.Ptr(int64(0)), Stamps: stamped(founded),
		}
		m.projects[p[0]] = project.ID
		m.add("projects", project)
		m.team(project)
	}
	m.add("metadata_descriptors", &hierarchy.MetadataDescriptor{
		ID: id("descriptor", "weather"), ProjectID: m.projects[Series], EntityType: "Shot", Name: "Weather", FieldName: "weather",
		DataType: hierarchy.Ptr("list"), Choices: hierarchy.Data(`["calm","fog","storm"]`), Stamps: stamped(founded),
	})
}

func (m *maker) team(p *hierarchy.Project) {
	for _, person := range m.persons {
		m.add("project_persons", &hierarchy.ProjectPerson{ProjectID: p.ID, PersonID: person})
	}
	for i, name := range []string{"Layout", "Animation", "Lighting", "Compositing", "Modeling"} {
		m.add("project_task_types", &hierarchy.ProjectTaskType{
			ID: id("project task type", p.Name, name), ProjectID: p.ID, TaskTypeID: m.taskTypes[name], Priority: hierarchy.Ptr(int64(i + 1)), Stamps: stamped(founded),
		})
	}
	for _, s := range m.status {
		m.add("project_task_statuses", &hierarchy.ProjectTaskStatus{
			ID: id("project task status", p.Name, s.Name), ProjectID: p.ID, TaskStatusID: s.ID, Priority: &s.Priority, Stamps: stamped(founded),
		})
	}
}
