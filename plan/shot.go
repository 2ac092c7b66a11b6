package plan

import (
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

// planShot plans everything that a list says of one shot.
func (b *builder) planShot(g *group) {
	if b.opts.NewOnly && g.shot.entity != nil {
		b.unchanged["shot"]++
		return
	}
	e := b.oneEntry(g)
	if e == nil {
		return
	}
	d := b.diffOf(g.shot)
	b.frames(d, g.shot, e)
	b.describe(d, g.shot, e)
	b.omission(d, g.shot, e)
	changed := b.write(d, g.shot, e)
	before := len(b.changes)
	b.sceneLink(g.shot, e)
	b.assetCells(g.shot, e)
	b.shotTasks(g.shot, e)
	if !changed && len(b.changes) == before && g.shot.entity != nil {
		b.unchanged["shot"]++
	}
}

func (b *builder) diffOf(n *node) *diff {
	if n.entity == nil {
		return &diff{after: b.changes[n.change].After} // of its creation
	}
	return newDiff(n.entity)
}

// write turns a shot's diff into an update; that of a new one stands in its
// creation. Omission and reinstatement are changes of their own.
func (b *builder) write(d *diff, shot *node, e *importers.Entry) bool {
	if shot.entity == nil {
		return true
	}
	b.keepTouched(d, shot, e)
	if d.empty() {
		return false
	}
	b.add(Change{Action: Update, Entity: word(shot.kind), Path: shot.path, ID: shot.id(), Before: d.before, After: d.after, Place: e.Place.String(), Because: d.reason("the list says otherwise")})
	return true
}

// oneEntry makes one entry of all that name a shot: in a cut the ranges are
// joined, in a sheet a second row must say the same.
func (b *builder) oneEntry(g *group) *importers.Entry {
	first := g.entries[0]
	if len(g.entries) == 1 {
		return first
	}
	for _, e := range g.entries {
		if e.Occurrence == nil {
			return b.sameRows(g)
		}
	}
	joined := *first
	frames, how := joinRanges(g.entries)
	joined.NbFrames = importers.Number{State: importers.Present, Value: frames, Place: importers.SpotOf(first.Place)}
	var places []string
	for _, e := range g.entries[:min(20, len(g.entries))] {
		places = append(places, e.Place.String())
	}
	b.note(Repeated, first.Place, "%q stands %d times: %s. It counts %d frames, %s", g.shot.path, len(g.entries), strings.Join(places, ", "), frames, how)
	return &joined
}

// joinRanges gives the frames of a shot used several times: the union of its
// source ranges where they hang together, else the longest use.
func joinRanges(entries []*importers.Entry) (frames int64, how string) {
	union, whole := entries[0].Occurrence.Source, true
	for _, e := range entries {
		frames = max(frames, e.NbFrames.Value)
		o := e.Occurrence
		whole = whole && o.SpeedFPS == 0 && !o.Freeze && o.Source.Len() == e.NbFrames.Value && o.Reel == entries[0].Occurrence.Reel
	}
	rest := append([]*importers.Entry(nil), entries[1:]...)
	for joined := true; joined && whole && len(rest) > 0; {
		joined = false
		for i, e := range rest {
			if r := e.Occurrence.Source; union.Touches(r) {
				union.Start, union.End = min(union.Start, r.Start), max(union.End, r.End)
				rest = append(rest[:i:i], rest[i+1:]...)
				joined = true
				break
			}
		}
	}
	if whole && len(rest) == 0 {
		return union.Len(), "the union of its source ranges"
	}
	return frames, "its longest use, since its source ranges do not hang together"
}

func (b *builder) sameRows(g *group) *importers.Entry {
	first := g.entries[0]
	ok := true
	for _, e := range g.entries[1:] {
		if said(e) == said(first) {
			b.note(Twice, e.Place, "%q stands at %s with the same values", g.shot.path, first.Place)
			continue
		}
		b.fail(TwiceDiffers, e.Place, "%q stands at %s with other values. Delete or correct one of the rows", g.shot.path, first.Place)
		ok = false
	}
	if !ok {
		return nil
	}
	return first
}

// said writes what a row says without its place.
func said(e *importers.Entry) string {
	var s strings.Builder
	for _, c := range []importers.Cell{e.ID, e.Scene, e.Description, e.FPS} {
		fmt.Fprintf(&s, "%d%q", c.State, c.Text)
	}
	for _, n := range []importers.Number{e.NbFrames, e.FrameIn, e.FrameOut} {
		fmt.Fprintf(&s, "%d/%d ", n.State, n.Value)
	}
	fmt.Fprintf(&s, "%d%t%d", e.Omitted.State, e.Omitted.Value, e.AssetsState)
	for _, c := range e.Assets {
		fmt.Fprintf(&s, "%q%q%d%q", c.Asset, c.Type, c.Occurrences, c.Label)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&s, "%q%d%q", f.Name, f.Cell.State, f.Cell.Text)
	}
	for _, t := range e.Tasks {
		fmt.Fprintf(&s, "%q%q%d%q", t.TaskType, t.Field, t.Cell.State, t.Cell.Text)
	}
	return s.String()
}

// shotByID finds a shot by its id; a path in the file that differs from the
// shot's moves or renames it.
func (b *builder) shotByID(e *importers.Entry) *node {
	n := b.index.nodes[hierarchy.ID(strings.ToLower(e.ID.Text))]
	if n == nil || n.kind != hierarchy.Shot {
		b.fail(UnknownID, place(e.ID.Place, e.Place), "%q is no shot of %q. Empty the cell to find the shot by its name", e.ID.Text, b.snap.Project.Name)
		return nil
	}
	parent, name := n.parent, n.name
	if e.Shot.Given() && strings.TrimSpace(n.name) != strings.TrimSpace(e.Shot.Text) {
		name = e.Shot.Text
	}
	if e.Sequence.Given() && e.Sequence.Text != "-" && !b.samePlace(n, e) {
		s, ok := b.sequenceOf(e)
		if !ok {
			return nil
		}
		parent = s
	}
	if parent != n.parent || name != n.name {
		return b.moveTo(n, parent, name, e)
	}
	return n
}

// samePlace tells whether the row's sequence and episode are the shot's own.
func (b *builder) samePlace(n *node, e *importers.Entry) bool {
	if n.parent == nil || strings.TrimSpace(n.parent.name) != strings.TrimSpace(e.Sequence.Text) {
		return false
	}
	return !e.Episode.Given() || n.parent.parent != nil && strings.TrimSpace(n.parent.parent.name) == strings.TrimSpace(e.Episode.Text)
}

// A destination is where a shot stands after the plan.
type destination struct {
	parent *node
	path   string
}

// after gives where a shot stands once the plan is applied: the next cut finds
// it there.
func (b *builder) after(n *node) destination {
	if to, moves := b.moved[n]; moves {
		return to
	}
	return destination{n.parent, n.path}
}

func (b *builder) moveTo(n, parent *node, name string, e *importers.Entry) *node {
	m := b.index.lookup(hierarchy.Shot, parent, "", name)
	if m.node != nil && m.node != n && !m.folded || len(m.ambiguous) > 0 {
		b.fail(Taken, e.Place, "%q cannot become %q: that shot is there. Give one of them another name first", n.path, b.index.childPath(hierarchy.Shot, parent, "", name))
		return nil
	}
	if why := badName(name); why != "" {
		b.fail(BadName, place(e.Shot.Place, e.Place), "%q %s. Correct the cell", name, why)
		return nil
	}
	if !b.once("move", n.ref()) {
		return n
	}
	to := destination{parent, b.index.childPath(hierarchy.Shot, parent, "", name)}
	b.moved[n], b.arrived[to.path] = to, n
	c := Change{Action: Move, Entity: "shot", Path: n.path, ID: n.id(), Before: values{}, After: values{}, Place: e.Place.String(), Because: fmt.Sprintf("the list has the shot as %q", to.path), Labels: []string{"moved"}}
	if name != n.name {
		c.Before["name"], c.After["name"] = raw(n.name), raw(name)
	}
	if parent != n.parent {
		c.Before["parent_id"], c.After["parent_id"] = raw(n.entity.ParentID), raw(parent.ref())
	} else {
		c.Action, c.Because = Update, "the list gives the shot another name"
	}
	b.add(c)
	return n
}

// keepTouched takes out of a shot's diff what a person changed since a list
// last did: a list of last week does not know of it.
func (b *builder) keepTouched(d *diff, shot *node, e *importers.Entry) {
	touched := b.opts.Touched[shot.id()]
	if len(touched) == 0 || b.opts.Overwrite {
		return
	}
	for _, field := range sortedKeys(d.after) {
		who, kept := touched[field]
		if !kept {
			continue
		}
		b.warn(KeptOfPerson, e.Place, "%s of %q stays %s, as %s set it; the list says %s. To take the list's, ask for --overwrite", field, shot.path, d.before[field], who, d.after[field])
		delete(d.before, field)
		delete(d.after, field)
	}
}

// sceneLink ties a shot to its source scene: "-" unties, a blank cell does nothing.
func (b *builder) sceneLink(shot *node, e *importers.Entry) {
	if !e.Scene.Given() {
		return
	}
	at := place(e.Scene.Place, e.Place)
	var now *node
	if shot.entity != nil && shot.entity.SourceID != "" {
		now = b.index.nodes[shot.entity.SourceID]
	}
	if e.Scene.Text == "-" {
		if shot.entity != nil && shot.entity.SourceID != "" {
			b.add(Change{Action: Unlink, Entity: "scene_link", Path: shot.path, ID: shot.id(), Before: values{"source_id": raw(shot.entity.SourceID)}, After: values{"source_id": raw(nil)}, Place: at.String(), Because: `the scene cell is "-"`})
		}
		return
	}
	if now != nil && strings.TrimSpace(now.name) == e.Scene.Text && now.parent == shot.parent {
		return
	}
	scene := b.ensure(hierarchy.Scene, shot.parent, "", e.Scene, e.Place)
	if scene == nil || scene == now {
		return
	}
	because := "the scene cell names " + scene.path
	if shot.entity == nil {
		made := &b.changes[shot.change]
		made.After["source_id"] = raw(scene.ref())
		made.Because += "; " + because
		return
	}
	b.add(Change{Action: Link, Entity: "scene_link", Path: shot.path, ID: shot.id(), Before: values{"source_id": raw(shot.entity.SourceID)},
		After: values{"source_id": raw(scene.ref())}, Place: at.String(), Because: because})
}

// omission follows the omit column, a struck row and, in a cut, presence.
//
// A row or event that is flagged omits. A cut that uses an omitted shot
// reinstates it: the picture is there. A sheet reinstates only where its omit
// column says no; production lists carry omitted shots unmarked (Kitsu's own
// export does), so mere presence is a finding.
func (b *builder) omission(d *diff, shot *node, e *importers.Entry) {
	flagged := e.Omitted.State == importers.Present && e.Omitted.Value
	if shot.entity == nil {
		if flagged {
			d.after["canceled"] = raw(true)
		}
		return
	}
	at := place(e.Omitted.Place, e.Place)
	switch was := shot.entity.Canceled; {
	case flagged && !was:
		b.omit(shot, at, "the list marks the shot as omitted")
		b.flagged++
	case !flagged && was && (e.Omitted.State == importers.Present || e.Occurrence != nil && b.list.IsCut()):
		b.add(Change{Action: Reinstate, Entity: "shot", Path: shot.path, ID: shot.id(), Before: values{"canceled": raw(true)}, After: values{"canceled": raw(false)}, Place: at.String(), Because: "the list uses the omitted shot again", Labels: []string{"reinstated"}})
	case !flagged && was:
		b.note(StillOmitted, at, "%q stays omitted. To reinstate it, say no in an omit column", shot.path)
	}
}

func (b *builder) omit(shot *node, at diag.Place, because string) {
	b.add(Change{Action: Omit, Entity: "shot", Path: shot.path, ID: shot.id(), Before: values{"canceled": raw(false)}, After: values{"canceled": raw(true)}, Place: at.String(), Because: because, Labels: []string{"omitted"}})
}
