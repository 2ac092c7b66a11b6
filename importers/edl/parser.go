package edl

import (
	"regexp"
	"strconv"
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// maxIgnored is how many unknown lines are reported one by one.
const maxIgnored = 50

// maxGroup is how many lines one number has at most: a transition has two, a
// key three.
const maxGroup = 8

// parser walks the lines of one list.
type parser struct {
	opts  importers.Options
	file  string
	list  *importers.ShotList
	found diag.List

	number int    // of the line, from 1
	last   int    // the last line that is no answer of ours
	text   string // the line
	ws     []word

	rate       timecode.Rate // with the count mode in force
	fcm        string        // "", "DF", "NDF": as last said
	group      int           // first event of the number that comments belong to
	remarked   bool          // a remark on the last event came
	sources    []facts       // beside list.Events: what comments say of an event
	ignored    int
	pending    int // line of an event whose timecodes did not come
	separators map[string]bool
	unequal    int   // events whose lengths differ without a speed
	splitAbove bool  // splits stand above their events
	delay      int64 // of the picture of the next event, from a split above it

	tracks      map[string][]string    // the channels of each track column, which are few
	texts       []string               // room for names that events point to
	cells       []importers.NamedCell  // room for the names of entries
	occurrences []importers.Occurrence // room for those of the entries
}

// facts are what comments say of an event beside what Event holds.
type facts struct {
	clip, toClip importers.Spot // of the names' texts
	drop         bool           // labels are counted in drop frame
	marker       bool           // a line of a marker export
	delay        int64          // frames by which a split delays the picture
	names        *remarks       // nil for none
}

// remarks are texts of an event in which a name may hide.
type remarks struct{ sourceFile, comment []importers.NamedCell }

// remarks gives those of the last event, to add to them.
func (p *parser) remarks() *remarks {
	more := &p.sources[len(p.sources)-1]
	if more.names == nil {
		more.names = &remarks{}
	}
	return more.names
}

// keep gives the place of a text that events point to. Texts lie together: a
// list has one for each of its events.
func (p *parser) keep(text string) *string {
	if len(p.texts) == cap(p.texts) {
		p.texts = make([]string, 0, 512)
	}
	p.texts = append(p.texts, text)
	return &p.texts[len(p.texts)-1]
}

// rateAt is the rate with the count mode of an event.
func (p *parser) rateAt(i int) timecode.Rate {
	rate := p.opts.FPS
	rate.Drop = p.sources[i].drop
	return rate
}

func (p *parser) at(col int) diag.Place { return diag.Place{File: p.file, Line: p.number, Column: col} }

func (p *parser) understood() { p.list.Lines.Understood++ }

// fail counts the line as one in error and says why.
func (p *parser) fail(code string, col int, summary, detail string, args ...any) {
	p.list.Lines.InError++
	p.found.Add(diag.Error, code, p.at(col), summary, detail, args...)
}

// line reads one line; it is counted once, as understood, ignored or in error.
func (p *parser) line() {
	line := unindented(p.text, blanks+noBreak)
	switch {
	case line == "", line[0] <= '\x1a' && strings.Trim(line, blanks+noBreak+"\x00\x1a") == "":
		p.list.Lines.Ignored++ // a blank line says nothing
		return
	case line[0] == '*':
		p.comment(unindented(line[1:], blanks))
		return
	case line[0] == '|' && len(p.list.Events) > 0:
		p.resolveMarker(line)
		return
	}
	p.text = strings.ReplaceAll(p.text, noBreak, " ")
	p.ws = words(p.text, p.ws)
	if e, meant := parseEdit(p.text, p.ws, p.number == p.last); meant {
		p.event(&e)
		return
	}
	if p.timesAlone() || p.keyword(strings.TrimLeft(p.text, blanks)) || p.unreadable() {
		return
	}
	p.ignore()
}

// timesAlone is the second half of an event that was broken in two.
func (p *parser) timesAlone() bool {
	if p.pending != p.number-1 || len(p.ws) != 4 {
		return false
	}
	for _, w := range p.ws {
		if !isTimecode(w.text) {
			return false
		}
	}
	p.fail(CodeNoTimes, 1, "timecodes without their event", "they belong to line %d. Put both on one line, or export the list again", p.pending)
	return true
}

// label is a timecode wherever it stands in a line.
var label = regexp.MustCompile(`\d\d[:;.,]\d\d[:;.,]\d\d[:;.,]\d\d`)

// unreadable refuses a line that no keyword explains and that can only be an
// event: it has the four timecodes, or a track and an edit behind a number. To
// leave it out would lose a shot.
func (p *parser) unreadable() bool {
	reason := ""
	switch {
	case len(label.FindAllStringIndex(p.text, 4)) > 2:
		reason = "it has timecodes, but number, reel, track and edit do not stand before them"
		if n, _ := times(p.ws); n == len(p.ws) {
			reason = "its timecodes run into each other, or into other columns"
		}
	case hasColumns(p.ws):
		reason = "it has a track and an edit, but no timecodes that can be read"
	default:
		return false
	}
	p.fail(CodeCutOff, 1, "event line cannot be read", "%q: %s. Export the list again, or mend the line", shorten(p.text), reason)
	return true
}

// ignore counts a line that is not known, and says so.
func (p *parser) ignore() {
	p.list.Lines.Ignored++
	if p.ignored++; p.ignored <= maxIgnored {
		p.found.Add(diag.Info, CodeIgnored, p.at(1), "line is not known and was ignored", "%q", shorten(p.text))
	}
}

func shorten(s string) string {
	n := 0
	for i := range s {
		if n++; n > 80 {
			return s[:i] + "…"
		}
	}
	return s
}

// keyword reads the lines that are neither events nor comments.
func (p *parser) keyword(line string) bool {
	if rest, _, ok := after(line, "TITLE:"); ok {
		if p.list.Title == "" {
			p.list.Title = rest
		}
		p.understood()
		return true
	}
	mode, _, ok := after(line, "FCM:")
	if !ok {
		mode = strings.TrimSpace(line) // GVG leaves the prefix out
	}
	switch up := strings.ToUpper(mode); {
	case strings.HasPrefix(up, "NON-DROP FRAME"), strings.HasPrefix(up, "NON DROP FRAME"), ok && (strings.HasPrefix(up, "NON") || up == "NDF"):
		p.count("NDF")
		return true
	case strings.HasPrefix(up, "DROP FRAME"), ok && (strings.HasPrefix(up, "DROP") || up == "DF"):
		p.count("DF")
		return true
	case ok:
		p.list.Lines.Ignored++
		p.found.Add(diag.Warning, CodeCountMode, p.at(1), "count mode cannot be read", "%q is neither DROP FRAME nor NON-DROP FRAME; frames are counted on as before", shorten(mode))
		return true
	}
	if p.bare(line) {
		return true
	}
	for _, known := range []string{"M2", "SPLIT:", "AUD", "FINAL CUT PRO REEL:", ">>>", "EFFECTS NAME IS", "B:", "DLEDL", "REEL:", "MASTER"} {
		rest, _, ok := after(line, known)
		if !ok {
			continue
		}
		switch known {
		case "M2":
			p.speed()
		case "SPLIT:":
			p.split(rest)
		default:
			p.remark(known, rest)
		}
		return true
	}
	return false
}

// bare reads remarks that some programs write without the star.
func (p *parser) bare(line string) bool {
	if p.ws[0].text == "REM" {
		p.list.Lines.Ignored++ // a remark about the file says nothing of the cut
		return true
	}
	_, from := clipField(line, "FROM CLIP NAME")
	_, to := toClip(line)
	_, loc := marker(line)
	_, comment := field(line, "COMMENT")
	_, source := field(line, "SOURCE FILE")
	if from || to || loc || comment || source {
		p.comment(line)
		return true
	}
	got := length.FindStringSubmatch(line)
	n := len(p.list.Events) - 1
	if got == nil || n < 0 {
		return false
	}
	p.understood()
	name := strings.TrimSpace(got[1])
	ev := &p.list.Events[n]
	ev.Markers = append(ev.Markers, importers.Marker{Timecode: ev.RecordIn, Name: name, Place: p.at(p.where(name))})
	p.markerExport()
	return true
}

// count sets the running count mode.
func (p *parser) count(mode string) {
	p.understood()
	p.fcm = mode
	p.rate = p.opts.FPS.WithDrop(mode == "DF")
	if mode == "DF" && !p.opts.FPS.IsZero() && !p.opts.FPS.CanDrop() {
		p.found.Add(diag.Warning, CodeNoDrop, p.at(1), "drop frame at a rate that has none", "the list says DROP FRAME; %s frames per second has no drop frame. Check the frame rate", p.opts.FPS)
	}
}

// event reads an event line.
func (p *parser) event(e *edit) {
	if !e.ok {
		p.pending = p.number
		p.fail(CodeCutOff, 1, "event line cannot be read", "event %s: %s. Export the list again, or mend the line", e.number, e.reason)
		return
	}
	ev := importers.Event{
		Place: p.at(1), Number: e.number, Reel: e.reel, Track: e.track, Channels: p.channels(e.track), Edit: e.how,
		SourceIn: e.times[0].text, SourceOut: e.times[1].text, RecordIn: e.times[2].text, RecordOut: e.times[3].text,
	}
	if e.operand != "" && e.how != "C" {
		ev.TransitionFrames, _ = strconv.ParseInt(e.operand, 10, 32)
	}
	ev.Black = isBlack(e.reel)
	before := len(p.found)
	p.ranges(&ev, e)
	if p.found[before:].HasErrors() {
		p.list.Lines.InError++
	} else {
		p.understood()
	}
	n := len(p.list.Events)
	if n == 0 || p.remarked || p.list.Events[n-1].Number != e.number {
		p.group = n
	}
	p.group, p.remarked = max(p.group, n-maxGroup), false
	p.list.Events = append(p.list.Events, ev)
	p.sources = append(p.sources, facts{drop: p.drops(e), delay: p.delay})
	p.delay = 0
}

// channels gives the meaning of a track column; events share it.
func (p *parser) channels(track string) []string {
	known, ok := p.tracks[track]
	if !ok {
		known = channels(track)
		p.tracks[track] = known
	}
	return known
}

// drops tells the count mode of an event line. Where no FCM was said a
// semicolon says drop frame.
func (p *parser) drops(e *edit) bool {
	if p.fcm == "" && strings.IndexByte(e.times[2].text, ';') >= 0 {
		return p.opts.FPS.WithDrop(true).Drop
	}
	return p.rate.Drop
}

// speed reads M2: it belongs to the event of its reel in the running number.
func (p *parser) speed() {
	p.understood()
	p.remarked = true
	n := len(p.ws)
	if n < 3 || len(p.list.Events) == 0 {
		p.found.Add(diag.Warning, CodeSpeed, p.at(1), "speed belongs to no event", "%q", shorten(p.text))
		return
	}
	at := n - 1
	if isTimecode(p.ws[at].text) {
		at--
	}
	fps, err := strconv.ParseFloat(strings.TrimPrefix(p.ws[at].text, "+"), 64)
	if err != nil || fps != fps || fps > 1e6 || fps < -1e6 {
		p.found.Add(diag.Warning, CodeSpeed, p.at(column(p.text, p.ws[at].start)), "speed cannot be read", "%q", p.ws[at].text)
		return
	}
	target := len(p.list.Events) - 1
	if at > 1 {
		reel := sameReel(p.text[p.ws[1].start:p.ws[at-1].end])
		for i := target; i >= p.group; i-- {
			if sameReel(p.list.Events[i].Reel) == reel {
				target = i
				break
			}
		}
	}
	ev := &p.list.Events[target]
	ev.SpeedFPS, ev.Freeze = &fps, ev.Freeze || fps == 0
}

// sameReel folds the ways in which programs write one reel.
func sameReel(reel string) string { return strings.ToUpper(strings.ReplaceAll(reel, " ", "_")) }

// remark keeps a line that says something of the last event.
func (p *parser) remark(keyword, rest string) {
	p.understood()
	p.remarked = true
	if n := len(p.list.Events); n > 0 {
		p.list.Events[n-1].Comments = append(p.list.Events[n-1].Comments, strings.TrimSpace(keyword+" "+rest))
	}
}

var resolveMarker = regexp.MustCompile(`\|\s*C:(\S*)\s*\|\s*M:(.*?)\s*\|\s*D:(\d+)`)

// resolveMarker reads Resolve's marker export: it stands below an event of one
// frame that is the marker's place and no cut.
func (p *parser) resolveMarker(line string) {
	got := resolveMarker.FindStringSubmatch(line)
	if got == nil {
		p.ignore()
		return
	}
	p.understood()
	n := len(p.list.Events) - 1
	ev := &p.list.Events[n]
	ev.Markers = append(ev.Markers, importers.Marker{Timecode: ev.RecordIn, Color: strings.TrimPrefix(got[1], "ResolveColor"), Name: got[2], Place: p.at(1)})
	p.sources[n].marker = true
}
