package excel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// texts are the strings that a workbook's cells share.
type texts struct {
	all    []string
	struck map[int]strike // of those that have struck runs
}

// strike tells how much of a text is struck through by its own runs.
type strike int

const (
	notStruck strike = iota
	partStruck
	wholeStruck
)

// readTexts reads the shared strings. A workbook without them is none of less
// worth: its texts stand in the cells.
func (b *book) readTexts(ctx context.Context) error {
	part, err := b.part("xl/sharedStrings.xml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer part.Close()
	m := newMarkup(part)
	b.texts.struck = map[int]strike{}
	for {
		kind, err := m.next()
		if err != nil {
			return fmt.Errorf("read shared strings: %w", err)
		}
		if kind == endOfFile {
			return nil
		}
		if kind == startTag && m.is("sst") && b.texts.all == nil {
			b.texts.all = make([]string, 0, b.expected(digits(m.attr("uniqueCount"))))
		}
		if kind != startTag || !m.is("si") {
			continue
		}
		if err := b.shared(m); err != nil {
			return err
		}
		if n := len(b.texts.all); n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// expected is how many shared strings there may be: as many as the workbook
// says, but no more than its part has room for.
func (b *book) expected(said int) int {
	const shortest = len("<si><t/></si>")
	size := b.parts["xl/sharedStrings.xml"].UncompressedSize64
	return max(0, min(said, b.limits.Strings, int(size/uint64(shortest))))
}

// shared reads one shared string.
func (b *book) shared(m *markup) error {
	at := len(b.texts.all)
	if at >= b.limits.Strings {
		return errTexts
	}
	text, s, err := b.rich(m, "si")
	if err != nil {
		return fmt.Errorf("read shared string %d: %w", at+1, err)
	}
	b.texts.all = append(b.texts.all, string(text))
	if s != notStruck {
		b.texts.struck[at] = s
	}
	return nil
}

// rich reads a text with its runs up to the end of the tag that holds it. The
// text is valid until the next call.
func (b *book) rich(m *markup, end string) (text []byte, s strike, err error) {
	text = b.scratch[:0]
	inText, struckRun, struck, plain := false, false, false, false
	phonetic := 0
	for {
		kind, err := m.next()
		if err != nil {
			return nil, notStruck, err
		}
		switch {
		case kind == endOfFile:
			return nil, notStruck, fmt.Errorf("<%s> has no end", end)
		case kind == startTag && m.is("t"):
			inText = phonetic == 0
		case kind == startTag && m.is("r"):
			struckRun = false
		case kind == startTag && m.is("strike"):
			v := m.attr("val")
			struckRun = v == nil || isTrue(v)
		case kind == startTag && m.is("rPh"):
			phonetic++
		case kind == endTag && m.is("rPh"):
			phonetic--
		case kind == endTag && m.is("t"):
			inText = false
		case kind == textRun && inText:
			if len(text)+len(m.buf) > maxMarkup {
				return nil, notStruck, fmt.Errorf("a text of more than %d bytes", maxMarkup)
			}
			text = append(text, m.buf...)
			if len(bytes.TrimFunc(m.buf, unicode.IsSpace)) > 0 {
				struck, plain = struck || struckRun, plain || !struckRun
			}
		case kind == endTag && m.is(end):
			b.scratch = text
			switch {
			case struck && plain:
				s = partStruck
			case struck:
				s = wholeStruck
			}
			return plainText(text), s, nil
		}
	}
}

// coded are the characters that XML cannot hold, as workbooks write them.
var coded = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

func plainText(b []byte) []byte {
	if !bytes.Contains(b, []byte("_x")) {
		return b
	}
	return coded.ReplaceAllFunc(b, func(c []byte) []byte {
		n, err := strconv.ParseUint(string(c[2:6]), 16, 16)
		if err != nil || n >= 0xd800 && n < 0xe000 {
			return c
		}
		return []byte(string(rune(n)))
	})
}

func isTrue(b []byte) bool {
	return strings.EqualFold(string(b), "true") || string(b) == "1" || string(b) == "on"
}
