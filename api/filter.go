package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
	"turnover/pipeline"
)

// filter makes a test of entities from the query: equality on columns, any of a
// JSON list, names without regard to case. Kitsu takes % and _ of a name for
// wildcards; here they are what they are. Other keys are ignored, as are the
// page and the limit in these lists. renamed gives the column that a key of this
// list stands for.
func (c *call) filter(renamed map[string]string) (func(*hierarchy.Entity) bool, error) {
	test, err := c.rowFilter(&hierarchy.Entity{}, renamed)
	return func(e *hierarchy.Entity) bool { return test(e) }, err
}

// rowFilter is filter for the rows of any noun; without are columns that may not
// be asked about.
func (c *call) rowFilter(noun hierarchy.Noun, renamed map[string]string, without ...string) (func(hierarchy.Noun) bool, error) {
	var tests []func(hierarchy.Noun) bool
	for _, f := range hierarchy.FieldsOfNoun(noun) {
		for _, key := range append([]string{f.JSON}, renamedTo(renamed, f.JSON)...) {
			value, there := c.query[key]
			if f.JSON == "" || !there || slices.Contains(without, f.JSON) {
				continue
			}
			test, err := columnTest(f, key, value[0])
			if err != nil {
				return nil, err
			}
			tests = append(tests, test)
		}
	}
	return func(n hierarchy.Noun) bool {
		return !slices.ContainsFunc(tests, func(test func(hierarchy.Noun) bool) bool { return !test(n) })
	}, nil
}

func renamedTo(renamed map[string]string, column string) (keys []string) {
	for key, to := range renamed {
		if to == column {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func columnTest(f hierarchy.FieldInfo, key, text string) (func(hierarchy.Noun) bool, error) {
	wanted := []string{text}
	if strings.HasPrefix(text, "[") {
		var listed []any
		if json.Unmarshal([]byte(text), &listed) != nil {
			return nil, badParameter("Invalid list for %s", key)
		}
		wanted = wanted[:0]
		for _, one := range listed {
			wanted = append(wanted, fmt.Sprint(one))
		}
	}
	for i, one := range wanted {
		canonical, err := canonicalText(f, key, one)
		if err != nil {
			return nil, err
		}
		wanted[i] = canonical
	}
	return func(n hierarchy.Noun) bool {
		is, _ := hierarchy.Get(n, f.Name) // the field is one of its own
		for _, one := range wanted {
			if is.Text() == one || key == "name" && strings.EqualFold(is.Text(), one) {
				return true
			}
		}
		return false
	}, nil
}

// canonicalText writes a query's value as the column's would be.
func canonicalText(f hierarchy.FieldInfo, key, text string) (string, error) {
	if text == "None" || text == "null" {
		return "", nil
	}
	switch reflect.Zero(f.Type).Interface().(type) {
	case hierarchy.ID:
		id, isID := canonicalID(text)
		if !isID {
			return "", badParameter("Invalid UUID format for %s: %s", key, text)
		}
		return string(id), nil
	case bool, *bool:
		switch text {
		case "True", "true", "1":
			return "true", nil
		case "False", "false", "0":
			return "false", nil
		}
		return "", badParameter("Invalid boolean for %s: %s", key, text)
	case int64, *int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return "", badParameter("Invalid number for %s: %s", key, text)
		}
		return strconv.FormatInt(n, 10), nil
	}
	return text, nil
}

// productions are those that a list is about: the one of the query, or all.
func (c *call) productions() ([]*pipeline.View, error) {
	if c.view != nil {
		return []*pipeline.View{c.view}, nil
	}
	if c.none {
		return nil, nil
	}
	all, err := c.pipe.Projects(c.ctx())
	if err != nil {
		return nil, err
	}
	var out []*pipeline.View
	for _, p := range all {
		v, err := c.server.views.Project(c.ctx(), p.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
