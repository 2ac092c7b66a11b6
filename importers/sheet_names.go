package importers

import "turnover/internal/diag"

// splitNames reads shot cells that hold the whole path, by the first naming
// template that fits, where the list has no sequence column. A name that fits
// none stays whole.
func (r *sheetReader) splitNames() {
	if !r.splits() || len(r.list.Entries) == 0 {
		return
	}
	templates, err := ParseTemplates(r.opts.Names, r.opts.MatchCase)
	if err != nil { // the configuration's fault, which its reader reports
		return
	}
	for i := range r.list.Entries {
		if e := &r.list.Entries[i]; e.split(templates) {
			r.found.count(diag.Info, CodeSplitName, r.at(e.Shot.Place), 0, "names read by a naming template", "%d shot cells were split into sequence and shot, this one first")
		} else {
			r.found.count(diag.Warning, CodeNoSequence, r.at(e.Shot.Place), 0, "shot without a sequence", "%d shot cells fit no naming template and were kept whole, this one first")
		}
	}
}

// splits tells lists whose shot cells may hold the whole path.
func (r *sheetReader) splits() bool {
	return r.list.Kind == Shots && !r.header.has("sequence") && len(r.opts.Names) > 0
}

// split takes an entry's path from its shot cell.
func (e *Entry) split(templates []Template) bool {
	for _, t := range templates {
		parts := t.Match(e.Shot.Text)
		if parts["shot"] == "" || parts["sequence"] == "" {
			continue
		}
		if e.Episode.Given() && parts["episode"] != "" && parts["episode"] != e.Episode.Text {
			continue
		}
		place := e.Shot.Place
		for _, field := range []string{"episode", "sequence", "scene", "shot"} {
			if target := e.field(field); parts[field] != "" {
				*target = Cell{State: Present, Text: parts[field], Place: place}
			}
		}
		return true
	}
	return false
}
