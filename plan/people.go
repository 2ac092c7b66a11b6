package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"turnover/hierarchy"
	"turnover/internal/diag"
)

// people finds persons by id, e-mail or full name.
type people struct {
	byKey  map[string][]*hierarchy.Person
	choose func(text string, of []*hierarchy.Person) *hierarchy.Person // nil: never guessed
}

func newPeople(snap *hierarchy.Snapshot) *people {
	p := &people{byKey: map[string][]*hierarchy.Person{}}
	for _, one := range snap.Persons {
		keys := []string{strings.ToLower(string(one.ID)), fold(one.Name(), false)}
		if one.Email != nil {
			keys = append(keys, fold(*one.Email, false))
		}
		for i, k := range keys {
			if k != "" && (i == 0 || k != keys[i-1]) {
				p.byKey[k] = append(p.byKey[k], one)
			}
		}
	}
	return p
}

func (p *people) all(text string) []*hierarchy.Person { return p.byKey[fold(text, false)] }

// one gives the only person of a name; why says what is wrong.
func (p *people) one(text string) (found *hierarchy.Person, why string) {
	switch got := p.all(text); len(got) {
	case 0:
		return nil, fmt.Sprintf("nobody is called %q. Write the full name or the e-mail address", text)
	case 1:
		return got[0], ""
	default:
		if p.choose != nil {
			return p.choose(text, got), ""
		}
		var who []string
		for _, one := range got {
			if one.Email != nil {
				who = append(who, *one.Email)
			} else {
				who = append(who, string(one.ID))
			}
		}
		return nil, fmt.Sprintf("%d persons are called %q. Write the e-mail address: %s", len(got), text, strings.Join(who, ", "))
	}
}

// namesake takes the person who was made last, as Kitsu does, and says so.
func (b *builder) namesake(text string, of []*hierarchy.Person) *hierarchy.Person {
	last := slices.MaxFunc(of, func(a, b *hierarchy.Person) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	if b.once(AmbiguousPerson, text) {
		b.warn(AmbiguousPerson, diag.Place{File: b.list.Source.Name}, "%d persons are called %q; the one made last, %s, is taken. Write the e-mail address", len(of), text, last.ID)
	}
	return last
}

// author is the person id of who asked, "" where it is no person.
func (p *people) author(text string) hierarchy.ID {
	if got := p.all(text); text != "" && len(got) == 1 {
		return got[0].ID
	}
	return ""
}
