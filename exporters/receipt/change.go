package receipt

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"turnover/exporters"
	"turnover/hierarchy"
	"turnover/plan"
)

var marks = map[plan.Action]string{plan.Create: "+", plan.Update: "~", plan.Move: "»", plan.Omit: "-", plan.Reinstate: "^", plan.Link: "+", plan.Unlink: "-"}

// widest is how much of a value is shown.
const widest = 60

var places = &runewidth.Condition{} // not of the user's locale

func width(text []rune) int { return places.StringWidth(string(text)) }

// changes lists changes by action, in the plan's order.
func (p *page) changes(all []plan.Change) {
	if len(all) == 0 {
		return
	}
	p.line("")
	p.line("Changes")
	n := 0
	for _, action := range plan.Actions() {
		for i := range all {
			c := &all[i]
			if c.Action != action {
				continue
			}
			if n++; n <= shown {
				p.change(c)
			}
		}
	}
	if n > shown {
		p.line("  … and %d more; --json has all", n-shown)
	}
}

func (p *page) change(c *plan.Change) {
	text := "  " + marks[c.Action] + " " + exporters.Visible(c.Entity) + " " + exporters.Visible(c.Path)
	if f := fields(c); f != "" {
		text += "  " + f
	}
	var notes []string
	for _, n := range []string{c.Place, c.Because} {
		if n != "" {
			notes = append(notes, exporters.Visible(n))
		}
	}
	if len(c.Labels) > 0 {
		notes = append(notes, "["+exporters.Visible(strings.Join(c.Labels, ", "))+"]")
	}
	if len(notes) > 0 {
		text += "  (" + strings.Join(notes, ": ") + ")"
	}
	p.line("%s", text)
}

// fields shows what differs: "nb_frames 48 → 60"; of new rows the plain values.
func fields(c *plan.Change) string {
	names := map[string]bool{}
	for n := range c.Before {
		names[n] = true
	}
	for n := range c.After {
		names[n] = true
	}
	var out []string
	for _, n := range slices.Sorted(maps.Keys(names)) {
		switch {
		case c.Action == plan.Update || c.Action == plan.Move:
			out = append(out, exporters.Visible(n)+" "+value(c.Before[n])+" → "+value(c.After[n]))
		case c.Action == plan.Create && c.After[n] != nil && !reference(n, c.After[n]):
			out = append(out, exporters.Visible(n)+" "+value(c.After[n]))
		}
	}
	return strings.Join(out, ", ")
}

// reference tells fields that the path says already.
func reference(name string, v json.RawMessage) bool {
	return name == "name" || name == "id" || strings.HasSuffix(name, "_id") || string(v) == "null"
}

func value(v json.RawMessage) string {
	text := hierarchy.ValueOf(v).Text()
	if len(v) == 0 || text == "" {
		return "(none)"
	}
	return places.Truncate(exporters.Visible(text), widest, "…")
}
