package edl

import "strings"

// lines cuts text at LF, CRLF and CR. DOS end-of-file marks and zeros behind
// the last line are no lines.
func lines(text string) []string {
	text = strings.TrimRight(text, "\x00\x1a")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// lastLine is the number of the last line that is not of a receipt: where the
// list was cut off, it may end anywhere.
func lastLine(all []string) int {
	n := len(all)
	for n > 0 {
		comment, ok := strings.CutPrefix(strings.TrimLeft(all[n-1], blanks), "*")
		if !ok || !isReceipt(strings.TrimLeft(comment, blanks)) {
			break
		}
		n--
	}
	return n
}

// after gives what follows a keyword, without regard to case, and where it
// begins in the line.
func after(line, keyword string) (rest string, at int, ok bool) {
	if len(line) < len(keyword) || !strings.EqualFold(line[:len(keyword)], keyword) {
		return "", 0, false
	}
	at = len(keyword)
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
