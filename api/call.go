package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// A call is one request: who asks, of what, and the pipeline that acts for them.
type call struct {
	server *Server
	w      http.ResponseWriter // for limits and headers; answers are returned
	r      *http.Request
	query  url.Values

	who      *caller
	pipe     *pipeline.Pipeline // acts as the caller
	view     *pipeline.View     // of the production; nil where there is none, or all
	entity   *hierarchy.Entity  // nil where the scope names none
	task     *hierarchy.Task    // nil where the scope names none
	row      hierarchy.Noun     // a comment, preview or time sheet that the scope names
	sent     []byte             // the body, once it was read
	link     *hierarchy.Casting // where the scope names one
	instance *hierarchy.AssetInstance
	isVendor *bool // found out at most once
	hidden   map[hierarchy.Kind]map[string]bool
	followed map[hierarchy.ID]bool // tasks that the caller follows; see loadFollowed
	none     bool                  // the query names a production that is not there
}

func (c *call) ctx() context.Context { return c.r.Context() }

// run checks who asks and what they may, then answers.
func (c *call) run(r route) (answer, error) {
	c.pipe = c.server.pipeline
	if r.right != accounts.Anyone {
		who, err := c.server.authenticate(c.r, accounts.Access)
		if err != nil {
			return answer{}, err
		}
		c.who, c.pipe = who, c.pipe.As(who.person.ID)
	}
	if err := r.scope(c); err != nil {
		return answer{}, err
	}
	if r.right != accounts.Anyone && !c.standing(c.entity).Allows(c.needs(r.right)) {
		return answer{}, errForbidden
	}
	if c.entity != nil && c.vendor() {
		c.entity = c.masked(c.view, c.entity)
	}
	return r.serve(c)
}

// needs is the right asked for: what is about all productions at once is for
// admins.
func (c *call) needs(right accounts.Right) accounts.Right {
	if c.view == nil && right != accounts.Person {
		return accounts.OnlyAdmin
	}
	return right
}

// standing is the caller's before the production and an entity of it, or none.
func (c *call) standing(e *hierarchy.Entity) accounts.Standing {
	s := accounts.Standing{Role: c.who.role}
	if c.view == nil {
		return s
	}
	for _, link := range c.view.Team {
		if link.PersonID == c.who.person.ID {
			s.Member = true
			if link.Role != nil {
				s.TeamRole = accounts.Role(*link.Role)
			}
		}
	}
	if e != nil {
		s.Creator = e.CreatedBy == c.who.person.ID
		s.Assigned = c.assigned(e)
	}
	return s
}

// assigned tells whether the caller has the task of the call, or else a task on
// an entity.
func (c *call) assigned(e *hierarchy.Entity) bool {
	if c.task != nil {
		return slices.Contains(c.task.Assignees, c.who.person.ID)
	}
	return slices.ContainsFunc(c.view.TasksOf(e.ID), func(t *hierarchy.Task) bool { return slices.Contains(t.Assignees, c.who.person.ID) })
}

// vendor tells whether the caller sees only what they work on.
func (c *call) vendor() bool {
	if c.isVendor == nil {
		c.isVendor = hierarchy.Ptr(c.standing(nil).Effective() == accounts.Vendor)
	}
	return *c.isVendor
}

// pathID reads an id of the path in its canonical form; "" where it is none, so
// that nothing is found.
func (c *call) pathID(name string) hierarchy.ID {
	id, _ := canonicalID(c.r.PathValue(name))
	return id
}

// canonicalID reads an id as Kitsu does: any case, with or without hyphens.
func canonicalID(text string) (hierarchy.ID, bool) {
	if len(text) != 36 && len(text) != 32 {
		return "", false
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return "", false
	}
	return hierarchy.ID(id.String()), true
}

// flag reads a boolean of the query as Python and JavaScript write it; absent is
// false.
func (c *call) flag(name string) (bool, error) {
	switch c.query.Get(name) {
	case "", "False", "false", "0":
		return false, nil
	case "True", "true", "1":
		return true, nil
	}
	return false, badParameter("Invalid boolean for %s: %s", name, c.query.Get(name))
}
