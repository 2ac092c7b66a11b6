package importers

import (
	"fmt"
	"slices"
	"strings"

	"turnover/internal/diag"
)

// The kinds of damage that spreadsheet programs do to names.
const (
	DamageExponent  = "exponent"
	DamageDate      = "date"
	DamageZeros     = "leading zeros"
	DamageTail      = "float tail"
	DamageSign      = "sign"
	DamageThousands = "thousands"
	DamageBoolean   = "boolean"
)

// A Repair is the proposal to read a name as what was typed before a
// spreadsheet program rewrote it. It is never applied without consent.
type Repair struct {
	Column        string // the field: "episode", "sequence", "scene", "shot" or, in a casting list, "asset"
	Header        string // as the file writes it; "" where the list has no headers
	Place         diag.Place
	Count         int // cells of the column that say Was
	Was, Proposed string
	Kind          string
	Evidence      []string // sentences for a person, the strongest first
}

// Alias gives the repair as an answer that can be remembered: the kind of
// entity, the name as written and the name that is meant.
func (r Repair) Alias() (kind, from, to string) { return r.Column, r.Was, r.Proposed }

// String gives the repair as "--repair" takes it.
func (r Repair) String() string { return r.Column + "=" + r.Was + ":" + r.Proposed }

// Key is how Options.Repairs names the repair.
func (r Repair) Key() string { return RepairKey(r.Column, r.Was) }

// RepairKey names the cells of a column, by field or header, that say was.
func RepairKey(column, was string) string { return foldTitle(column) + "\x00" + was }

// damageable are the fields whose cells are names, parents first.
var damageable = []string{"episode", "sequence", "scene", "shot", "asset"}

// Damage recognises names that a spreadsheet program rewrote, column by
// column. A proposal needs evidence: the pattern of the column's other names,
// or a name that the production has. known gives the production's names for a
// field and may be nil. What is not certain, and what has two readings, is left
// out; the outcome is sorted by column and place of first appearance.
func Damage(list *ShotList, known func(column string) []string) []Repair {
	var out []Repair
	for _, field := range damageable {
		if field == "asset" && list.Kind != Casting {
			continue
		}
		var names []string
		if known != nil {
			names = known(field)
		}
		c := newNameColumn(list, field, names)
		for _, v := range c.values {
			if r, ok := c.judge(v); ok {
				out = append(out, r)
			}
		}
	}
	return out
}

// A nameValue is one distinct text of a column.
type nameValue struct {
	text  string
	place diag.Place
	count int
	date  bool // the workbook holds it as a day
}

// A nameColumn is what a column's names tell about each other.
type nameColumn struct {
	field, header string
	values        []*nameValue // distinct, in the order of the file
	shapes        map[string]int
	known         map[string]bool
	numbers       map[string][]string // known names that are digits only, by their number
	written       map[string]bool
	digits        int // distinct values that are digits only
	decimals      int // distinct values such as 1.5, whole ones left out
	widths        map[int]int
	padded        int // values with a leading zero
}

// shapeBudget keeps a million distinct names from costing more than they tell.
const shapeBudget = 100_000

func newNameColumn(list *ShotList, field string, known []string) *nameColumn {
	c := &nameColumn{field: field, shapes: map[string]int{}, known: map[string]bool{}, numbers: map[string][]string{}, written: map[string]bool{}, widths: map[int]int{}}
	for _, col := range list.Columns {
		if col.Field == field && c.header == "" {
			c.header = col.Header
		}
	}
	for _, name := range known {
		if c.known[name] {
			continue
		}
		c.known[name] = true
		if allDigits(name) {
			n := strings.TrimLeft(name, "0")
			c.numbers[n] = append(c.numbers[n], name)
		}
	}
	at := map[string]*nameValue{}
	file := diag.Place{File: list.Source.Name, Sheet: list.Source.Sheet}
	add := func(cell Cell, date bool) {
		if v := at[cell.Text]; v != nil {
			v.count++
			return
		}
		if !cell.Given() || len(cell.Text) > maxName || len(at) >= shapeBudget {
			return
		}
		v := &nameValue{text: cell.Text, place: cell.Place.In(file), count: 1, date: date}
		at[cell.Text] = v
		c.values = append(c.values, v)
		c.learn(v)
	}
	for i := range list.Entries {
		add(*list.Entries[i].field(field), false)
	}
	for _, d := range list.Dates {
		if d.Name == field {
			add(d.Cell, true)
		}
	}
	return c
}

// learn counts what a value says about its neighbours.
func (c *nameColumn) learn(v *nameValue) {
	c.written[v.text] = true
	if v.date {
		return
	}
	c.shapes[shapeOf(v.text)]++
	if allDigits(v.text) {
		c.digits++
		if len(v.text) > 1 && v.text[0] == '0' {
			c.padded++
			c.widths[len(v.text)]++
		}
		return
	}
	if whole, part, ok := decimal(v.text); ok && strings.Trim(part, "0") != "" && whole != "" && len(part) < 10 {
		c.decimals++
	}
}

// judge asks each kind of damage in turn; the first that has evidence wins.
func (c *nameColumn) judge(v *nameValue) (Repair, bool) {
	if c.known[v.text] {
		return Repair{}, false // the production says that it is a name
	}
	for _, ask := range []func(*nameValue) (string, string, []string){
		c.boolean, c.date, c.exponent, c.thousands, c.tail, c.sign, c.zeros,
	} {
		kind, proposed, evidence := ask(v)
		if proposed == "" || proposed == v.text {
			continue
		}
		return Repair{Column: c.field, Header: c.header, Place: v.place, Count: v.count, Was: v.text, Proposed: proposed, Kind: kind, Evidence: evidence}, true
	}
	return Repair{}, false
}

// shapeOf writes digits as 9 and letters as A or a; "1E05" is "9A99".
func shapeOf(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteByte('9')
		case r >= 'a' && r <= 'z':
			b.WriteByte('a')
		case r >= 'A' && r <= 'Z':
			b.WriteByte('A')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

const (
	fewest    = 3   // names of one pattern that make it the column's
	dominance = 0.6 // share of the column's names that must follow it
)

// follows tells whether a name has the pattern of most of the others.
func (c *nameColumn) follows(name string) (string, bool) {
	shape := shapeOf(name)
	n, of := c.shapes[shape], len(c.values)
	if n < fewest || float64(n) < dominance*float64(of) {
		return "", false
	}
	return fmt.Sprintf("%d of the %d names in the column are written like %s", n, of, shape), true
}

// single chooses the one candidate that the production has, else the one that
// follows the column's pattern; "" where none or several do.
func (c *nameColumn) single(candidates []string) (string, []string) {
	var have, fit []string
	why := ""
	for i, name := range candidates {
		if slices.Contains(candidates[:i], name) {
			continue
		}
		if c.known[name] {
			have = append(have, name)
		}
		if text, ok := c.follows(name); ok {
			fit, why = append(fit, name), text
		}
	}
	switch {
	case len(have) == 1 && slices.Contains(fit, have[0]):
		return have[0], []string{c.has(have[0]), why}
	case len(have) == 1:
		return have[0], []string{c.has(have[0])}
	case len(have) == 0 && len(fit) == 1:
		return fit[0], []string{why}
	}
	return "", nil
}

func (c *nameColumn) has(name string) string {
	return fmt.Sprintf("the production has %s %q", c.field, name)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
