package dataset

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/table"
)

// Persons says how people appear in the dataset.
type Persons string

const (
	Named        Persons = "names"
	Pseudonymous Persons = "pseudonyms" // a keyed hash stands for the id; names, e-mails and free texts are left out
	Absent       Persons = "none"       // neither ids nor names nor free texts; quotas are not divided by person
)

// named tells whether people and what they write are shown as they are.
func (x Extra) named() bool { return x.Persons == "" || x.Persons == Named }

// id is how a person's id is written; null for none.
func (x Extra) id(id hierarchy.ID) any {
	switch {
	case id == "" || x.Persons == Absent:
		return nil
	case x.Persons == Pseudonymous:
		return pseudonym(x.Key, "person", string(id))
	}
	return string(id)
}

// pseudonym is the same for the same key and text, in every snapshot; without
// the key it cannot be found by trying all ids.
func pseudonym(key []byte, kind, text string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(kind + "\x00" + text))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// Fingerprint tells one key from another without telling the key; "" of none.
func Fingerprint(key []byte) string {
	if len(key) == 0 {
		return ""
	}
	return pseudonym(key, "key", "")[:8]
}

// written is free text by people, which may name people: comments, descriptions,
// custom fields, names of files.
func (x Extra) written(text any) any {
	if !x.named() {
		return nil
	}
	return text
}

func (m *maker) personName(id hierarchy.ID) any {
	if p := m.persons[id]; p != nil && m.x.named() {
		return p.Name()
	}
	return nil
}

// author finds the person that an author's mark means: an id, an e-mail, or the
// account of an operating system, which is no person of the production.
func (m *maker) author(mark string) (id, name any) {
	if p := m.persons[hierarchy.ID(mark)]; p != nil {
		return m.x.id(p.ID), m.personName(p.ID)
	}
	if p := m.emails[strings.ToLower(mark)]; p != nil {
		return m.x.id(p.ID), m.personName(p.ID)
	}
	switch {
	case mark == "" || m.x.Persons == Absent:
		return nil, nil
	case m.x.Persons == Pseudonymous:
		return pseudonym(m.x.Key, "account", mark), nil
	}
	return nil, mark
}

// personal says what a report's column tells of people.
func personal(column string) string {
	base, isID := strings.CutSuffix(column, "_id")
	switch {
	case base == "because" || strings.HasSuffix(base, "_because"):
		return "name" // tells by words who worked
	case base != "person" && base != "assignee" && base != "assignees" && !strings.HasSuffix(base, "_by") && !strings.HasSuffix(base, "_person"):
		return ""
	case isID:
		return "id"
	}
	return "name"
}

// hide takes people out of a row of a report. A column that nobody thought of
// does not tell a person's id either.
func (m *maker) hide(columns []table.Column, row table.Row) table.Row {
	if m.x.named() {
		return row
	}
	out := slices.Clone(row)
	for i, c := range columns {
		text, ok := row[i].(string)
		if !ok {
			continue
		}
		switch personal(c.Name) {
		case "id":
			out[i] = m.x.id(hierarchy.ID(text))
		case "name":
			out[i] = nil
		default:
			if m.persons[hierarchy.ID(text)] != nil {
				out[i] = m.x.id(hierarchy.ID(text))
			}
		}
	}
	return out
}

// hideKey takes people out of the key of a row: a link's is two ids.
func (m *maker) hideKey(key string) any {
	if m.x.named() {
		return key
	}
	parts := strings.Split(key, "/")
	for i, part := range parts {
		if m.persons[hierarchy.ID(part)] == nil {
			continue
		}
		parts[i] = "-"
		if id, ok := m.x.id(hierarchy.ID(part)).(string); ok {
			parts[i] = id
		}
	}
	return strings.Join(parts, "/")
}
