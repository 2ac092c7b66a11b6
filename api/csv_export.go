package api

import (
	"cmp"
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
