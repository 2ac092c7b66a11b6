package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// answers compares what contestants answered to one request with the first of
// them, which is turnover's.
type answers struct {
	first any
	csv   bool
}

// result is the same text for the same answers; else it says where they differ.
func (a *answers) result(body []byte) (string, error) {
	parse := parsedJSON
	if a.csv {
		parse = parsedCSV
	}
	answer, err := parse(body)
	if err != nil {
		return "", fmt.Errorf("%w: %.100q", err, body)
	}
	if a.first == nil {
		a.first = answer
	}
	if where := differs("", a.first, answer); where != "" {
		return where, nil
	}
	return fmt.Sprintf("%s values", count(leaves(a.first))), nil
}

func parsedJSON(body []byte) (answer any, err error) {
	err = json.Unmarshal(body, &answer)
	return unordered(answer), err
}

// parsedCSV gives the rows, below their header, sorted. Cells are parted by
// semicolons or commas, whichever the header has more of.
func parsedCSV(body []byte) (any, error) {
	in := csv.NewReader(bytes.NewReader(body))
	header, _, _ := bytes.Cut(body, []byte("\n"))
	if bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		in.Comma = ';'
	}
	rows, err := in.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, fmt.Errorf("a header is wanted: %w", err)
	}
	lines := make([]any, 0, len(rows))
	for _, row := range rows[1:] {
		lines = append(lines, strings.Join(row, "\t"))
	}
	return map[string]any{"header": strings.Join(rows[0], "\t"), "rows": unordered(lines)}, nil
}

// unordered sorts lists of objects by id, and lists of texts: no order of them
// is promised.
func unordered(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, one := range v {
			v[key] = unordered(one)
		}
	case []any:
		for i, one := range v {
			v[i] = unordered(one)
		}
		slices.SortStableFunc(v, func(a, b any) int { return strings.Compare(sortKey(a), sortKey(b)) })
	}
	return v
}

func sortKey(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		return fmt.Sprint(v["id"])
	}
	return ""
}

// differs says where two answers differ, "" where nowhere. Numbers may by a
// millionth: floats are added up in the order of rows. Kitsu rounds counts and
// weights to hundredths, and may do so at another place; and its lists write {}
// where a row has no data.
func differs(at string, ours, theirs any) string {
	if empty(ours) && empty(theirs) {
		return ""
	}
	switch o := ours.(type) {
	case map[string]any:
		t, ok := theirs.(map[string]any)
		if !ok {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(o)) {
			if where := differs(at+"."+key, o[key], there(t, key)); where != "" {
				return where
			}
		}
		for _, key := range slices.Sorted(maps.Keys(t)) {
			if _, has := o[key]; !has {
				return differs(at+"."+key, absent{}, t[key])
			}
		}
		return ""
	case []any:
		t, ok := theirs.([]any)
		if !ok || len(o) != len(t) {
			break
		}
		for i := range o {
			if where := differs(fmt.Sprintf("%s[%d]", at, i), o[i], t[i]); where != "" {
				return where
			}
		}
		return ""
	case float64:
		if t, ok := theirs.(float64); ok && math.Abs(o-t) <= tolerance(at) {
			return ""
		}
	default:
		if ours == theirs {
			return ""
		}
	}
	return fmt.Sprintf("at %s: turnover %s, here %s", strings.TrimPrefix(at, "."), brief(ours), brief(theirs))
}

// empty is null or an object without keys.
func empty(v any) bool {
	m, object := v.(map[string]any)
	return v == nil || object && len(m) == 0
}

// tolerance is how far numbers at a place may be apart.
func tolerance(at string) float64 {
	if strings.HasSuffix(at, ".weight") || strings.Contains(at, ".count") {
		return 0.01 + 1e-9
	}
	return 1e-6
}

// absent stands for what an object does not have.
type absent struct{}

func there(m map[string]any, key string) any {
	if v, ok := m[key]; ok {
		return v
	}
	return absent{}
}

func brief(v any) string {
	switch v := v.(type) {
	case absent:
		return "nothing"
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	case map[string]any:
		return fmt.Sprintf("an object of %d", len(v))
	case float64: // as people write it
		return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.6f", v), "0"), ".")
	}
	return fmt.Sprintf("%.60q", fmt.Sprint(v))
}

// leaves counts the values of an answer.
func leaves(v any) (n int) {
	switch v := v.(type) {
	case map[string]any:
		for _, one := range v {
			n += leaves(one)
		}
		return n
	case []any:
		for _, one := range v {
			n += leaves(one)
		}
		return n
	}
	return 1
}
