package api

import (
	"net/http"

	"turnover/internal/accounts"
)

// unkeptRoutes are lists of what Kitsu has and turnover keeps none of. They are
// empty because there is none: nothing adds to them.
var unkeptRoutes = []route{
	{http.MethodGet, "/data/user/notifications", nowhere, accounts.Person, listNone},
	{http.MethodPost, "/actions/user/notifications/mark-all-as-read", nowhere, accounts.Person, markNone},
	{http.MethodGet, "/data/projects/{project_id}/notifications", inProject, accounts.OnlyAdmin, listNone},
	{http.MethodGet, "/data/projects/{project_id}/settings/status-automations", inProject, accounts.InTeam, listNone},
	{http.MethodGet, "/data/projects/{project_id}/settings/preview-background-files", inProject, accounts.InTeam, listNone},
	// What is linked to a concept.
	{http.MethodGet, "/data/entities/{entity_id}/entities-linked/with-tasks", ofEntity(), accounts.SeesEntity, listNone},
}

func listNone(*call) (answer, error) { return ok([]object{}) }

// markNone has nothing to mark.
func markNone(*call) (answer, error) {
	var o object
	o.set("success", true)
	return ok(o)
}
