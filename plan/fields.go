package plan

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"turnover/hierarchy"
	"turnover/importers"
)

// describe plans the description, the rate and the metadata of a shot.
//
// An empty cell clears texts (the description, and metadata of the types
// string, textarea and url), as in Kitsu; it leaves numbers, lists, dates,
// booleans and persons as they are.
func (b *builder) describe(d *diff, shot *node, e *importers.Entry) {
	switch e.Description.State {
	case importers.Present:
		d.set("description", hierarchy.ValueOf(e.Description.Text), "the list gives the description")
	case importers.Empty:
		d.set("description", "null", "the description cell is empty")
	}
	b.rate(d, e)
	for _, f := range e.Fields {
		if desc := b.descriptor(f.Name); desc != nil {
			b.metadata(d, desc, f, e)
		} else if fold(f.Name, false) == "resolution" && f.Cell.Given() {
			d.set("data.resolution", hierarchy.ValueOf(f.Cell.Text), "the list gives the resolution")
		}
	}
}

// descriptor finds the shots' or assets' custom field of a header; nil where there is
// none, which the importer reported.
func (b *builder) descriptor(header string) *hierarchy.MetadataDescriptor {
	folded := fold(header, false)
	for _, exact := range []bool{true, false} {
		for _, d := range b.snap.Descriptors {
			if d.EntityType != string(b.kind) {
				continue
			}
			if d.Name == header || !exact && (fold(d.Name, false) == folded || fold(d.FieldName, false) == folded) {
				return d
			}
		}
	}
	return nil
}

func (b *builder) metadata(d *diff, desc *hierarchy.MetadataDescriptor, f importers.NamedCell, e *importers.Entry) {
	field, kind := "data."+desc.FieldName, "string"
	if desc.DataType != nil {
		kind = *desc.DataType
	}
	switch f.Cell.State {
	case importers.Empty:
		if kind == "string" || kind == "textarea" || kind == "url" {
			d.set(field, "", fmt.Sprintf("the cell of %q is empty", desc.Name))
		}
		return
	case importers.Absent:
		return
	}
	if d.row != nil {
		if now, err := hierarchy.Get(d.row, field); err == nil && alike(now, hierarchy.ValueOf(f.Cell.Text)) {
			return // stored already, whatever its type demands
		}
	}
	want, why := b.metadataValue(kind, desc, f.Cell.Text)
	if why != "" {
		b.fail(BadField, place(f.Cell.Place, e.Place), "%q does not fit %q: %s", f.Cell.Text, desc.Name, why)
		return
	}
	if want == `"false"` && (d.row == nil || alike(d.now(field), "")) {
		return // Kitsu prints an unset boolean as false
	}
	d.set(field, want, fmt.Sprintf("the list gives %q", desc.Name))
}

func (d *diff) now(field string) hierarchy.Value {
	v, _ := hierarchy.Get(d.row, field)
	return v
}

// MetadataValue checks a text by the data type of a custom field of the snapshot's
// production; why says what is wrong.
func MetadataValue(snap *hierarchy.Snapshot, desc *hierarchy.MetadataDescriptor, text string) (v hierarchy.Value, why string) {
	kind := "string"
	if desc.DataType != nil {
		kind = *desc.DataType
	}
	return (&builder{people: newPeople(snap)}).metadataValue(kind, desc, text)
}

// metadataValue checks a text by its field's data type; why says what is wrong.
func (b *builder) metadataValue(kind string, desc *hierarchy.MetadataDescriptor, text string) (v hierarchy.Value, why string) {
	switch kind {
	case "number":
		if n := strings.Replace(text, ",", ".", 1); decimal.MatchString(n) {
			return hierarchy.ValueOf(json.RawMessage(number(n))), ""
		}
		return "", "write a number"
	case "boolean":
		switch fold(text, false) {
		case "yes", "true", "1", "on", "y", "x", "oui", "ja":
			return `"true"`, ""
		case "no", "false", "0", "off", "n", "non", "nein":
			return `"false"`, ""
		}
		return "", "write yes or no"
	case "date":
		day, err := dayOf(text)
		if err != nil {
			return "", "write the day as 2026-01-31"
		}
		return hierarchy.ValueOf(string(day)), ""
	case "list":
		choice, why := chosen(desc, text)
		return hierarchy.ValueOf(choice), why
	case "taglist":
		var tags []string
		for _, tag := range strings.Split(text, ",") {
			choice, why := chosen(desc, strings.TrimSpace(tag))
			if why != "" {
				return "", why
			}
			tags = append(tags, choice)
		}
		return hierarchy.ValueOf(strings.Join(tags, ",")), ""
	case "person":
		p, why := b.people.one(text)
		if why != "" {
			return "", why
		}
		return hierarchy.ValueOf(p.ID), ""
	case "checklist":
		return "", "a checklist cannot be given by a list"
	}
	return hierarchy.ValueOf(text), ""
}

// number writes a decimal as JSON: no plus sign and no leading zeros.
func number(s string) string {
	sign := ""
	if s[0] == '-' {
		sign = "-"
	}
	s = strings.TrimLeft(strings.TrimLeft(s, "+-"), "0")
	if s == "" || s[0] == '.' {
		s = "0" + s
	}
	return sign + s
}

func chosen(desc *hierarchy.MetadataDescriptor, text string) (choice, why string) {
	var choices []string
	if json.Unmarshal(desc.Choices, &choices) != nil || len(choices) == 0 {
		return text, ""
	}
	if slices.Contains(choices, text) {
		return text, ""
	}
	for _, c := range choices {
		if fold(c, false) == fold(text, false) {
			return c, ""
		}
	}
	return "", "the choices are " + strings.Join(choices, ", ")
}

// dayOf reads a calendar day, also of a date with a time behind it.
func dayOf(text string) (hierarchy.Day, error) {
	if len(text) > len(time.DateOnly) && (text[10] == ' ' || text[10] == 'T') {
		text = text[:10]
	}
	return hierarchy.ParseDay(text)
}
