package pipeline

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"turnover/hierarchy"
)

// Fields are what a request sets of a row, by the names of Kitsu's API.
type Fields map[string]hierarchy.Value

// A form says which fields of a noun requests may set, and how long its texts
// may be; 0 is without bound. What is not in it is ignored: clients send whole
// rows back.
type form map[string]int

// bareDay is a day where an instant is kept; clients send either.
var bareDay = regexp.MustCompile(`^"\d{4}-\d{2}-\d{2}"$`)

// set writes the fields that the form has into a row. Data is merged key by key.
func (f form) set(n hierarchy.Noun, fields Fields) error {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		most, may := f[name]
		if !may {
			continue
		}
		value := fields[name]
		if err := checkText(name, value, most); err != nil {
			return err
		}
		if name == "data" {
			merged, err := mergedData(n, value)
			if err != nil {
				return err
			}
			value = merged
		}
		if strings.HasSuffix(name, "_date") && bareDay.MatchString(string(value)) {
			if was, err := hierarchy.Get(n, name); err == nil && n.Table() == "tasks" {
				value = dayAsInstant(value, was)
			}
		}
		if err := hierarchy.Set(n, name, value); err != nil {
			return usage("the field %q cannot be %.100s", name, value)
		}
	}
	return nil
}

func checkText(name string, value hierarchy.Value, most int) error {
	if !strings.HasPrefix(string(value), `"`) {
		return nil
	}
	switch text := value.Text(); {
	case most > 0 && utf8.RuneCountInString(text) > most:
		return usage("the field %q has at most %d characters", name, most)
	case strings.ContainsRune(text, 0):
		return usage("the field %q has no NUL character", name)
	}
	return nil
}

// dayAsInstant is midnight of a day, or what stands there if it is that day.
func dayAsInstant(day, was hierarchy.Value) hierarchy.Value {
	if strings.HasPrefix(was.Text(), day.Text()) {
		return was
	}
	return hierarchy.ValueOf(day.Text() + "T00:00:00")
}

func mergedData(n hierarchy.Noun, sent hierarchy.Value) (hierarchy.Value, error) {
	now, err := hierarchy.Get(n, "data")
	if err != nil || sent == "null" || sent == "" {
		return now, err // null leaves it
	}
	if sent[0] != '{' {
		return "", usage("the field \"data\" is an object")
	}
	data := hierarchy.Data(now)
	if now == "null" {
		data = nil
	}
	data = data.Merge(hierarchy.Data(sent))
	if len(data) == 0 {
		data = hierarchy.Data(sent)
	}
	return hierarchy.Value(data), nil
}

// update adds the difference between two states of a row; none where there is
// none.
func (t *tracking) update(before, after hierarchy.Noun) bool {
	fields := hierarchy.Diff(before, after)
	if len(fields) == 0 {
		return false
	}
	t.add(hierarchy.Update{Origin: t.origin, Ref: hierarchy.RefOf(before), Fields: fields})
	return true
}
