package api

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/reports"
)

var quotaRoutes = []route{
	{http.MethodGet, "/data/projects/{project_id}/quotas/{task_type_id}", inProject, accounts.InTeam, showQuotas},
	{http.MethodGet, "/data/projects/{project_id}/quotas/persons/{person_id}", inProject, accounts.InTeam, showPersonQuotas},
	{http.MethodGet, "/data/persons/{person_id}/quota-shots/month/{year}/{month}", ofQuery(), accounts.Person, listQuotaShots},
	{http.MethodGet, "/data/persons/{person_id}/quota-shots/week/{year}/{week}", ofQuery(), accounts.Person, listQuotaShots},
	{http.MethodGet, "/data/persons/{person_id}/quota-shots/day/{year}/{month}/{day}", ofQuery(), accounts.Person, listQuotaShots},
}

// usualZone is the zone of a person who has none, as in Kitsu.
const usualZone = "Europe/Paris"

// zone is the caller's: days of quotas are theirs.
func (c *call) zone() *time.Location {
	if name := c.who.person.Timezone; name != nil && *name != "" {
		if zone, err := time.LoadLocation(*name); err == nil {
			return zone
		}
	}
	if c.pipe.Timezone != nil {
		return c.pipe.Timezone
	}
	if zone, err := time.LoadLocation(usualZone); err == nil {
		return zone
	}
	return time.UTC
}

// countMode reads how quotas are counted. known is how Kitsu writes the list in
// its refusal, which is not the same everywhere.
func (c *call) countMode(known string) (string, error) {
	mode := c.query.Get("count_mode")
	if !c.query.Has("count_mode") {
		return reports.CountWeighted, nil
	}
	if !slices.Contains([]string{reports.CountWeighted, reports.CountWeightedDone, reports.CountFeedback, reports.CountDone}, mode) {
		return "", badParameter("count_mode must be equal to %s", known)
	}
	return mode, nil
}

// quotaQuery reads what both quota routes share.
func (c *call) quotaQuery() (q reports.KitsuQuery, err error) {
	if q.CountMode, err = c.countMode("weighted, weigtheddone, feedback, or done"); err != nil {
		return q, err
	}
	if c.query.Has("studio_id") {
		if q.Studio, err = c.askedID("studio_id", c.query.Get("studio_id")); err != nil {
			return q, err
		}
	}
	q.Timezone = c.zone()
	return q, nil
}

// showQuotas are the quotas of one task type, by person.
func showQuotas(c *call) (answer, error) {
	if err := c.notClient(); err != nil {
		return answer{}, err
	}
	q, err := c.quotaQuery()
	if err != nil {
		return answer{}, err
	}
	if q.TaskType, err = c.askedID("task_type_id", c.r.PathValue("task_type_id")); err != nil {
		return answer{}, err
	}
	return c.quotas(q)
}

// showPersonQuotas are the quotas of one person, by task type: for those who
// lead the production, and for the person.
func showPersonQuotas(c *call) (answer, error) {
	id, err := c.askedID("person_id", c.r.PathValue("person_id"))
	if err != nil {
		return answer{}, err
	}
	role := c.standing(nil).Effective()
	leads := c.who.role == accounts.Admin || role == accounts.Manager || role == accounts.Supervisor
	if !leads && id != c.who.person.ID {
		return answer{}, errForbidden
	}
	if !slices.ContainsFunc(c.view.Persons, func(p *hierarchy.Person) bool { return p.ID == id }) {
		return answer{}, errNotFound
	}
	q, err := c.quotaQuery()
	if err != nil {
		return answer{}, err
	}
	q.Person = id
	return c.quotas(q)
}

func (c *call) quotas(q reports.KitsuQuery) (answer, error) {
	var quotas reports.KitsuQuotas
	err := c.server.views.Facts(c.ctx(), c.view.Project.ID, func(facts hierarchy.Facts) (err error) {
		quotas, err = reports.KitsuQuota(facts, q)
		return err
	})
	if err != nil {
		return answer{}, err
	}
	return ok(quotas)
}

// listQuotaShots are the shots behind a person's quota of a month, week or day:
// of one production, or of all.
func listQuotaShots(c *call) (answer, error) {
	id, err := c.askedID("person_id", c.r.PathValue("person_id"))
	if err != nil {
		return answer{}, err
	}
	if id != c.who.person.ID && !c.standing(nil).Allows(c.needs(accounts.Manages)) {
		return answer{}, errForbidden
	}
	if _, err := c.pipe.Session(c.ctx(), id, ""); err != nil {
		return answer{}, err // there is no such person
	}
	q := reports.KitsuShotsQuery{Person: id}
	if q.CountMode, err = c.countMode("weighted, weighteddone, feedback, or done"); err != nil {
		return answer{}, err
	}
	if text := c.query.Get("task_type_id"); text != "" {
		if q.TaskType, err = c.askedID("task_type_id", text); err != nil {
			return answer{}, err
		}
	}
	if q.From, q.To, err = c.askedDays(); err != nil {
		return answer{}, err
	}
	shots, err := c.quotaShots(q)
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, s := range shots {
			o := entityObject(s.Shot, "Entity") // Kitsu does not say here that it is a shot
			o.set("full_name", s.FullName)
			o.set("weight", s.Weight)
			if !yield(o) {
				return
			}
		}
	}))
}

// quotaShots asks the production of the query, or every one.
func (c *call) quotaShots(q reports.KitsuShotsQuery) (all []reports.KitsuShot, err error) {
	var projects []hierarchy.ID
	switch {
	case c.view != nil:
		projects = []hierarchy.ID{c.view.Project.ID}
	case !c.none:
		every, err := c.pipe.Projects(c.ctx())
		if err != nil {
			return nil, err
		}
		for _, p := range every {
			projects = append(projects, p.ID)
		}
	}
	for _, project := range projects {
		err := c.server.views.Facts(c.ctx(), project, func(facts hierarchy.Facts) error {
			some, err := reports.KitsuQuotaShots(facts, q)
			all = append(all, some...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(all, func(a, b reports.KitsuShot) int { return cmp.Compare(a.FullName, b.FullName) })
	return all, nil
}

var errPeriod = errors.New("no such period")

// askedDays reads the period of the path, in the caller's zone: from midnight to
// the midnight after.
func (c *call) askedDays() (from, to time.Time, err error) {
	var n [3]int
	for i, name := range []string{"year", "month", "day"} {
		if text := c.r.PathValue(name); text != "" && err == nil {
			n[i], err = strconv.Atoi(text)
		}
	}
	week := 0
	if text := c.r.PathValue("week"); text != "" && err == nil {
		week, err = strconv.Atoi(text)
	}
	if err == nil {
		from, to, err = daysOf(n[0], n[1], n[2], week, c.zone())
	}
	if err != nil {
		return from, to, badParameter("Invalid month or year.")
	}
	return from, to, nil
}

// daysOf are the bounds of a day, of a month where day is 0, or of an ISO week
// where it is not 0.
func daysOf(year, month, day, week int, zone *time.Location) (from, to time.Time, err error) {
	if year < 1 || year > 9998 {
		return from, to, errPeriod
	}
	if week != 0 {
		fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, zone) // always in the first week
		from = fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7+7*(week-1))
		if y, w := from.ISOWeek(); y != year || w != week {
			return from, to, errPeriod
		}
		return from, from.AddDate(0, 0, 7), nil
	}
	first := max(day, 1)
	from = time.Date(year, time.Month(month), first, 0, 0, 0, 0, zone)
	if int(from.Month()) != month || from.Day() != first {
		return from, to, errPeriod
	}
	if day == 0 {
		return from, from.AddDate(0, 1, 0), nil
	}
	return from, from.AddDate(0, 0, 1), nil
}
