package importers

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"turnover/internal/diag"
)

// A Profile is how a source's sheet is laid out: remembered after an import,
// compared before the next. It is plain data and survives JSON.
type Profile struct {
	Source  string            // who hands over; the caller's word, such as a watch folder
	Sheet   string            // "" for text files
	Kind    Kind              // of the list
	Headers []string          // as written, left to right; blank ones left out
	Fields  map[string]string // header → field; "" ignored or kept as metadata
	Values  map[string]string // header → what its cells hold: "number", "code", "text", "timecode", "date"; "" nothing
}

// ProfileOf gives the layout of a list that was read. An EDL has none: its
// Headers are empty.
func ProfileOf(list *ShotList) Profile {
	p := Profile{Source: list.Source.Name, Sheet: list.Source.Sheet, Kind: list.Kind, Fields: map[string]string{}, Values: map[string]string{}}
	for _, c := range list.Columns {
		if c.Header == "" {
			continue
		}
		if _, twice := p.Fields[c.Header]; twice {
			continue
		}
		p.Headers = append(p.Headers, c.Header)
		p.Fields[c.Header] = c.Field
		p.Values[c.Header] = valuesOf(list, c)
	}
	return p
}

// field gives what a folded title was taken for before.
func (p *Profile) field(fold string, kind Kind) (string, bool) {
	if p == nil || p.Kind != kind {
		return "", false
	}
	for header, field := range p.Fields {
		if foldTitle(header) != fold {
			continue
		}
		for _, w := range wordsOf(kind) {
			if w.field == field {
				return field, true
			}
		}
	}
	return "", false
}

// A HeaderChange is one difference between a remembered layout and a list's.
type HeaderChange struct {
	Was    string // remembered header; "" where the column is new
	Header string // header now; "" where the column is gone
	Field  string // what Was was taken for; of a new column, what it is taken for now
	Now    string // what Header is taken for now
	Place  diag.Place
	Why    string // of a renamed column: what speaks for it
}

// Renamed tells that a remembered column has another header now.
func (c HeaderChange) Renamed() bool { return c.Was != "" && c.Header != "" }

// Matters tells whether the change touches what the list says: a column that
// meant something is renamed to a header that is not taken for the same, is
// gone, or a known field stands somewhere new. Free columns may come and go.
func (c HeaderChange) Matters() bool {
	switch {
	case c.Renamed():
		return c.Field != c.Now
	case c.Header == "":
		return c.Field != "" && c.Field != "field"
	}
	return c.Now != "" && c.Now != "field"
}

// likeliness is the least similarity of two headers of one column.
const likeliness = 0.6

// Compare says how a list's headers differ from the remembered ones. A renamed
// column is recognised by its header's similarity, by what its cells hold and
// by its position; equal headers in another order are no change.
func (p Profile) Compare(list *ShotList) []HeaderChange {
	if len(p.Headers) == 0 || len(list.Columns) == 0 {
		return nil
	}
	now := ProfileOf(list)
	places := map[string]diag.Place{}
	for _, c := range list.Columns {
		if _, twice := places[c.Header]; !twice {
			places[c.Header] = c.Place
		}
	}
	gone, fresh := p.without(now), now.without(p)
	var out []HeaderChange
	taken := map[string]bool{}
	for _, was := range gone {
		c := HeaderChange{Was: was, Field: p.Fields[was], Place: list.Columns[0].Place}
		best := 0.0
		for _, header := range fresh {
			if score, why := p.alike(was, now, header); !taken[header] && score >= likeliness && score > best {
				best, c.Header, c.Why = score, header, why
			}
		}
		if c.Header != "" {
			taken[c.Header] = true
			c.Now, c.Place = now.Fields[c.Header], places[c.Header]
		}
		out = append(out, c)
	}
	for _, header := range fresh {
		if !taken[header] {
			field := now.Fields[header]
			out = append(out, HeaderChange{Header: header, Field: field, Now: field, Place: places[header]})
		}
	}
	return out
}

// without lists the headers that another layout does not have, folded.
func (p Profile) without(other Profile) []string {
	has := map[string]bool{}
	for _, h := range other.Headers {
		has[foldTitle(h)] = true
	}
	var out []string
	for _, h := range p.Headers {
		if !has[foldTitle(h)] {
			out = append(out, h)
		}
	}
	return out
}

// alike scores, from 0 to 1, that two headers are of one column.
func (p Profile) alike(was string, now Profile, header string) (float64, string) {
	field := p.Fields[was]
	if taken := now.Fields[header]; taken != "" && taken != "field" && field != "" && field != "field" && taken != field {
		return 0, "" // both are known, for different things
	}
	if field != "" && field != "field" && now.Fields[header] == field {
		return 1, "both mean " + field
	}
	a, b := foldTitle(was), foldTitle(header)
	longest := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b), 1)
	score := 1 - float64(levenshtein.ComputeDistance(clip(a), clip(b)))/float64(longest)
	why := []string{fmt.Sprintf("the headers are %d %% alike", int(100*score))}
	if len(a) > 2 && len(b) > 2 && (strings.HasPrefix(b, a) || strings.HasPrefix(a, b)) {
		score = max(score, 0.5)
	}
	before, after := p.Values[was], now.Values[header]
	switch {
	case before == "" || after == "":
	case before == after:
		score += 0.2
		why = append(why, "both hold "+plural(before))
	default:
		score -= 0.3
	}
	if position(p.Headers, was) == position(now.Headers, header) {
		score += 0.2
		why = append(why, "they stand in the same place")
	}
	return min(score, 1), strings.Join(why, ", ")
}

func plural(kind string) string { return kind + "s" }

func position(headers []string, h string) int {
	for i, one := range headers {
		if one == h {
			return i
		}
	}
	return -1
}

// Accept gives the layout with renamed columns taken for what they were, for
// use as Options.Profile once a person agreed to the mapping.
func (p Profile) Accept(changes []HeaderChange) Profile {
	out := Profile{Source: p.Source, Sheet: p.Sheet, Kind: p.Kind, Headers: append([]string(nil), p.Headers...), Fields: map[string]string{}, Values: map[string]string{}}
	for h, f := range p.Fields {
		out.Fields[h], out.Values[h] = f, p.Values[h]
	}
	for _, c := range changes {
		if !c.Renamed() {
			continue
		}
		if i := position(out.Headers, c.Was); i >= 0 {
			out.Headers[i] = c.Header
		}
		out.Fields[c.Header], out.Values[c.Header] = out.Fields[c.Was], out.Values[c.Was]
		delete(out.Fields, c.Was)
		delete(out.Values, c.Was)
	}
	return out
}
