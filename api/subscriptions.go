package api

import (
	"net/http"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

var subscriptionRoutes = []route{
	{http.MethodGet, "/data/user/tasks/{task_id}/subscribed", ofTask, accounts.SeesEntity, showSubscribed},
	{http.MethodPost, "/actions/user/tasks/{task_id}/subscribe", ofTask, accounts.SeesEntity, subscribe},
	{http.MethodDelete, "/actions/user/tasks/{task_id}/unsubscribe", ofTask, accounts.SeesEntity, unsubscribe},
	{http.MethodGet, "/data/projects/{project_id}/subscriptions", inProject, accounts.OnlyAdmin, listSubscriptions},
}

// subscriptionObject is a subscription as Kitsu writes it; to the sequences of
// others nobody subscribes here.
func subscriptionObject(s *hierarchy.Subscription) object {
	var o object
	o.fields(s)
	o.set("entity_id", nil)
	o.set("task_type_id", nil)
	o.set("type", "Subscription")
	return o
}

// loadFollowed reads which tasks the caller follows, once.
func (c *call) loadFollowed() (err error) {
	if c.followed == nil {
		c.followed, err = c.pipe.Followed(c.ctx(), c.who.person.ID)
	}
	return err
}

func showSubscribed(c *call) (answer, error) {
	err := c.loadFollowed()
	return answer{http.StatusOK, c.followed[c.task.ID]}, err
}

func subscribe(c *call) (answer, error) {
	row, err := c.pipe.Subscribe(c.ctx(), c.view.Project.ID, c.task.ID, c.who.person.ID)
	if err != nil {
		return answer{}, err
	}
	return created(subscriptionObject(row))
}

func unsubscribe(c *call) (answer, error) {
	if err := c.pipe.Unsubscribe(c.ctx(), c.view.Project.ID, c.task.ID, c.who.person.ID); err != nil {
		return answer{}, err
	}
	return gone()
}

func listSubscriptions(c *call) (answer, error) {
	rows, err := rowsOfTasks[*hierarchy.Subscription](c)
	if err != nil {
		return answer{}, err
	}
	return collection[*hierarchy.Subscription]{rows: rows, object: subscriptionObject}.answer(c)
}
