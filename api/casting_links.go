package api

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

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

// mostLinks is how many links a page has where the query does not say.
const mostLinks = 100

// listLinks lists the castings of the production by their creation: all, or one
// page. ?cursor_created_at gives those after an instant.
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
	if c.query.Has("page") || c.query.Has("limit") {
		return c.page(links)
	}
	return ok(list(func(yield func(object) bool) {
		for _, l := range links {
			if !yield(listedLink(l)) {
				return
			}
		}
	}))
}

// page answers one page of links, counted from 1.
func (c *call) page(links []*hierarchy.Casting) (answer, error) {
	page, limit := 1, mostLinks
	for key, into := range map[string]*int{"page": &page, "limit": &limit} {
		if text := c.query.Get(key); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil {
				return answer{}, badParameter("Invalid number for %s: %s", key, text)
			}
			*into = n
		}
	}
	limit = max(1, limit)
	data := []object{}
	if from := page - 1; from >= 0 && from <= len(links)/limit {
		for _, l := range links[from*limit : min(len(links), (from+1)*limit)] {
			data = append(data, linkObject(l))
		}
	}
	var o object
	o.set("data", data)
	o.set("total", int64(len(links)))
	o.set("nb_pages", int64((len(links)+limit-1)/limit))
	o.set("limit", int64(limit))
	o.set("offset", int64((page-1)*limit))
	o.set("page", int64(page))
	return ok(o)
}
