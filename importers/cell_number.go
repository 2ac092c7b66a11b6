package importers

import (
	"errors"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"turnover/internal/diag"
	"turnover/internal/timecode"
)

var (
	errNotWhole  = errors.New("not a whole number")
	errAmbiguous = errors.New("may be a decimal or a thousand")
	grouped      = regexp.MustCompile(`^-?\d{1,3}([ \x{a0}\x{202f}'’]\d{3})+$`)
	mixedGroups  = regexp.MustCompile(`^-?\d{1,3}([.,]\d{3})+$`)
	numeric      = regexp.MustCompile(`^-?\d[\d .,'\x{a0}\x{202f}]*$`)
)

// parseWhole reads a whole number. Thousands may be set off by blanks or
// apostrophes, which the second result tells; "30.012" is refused, since it is
// thirty in one country and thirty thousand in the next.
func parseWhole(s string) (n int64, separated bool, err error) {
	if n, err := strconv.Atoi(s); err == nil && s[0] != '+' {
		return int64(n), false, nil
	}
	switch {
	case grouped.MatchString(s):
		n, err = strconv.ParseInt(strings.Map(keepDigits, s), 10, 64)
		return n, true, err
	case mixedGroups.MatchString(s):
		return 0, false, errAmbiguous
	}
	head, ok := strings.CutSuffix(s, ".0")
	if !ok {
		head, ok = strings.CutSuffix(s, ",0")
	}
	if ok { // how data tools write a whole column with gaps
		if n, err := strconv.ParseInt(head, 10, 64); err == nil && head[0] != '+' {
			return n, false, nil
		}
	}
	return 0, false, errNotWhole
}

func keepDigits(c rune) rune {
	if c == '-' || c >= '0' && c <= '9' {
		return c
	}
	return -1
}

func isNumeric(s string) bool {
	return allDigits(s) || s != "" && (s[0] >= '0' && s[0] <= '9' || s[0] == '-') && numeric.MatchString(s)
}

// number reads a cell of frames or occurrences.
func (r *sheetReader) number(i int, cell Cell) Number {
	n := Number{State: cell.State, Place: cell.Place}
	if !cell.Given() {
		return n
	}
	value, separated, err := parseWhole(cell.Text)
	switch {
	case errors.Is(err, errAmbiguous):
		r.found.add(diag.Error, CodeBadNumber, r.at(cell.Place), "ambiguous number", "%q under %q may be a decimal or a thousand; write it without separators", cell.Text, r.header.columns[i].Header)
	case err != nil:
		r.found.add(diag.Error, CodeBadNumber, r.at(cell.Place), "not a whole number", "%q under %q; write the frames as digits only", clip(cell.Text), r.header.columns[i].Header)
	case value < 0:
		r.found.add(diag.Error, CodeNegative, r.at(cell.Place), "negative number", "%q under %q; frames are counted from 0", cell.Text, r.header.columns[i].Header)
	case value > math.MaxInt32:
		r.found.add(diag.Error, CodeBadNumber, r.at(cell.Place), "number too large", "%q under %q; frames go to %d", cell.Text, r.header.columns[i].Header, math.MaxInt32)
	default:
		if separated {
			r.found.add(diag.Info, CodeThousands, r.at(cell.Place), "thousands separator read", "%q was read as %d", cell.Text, value)
		}
		n.Value = value
		return n
	}
	n.State = Absent
	return n
}

// frames reads a count of frames, which some lists write as a timecode or as
// seconds and frames.
func (r *sheetReader) frames(c *column, i int, cell Cell) Number {
	switch {
	case !cell.Given() || allDigits(cell.Text):
		return r.number(i, cell)
	case strings.IndexByte(cell.Text, ':') >= 0:
		return r.timecode(c, i, cell)
	case secondsFrames.MatchString(cell.Text):
		return r.secondsAndFrames(c, i, cell)
	}
	return r.number(i, cell)
}

// secondsAndFrames reads a length such as "12+08".
func (r *sheetReader) secondsAndFrames(c *column, i int, cell Cell) Number {
	n := Number{Place: cell.Place}
	if r.opts.FPS.IsZero() {
		r.found.count(diag.Warning, CodeDurationUnread, r.at(cell.Place), i, "duration needs a frame rate",
			"%d cells of this column are seconds and frames and were not read as frames; give the rate (--fps)")
		return n
	}
	value, ok := parseSecondsFrames(cell.Text, int64(r.opts.FPS.Base()))
	if !ok {
		r.found.add(diag.Error, CodeBadDuration, r.at(cell.Place), "duration cannot be read", "%q has more frames than a second of %d, or is too long", clip(cell.Text), r.opts.FPS.Base())
		return n
	}
	r.found.count(diag.Info, CodeDurationRead, c.Place, i, "frames read from a duration", "%d cells were counted at the given frame rate")
	return Number{State: Present, Value: value, Place: cell.Place}
}

// secondsFrames is "12+08", "12s08" and "12s 8f": as storyboards and editors
// write lengths.
var secondsFrames = regexp.MustCompile(`^(\d{1,6}) ?(?:\+|[sS]) ?(\d{1,3}) ?[fFiI]?$`)

func parseSecondsFrames(s string, base int64) (int64, bool) {
	m := secondsFrames.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	seconds, err := strconv.ParseInt(m[1], 10, 64)
	frames, err2 := strconv.ParseInt(m[2], 10, 64)
	value := seconds*base + frames
	return value, err == nil && err2 == nil && frames < base && value <= math.MaxInt32
}

// timecode reads a length written as HH:MM:SS:FF.
func (r *sheetReader) timecode(c *column, i int, cell Cell) Number {
	n := Number{Place: cell.Place}
	if r.opts.FPS.IsZero() {
		r.found.count(diag.Warning, CodeDurationUnread, c.Place, i, "duration needs a frame rate",
			"%d cells of this column are timecodes and were not read as frames; give the rate (--fps)")
		return n
	}
	// A length has no drop-frame labels to leave out: it is counted as it stands.
	value, err := timecode.Parse(cell.Text, r.opts.FPS.WithDrop(false))
	if err != nil {
		r.found.add(diag.Error, CodeBadDuration, r.at(cell.Place), "duration cannot be read", "%v; write HH:MM:SS:FF at %s frames per second", err, r.opts.FPS)
		return n
	}
	r.found.count(diag.Info, CodeDurationRead, c.Place, i, "frames read from a duration", "%d cells were counted at the given frame rate")
	return Number{State: Present, Value: value, Place: cell.Place}
}

// duration takes the frames from a column of lengths where the row has no
// count of frames. The cell itself is kept as a field in any case.
func (r *sheetReader) duration(e *Entry, c *column, i int, cell Cell) {
	e.Fields = append(e.Fields, NamedCell{Name: c.Header, Cell: cell})
	if !cell.Given() || r.counted {
		return
	}
	switch {
	case strings.Count(cell.Text, ":")+strings.Count(cell.Text, ";") == 3:
		if e.NbFrames.State != Present {
			e.NbFrames = r.timecode(c, i, cell)
		}
	case secondsFrames.MatchString(cell.Text):
		if e.NbFrames.State != Present {
			e.NbFrames = r.secondsAndFrames(c, i, cell)
		}
	case c.Field == "seconds_duration" && !r.header.has("timecode_duration"):
		e.NbFrames = r.seconds(c, i, cell)
	default:
		r.found.count(diag.Warning, CodeDurationUnread, c.Place, i, "duration without a unit",
			"%d cells of this column are neither timecodes nor said to be frames and were not read; title it Frames, Duration (s), or name it under columns: {nb_frames: [\"…\"]}")
	}
}

// seconds gives the frames of a length in decimal seconds, if they are whole.
func (r *sheetReader) seconds(c *column, i int, cell Cell) Number {
	n := Number{Place: cell.Place}
	if r.opts.FPS.IsZero() {
		r.found.count(diag.Warning, CodeDurationUnread, c.Place, i, "duration needs a frame rate",
			"%d cells of this column are seconds and were not read as frames; give the rate (--fps)")
		return n
	}
	value, ok := parseSeconds(cell.Text)
	if !ok {
		r.found.add(diag.Error, CodeBadDuration, r.at(cell.Place), "duration cannot be read", "%q is no number of seconds", clip(cell.Text))
		return n
	}
	exact := value * float64(r.opts.FPS.Num) / float64(r.opts.FPS.Den)
	// Sheets print seconds to two or three places, so a hundredth of a second
	// is what a whole frame may be off.
	if off := math.Abs(exact - math.Round(exact)); off > 0.01*float64(r.opts.FPS.Base())+1e-9 || exact > math.MaxInt32 || off > 0.49 {
		r.found.add(diag.Error, CodeBadDuration, r.at(cell.Place), "duration is no whole number of frames", "%q seconds are %.2f frames at %s; give the frames", cell.Text, exact, r.opts.FPS)
		return n
	}
	r.found.count(diag.Info, CodeDurationRead, c.Place, i, "frames read from a duration", "%d cells of seconds were counted at the given frame rate")
	return Number{State: Present, Value: int64(math.Round(exact)), Place: cell.Place}
}

// parseSeconds reads "3,5", "12.04" and "1 200,5"; one mark, the last, is the
// decimal one.
func parseSeconds(s string) (float64, bool) {
	if !isNumeric(s) || s[0] == '-' || len(s) > 20 {
		return 0, false
	}
	whole, fraction := s, ""
	if i := strings.LastIndexAny(s, ".,"); i >= 0 {
		whole, fraction = s[:i], s[i+1:]
	}
	if strings.ContainsAny(whole, ".,") {
		return 0, false
	}
	v, ok := new(big.Rat).SetString(strings.Map(keepDigits, whole) + "." + fraction + "0")
	if !ok {
		return 0, false
	}
	f, _ := v.Float64()
	return f, true
}
