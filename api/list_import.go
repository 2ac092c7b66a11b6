package api

import (
	"net/http"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

var listImportRoutes = []route{
	{http.MethodPost, "/import/csv/persons", nowhere, accounts.OnlyAdmin, importPersons},
	{http.MethodPost, "/import/csv/projects/{project_id}/task-types/{task_type_id}/estimations", inProject, accounts.InTeam, importEstimations},
	{http.MethodPost, "/import/csv/projects/{project_id}/episodes/{episode_id}/task-types/{task_type_id}/estimations", inProject, accounts.InTeam, importEstimations},
}

// importPersons takes a list of persons in one transaction; the answer has the
// person of each row. Who is there stays as they are without ?update=true.
func importPersons(c *call) (answer, error) {
	got, done, err := c.upload()
	if err != nil {
		return answer{}, err
	}
	defer done()
	people, err := c.pipe.ImportPersons(c.ctx(), got.file, strings.EqualFold(c.query.Get("update"), "true"))
	if err != nil {
		return answer{}, err
	}
	rows := []object{}
	for _, p := range people {
		rows = append(rows, c.personObject(p, nil))
	}
	return created(rows)
}

// importEstimations takes a list of estimations of the tasks of one type in one
// transaction; the answer has a null for each row, as Kitsu's. It is for those who
// decide about such tasks.
func importEstimations(c *call) (answer, error) {
	taskType, episode := c.pathID("task_type_id"), hierarchy.ID("")
	if !c.directs(&hierarchy.Task{TaskTypeID: taskType}) {
		return answer{}, errForbidden
	}
	if text := c.r.PathValue("episode_id"); text != "" && text != "all" {
		if episode = c.pathID("episode_id"); episode == "" {
			return answer{}, errNotFound
		}
	}
	got, done, err := c.upload()
	if err != nil {
		return answer{}, err
	}
	defer done()
	rows, err := c.pipe.ImportEstimations(c.ctx(), c.view.Project.ID, taskType, episode, got.file)
	if err != nil {
		return answer{}, err
	}
	return created(make([]*string, rows))
}
