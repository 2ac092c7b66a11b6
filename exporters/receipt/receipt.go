// Package receipt says what came of a file: as text for people, as JSON for
// programs.
package receipt

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"turnover/exporters"
	"turnover/internal/diag"
	"turnover/plan"
)

// An Outcome is what came of a plan. The zero Outcome is of a plan that was
// only made.
type Outcome struct {
	Import      *string // id; nil where nothing was imported
	Plan        string
	Applied     bool
	NothingToDo bool
	Stored      bool                      // the plan is kept, so that it can be applied by its id
	Rejected    bool                      // a person did not want the plan
	Summary     map[string]map[string]int // the plan's own where nil
	Lines       []string                  // the file's text lines, for findings; may be nil
	Path        string                    // the file as it was named on the command line; "" is its base name
	Flags       []string                  // what else was said there ("--omit", "episode"), for the next command
}

// shown is how many changes and findings a receipt for people lists.
const shown = 40

// A page writes lines and keeps the first error.
type page struct {
	w   *bufio.Writer
	err error
}

func (p *page) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// Text writes the receipt for people: file and project, what came of it, counts,
// gates with how to let them pass, changes, findings with their lines, and what
// to do next. Nothing from the file can move the cursor.
func Text(w io.Writer, p *plan.Plan, o Outcome) error {
	out := &page{w: bufio.NewWriter(w)}
	if p == nil {
		p = &plan.Plan{}
	}
	out.line("%s → %s", exporters.Visible(p.Source.Name), exporters.Visible(p.Project))
	out.line("%s", verdict(p, o))
	summary := o.Summary
	if summary == nil {
		summary = p.Summary
	}
	out.summary(summary)
	if !o.Applied {
		out.gates(p, o)
	}
	out.changes(p.Changes)
	out.cuts(p.CutChanges)
	out.findings(p.Diagnostics, o.Lines)
	if next := next(p, o); next != "" {
		out.line("")
		out.line("Next: %s", next)
	}
	if out.err == nil {
		out.err = out.w.Flush()
	}
	if out.err != nil {
		return fmt.Errorf("write receipt: %w", out.err)
	}
	return nil
}

func verdict(p *plan.Plan, o Outcome) string {
	switch {
	case o.Applied && o.Import != nil:
		return fmt.Sprintf("Applied as import %s.", exporters.Visible(*o.Import))
	case o.Applied:
		return "Applied."
	case p.Diagnostics.HasErrors():
		return fmt.Sprintf("Refused: %s. Nothing was written.", count(p.Diagnostics.Count(diag.Error), "error"))
	case o.NothingToDo || p.Empty():
		return "Nothing to do."
	case o.Rejected:
		return fmt.Sprintf("Plan %s was rejected. Nothing was written.", exporters.Visible(p.ID))
	case p.Held:
		return fmt.Sprintf("Plan %s, held by %s. Nothing was written.", exporters.Visible(p.ID), count(len(p.Gates), "gate"))
	}
	return fmt.Sprintf("Plan %s. Nothing was written.", exporters.Visible(p.ID))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// summary is a table: actions down, entities across.
func (p *page) summary(s map[string]map[string]int) {
	entities := map[string]bool{}
	for _, counts := range s {
		for e, n := range counts {
			if n != 0 {
				entities[e] = true
			}
		}
	}
	if len(entities) == 0 {
		return
	}
	columns := slices.SortedFunc(maps.Keys(entities), byRank)
	head := fmt.Sprintf("%-10s", "")
	for _, e := range columns {
		head += "  " + fmt.Sprintf("%6s", exporters.Visible(e))
	}
	p.line("")
	p.line("%s", head)
	for _, action := range append(actions(), "unchanged") {
		line, any := fmt.Sprintf("%-10s", action), false
		for _, e := range columns {
			cell := ""
			if n := s[action][e]; n != 0 {
				cell, any = fmt.Sprint(n), true
			}
			line += "  " + fmt.Sprintf("%*s", max(6, width([]rune(exporters.Visible(e)))), cell)
		}
		if any {
			p.line("%s", strings.TrimRight(line, " "))
		}
	}
}

func actions() []string {
	var out []string
	for _, a := range plan.Actions() {
		out = append(out, string(a))
	}
	return out
}

var ranks = []string{"episode", "sequence", "scene", "shot", "asset", "scene_link", "casting", "task", "assignment", "comment", "time_spent"}

// byRank orders entities as people read them; unknown ones follow by name.
func byRank(a, b string) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
}

func rank(entity string) int {
	if i := slices.Index(ranks, entity); i >= 0 {
		return i
	}
	return len(ranks)
}

// gates lists what holds a plan and, below, the command that lets all of it
// pass: one gate alone would leave the plan held. A plan can be applied by its
// id only once it is stored.
func (p *page) gates(held *plan.Plan, o Outcome) {
	if len(held.Gates) == 0 {
		return
	}
	p.line("")
	p.line("Held for a person")
	for _, g := range held.Gates {
		p.line("  %s  %s", exporters.Visible(g.Code), exporters.Visible(g.Summary))
		if g.Detail != "" {
			p.line("      %s", exporters.Visible(g.Detail))
		}
		if !o.Rejected {
			p.line("      let it pass with --accept %s", shell(g.Code))
		}
	}
	if held.ID != "" && !o.Stored && !o.Rejected {
		p.line("  to keep the plan for somebody else to let pass, by its id:")
		p.line("      turnover plan %s --project %s --save", o.words(held), shell(held.Project))
	}
}

// codes joins the codes of a plan's gates, each once.
func codes(p *plan.Plan) string {
	var out []string
	for _, g := range p.Gates {
		if !slices.Contains(out, g.Code) {
			out = append(out, g.Code)
		}
	}
	return strings.Join(out, ",")
}

func (p *page) findings(found diag.List, lines []string) {
	if len(found) == 0 {
		return
	}
	p.line("")
	p.line("Findings")
	sorted := found.Sorted()
	for i, d := range sorted {
		if i == shown {
			p.line("  … and %d more; --json has all", len(sorted)-shown)
			return
		}
		p.line("  %s: %s %s: %s", exporters.Visible(d.Place.String()), d.Severity, exporters.Visible(d.Code), exporters.Visible(d.Summary))
		if d.Detail != "" {
			p.line("      %s", exporters.Visible(d.Detail))
		}
		p.source(d.Place, lines)
	}
}

// source shows the line of a text file with a caret under the column.
func (p *page) source(at diag.Place, lines []string) {
	if at.Sheet != "" || at.Line < 1 || at.Line > len(lines) {
		return
	}
	const before, after = 60, 40 // characters around the place
	text := []rune(exporters.Visible(strings.TrimRight(lines[at.Line-1], "\r\n")))
	from := max(0, min(at.Column-1, len(text))-before)
	p.line("      %s", string(text[from:min(len(text), max(at.Column, 1)+after, len(text))]))
	if at.Column > 0 && at.Column <= len(text)+1 {
		p.line("      %s^", strings.Repeat(" ", width(text[from:at.Column-1])))
	}
}

// next is the command that goes on from here.
func next(p *plan.Plan, o Outcome) string {
	project := shell(p.Project)
	switch {
	case o.Applied && o.Import != nil:
		return "turnover imports show " + shell(*o.Import)
	case o.Applied:
		return ""
	case p.Diagnostics.HasErrors():
		return "correct the file, then turnover plan " + o.words(p) + " --project " + project
	case o.NothingToDo || p.Empty():
		return ""
	case o.Rejected:
		return "turnover plan " + o.words(p) + " --project " + project
	}
	command := "turnover apply " + o.words(p) + " --project " + project
	if o.Stored && p.ID != "" {
		command = "turnover apply " + shell(p.ID) + " --project " + project
	}
	if p.Held {
		command += " --accept " + shell(codes(p))
	}
	return command
}

// words are the file and the flags as they were given.
func (o Outcome) words(p *plan.Plan) string {
	name := o.Path
	if name == "" {
		name = p.Source.Name
	}
	out := file(name)
	for _, f := range o.Flags {
		out += " " + shell(f)
	}
	return out
}

// file is a file's name as an argument; one like "-x.csv" is no flag.
func file(name string) string {
	if strings.HasPrefix(name, "-") {
		name = "./" + name
	}
	return shell(name)
}

// shell quotes a word for a POSIX shell where it needs it.
func shell(s string) string {
	s = exporters.Visible(s)
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/:@%+,", r))
	}) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
