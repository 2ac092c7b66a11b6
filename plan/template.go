package plan

import (
	"turnover/importers"
	"turnover/internal/diag"
)

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
// that fits; NamedBy tells which.
func (b *builder) names(e *importers.Entry, templates []importers.Template) bool {
	return e.Name(templates, func(parts map[string]string) bool { return b.isProject(parts["project"]) })
}

// isProject tells whether a text names the plan's production; "" does.
func (b *builder) isProject(text string) bool {
	p := b.snap.Project
	folded := fold(text, false)
	return text == "" || text == string(p.ID) || folded == fold(p.Name, false) || p.Code != nil && folded == fold(*p.Code, false)
}
