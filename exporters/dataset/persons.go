package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// Persons says how people appear in the dataset.
type Persons string

const (
	Named        Persons = "named"
	Pseudonymous Persons = "pseudonymous" // a hash stands for the id, names are left out
	Absent       Persons = "absent"       // neither ids nor names
)

// Extra is what the tables hold beside the facts.
type Extra struct {
	Persons Persons // "" is Named
	Salt    string  // of pseudonyms: the same salt, the same pseudonyms
	Books   []*table.Book
	// Castings are given apart: facts come without them.
	Castings []*hierarchy.Casting
}

// id is how a person's id is written; null for none.
func (x Extra) id(id hierarchy.ID) any {
	switch {
	case id == "" || x.Persons == Absent:
		return nil
	case x.Persons == Pseudonymous:
		sum := sha256.Sum256([]byte(x.Salt + "\x00" + string(id)))
		return hex.EncodeToString(sum[:16])
	}
	return string(id)
}

func (x Extra) named() bool { return x.Persons == "" || x.Persons == Named }

// reportTable puts the production in front of a report's rows and hides people
// where they shall not be seen.
func (x Extra) reportTable(p *hierarchy.Project, t *table.Table) *table.Table {
	out := *t
	out.Columns = append(projectColumns(), t.Columns...)
	hide := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		switch c.Name {
		case "person_id", "asked_by_id":
			hide[i] = "id"
		case "person", "asked_by":
			hide[i] = "name"
		}
		if strings.HasSuffix(c.Name, "because") && !x.named() {
			hide[i] = "name" // tells by words who worked
		}
	}
	out.Rows = func(yield func(table.Row, error) bool) {
		for row, err := range t.Rows {
			if err != nil {
				yield(nil, err)
				return
			}
			wide := append(table.Row{string(p.ID), p.Name}, row...)
			for i := range row {
				if id, ok := row[i].(string); ok && hide[i] == "id" {
					wide[i+2] = x.id(hierarchy.ID(id))
				} else if hide[i] == "name" && !x.named() {
					wide[i+2] = nil
				}
			}
			if !yield(wide, nil) {
				return
			}
		}
	}
	return &out
}
