package api

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var csvExportRoutes = []route{
	{http.MethodGet, "/export/csv/projects/{project_id}/shots.csv", inProject, accounts.NoVendor, exportShots},
	{http.MethodGet, "/export/csv/projects/{project_id}/assets.csv", inProject, accounts.NoVendor, exportAssets},
	{http.MethodGet, "/export/csv/projects/{project_id}/casting.csv", inProject, accounts.NoVendor, exportCasting},
	{http.MethodGet, "/export/csv/tasks.csv", nowhere, accounts.Person, exportTasks},
	{http.MethodGet, "/export/csv/time-spents.csv", nowhere, accounts.Person, exportTimeSpents},
	{http.MethodGet, "/export/csv/persons.csv", nowhere, accounts.Person, exportPersons},
	{http.MethodGet, "/export/csv/projects.csv", nowhere, accounts.Person, exportProjects},
	{http.MethodGet, "/export/csv/task-types.csv", nowhere, accounts.Person, exportTaskTypes},
}

// csvLine writes cells as Kitsu does: semicolons, quotes only where needed, CRLF.
func csvLine(cells []string) []byte {
	var b []byte
	for i, cell := range cells {
		if i > 0 {
			b = append(b, ';')
		}
		if strings.ContainsAny(cell, "\";\r\n") {
			b = append(append(append(b, '"'), strings.ReplaceAll(cell, `"`, `""`)...), '"')
			continue
		}
		b = append(b, cell...)
	}
	return append(b, "\r\n"...)
}

// csvFile is an answer that is kept as a file. It is not compressed, although
// gazu says that it takes that: it writes what comes to the file as it is.
func (c *call) csvFile(name string, head []string, rows func(yield func([]string) bool)) (answer, error) {
	c.r.Header.Del("Accept-Encoding")
	c.w.Header().Set("Content-Disposition", "attachment; filename="+name+".csv")
	return ok(stream{"text/csv; charset=utf-8", string(csvLine(head)), "", "", func(yield func([]byte) bool) {
		for row := range rows {
			if !yield(csvLine(row)) {
				return
			}
		}
	}})
}

// slug makes a name one that a file may have.
func slug(name string) string {
	return strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "_"), "_")
}

// A taskColumns is what lists of entities have at the right: custom fields, then
// status and assignees of each task type that is used.
type taskColumns struct {
	view        *pipeline.View
	descriptors []*hierarchy.MetadataDescriptor
	types       []*hierarchy.TaskType
	names       map[hierarchy.ID]string // of persons
	statuses    map[hierarchy.ID]*hierarchy.TaskStatus
}

func columnsOf(v *pipeline.View, kind hierarchy.Kind, rows []*hierarchy.Entity) *taskColumns {
	t := &taskColumns{view: v, names: personNames(v.Snapshot), statuses: statusesByID(v.Snapshot)}
	for _, d := range v.Descriptors {
		if d.EntityType == string(kind) {
			t.descriptors = append(t.descriptors, d)
		}
	}
	slices.SortFunc(t.descriptors, func(a, b *hierarchy.MetadataDescriptor) int {
		return cmp.Or(cmp.Compare(orZero(a.Position), orZero(b.Position)), cmp.Compare(a.Name, b.Name))
	})
	used := map[hierarchy.ID]bool{}
	for _, e := range rows {
		for _, task := range v.TasksOf(e.ID) {
			used[task.TaskTypeID] = true
		}
	}
	for _, tt := range v.TaskTypes {
		if used[tt.ID] {
			t.types = append(t.types, tt)
		}
	}
	slices.SortFunc(t.types, func(a, b *hierarchy.TaskType) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), cmp.Compare(a.Name, b.Name))
	})
	return t
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

func personNames(s *hierarchy.Snapshot) map[hierarchy.ID]string {
	names := map[hierarchy.ID]string{}
	for _, p := range s.Persons {
		names[p.ID] = p.Name()
	}
	return names
}

func statusesByID(s *hierarchy.Snapshot) map[hierarchy.ID]*hierarchy.TaskStatus {
	out := map[hierarchy.ID]*hierarchy.TaskStatus{}
	for _, st := range s.TaskStatuses {
		out[st.ID] = st
	}
	return out
}

func (t *taskColumns) head() (cells []string) {
	for _, d := range t.descriptors {
		cells = append(cells, d.Name)
	}
	for _, tt := range t.types {
		cells = append(cells, tt.Name, "Assignations")
	}
	return cells
}

func (t *taskColumns) cells(e *hierarchy.Entity) (cells []string) {
	keys := make([]string, len(t.descriptors))
	for i, d := range t.descriptors {
		keys[i] = d.FieldName
	}
	for i, value := range keysOf(e.Data, keys...) {
		text := hierarchy.ValueOf(value).Text()
		if kind := t.descriptors[i].DataType; kind != nil && *kind == "boolean" && text == "" {
			text = "false"
		}
		cells = append(cells, text)
	}
	byType := map[hierarchy.ID]*hierarchy.Task{}
	for _, task := range t.view.TasksOf(e.ID) {
		byType[task.TaskTypeID] = task
	}
	for _, tt := range t.types {
		task := byType[tt.ID]
		if task == nil {
			cells = append(cells, "", "")
			continue
		}
		status := ""
		if st := t.statuses[task.TaskStatusID]; st != nil {
			status = st.ShortName
		}
		cells = append(cells, status, strings.Join(t.people(task), ","))
	}
	return cells
}

func (t *taskColumns) people(task *hierarchy.Task) (names []string) {
	for _, id := range task.Assignees {
		names = append(names, t.names[id])
	}
	return names
}

// timeSpent is what was logged on an entity in days of eight hours.
func (t *taskColumns) timeSpent(e *hierarchy.Entity) string {
	minutes := 0.0
	for _, task := range t.view.TasksOf(e.ID) {
		minutes += task.Duration
	}
	return strconv.FormatFloat(minutes/60/8, 'f', 2, 64)
}

// exportShots lists the shots that lie in a sequence, omitted ones too; of one
// episode, or those with a task of one person, where asked.
func exportShots(c *call) (answer, error) {
	v := c.view
	episode, err := c.queryID("episode_id")
	if err != nil {
		return answer{}, err
	}
	person, err := c.queryID("assigned_to")
	if err != nil {
		return answer{}, err
	}
	shots := slices.DeleteFunc(v.OfKind(hierarchy.Shot), func(e *hierarchy.Entity) bool {
		ep := v.Episode(e)
		return v.Sequence(e) == nil || episode != "" && (ep == nil || ep.ID != episode) || person != "" && !hasTaskOf(v, e, person)
	})
	slices.SortFunc(shots, func(a, b *hierarchy.Entity) int {
		return cmp.Or(cmp.Compare(nameOf(v.Episode(a)), nameOf(v.Episode(b))), cmp.Compare(nameOf(v.Sequence(a)), nameOf(v.Sequence(b))), cmp.Compare(a.Name, b.Name))
	})
	columns := columnsOf(v, hierarchy.Shot, shots)
	head := append([]string{"Project", "Episode", "Sequence", "Name", "Description", "Time Spent", "Frames", "Frame In", "Frame Out", "FPS"}, columns.head()...)
	return c.csvFile("kitsu_"+slug(v.Project.Name)+"_shots", head, func(yield func([]string) bool) {
		for _, e := range shots {
			row := []string{v.Project.Name, nameOf(v.Episode(e)), nameOf(v.Sequence(e)), e.Name, textOf(e.Description), columns.timeSpent(e), numberText(e.NbFrames)}
			for _, value := range keysOf(e.Data, "frame_in", "frame_out", "fps") {
				row = append(row, hierarchy.ValueOf(value).Text())
			}
			if !yield(append(row, columns.cells(e)...)) {
				return
			}
		}
	})
}

func hasTaskOf(v *pipeline.View, e *hierarchy.Entity, person hierarchy.ID) bool {
	return slices.ContainsFunc(v.TasksOf(e.ID), func(t *hierarchy.Task) bool { return slices.Contains(t.Assignees, person) })
}

// queryID reads an id of the query; "" where it is absent or all are meant.
func (c *call) queryID(name string) (hierarchy.ID, error) {
	text := c.query.Get(name)
	if text == "" || text == "all" {
		return "", nil
	}
	return c.askedID(name, text)
}

func nameOf(e *hierarchy.Entity) string {
	if e == nil {
		return ""
	}
	return e.Name
}

func textOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func numberText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func exportAssets(c *call) (answer, error) {
	v := c.view
	assets := v.OfKind(hierarchy.Asset)
	slices.SortFunc(assets, func(a, b *hierarchy.Entity) int {
		return cmp.Or(cmp.Compare(v.EntityTypeName(a.EntityTypeID), v.EntityTypeName(b.EntityTypeID)), cmp.Compare(a.Name, b.Name))
	})
	columns := columnsOf(v, hierarchy.Asset, assets)
	head := append([]string{"Project", "Type", "Name", "Description", "Time Spent"}, columns.head()...)
	return c.csvFile("kitsu_"+slug(v.Project.Name)+"_assets", head, func(yield func([]string) bool) {
		for _, e := range assets {
			row := []string{v.Project.Name, v.EntityTypeName(e.EntityTypeID), e.Name, textOf(e.Description), columns.timeSpent(e)}
			if !yield(append(row, columns.cells(e)...)) {
				return
			}
		}
	})
}

// exportCasting lists what is cast: in shots, in episodes, or in assets.
func exportCasting(c *call) (answer, error) {
	v, asked := c.view, c.query.Get("episode_id")
	inShots, err := c.flag("is_shot_casting")
	if err != nil {
		return answer{}, err
	}
	withEpisode := v.Project.Episodic() && asked != "all"
	head := []string{"Parent", "Name", "Asset Type", "Asset", "Occurences", "Label"}
	if withEpisode {
		head = append([]string{"Episode"}, head...)
	}
	var rows [][]string
	for _, e := range v.Entities {
		episode := v.Episode(e)
		if !castTarget(e, inShots, asked) || asked != "" && asked != "all" && asked != "main" && (episode == nil || string(episode.ID) != asked) ||
			asked == "main" && episode != nil {
			continue
		}
		parent := nameOf(v.Sequence(e))
		switch e.Kind {
		case hierarchy.Asset:
			parent = v.EntityTypeName(e.EntityTypeID)
		case hierarchy.Episode:
			parent = "Episode"
		}
		for _, cast := range v.CastOf(e.ID) {
			asset := v.Entity(cast.EntityOutID)
			if asset == nil {
				continue
			}
			row := []string{parent, e.Name, v.EntityTypeName(asset.EntityTypeID), asset.Name, strconv.FormatInt(cast.NbOccurences, 10), textOf(cast.Label)}
			if withEpisode {
				row = append([]string{nameOf(episode)}, row...)
			}
			rows = append(rows, row)
		}
	}
	slices.SortFunc(rows, slices.Compare)
	return c.csvFile("kitsu_"+slug(v.Project.Name)+"_casting", head, slices.Values(rows))
}

// castTarget tells whether castings in an entity are asked for.
func castTarget(e *hierarchy.Entity, inShots bool, episode string) bool {
	switch {
	case inShots:
		return e.Kind == hierarchy.Shot
	case episode == "all":
		return e.Kind == hierarchy.Episode
	}
	return e.Kind == hierarchy.Asset
}

// leads refuses all but admins and those whose own role is manager.
func (c *call) leads() error {
	if c.who.role != accounts.Admin && c.who.role != accounts.Manager {
		return errForbidden
	}
	return nil
}

// openViews are the productions that are open and the caller's.
func (c *call) openViews() (views []*pipeline.View, err error) {
	if err := c.leads(); err != nil {
		return nil, err
	}
	own, err := c.ownProjects()
	if err != nil {
		return nil, err
	}
	for _, p := range own {
		if !p.Open() {
			continue
		}
		v, err := c.server.views.Project(c.ctx(), p.ID)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

func exportTasks(c *call) (answer, error) {
	views, err := c.openViews()
	if err != nil {
		return answer{}, err
	}
	head := []string{"Project", "Task Type", "Episode", "Sequence", "Entity Type", "Entity", "Assigner", "Assignees", "Duration", "Estimation",
		"Start date", "Due date", "WIP date", "Validation date", "Task Status"}
	return c.csvFile("kitsu_tasks_export", head, func(yield func([]string) bool) {
		for _, v := range views {
			for _, row := range taskRows(v) {
				if !yield(row) {
					return
				}
			}
		}
	})
}

// taskRows are a production's tasks as exported, in the order of their cells.
func taskRows(v *pipeline.View) (rows [][]string) {
	columns := &taskColumns{view: v, names: personNames(v.Snapshot), statuses: statusesByID(v.Snapshot)}
	types := map[hierarchy.ID]string{}
	for _, tt := range v.TaskTypes {
		types[tt.ID] = tt.Name
	}
	for _, t := range v.Snapshot.Tasks {
		e := v.Entity(t.EntityID)
		if e == nil {
			continue
		}
		status := ""
		if st := columns.statuses[t.TaskStatusID]; st != nil {
			status = st.Name
		}
		var above *hierarchy.Entity // the sequence; of a sequence its episode, which stands in that column too
		parent := v.Entity(e.ParentID)
		if parent != nil {
			above = v.Entity(parent.ParentID)
		}
		row := []string{v.Project.Name, types[t.TaskTypeID], nameOf(above), nameOf(parent), v.EntityTypeName(e.EntityTypeID), e.Name,
			columns.names[t.AssignerID], strings.Join(columns.people(t), ", "), pythonNumber(t.Duration), pythonNumber(t.Estimation)}
		for _, at := range []hierarchy.Time{t.StartDate, t.DueDate, t.RealStartDate, t.EndDate} {
			row = append(row, dayText(at))
		}
		rows = append(rows, append(row, status))
	}
	slices.SortFunc(rows, slices.Compare)
	return rows
}

func pythonNumber(f float64) string { return string(appendNumber(nil, f)) }

func dayText(t hierarchy.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02")
}

func exportTimeSpents(c *call) (answer, error) {
	views, err := c.openViews()
	if err != nil {
		return answer{}, err
	}
	var rows [][]string
	for _, v := range views {
		some, err := c.timeRows(v)
		if err != nil {
			return answer{}, err
		}
		rows = append(rows, some...)
	}
	return c.csvFile("kitsu_time_spents_export", []string{"Project", "Person", "Entity Type Name", "Entity", "Task Type", "Date", "Time spent"}, slices.Values(rows))
}

// timeRows are a production's time sheets as exported.
func (c *call) timeRows(v *pipeline.View) (rows [][]string, err error) {
	names, types, tasks := personNames(v.Snapshot), map[hierarchy.ID]string{}, map[hierarchy.ID]*hierarchy.Task{}
	for _, tt := range v.TaskTypes {
		types[tt.ID] = tt.Name
	}
	for _, t := range v.Snapshot.Tasks {
		tasks[t.ID] = t
	}
	err = c.pipe.Facts(c.ctx(), v.Project.ID, func(facts hierarchy.Facts) error {
		for sheet, err := range facts.TimeSpents() {
			if err != nil {
				return err
			}
			task := tasks[sheet.TaskID]
			if task == nil {
				continue // made since the view
			}
			e := v.Entity(task.EntityID)
			if e == nil {
				continue
			}
			rows = append(rows, []string{v.Project.Name, names[sheet.PersonID], v.EntityTypeName(e.EntityTypeID), e.Name, types[task.TaskTypeID],
				string(sheet.Date), pythonNumber(sheet.Duration)})
		}
		return nil
	})
	slices.SortFunc(rows, slices.Compare)
	return rows, err
}

// exportPersons lists persons with the columns that Kitsu imports them by. The
// pay is for admins.
func exportPersons(c *call) (answer, error) {
	if err := c.leads(); err != nil {
		return answer{}, err
	}
	shared, err := c.pipe.Shared(c.ctx())
	if err != nil {
		return answer{}, err
	}
	departments, studios := map[hierarchy.ID]string{}, map[hierarchy.ID]string{}
	for _, d := range shared.Departments {
		departments[d.ID] = d.Name
	}
	for _, s := range shared.Studios {
		studios[s.ID] = s.Name
	}
	of := map[hierarchy.ID][]string{}
	for _, l := range shared.PersonDepartments {
		of[l.PersonID] = append(of[l.PersonID], departments[l.DepartmentID])
	}
	var rows [][]string
	for _, p := range shared.Persons {
		if p.IsBot {
			continue
		}
		pay := ""
		if p.DailySalary != nil && c.who.role == accounts.Admin {
			pay = fmt.Sprint(*p.DailySalary)
		}
		slices.Sort(of[p.ID])
		rows = append(rows, []string{p.FirstName, p.LastName, textOf(p.Email), textOf(p.Phone), textOf(p.Role), strings.Join(of[p.ID], ","), studios[p.StudioID],
			textOf(p.Country), textOf(p.ContractType), textOf(p.Position), textOf(p.Seniority), pay, map[bool]string{true: "yes", false: "no"}[p.Active]})
	}
	slices.SortFunc(rows, slices.Compare)
	return c.csvFile("people_csv", []string{"First Name", "Last Name", "Email", "Phone", "Role", "Departments", "Studio", "Country", "Contract Type", "Position",
		"Seniority", "Daily Salary", "Active"}, slices.Values(rows))
}

func exportProjects(c *call) (answer, error) {
	if err := c.leads(); err != nil {
		return answer{}, err
	}
	own, err := c.ownProjects()
	if err != nil {
		return answer{}, err
	}
	return c.csvFile("kitsu_export", []string{"Name", "Status"}, func(yield func([]string) bool) {
		for _, p := range own {
			status := p.Status
			if status == "" && p.Open() {
				status = "Open"
			}
			if !yield([]string{p.Name, status}) {
				return
			}
		}
	})
}

func exportTaskTypes(c *call) (answer, error) {
	if err := c.leads(); err != nil {
		return answer{}, err
	}
	shared, err := c.pipe.Shared(c.ctx())
	if err != nil {
		return answer{}, err
	}
	departments := map[hierarchy.ID]string{}
	for _, d := range shared.Departments {
		departments[d.ID] = d.Name
	}
	var rows [][]string
	for _, tt := range shared.TaskTypes {
		rows = append(rows, []string{departments[tt.DepartmentID], tt.Name})
	}
	slices.SortFunc(rows, slices.Compare)
	return c.csvFile("task_types_csv", []string{"Department", "Name"}, slices.Values(rows))
}
