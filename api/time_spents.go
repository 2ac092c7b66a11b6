package api

import (
	"net/http"
	"strconv"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

var timeRoutes = []route{
	{http.MethodGet, "/actions/tasks/{task_id}/time-spents", ofTask, accounts.SeesEntity, listTaskTime},
	{http.MethodGet, "/actions/tasks/{task_id}/time-spents/{date}", ofTask, accounts.SeesEntity, listTaskTime},
	{http.MethodPost, "/actions/tasks/{task_id}/time-spents/{date}/persons/{person_id}", ofTask, accounts.InTeam, logTime},
	{http.MethodPost, "/actions/tasks/{task_id}/time-spents/{date}/persons/{person_id}/add", ofTask, accounts.InTeam, addTime},
	{http.MethodGet, "/data/time-spents", nowhere, accounts.Person, listTime},
	{http.MethodGet, "/data/time-spents/{time_spent_id}", ofTimeSpent, accounts.InTeam, showTime},
	{http.MethodDelete, "/data/time-spents/{time_spent_id}", ofTimeSpent, accounts.InTeam, removeTime},
	{http.MethodGet, "/data/persons/{person_id}/time-spents", nowhere, accounts.Person, listPersonTime},
	{http.MethodGet, "/data/persons/{person_id}/time-spents/{date}", nowhere, accounts.Person, listPersonTime},
}

func timeObject(t *hierarchy.TimeSpent) object {
	var o object
	o.fields(t)
	o.set("type", "TimeSpent")
	return o
}

// seesTimeOf tells whether the caller sees the time of a person in the
// production of the view: their own, and everybody's who leads there.
func (c *call) seesTimeOf(person hierarchy.ID) bool {
	s := c.standing(nil)
	return person == c.who.person.ID || s.Allows(accounts.Manages) || s.Member && s.Effective() == accounts.Supervisor
}

// listTaskTime gives the time on a task, by person, with its sum; of one day
// where the path has one. Who does not lead sees the sum and their own rows.
func listTaskTime(c *call) (answer, error) {
	if c.standing(nil).Effective() == accounts.Client {
		return answer{}, errForbidden // hours are no client's business
	}
	where := map[string]any{"task_id": c.task.ID}
	if c.r.PathValue("date") != "" {
		day, err := c.pathDay()
		if err != nil {
			return answer{}, err
		}
		where["date"] = day
	}
	rows, err := pipeline.Rows[*hierarchy.TimeSpent](c.ctx(), c.pipe, where)
	if err != nil {
		return answer{}, err
	}
	total := 0.0
	var persons []hierarchy.ID // in the order of their first row
	byPerson := map[hierarchy.ID][]object{}
	for _, t := range rows {
		total += t.Duration
		if !c.seesTimeOf(t.PersonID) {
			continue
		}
		if byPerson[t.PersonID] == nil {
			persons = append(persons, t.PersonID)
		}
		byPerson[t.PersonID] = append(byPerson[t.PersonID], timeObject(t))
	}
	var o object
	o.set("total", total)
	for _, p := range persons {
		o.set(string(p), byPerson[p])
	}
	return ok(o)
}

// pathDay reads the day of the path.
func (c *call) pathDay() (hierarchy.Day, error) {
	day, err := hierarchy.ParseDay(c.r.PathValue("date"))
	if err != nil {
		return "", badParameter("Wrong date format for %s, expected format: YYYY-MM-DD", c.r.PathValue("date"))
	}
	return day, nil
}

var newTime = schema{"TimeSpentSchema", []field{{name: "duration", kind: numberField, required: true}}}

type timeWriter func(project, task, person hierarchy.ID, day hierarchy.Day, minutes float64) (*hierarchy.TimeSpent, error)

func logTime(c *call) (answer, error) {
	return c.writeTime(func(project, task, person hierarchy.ID, day hierarchy.Day, minutes float64) (*hierarchy.TimeSpent, error) {
		return c.pipe.LogTime(c.ctx(), project, task, person, day, minutes)
	})
}

func addTime(c *call) (answer, error) {
	return c.writeTime(func(project, task, person hierarchy.ID, day hierarchy.Day, minutes float64) (*hierarchy.TimeSpent, error) {
		return c.pipe.AddTime(c.ctx(), project, task, person, day, minutes)
	})
}

// writeTime is for one's own time, on a task that one may work on, and for the
// time of others on tasks that one decides about.
func (c *call) writeTime(write timeWriter) (answer, error) {
	person := c.pathID("person_id")
	if !c.directs(c.task) && (person != c.who.person.ID || !c.acts(c.task)) {
		return answer{}, errForbidden
	}
	day, err := c.pathDay()
	if err != nil {
		return answer{}, err
	}
	body, err := newTime.read(c)
	if err != nil {
		return answer{}, err
	}
	minutes, err := strconv.ParseFloat(body.text("duration"), 64)
	if err != nil {
		return answer{}, err
	}
	row, err := write(c.view.Project.ID, c.task.ID, person, day, minutes)
	if err != nil {
		return answer{}, err
	}
	return ok(timeObject(row))
}

func showTime(c *call) (answer, error) {
	row := c.row.(*hierarchy.TimeSpent)
	if !c.seesTimeOf(row.PersonID) {
		return answer{}, errForbidden
	}
	return ok(timeObject(row))
}

func removeTime(c *call) (answer, error) {
	row := c.row.(*hierarchy.TimeSpent)
	if !c.directs(c.task) && row.PersonID != c.who.person.ID {
		return answer{}, errForbidden
	}
	if err := c.pipe.RemoveTime(c.ctx(), c.view.Project.ID, row.ID); err != nil {
		return answer{}, err
	}
	return gone()
}

// timeSeen reads time sheets and leaves those that the caller sees, in their own
// productions.
func (c *call) timeSeen(where map[string]any) ([]*hierarchy.TimeSpent, error) {
	views, err := c.ownViews()
	if err != nil {
		return nil, err
	}
	seen := map[hierarchy.ID]*call{} // by task
	var tasks []hierarchy.ID
	for _, v := range views {
		inner := c.at(v)
		for _, t := range v.Tasks {
			seen[t.ID] = inner
			tasks = append(tasks, t.ID)
		}
	}
	if len(where) == 0 && c.query.Has("project_id") {
		where["task_id"] = tasks // not those of all productions
	}
	all, err := pipeline.Rows[*hierarchy.TimeSpent](c.ctx(), c.pipe, where)
	var out []*hierarchy.TimeSpent
	for _, t := range all {
		if at := seen[t.TaskID]; at != nil && at.seesTimeOf(t.PersonID) || t.PersonID == c.who.person.ID {
			out = append(out, t)
		}
	}
	return out, err
}

// listTime is the generic list; start_date and end_date narrow it, inclusive.
func listTime(c *call) (answer, error) {
	where := map[string]any{}
	for _, key := range []string{"task_id", "person_id"} {
		if id, isID := canonicalID(c.query.Get(key)); isID {
			where[key] = id // less to read; the list looks again
		}
	}
	return c.timeList(where)
}

func (c *call) timeList(where map[string]any) (answer, error) {
	from, to := c.query.Get("start_date"), c.query.Get("end_date")
	for _, day := range []string{from, to} {
		if _, err := hierarchy.ParseDay(day); err != nil && day != "" {
			return answer{}, badParameter("Wrong date format for %s, expected format: YYYY-MM-DD", day)
		}
	}
	all, err := c.timeSeen(where)
	if err != nil {
		return answer{}, err
	}
	var rows []*hierarchy.TimeSpent
	for _, t := range all {
		if string(t.Date) >= from && (to == "" || string(t.Date) <= to) {
			rows = append(rows, t)
		}
	}
	return collection[*hierarchy.TimeSpent]{rows: rows, object: timeObject}.answer(c)
}

func listPersonTime(c *call) (answer, error) { return c.personTime(c.pathID("person_id")) }

func listOwnTime(c *call) (answer, error) { return c.personTime(c.who.person.ID) }

func (c *call) personTime(person hierarchy.ID) (answer, error) {
	if _, err := pipeline.Row[*hierarchy.Person](c.ctx(), c.pipe, person); err != nil {
		return answer{}, err
	}
	where := map[string]any{"person_id": person}
	if c.r.PathValue("date") != "" {
		day, err := c.pathDay()
		if err != nil {
			return answer{}, err
		}
		where["date"] = day
	}
	return c.timeList(where)
}
