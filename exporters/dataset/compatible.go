package dataset

import (
	"fmt"
	"slices"
	"strings"
)

// An IncompatibleError says why a snapshot must not follow the newest one of a
// destination: what reads that one would break or be misled.
type IncompatibleError struct {
	Destination string
	Snapshot    string   // the newest one there
	Differences []string // each of them, with its way out
}

func (e *IncompatibleError) Error() string {
	return fmt.Sprintf("%s: what reads the snapshot %s would not read the new one the same way; nothing was published:\n  %s", e.Destination, e.Snapshot, strings.Join(e.Differences, "\n  "))
}

// follows checks that a snapshot may follow the newest one.
func follows(to Destination, was *Manifest, m Manifest, differences func(was, now Manifest) []string) error {
	if was == nil {
		return nil
	}
	if found := differences(*was, m); len(found) > 0 {
		return &IncompatibleError{to.String(), was.ID, found}
	}
	return nil
}

// personDifferences compares how people appear: in one destination it never
// changes, or joins over snapshots fail and names appear where nobody expects them.
func personDifferences(was, now Manifest) []string {
	switch {
	case was.Persons != now.Persons:
		return []string{fmt.Sprintf("persons: %s there, %s now: publish with --persons %s, or into another folder", was.Persons, now.Persons, was.Persons)}
	case was.PersonsKey != now.PersonsKey:
		return []string{"persons: the key of the pseudonyms is another one, so that nobody keeps theirs: give the same key, or publish into another folder"}
	}
	return nil
}

// schemaDifferences lists what was taken away or changed within one schema
// version; tables, and columns at the end, may be added.
func schemaDifferences(was, now Manifest) []string {
	if was.SchemaVersion != now.SchemaVersion {
		return nil // readers are told by latest.json
	}
	var out []string
	for _, t := range was.Tables {
		i := slices.IndexFunc(now.Tables, func(n ManifestTable) bool { return n.Name == t.Name })
		if i < 0 {
			out = append(out, fmt.Sprintf("table %s: it is gone", t.Name))
			continue
		}
		out = append(out, columnDifferences(t, now.Tables[i])...)
	}
	if len(out) > 0 {
		out = append(out, fmt.Sprintf("such changes want a new schema version; both say %s. Publish into another folder, or with the turnover that wrote the snapshot", was.SchemaVersion))
	}
	return out
}

func columnDifferences(was, now ManifestTable) []string {
	var out []string
	for i, c := range was.Columns {
		at := slices.IndexFunc(now.Columns, func(n ManifestColumn) bool { return n.Name == c.Name })
		if at < 0 {
			out = append(out, fmt.Sprintf("table %s: column %s is gone", was.Name, c.Name))
			continue
		}
		n := now.Columns[at]
		if n.Type != c.Type {
			out = append(out, fmt.Sprintf("table %s: column %s is %s, it was %s", was.Name, c.Name, n.Type, c.Type))
		}
		if unitOf(n) != unitOf(c) {
			out = append(out, fmt.Sprintf("table %s: column %s counts %s, it was %s", was.Name, c.Name, unitText(n), unitText(c)))
		}
		if at != i {
			out = append(out, fmt.Sprintf("table %s: column %s is number %d, it was %d", was.Name, c.Name, at+1, i+1))
		}
	}
	return out
}

func unitOf(c ManifestColumn) string {
	if c.Unit == nil {
		return ""
	}
	return *c.Unit
}

func unitText(c ManifestColumn) string {
	if u := unitOf(c); u != "" {
		return u
	}
	return "no unit"
}
