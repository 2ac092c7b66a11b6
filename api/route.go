package api

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/accounts"
	"turnover/pipeline"
)

// A route is one line of the table: what is asked, of what production and
// entity, who may, and what answers.
type route struct {
	verb, path string
	scope      scope
	right      accounts.Right
	serve      func(*call) (answer, error)
}

// A scope finds what a request is about and puts it into the call. What is not
// there is 404, also for those who may not see it.
type scope func(*call) error

// nowhere is for requests about no production.
func nowhere(*call) error { return nil }

// inProject takes the production from {project_id}.
func inProject(c *call) (err error) {
	c.view, err = c.server.views.Project(c.ctx(), c.pathID("project_id"))
	return err
}

// ofEntity takes an entity, of one of the kinds if any are named, from
// {entity_id} and with it the production.
func ofEntity(kinds ...hierarchy.Kind) scope {
	return func(c *call) (err error) {
		id := c.pathID("entity_id")
		if c.view, err = c.server.views.OfRow(c.ctx(), "entities", id); err != nil {
			return err
		}
		c.entity = c.view.Entity(id)
		if c.entity == nil || len(kinds) > 0 && !slices.Contains(kinds, c.entity.Kind) {
			return errNotFound
		}
		return nil
	}
}

// ofQuery takes the production from the query: project_id, or an entity named
// by one of the keys. Without either it is about all productions, which is for
// admins alone; c.view is nil then. A production that is not there gives an
// admin an empty list, as Kitsu does, and nobody else learns that it is not.
func ofQuery(keys ...string) scope {
	return func(c *call) (err error) {
		for _, key := range append([]string{"project_id"}, keys...) {
			value := c.query.Get(key)
			if value == "" || value == "all" {
				continue
			}
			id, ok := canonicalID(value)
			if !ok {
				return badParameter("Invalid UUID format for %s: %s", key, value)
			}
			if key == "project_id" {
				c.view, err = c.server.views.Project(c.ctx(), id)
			} else {
				c.view, err = c.server.views.OfRow(c.ctx(), "entities", id)
			}
			if errors.Is(err, pipeline.ErrNotFound) {
				c.none, err = true, nil
			}
			return err
		}
		return nil
	}
}

// routes is the whole table.
func routes() []route {
	return slices.Concat(statusRoutes, authRoutes, projectRoutes, shotRoutes, sceneRoutes, sequenceRoutes, episodeRoutes, assetRoutes, assetTypeRoutes,
		castingRoutes, castingLinkRoutes, instanceRoutes, entityRoutes, entityBatchRoutes, statsRoutes, quotaRoutes, csvImportRoutes, listImportRoutes, csvExportRoutes, otioRoutes,
		taskRoutes, taskStatRoutes, commentRoutes, attachmentRoutes, subscriptionRoutes, unkeptRoutes, timeRoutes, sheetRoutes, previewRoutes, personRoutes, settingRoutes, userRoutes, sharedRoutes())
}

// mount makes the table a handler: one pattern a path, so that a wrong verb is
// told apart from an unknown path.
func (s *Server) mount(table []route) *http.ServeMux {
	mux := http.NewServeMux()
	byPath := map[string]map[string]route{}
	for _, r := range table {
		if byPath[r.path] == nil {
			byPath[r.path] = map[string]route{}
			verbs := byPath[r.path]
			mux.HandleFunc(pattern(r.path), func(w http.ResponseWriter, req *http.Request) { s.dispatch(w, req, verbs) })
		}
		byPath[r.path][r.verb] = r
	}
	return mux
}

// pattern is a path for ServeMux, to which "/" means all paths.
func pattern(path string) string {
	if path == "/" {
		return "/{$}"
	}
	return path
}

// allowed lists the verbs of a path.
func allowed(verbs map[string]route) string {
	all := append(slices.Collect(maps.Keys(verbs)), http.MethodOptions)
	if slices.Contains(all, http.MethodGet) && !slices.Contains(all, http.MethodHead) {
		all = append(all, http.MethodHead)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// dispatch answers with the route of the verb.
func (s *Server) dispatch(w http.ResponseWriter, r *http.Request, verbs map[string]route) {
	verb := r.Method
	if _, own := verbs[verb]; !own && verb == http.MethodHead {
		verb = http.MethodGet
	}
	found, ok := verbs[verb]
	if !ok {
		w.Header().Set("Allow", allowed(verbs))
		if verb == http.MethodOptions {
			w.WriteHeader(http.StatusOK) // as Kitsu
			return
		}
		s.refuse(w, r, errWrongVerb)
		return
	}
	c := &call{server: s, w: w, r: r, query: r.URL.Query()}
	got, err := c.run(found)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	s.write(w, r, got)
}
