package importers

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	utf16 "golang.org/x/text/encoding/unicode"
)

// Decoded is a file's text and how it was read.
type Decoded struct {
	Text     string
	Encoding string // "utf-8", "utf-8-bom", "utf-16le", "utf-16be", "windows-1252", "macintosh", "shift-jis"
	Guessed  bool   // neither mark nor validity proves the encoding: the one-byte ones read any bytes
}

// Decode gives the text of a file. What is neither UTF-16 nor UTF-8 is read as
// windows-1252, in which every byte is something, unless its bytes only make
// sense in the encoding of old Macs or of Japan.
func Decode(b []byte) Decoded {
	if order := Wide(b); order != "" {
		endian := utf16.LittleEndian
		if order == "utf-16be" {
			endian = utf16.BigEndian
		}
		if out, err := utf16.UTF16(endian, utf16.UseBOM).NewDecoder().Bytes(b); err == nil {
			return Decoded{string(out), order, false}
		}
	}
	name := "utf-8"
	if rest, ok := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); ok {
		b, name = rest, "utf-8-bom"
	}
	if utf8.Valid(b) {
		return Decoded{same(b), name, false}
	}
	if whole := cutRune(b); whole != nil {
		return Decoded{string(whole) + "\ufffd", name, false}
	}
	return guess(b)
}

// same gives bytes as text without copying them: a file's bytes are never
// written to, and a list of 200 MB is held once.
func same(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

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

// cutRune takes off a character that the end of a sample cuts in two. It does
// so only where other characters prove UTF-8: a lone byte at the end of ASCII
// is a letter of another encoding.
func cutRune(b []byte) []byte {
	for i := 1; i <= 3 && i < len(b); i++ {
		c := b[len(b)-i]
		if !utf8.RuneStart(c) {
			continue
		}
		whole := b[:len(b)-i]
		if c >= 0xc0 && !utf8.FullRune(b[len(b)-i:]) && utf8.Valid(whole) && utf8.RuneCount(whole) < len(whole) {
			return whole
		}
		return nil
	}
	return nil
}

// guess reads bytes that are no Unicode.
func guess(b []byte) Decoded {
	western := decode(charmap.Windows1252, b)
	if text, ok := shiftJIS(b); ok {
		return Decoded{text, "shift-jis", true}
	}
	if mac := decode(charmap.Macintosh, b); sense(mac) > sense(western) {
		return Decoded{mac, "macintosh", true}
	}
	return Decoded{western, "windows-1252", true}
}

func decode(e encoding.Encoding, b []byte) string {
	out, err := e.NewDecoder().Bytes(b)
	if err != nil {
		out = bytes.ToValidUTF8(b, []byte("\ufffd"))
	}
	return string(out)
}

// shiftJIS reads Japanese text. Western accents in front of a letter are valid
// pairs too, so some kana must be there to believe it.
func shiftJIS(b []byte) (string, bool) {
	text := decode(japanese.ShiftJIS, b)
	kana := 0
	for _, r := range text {
		switch {
		case r == utf8.RuneError, r >= 0x80 && r < 0xa0:
			return "", false
		case r >= 0x3040 && r < 0x3100:
			kana++
		}
	}
	return text, kana >= 2
}

// sense tells how well decoded text reads: an accented letter beside letters
// and quotes and dashes beside words speak for an encoding; a sign or a capital
// within a word and a control character speak against it.
func sense(text string) int {
	score, before := 0, ' '
	for i, r := range text {
		if r < 0x80 {
			before = r
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch joined := unicode.IsLetter(before) && unicode.IsLetter(next); {
		case r < 0xa0 || r == utf8.RuneError:
			score -= 2
		case r == '’' && joined, strings.ContainsRune("’‘“”–—…", r) && !joined:
			score++
		case !unicode.IsLetter(r) || r > 0x180:
			if joined {
				score--
			}
		case unicode.IsUpper(r) && unicode.IsLetter(before) && (unicode.IsLower(before) || unicode.IsLower(next)):
			score--
		case unicode.IsLetter(before) || unicode.IsLetter(next):
			score++
		}
		before = r
	}
	return score
}
