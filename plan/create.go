package plan

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

// plural is the kind's word in creation policies.
var plural = map[hierarchy.Kind]string{
	hierarchy.Episode: "episodes", hierarchy.Sequence: "sequences", hierarchy.Scene: "scenes",
	hierarchy.Shot: "shots", hierarchy.Asset: "assets",
}

func word(k hierarchy.Kind) string { return strings.ToLower(string(k)) }

func (b *builder) policy(k hierarchy.Kind) Policy {
	if p, ok := b.opts.Create[plural[k]]; ok {
		return p
	}
	return DefaultCreate()[plural[k]]
}

// find looks a name up without making it. ok is false where an error was said.
func (b *builder) find(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, cell importers.Cell, entry diag.Place) (n *node, ok bool) {
	at := place(cell.Place, entry)
	cell, meant := b.aliased(kind, parent, typeID, cell, entry)
	if meant != nil {
		return meant, true
	}
	m := b.index.lookup(kind, parent, typeID, cell.Text)
	if len(m.ambiguous) > 0 {
		b.fail(Ambiguous, at, "%s %q may be %s. Write the name exactly as it stands there, or give the id", word(kind), cell.Text, pathsOf(m.ambiguous))
		return nil, false
	}
	if m.folded && b.once(Folded, m.node.path, cell.Text) {
		b.note(Folded, at, "%q was taken for %q", cell.Text, m.node.path)
	}
	return m.node, true
}

// ensure looks a name up and makes it where it is missing and may be made;
// nil where it may not, which has been said.
func (b *builder) ensure(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, cell importers.Cell, entry diag.Place) *node {
	n, ok := b.find(kind, parent, typeID, cell, entry)
	if n != nil || !ok {
		return n
	}
	return b.create(kind, parent, typeID, cell, entry)
}

func (b *builder) create(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, cell importers.Cell, entry diag.Place) *node {
	at := place(cell.Place, entry)
	cell, _ = b.aliased(kind, parent, typeID, cell, entry)
	n := &node{kind: kind, parent: parent, typeID: typeID, name: cell.Text, path: b.index.childPath(kind, parent, typeID, cell.Text)}
	if why := badName(n.name); why != "" {
		b.fail(BadName, at, "%q %s. Correct the cell", n.name, why)
		return nil
	}
	if !b.mayCreate(n, at) {
		return nil
	}
	b.suspect(n, at)
	after := values{"name": raw(n.name)}
	if parent != nil {
		after["parent_id"] = raw(parent.ref())
	}
	if typeID != "" {
		after["entity_type_id"] = raw(typeID)
	}
	n.change = b.add(Change{Action: Create, Entity: word(kind), Path: n.path, After: after, Place: at.String(), Because: "the production has no such " + word(kind), Labels: []string{"new"}})
	b.index.add(n)
	return n
}

func (b *builder) mayCreate(n *node, at diag.Place) bool {
	switch b.policy(n.kind) {
	case No:
		b.fail(Unknown, at, "there is no %s %q and %s may not be made from lists%s. Correct the name, or make it first, or allow it by create: {%s: yes}",
			word(n.kind), n.path, plural[n.kind], b.index.suggestions(n.kind, n.parent, n.typeID, n.name), plural[n.kind])
		return false
	case Warn:
		b.warn(Made, at, "%s %q will be made", word(n.kind), n.path)
	case Hold:
		b.doubt(GateCreate, word(n.kind)+" "+n.path)
	}
	return true
}

// suspect raises the gates that a new name may have to pass. A name that
// nearly fits is made under its own name or not at all, never guessed.
func (b *builder) suspect(n *node, at diag.Place) {
	if near := b.index.nearMisses(n.kind, n.parent, n.typeID, n.name); len(near) > 0 {
		b.warn(NearMiss, at, "%q would be made beside%s. If one of them is meant, write it so; else accept %s", n.path, strings.TrimPrefix(candidates(near), "; the nearest:"), GateNear)
		b.doubt(GateNear, fmt.Sprintf("%s beside %s, which %s", n.path, near[0].Path, near[0].Reason))
	}
	if re := b.pattern[word(n.kind)]; re != nil && !re.MatchString(n.name) {
		b.doubt(GatePattern, fmt.Sprintf("%s is not like %s", n.path, b.opts.Pattern[word(n.kind)]))
	}
	b.doubtRepaired(n)
}

const longestName = 160 // characters, as in Kitsu

func badName(name string) string {
	if strings.TrimSpace(name) == "" {
		return "is blank"
	}
	if !utf8.ValidString(name) {
		return "is not UTF-8"
	}
	if n := utf8.RuneCountInString(name); n > longestName {
		return fmt.Sprintf("has %d characters, more than %d", n, longestName)
	}
	switch name {
	case "#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!":
		return "is the error of a formula"
	}
	if strings.ContainsFunc(name, unicode.IsControl) {
		return "holds a control character"
	}
	return ""
}

var (
	scientific = regexp.MustCompile(`^[+-]?\d+([.,]\d+)?[eE][+-]?\d+$`)
	calendar   = regexp.MustCompile(`^(\d{4}-\d{1,2}-\d{1,2}([ T].*)?|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}[- ](?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*([- ]\d{2,4})?|(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[- ]\d{1,4})$`)
	tail       = regexp.MustCompile(`^\d+[.,]\d{6,}$`)
)

// repaired tells a name that a spreadsheet may have made of another one.
func repaired(name string) string {
	switch {
	case scientific.MatchString(name):
		return "looks like a name that became a number in scientific form"
	case calendar.MatchString(name):
		return "looks like a name that became a date"
	case tail.MatchString(name):
		return "looks like a name that became a fraction"
	}
	return ""
}
