package excel

import "strings"

// style is what a cell's format means for its text.
type style struct {
	kind   formatKind
	struck bool
}

type formatKind int

const (
	general formatKind = iota // the number as it is
	padded                    // a format that shows leading zeros or text
	date
	clock // times without a day
)

// style reads a cell style once.
func (b *book) style(id int) style {
	if s, ok := b.styles[id]; ok {
		return s
	}
	var s style
	if full, err := b.file.GetStyle(id); err == nil && full != nil {
		s.struck = full.Font != nil && full.Font.Strike
		code := ""
		if full.CustomNumFmt != nil {
			code = *full.CustomNumFmt
		}
		s.kind = kindOf(full.NumFmt, code)
	}
	b.styles[id] = s
	return s
}

// kindOf tells what a number format shows.
func kindOf(id int, code string) formatKind {
	switch {
	case code != "":
		return kindOfCode(code)
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 36, id >= 50 && id <= 58:
		return date
	case id >= 18 && id <= 21, id >= 45 && id <= 47:
		return clock
	case id == 49:
		return padded
	}
	return general
}

// kindOfCode looks for the letters of days and hours outside quotes.
func kindOfCode(code string) formatKind {
	day, hour := false, false
	bare := bareCode(code)
	for _, c := range strings.ToLower(bare) {
		switch c {
		case 'y', 'd':
			day = true
		case 'h', 's':
			hour = true
		}
	}
	lower := strings.ToLower(bare)
	switch {
	case strings.Contains(lower, "general"):
		return general
	case day, strings.Contains(lower, "mmm"):
		return date
	case hour:
		return clock
	case strings.HasPrefix(bare, "00"), strings.Contains(bare, "@"), strings.ContainsAny(code, "\"\\") && strings.Contains(bare, "0"):
		return padded
	}
	return general
}

// bareCode takes literal texts, colours and conditions out of a format; of
// several sections the first counts.
func bareCode(code string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case quoted:
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return b.String()
			}
			inside := strings.ToLower(code[i+1 : i+end])
			if inside == "h" || inside == "hh" || inside == "m" || inside == "mm" || inside == "s" || inside == "ss" {
				b.WriteString("h")
			}
			i += end
		case c == ';':
			return b.String()
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
