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
		for rest := text; rest != ""; {
			line := rest
			if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
				line = rest[:i]
				if strings.HasPrefix(rest[i:], "\r\n") {
					i++
				}
				rest = rest[i+1:]
			} else {
				rest = ""
			}
			if !yield(line) {
				return
			}
		}
	}
}

// countLines gives how many lines there are, and the number of the last one
// that is not of a receipt: where the list was cut off, it may end anywhere.
func countLines(text string) (total, last int) {
	for line := range lines(text) {
		total++
		if comment, ok := strings.CutPrefix(strings.TrimLeft(line, blanks), "*"); !ok || !isReceipt(strings.TrimLeft(comment, blanks)) {
			last = total
		}
	}
	return total, last
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
		case !strings.EqualFold(line[at:at+1], keyword[k:k+1]):
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
