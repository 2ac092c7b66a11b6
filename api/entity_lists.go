package api

import (
	"iter"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// A listing is a route that lists entities of one kind by name, narrowed by the
// query; those of all productions for admins.
type listing struct {
	kind    hierarchy.Kind
	renamed map[string]string // keys of the query that stand for another column
	placed  bool              // only what lies in a sequence, with its name
}

func (l listing) serve(c *call) (answer, error) {
	match, err := c.filter(l.renamed)
	if err != nil {
		return answer{}, err
	}
	views, err := c.productions()
	if err != nil {
		return answer{}, err
	}
	return ok(list(func(yield func(object) bool) {
		for _, v := range views {
			for _, e := range c.visibleOf(v, sorted(v.OfKind(l.kind))) {
				if !match(e) || l.placed && v.Sequence(e) == nil {
					continue
				}
				o := entityObject(e, string(e.Kind))
				if l.placed {
					placeNames(&o, v, e)
				}
				if !yield(o) {
					return
				}
			}
		}
	}))
}

// placeNames adds what some lists say of where an entity lies.
func placeNames(o *object, v *pipeline.View, e *hierarchy.Entity) {
	o.set("project_name", v.Project.Name)
	if sequence := v.Sequence(e); sequence != nil {
		o.set("sequence_name", sequence.Name)
	} else {
		o.set("sequence_name", "")
	}
}

// ofProject lists all entities of a kind of the production.
func ofProject(kind hierarchy.Kind) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		return ok(entityList(c.visibleOf(c.view, sorted(c.view.OfKind(kind)))))
	}
}

// childrenOf lists the entities of a kind that lie directly in the call's.
func childrenOf(kind hierarchy.Kind) func(*call) (answer, error) {
	return func(c *call) (answer, error) {
		return ok(entityList(c.visibleOf(c.view, c.children(kind))))
	}
}

func (c *call) children(kind hierarchy.Kind) (out []*hierarchy.Entity) {
	for _, e := range c.view.Children(c.entity.ID) {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return sorted(out)
}

// placedList is entityList with the names of where the entities lie.
func placedList(v *pipeline.View, all []*hierarchy.Entity) list {
	return func(yield func(object) bool) {
		for _, e := range all {
			o := entityObject(e, string(e.Kind))
			placeNames(&o, v, e)
			if !yield(o) {
				return
			}
		}
	}
}

func entityList(all []*hierarchy.Entity) list {
	return func(yield func(object) bool) {
		for _, e := range all {
			if !yield(entityObject(e, string(e.Kind))) {
				return
			}
		}
	}
}

// below lists the shots that lie in an entity: in a sequence, or in the
// sequences of an episode.
func below(v *pipeline.View, e *hierarchy.Entity) iter.Seq[*hierarchy.Entity] {
	return func(yield func(*hierarchy.Entity) bool) {
		parents := []*hierarchy.Entity{e}
		if e.Kind == hierarchy.Episode {
			parents = v.Children(e.ID)
		}
		for _, parent := range parents {
			if parent.Kind != hierarchy.Sequence {
				continue
			}
			for _, shot := range v.Children(parent.ID) {
				if shot.Kind == hierarchy.Shot && !yield(shot) {
					return
				}
			}
		}
	}
}

// showPlaced is a single entity with the names of where it lies. Kitsu has no
// shot or scene without a sequence; here it can be seen, with nulls for it.
func showPlaced(o *object, v *pipeline.View, e *hierarchy.Entity) {
	o.set("project_name", v.Project.Name)
	if sequence := v.Sequence(e); sequence != nil {
		o.set("sequence_id", sequence.ID)
		o.set("sequence_name", sequence.Name)
	} else {
		o.set("sequence_id", nil)
		o.set("sequence_name", "")
	}
}

// showEpisodeOf adds the episode that an entity lies in, if any.
func showEpisodeOf(o *object, v *pipeline.View, e *hierarchy.Entity) {
	if episode := v.Episode(e); episode != nil {
		o.set("episode_id", episode.ID)
		o.set("episode_name", episode.Name)
	}
}
