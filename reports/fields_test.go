package reports

import (
	"slices"
	"testing"

	"turnover/hierarchy"
)

// What is asked for is there: a name that is wrong would read nothing.
func TestFieldsAreThere(t *testing.T) {
	nouns := map[string]hierarchy.Noun{}
	for _, n := range []hierarchy.Noun{&hierarchy.Task{}, &hierarchy.TimeSpent{}, &hierarchy.Comment{}, &hierarchy.PreviewFile{}} {
		nouns[n.Table()] = n
	}
	for _, fields := range []hierarchy.Fields{allFields, sumFields, talkFields, standingFields} {
		for table, names := range fields {
			if nouns[table] == nil {
				t.Errorf("no stream of %q", table)
				continue
			}
			for _, name := range names {
				if !slices.ContainsFunc(hierarchy.FieldsOfNoun(nouns[table]), func(f hierarchy.FieldInfo) bool { return f.Name == name }) {
					t.Errorf("%s has no %q", table, name)
				}
			}
		}
	}
}
