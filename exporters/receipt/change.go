package receipt

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"turnover/exporters"
	"turnover/hierarchy"
	"turnover/plan"
)

var marks = map[plan.Action]string{plan.Create: "+", plan.Update: "~", plan.Move: "»", plan.Omit: "-", plan.Reinstate: "^", plan.Link: "&", plan.Unlink: "/"}

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
			if c.Action != action || newTask(c) {
				continue
			}
			if n++; n <= shown {
				p.change(c)
			}
		}
		if action == plan.Create {
			p.newTasks(all)
		}
	}
	if n > shown {
		p.line("  … and %d more; --json has all", n-shown)
	}
}

// newTask tells the tasks that new shots get: a line each would hide the rest.
func newTask(c *plan.Change) bool { return c.Action == plan.Create && c.Entity == "task" }

// newTasks counts the new tasks by type, in the order in which they come.
func (p *page) newTasks(all []plan.Change) {
	total, counts := 0, map[string]int{}
	var types []string
	add := func(kind string) {
		if counts[kind] == 0 {
			types = append(types, kind)
		}
		counts[kind]++
		total++
	}
	for i := range all {
		for _, kind := range all[i].Tasks {
			add(kind)
		}
		if newTask(&all[i]) {
			_, kind, _ := strings.Cut(all[i].Path, "#")
			kind, _, _ = strings.Cut(kind, "/")
			add(kind)
		}
	}
	if total == 0 {
		return
	}
	parts := make([]string, len(types))
	for i, kind := range types {
		parts[i] = fmt.Sprintf("%d %s", counts[kind], exporters.Visible(kind))
	}
	p.line("  + %s: %s", count(total, "task"), strings.Join(parts, ", "))
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
	if len(notes) > 0 {
		text += "  (" + strings.Join(notes, ": ") + ")"
	}
	if len(c.Labels) > 0 {
		text += " [" + exporters.Visible(strings.Join(c.Labels, ", ")) + "]"
	}
	p.line("%s", text)
}

// fields shows what differs: "nb_frames 48 → 60"; of new rows and links the
// plain values.
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
		case (c.Action == plan.Create || c.Action == plan.Link) && c.After[n] != nil && !reference(n, c.After[n]):
			out = append(out, exporters.Visible(n)+" "+value(c.After[n]))
		}
	}
	return strings.Join(out, ", ")
}

// reference tells fields that the path says already, and names of rows to be.
func reference(name string, v json.RawMessage) bool {
	return name == "name" || name == "id" || strings.HasSuffix(name, "_id") || string(v) == "null" || strings.HasPrefix(string(v), `"new:`)
}

func value(v json.RawMessage) string {
	text := hierarchy.ValueOf(v).Text()
	if len(v) == 0 || text == "" {
		return "(none)"
	}
	return places.Truncate(exporters.Visible(text), widest, "…")
}
