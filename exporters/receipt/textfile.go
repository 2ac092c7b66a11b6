package receipt

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// A textLine is one physical line of a text file, in its own bytes.
type textLine struct {
	text, end []byte // end is LF, CRLF or CR; empty for a last line without
}

// A textFile is a text file cut at its line ends, byte for byte.
type textFile struct {
	mark  []byte // byte order mark
	lines []textLine
	wide  int // bytes of a unit: 2 for UTF-16
	high  int // 1 where the high byte of a UTF-16 unit comes second
	to    *encoding.Encoder
}

// readText cuts a file into lines; encoding is as importers name it.
func readText(b []byte, name string) *textFile {
	t := &textFile{wide: 1}
	switch name {
	case "utf-8-bom":
		t.mark = []byte("\xef\xbb\xbf")
	case "utf-16le":
		t.wide, t.high, t.mark = 2, 1, []byte("\xff\xfe")
		t.to = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()
	case "utf-16be":
		t.wide, t.high, t.mark = 2, 0, []byte("\xfe\xff")
		t.to = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
	case "windows-1252":
		t.to = encoding.ReplaceUnsupported(charmap.Windows1252.NewEncoder())
	case "macintosh":
		t.to = encoding.ReplaceUnsupported(charmap.Macintosh.NewEncoder())
	case "shift-jis":
		t.to = encoding.ReplaceUnsupported(japanese.ShiftJIS.NewEncoder())
	}
	if rest, ok := bytes.CutPrefix(b, t.mark); ok {
		b = rest
	} else {
		t.mark = nil
	}
	t.cut(b)
	return t
}

// unit gives the character at a byte where it is ASCII, else 0xff.
func (t *textFile) unit(b []byte, i int) byte {
	switch {
	case i+t.wide > len(b):
		return 0xff
	case t.wide == 1:
		return b[i]
	case b[i+t.high] == 0:
		return b[i+1-t.high]
	}
	return 0xff
}

func (t *textFile) cut(b []byte) {
	from := 0
	for i := 0; i < len(b); i += t.wide {
		c, end := t.unit(b, i), i+t.wide
		if c == '\r' && t.unit(b, end) == '\n' {
			end += t.wide
		} else if c != '\n' && c != '\r' {
			continue
		}
		t.lines = append(t.lines, textLine{b[from:i], b[i:end]})
		from = end
		i = end - t.wide
	}
	if from < len(b) {
		t.lines = append(t.lines, textLine{b[from:], nil})
	}
}

// encode writes our own words in the file's encoding; what it does not have
// becomes its sign for that.
func (t *textFile) encode(s string) []byte {
	if t.to == nil {
		return []byte(s)
	}
	out, err := t.to.Bytes([]byte(s))
	if err != nil { // not text: our words are, so this is data that Visible let through
		out, _ = t.to.Bytes([]byte(strings.ToValidUTF8(s, "?")))
	}
	return out
}

// lineEnd is the file's own line end: of the line given, else of the first.
func (t *textFile) lineEnd(line int) []byte {
	if line < len(t.lines) && len(t.lines[line].end) > 0 {
		return t.lines[line].end
	}
	if len(t.lines) > 0 && len(t.lines[0].end) > 0 {
		return t.lines[0].end
	}
	return t.encode("\n")
}

// blank tells lines of blanks, zeros and DOS end-of-file marks.
func (t *textFile) blank(line int) bool { return len(t.content(t.lines[line].text)) == 0 }

// content leaves off the blanks, zeros and end-of-file marks at the end.
func (t *textFile) content(b []byte) []byte {
	n := len(b) / t.wide * t.wide
	for n > 0 {
		if c := t.unit(b, n-t.wide); c > ' ' {
			break
		}
		n -= t.wide
	}
	return b[:n]
}

// junk is where the zeros and end-of-file marks behind a text begin.
func (t *textFile) junk(b []byte) int {
	n := len(b) / t.wide * t.wide
	for n > 0 {
		if c := t.unit(b, n-t.wide); c != 0 && c != 0x1a {
			break
		}
		n -= t.wide
	}
	return n
}

// begins tells whether a line begins with an ASCII word, blanks before it left
// out.
func (t *textFile) begins(line int, word string) bool {
	b := t.lines[line].text
	i := 0
	for i < len(b) && (t.unit(b, i) == ' ' || t.unit(b, i) == '\t') {
		i += t.wide
	}
	for _, c := range []byte(word) {
		if t.unit(b, i) != c {
			return false
		}
		i += t.wide
	}
	return true
}

func (t *textFile) bytes() []byte {
	out := bytes.Clone(t.mark)
	for _, l := range t.lines {
		out = append(append(out, l.text...), l.end...)
	}
	return out
}
