package pipeline

import (
	"context"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/importers"
)

// personColumns are the columns of a list of persons: those of Kitsu's.
var personColumns = map[string]string{
	"firstname": "first_name", "lastname": "last_name", "email": "email", "phone": "phone", "role": "role", "departments": "departments",
	"studio": "studio", "country": "country", "contracttype": "contract_type", "position": "position", "seniority": "seniority",
	"dailysalary": "daily_salary", "active": "active",
}

// personChoices are the values of a column, by what people write: Kitsu's labels
// and the values themselves, without regard to case, blanks and hyphens.
var personChoices = map[string]map[string]string{
	"role": {"studiomanager": "admin", "admin": "admin", "productionmanager": "manager", "manager": "manager", "supervisor": "supervisor",
		"artist": "user", "user": "user", "client": "client", "vendor": "vendor"},
	"contract_type": {"openended": "open-ended", "fixedterm": "fixed-term", "shortterm": "short-term", "freelance": "freelance",
		"apprentice": "apprentice", "internship": "internship"},
	"position":  {"supervisor": "supervisor", "lead": "lead", "artist": "artist"},
	"seniority": {"senior": "senior", "mid": "mid", "junior": "junior"},
	"active":    {"yes": "true", "true": "true", "1": "true", "no": "false", "false": "false", "0": "false"},
}

var countryCode = regexp.MustCompile(`^[A-Za-z]{2}$`)

// ImportPersons reads a list of persons, CSV or Excel, and writes it in one
// transaction: who is not there by their e-mail is made, others stay as they are,
// or with update get what the filled cells say. *InputError with all findings
// where anything is wrong; nothing is written then. It gives the person of each
// row.
func (p *Pipeline) ImportPersons(ctx context.Context, f importers.File, update bool) (out []*hierarchy.Person, err error) {
	sheet, err := p.readRows(ctx, f, personColumns, "First Name", "Last Name", "Email")
	if err != nil {
		return nil, err
	}
	if err := sheet.fault(); err != nil {
		return nil, err
	}
	err = p.trackShared(ctx, func(t *tracking) error {
		l := newPersonList(t, sheet, update)
		for _, r := range sheet.rows {
			t.origin.Place = sheet.place(r.line, 0).String()
			person, err := p.listedPerson(l, r)
			if err != nil {
				return err
			}
			out = append(out, person)
		}
		return sheet.fault()
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// A personList is a list of persons beside those that are there.
type personList struct {
	*tracking
	sheet                         *rowSheet
	update                        bool
	studios, departments, byEmail map[string]hierarchy.ID
	lines                         map[string]int // of the rows, by e-mail
}

func newPersonList(t *tracking, sheet *rowSheet, update bool) *personList {
	l := &personList{t, sheet, update, map[string]hierarchy.ID{}, map[string]hierarchy.ID{}, map[string]hierarchy.ID{}, map[string]int{}}
	for _, s := range t.snap.Studios {
		l.studios[s.Name] = s.ID
	}
	for _, d := range t.snap.Departments {
		l.departments[d.Name] = d.ID
	}
	for _, one := range t.snap.Persons {
		if one.Email != nil {
			l.byEmail[strings.ToLower(*one.Email)] = one.ID
		}
	}
	return l
}

// listedPerson makes or edits the person of a row; nil where it is refused, which
// the list's findings say.
func (p *Pipeline) listedPerson(l *personList, r listRow) (*hierarchy.Person, error) {
	faults := len(l.sheet.found)
	fields, departments := l.fields(r)
	if len(l.sheet.found) > faults {
		return nil, nil
	}
	email := strings.ToLower(fields["email"].Text())
	if line := l.lines[email]; line > 0 {
		l.sheet.fail(r, "email", CodeRowTwice, "person stands twice", "%q stands in line %d, too: delete one", email, line)
		return nil, nil
	}
	l.lines[email] = r.line
	before := l.person(l.byEmail[email])
	if before != nil && !l.update {
		return before, nil
	}
	after := newPerson(p.NewID(), l.origin.At)
	if before != nil {
		after = hierarchy.Clone(before)
		delete(fields, "email") // its case is theirs
		if after.Role == nil {
			after.Role = hierarchy.Ptr("user") // an archive said nothing
		}
	}
	if err := personForm.set(after, fields); err != nil {
		return nil, l.sheet.refused(r, err)
	}
	if err := l.checkPerson(after); err != nil {
		return nil, l.sheet.refused(r, err)
	}
	if before == nil {
		l.add(hierarchy.Create{Origin: l.origin, Row: after})
	} else if l.tracking.update(before, after) {
		after.UpdatedAt = l.origin.At
	}
	return after, l.inDepartments(after.ID, departments)
}

// fields reads the filled cells of a row; nil departments leave them.
func (l *personList) fields(r listRow) (Fields, []hierarchy.ID) {
	fields := Fields{"email": hierarchy.ValueOf(l.sheet.needed(r, "email", "Email"))}
	for _, column := range slices.Sorted(maps.Keys(personChoices)) {
		if text := r.text(column); text != "" {
			fields[column] = l.choice(r, column, text)
		}
	}
	for _, column := range []string{"first_name", "last_name", "phone"} {
		if text := r.text(column); text != "" {
			fields[column] = hierarchy.ValueOf(text)
		}
	}
	if text := r.text("country"); countryCode.MatchString(text) {
		fields["country"] = hierarchy.ValueOf(strings.ToUpper(text))
	} else if text != "" {
		l.sheet.fail(r, "country", CodeRowValue, "country cannot be read", "%q: write its two letters, as FR", text)
	}
	if text := r.text("daily_salary"); text != "" {
		pay, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if err != nil || !(pay >= 0) || math.IsInf(pay, 0) {
			l.sheet.fail(r, "daily_salary", CodeRowValue, "pay cannot be read", "%q: write a number, as 250", text)
			pay = 0
		}
		fields["daily_salary"] = hierarchy.ValueOf(pay)
	}
	if text := r.text("studio"); text != "" {
		fields["studio_id"] = hierarchy.ValueOf(l.named(r, "studio", text, l.studios))
	}
	var departments []hierarchy.ID
	for name := range strings.SplitSeq(r.text("departments"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			departments = append(departments, l.named(r, "departments", name, l.departments))
		}
	}
	return fields, departments
}

// choice reads a word of a column that has few; "active" is yes or no.
func (l *personList) choice(r listRow, column, text string) hierarchy.Value {
	value, known := personChoices[column][plainTitle(text)]
	if !known {
		all := slices.Sorted(maps.Keys(personChoices[column]))
		l.sheet.fail(r, column, CodeRowValue, "word is not known", "%q is no %s: %s", text, strings.ReplaceAll(column, "_", " "), strings.Join(all, ", "))
		return "null"
	}
	if column == "active" {
		return hierarchy.Value(value)
	}
	return hierarchy.ValueOf(value)
}

// named finds a studio or department by its exact name.
func (l *personList) named(r listRow, column, name string, ids map[string]hierarchy.ID) hierarchy.ID {
	if ids[name] == "" {
		l.sheet.fail(r, column, CodeRowName, "name is not there", "%q; there are: %s", name, list(slices.Sorted(maps.Keys(ids))))
	}
	return ids[name]
}
