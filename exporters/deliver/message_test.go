package deliver

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const from = "Turnover <turnover@example.com>"

func example() Message {
	return Message{Key: "report/monday-quotas/2026-11-23T08:00", To: []string{"Zoë <zoe@example.com>", "bo@exämple.com", "ZOE@example.com", "zoe@example.com"},
		Subject: "Quota of Der Höhlenbär, 2026-W47", Date: time.Date(2026, 11, 23, 8, 0, 0, 0, time.FixedZone("", 3600)),
		Text: "Behind:\n.\n812 frames\n", HTML: "<p>Behind: 812 frames</p>",
		Attachments: []Attachment{{"quota.xlsx", "application/vnd.ms-excel", writes("bytes\r\n\x00")}, {"Höhle 2.csv", "", writes("")}}}
}

// A read mail is what a reader makes of one.
type readMail struct {
	head  mail.Header
	parts []readPart
}

type readPart struct{ kind, name, body string }

func read(t *testing.T, raw []byte) readMail {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("%v\n%s", err, raw)
	}
	out := readMail{head: m.Header}
	readParts(t, m.Header.Get("Content-Type"), m.Header.Get("Content-Disposition"), m.Header.Get("Content-Transfer-Encoding"), m.Body, &out.parts)
	return out
}

func readParts(t *testing.T, kind, disposition, encoding string, body io.Reader, out *[]readPart) {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		t.Fatalf("%q: %v", kind, err)
	}
	if strings.HasPrefix(media, "multipart/") {
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			readParts(t, p.Header.Get("Content-Type"), p.Header.Get("Content-Disposition"), p.Header.Get("Content-Transfer-Encoding"), p, out)
		}
	}
	switch encoding {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	raw, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	_, params, _ = mime.ParseMediaType(disposition)
	*out = append(*out, readPart{media, params["filename"], string(raw)})
}

func TestMessage(t *testing.T) {
	raw, err := example().bytes(from)
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, raw)
	for name, want := range map[string]string{
		"Subject": "Quota of Der Höhlenbär, 2026-W47", "From": `"Turnover" <turnover@example.com>`, "To": "Zoë <zoe@example.com>, <bo@xn--exmple-cua.com>, <ZOE@example.com>",
		"Date": "Mon, 23 Nov 2026 07:00:00 +0000", "Message-Id": "<" + must(MessageID(example().Key, from)) + ">", "Auto-Submitted": "auto-generated",
	} {
		text, err := new(mime.WordDecoder).DecodeHeader(got.head.Get(name))
		if err != nil || text != want {
			t.Errorf("%s: %q (%v), want %q", name, text, err, want)
		}
	}
	want := []readPart{{"text/plain", "", "Behind:\r\n.\r\n812 frames\r\n"}, {"text/html", "", "<p>Behind: 812 frames</p>"},
		{"application/vnd.ms-excel", "quota.xlsx", "bytes\r\n\x00"}, {"application/octet-stream", "Höhle 2.csv", ""}}
	if len(got.parts) != len(want) {
		t.Fatalf("parts %q", got.parts)
	}
	for i, w := range want {
		if got.parts[i] != w {
			t.Errorf("part %d is %q, want %q", i, got.parts[i], w)
		}
	}
	checkLines(t, raw)
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

// checkLines holds a mail to what goes over a line: ASCII, lines that end as
// they must, none too long.
func checkLines(t *testing.T, raw []byte) {
	t.Helper()
	for _, l := range strings.Split(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
		if len(l) > 998 || strings.ContainsAny(l, "\r\n\x00") || strings.ContainsFunc(l, func(r rune) bool { return r > '~' }) {
			t.Errorf("the line %q does not go over a line", l)
		}
	}
}

func TestTheSameMessageIsTheSameBytes(t *testing.T) {
	first, err := example().bytes(from)
	if err != nil {
		t.Fatal(err)
	}
	again := example()
	again.Date = again.Date.UTC()
	if second, err := again.bytes(from); err != nil || !bytes.Equal(first, second) {
		t.Errorf("another mail (%v):\n%s\n%s", err, first, second)
	}
	again.Text += "."
	third, err := again.bytes(from)
	if err != nil || bytes.Equal(first, third) || bytes.Equal(boundary.FindSubmatch(first)[1], boundary.FindSubmatch(third)[1]) {
		t.Errorf("another text has the same boundaries (%v)", err)
	}
	if a, b := must(MessageID("a", from)), must(MessageID("b", from)); a == b || !strings.HasSuffix(a, "@example.com") || a != must(MessageID("a", "other@example.com")) {
		t.Errorf("ids %q and %q", a, b)
	}
}

func TestMessageWithoutHTML(t *testing.T) {
	raw, err := Message{Key: "k", To: []string{"a@example.com"}, Text: "boundary=" + strings.Repeat("0", 60) + "\r\n"}.bytes("t@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if got := read(t, raw); len(got.parts) != 1 || got.parts[0] != (readPart{"text/plain", "", "boundary=" + strings.Repeat("0", 60) + "\r\n"}) {
		t.Errorf("parts %q", got.parts)
	}
}

// A file that breaks off is no attachment, though others come after it.
func TestMessageWhoseFileBreaksOff(t *testing.T) {
	m, gone := example(), errors.New("gone")
	m.Attachments[0].Content = func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return gone
	}
	if _, err := m.bytes(from); !errors.Is(err, gone) {
		t.Errorf("error %v", err)
	}
	m.Attachments[0].Content = func(w io.Writer) error {
		for range 1000 {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
		}
		return nil
	}
	if _, err := m.bytes(from); err == nil || !strings.Contains(err.Error(), "link to its files instead") {
		t.Errorf("error %v", err)
	}
}

func TestAddressesListsAllFaults(t *testing.T) {
	_, err := addresses([]string{"a@example.com", "nobody", "b@example.com\r\nBcc: c@example.com", "zoë@example.com", "d@exa mple.com", "e@-.com", ""})
	if err == nil {
		t.Fatal("all are taken")
	}
	for _, words := range []string{`"nobody" is no mail address`, `\r\nBcc: c@example.com" is no`, `"zoë@example.com" has letters`, `"d@exa mple.com" is no`, `"e@-.com" has no domain`, `"" is no`} {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q is missing in:\n%v", words, err)
		}
	}
	if got := strings.Count(err.Error(), "\n") + 1; got != 6 {
		t.Errorf("%d faults in:\n%v", got, err)
	}
	for _, m := range []Message{{Key: "k"}, {Key: "k", To: []string{"x"}}, {To: []string{"a@example.com"}}} {
		if _, err := m.bytes(from); err == nil {
			t.Errorf("%+v is a mail", m)
		}
	}
}

func TestNamesOfAddressesAreLines(t *testing.T) {
	for text, want := range map[string]string{"=?utf-8?q?a=0D=0ABcc=3A_b?= <a@example.com>": "a Bcc: b", "\"=?utf-8?q?=0A?=\" <a@example.com>": "= ?utf-8?q?=0A?=", "Zoë  Ö <a@example.com>": "Zoë Ö"} {
		if a, err := address(text); err != nil || a.Name != want || a.Address != "a@example.com" {
			t.Errorf("%q: %q (%v), want %q", text, a, err, want)
		}
	}
}

// Addresses that are handed back are read again.
func TestAddressesAreReadAgain(t *testing.T) {
	to, err := addresses([]string{`"a b\"<>"@example.com`, "c@[127.0.0.1]", "d@bücher.example", "E <e@example.com>"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := addresses(all(to))
	if err != nil || !slices.Equal(all(again), all(to)) || envelope(to[0]) != `<"a b\"<>"@example.com>` || envelope(to[3]) != "<e@example.com>" {
		t.Errorf("%q, again %q (%v)", all(to), all(again), err)
	}
}

// Whatever texts are put in a message, its headers are those that it has, and
// its parts too.
func FuzzMessage(f *testing.F) {
	for _, s := range [][5]string{
		{"Quota", "Zoë <z@example.com>", "q.xlsx", "text/csv; charset=utf-8", "hello"},
		{"a\r\nBcc: b@example.com\r\n\r\nbody", "a@example.com\nX: y", "a\"\r\nX: y", "text/plain\r\nX: y", "\r\n.\r\nQUIT"},
		{"=?utf-8?q?a=0D=0ABcc:_x?=", "\"a\\\"b\" <a@example.com>", "=?utf-8?q?x?=", "multipart/mixed; boundary=x", "boundary=" + strings.Repeat("a", 60)},
		{strings.Repeat("Ü", 300), strings.Repeat("a", 300) + "@example.com", strings.Repeat("é", 300), "a/b; c*0=d", strings.Repeat("x", 2000)},
		{"\u2028\x00\x7f", "\"\u202e\" <a@[127.0.0.1]>", "CON", "", "\xff\x00"},
		{strings.Repeat("a", 3000), "=?utf-8?q?=0A?= <a@example.com>", "a", "x/y; name*=utf-8''%0A", ""},
	} {
		f.Add(s[0], s[1], s[2], s[3], s[4])
	}
	f.Fuzz(func(t *testing.T, subject, to, name, kind, text string) {
		m := Message{Key: "k" + text, To: []string{to, "zoe@example.com"}, Subject: subject, Text: text, HTML: "<p>" + subject, Attachments: []Attachment{{name, kind, writes(text)}}}
		raw, err := m.bytes(from)
		if err != nil {
			m.To = m.To[1:]
			if raw, err = m.bytes(from); err != nil {
				t.Fatal(err)
			}
		}
		checkLines(t, raw)
		got := read(t, raw)
		if len(got.head) != 9 {
			t.Errorf("headers %v", got.head)
		}
		headers := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To", "X-Auto-Response-Suppress"}
		for key, values := range got.head {
			if len(values) != 1 || !slices.Contains(headers, key) {
				t.Errorf("header %s: %q", key, values)
			}
		}
		if addresses, err := got.head.AddressList("To"); err != nil || len(addresses) > 2 || !strings.HasSuffix(addresses[len(addresses)-1].Address, "@example.com") && len(m.To) == 1 {
			t.Errorf("to %v (%v)", addresses, err)
		}
		if utf8.ValidString(subject) {
			if s, err := new(mime.WordDecoder).DecodeHeader(got.head.Get("Subject")); err != nil || strings.TrimSpace(s) != header(subject, 200) {
				t.Errorf("subject %q (%v), want %q", s, err, header(subject, 200))
			}
		}
		if len(got.parts) != 3 || got.parts[2].body != text || got.parts[2].name != FileName(name) {
			t.Errorf("parts %q", got.parts)
		}
	})
}
