package plan

import (
	"regexp"
	"strings"

	"turnover/importers"
	"turnover/internal/diag"
)

// extension is that of a picture file; other text behind a dot may be a name's.
var extension = regexp.MustCompile(`(?i)\.(mov|mp4|m4v|mkv|avi|mxf|qt|exr|dpx|png|jpe?g|tiff?|tga|r3d|braw|ari|arx|wav)$`)

// templates reads the naming templates of the options, or the customary ones.
func (b *builder) templates() []importers.Template {
	texts := b.opts.Names
	if len(texts) == 0 {
		texts = []string{"{sequence}_{shot}", "{sequence}-{shot}"}
		if b.snap.Project.Episodic() {
			texts = []string{"{episode}_{sequence}_{shot}", "{episode}-{sequence}-{shot}", "{sequence}_{shot}", "{sequence}-{shot}"}
		}
	}
	var out []importers.Template
	for _, text := range texts {
		t, err := importers.ParseTemplate(text, b.opts.MatchCase)
		if err != nil {
			b.fail(BadOption, diag.Place{File: b.list.Source.Name}, "%v", err)
			continue
		}
		if t.Has("episode") && !b.snap.Project.Episodic() {
			continue // cannot fit a film
		}
		out = append(out, t)
	}
	return out
}

// names fills the name cells of an event from its texts by the first template
// that fits; it tells which rule fired. A reel is never a shot name.
func (b *builder) names(e *importers.Entry, templates []importers.Template) (rule string, ok bool) {
	for _, text := range e.Names {
		if text.Name == "reel" || !text.Cell.Given() {
			continue
		}
		for _, t := range templates {
			// Without the extension first, or it would become part of the name.
			parts := t.Match(extension.ReplaceAllString(strings.TrimSpace(text.Cell.Text), ""))
			if parts == nil || !b.isProject(parts["project"]) {
				continue
			}
			fill(&e.Episode, parts["episode"], text.Cell.Place)
			fill(&e.Sequence, parts["sequence"], text.Cell.Place)
			fill(&e.Scene, parts["scene"], text.Cell.Place)
			fill(&e.Shot, parts["shot"], text.Cell.Place)
			return text.Name + " by " + t.Text, true
		}
	}
	return "", false
}

func fill(c *importers.Cell, text string, at diag.Place) {
	if text != "" && !c.Given() {
		*c = importers.Cell{State: importers.Present, Text: text, Place: at}
	}
}

// isProject tells whether a text names the plan's production; "" does.
func (b *builder) isProject(text string) bool {
	p := b.snap.Project
	folded := fold(text, false)
	return text == "" || text == string(p.ID) || folded == fold(p.Name, false) || p.Code != nil && folded == fold(*p.Code, false)
}
