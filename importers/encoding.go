package importers

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Decoded is a file's text and how it was read.
type Decoded struct {
	Text     string
	Encoding string // "utf-8", "utf-8-bom", "utf-16le", "utf-16be", "windows-1252"
	Guessed  bool   // neither mark nor validity proves the encoding: windows-1252 reads any bytes
}

// Decode gives the text of a file. What is neither UTF-16 nor UTF-8 is read as
// windows-1252, in which every byte is something.
func Decode(b []byte) Decoded {
	if order := Wide(b); order != "" {
		endian := unicode.LittleEndian
		if order == "utf-16be" {
			endian = unicode.BigEndian
		}
		if out, err := unicode.UTF16(endian, unicode.UseBOM).NewDecoder().Bytes(b); err == nil {
			return Decoded{string(out), order, false}
		}
	}
	if rest, ok := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); ok {
		if utf8.Valid(rest) {
			return Decoded{string(rest), "utf-8-bom", false}
		}
		b = rest
	}
	if utf8.Valid(b) {
		return Decoded{string(b), "utf-8", false}
	}
	if cut := cutRune(b); utf8.Valid(cut) {
		return Decoded{string(cut), "utf-8", false}
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		out = bytes.ToValidUTF8(b, []byte("\ufffd"))
	}
	return Decoded{string(out), "windows-1252", true}
}

// Wide names the UTF-16 order that a mark or the zero bytes show, or "".
func Wide(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return "utf-16le"
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return "utf-16be"
	}
	sample, zeros := b[:min(len(b), 512)&^1], [2]int{}
	for i, c := range sample {
		if c == 0 {
			zeros[i&1]++
		}
	}
	half := len(sample) / 2
	switch {
	case half < 4:
		return ""
	case zeros[1]*10 > half*7 && zeros[0]*10 < half:
		return "utf-16le"
	case zeros[0]*10 > half*7 && zeros[1]*10 < half:
		return "utf-16be"
	}
	return ""
}

// cutRune takes off a character that the end of a sample cuts in two.
func cutRune(b []byte) []byte {
	for i := 1; i <= 3 && i < len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= 0xc0 && len(b) >= 1024 {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}
