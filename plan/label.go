package plan

import "slices"

// The labels of a change list; a shot and each of its uses have a set of them.
const (
	LabelNew       = "new"            // the production or the old cut did not have the shot
	NewInCut       = "new_in_cut"     // the production has the shot, the old cut not this use of it
	Omitted        = "omitted"        // the shot is no longer in the cut
	OmittedInCut   = "omitted_in_cut" // one use went away, others stay
	Reinstated     = "reinstated"     // the shot was omitted and is used again
	ExtendedHead   = "extended_head"
	ExtendedTail   = "extended_tail"
	TrimmedHead    = "trimmed_head"
	TrimmedTail    = "trimmed_tail"
	Slipped        = "slipped" // both ends moved alike
	Retimed        = "retimed" // another speed, frozen or no longer
	SourceChanged  = "source_changed"
	Reordered      = "reordered"
	LabelMoved     = "moved"    // to another sequence
	LabelRepeated  = "repeated" // used once more, and more than once
	Unlinked       = "unlinked" // the picture is in the cut, its shot's name is not
	LabelAmbiguous = "ambiguous"
	Unchanged      = "unchanged"
)

// Labels lists all labels in the order in which they are written.
func Labels() []string { return slices.Clone(labels) }

var labels = []string{LabelNew, NewInCut, Omitted, OmittedInCut, Reinstated, ExtendedHead, ExtendedTail, TrimmedHead, TrimmedTail,
	Slipped, Retimed, SourceChanged, Reordered, LabelMoved, LabelRepeated, Unlinked, LabelAmbiguous, Unchanged}

// A labelSet has one bit a label, in the order of Labels.
type labelSet uint32

var labelBits = func() map[string]labelSet {
	bits := map[string]labelSet{}
	for i, label := range labels {
		bits[label] = 1 << i
	}
	return bits
}()

func (s labelSet) with(label string) labelSet { return s | labelBits[label] }

// list writes the set in order; "unchanged" only where nothing else is in it.
func (s labelSet) list() []string {
	out := []string{}
	for i, label := range labels {
		if label != Unchanged && s&(1<<i) != 0 {
			out = append(out, label)
		}
	}
	if len(out) == 0 {
		out = append(out, Unchanged)
	}
	return out
}

// edges labels what happened between two ranges of one source.
func edges(head, tail int64) (s labelSet) {
	switch {
	case head == tail && head != 0:
		return s.with(Slipped)
	case head < 0:
		s = s.with(ExtendedHead)
	case head > 0:
		s = s.with(TrimmedHead)
	}
	switch {
	case tail > 0:
		s = s.with(ExtendedTail)
	case tail < 0:
		s = s.with(TrimmedTail)
	}
	return s
}
