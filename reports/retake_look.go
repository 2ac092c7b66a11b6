package reports

import (
	"encoding/json"

	"turnover/hierarchy"
)

// looks are the previews of one task in the order in which they could be
// looked at. A preview counts from the comment that carries it, one that no
// comment carries from its own creation.
type looks struct {
	carried map[int][]*hierarchy.PreviewFile // by the comment's place
	loose   []*hierarchy.PreviewFile         // by creation

	revisions map[int64]bool
	last      *hierarchy.PreviewFile // of the highest revision, its first position
}

func looksOf(comments []hierarchy.Comment, previews []hierarchy.PreviewFile) looks {
	var l looks
	if len(previews) == 0 {
		return l
	}
	l.carried, l.revisions = map[int][]*hierarchy.PreviewFile{}, map[int64]bool{}
	byID := make(map[hierarchy.ID]*hierarchy.PreviewFile, len(previews))
	for i := range previews {
		byID[previews[i].ID] = &previews[i]
	}
	for i := range comments {
		var ids []hierarchy.ID
		if len(comments[i].Previews) <= len("[]") || json.Unmarshal(comments[i].Previews, &ids) != nil {
			continue
		}
		for _, id := range ids {
			if p := byID[id]; p != nil {
				l.carried[i] = append(l.carried[i], p)
				delete(byID, id) // the first comment that carries it counts
			}
		}
	}
	for i := range previews {
		if byID[previews[i].ID] != nil {
			l.loose = append(l.loose, &previews[i])
		}
	}
	return l
}

// until counts the loose previews that were there at an instant.
func (l *looks) until(at hierarchy.Time) {
	for len(l.loose) > 0 && !l.loose[0].CreatedAt.After(at.Time) {
		l.see(l.loose[0])
		l.loose = l.loose[1:]
	}
}

// with counts what a comment carries.
func (l *looks) with(comment int) {
	for _, p := range l.carried[comment] {
		l.see(p)
	}
}

func (l *looks) see(p *hierarchy.PreviewFile) {
	l.revisions[p.Revision] = true
	if l.last == nil || p.Revision > l.last.Revision || p.Revision == l.last.Revision && p.Position < l.last.Position {
		l.last = p
	}
}
