package excel

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"turnover/internal/table"
)

// clean replaces what XML 1.0 cannot carry by U+FFFD, for all to see, and cuts
// a text that is longer than a cell holds, saying so at its end.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return utf8.RuneError
		}
		return r
	}, strings.ToValidUTF8(s, string(utf8.RuneError)))
	if len(s) <= excelize.TotalCellChars || units(s) <= excelize.TotalCellChars {
		return s
	}
	all, kept, at := units(s), 0, 0
	for i, r := range s {
		if n := unitsOf(r); kept+n <= excelize.TotalCellChars-60 {
			kept, at = kept+n, i+utf8.RuneLen(r)
			continue
		}
		break
	}
	return fmt.Sprintf("%s … [cut: %d more characters do not fit in a cell]", s[:at], all-kept)
}

// units counts as Excel does, in UTF-16.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += unitsOf(r)
	}
	return n
}

func unitsOf(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// exact is the largest whole number that a cell keeps.
const exact = 1 << 53

// cell gives the value of a cell for the stream; nil for an empty one.
func cell(c table.Column, v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return clean(v)
	case int64:
		if v > exact || v < -exact {
			return fmt.Sprint(v)
		}
		return v
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		return round(v)
	case bool:
		return v
	case time.Time:
		if days, ok := serial(v); ok {
			return round(days)
		}
		if c.Type == table.Day {
			return v.Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339Nano)
	}
	return clean(fmt.Sprint(v))
}

// round keeps the 15 digits that a cell has; the library cuts the others off,
// which makes 0.999… of a second's end.
func round(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		return v // past the largest number
	}
	return r
}

var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// serial counts days from Excel's epoch; what lies before March 1900, where
// Excel has a day too many, or after 9999 stays text.
func serial(t time.Time) (float64, bool) {
	t = t.UTC()
	if t.Before(time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)) || t.Year() > 9999 {
		return 0, false
	}
	seconds := t.Unix() - epoch.Unix()
	days, rest := seconds/86400, seconds%86400
	return float64(days) + (float64(rest)+float64(t.Nanosecond())/1e9)/86400, true
}

// format is a column's number format; "" for text.
func format(c table.Column) string {
	switch c.Type {
	case table.Int:
		return "#,##0"
	case table.Float:
		if c.Decimals > 0 {
			return "#,##0." + strings.Repeat("0", min(c.Decimals, 15))
		}
		return "#,##0"
	case table.Day:
		return "yyyy-mm-dd"
	case table.Instant:
		return "yyyy-mm-dd hh:mm:ss"
	}
	return ""
}

// shown tells roughly how wide a cell prints, in characters.
func shown(c table.Column, v any) int {
	switch v := v.(type) {
	case string:
		longest := 0
		for line := range strings.Lines(v[:min(len(v), 400)]) {
			n := 0
			for _, r := range line {
				if n++; r >= 0x1100 {
					n++ // East Asian characters take two places
				}
			}
			longest = max(longest, n)
		}
		return longest
	case int64:
		n := len(fmt.Sprint(v))
		return n + n/3
	case float64:
		n := len(fmt.Sprintf("%.0f", v))
		return n + n/3 + c.Decimals + 1
	case time.Time:
		return len(strings.TrimSpace(format(c))) + 1
	case bool:
		return 5
	}
	return 0
}

// escape is how Excel writes a control character; a sheet's name that looks
// like it would be read as another.
var escape = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// sheetName makes a name that Excel takes: at most 31 characters, none of
// []:*?/\, not "History", and not there yet whatever the case. Apostrophes are
// curled: the library does not double them in the references that it writes.
func sheetName(wanted string, taken map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`[]:*?/\`, r) || r < 0x20:
			return '_'
		case r == '\'':
			return '’'
		}
		return r
	}, clean(wanted))
	name = escape.ReplaceAllString(strings.TrimSpace(name), "-$1")
	if name == "" || strings.EqualFold(name, "history") {
		name += "_"
	}
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = fmt.Sprintf(" (%d)", n)
		}
		try := strings.TrimRight(cut(name, 31-len(suffix)), " ") + suffix
		if key := strings.ToLower(try); !taken[key] {
			taken[key] = true
			return try
		}
	}
}

// cut keeps whole characters up to n UTF-16 units.
func cut(s string, n int) string {
	for i, r := range s {
		if n -= unitsOf(r); n < 0 {
			return s[:i]
		}
	}
	return s
}
