package excel

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

// maxMarkup is the longest tag, and the longest text of a cell, in bytes. A
// spreadsheet's cell holds 32,767 characters.
const maxMarkup = 256 << 10

// kinds of what markup gives.
type tokenKind int

const (
	endOfFile tokenKind = iota
	startTag
	endTag
	textRun
)

// markup reads the XML of a workbook's large parts. It knows tags, attributes,
// texts and the five entities: what spreadsheets write. It exists because a
// sheet of a million cells takes many seconds and gigabytes of small strings
// with a reader that knows all of XML. Names come without their prefix.
type markup struct {
	in    *bufio.Reader
	name  []byte // of the tag given last; valid until the next call
	attrs []attribute
	buf   []byte // the tag or text itself; valid until the next call
	own   []byte // holds it where the reader's buffer does not hold it whole
	empty bool   // the tag given last ends itself: its end comes next
}

type attribute struct{ name, value []byte }

func newMarkup(r io.Reader) *markup { return &markup{in: bufio.NewReaderSize(r, 64<<10)} }

// next gives the next tag or text.
func (m *markup) next() (tokenKind, error) {
	if m.empty {
		m.empty = false
		return endTag, nil
	}
	for {
		c, err := m.in.ReadByte()
		if errors.Is(err, io.EOF) {
			return endOfFile, nil
		}
		if err != nil {
			return endOfFile, err
		}
		if c != '<' {
			if err := m.in.UnreadByte(); err != nil {
				return endOfFile, err
			}
			return textRun, m.text()
		}
		kind, skip, err := m.tag()
		if err != nil || !skip {
			return kind, err
		}
	}
}

// text reads up to the next tag.
func (m *markup) text() error {
	m.own = m.own[:0]
	for {
		part, err := m.in.ReadSlice('<')
		if n := len(part); err == nil {
			part, err = part[:n-1], m.in.UnreadByte()
		}
		if len(m.own)+len(part) > maxMarkup {
			return fmt.Errorf("a text of more than %d bytes", maxMarkup)
		}
		if len(m.own) > 0 || err != nil {
			m.own = append(m.own, part...)
			part = m.own
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
		m.buf = unescape(part)
		return err
	}
}

// tag reads what follows a "<". Comments and instructions are skipped.
func (m *markup) tag() (kind tokenKind, skip bool, err error) {
	head, err := m.in.Peek(2)
	if err != nil && len(head) == 0 {
		return endOfFile, false, cutOff(err)
	}
	switch head[0] {
	case '?':
		return 0, true, m.skipTo("?>")
	case '!':
		return m.declared(head)
	}
	if err := m.until('>'); err != nil {
		return endOfFile, false, err
	}
	b := m.buf
	if b[0] == '/' {
		for isBlank(b[len(b)-1]) {
			b = b[:len(b)-1]
		}
		m.name = local(b[1:])
		return endTag, false, nil
	}
	if n := len(b); b[n-1] == '/' {
		m.empty, b = true, b[:n-1]
	}
	return startTag, false, m.split(b)
}

// declared reads what follows a "<!".
func (m *markup) declared(head []byte) (kind tokenKind, skip bool, err error) {
	switch string(head) {
	case "!-":
		return 0, true, m.skipTo("-->")
	case "![":
		return textRun, false, m.verbatim()
	}
	return endOfFile, false, errors.New("a document type, which no workbook has")
}

// until reads a tag up to its end; a ">" inside quotes belongs to it. Most tags
// lie whole in the reader's buffer and are not copied.
func (m *markup) until(end byte) error {
	part, err := m.in.ReadSlice(end)
	if err != nil || quotesOpen(part) {
		if part, err = m.longTag(part, err, end); err != nil {
			return err
		}
	}
	if m.buf = part[:len(part)-1]; len(m.buf) == 0 {
		return errors.New("a tag without a name")
	}
	return nil
}

// longTag collects a tag that the first piece does not end.
func (m *markup) longTag(part []byte, err error, end byte) ([]byte, error) {
	m.own = m.own[:0]
	for {
		m.own = append(m.own, part...)
		switch {
		case len(m.own) > maxMarkup:
			return nil, fmt.Errorf("a tag of more than %d bytes", maxMarkup)
		case err != nil && !errors.Is(err, bufio.ErrBufferFull):
			return nil, cutOff(err)
		case err == nil && !quotesOpen(m.own):
			return m.own, nil
		}
		part, err = m.in.ReadSlice(end)
	}
}

func quotesOpen(b []byte) bool {
	var open byte
	for _, c := range b {
		switch {
		case open == 0 && (c == '"' || c == '\''):
			open = c
		case c == open:
			open = 0
		}
	}
	return open != 0
}

// split takes a tag apart into its name and attributes.
func (m *markup) split(b []byte) error {
	m.attrs = m.attrs[:0]
	end := 0
	for end < len(b) && !isBlank(b[end]) {
		end++
	}
	m.name = local(b[:end])
	for {
		b = afterBlanks(b[end:])
		if len(b) == 0 {
			return nil
		}
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return fmt.Errorf("an attribute without a value in <%s>", m.name)
		}
		name := b[:eq]
		if b = afterBlanks(b[eq+1:]); len(b) < 2 || b[0] != '"' && b[0] != '\'' {
			return fmt.Errorf("an attribute without quotes in <%s>", m.name)
		}
		value := b[1:]
		if end = bytes.IndexByte(value, b[0]); end < 0 {
			return fmt.Errorf("an attribute without an end in <%s>", m.name)
		}
		m.attrs = append(m.attrs, attribute{local(bytes.TrimSpace(name)), unescape(value[:end])})
		end += 2 // both quotes
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func afterBlanks(b []byte) []byte {
	for len(b) > 0 && isBlank(b[0]) {
		b = b[1:]
	}
	return b
}

// verbatim reads a CDATA section as a text.
func (m *markup) verbatim() error {
	if _, err := m.in.Discard(len("![CDATA[")); err != nil {
		return cutOff(err)
	}
	m.own = m.own[:0]
	for !bytes.HasSuffix(m.own, []byte("]]>")) {
		c, err := m.in.ReadByte()
		if err != nil {
			return cutOff(err)
		}
		if m.own = append(m.own, c); len(m.own) > maxMarkup {
			return fmt.Errorf("a text of more than %d bytes", maxMarkup)
		}
	}
	m.buf = m.own[:len(m.own)-len("]]>")]
	return nil
}

func (m *markup) skipTo(end string) error {
	for at := 0; at < len(end); {
		c, err := m.in.ReadByte()
		if err != nil {
			return cutOff(err)
		}
		switch {
		case c == end[at]:
			at++
		case at == 2 && c == '-' && end == "-->": // a third dash may still end a comment
		default:
			at = 0
		}
	}
	return nil
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// attr gives an attribute of the tag given last, or nil.
func (m *markup) attr(name string) []byte {
	for _, a := range m.attrs {
		if string(a.name) == name {
			return a.value
		}
	}
	return nil
}

// is tells the name of the tag given last.
func (m *markup) is(name string) bool { return string(m.name) == name }

func local(name []byte) []byte {
	for i, c := range name { // a few bytes, for which a search is too much
		if c == ':' {
			return name[i+1:]
		}
	}
	return name
}

// unescape replaces entities in place: a replacement is never longer.
func unescape(b []byte) []byte {
	at := bytes.IndexByte(b, '&')
	if at < 0 {
		return b
	}
	out := b[:at]
	for i := at; i < len(b); i++ {
		if b[i] != '&' {
			out = append(out, b[i])
			continue
		}
		end := bytes.IndexByte(b[i:min(len(b), i+12)], ';')
		text, ok := "", false
		if end > 0 {
			text, ok = entity(string(b[i+1 : i+end]))
		}
		if !ok {
			out = append(out, '&')
			continue
		}
		out = append(out, text...)
		i += end
	}
	return out
}

func entity(name string) (string, bool) {
	switch name {
	case "lt":
		return "<", true
	case "gt":
		return ">", true
	case "amp":
		return "&", true
	case "quot":
		return `"`, true
	case "apos":
		return "'", true
	}
	if len(name) < 2 || name[0] != '#' {
		return "", false
	}
	base, digits := 10, name[1:]
	if digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}
