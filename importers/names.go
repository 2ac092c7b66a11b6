package importers

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A Template is a naming convention such as "{episode}_{sequence}_{shot}". It
// is compiled from quoted literals, never from a user's regular expression.
type Template struct {
	Text string
	re   *regexp.Regexp
	all  bool // of variables alone: it takes everything
}

var variable = regexp.MustCompile(`\{(\w+|\*)\}`)

// ParseTemplate makes a template that must match a whole name. A variable
// stops at the separators that the template itself uses, so that a name can be
// cut in one way only; a template of one variable takes everything. "{*}" is
// any text.
func ParseTemplate(text string, matchCase bool) (Template, error) {
	literals := variable.ReplaceAllString(text, "")
	part := `(.+)`
	if literals != "" {
		part = `([^` + separators(literals) + `]+)`
	}
	var b strings.Builder
	if !matchCase {
		b.WriteString("(?i)")
	}
	b.WriteByte('^')
	last, shot := 0, false
	for _, at := range variable.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(regexp.QuoteMeta(text[last:at[0]]))
		switch name := text[at[2]:at[3]]; name {
		case "*":
			b.WriteString(".*")
		case "project", "episode", "sequence", "scene", "shot":
			shot = shot || name == "shot"
			b.WriteString(strings.Replace(part, "(", "(?P<"+name+">", 1))
		default:
			return Template{}, fmt.Errorf("read naming template %q: unknown part {%s}; the parts are {project}, {episode}, {sequence}, {scene}, {shot} and {*}", text, name)
		}
		last = at[1]
	}
	b.WriteString(regexp.QuoteMeta(text[last:]) + "$")
	if !shot {
		return Template{}, fmt.Errorf("read naming template %q: it has no {shot}", text)
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return Template{}, fmt.Errorf("read naming template %q: %w", text, err)
	}
	return Template{text, re, literals == ""}, nil
}

// separators escapes a template's separating characters for a class; letters
// and digits separate nothing.
func separators(literals string) string {
	var b strings.Builder
	for _, r := range literals {
		if strings.ContainsRune("_-./ :#", r) {
			fmt.Fprintf(&b, `\x{%x}`, r)
		}
	}
	if b.Len() == 0 {
		return `\x{0}`
	}
	return b.String()
}

// Has tells whether the template names a part ("episode").
func (t Template) Has(part string) bool { return strings.Contains(t.Text, "{"+part+"}") }

// extension is that of a picture file; other text behind a dot may be a name's.
var extension = regexp.MustCompile(`(?i)\.(mov|mp4|m4v|mkv|avi|mxf|qt|exr|dpx|png|jpe?g|tiff?|tga|r3d|braw|ari|arx|wav)$`)

// withoutExtension cuts off that of a picture file. Most names have no dot near
// their end.
func withoutExtension(name string) string {
	if dot := strings.LastIndexByte(name, '.'); dot < 0 || dot < len(name)-len(".jpeg")-utf8.UTFMax {
		return name
	}
	return extension.ReplaceAllString(name, "")
}

// withoutVersion cuts off that of a render or an export: "_v003" behind a name,
// with up to five digits.
func withoutVersion(name string) string {
	rest := strings.TrimRight(name, "0123456789")
	if n := len(name) - len(rest); n == 0 || n > 5 || len(rest) < 2 || rest[len(rest)-1]|0x20 != 'v' {
		return name
	}
	if mark := len(rest) - 2; strings.IndexByte("_.-", rest[mark]) >= 0 {
		return name[:mark]
	}
	return name
}

// Match gives the parts of a name by variable; nil where it does not fit. The
// extension of a picture file is cut off first, or it would end in the name;
// so is a version, unless the template needs it or takes everything.
func (t Template) Match(name string) map[string]string {
	name = withoutExtension(strings.TrimSpace(name))
	var got []string
	if short := withoutVersion(name); short != name && !t.all {
		got = t.re.FindStringSubmatch(short)
	}
	if got == nil {
		if got = t.re.FindStringSubmatch(name); got == nil {
			return nil
		}
	}
	parts := map[string]string{}
	for i, key := range t.re.SubexpNames() {
		if key == "" {
			continue
		}
		if before, said := parts[key]; said && before != got[i] {
			return nil // the same part twice, differently
		}
		parts[key] = got[i]
	}
	return parts
}

// Name fills the name cells of an entry from its texts, by the first text that
// a template fits, in the order of the texts; NamedBy tells which did. Cells
// that have a value stay. A reel is never a shot name. accept may refuse a
// match, such as one of another project; nil accepts all.
func (e *Entry) Name(templates []Template, accept func(parts map[string]string) bool) bool {
	for _, text := range e.Names {
		if text.Name == "reel" || !text.Cell.Given() {
			continue
		}
		for _, t := range templates {
			parts := t.Match(text.Cell.Text)
			if parts == nil || accept != nil && !accept(parts) {
				continue
			}
			for _, c := range []struct {
				part string
				cell *Cell
			}{{"episode", &e.Episode}, {"sequence", &e.Sequence}, {"scene", &e.Scene}, {"shot", &e.Shot}} {
				if parts[c.part] != "" && !c.cell.Given() {
					*c.cell = Cell{State: Present, Text: parts[c.part], Place: text.Cell.Place}
				}
			}
			e.NamedBy = text.Name + " by " + t.Text
			return true
		}
	}
	return false
}

// ParseTemplates reads the templates of the options, in order.
func ParseTemplates(texts []string, matchCase bool) ([]Template, error) {
	var out []Template
	for _, text := range texts {
		t, err := ParseTemplate(text, matchCase)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}
