package importers

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	utf16 "golang.org/x/text/encoding/unicode"
)

func TestDecode(t *testing.T) {
	le := utf16.UTF16(utf16.LittleEndian, utf16.UseBOM)
	be := utf16.UTF16(utf16.BigEndian, utf16.IgnoreBOM)
	for _, c := range []struct {
		text, name string
		in         encoding.Encoding
		guessed    bool
	}{
		{"Séquence,Plan\nSQ010,SH0010\n", "utf-8", encoding.Nop, false},
		{"\ufeffSéquence\n", "utf-8-bom", encoding.Nop, false},
		{"Séquence\tPlan\n", "utf-16le", le, false},
		{"TITLE: EPISODE 103\n", "utf-16be", be, false},
		{"* FROM CLIP NAME: Été_à_l’école\n", "windows-1252", charmap.Windows1252, true},
		{"ÉTÉ; GARÇON; Größe; Straße; naïve; café", "windows-1252", charmap.Windows1252, true},
		{"Don’t – “quoted”", "windows-1252", charmap.Windows1252, true},
		{"* FROM CLIP NAME: Été_café_garçon\n", "macintosh", charmap.Macintosh, true},
		{"Séquence,Décor\n", "macintosh", charmap.Macintosh, true},
		{"カット,フレーム\nしずか,24\n", "shift-jis", japanese.ShiftJIS, true},
		{"plain", "utf-8", encoding.Nop, false},
		{"", "utf-8", encoding.Nop, false},
	} {
		b, err := c.in.NewEncoder().Bytes([]byte(c.text))
		if err != nil {
			t.Fatalf("%q: %v", c.text, err)
		}
		got := Decode(b)
		want := strings.TrimPrefix(c.text, "\ufeff")
		if got.Text != want || got.Encoding != c.name || got.Guessed != c.guessed {
			t.Errorf("%q: %+v, want %s", c.text, got, c.name)
		}
	}
}

// A sample may end within a character; a letter of another encoding at the end
// of plain text is no such case, and must not vanish.
func TestDecodeEnd(t *testing.T) {
	if got := Decode([]byte("Été\xc3")); got.Encoding != "utf-8" || got.Text != "Été\ufffd" {
		t.Errorf("cut sample: %+v", got)
	}
	if got := Decode([]byte(strings.Repeat("a", 2000) + "caf\xe9")); got.Encoding != "windows-1252" || !strings.HasSuffix(got.Text, "café") {
		t.Errorf("last letter: %s, %q", got.Encoding, got.Text[len(got.Text)-8:])
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("caf\xe9"))
	f.Add([]byte("\x83\x4a\x83\x62"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := Decode(b)
		if !utf8.ValidString(got.Text) || got.Encoding == "" {
			t.Fatalf("%q is read as %q, %q", b, got.Text, got.Encoding)
		}
		if utf8.Valid(b) && Wide(b) == "" && got.Text != strings.TrimPrefix(string(b), "\ufeff") {
			t.Fatalf("%q was changed to %q", b, got.Text)
		}
	})
}
