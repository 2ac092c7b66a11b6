package edl

import (
	"strings"
	"unicode/utf8"
)

// A word is a run of characters without blanks, with its place in the line.
type word struct {
	text       string
	start, end int // bytes
}

// maxWords is how many words of a line are looked at; an event has about ten.
const maxWords = 200

// words cuts a line at blanks and tabs.
func words(line string, into []word) []word {
	into = into[:0]
	for i := 0; i < len(line) && len(into) < maxWords; {
		if blank(line[i]) {
			i++
			continue
		}
		start := i
		for i < len(line) && !blank(line[i]) {
			i++
		}
		into = append(into, word{line[start:i], start, i})
	}
	return into
}

// blanks are what separates words in a line.
const blanks = " \t\f\v"

// unindented is a line without the blanks before it, which most have not.
func unindented(line, blanks string) string {
	if line == "" || line[0] > ' ' && line[0] < noBreak[0] {
		return line
	}
	return strings.TrimLeft(line, blanks)
}

// noBreak is what a mail program makes of blanks.
const noBreak = "\u00a0"

func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\f' || c == '\v' }

// column is a word's place in characters, from 1.
func column(line string, at int) int { return 1 + utf8.RuneCountInString(line[:at]) }

// isTimecode tells HH:MM:SS:FF in any of its separators.
func isTimecode(s string) bool {
	part, digits := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == ':' || c == ';' || c == '.' || c == ',':
			if digits == 0 || digits > 2 {
				return false
			}
			part, digits = part+1, 0
		default:
			return false
		}
	}
	return part == 3 && digits > 0 && digits <= 3
}

func isNumber(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// An edit is the columns of one event line, as written.
type edit struct {
	number, reel, track, how, operand string
	times                             [4]word
	ok                                bool
	reason                            string // why not, where the line was meant as an event
}

// isEventNumber tells what numbers an event: digits, in some lists with a
// letter before or behind them. Lettered ones are short, and doubtful alone.
func isEventNumber(s string) bool {
	letters := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i] | 0x20; {
		case s[i] >= '0' && s[i] <= '9':
		case c >= 'a' && c <= 'z' && (i == 0 || i == len(s)-1):
			letters++
		default:
			return false
		}
	}
	return letters == 1 && len(s) > 1 && len(s) <= 7
}

// hasColumns tells whether a line begins with a number and has a track with an
// edit behind it.
func hasColumns(ws []word) bool {
	if len(ws) < 4 || !isNumber(ws[0].text) {
		return false
	}
	for i := 2; i+1 < len(ws); i++ {
		if _, _, ok := editOf(ws[i+1].text); ok && isTrack(ws[i].text) {
			return true
		}
	}
	return false
}

// parseEdit reads an event line from its right end, since reels may hold
// blanks: four timecodes, before them an operand, the edit and the track. A
// line that begins with no number is none. Last tells the last line of the
// list, which may be cut off anywhere.
func parseEdit(line string, ws []word, last bool) (e edit, meant bool) {
	if len(ws) == 0 || len(ws) < 3 && !last {
		return edit{}, false
	}
	numbered := isNumber(ws[0].text)
	if !numbered && !isEventNumber(ws[0].text) {
		return edit{}, false
	}
	first, count := times(ws)
	e.number = ws[0].text
	head := ws[1:first]
	columnsOK := e.columns(line, head)
	switch {
	case !numbered && (count < 4 || !columnsOK || e.reel == ""):
		return edit{}, false
	case count >= 4 && columnsOK && bareLabels(ws[first:first+4]):
		e.reason = "its timecodes have no colons, so that they may be frame counts as well"
	case count >= 4 && columnsOK:
		copy(e.times[:], ws[first:first+4])
		e.ok = true
	case count >= 4:
		e.reason = "the track or the edit (C, D, W001, K) is missing or cannot be read"
	case count > 0:
		e.reason = "it has fewer than four timecodes: the line is cut off"
	case columnsOK:
		e.reason = "it has no timecodes"
	case last && len(ws[0].text) >= 3:
		e.reason = "it is the last line and ends before its timecodes: the list is cut off"
	default:
		return edit{}, false
	}
	return e, true
}

// times finds the time columns. Some programs write frame counts, for the
// source or for all four.
func times(ws []word) (first, count int) {
	for first = 1; first < len(ws) && !isTimecode(ws[first].text); first++ {
	}
	for first+count < len(ws) && isTimecode(ws[first+count].text) {
		count++
	}
	if count == 2 && first > 4 && isNumber(ws[first-1].text) && isNumber(ws[first-2].text) {
		return first - 2, 4
	}
	if n := len(ws) - 4; count == 0 && n > 3 && isNumber(ws[n].text) && isNumber(ws[n+1].text) && isNumber(ws[n+2].text) && isNumber(ws[n+3].text) {
		return n, 4
	}
	return first, count
}

// bareLabels tells four columns of eight digits: HHMMSSFF, or padded counts.
func bareLabels(ws []word) bool {
	for _, w := range ws {
		if len(w.text) != 8 || !isNumber(w.text) {
			return false
		}
	}
	return true
}

// columns reads what stands between the number and the timecodes.
func (e *edit) columns(line string, head []word) bool {
	n := len(head)
	if n > 2 && strings.EqualFold(head[n-1].text, "(F)") { // the key fades
		n--
	}
	if n > 2 && isNumber(head[n-1].text) {
		_, _, ok := editOf(head[n-2].text)
		if ok || n > 3 && keyed(head[n-3:n-1]) {
			e.operand = head[n-1].text
			n--
		}
	}
	if n > 2 && keyed(head[n-2:n]) {
		e.how = "K" + strings.ToUpper(head[n-1].text)
		n -= 2
	} else if n > 0 {
		how, operand, ok := editOf(head[n-1].text)
		if !ok {
			return false
		}
		if e.how = how; operand != "" {
			e.operand = operand
		}
		n--
	}
	if n == 0 || !isTrack(head[n-1].text) {
		return false
	}
	e.track = head[n-1].text
	if n > 1 {
		e.reel = line[head[0].start:head[n-2].end]
	}
	return true
}

// keyed tells the two words of a key's background or fade-out: K B, K O.
func keyed(two []word) bool {
	return strings.EqualFold(two[0].text, "K") && (strings.EqualFold(two[1].text, "B") || strings.EqualFold(two[1].text, "O"))
}

// editOf reads C, D, W001, K, KB, KO, and an operand that is glued on.
func editOf(s string) (how, operand string, ok bool) {
	switch up := strings.ToUpper(s); {
	case up == "C", up == "D", up == "K", up == "KB", up == "KO":
		return up, "", true
	case up[0] == 'D' && isNumber(s[1:]):
		return "D", s[1:], true
	case up[0] == 'W' && len(s) <= 4 && isNumber(s[1:]):
		return up, "", true
	case up[0] == 'W' && len(s) > 4 && isNumber(s[1:]):
		return up[:4], s[4:], true
	}
	return "", "", false
}

// isTrack tells a channel column: V, V2, A, A2, AA, AA/V, A12V, A1A2, B, NONE.
func isTrack(s string) bool {
	up := strings.ToUpper(s)
	if up == "B" || up == "NONE" {
		return true
	}
	for i := 0; i < len(up); i++ {
		if c := up[i]; c != 'A' && c != 'V' && c != '/' && (c < '0' || c > '9') {
			return false
		}
	}
	return (up[0] == 'A' || up[0] == 'V') && len(up) <= 24
}

// channels gives the meaning of a track column.
func channels(track string) []string {
	switch up := strings.ToUpper(track); up {
	case "NONE":
		return []string{}
	case "B":
		return []string{"V", "A"}
	default:
		return channelList(up)
	}
}

// channelList reads runs of A and V with digits. In a column that has picture
// too, rising digits behind one A are channels of their own: A12V is V, A and
// A2; otherwise they are one number: A10, A12.
func channelList(up string) []string {
	var video, audio []string
	both := strings.Contains(up, "V")
	for i := 0; i < len(up); {
		c := up[i]
		i++
		start := i
		for i < len(up) && up[i] >= '0' && up[i] <= '9' {
			i++
		}
		digits := up[start:i]
		switch {
		case c == 'V':
			video = append(video, "V"+digits)
		case c == 'A' && both && rising(digits):
			for _, d := range digits {
				audio = append(audio, sound(string(d)))
			}
		case c == 'A' && digits == "" && strings.HasPrefix(up[i:], "A"):
			audio = append(audio, "A", "A2")
			i++
		case c == 'A':
			audio = append(audio, sound(digits))
		}
	}
	return append(video, audio...)
}

// sound names an audio channel; the first has no number.
func sound(digits string) string {
	if digits == "1" {
		digits = ""
	}
	return "A" + digits
}

func rising(digits string) bool {
	for i := 1; i < len(digits); i++ {
		if digits[i] <= digits[i-1] {
			return false
		}
	}
	return len(digits) > 1 && digits[0] > '0'
}
