package receipt

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"turnover/exporters"
	"turnover/internal/diag"
	"turnover/plan"
)

// A mark is what a cell is coloured and commented for.
type mark int

const (
	unmarked mark = iota
	changed
	created
	warned
	wrong
)

// A rowVerdict is what came of one row, event or group of events.
type rowVerdict struct {
	line    int
	read    bool // stands for something
	left    bool // sound or black
	unnamed bool // a picture in which no shot was found
	path    string
	changes []*plan.Change
	cut     []string // what changed in its uses
	found   diag.List
}

// A judged file knows what came of each row. What belongs to no row stays in
// loose and apart.
type judged struct {
	d      *Document
	p      *plan.Plan
	o      Outcome
	rows   map[int]*rowVerdict
	firsts []int // edl: for each event line the first line of its group
	loose  diag.List
	apart  []*plan.Change // such as shots that the list leaves out
}

// judge lays findings and changes on the rows of a file.
func judge(d *Document, p *plan.Plan, o Outcome) *judged {
	j := &judged{d: d, p: p, o: o, rows: map[int]*rowVerdict{}}
	for i, r := range d.Rows {
		if i > 0 && d.together(i) {
			j.firsts = append(j.firsts, j.firsts[i-1])
		} else {
			j.firsts = append(j.firsts, r.Line)
		}
	}
	for _, r := range d.Rows {
		v := j.row(j.start(r.Line))
		v.read = v.read || !r.Left
		v.left = v.left || r.Left
	}
	for _, f := range p.Diagnostics.Sorted() {
		if line := j.lineOf(f.Place); line > 0 {
			v := j.row(line)
			v.found = append(v.found, f)
		} else {
			j.loose = append(j.loose, f)
		}
	}
	byPath := j.uses()
	for i := range p.Changes {
		j.change(&p.Changes[i], byPath)
	}
	j.recuts()
	return j
}

func (j *judged) row(line int) *rowVerdict {
	v := j.rows[line]
	if v == nil {
		v = &rowVerdict{line: line}
		j.rows[line] = v
	}
	return v
}

// lines gives the rows that something came of, from the top.
func (j *judged) lines() []int {
	out := make([]int, 0, len(j.rows))
	for line := range j.rows {
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// lineOf is the row that a place lies in, 0 for none.
func (j *judged) lineOf(at diag.Place) int {
	if at.Line < 1 || at.Sheet != j.d.Sheet {
		return 0
	}
	line := j.start(at.Line)
	if j.d.Format != "edl" && line <= j.d.Header {
		return 0 // a title says nothing of a row
	}
	return line
}

// start is the first line of the record or of the group of events that a line
// belongs to: 0 above the first of them.
func (j *judged) start(line int) int {
	switch j.d.Format {
	case "csv":
		if i := sort.SearchInts(j.d.Records, line+1); i > 0 {
			return j.d.Records[i-1]
		}
		return 0
	case "edl":
		if i := sort.Search(len(j.d.Rows), func(i int) bool { return j.d.Rows[i].Line > line }); i > 0 {
			return j.firsts[i-1]
		}
		return 0
	}
	return line
}

// together tells whether an event line goes on with the one right above it.
func (d *Document) together(i int) bool {
	a, b := d.Rows[i-1], d.Rows[i]
	return a.Line == b.Line-1 && a.Group == b.Group
}

// uses finds the rows of each shot of the cuts: a repeated shot has several,
// and its change has the place of one.
func (j *judged) uses() map[string][]*rowVerdict {
	out := map[string][]*rowVerdict{}
	for _, c := range j.p.Cuts {
		var all []plan.Occurrence
		if json.Unmarshal(c.Occurrences, &all) != nil {
			continue // written by a later version: the changes' own places remain
		}
		for _, use := range all {
			at, ok := diag.ParsePlace(use.Place, j.p.Source.Name)
			line := 0
			if ok {
				line = j.lineOf(at)
			}
			if line == 0 {
				continue
			}
			v := j.row(line)
			if use.Shot == nil {
				v.unnamed = true
				continue
			}
			if v.path == "" {
				v.path = *use.Shot
			}
			if !slices.Contains(out[*use.Shot], v) {
				out[*use.Shot] = append(out[*use.Shot], v)
			}
		}
	}
	return out
}

// change lays a change on its row, and on the other uses of the same shot.
func (j *judged) change(c *plan.Change, byPath map[string][]*rowVerdict) {
	at, ok := diag.ParsePlace(c.Place, j.p.Source.Name)
	line := 0
	if ok {
		line = j.lineOf(at)
	}
	if line > 0 {
		j.row(line).changes = append(j.row(line).changes, c)
	} else if len(byPath[c.Path]) == 0 {
		j.apart = append(j.apart, c)
	}
	for _, v := range byPath[c.Path] {
		if v.line != line {
			v.changes = append(v.changes, c)
		}
	}
}

var done = map[plan.Action]string{plan.Create: "created", plan.Update: "updated", plan.Move: "moved", plan.Omit: "omitted",
	plan.Reinstate: "reinstated", plan.Link: "linked", plan.Unlink: "unlinked"}

// with says what came along with a row, whether or not it was written.
var with = map[plan.Action]string{plan.Create: "new", plan.Update: "changed", plan.Move: "moved", plan.Omit: "omitted",
	plan.Reinstate: "reinstated", plan.Link: "linked", plan.Unlink: "unlinked"}

// mains are the entities that the rows of a kind of list stand for.
var mains = map[string][]string{"shots": {"shot"}, "casting": {"casting"}, "tasks": {"task", "assignment", "comment"}, "timesheet": {"time_spent"}}

func (j *judged) main(c *plan.Change) bool {
	all, ok := mains[j.p.Kind]
	return slices.Contains(all, c.Entity) || !ok && c.Entity == "shot"
}

// word is the row's verdict: "error", "created", "would be updated",
// "unchanged", "left out"; "" where nothing is to be said.
func (j *judged) word(v *rowVerdict) string {
	switch {
	case v.found.HasErrors():
		return "ERROR"
	case j.p.Diagnostics.HasErrors() && v.read:
		return "not applied"
	case len(v.changes) > 0:
		return j.tense(j.actions(v))
	case v.path != "" && len(v.cut) > 0:
		return j.tense("recut")
	case v.read && !(v.unnamed && v.path == ""):
		return "unchanged"
	case v.unnamed, v.left, len(v.found) > 0:
		return "left out"
	}
	return ""
}

// tense says what was done, or would be.
func (j *judged) tense(word string) string {
	if j.o.Applied {
		return word
	}
	return "would be " + word
}

// actions names what was done to what the row stands for, each once.
func (j *judged) actions(v *rowVerdict) string {
	var words []string
	for _, a := range plan.Actions() {
		for _, c := range v.changes {
			if c.Action == a && j.main(c) {
				words = append(words, done[a])
				break
			}
		}
	}
	if len(words) == 0 {
		return done[plan.Update]
	}
	return strings.Join(words, ", ")
}

// mark is the colour of a row.
func (j *judged) mark(v *rowVerdict) mark {
	out := unmarked
	if len(v.cut) > 0 {
		out = changed
	}
	for _, c := range v.changes {
		m := changed
		if c.Action == plan.Create && j.main(c) {
			m = created
		}
		out = max(out, m)
	}
	for _, f := range v.found {
		out = max(out, marked(f.Severity))
	}
	return out
}

func marked(s diag.Severity) mark {
	switch s {
	case diag.Error:
		return wrong
	case diag.Warning:
		return warned
	}
	return unmarked
}

// why tells the reasons for a verdict, the gravest first: findings, then what
// changed, what came with it counted.
func (j *judged) why(v *rowVerdict) []string {
	var out []string
	for _, f := range worst(v.found) {
		if f.Severity != diag.Info || len(v.changes) == 0 && !v.read {
			out = append(out, fmt.Sprintf("%s %s: %s", f.Severity, f.Code, f.Summary))
		}
	}
	out = append(out, v.cut...)
	others, order := map[string]int{}, []string{}
	for _, c := range v.changes {
		if text := fields(c); j.main(c) && text != "" {
			out = append(out, text)
			continue
		}
		if j.main(c) {
			continue
		}
		key := with[c.Action] + " " + exporters.Visible(strings.ReplaceAll(c.Entity, "_", " "))
		if others[key]++; others[key] == 1 {
			order = append(order, key)
		}
	}
	for _, key := range order {
		if n := others[key]; n > 1 {
			out = append(out, fmt.Sprintf("%d × %s", n, key))
		} else {
			out = append(out, key)
		}
	}
	return out
}

// ascii writes what our own words use beside ASCII in it: text files may be in
// an encoding that has none of it.
var ascii = strings.NewReplacer("→", "->", "…", "...", "×", "x", "−", "-")
