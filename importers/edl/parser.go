package edl

import (
	"errors"
	"fmt"
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
	unequal    int // events whose lengths differ without a speed
}

// facts are what comments say of an event beside what Event holds.
type facts struct {
	sourceFile, comment []importers.NamedCell
	clip, toClip        diag.Place // of the names' texts
	rate                timecode.Rate
	marker              bool // a line of a marker export
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
	line := strings.TrimLeft(p.text, blanks)
	switch {
	case strings.Trim(line, blanks+"\x00\x1a") == "":
		p.list.Lines.Ignored++ // a blank line says nothing
		return
	case line[0] == '*':
		p.comment(strings.TrimLeft(line[1:], blanks))
		return
	case line[0] == '|' && len(p.list.Events) > 0:
		p.resolveMarker(line)
		return
	}
	p.ws = words(p.text, p.ws)
	if e, meant := parseEdit(p.text, p.ws, p.number == p.list.Lines.Total); meant {
		p.event(e)
		return
	}
	if p.timesAlone() || p.keyword(line) {
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

// ignore counts a line that is not known, and says so.
func (p *parser) ignore() {
	p.list.Lines.Ignored++
	if p.ignored++; p.ignored <= maxIgnored {
		p.found.Add(diag.Info, CodeIgnored, p.at(1), "line is not known and was ignored", "%q", shorten(p.text))
	}
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
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
	case strings.HasPrefix(up, "NON-DROP FRAME"), strings.HasPrefix(up, "NON DROP FRAME"), ok && strings.HasPrefix(up, "NON"):
		p.count("NDF")
		return true
	case strings.HasPrefix(up, "DROP FRAME"), ok && strings.HasPrefix(up, "DROP"):
		p.count("DF")
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
		if known == "M2" {
			p.speed()
		} else {
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
	for _, keyword := range []string{"FROM CLIP NAME", "TO CLIP NAME", "KEY CLIP NAME", "LOC", "COMMENT", "SOURCE FILE"} {
		if _, ok := field(line, keyword); ok {
			p.comment(line)
			return true
		}
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
func (p *parser) event(e edit) {
	if !e.ok {
		p.pending = p.number
		p.fail(CodeCutOff, 1, "event line cannot be read", "event %s: %s. Export the list again, or mend the line", e.number, e.reason)
		return
	}
	ev := importers.Event{
		Place: p.at(1), Number: e.number, Reel: e.reel, Track: e.track, Channels: channels(e.track), Edit: e.how,
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
	p.sources = append(p.sources, facts{rate: p.rateOf(e)})
}

// rateOf is the rate with the count mode of an event line. Where no FCM was
// said a semicolon says drop frame.
func (p *parser) rateOf(e edit) timecode.Rate {
	if p.fcm == "" && strings.Contains(e.times[2].text, ";") {
		return p.opts.FPS.WithDrop(true)
	}
	return p.rate
}

// isBlack tells the reels that hold no shot.
func isBlack(reel string) bool {
	switch strings.ToUpper(reel) {
	case "BL", "BLK", "BLACK", "BARS", "BAR", "SLUG":
		return true
	}
	return false
}

var joints = strings.NewReplacer(" ", "", "_", "", "-", "")

// blackClip tells the names that programs give to their black and bars.
func blackClip(name string) bool {
	if len(name) > 20 {
		return false
	}
	switch strings.ToLower(joints.Replace(name)) {
	case "black", "blackvideo", "blackslug", "blackleader", "slug", "bars", "colorbars", "colourbars", "barsandtone", "smptebars", "hdbarsandtone":
		return true
	}
	return false
}

// ranges counts the four timecodes. The record must fit the rate; a source may
// run at its own.
func (p *parser) ranges(ev *importers.Event, e edit) {
	if p.opts.FPS.IsZero() {
		return
	}
	var frames [4]int64
	before := len(p.found)
	for i, w := range e.times {
		frames[i] = p.frame(w, i >= 2, e.number)
	}
	ev.Source, ev.Record = timecode.Range{Start: frames[0], End: frames[1]}, timecode.Range{Start: frames[2], End: frames[3]}
	if len(p.found) > before {
		return // what cannot be counted cannot be compared
	}
	ev.Source = p.span(frames[0], frames[1], e, 0)
	ev.Record = p.span(frames[2], frames[3], e, 2)
}

func (p *parser) frame(w word, record bool, event string) int64 {
	rate := p.rate
	if p.fcm == "" && strings.Contains(w.text, ";") {
		rate = p.opts.FPS.WithDrop(true)
	}
	if isNumber(w.text) {
		n, _ := strconv.ParseInt(w.text, 10, 40)
		return n
	}
	col := column(p.text, w.start)
	if strings.Contains(w.text, ";") && p.fcm == "NDF" && p.rate.CanDrop() && !p.once("separator") {
		p.found.Add(diag.Warning, CodeSeparator, p.at(col), "separator contradicts the count mode", "%q has a semicolon under NON-DROP FRAME; FCM governs", w.text)
	}
	frame, err := timecode.Parse(w.text, rate)
	var illegal *timecode.IllegalError
	switch {
	case err == nil:
		return frame
	case errors.As(err, &illegal) && illegal.Dropped:
		p.found.Add(diag.Warning, CodeDropLabel, p.at(col), "drop-frame label does not exist", "event %s: %v; counted by the rule", event, err)
		return illegal.Frame
	case record:
		p.found.Add(diag.Error, CodeRecord, p.at(col), "record timecode cannot be", "event %s: %v. Check the frame rate (--fps)", event, err)
	default:
		p.found.Add(diag.Warning, CodeSource, p.at(col), "source timecode cannot be at this rate", "event %s: %v. The source may run at its own rate", event, err)
	}
	return overflow(w.text, rate)
}

// once tells whether something was said before, and notes it.
func (p *parser) once(what string) bool {
	if p.separators == nil {
		p.separators = map[string]bool{}
	}
	said := p.separators[what]
	p.separators[what] = true
	return said
}

// overflow counts a label whose frames go past the rate, as if they did not.
func overflow(label string, r timecode.Rate) int64 {
	cut := strings.LastIndexAny(label, ":;.,")
	whole, err := timecode.Parse(label[:cut+1]+"00", r)
	var illegal *timecode.IllegalError
	if errors.As(err, &illegal) {
		whole = illegal.Frame
	}
	frames, _ := strconv.ParseInt(label[cut+1:], 10, 32)
	return whole + frames
}

// span makes a range of in and out. An out point at the other side of midnight
// lies on the next day.
func (p *parser) span(in, out int64, e edit, i int) timecode.Range {
	half := p.rate.Day() / 2
	switch {
	case out >= in:
	case in > half && out < half:
		out += p.rate.Day()
	default:
		p.found.Add(diag.Error, CodeBackwards, p.at(column(p.text, e.times[i+1].start)), "out point lies before its in point",
			"event %s: %s to %s. Export the list again, or mend the line", e.number, e.times[i].text, e.times[i+1].text)
	}
	return timecode.Range{Start: in, End: out}
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

// finish closes the list: what the file was where no event was found, and the
// entries that the planner sees.
func (p *parser) finish(all []string) {
	if p.ignored > maxIgnored {
		p.found.Add(diag.Info, CodeIgnored, diag.Place{File: p.file, Line: p.list.Lines.Total}, "more lines are not known and were ignored", "%d in all", p.ignored)
	}
	if len(p.list.Events) == 0 {
		p.list.Source.FPS = p.rate
		p.found.Add(diag.Error, CodeNoEvents, diag.Place{File: p.file, Line: 1}, "no event was found", "%s", p.insteadOf(all))
		return
	}
	p.list.Source.FPS = p.sources[0].rate
	if p.markersOnly() {
		p.found.Add(diag.Error, CodeMarkers, p.list.Events[0].Place, "a list of markers, not a cut", "each of its %d events is the place of a marker. Export the cut as CMX3600 EDL", len(p.list.Events))
		return
	}
	p.lengths()
	p.entries()
}

func (p *parser) markersOnly() bool {
	for _, s := range p.sources {
		if !s.marker {
			return false
		}
	}
	return true
}

var mplayer = regexp.MustCompile(`^\s*\d+(\.\d+)?\s+\d+(\.\d+)?\s+[0-3]\s*$`)

func (p *parser) insteadOf(all []string) string {
	out := "Export the cut as CMX3600 EDL, one video track"
	for _, line := range all[:min(len(all), 20)] {
		if mplayer.MatchString(line) {
			return "it is an MPlayer skip list. " + out
		}
	}
	if len(all) == 0 {
		return "it has no lines. " + out
	}
	return fmt.Sprintf("%d lines and none is an event. %s", len(all), out)
}

// lengths says how many events differ in length without a speed: they are
// retimes that the list does not tell, or sources at another rate.
func (p *parser) lengths() {
	first := diag.Place{}
	for i := range p.list.Events {
		ev := &p.list.Events[i]
		if ev.Picture() && !ev.Black && ev.SpeedFPS == nil && ev.Source.Len() > 0 && ev.Source.Len() != ev.Record.Len() {
			if p.unequal++; p.unequal == 1 {
				first = ev.Place
			}
		}
	}
	if p.unequal > 0 {
		p.found.Add(diag.Info, CodeLength, first, "source and record lengths differ without a speed", "%d events; the record's length counts", p.unequal)
	}
}
