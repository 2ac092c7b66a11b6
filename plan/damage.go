package plan

import (
	"fmt"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
	"turnover/internal/diag"
)

// damage looks for names that a spreadsheet program rewrote. Each is said with
// the proposal and its evidence; nothing is changed. The gate is raised where
// such a name would be made.
func (b *builder) damage() {
	b.repairs = map[string]importers.Repair{}
	if b.list.Source.Format == "edl" {
		return
	}
	for _, r := range importers.Damage(b.list, KnownNames(b.snap)) {
		b.repairs[r.Column+"\x00"+r.Was] = r
		b.warn(Damaged, r.Place, "%q may have been %q (%s; %d cells): %s. Correct the cell, or agree by --repair %q",
			r.Was, r.Proposed, r.Kind, r.Count, strings.Join(r.Evidence, "; "), r.String())
	}
}

// KnownNames gives the names that a production has for a list's field, as
// importers.Damage asks for them.
func KnownNames(snap *hierarchy.Snapshot) func(column string) []string {
	return func(column string) []string {
		var out []string
		for _, e := range snap.Entities {
			if word(e.Kind) == column {
				out = append(out, e.Name)
			}
		}
		return out
	}
}

// doubtRepaired raises the gate for a new name that looks damaged.
func (b *builder) doubtRepaired(n *node) {
	if r, ok := b.repairs[word(n.kind)+"\x00"+n.name]; ok {
		b.doubt(GateRepaired, fmt.Sprintf("%s may have been %q (%s)", n.path, r.Proposed, r.Kind))
		return
	}
	if why := repaired(n.name); why != "" {
		b.doubt(GateRepaired, fmt.Sprintf("%s %s", n.path, why))
	}
}

// AliasKey names a written name of a kind below a parent, for Options.Aliases.
// scope is the parent's path, "" for the whole production. Letter case and how
// accents are stored make no difference.
func AliasKey(kind hierarchy.Kind, scope, written string) string {
	return word(kind) + "\x00" + scope + "\x00" + fold(written, false)
}

// aliased gives the cell with the name that a remembered answer means, or the
// entity itself where the answer is a path. A name that the production has
// exactly as written is never aliased; the narrower scope wins.
func (b *builder) aliased(kind hierarchy.Kind, parent *node, typeID hierarchy.ID, cell importers.Cell, entry diag.Place) (importers.Cell, *node) {
	if len(b.opts.Aliases) == 0 || !cell.Given() {
		return cell, nil
	}
	if f := b.index.families[familyKey{kind, parent, typeID}]; f != nil && len(f.exact[cell.Text]) > 0 {
		return cell, nil
	}
	scopes := []string{""}
	if parent != nil {
		scopes = []string{parent.path, ""}
	}
	for _, scope := range scopes {
		to, ok := b.opts.Aliases[AliasKey(kind, scope, cell.Text)]
		if !ok || to == "" || to == cell.Text {
			continue
		}
		at := place(cell.Place, entry)
		if !strings.Contains(to, "/") {
			b.sayAlias(kind, at, cell.Text, to)
			cell.Text = strings.NewReplacer("%2F", "/", "%25", "%").Replace(to)
			return cell, nil
		}
		for _, n := range b.index.ofKind(kind) {
			if n.path == to {
				b.sayAlias(kind, at, cell.Text, to)
				return cell, n
			}
		}
		if b.once(AliasLost, to, cell.Text) {
			b.warn(AliasLost, at, "%s %q is remembered as %q, which is not in the production any more. Revoke the alias, or give it again", word(kind), cell.Text, to)
		}
	}
	return cell, nil
}

func (b *builder) sayAlias(kind hierarchy.Kind, at diag.Place, from, to string) {
	if b.once(AliasUsed, word(kind), from, to) {
		b.note(AliasUsed, at, "%s %q was taken for %q by the remembered alias", word(kind), from, to)
	}
}

// headers compares the list's headers with the remembered layout of its
// source; a change that matters holds the plan.
func (b *builder) headers() {
	if b.opts.Profile == nil {
		return
	}
	for _, c := range b.opts.Profile.Compare(b.list) {
		if !c.Matters() {
			continue
		}
		switch {
		case c.Renamed():
			b.warn(HeaderChanged, c.Place, "%q, which was %s, seems to be %q now: %s. Take it so by columns: {%s: [%q]} in the configuration, or rename the column", c.Was, c.Field, c.Header, c.Why, c.Field, c.Header)
			b.doubt(GateHeader, fmt.Sprintf("%q for %q (%s)", c.Header, c.Was, c.Field))
		case c.Header == "":
			b.warn(HeaderChanged, c.Place, "the column %q (%s) is not there any more and no other is like it. What it said is left as it is in the production", c.Was, c.Field)
			b.doubt(GateHeader, fmt.Sprintf("no %q (%s)", c.Was, c.Field))
		default:
			b.warn(HeaderChanged, c.Place, "the column %q is new and was taken for %s. Check that it means that", c.Header, c.Field)
			b.doubt(GateHeader, fmt.Sprintf("new %q as %s", c.Header, c.Field))
		}
	}
}
