package deliver

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"turnover/internal/table"
)

func summary() Summary {
	before := 1000.0
	return Summary{Title: "Quota of tv", Project: "tv", Period: "2026-W47", AsOf: time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC), Zone: "Europe/Paris",
		Banner: "Late: the last list of \"editorial\" was applied 5 days ago.\n\nFigures may be too low.",
		Figures: Figures([]table.Answer{
			{Question: "On quota?", Verdict: "behind", Tone: table.Bad, Figure: "frames", Value: 812, Unit: "frames", Before: &before},
			{Question: "Retakes?", Tone: table.Good, Value: 2.5, Decimals: 1},
			{Question: "Left?", Verdict: "unknown", Value: math.NaN()},
		}, "2026-W46"),
		Files: []FileLine{{Name: "quota.xlsx", Bytes: 123456, SHA256: "ba78"}, {Name: "big one.xlsx", Bytes: 12_345_678, Link: Link("https://files.example.com/reports/", "big one?.xlsx")},
			{Name: "local.csv", Bytes: 7, Link: "/mnt/reports/local.csv"}},
		Snapshot: "9f2c", Key: "report/monday-quotas/2026-11-23T08:00"}
}

func TestBody(t *testing.T) {
	text, html := Body(summary())
	want := `Quota of tv
tv · 2026-W47 · as of 2026-11-23 08:00 Europe/Paris

! Late: the last list of "editorial" was applied 5 days ago.
! Figures may be too low.

On quota? ■ bad: behind
  frames: 812 frames, ▼ down 188 (-18.8 %) from 1000 in 2026-W46

Retakes? ● good
  2.5

Left? unknown
  not known

quota.xlsx (123.5 kB): attached
  sha256 ba78

big one.xlsx (12.3 MB): https://files.example.com/reports/big%20one%3F.xlsx

local.csv (7 bytes): /mnt/reports/local.csv

-- 
Snapshot 9f2c: the same figures in each file that bears it.
Sent by turnover for report/monday-quotas/2026-11-23T08:00.
`
	if text != want {
		t.Errorf("text\n%s\nwant\n%s", text, want)
	}
	shown, links := readPage(t, html)
	for _, words := range []string{"Quota of tv\n", "tv · 2026-W47 · as of 2026-11-23 08:00 Europe/Paris", `Late: the last list of "editorial" was applied 5 days ago.Figures may be too low.`,
		"On quota?■ bad: behindframes: 812 frames▼ down 188 (-18.8 %) from 1000 in 2026-W46", "Retakes?● good2.5", "Left?unknownnot known", "quota.xlsx (123.5 kB): attachedsha256 ba78",
		"big one.xlsx (12.3 MB)https://files.example.com/reports/big%20one%3F.xlsx", "local.csv (7 bytes): /mnt/reports/local.csv", "Snapshot 9f2c: the same figures", "for report/monday-quotas/2026-11-23T08:00."} {
		if !strings.Contains(shown, words) {
			t.Errorf("the page does not say %q:\n%s", words, shown)
		}
	}
	if len(links) != 1 || links[0] != "https://files.example.com/reports/big%20one%3F.xlsx" {
		t.Errorf("links %q", links)
	}
}

// readPage reads a page strictly, as XML with HTML's void elements closed, and
// gives its text and its links.
func readPage(t *testing.T, page string) (text string, links []string) {
	t.Helper()
	var out strings.Builder
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	allowed := " html head meta title body h1 p br div strong table tr td small a pre tbody "
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out.String(), links
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, page)
		}
		switch e := token.(type) {
		case xml.CharData:
			out.Write(e)
		case xml.StartElement:
			if !strings.Contains(allowed, " "+e.Name.Local+" ") {
				t.Errorf("element %s in\n%s", e.Name.Local, page)
			}
			for _, a := range e.Attr {
				switch {
				case a.Name.Local == "href":
					links = append(links, a.Value)
				case a.Name.Local == "style" && (strings.Contains(a.Value, "background") || strings.Contains(a.Value, "url(")), a.Name.Local == "src", strings.HasPrefix(a.Name.Local, "on"):
					t.Errorf("%s=%q: a page without pictures, scripts and backgrounds", a.Name.Local, a.Value)
				}
			}
		}
	}
}

// Texts are texts: no element, link or line is made by what stands in a list.
func FuzzBody(f *testing.F) {
	f.Add("<script>alert(1)</script>", "javascript:alert(1)")
	f.Add("a\r\nb", "https://a\"onload=\"x")
	f.Add("a", "httpS://a\"onload=\"x") // a scheme is read in either case
	f.Add("\x1b[31m\u202e", "http://")
	f.Fuzz(func(t *testing.T, s, link string) {
		text, html := Body(Summary{Title: s, Project: s, Period: s, Banner: s, Snapshot: s, Key: s, Figures: []Figure{{s, s, s, s}}, Files: []FileLine{{s, 1, s, link}}})
		_, links := readPage(t, html)
		for _, l := range links {
			if low := strings.ToLower(l); !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://") {
				t.Errorf("link %q", l)
			}
		}
		text2, _ := Notice{Subject: s, Lines: []string{s}, Commands: []string{s}, Key: s}.Body()
		for _, r := range text + text2 {
			if r < ' ' && r != '\n' || r == '\u202e' || r == 0x7f {
				t.Errorf("%q in %q", r, text+text2)
			}
		}
	})
}

func TestBodyOfLittle(t *testing.T) {
	text, html := Body(Summary{Title: "Quota", AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Zone: "No/Where"})
	if text != "Quota\nas of 2026-01-01 00:00 UTC\n" {
		t.Errorf("text %q", text)
	}
	if shown, _ := readPage(t, html); !strings.Contains(shown, "as of 2026-01-01 00:00 UTC") {
		t.Errorf("page %s", shown)
	}
}

func TestNotice(t *testing.T) {
	text, html := Notice{Subject: "held: cut.edl of tv", Lines: []string{"31 of 214 shots would be omitted.\nREV204"}, Commands: []string{"turnover apply 9f2c --accept  'REV204'"}, Key: "drop/tv/1"}.Body()
	want := `held: cut.edl of tv

31 of 214 shots would be omitted.
REV204

    turnover apply 9f2c --accept  'REV204'

-- 
Sent by turnover for drop/tv/1.
`
	if text != want {
		t.Errorf("text\n%s\nwant\n%s", text, want)
	}
	if shown, _ := readPage(t, html); !strings.Contains(shown, "turnover apply 9f2c --accept  'REV204'") {
		t.Errorf("page %s", shown)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 999_950_000: "1.0 GB", 1 << 40: "1099.5 GB"} {
		if got := Size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
