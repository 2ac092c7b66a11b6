package edl

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"turnover/importers"
	"turnover/internal/diag"
)

// comment reads what stands behind a star. It belongs to the events of the
// running number: names to all of them, the rest to the last.
func (p *parser) comment(text string) {
	if isReceipt(text) {
		p.list.Lines.Ignored++ // our own answer to the list says nothing of the cut
		return
	}
	n := len(p.list.Events) - 1
	if n < 0 {
		p.early(text)
		return
	}
	p.understood()
	p.remarked = true
	ev, more := &p.list.Events[n], &p.sources[n]
	if name, ok := clipField(text, "FROM CLIP NAME"); ok {
		kept, at := p.keep(name), p.spot(name)
		for i := p.group; i <= n; i++ {
			p.list.Events[i].ClipName, p.sources[i].clip = kept, at
		}
	} else if name, ok := toClip(text); ok {
		ev.ToClipName, more.toClip = p.keep(name), p.spot(name)
	} else if rest, ok := marker(text); ok {
		ev.Markers = append(ev.Markers, p.locator(rest))
	} else if rest, ok := field(text, "COMMENT"); ok {
		names := p.remarks()
		names.comment = append(names.comment, p.named("comment", rest))
		ev.Comments = append(ev.Comments, text)
	} else if rest, ok := field(text, "SOURCE FILE"); ok {
		if !strings.EqualFold(rest, "(NULL)") { // Avid has none to name
			names := p.remarks()
			names.sourceFile = append(names.sourceFile, p.named("source_file", rest))
		}
		ev.Comments = append(ev.Comments, text)
	} else if text != "" {
		ev.Comments = append(ev.Comments, text)
		if p.colour(ev, text) {
			return
		}
		ev.Freeze = ev.Freeze || strings.EqualFold(strings.TrimSpace(text), "FREEZE FRAME")
		if name := remarkName(text); name != "" {
			names := p.remarks()
			names.comment = append(names.comment, p.named("comment", name))
		}
	}
}

// isReceipt tells what our receipts write behind the stars of an EDL.
func isReceipt(comment string) bool {
	_, ok := field(comment, "TURNOVER")
	return ok
}

// early reads a comment above all events. A name there is lost, and said;
// other remarks are the program's own.
func (p *parser) early(text string) {
	_, from := clipField(text, "FROM CLIP NAME")
	_, to := toClip(text)
	_, loc := marker(text)
	_, comment := field(text, "COMMENT")
	if from || to || loc || comment {
		p.understood()
		p.found.Add(diag.Warning, CodeEarly, p.at(1), "comment stands before the first event", "%q belongs to no event", shorten(text))
		return
	}
	p.list.Lines.Ignored++ // a remark about the file says nothing of the cut
}

// toClip reads the name of what comes in by a transition or a key.
func toClip(text string) (name string, ok bool) {
	if name, ok = clipField(text, "TO CLIP NAME"); !ok {
		name, ok = clipField(text, "KEY CLIP NAME")
	}
	return name, ok
}

// marker gives what a locator says; one that begins with its timecode needs no
// colon.
func marker(text string) (rest string, ok bool) {
	if rest, ok = field(text, "LOC"); ok {
		return rest, true
	}
	rest, _, ok = after(text, "LOC ")
	first, _, _ := strings.Cut(rest, " ")
	return rest, ok && isTimecode(first)
}

// keyworded is a remark that says what it is about. It is large, and made when
// it is needed.
var keyworded = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^([\pL ]{1,40}?)\s*:\s*(.*)$`) })

// remarkName gives the part of a remark that may be a shot's name: all of it,
// or what stands behind a keyword for names. Behind another keyword is none.
func remarkName(text string) string {
	got := keyworded().FindStringSubmatch(text)
	if got == nil {
		return text
	}
	switch strings.ToUpper(strings.Join(strings.Fields(got[1]), " ")) {
	case "CLIP NAME", "NAME", "NOTE", "SHOT", "SHOT CODE", "SHOT ID", "SHOT NAME", "VFX", "VFX ID", "VFX SHOT":
		return got[2]
	}
	return ""
}

// where is the column of a text in the line.
func (p *parser) where(text string) int {
	at := len(p.text) - len(text) // as nearly always
	if !strings.HasSuffix(p.text, text) {
		at = strings.LastIndex(p.text, text)
	}
	if at < 0 || text == "" {
		return 1
	}
	return column(p.text, at)
}

// spot is where a text of the line stands.
func (p *parser) spot(text string) importers.Spot { return importers.SpotAt(p.number, p.where(text)) }

func (p *parser) named(name, text string) importers.NamedCell {
	state := importers.Present
	if text == "" {
		state = importers.Empty
	}
	return importers.NamedCell{Name: name, Cell: importers.Cell{State: state, Text: text, Place: p.spot(text)}}
}

// colours are the words for a marker's colour in Avid, Premiere, Resolve and
// others. What else follows the timecode is its name already.
var colours = strings.Fields("red green blue cyan magenta yellow black white grey gray orange purple pink brown forest denim violet plum gold " +
	"rose fuchsia lavender sky mint lemon sand cocoa cream teal cerulean iris caribbean mango")

func isColour(s string) bool {
	s = strings.TrimPrefix(strings.ToLower(s), "resolvecolor")
	return slices.Contains(colours, s)
}

// locator reads "01:00:01:14 RED     ANIM FIX NEEDED".
func (p *parser) locator(text string) importers.Marker {
	m := importers.Marker{Place: p.at(1)}
	ws := words(text, nil)
	rest := text
	if len(ws) > 0 && isTimecode(ws[0].text) {
		m.Timecode = ws[0].text
		rest = text[ws[0].end:]
		if len(ws) > 1 && isColour(ws[1].text) {
			m.Color = ws[1].text
			rest = text[ws[1].end:]
		}
	}
	m.Name = strings.TrimSpace(rest)
	if got := length.FindStringSubmatch(m.Name); got != nil {
		m.Name = strings.TrimSpace(got[1])
		p.markerExport()
	}
	m.Place.Column = p.where(m.Name)
	return m
}

// markerExport notes that the last event is the place of a marker with a
// length of its own, where it is one frame long: no cut.
func (p *parser) markerExport() {
	n := len(p.list.Events) - 1
	p.sources[n].marker = p.list.Events[n].Record.Len() <= 1
}

var (
	sop = regexp.MustCompile(`^\(?\s*([^)]*?)\s*\)\s*\(\s*([^)]*?)\s*\)\s*\(\s*([^)]*?)\s*\)?$`)
	gap = regexp.MustCompile(`[\s,]+`)
	// A marker's name with its length in frames, as Resolve exports it.
	length = regexp.MustCompile(`^(.*)\|\s*D:\d+$`)
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
