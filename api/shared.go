package api

import (
	"net/http"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// A sharedTable is what all productions share and Kitsu has generic routes for:
// everybody reads it, admins write it.
type sharedTable[N hierarchy.Noun] struct {
	path, kind string
	fresh      func() N     // with the defaults of a new row
	wanted     func(N) bool // of the list; nil is all
}

func sharedRoutes() []route {
	var all []route
	all = append(all, sharedTable[*hierarchy.TaskType]{path: "task-types", kind: "TaskType", fresh: func() *hierarchy.TaskType {
		return &hierarchy.TaskType{Color: "#FFFFFF", Priority: 1, ForEntity: hierarchy.Ptr("Asset"), ShortName: hierarchy.Ptr(""), AllowTimelog: true}
	}}.routes()...)
	all = append(all, sharedTable[*hierarchy.TaskStatus]{path: "task-status", kind: "TaskStatus", fresh: func() *hierarchy.TaskStatus {
		return &hierarchy.TaskStatus{Color: "#FFFFFF", Priority: 1, IsArtistAllowed: true, IsClientAllowed: true}
	}}.routes()...)
	all = append(all, sharedTable[*hierarchy.EntityType]{path: "entity-types", kind: "EntityType", fresh: func() *hierarchy.EntityType {
		return &hierarchy.EntityType{ShortName: hierarchy.Ptr("")}
	}}.routes()...)
	all = append(all, sharedTable[*hierarchy.Department]{path: "departments", kind: "Department", fresh: func() *hierarchy.Department {
		return &hierarchy.Department{Color: hierarchy.Ptr("#FFFFFF")}
	}}.routes()...)
	all = append(all, sharedTable[*hierarchy.Studio]{path: "studios", kind: "Studio", fresh: func() *hierarchy.Studio {
		return &hierarchy.Studio{Color: hierarchy.Ptr("#FFFFFF")}
	}}.routes()...)
	return append(all, sharedTable[*hierarchy.ProjectStatus]{path: "project-status", kind: "ProjectStatus", fresh: func() *hierarchy.ProjectStatus {
		return &hierarchy.ProjectStatus{Color: hierarchy.Ptr("#000000")}
	}}.routes()...)
}

func (t sharedTable[N]) routes() []route {
	base := "/data/" + t.path
	one := base + "/{row_id}"
	return []route{
		{http.MethodGet, base, nowhere, accounts.Person, t.list},
		{http.MethodGet, one, nowhere, accounts.Person, t.show},
		{http.MethodPost, base, nowhere, accounts.OnlyAdmin, t.create},
		{http.MethodPut, one, nowhere, accounts.OnlyAdmin, t.update},
		{http.MethodDelete, one, nowhere, accounts.OnlyAdmin, t.remove},
	}
}

// sharedObject writes a row with the name of its kind.
func sharedObject[N hierarchy.Noun](kind string) func(N) object {
	return func(n N) object {
		var o object
		o.fields(n)
		o.set("type", kind)
		return o
	}
}

func (t sharedTable[N]) rows(c *call) ([]N, error) {
	all, err := pipeline.Rows[N](c.ctx(), c.pipe, nil)
	var out []N
	for _, n := range all {
		if t.wanted == nil || t.wanted(n) {
			out = append(out, n)
		}
	}
	return out, err
}

func (t sharedTable[N]) list(c *call) (answer, error) {
	rows, err := t.rows(c)
	if err != nil {
		return answer{}, err
	}
	return collection[N]{rows: rows, object: sharedObject[N](t.kind)}.answer(c)
}

func (t sharedTable[N]) show(c *call) (answer, error) {
	row, err := pipeline.Row[N](c.ctx(), c.pipe, c.pathID("row_id"))
	if err != nil {
		return answer{}, err
	}
	return ok(sharedObject[N](t.kind)(row))
}

func (t sharedTable[N]) create(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	row := t.fresh()
	if err := c.pipe.CreateShared(c.ctx(), row, sentFields(sent)); err != nil {
		return answer{}, err
	}
	return created(sharedObject[N](t.kind)(row))
}

func (t sharedTable[N]) update(c *call) (answer, error) {
	sent, err := c.object()
	if err != nil {
		return answer{}, err
	}
	row, err := c.pipe.UpdateShared(c.ctx(), t.fresh().Table(), c.pathID("row_id"), sentFields(sent))
	if err != nil {
		return answer{}, err
	}
	return ok(sharedObject[hierarchy.Noun](t.kind)(row))
}

// remove deletes a row; one that is in use stays, also with ?force.
func (t sharedTable[N]) remove(c *call) (answer, error) {
	if err := c.pipe.RemoveShared(c.ctx(), t.fresh().Table(), c.pathID("row_id")); err != nil {
		return answer{}, err
	}
	return gone()
}
