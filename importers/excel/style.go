package excel

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// style is what a cell's format means for its text.
type style struct {
	id     int
	kind   formatKind
	struck bool
	plain  bool // no format at all
}

type formatKind int

const (
	general formatKind = iota // the number as it is
	padded                    // a format that shows leading zeros, text or percents
	date
	clock // times without a day
)

// readStyles reads what the cells' formats are. Where they cannot be read,
// numbers are shown as they are.
func (b *book) readStyles() error {
	var sheet struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Fonts []struct {
			Strike *struct {
				Value string `xml:"val,attr"`
			} `xml:"strike"`
		} `xml:"fonts>font"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
			Font   int `xml:"fontId,attr"`
		} `xml:"cellXfs>xf"`
	}
	err := b.decode("xl/styles.xml", &sheet)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	b.formats = map[int]string{}
	for _, f := range sheet.Formats {
		b.formats[f.ID] = f.Code
	}
	for _, c := range sheet.Cells {
		code := b.formats[c.Format]
		s := style{id: c.Format, kind: kindOf(c.Format, code), plain: c.Format == 0 || strings.EqualFold(code, "General")}
		if c.Font >= 0 && c.Font < len(sheet.Fonts) {
			strike := sheet.Fonts[c.Font].Strike
			s.struck = strike != nil && (strike.Value == "" || isTrue([]byte(strike.Value)))
		}
		b.styles = append(b.styles, s)
	}
	return nil
}

func (b *book) style(i int) style {
	if i < 0 || i >= len(b.styles) {
		return style{plain: true}
	}
	return b.styles[i]
}

// day gives a date cell's ISO day, with the time where it has one.
func (b *book) day(raw string) (string, bool) {
	if text, ok := b.days[raw]; ok {
		return text, true
	}
	serial, err := strconv.ParseFloat(raw, 64)
	if err != nil || !(serial >= 0 && serial <= 2_958_466) {
		return "", false
	}
	t, err := excelize.ExcelDateToTime(serial, b.epoch)
	if err != nil {
		return "", false
	}
	t = t.Round(time.Second)
	text := t.Format(time.DateTime)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		text = t.Format(time.DateOnly)
	}
	if len(b.days) < maxKnown {
		b.days[raw] = text
	}
	return text, true
}

// shown gives a number as its format shows it, by a workbook that holds
// nothing else.
func (b *book) shown(s style, raw string) (text string) {
	key := strconv.Itoa(s.id) + " " + raw
	if text, ok := b.looks[key]; ok {
		return text
	}
	defer func() { // the library may meet a format that it never expected
		if p := recover(); p != nil {
			text = raw
		}
		if len(b.looks) < maxKnown {
			b.looks[key] = text
		}
	}()
	if _, err := strconv.ParseFloat(raw, 64); err != nil {
		return raw
	}
	if b.pad == nil {
		b.pad, b.pads = excelize.NewFile(), map[int]int{}
	}
	id, ok := b.pads[s.id]
	if !ok {
		look := &excelize.Style{NumFmt: s.id}
		if code, own := b.formats[s.id]; own {
			look = &excelize.Style{CustomNumFmt: &code}
		}
		id, _ = b.pad.NewStyle(look)
		b.pads[s.id] = id
	}
	const sheet, cell = "Sheet1", "A1"
	if b.pad.SetCellDefault(sheet, cell, raw) != nil || b.pad.SetCellStyle(sheet, cell, cell, id) != nil {
		return raw
	}
	if text, err := b.pad.GetCellValue(sheet, cell); err == nil && text != "" {
		return text
	}
	return raw
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
	case id == 49, id == 9, id == 10:
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
	case strings.HasPrefix(bare, "00"), strings.Contains(bare, "@"), strings.Contains(bare, "%"), strings.ContainsAny(code, "\"\\") && strings.Contains(bare, "0"):
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
