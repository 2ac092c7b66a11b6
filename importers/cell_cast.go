package importers

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"turnover/internal/diag"
)

// casting reads an assets cell, such as
//
//	Hero, Sword x2 (held); Props: Lamp, "Rock, big"
//
// Assets are separated by commas, semicolons or line breaks; a type before a
// colon holds until the next type or semicolon; quotes protect what separates.
func (r *sheetReader) casting(cell Cell) []Cast {
	if !cell.Given() {
		return nil
	}
	casts, err := parseCasting(cell.Text)
	if err != nil {
		r.found.add(diag.Error, CodeBadCast, r.at(cell.Place), "casting cannot be read", "%v in %q; write names separated by commas, with x2 for a count and a label in parentheses", err, clip(cell.Text))
	}
	kept := casts[:0]
	for _, c := range casts {
		known := false
		if c.Asset, known = r.unusual(c.Asset); !known && Unusual(c.Asset) {
			r.found.add(diag.Error, CodeBadCast, r.at(cell.Place), "casting cannot be read", "a control character or line break in %q; retype the name", clip(c.Asset))
			continue
		}
		c.Place = cell.Place
		kept = append(kept, c)
	}
	return kept
}

func parseCasting(s string) ([]Cast, error) {
	var out []Cast
	kind := ""
	for _, group := range splitOutside(s, ";\n") {
		kind = ""
		for _, item := range splitOutside(group, ",") {
			if head, rest, ok := cutOutside(item, ':'); ok && trimCell(head) != "" {
				kind, item = unquote(trimCell(head)), rest
			}
			if trimCell(item) == "" {
				continue
			}
			c, err := parseCast(trimCell(item))
			if err != nil {
				return out, err
			}
			c.Type = kind
			out = append(out, c)
		}
	}
	return out, nil
}

// parseCast reads one "Sword x2 (held)".
func parseCast(s string) (Cast, error) {
	c := Cast{Occurrences: 1}
	if s[0] == '"' {
		name, rest, ok := quoted(s)
		if !ok {
			return c, fmt.Errorf("a quote is not closed at %q", clip(s))
		}
		c.Asset, s = name, trimCell(rest)
	}
	if strings.HasSuffix(s, ")") {
		if i := strings.LastIndex(s, "("); i >= 0 && (i > 0 || c.Asset != "") {
			c.Label, s = trimCell(s[i+1:len(s)-1]), trimCell(s[:i])
		}
	}
	if i := strings.LastIndexAny(s, "xX×*"); i >= 0 && (i == 0 && c.Asset != "" || i > 0 && unicode.IsSpace(lastRune(s[:i]))) {
		_, width := utf8.DecodeRuneInString(s[i:])
		if n, err := strconv.ParseInt(trimCell(s[i+width:]), 10, 32); err == nil && n >= 0 {
			c.Occurrences, s = n, trimCell(s[:i])
		}
	}
	switch {
	case c.Asset == "":
		c.Asset = s
	case s != "":
		return c, fmt.Errorf("%q after a quoted name", clip(s))
	}
	if c.Asset == "" {
		return c, fmt.Errorf("an asset has no name")
	}
	return c, nil
}

func lastRune(s string) rune {
	c, _ := utf8.DecodeLastRuneInString(s)
	return c
}

// quoted takes a leading quoted text off; a doubled quote is one.
func quoted(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		return b.String(), s[i+1:], true
	}
	return "", "", false
}

func unquote(s string) string {
	if s != "" && s[0] == '"' {
		if text, rest, ok := quoted(s); ok && rest == "" {
			return text
		}
	}
	return s
}

// splitOutside splits at any of the marks outside quotes and parentheses.
func splitOutside(s, marks string) []string {
	var out []string
	start := 0
	for i := range outside(s) {
		if strings.IndexByte(marks, s[i]) >= 0 {
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

// cutOutside cuts at the first mark outside quotes and parentheses.
func cutOutside(s string, mark byte) (head, rest string, ok bool) {
	for i := range outside(s) {
		if s[i] == mark {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// outside yields the positions that no quotes or parentheses enclose. An
// inch sign inside a name opens no quote.
func outside(s string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		quote, depth, fresh := false, 0, true
		for i := 0; i < len(s); i++ {
			switch c := s[i]; {
			case quote && c == '"' && strings.HasPrefix(s[i+1:], `"`):
				i++ // a doubled quote is one of the name
			case quote:
				quote = c != '"'
				fresh = false
			case c == '"' && fresh:
				quote = true
			case c == '(' && strings.IndexByte(s[i:], ')') > 0:
				depth++
			case c == ')' && depth > 0:
				depth--
			case depth == 0:
				if !yield(i) {
					return
				}
				fresh = strings.IndexByte(",;:\n", c) >= 0 || fresh && (c == ' ' || c == '\t')
			}
		}
	}
}
