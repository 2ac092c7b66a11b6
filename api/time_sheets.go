package api

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// sheetRoutes are what the time sheet of a person shows of a period: minutes by
// task, and all rows of a month.
var sheetRoutes = []route{
	{http.MethodGet, "/data/persons/{person_id}/time-spents/day/{year}/{month}/{day}", nowhere, accounts.Person, sumPersonTime},
	{http.MethodGet, "/data/persons/{person_id}/time-spents/week/{year}/{week}", nowhere, accounts.Person, sumPersonTime},
	{http.MethodGet, "/data/persons/{person_id}/time-spents/month/{year}/{month}", nowhere, accounts.Person, sumPersonTime},
	{http.MethodGet, "/data/persons/{person_id}/time-spents/year/{year}", nowhere, accounts.Person, sumPersonTime},
	{http.MethodGet, "/data/persons/{person_id}/time-spents/month/all/{year}/{month}", nowhere, accounts.Person, listPersonMonth},
}

func listPersonMonth(c *call) (answer, error) {
	rows, err := c.sheet()
	if err != nil {
		return answer{}, err
	}
	return collection[*hierarchy.TimeSpent]{rows: rows, object: timeObject}.answer(c)
}

// sheet reads the time of the person in the period of the path, as far as the
// caller sees it.
func (c *call) sheet() ([]*hierarchy.TimeSpent, error) {
	from, to, err := c.sheetDays()
	if err != nil {
		return nil, err
	}
	person := c.pathID("person_id")
	if _, err := pipeline.Row[*hierarchy.Person](c.ctx(), c.pipe, person); err != nil {
		return nil, err
	}
	rows, err := c.timeSeen(map[string]any{"person_id": person})
	return slices.DeleteFunc(rows, func(t *hierarchy.TimeSpent) bool { return t.Date < from || t.Date >= to }), err
}

// sheetDays are the first day of the period of the path, and the first after it.
func (c *call) sheetDays() (from, to hierarchy.Day, err error) {
	var begin, end time.Time
	if c.r.PathValue("month") == "" && c.r.PathValue("week") == "" {
		year, err := strconv.Atoi(c.r.PathValue("year"))
		if err != nil || year < 1 || year > 9998 {
			return "", "", badParameter("Invalid month or year.")
		}
		begin, end = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if begin, end, err = c.askedDays(); err != nil {
		return "", "", err
	}
	return hierarchy.Day(begin.Format(time.DateOnly)), hierarchy.Day(end.Format(time.DateOnly)), nil
}

// A sheetRow is the time on one task.
type sheetRow struct {
	view    *pipeline.View
	task    *hierarchy.Task
	minutes float64
}

// sumPersonTime gives the minutes by task, by the names of production and
// entity. Time in a production that the caller has left is in the rows alone:
// its names are no longer theirs to see.
func sumPersonTime(c *call) (answer, error) {
	times, err := c.sheet()
	if err != nil {
		return answer{}, err
	}
	minutes := map[hierarchy.ID]float64{}
	for _, t := range times {
		minutes[t.TaskID] += t.Duration
	}
	views, err := c.ownViews()
	if err != nil {
		return answer{}, err
	}
	var rows []sheetRow
	for _, v := range views {
		for _, t := range v.Tasks {
			if n, there := minutes[t.ID]; there {
				rows = append(rows, sheetRow{v, t, n})
			}
		}
	}
	slices.SortFunc(rows, func(a, b sheetRow) int {
		return cmp.Or(cmp.Compare(a.view.Project.Name, b.view.Project.Name), cmp.Compare(a.name(), b.name()), cmp.Compare(a.task.ID, b.task.ID))
	})
	objects := []object{}
	for _, r := range rows {
		objects = append(objects, r.object())
	}
	return ok(objects)
}

func (r sheetRow) name() string {
	e := r.view.Entity(r.task.EntityID)
	if e == nil {
		return ""
	}
	return e.Name
}

func (r sheetRow) object() (o object) {
	o.set("task_id", r.task.ID)
	o.set("task_type_id", r.task.TaskTypeID)
	o.set("project_id", r.view.Project.ID)
	o.set("project_name", r.view.Project.Name)
	o.set("entity_name", r.name())
	if e := r.view.Entity(r.task.EntityID); e != nil {
		o.set("entity_type_name", r.view.EntityTypeName(e.EntityTypeID))
		o.set("sequence_name", entityName(r.view.Sequence(e)))
		o.set("episode_name", entityName(r.view.Episode(e)))
	}
	o.set("duration", r.minutes)
	return o
}
