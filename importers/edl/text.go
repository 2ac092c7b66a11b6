package edl

import (
	"iter"
	"strings"
)

// lines cuts text at LF, CRLF and CR, one line at a time: a list may have as
// many as bytes. DOS end-of-file marks and zeros behind the last line are no
// lines.
func lines(text string) iter.Seq[string] {
	text = strings.TrimRight(text, "\x00\x1a")
	return func(yield func(string) bool) {
		for text != "" {
			line, rest, ended := strings.Cut(text, "\n")
			if text = rest; ended {
				line = strings.TrimSuffix(line, "\r")
			}
			for i := strings.IndexByte(line, '\r'); i >= 0; i = strings.IndexByte(line, '\r') {
				if !yield(line[:i]) {
					return
				}
				line = line[i+1:]
			}
			if (ended || line != "") && !yield(line) {
				return
			}
		}
	}
}

// outline is what a first look at a text tells.
type outline struct {
	lines int
	// last is the number of the last line that is not of a receipt: where the
	// list was cut off, it may end anywhere.
	last   int
	events int // about: lines that may be events
}

// shortest is how many characters an event line has at least.
const shortest = len("1 V C 0 0 0 0")

func outlineOf(text string) (o outline) {
	for line := range lines(text) {
		o.lines++
		line = unindented(line, blanks)
		comment, starred := strings.CutPrefix(line, "*")
		if !starred || !isReceipt(unindented(comment, blanks)) {
			o.last = o.lines
		}
		if len(line) >= shortest && line[0] >= '0' && line[0] <= '9' {
			o.events++
		}
	}
	return o
}

// after gives what follows a keyword, without regard to case, and where it
// begins in the line. A blank in the keyword stands for any run of blanks.
func after(line, keyword string) (rest string, at int, ok bool) {
	for k := 0; k < len(keyword); k++ {
		switch {
		case at >= len(line):
			return "", 0, false
		case keyword[k] == ' ':
			if !blank(line[at]) {
				return "", 0, false
			}
			for at < len(line) && blank(line[at]) {
				at++
			}
		case upper(line[at]) != upper(keyword[k]):
			return "", 0, false
		default:
			at++
		}
	}
	for at < len(line) && blank(line[at]) {
		at++
	}
	return strings.TrimSpace(line[at:]), at, true
}

// upper folds the letters of keywords.
func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	return c
}

// field gives the value of "KEYWORD: value"; some programs write blanks before
// the colon.
func field(line, keyword string) (value string, ok bool) {
	rest, _, ok := after(line, keyword)
	if !ok {
		return "", false
	}
	rest, ok = strings.CutPrefix(rest, ":")
	return strings.TrimSpace(rest), ok
}

// clipField gives the value of a clip's name, whose keyword is long enough to
// be one without its colon, too: "FROM CLIP NAME IS A", "FROM CLIP NAME A".
func clipField(line, keyword string) (value string, ok bool) {
	if value, ok = field(line, keyword); ok {
		return value, true
	}
	if value, _, ok = after(line, keyword+" IS "); ok {
		return value, true
	}
	value, _, ok = after(line, keyword+" ")
	return value, ok && value != ""
}
