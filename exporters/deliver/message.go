package deliver

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// A Message is one mail. The same message is the same bytes, whenever it is
// made.
type Message struct {
	Key         string    // of the work that it tells of, this mail's alone: the Message-ID is made of it
	To          []string  // all who are named on it: "Name <name@example.com>"
	Subject     string    // one line
	Date        time.Time // that of the work, not of the attempt
	Text, HTML  string    // the same twice; HTML may be ""
	Attachments []Attachment
}

// An Attachment is a file in a mail.
type Attachment struct {
	Name    string // as FileName makes it
	Type    string // media type; "" is application/octet-stream
	Content func(io.Writer) error
}

// mostMail is how much a message may hold in memory: more than servers take.
const mostMail = 48 << 20

// MessageID is that of the mail of a key: a repeat has the same, by which many
// mail programs fold the two.
func MessageID(key, from string) (string, error) {
	sender, err := address(from)
	if err != nil {
		return "", err
	}
	return messageID(key, sender), nil
}

func messageID(key string, sender *mail.Address) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16]) + sender.Address[strings.LastIndexByte(sender.Address, '@'):]
}

// bytes writes the message as it goes over the line.
func (m Message) bytes(from string) ([]byte, error) {
	sender, fault := address(from)
	to, faults := addresses(m.To)
	if len(m.To) == 0 || m.Key == "" {
		faults = errors.New("a mail needs a key and somebody to go to")
	}
	if err := errors.Join(fault, faults); err != nil {
		return nil, err
	}
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, sender)
	out.SetAddrHeaderFromMailAddress(gomail.HeaderTo, to...)
	out.Subject(header(m.Subject, 200))
	out.SetDateWithValue(m.Date.UTC())
	out.SetMessageIDWithValue(messageID(m.Key, sender))
	// Nobody's absence is answered to a program.
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetGenHeader("X-Auto-Response-Suppress", "All")
	out.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		out.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	files, err := m.files()
	if err != nil {
		return nil, err
	}
	out.SetAttachments(files)
	var raw bytes.Buffer
	if _, err := out.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("make mail: %w", err)
	}
	return lasting(raw.Bytes()), nil
}

// files reads the attachments to their ends before anybody is connected to: one
// that broke off while it is sent would leave half a mail with the server.
func (m Message) files() (out []*gomail.File, err error) {
	room := int64(mostMail)
	for _, a := range m.Attachments {
		w := &limited{room: room}
		if err := a.Content(w); err != nil {
			return nil, fmt.Errorf("attach %q: %w", a.Name, err)
		}
		room = w.room
		out = append(out, a.file(w.Bytes()))
	}
	return out, nil
}

// A limited buffer ends where a message is larger than any server takes.
type limited struct {
	bytes.Buffer
	room int64
}

func (l *limited) Write(b []byte) (int, error) {
	if l.room -= int64(len(b)); l.room < 0 {
		return 0, fmt.Errorf("the mail would have more than %d MB: link to its files instead", mostMail>>20)
	}
	return l.Buffer.Write(b)
}

// file names an attachment as RFC 2231 asks where its name is not ASCII; the
// library would write it as only some programs read it.
func (a Attachment) file(content []byte) *gomail.File {
	name := FileName(a.Name)
	kind, params, err := mime.ParseMediaType(a.Type)
	if err != nil || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") {
		kind, params = "application/octet-stream", map[string]string{}
	}
	params["name"] = name
	head := textproto.MIMEHeader{}
	head.Set("Content-Type", mime.FormatMediaType(kind, params))
	head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	return &gomail.File{Name: name, Header: head, Writer: func(w io.Writer) (int64, error) {
		n, err := w.Write(content)
		return int64(n), err
	}}
}

// boundary finds the names of the lines between parts, which the library makes
// by chance. Bodies have none of it: they are base64, or quoted-printable with
// "=3D" for "=".
var boundary = regexp.MustCompile(`boundary=([0-9a-f]{60})\r\n`)

// lasting gives the boundaries names that are made of all else, so that the same
// message is the same bytes. Nobody whose text is in it can foresee them: he
// would have to write the sum of what he writes.
func lasting(raw []byte) []byte {
	found := boundary.FindAllSubmatch(raw, -1)
	rest := raw
	for _, f := range found {
		rest = bytes.ReplaceAll(rest, f[1], nil)
	}
	sum := sha256.Sum256(rest)
	for n, f := range found {
		raw = bytes.ReplaceAll(raw, f[1], fmt.Appendf(nil, "%02d%s", n, hex.EncodeToString(sum[:29])))
	}
	return raw
}
