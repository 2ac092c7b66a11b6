package importers

import "regexp"

var (
	timecodeForm = regexp.MustCompile(`^\d{1,2}:\d{2}:\d{2}([:;.]\d{1,3})?$`)
	numberForm   = regexp.MustCompile(`^[+-]?\d+([.,]\d+)?$`)
	codeForm     = regexp.MustCompile(`^[\pL\pN_./-]*\d[\pL\pN_./-]*$`)
)

// profiledRows is how many rows a profile looks at.
const profiledRows = 200

// valuesOf tells what most cells of a column hold; "" for none.
func valuesOf(list *ShotList, c Column) string {
	count := map[string]int{}
	for i := range list.Entries[:min(len(list.Entries), profiledRows)] {
		if kind := kindOfValue(list.Entries[i].textUnder(c)); kind != "" {
			count[kind]++
		}
	}
	best := ""
	for _, kind := range []string{"number", "code", "timecode", "date", "text"} {
		if count[kind] > count[best] {
			best = kind
		}
	}
	return best
}

// textUnder gives an entry's text under a column, "" where it keeps none.
func (e *Entry) textUnder(c Column) string {
	number := func(n Number) string {
		if n.Given() {
			return "1"
		}
		return ""
	}
	switch c.Field {
	case "nb_frames", "timecode_duration", "seconds_duration":
		return number(e.NbFrames)
	case "frame_in":
		return number(e.FrameIn)
	case "frame_out":
		return number(e.FrameOut)
	case "occurrences":
		return number(e.Occurrences)
	case "field", "":
		name := c.Detail
		if c.Field == "" {
			name = c.Header
		}
		for _, f := range e.Fields {
			if f.Name == name {
				return f.Cell.Text
			}
		}
		return ""
	}
	if cell := e.field(c.Field); cell != nil {
		return cell.Text
	}
	return ""
}

func kindOfValue(text string) string {
	switch {
	case text == "":
		return ""
	case numberForm.MatchString(text):
		return "number"
	case timecodeForm.MatchString(text):
		return "timecode"
	case isoDay.MatchString(text):
		return "date"
	case codeForm.MatchString(text):
		return "code"
	}
	return "text"
}
