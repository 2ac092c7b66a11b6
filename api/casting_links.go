package api

import (
	"cmp"
	"net/http"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/accounts"
)

var castingLinkRoutes = []route{
	{http.MethodGet, "/data/projects/{project_id}/entity-links", inProject, accounts.Manages, listLinks},
	{http.MethodDelete, "/data/projects/{project_id}/entity-links/{link_id}", castingLinkWithin, accounts.Manages, removeLinkShown},
	{http.MethodGet, "/data/entity-links/{link_id}", castingLink, accounts.Manages, showLink},
	{http.MethodDelete, "/data/entity-links/{link_id}", castingLink, accounts.Manages, removeLink},
}

func linkObject(l *hierarchy.Casting) object {
	var o object
	o.fields(l)
	o.set("type", "EntityLink")
	return o
}

// listedLink is a link in the list of a production: its time is whole there, with
// six places, and the time of its change is not said.
func listedLink(l *hierarchy.Casting) object {
	var o object
	o.fields(l, "created_at", "updated_at")
	if l.CreatedAt.IsZero() {
		o.set("created_at", nil)
	} else {
		o.set("created_at", l.CreatedAt.UTC().Format(fullTime))
	}
	o.set("type", "EntityLink")
	return o
}

const fullTime = "2006-01-02T15:04:05.000000"

// listLinks lists the castings of the production by their creation: all, or one
// page. ?cursor_created_at gives those after an instant, ?limit no more than so
// many.
func listLinks(c *call) (answer, error) {
	links := slices.SortedFunc(slices.Values(c.view.Castings), func(a, b *hierarchy.Casting) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	if text := c.query.Get("cursor_created_at"); text != "" {
		from, err := hierarchy.ParseTime(text)
		if err != nil {
			return answer{}, badParameter("Invalid date for cursor_created_at: %s", text)
		}
		links = slices.DeleteFunc(links, func(l *hierarchy.Casting) bool { return !l.CreatedAt.After(from.Time) })
	}
	p, paged, err := c.page()
	if err != nil {
		return answer{}, err
	}
	if paged {
		from, to := p.bounds(len(links))
		var rows []object
		for _, l := range links[from:to] {
			rows = append(rows, linkObject(l))
		}
		return p.answer(rows, len(links))
	}
	if c.query.Get("limit") != "" {
		links = links[:min(len(links), p.limit)]
	}
	return ok(list(func(yield func(object) bool) {
		for _, l := range links {
			if !yield(listedLink(l)) {
				return
			}
		}
	}))
}
