package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// A cutPart is one cut of a list with what the production says of its shots.
type cutPart struct {
	side  *CutSide
	shots map[string]ShotState // by path; shots that the plan makes are not in it
}

// ParseCut reads a stored cut; body is what Cut.Occurrences wrote.
func ParseCut(scope string, revision int64, fps string, body []byte) (*CutSide, error) {
	side := &CutSide{Name: fmt.Sprintf("%s@%d", scope, revision), Scope: scope}
	if err := json.Unmarshal(body, &side.Occurrences); err != nil {
		return nil, fmt.Errorf("read stored cut %q: %w", side.Name, err)
	}
	if fps != "" {
		rate, err := timecode.ParseRate(fps)
		if err != nil {
			return nil, fmt.Errorf("read stored cut %q: %w", side.Name, err)
		}
		side.FPS = rate.WithDrop(len(side.Occurrences) > 0 && side.Occurrences[0].Drop)
	}
	return side, nil
}

// within tells whether a path is a scope or lies in it.
func within(path, scope string) bool {
	return scope == "" || path == scope || strings.HasPrefix(path, scope+"/")
}

// Related tells whether one of the scopes lies in the other.
func Related(a, b string) bool { return within(a, b) || within(b, a) }

// Before puts together what stood in a scope after all revisions: a revision
// takes the place of everything in its own scope, be that wider or narrower.
// earlier are the revisions that say what was turned over.
func Before(history []*CutSide, scope string) (old *CutSide, earlier []*CutSide) {
	type standing struct {
		from *CutSide
		uses []Occurrence
	}
	var now []standing
	for _, c := range history {
		if !Related(c.Scope, scope) {
			continue
		}
		earlier = append(earlier, c)
		again := map[string]bool{}
		for _, o := range c.Occurrences {
			if o.Shot != nil {
				again[*o.Shot] = true
			}
		}
		for i := range now {
			now[i].uses = slices.DeleteFunc(slices.Clone(now[i].uses), func(o Occurrence) bool {
				if o.Shot == nil {
					return within(now[i].from.Scope, c.Scope)
				}
				return again[*o.Shot] || within(*o.Shot, c.Scope)
			})
		}
		now = append(slices.DeleteFunc(now, func(s standing) bool { return len(s.uses) == 0 }), standing{c, c.Occurrences})
	}
	old = &CutSide{Scope: scope}
	var names []string
	for part, s := range now {
		before := len(old.Occurrences)
		for _, o := range s.uses {
			o.Part = part<<16 + o.Part
			switch {
			case o.Shot != nil && within(*o.Shot, scope), o.Shot == nil && within(s.from.Scope, scope):
				old.Occurrences = append(old.Occurrences, o)
			default:
				old.Beside = append(old.Beside, o)
			}
		}
		if len(old.Occurrences) > before {
			names = append(names, s.from.Name)
			old.FPS = s.from.FPS
		}
	}
	if len(names) > 3 {
		names = append(names[:3], fmt.Sprintf("%d more", len(names)-3))
	}
	old.Name = strings.Join(names, "+")
	return old, earlier
}

// TouchedScopes gives those of the stored scopes that a list's cuts may be
// compared with: all of a film's, the named episodes' of a series.
func TouchedScopes(list *importers.ShotList, snap *hierarchy.Snapshot, opts Options, stored []string) []string {
	if !slices.ContainsFunc(list.Entries, func(e importers.Entry) bool { return e.Occurrence != nil }) {
		return nil
	}
	if !snap.Project.Episodic() || len(stored) == 0 {
		return stored
	}
	b := newNamer(list, snap, opts)
	b.nameEvents()
	episodes := map[string]bool{"": true}
	for i := range b.entries {
		e := &b.entries[i]
		switch {
		case e.ID.Given():
			return stored // the id decides where the shot is
		case e.Episode.Given():
			episodes[fold(hierarchy.PathPart(e.Episode.Text), opts.MatchCase)] = true
		case e.Shot.Given() && opts.Episode == "":
			episodes["-"] = true
		}
	}
	episodes[fold(hierarchy.PathPart(opts.Episode), opts.MatchCase)] = true
	var out []string
	for _, scope := range stored {
		top, _, _ := strings.Cut(scope, "/")
		if episodes[fold(top, opts.MatchCase)] {
			out = append(out, scope)
		}
	}
	return out
}

// compareCuts compares the list's cuts with what is stored. A cut that says
// the same is not stored again.
func (b *builder) compareCuts() {
	if b.opts.Cuts == nil || b.found.HasErrors() {
		return
	}
	b.lost = map[string]bool{}
	var keep []Cut
	for i, p := range b.sides {
		old, earlier := Before(b.opts.Cuts, p.side.Scope)
		l := Compare(old, p.side, CompareOptions{Handles: b.opts.Handles, FirstFrame: b.opts.FirstFrame, MatchCase: b.opts.MatchCase, Known: p.shots, Earlier: earlier})
		b.stillShown(p.side, earlier)
		for _, note := range l.Notes {
			b.note(OtherRate, diag.Place{File: b.list.Source.Name}, "%s", note)
		}
		if !l.Changed() {
			b.standing = append(b.standing, b.cuts[i])
			continue
		}
		l = l.OnlyChanges()
		keep = append(keep, b.cuts[i])
		b.cutLists = append(b.cutLists, l)
		b.rescans(l)
		b.lostMarkers(l)
	}
	b.cuts = keep
}

// stillShown looks for shots that lost their names in an earlier revision
// already: as long as the picture is in the cut, they are not omitted.
func (b *builder) stillShown(now *CutSide, earlier []*CutSide) {
	uses, _ := usesOf(now, now.FPS, b.opts.MatchCase)
	var nameless []int
	named := map[string]bool{}
	for i := range uses {
		if named[uses[i].key] = uses[i].named(); !uses[i].named() {
			nameless = append(nameless, i)
		}
	}
	if len(nameless) == 0 {
		return
	}
	where := newPictures(uses, nameless)
	for _, c := range earlier {
		before, _ := usesOf(c, now.FPS, b.opts.MatchCase)
		for i := range before {
			u := &before[i]
			if !u.named() || named[u.key] || b.lost[*u.Shot] {
				continue
			}
			if at, _ := where.best(u); at >= 0 {
				b.lost[*u.Shot] = true
			}
		}
	}
}

// mostNamed is how many shots one finding names.
const mostNamed = 20

func (b *builder) rescans(l *ChangeList) {
	var names []string
	for _, s := range l.Shots {
		if s.Rescan {
			names = append(names, s.Path)
		}
	}
	if len(names) == 0 {
		return
	}
	count := len(names)
	if count > mostNamed {
		names = append(names[:mostNamed], fmt.Sprintf("and %d more", count-mostNamed))
	}
	b.warn(NeedsRescan, diag.Place{File: b.list.Source.Name}, "shots that use frames outside what was turned over with handles of %d: %d, %s. Ask for the missing frames, or trim the cut", b.opts.Handles, count, strings.Join(names, ", "))
}

// lostMarkers names the shots that only lost their names, so that they are
// not omitted.
func (b *builder) lostMarkers(l *ChangeList) {
	places := make(map[string]diag.Place, len(b.entries))
	for i := range b.entries {
		places[b.entries[i].Place.String()] = b.entries[i].Place
	}
	for _, s := range l.Shots {
		for _, o := range s.Occurrences {
			if o.Before == nil || !slices.Contains(o.Labels, Unlinked) {
				continue
			}
			b.lost[s.Path] = true
			b.once(LostMarker, s.Path)
			b.warn(LostMarker, places[o.Place], "%q has no event of its name here, but the event shows its picture, %s to %s. The shot is not omitted; give the event its name", s.Path, o.SourceIn, o.SourceOut)
			break
		}
	}
}

// labelChanges gives the changes of shots the labels of the cut.
func (b *builder) labelChanges() {
	byPath := map[string][]string{}
	for _, l := range b.cutLists {
		for _, s := range l.Shots {
			byPath[s.Path] = append(byPath[s.Path], s.Labels...)
		}
	}
	now := map[string]string{} // paths of shots that the plan moves
	for n, to := range b.moved {
		now[n.path] = to.path
	}
	for i := range b.changes {
		c := &b.changes[i]
		path := c.Path
		if to := now[path]; to != "" {
			path = to
		}
		labels := byPath[path]
		if c.Entity != "shot" || len(labels) == 0 {
			continue
		}
		var set labelSet
		for _, label := range append(labels, c.Labels...) {
			set = set.with(label)
		}
		c.Labels = set.list()
	}
}
