package edl

import (
	"errors"
	"strconv"
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// ranges counts the four timecodes. The record must fit the rate; a source may
// run at its own.
func (p *parser) ranges(ev *importers.Event, e *edit) {
	if p.opts.FPS.IsZero() {
		return
	}
	var frames [4]int64
	before := len(p.found)
	for i := range e.times {
		frames[i] = p.frame(&e.times[i], i, e.number)
	}
	ev.Source, ev.Record = timecode.Range{Start: frames[0], End: frames[1]}, timecode.Range{Start: frames[2], End: frames[3]}
	if len(p.found) > before {
		return // what cannot be counted cannot be compared
	}
	ev.Source = p.span(frames[0], frames[1], e, 0)
	ev.Record = p.span(frames[2], frames[3], e, 2)
}

var separators = strings.NewReplacer(";", ":", ".", ":", ",", ":")

// midnight as an out point is written as the end of the day by some programs.
const midnight = "24:00:00:00"

// frame counts one of the four time columns: source in and out, record in and
// out.
func (p *parser) frame(w *word, i int, event string) int64 {
	rate := p.rate
	if p.fcm == "" && strings.IndexByte(w.text, ';') >= 0 {
		rate = p.opts.FPS.WithDrop(true)
	}
	if isNumber(w.text) {
		n, _ := strconv.ParseInt(w.text, 10, 40)
		return n
	}
	if i%2 == 1 && strings.HasPrefix(w.text, "24") && separators.Replace(w.text) == midnight {
		return rate.Day()
	}
	if strings.IndexByte(w.text, ';') >= 0 && p.fcm == "NDF" && p.rate.CanDrop() && !p.once("separator") {
		p.found.Add(diag.Warning, CodeSeparator, p.at(column(p.text, w.start)), "separator contradicts the count mode", "%q has a semicolon under NON-DROP FRAME; FCM governs", w.text)
	}
	frame, err := timecode.Parse(w.text, rate)
	var illegal *timecode.IllegalError
	switch {
	case err == nil:
		return frame
	case errors.As(err, &illegal) && illegal.Dropped:
		p.found.Add(diag.Warning, CodeDropLabel, p.at(column(p.text, w.start)), "drop-frame label does not exist", "event %s: %v; counted by the rule", event, err)
		return illegal.Frame
	case i >= 2:
		p.found.Add(diag.Error, CodeRecord, p.at(column(p.text, w.start)), "record timecode cannot be", "event %s: %v. Check the frame rate (--fps)", event, err)
	default:
		p.found.Add(diag.Warning, CodeSource, p.at(column(p.text, w.start)), "source timecode cannot be at this rate", "event %s: %v. The source may run at its own rate", event, err)
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
func (p *parser) span(in, out int64, e *edit, i int) timecode.Range {
	if out >= in {
		return timecode.Range{Start: in, End: out}
	}
	switch half := p.rate.Day() / 2; {
	case in > half && out < half:
		out += p.rate.Day()
	default:
		p.found.Add(diag.Error, CodeBackwards, p.at(column(p.text, e.times[i+1].start)), "out point lies before its in point",
			"event %s: %s to %s. Export the list again, or mend the line", e.number, e.times[i].text, e.times[i+1].text)
	}
	return timecode.Range{Start: in, End: out}
}
