package deliver

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"

	"turnover/exporters"
	"turnover/internal/table"
)

// A Summary is what the mail of a report says of it.
type Summary struct {
	Title    string // "Quota of tv"
	Project  string
	Period   string // "2026-W47"; "" is all
	AsOf     time.Time
	Zone     string // IANA name that AsOf is shown in; "" is UTC
	Banner   string // what a reader must know first: inputs that are late; "" where nothing is
	Figures  []Figure
	Files    []FileLine
	Snapshot string
	Key      string // of the occurrence
}

// A Figure is one of the few key figures.
type Figure struct {
	Question string // "On quota?"
	Verdict  string // "■ bad: behind"
	Figure   string // "frames: 812 frames"
	Before   string // "▼ down 188 (-18.8 %) from 1000 in 2026-W46"; "" where not known
}

// A FileLine is a file that came with the mail, or where it lies.
type FileLine struct {
	Name   string
	Bytes  int64
	SHA256 string
	Link   string // address or path; "" is attached
}

// Figures are a book's answers as a mail has them.
func Figures(answers []table.Answer, previous string) []Figure {
	var out []Figure
	for _, a := range answers {
		verdict := a.Verdict
		switch tone := exporters.ToneText(a.Tone); {
		case tone != "" && verdict != "":
			verdict = tone + ": " + verdict
		case tone != "":
			verdict = tone
		}
		out = append(out, Figure{a.Question, verdict, exporters.FigureText(a), exporters.ChangeText(a, previous)})
	}
	return out
}

// Link is the address of a file in a folder that has one.
func Link(folder, name string) string {
	return strings.TrimRight(folder, "/") + "/" + url.PathEscape(name)
}

// Body writes the summary as plain text and as HTML. The HTML has no picture and
// no colour of its own, so that it is read in a dark window as well as in a
// bright one; everything in it is text.
func Body(s Summary) (text, html string) {
	l := s.letter()
	return l.text(), l.html()
}

func (s Summary) letter() letter {
	l := letter{Title: line(s.Title, 200), Banner: paragraphs(s.Banner)}
	for _, part := range []string{s.Project, s.Period, s.asOf()} {
		if part != "" {
			l.Under = append(l.Under, line(part, 200))
		}
	}
	for _, f := range s.Figures {
		l.Figures = append(l.Figures, Figure{line(f.Question, 200), line(f.Verdict, 300), line(f.Figure, 200), line(f.Before, 200)})
	}
	for _, f := range s.Files {
		l.Files = append(l.Files, lettered(f))
	}
	if s.Snapshot != "" {
		l.Foot = append(l.Foot, "Snapshot "+line(s.Snapshot, 200)+": the same figures in each file that bears it.")
	}
	if s.Key != "" {
		l.Foot = append(l.Foot, "Sent by turnover for "+line(s.Key, 200)+".")
	}
	return l
}

func (s Summary) asOf() string {
	if s.AsOf.IsZero() {
		return ""
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	return "as of " + s.AsOf.In(zone).Format("2006-01-02 15:04") + " " + zone.String()
}

// lettered says of a file where it is, how large, and by which sum it is known.
func lettered(f FileLine) letterFile {
	out := letterFile{Name: line(f.Name, 250), Where: "attached", Size: Size(f.Bytes), Sum: line(f.SHA256, 64)}
	if f.Link == "" {
		return out
	}
	out.Where = exporters.Visible(f.Link)
	if u, err := url.Parse(f.Link); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		out.Link = f.Link
	}
	return out
}

// Size writes bytes for people: "1.4 MB", in thousands as mail programs count.
func Size(bytes int64) string {
	switch {
	case bytes < 1000:
		return fmt.Sprintf("%d bytes", bytes)
	case bytes < 999_950:
		return fmt.Sprintf("%.1f kB", float64(bytes)/1e3)
	case bytes < 999_950_000:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(bytes)/1e9)
}

// paragraphs are the lines of a text, without empty ones.
func paragraphs(s string) (out []string) {
	for _, one := range strings.Split(s, "\n") {
		if one = line(one, 1000); one != "" {
			out = append(out, one)
		}
	}
	return out
}

// A letter is a mail's text, every line sound.
type letter struct {
	Title    string
	Under    []string
	Banner   []string
	Lines    []string
	Figures  []Figure
	Files    []letterFile
	Commands []string
	Foot     []string
}

type letterFile struct{ Name, Where, Link, Size, Sum string }

func (l letter) text() string {
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("%s", l.Title)
	if len(l.Under) > 0 {
		say("%s", strings.Join(l.Under, " · "))
	}
	gap := func(n int) {
		if n > 0 {
			say("")
		}
	}
	gap(len(l.Banner))
	for _, one := range l.Banner {
		say("! %s", one)
	}
	gap(len(l.Lines))
	for _, one := range l.Lines {
		say("%s", one)
	}
	for _, f := range l.Figures {
		say("\n%s", strings.TrimSpace(f.Question+" "+f.Verdict))
		if says := strings.Trim(f.Figure+", "+f.Before, ", "); says != "" {
			say("  %s", says)
		}
	}
	for _, f := range l.Files {
		say("\n%s (%s): %s", f.Name, f.Size, f.Where)
		if f.Sum != "" {
			say("  sha256 %s", f.Sum)
		}
	}
	gap(len(l.Commands))
	for _, one := range l.Commands {
		say("    %s", one)
	}
	if len(l.Foot) > 0 {
		say("\n-- ")
	}
	for _, one := range l.Foot {
		say("%s", one)
	}
	return b.String()
}

// page is one column without colours of its own but for the banner's edge. Both
// colour schemes are allowed, so that no program turns colours round by guess.
var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>{{.Title}}</title></head>
<body style="font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:15px;line-height:1.4;max-width:640px;margin:0 auto;padding:12px">
<h1 style="font-size:20px;margin:0">{{.Title}}</h1>
{{- if .Under}}
<p style="margin:4px 0 16px">{{range $n, $one := .Under}}{{if $n}} · {{end}}{{$one}}{{end}}</p>
{{- end}}
{{- if .Banner}}
<div role="note" style="border:2px solid #b36b00;padding:8px 12px;margin:0 0 16px">{{range $n, $one := .Banner}}{{if $n}}<br>{{end}}<strong>{{$one}}</strong>{{end}}</div>
{{- end}}
{{- range .Lines}}
<p style="margin:0 0 8px">{{.}}</p>
{{- end}}
{{- if .Figures}}
<table role="presentation" cellpadding="0" cellspacing="0" style="border-collapse:collapse;width:100%;margin:0 0 16px">
{{- range .Figures}}
<tr><td style="padding:8px 12px 8px 0;border-bottom:1px solid #8a97a8;vertical-align:top"><strong>{{.Question}}</strong></td><td style="padding:8px 0;border-bottom:1px solid #8a97a8;vertical-align:top">{{.Verdict}}<br><strong>{{.Figure}}</strong>{{if .Before}}<br>{{.Before}}{{end}}</td></tr>
{{- end}}
</table>
{{- end}}
{{- range .Files}}
<p style="margin:0 0 8px">{{if .Link}}<a href="{{.Link}}">{{.Name}}</a> ({{.Size}})<br>{{.Where}}{{else}}<strong>{{.Name}}</strong> ({{.Size}}): {{.Where}}{{end}}{{if .Sum}}<br><small>sha256 {{.Sum}}</small>{{end}}</p>
{{- end}}
{{- range .Commands}}
<pre style="margin:0 0 8px;white-space:pre-wrap">{{.}}</pre>
{{- end}}
{{- if .Foot}}
<p style="margin:16px 0 0"><small>{{range $n, $one := .Foot}}{{if $n}}<br>{{end}}{{$one}}{{end}}</small></p>
{{- end}}
</body></html>
`))

func (l letter) html() string {
	var b strings.Builder
	if err := page.Execute(&b, l); err != nil {
		return "" // the plain text says the same; the page's own words are tested
	}
	return b.String()
}
