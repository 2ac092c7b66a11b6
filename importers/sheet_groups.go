package importers

import "turnover/internal/diag"

// groups watches, entry by entry, whether a list is written in groups: the first
// row has a sequence, each filled one begins another group, and a row without
// sequence has no episode of its own either.
type groups struct {
	entries           int
	broken            bool // the list is not written that way throughout
	named             bool // the entry before has a sequence
	sequence, episode string
	blank             int       // entries without a sequence
	empty             int       // of these, those whose cell is empty
	first             []unnamed // of the empty ones, as many as are reported
	last              unnamed
	head              string // the sequence above the first of them
}

// unnamed is a shot whose sequence is empty.
type unnamed struct {
	at   Spot
	shot string
}

// see takes the next entry; gap tells that an empty row stands above it.
func (g *groups) see(e *Entry, gap bool) {
	named := e.Sequence.Given()
	switch {
	case named:
		if g.named && g.sequence == e.Sequence.Text && g.episode == e.Episode.Text {
			g.broken = true // spelled out row by row, so a blank means something else
		}
		g.sequence, g.episode = e.Sequence.Text, e.Episode.Text
	case g.entries == 0, e.Episode.Given(), gap:
		g.broken = true
	case e.Sequence.State == Absent: // cut off or in error: not a group's blank
		g.broken = true
	}
	g.named = named
	g.entries++
	if !named {
		g.seeBlank(e)
	}
}

func (g *groups) seeBlank(e *Entry) {
	g.blank++
	if e.Sequence.State != Empty {
		return
	}
	if g.empty++; g.empty == 1 {
		g.head = g.sequence
	}
	g.last = unnamed{e.Sequence.Place, e.Shot.Text}
	if len(g.first) < maxSame {
		g.first = append(g.first, g.last)
	}
}

// fillGroups gives shots below the head of a group its episode and sequence,
// where the list is written that way throughout. Otherwise a blank stays a
// blank, and is reported.
func (r *sheetReader) fillGroups() {
	g := &r.groups
	if g.blank == 0 {
		return
	}
	if g.broken {
		r.reportBlank()
		return
	}
	r.found.add(diag.Warning, CodeFilledDown, r.at(g.first[0].at), "sequence taken from the row above",
		"the list is grouped: %d rows without sequence, this one first (%q), were given that of their group's first row (%q). Fill the column down to be sure", g.blank, g.first[0].shot, g.head)
	r.fillDown()
}

func (r *sheetReader) fillDown() {
	var sequence, episode Cell
	for i := range r.list.Entries {
		e := &r.list.Entries[i]
		if e.Sequence.Given() {
			sequence, episode = e.Sequence, e.Episode
			continue
		}
		at := e.Sequence.Place
		e.Sequence = sequence
		e.Sequence.Place = at
		if episode.Given() && e.Episode.State == Empty {
			at = e.Episode.Place
			e.Episode = episode
			e.Episode.Place = at
		}
	}
}

// reportBlank names the first blanks; the others are counted up to the last.
func (r *sheetReader) reportBlank() {
	report := func(u unnamed) {
		r.found.add(diag.Warning, CodeBlankSequence, r.at(u.at), "shot without a sequence", "%q has no sequence and was given none; fill the cell", u.shot)
	}
	for _, u := range r.groups.first {
		report(u)
	}
	for range r.groups.empty - len(r.groups.first) {
		report(r.groups.last)
	}
}
