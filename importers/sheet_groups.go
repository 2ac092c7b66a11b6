package importers

import (
	"slices"

	"turnover/internal/diag"
)

// fillGroups gives shots below the head of a group its episode and sequence,
// where the list is written that way throughout: the first row has a sequence,
// each filled one begins another group, and a row without sequence has no
// episode of its own either. Otherwise a blank stays a blank, and is reported.
func (r *sheetReader) fillGroups() {
	if r.list.Kind != Shots || !r.header.has("sequence") || len(r.list.Entries) == 0 {
		return
	}
	blank := 0
	for i := range r.list.Entries {
		if !r.list.Entries[i].Sequence.Given() {
			blank++
		}
	}
	if blank == 0 {
		return
	}
	if !r.isGrouped() {
		r.reportBlank()
		return
	}
	r.fillDown(blank)
}

// isGrouped tells whether the pattern holds over the whole list.
func (r *sheetReader) isGrouped() bool {
	entries := r.list.Entries
	if !entries[0].Sequence.Given() {
		return false
	}
	for i := 1; i < len(entries); i++ {
		e, before := &entries[i], &entries[i-1]
		switch {
		case e.Sequence.State == Absent && r.header.has("sequence"): // cut off or in error: not a group's blank
			return false
		case !e.Sequence.Given():
			if e.Episode.Given() || r.afterGap(i) {
				return false
			}
		case before.Sequence.Given() && before.Sequence.Text == e.Sequence.Text && before.Episode.Text == e.Episode.Text:
			return false // spelled out row by row, so a blank means something else
		}
	}
	return true
}

// afterGap tells whether an empty row stands above an entry.
func (r *sheetReader) afterGap(entry int) bool {
	_, ok := slices.BinarySearch(r.gaps, entry)
	return ok
}

func (r *sheetReader) fillDown(blank int) {
	var sequence, episode Cell
	said := false
	for i := range r.list.Entries {
		e := &r.list.Entries[i]
		if e.Sequence.Given() {
			sequence, episode = e.Sequence, e.Episode
			continue
		}
		if !said {
			said = true
			r.found.add(diag.Warning, CodeFilledDown, r.at(e.Sequence.Place), "sequence taken from the row above",
				"the list is grouped: %d rows without sequence, this one first (%q), were given that of their group's first row (%q). Fill the column down to be sure", blank, e.Shot.Text, sequence.Text)
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

func (r *sheetReader) reportBlank() {
	for i := range r.list.Entries {
		if e := &r.list.Entries[i]; e.Sequence.State == Empty {
			r.found.add(diag.Warning, CodeBlankSequence, r.at(e.Sequence.Place), "shot without a sequence", "%q has no sequence and was given none; fill the cell", e.Shot.Text)
		}
	}
}
