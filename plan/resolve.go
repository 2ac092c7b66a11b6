package plan

import (
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
)

// A node is an entity that is there, or one that the plan makes.
type node struct {
	kind   hierarchy.Kind
	entity *hierarchy.Entity // nil: made by this plan
	parent *node
	typeID hierarchy.ID // of assets
	name   string
	path   string
	change int // index of the change that makes it; only where entity is nil
}

// newRef marks a reference to a row that the plan makes: "new:Shot:SQ010/SH010".
// Ids never contain a colon.
const newRef = "new:"

// ref is how changes refer to the node.
func (n *node) ref() string {
	if n == nil {
		return ""
	}
	if n.entity != nil {
		return string(n.entity.ID)
	}
	return newRef + string(n.kind) + ":" + n.path
}

func (n *node) id() hierarchy.ID {
	if n.entity == nil {
		return ""
	}
	return n.entity.ID
}

// A Candidate is an entity whose name nearly fits, and why.
type Candidate struct{ Path, Reason string }

// A match is the answer to a lookup. At most one of node and
// ambiguous is set; neither means that there is no such name.
type match struct {
	node      *node
	folded    bool // written differently
	ambiguous []*node
}

type familyKey struct {
	kind   hierarchy.Kind
	parent *node
	typeID hierarchy.ID
}

// A family are the nodes of one kind under one parent: names are unique in it.
type family struct {
	exact, folded map[string][]*node
	near          map[string][]*node // by the numbers in the name; made on the first miss
	members       []*node
}

// An index finds nodes by name. Names are compared exactly first, then folded.
type index struct {
	snap      *hierarchy.Snapshot
	matchCase bool
	nodes     map[hierarchy.ID]*node
	families  map[familyKey]*family
	bare      map[string][]*node // shots of the whole production, folded
	byKind    map[hierarchy.Kind][]*node
	assets    map[string][]*node // of any type, folded
	searches  int                // how many wide searches for candidates are left
}

func newIndex(snap *hierarchy.Snapshot, matchCase bool) *index {
	x := &index{
		snap: snap, matchCase: matchCase, searches: 100,
		nodes:    make(map[hierarchy.ID]*node, len(snap.Entities)),
		families: map[familyKey]*family{}, bare: map[string][]*node{}, byKind: map[hierarchy.Kind][]*node{}, assets: map[string][]*node{},
	}
	for _, kind := range hierarchy.Kinds() {
		for _, e := range snap.Entities {
			if e.Kind == kind {
				x.add(x.nodeOf(e))
			}
		}
	}
	return x
}

func (x *index) nodeOf(e *hierarchy.Entity) *node {
	n := &node{kind: e.Kind, entity: e, name: e.Name, path: x.snap.Path(e)}
	switch e.Kind {
	case hierarchy.Shot, hierarchy.Scene:
		if s := x.snap.Sequence(e); s != nil {
			n.parent = x.nodes[s.ID]
		}
	case hierarchy.Sequence:
		if s := x.snap.Episode(e); s != nil {
			n.parent = x.nodes[s.ID]
		}
	case hierarchy.Asset:
		n.typeID = e.EntityTypeID
	}
	return n
}

func (x *index) add(n *node) {
	if n.entity != nil {
		x.nodes[n.entity.ID] = n
	}
	key := familyKey{n.kind, n.parent, n.typeID}
	f := x.families[key]
	if f == nil {
		f = &family{exact: map[string][]*node{}, folded: map[string][]*node{}}
		x.families[key] = f
	}
	x.byKind[n.kind] = append(x.byKind[n.kind], n)
	folded := fold(n.name, x.matchCase)
	f.exact[n.name] = append(f.exact[n.name], n)
	f.folded[folded] = append(f.folded[folded], n)
	f.members = append(f.members, n)
	if f.near != nil {
		numbers, _ := skeleton(n.name)
		f.near[numbers] = append(f.near[numbers], n)
	}
	switch n.kind {
	case hierarchy.Shot:
		x.bare[folded] = append(x.bare[folded], n)
	case hierarchy.Asset:
		x.assets[folded] = append(x.assets[folded], n)
	}
}

func (x *index) ofKind(kind hierarchy.Kind) []*node { return x.byKind[kind] }

// named lists the nodes of a kind with a folded name, anywhere.
func (x *index) named(kind hierarchy.Kind, name string) []*node {
	folded := fold(name, x.matchCase)
	if kind == hierarchy.Shot {
		return x.bare[folded]
	}
	var out []*node
	for _, n := range x.byKind[kind] {
		if fold(n.name, x.matchCase) == folded {
			out = append(out, n)
		}
	}
	return out
}

func (x *index) lookup(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, name string) match {
	f := x.families[familyKey{kind, parent, typeID}]
	if f == nil {
		return match{}
	}
	if got := f.exact[name]; len(got) == 1 {
		return match{node: got[0]}
	} else if len(got) > 1 {
		return match{ambiguous: got}
	}
	got := f.folded[fold(name, x.matchCase)]
	switch len(got) {
	case 0:
		return match{}
	case 1:
		return match{node: got[0], folded: true}
	}
	return match{ambiguous: got}
}

// nearMisses lists the existing members of a family that a new name nearly
// fits. Only names with the same numbers are compared, fifty at most, so that
// many misses cost no more than their number.
func (x *index) nearMisses(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, name string) []Candidate {
	f := x.families[familyKey{kind, parent, typeID}]
	if f == nil {
		return nil
	}
	if f.near == nil {
		f.near = map[string][]*node{}
		for _, n := range f.members {
			numbers, _ := skeleton(n.name)
			f.near[numbers] = append(f.near[numbers], n)
		}
	}
	numbers, _ := skeleton(name)
	bucket := f.near[numbers]
	var out []Candidate
	for _, n := range bucket[:min(50, len(bucket))] {
		if why := nearness(name, n.name); why != "" {
			out = append(out, Candidate{n.path, why})
		}
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return strings.Compare(b.Reason, a.Reason) }) // zeros before one character
	return out[:min(3, len(out))]
}

// suggestions are the names nearest to one that must exist but does not, as
// text for a person; a file full of misses gets the narrow search only.
func (x *index) suggestions(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, name string) string {
	f := x.families[familyKey{kind, parent, typeID}]
	if f == nil || len(f.members) == 0 {
		return ""
	}
	if x.searches > 0 {
		x.searches--
		var among []string
		for _, n := range f.members[:min(2000, len(f.members))] {
			among = append(among, n.name)
		}
		return orNames(closest(name, among))
	}
	return candidates(x.nearMisses(kind, parent, typeID, name))
}

func orNames(names []string) string {
	if len(names) == 0 {
		return ""
	}
	for i, n := range names {
		names[i] = fmt.Sprintf("%q", n)
	}
	return "; the nearest: " + strings.Join(names, ", ")
}

func candidates(list []Candidate) string {
	if len(list) == 0 {
		return ""
	}
	var out []string
	for _, c := range list {
		out = append(out, fmt.Sprintf("%q (%s)", c.Path, c.Reason))
	}
	return "; the nearest: " + strings.Join(out, ", ")
}

func pathsOf(nodes []*node) string {
	var out []string
	for _, n := range nodes[:min(5, len(nodes))] {
		text := fmt.Sprintf("%q", n.path)
		if n.entity != nil {
			text += " (id " + string(n.entity.ID) + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// childPath writes the path of a child as hierarchy.Snapshot.Path does.
func (x *index) childPath(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, name string) string {
	part := hierarchy.PathPart(name)
	above := "-"
	if parent != nil {
		above = parent.path
	} else if x.snap.Project.Episodic() && (kind == hierarchy.Shot || kind == hierarchy.Scene) {
		above = "-/-"
	}
	switch kind {
	case hierarchy.Asset:
		return "assets/" + hierarchy.PathPart(x.snap.EntityTypeName(typeID)) + "/" + part
	case hierarchy.Episode:
		return part
	case hierarchy.Sequence:
		if !x.snap.Project.Episodic() {
			return part
		}
		return above + "/" + part
	case hierarchy.Scene:
		return above + "/scenes/" + part
	}
	return above + "/" + part
}
