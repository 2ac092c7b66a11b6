package plan

import (
	"slices"

	"turnover/hierarchy"
	"turnover/internal/diag"
)

// omitAbsent omits the active shots of the scopes that the list leaves out,
// and records the scopes, so that the plan is stale if they change.
func (b *builder) omitAbsent() {
	if b.opts.Omit == "" || b.opts.Omit == OmitNone || b.found.HasErrors() {
		return
	}
	at := diag.Place{File: b.list.Source.Name}
	active := map[*node][]*node{}
	for _, e := range b.snap.OfKind(hierarchy.Shot) {
		if n := b.index.nodes[e.ID]; !e.Canceled {
			if top, in := b.scopeOf(n); in {
				active[top] = append(active[top], n)
			}
		}
	}
	for _, top := range b.scopeNodes(active) {
		s := Scope{Active: []hierarchy.ID{}}
		if top != nil {
			s.Path = top.path
		}
		absent := 0
		for _, n := range active[top] {
			s.Active = append(s.Active, n.id())
			switch {
			case b.mentioned[n]:
			case b.lost[n.path]:
				if b.once(LostMarker, n.path) {
					b.warn(LostMarker, at, "%q is not omitted: its picture is still in the cut, without its name", n.path)
				}
			default:
				absent++
				b.omit(n, at, "the list leaves the shot out of its "+b.scopeWord())
			}
		}
		slices.Sort(s.Active)
		b.scopes = append(b.scopes, s)
		b.massOmission(s, absent)
	}
}

func (b *builder) scopeWord() string {
	switch b.opts.Omit {
	case OmitListed:
		return "sequence"
	case OmitEpisode:
		return "episode"
	}
	return "production"
}

// scopeOf gives the sequence or episode by which a shot is judged; a film's
// episode is the film. in is false for shots of scopes that the list does not touch.
func (b *builder) scopeOf(n *node) (top *node, in bool) {
	top = b.above(n)
	if b.opts.Omit == OmitProject || top == nil && b.opts.Omit == OmitEpisode && !b.snap.Project.Episodic() {
		return nil, true
	}
	return top, top != nil && b.touched()[top]
}

func (b *builder) above(n *node) *node {
	if n.parent == nil || b.opts.Omit == OmitProject {
		return nil
	}
	if b.opts.Omit == OmitListed {
		return n.parent
	}
	return n.parent.parent
}

// touched are the sequences or episodes that the list's shots lie in.
func (b *builder) touched() map[*node]bool {
	if b.touchedScopes == nil {
		b.touchedScopes = map[*node]bool{}
		for n := range b.mentioned {
			if top := b.above(n); top != nil {
				b.touchedScopes[top] = true
			}
		}
	}
	return b.touchedScopes
}

func (b *builder) scopeNodes(active map[*node][]*node) []*node {
	var out []*node
	for n := range active {
		out = append(out, n)
	}
	slices.SortFunc(out, comparePaths)
	return out
}

func comparePaths(x, y *node) int {
	switch {
	case x == y:
		return 0
	case x == nil:
		return -1
	case y == nil:
		return 1
	case x.path < y.path:
		return -1
	case x.path > y.path:
		return 1
	case x.id() < y.id():
		return -1
	}
	return 1
}
