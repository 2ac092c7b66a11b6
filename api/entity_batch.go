package api

import (
	"encoding/json"
	"net/http"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

var entityBatchRoutes = []route{
	{http.MethodPost, "/actions/projects/{project_id}/delete-entities", inProject, accounts.InTeam, removeEntities},
}

// removeEntities deletes or omits the shots and assets of a list of ids. Managers
// may name any, others what they made themselves.
func removeEntities(c *call) (answer, error) {
	force, err := c.flag("force")
	if err != nil {
		return answer{}, err
	}
	raw, err := c.body()
	if err != nil {
		return answer{}, err
	}
	ids, err := sentIDs(map[string]json.RawMessage{"entities": raw}, "entities")
	if err != nil {
		return answer{}, err
	}
	for _, id := range ids {
		if e := c.view.Entity(id); e != nil && !c.standing(e).Allows(accounts.Removes) {
			return answer{}, errForbidden
		}
	}
	gone, err := c.pipe.RemoveEntities(c.ctx(), c.view.Project.ID, ids, force)
	if err != nil {
		return answer{}, err
	}
	return ok(append([]hierarchy.ID{}, gone...))
}
