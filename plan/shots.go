package plan

import (
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
)

// A group is one shot with all entries that name it, in the order of the file.
type group struct {
	shot    *node
	entries []*importers.Entry
}

// shotList plans a list of shots: names first, then shot by shot.
func (b *builder) shotList() {
	b.nameEvents()
	listed := b.listedPaths()
	groups, byShot := []*group{}, map[*node]*group{}
	shots := make([]*node, len(b.entries))
	for i := range b.entries {
		e := &b.entries[i]
		shot := b.shotOf(e, listed)
		if shot == nil {
			continue
		}
		shots[i] = shot
		g := byShot[shot]
		if g == nil {
			g = &group{shot: shot}
			byShot[shot] = g
			groups = append(groups, g)
		}
		g.entries = append(g.entries, e)
		b.mentioned[shot] = true
	}
	for _, g := range groups {
		b.planShot(g)
	}
	b.cutsOf(shots)
	b.compareCuts()
	b.settle()
	b.omitAbsent()
	b.labelChanges()
}

// nameEvents tries the naming templates on the events whose cells name no shot.
func (b *builder) nameEvents() {
	var templates []importers.Template
	rules, missed, tried := map[string]int{}, 0, 0
	for i := range b.entries {
		e := &b.entries[i]
		if e.Shot.Given() || e.ID.Given() || len(e.Names) == 0 {
			continue
		}
		if templates == nil {
			if templates = b.templates(); templates == nil {
				templates = []importers.Template{}
			}
		}
		tried++
		if b.names(e, templates) {
			rules[e.NamedBy]++
			continue
		}
		missed++
		b.warn(Unmatched, e.Place, "none of the naming templates (%s) fits %s. The event makes no shot; add a template or correct the name", textsOf(templates), namesOf(e))
		b.doubt(GateNames, fmt.Sprintf("%s: %s", e.Place, namesOf(e)))
	}
	at := importers.Entry{}.Place
	at.File = b.list.Source.Name
	for _, rule := range sortedKeys(rules) {
		b.note(RuleFired, at, "%d of %d events were named from their %s", rules[rule], tried, rule)
	}
	if tried > 0 && missed == len(b.entries) {
		b.fail(NoneMatched, at, "none of %d events fits %s. Give the naming templates by --names or in the configuration", tried, textsOf(templates))
	}
}

func textsOf(list []importers.Template) string {
	var out []string
	for _, t := range list {
		out = append(out, t.Text)
	}
	return strings.Join(out, ", ")
}

func namesOf(e *importers.Entry) string {
	var out []string
	for _, n := range e.Names[:min(4, len(e.Names))] {
		out = append(out, fmt.Sprintf("%s %q", n.Name, n.Cell.Text))
	}
	return strings.Join(out, ", ")
}

func unnamed(e *importers.Entry) bool {
	return len(e.Names) > 0 && !e.Shot.Given() && !e.ID.Given()
}

// listedPaths are the folded paths that the list names, so that a shot which
// stands at its own place in the list is not taken for one that moved.
func (b *builder) listedPaths() map[string]bool {
	listed := make(map[string]bool, len(b.entries))
	for i := range b.entries {
		e := &b.entries[i]
		episode := e.Episode.Text
		if episode == "" && b.snap.Project.Episodic() {
			episode = b.opts.Episode
		}
		listed[b.folded(episode, e.Sequence.Text, e.Shot.Text)] = true
	}
	return listed
}

func (b *builder) folded(parts ...string) string {
	for i := range parts {
		parts[i] = fold(parts[i], b.opts.MatchCase)
	}
	return strings.Join(parts, "\x00")
}

func (b *builder) foldedPath(n *node) string {
	var episode, sequence string
	if n.parent != nil {
		sequence = n.parent.name
		if n.parent.parent != nil {
			episode = n.parent.parent.name
		}
	}
	return b.folded(episode, sequence, n.name)
}

// shotOf resolves an entry to its shot, made where it is missing; nil where
// it has none, which has been said.
func (b *builder) shotOf(e *importers.Entry, listed map[string]bool) *node {
	if unnamed(e) || !b.projectFits(e) {
		return nil
	}
	if e.ID.Given() {
		return b.shotByID(e)
	}
	sequence, ok := b.sequenceOf(e)
	if !ok {
		return nil
	}
	if !e.Shot.Given() {
		b.fail(NoName, place(e.Shot.Place, e.Place), "the row has no shot name. Give it one or delete the row")
		return nil
	}
	shot, ok := b.find(hierarchy.Shot, sequence, "", e.Shot, e.Place)
	if shot != nil || !ok {
		return shot
	}
	if sequence == nil {
		b.fail(NoSequence, place(e.Sequence.Place, e.Place), "shot %q stands in no sequence. Give the row a sequence", e.Shot.Text)
		return nil
	}
	return b.newOrMoved(sequence, e, listed)
}

// newOrMoved makes a shot; where its bare name stands once elsewhere, and not
// in this list, both readings are given, or, where asked, the shot is moved.
func (b *builder) newOrMoved(sequence *node, e *importers.Entry, listed map[string]bool) *node {
	if moved := b.arrived[b.index.childPath(hierarchy.Shot, sequence, "", e.Shot.Text)]; moved != nil {
		return moved // used again
	}
	other := b.onlyElsewhere(e.Shot.Text, listed)
	if other != nil && b.opts.Move {
		return b.moveTo(other, sequence, other.name, e)
	}
	shot := b.create(hierarchy.Shot, sequence, "", e.Shot, e.Place)
	if shot != nil && other != nil {
		b.note(Elsewhere, e.Place, "%q is made; %q has the same name and is not in the list. If it moved here, ask for --move or give its id", shot.path, other.path)
	}
	return shot
}

func (b *builder) onlyElsewhere(name string, listed map[string]bool) *node {
	same := b.index.bare[fold(name, b.opts.MatchCase)]
	if len(same) != 1 || same[0].entity == nil || listed[b.foldedPath(same[0])] || b.mentioned[same[0]] {
		return nil
	}
	return same[0]
}

// projectFits refuses rows of another production.
func (b *builder) projectFits(e *importers.Entry) bool {
	if !e.Project.Given() || b.isProject(e.Project.Text) {
		return true
	}
	b.fail(OtherProject, place(e.Project.Place, e.Place), "the row is of %q, the plan is for %q. Plan the file for that production, or delete the row", e.Project.Text, b.snap.Project.Name)
	return false
}

// sequenceOf resolves an entry's sequence. A nil sequence with ok means that
// the row names none; shots without one can be found but not made.
func (b *builder) sequenceOf(e *importers.Entry) (sequence *node, ok bool) {
	episode, ok := b.episodeOf(e)
	if !ok {
		return nil, false
	}
	if !e.Sequence.Given() || e.Sequence.Text == "-" {
		return nil, true
	}
	if episode == nil && b.snap.Project.Episodic() {
		n, ok := b.find(hierarchy.Sequence, nil, "", e.Sequence, e.Place)
		if n == nil && ok {
			b.fail(NoEpisode, place(e.Episode.Place, e.Place), "the row names sequence %q without an episode. Add an Episode column or give --episode", e.Sequence.Text)
		}
		return n, n != nil
	}
	n := b.ensure(hierarchy.Sequence, episode, "", e.Sequence, e.Place)
	return n, n != nil
}

// episodeOf resolves an entry's episode: the cell's, else the option's. A
// row of a series without either is left to what stands without an episode;
// "-" says so on purpose.
func (b *builder) episodeOf(e *importers.Entry) (episode *node, ok bool) {
	if !b.snap.Project.Episodic() {
		if e.Episode.Given() && e.Episode.Text != "-" {
			b.fail(FilmEpisode, place(e.Episode.Place, e.Place), "%q has no episodes but the row names %q. Empty the cell", b.snap.Project.Name, e.Episode.Text)
			return nil, false
		}
		return nil, true
	}
	cell := e.Episode
	if !cell.Given() && b.opts.Episode != "" {
		cell = importers.Cell{State: importers.Present, Text: b.opts.Episode, Place: importers.SpotOf(e.Place)}
	}
	if !cell.Given() || cell.Text == "-" {
		return nil, true
	}
	n := b.ensure(hierarchy.Episode, nil, "", cell, e.Place)
	return n, n != nil
}
