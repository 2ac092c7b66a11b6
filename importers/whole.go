package importers

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"unicode/utf8"
)

// Whole says whether a file looks as if it was written to its end. It looks at
// the end only as a reader of its kind would: whoever waits for the rest of a
// file that only looks so waits in vain, and must take it some time.
func Whole(f File) bool {
	b := f.Bytes
	if len(bytes.Trim(b, "\x00\x1a \t\r\n")) == 0 {
		return false
	}
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		return wholeZip(b)
	}
	if Wide(b) != "" {
		if len(b)%2 != 0 {
			return false
		}
		b = []byte(Decode(b).Text)
	} else if bytes.IndexByte(b[:min(len(b), 4096)], 0) >= 0 {
		return true // no text, and so no list: its end says nothing
	}
	return wholeText(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")))
}

const zipEnd = 22 // bytes of the record that ends a zip archive, without its comment

// wholeZip looks for the record that ends an archive, and whether the directory
// that it speaks of is there.
func wholeZip(b []byte) bool {
	at := bytes.LastIndex(b[max(0, len(b)-zipEnd-1<<16):], []byte("PK\x05\x06"))
	if at < 0 {
		return false
	}
	end := b[max(0, len(b)-zipEnd-1<<16)+at:]
	if len(end) < zipEnd || len(end) < zipEnd+int(binary.LittleEndian.Uint16(end[20:])) {
		return false
	}
	size, offset := binary.LittleEndian.Uint32(end[12:]), binary.LittleEndian.Uint32(end[16:])
	return int64(size)+int64(offset) <= int64(len(b)-len(end)) || offset == 1<<32-1 // the latter: zip64 says it elsewhere
}

func wholeText(b []byte) bool {
	if cutCharacter(b) {
		return false
	}
	start := bytes.TrimLeft(b, " \t\r\n")
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		return closed(start)
	}
	if eventLine.Match(start[:min(len(start), beginning)]) {
		return wholeEvent(lastLine(b))
	}
	return wholeRecords(b)
}

// closed tells whether every bracket of JSON is closed. What is wrong between
// them is for its reader to say.
func closed(b []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return depth <= 0 && !quoted
}

// cutCharacter tells text in UTF-8 that ends within a character.
func cutCharacter(b []byte) bool {
	for n := 1; n <= min(utf8.UTFMax, len(b)); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			return tail[0] >= utf8.RuneSelf && !utf8.FullRune(tail) && utf8.Valid(b[:len(b)-n])
		}
	}
	return false
}

// beginning is how many bytes of a text tell an EDL from a table.
const beginning = 64 << 10

var (
	eventLine = regexp.MustCompile(`(?m)^[ \t]*\d+[ \t].*\d\d[:;.,]\d\d[:;.,]\d\d[:;.,]\d\d`)
	timecode4 = regexp.MustCompile(`(\d\d[:;.,]\d\d[:;.,]\d\d[:;.,]\d\d[ \t]+){3}\d\d[:;.,]\d\d[:;.,]\d\d[:;.,]\d\d`)
	number    = regexp.MustCompile(`^[ \t]*\d+([ \t]|$)`)
)

// lastLine is what stands behind the last end of a line; nil where nothing does.
func lastLine(b []byte) []byte {
	b = bytes.TrimRight(b, "\x1a\x00")
	return b[bytes.LastIndexAny(b, "\r\n")+1:]
}

// wholeEvent tells an event's line with all its timecodes, and any other, from
// one that breaks off. A line that was ended was written whole.
func wholeEvent(line []byte) bool {
	return !number.Match(line) || timecode4.Match(line)
}

// wholeRecords looks whether a table ends within quotes, or within a record that
// has fewer cells than the one before and no end of line.
func wholeRecords(b []byte) bool {
	var cells, before int
	quoted, fresh := false, true // fresh: at the start of a cell
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case quoted && c == '"' && i+1 < len(b) && b[i+1] == '"':
			i++
		case quoted:
			quoted = c != '"'
		case c == '"' && fresh:
			quoted, fresh = true, false
		case c == '\n' || c == '\r':
			if i == 0 || b[i-1] != '\r' || c != '\n' { // both are one end
				before, cells = cells, 0
			}
			fresh = true
		case c == ',' || c == ';' || c == '\t' || c == '|':
			cells++
			fresh = true
		case c != ' ':
			fresh = false
		}
	}
	ended := len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r')
	return !quoted && (ended || cells >= before)
}
