package edl

import (
	"regexp"
	"strconv"
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
)

// comment reads what stands behind a star. It belongs to the events of the
// running number: names to all of them, the rest to the last.
func (p *parser) comment(text string) {
	p.understood()
	n := len(p.list.Events) - 1
	if n < 0 {
		if text != "" {
			p.found.Add(diag.Warning, CodeEarly, p.at(1), "comment stands before the first event", "%q belongs to no event", shorten(text))
		}
		return
	}
	ev, more := &p.list.Events[n], &p.sources[n]
	if rest, _, ok := after(text, "FROM CLIP NAME:"); ok {
		for i := p.group; i <= n; i++ {
			p.list.Events[i].ClipName = &rest
		}
	} else if rest, _, ok := after(text, "TO CLIP NAME:"); ok {
		ev.ToClipName = &rest
	} else if rest, _, ok := after(text, "KEY CLIP NAME:"); ok {
		ev.ToClipName = &rest
	} else if rest, _, ok := after(text, "LOC:"); ok {
		ev.Markers = append(ev.Markers, p.locator(rest))
	} else if rest, _, ok := after(text, "COMMENT:"); ok {
		more.comment = append(more.comment, p.named("comment", rest))
		ev.Comments = append(ev.Comments, text)
	} else if rest, _, ok := after(text, "SOURCE FILE:"); ok {
		more.sourceFile = append(more.sourceFile, p.named("source_file", rest))
		ev.Comments = append(ev.Comments, text)
	} else if p.colour(ev, text) {
		ev.Comments = append(ev.Comments, text)
	} else {
		if rest, _, ok := after(text, "FREEZE FRAME"); ok && rest == "" {
			ev.Freeze = true
		}
		if text != "" {
			ev.Comments = append(ev.Comments, text)
			more.comment = append(more.comment, p.named("comment", text))
		}
	}
}

func (p *parser) named(name, text string) importers.NamedCell {
	col := 1
	if i := strings.LastIndex(p.text, text); i >= 0 {
		col = column(p.text, i)
	}
	state := importers.Present
	if text == "" {
		state = importers.Empty
	}
	return importers.NamedCell{Name: name, Cell: importers.Cell{State: state, Text: text, Place: p.at(col)}}
}

// locator reads "01:00:01:14 RED     ANIM FIX NEEDED".
func (p *parser) locator(text string) importers.Marker {
	m := importers.Marker{Place: p.at(1)}
	ws := words(text, nil)
	rest := text
	if len(ws) > 0 && isTimecode(ws[0].text) {
		m.Timecode = ws[0].text
		rest = text[ws[0].end:]
		if len(ws) > 1 {
			m.Color = ws[1].text
			rest = text[ws[1].end:]
		}
	}
	m.Name = strings.TrimSpace(rest)
	return m
}

var (
	sop = regexp.MustCompile(`^\(?\s*([^)]*?)\s*\)\s*\(\s*([^)]*?)\s*\)\s*\(\s*([^)]*?)\s*\)?$`)
	gap = regexp.MustCompile(`[\s,]+`)
)

// colour reads ASC_SOP and ASC_SAT; what cannot be read is said and stays a
// comment.
func (p *parser) colour(ev *importers.Event, text string) bool {
	if rest, _, ok := after(text, "ASC_SOP"); ok {
		got := sop.FindStringSubmatch(strings.TrimSpace(strings.TrimPrefix(rest, ":")))
		var values [3][3]float64
		good := got != nil
		for i := 0; good && i < 3; i++ {
			values[i], good = three(got[i+1])
		}
		if !good {
			p.found.Add(diag.Warning, CodeCDL, p.at(1), "colour decision cannot be read", "%q is not (slope) (offset) (power) of three numbers each", shorten(text))
			return true
		}
		cdl(ev).Slope, cdl(ev).Offset, cdl(ev).Power = values[0], values[1], values[2]
		return true
	}
	if rest, _, ok := after(text, "ASC_SAT"); ok {
		v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimPrefix(rest, ":")), 64)
		if err != nil || v != v {
			p.found.Add(diag.Warning, CodeCDL, p.at(1), "colour decision cannot be read", "%q is no saturation", shorten(text))
			return true
		}
		cdl(ev).Saturation = &v
		return true
	}
	return false
}

// cdl gives the event's colour decision; one without SOP is neutral.
func cdl(ev *importers.Event) *importers.CDL {
	if ev.CDL == nil {
		one := [3]float64{1, 1, 1}
		ev.CDL = &importers.CDL{Slope: one, Power: one}
	}
	return ev.CDL
}

func three(text string) (out [3]float64, ok bool) {
	parts := gap.Split(strings.TrimSpace(text), -1)
	if len(parts) != 3 {
		return out, false
	}
	for i, s := range parts {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || v-v != 0 { // not a number, or infinite
			return out, false
		}
		out[i] = v
	}
	return out, true
}
