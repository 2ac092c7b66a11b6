package plan

import (
	"encoding/json"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/timecode"
)

// An Occurrence is one use of a shot in a stored cut. Ranges are in frames and
// half-open; Source counts in the rate of the cut.
type Occurrence struct {
	Order         int     `json:"order"` // in the file, from 0
	Shot          *string `json:"shot"`  // path; null where no shot was found
	Place         string  `json:"place"`
	NamedBy       string  `json:"named_by"` // the rule that found the shot's name
	Event         string  `json:"event"`
	Reel          string  `json:"reel"`
	Clip          string  `json:"clip"`
	Track         string  `json:"track"`
	Rate          string  `json:"rate"`
	Drop          bool    `json:"drop_frame"`
	SourceIn      int64   `json:"source_in"`
	SourceOut     int64   `json:"source_out"`
	RecordIn      int64   `json:"record_in"`
	RecordOut     int64   `json:"record_out"`
	SpeedFPS      float64 `json:"speed_fps"` // 0: as shot
	Freeze        bool    `json:"freeze"`
	Transition    string  `json:"transition"`
	TransitionIn  int64   `json:"transition_in"`
	TransitionOut int64   `json:"transition_out"`
	Part          int     `json:"part,omitempty"` // which of the lists that together make one cut
}

// OccurrenceOf writes what an entry says of its place in the cut, without its
// shot; the entry must have an occurrence.
func OccurrenceOf(e *importers.Entry) Occurrence {
	o := e.Occurrence
	return Occurrence{Order: o.Order, Place: e.Place.String(), NamedBy: e.NamedBy, Event: o.Event, Reel: o.Reel, Clip: o.Clip, Track: o.Track,
		Rate: o.Rate.String(), Drop: o.Rate.Drop, SourceIn: o.Source.Start, SourceOut: o.Source.End, RecordIn: o.Record.Start, RecordOut: o.Record.End,
		SpeedFPS: o.SpeedFPS, Freeze: o.Freeze, Transition: o.Transition, TransitionIn: o.TransitionIn, TransitionOut: o.TransitionOut}
}

// cutsOf makes the cuts to be stored: one for the film or for each episode of
// the list; the scope is narrowed to the sequence where there is only one and
// the list does not speak for more.
// Events without a shot stay with the shot before them.
func (b *builder) cutsOf(shots []*node) {
	for _, p := range b.episodeUses(shots) {
		uses, err := json.Marshal(p.uses)
		if err != nil {
			continue // a speed that is no number, which the importer reported
		}
		scope, rate := p.scope(), b.cutRate()
		b.sides = append(b.sides, cutPart{&CutSide{Name: b.list.Source.Name, Scope: scope, FPS: rate, Occurrences: p.uses}, p.shots})
		b.cuts = append(b.cuts, Cut{Scope: scope, Title: b.list.Title, FPS: rate.String(), Occurrences: uses})
	}
}

// episodeUses are the occurrences of one episode's shots, or of a film's.
type episodeUses struct {
	episode, sequence *node
	many              bool // several sequences
	uses              []Occurrence
	shots             map[string]ShotState
}

func (p *episodeUses) scope() string {
	switch {
	case !p.many && p.sequence != nil:
		return p.sequence.path
	case p.episode != nil:
		return p.episode.path
	}
	return ""
}

func (b *builder) episodeUses(shots []*node) []*episodeUses {
	var parts []*episodeUses
	byEpisode := map[*node]*episodeUses{}
	var current *episodeUses
	var early []Occurrence
	files := map[string]int{} // of a cut that several lists make together
	// A list that is asked to speak for the whole episode is its cut.
	whole := b.opts.Omit == OmitEpisode || b.opts.Omit == OmitProject
	reinstated := map[string]bool{}
	for _, c := range b.changes {
		if c.Action == Reinstate {
			reinstated[c.Path] = true
		}
	}
	for i, shot := range shots {
		o := b.entries[i].Occurrence
		if o == nil {
			continue
		}
		use := OccurrenceOf(&b.entries[i])
		part, known := files[b.entries[i].Place.File]
		if !known {
			part = len(files)
			files[b.entries[i].Place.File] = part
		}
		use.Part = part
		if shot != nil {
			to := b.after(shot)
			use.Shot = &to.path
			sequence := to.parent
			var episode *node
			if sequence != nil {
				episode = sequence.parent
			}
			current = byEpisode[episode]
			if current == nil {
				current = &episodeUses{episode: episode, sequence: sequence, many: whole, shots: map[string]ShotState{}}
				byEpisode[episode] = current
				parts = append(parts, current)
			}
			if shot.entity != nil {
				current.shots[to.path] = ShotState{Canceled: reinstated[shot.path]}
			}
			current.many = current.many || current.sequence != sequence
		}
		if current == nil {
			early = append(early, use)
			continue
		}
		current.uses = append(append(current.uses, early...), use)
		early = nil
	}
	return parts
}

func (b *builder) cutRate() timecode.Rate {
	for _, r := range []timecode.Rate{b.list.Source.FPS, b.opts.FPS} {
		if !r.IsZero() {
			return r
		}
	}
	return b.snap.Project.Rate()
}

// episodeAbove gives the episode that a node lies in; nil for none.
func (b *builder) episodeAbove(n *node) *node {
	for n != nil && n.kind != hierarchy.Episode {
		n = n.parent
	}
	return n
}
