package api

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"turnover/hierarchy"
)

// A collection is a list of rows as Kitsu's generic routes answer it: narrowed
// by columns, with some fields only, page by page. Without a page it is a bare
// array.
type collection[N hierarchy.Noun] struct {
	rows   []N
	object func(N) object
	// related adds what ?relations asks for; nil adds nothing.
	related func(*object, N)
	// hidden are columns that the caller may not ask about.
	hidden []string
}

// mostPage is how many rows one page may have; pageRows is how many it has where
// nothing is said.
const (
	mostPage = 10_000
	pageRows = 100
)

func (l collection[N]) answer(c *call) (answer, error) {
	var noun N // its type alone is asked
	match, err := c.rowFilter(noun, nil, l.hidden...)
	if err != nil {
		return answer{}, err
	}
	relations, err := c.flag("relations")
	if err != nil {
		return answer{}, err
	}
	rows := slices.DeleteFunc(slices.Clone(l.rows), func(n N) bool { return !match(n) })
	write := func(n N) object {
		o := l.object(n)
		if relations && l.related != nil {
			l.related(&o, n)
		}
		return only(o, c.query.Get("fields"))
	}
	if c.query.Has("page") {
		return c.pageOf(len(rows), func() { sortLatest(rows) }, func(i int) object { return write(rows[i]) })
	}
	return ok(list(func(yield func(object) bool) {
		for _, n := range rows {
			if !yield(write(n)) {
				return
			}
		}
	}))
}

// pageOf answers one page of n rows: the last changed first.
func (c *call) pageOf(n int, sort func(), at func(int) object) (answer, error) {
	page, err := c.count("page", 1)
	if err != nil {
		return answer{}, err
	}
	limit, err := c.count("limit", pageRows)
	if err != nil {
		return answer{}, err
	}
	limit = min(max(limit, 1), mostPage)
	sort()
	data := []object{}
	offset := 0
	if page >= 1 {
		offset = min((page-1)*limit, n)
		for i := offset; i < min(offset+limit, n); i++ {
			data = append(data, at(i))
		}
	}
	var o object
	o.set("data", data)
	o.set("total", int64(n))
	o.set("nb_pages", int64((n+limit-1)/limit))
	o.set("limit", int64(limit))
	o.set("offset", int64(offset))
	o.set("page", int64(page))
	return ok(o)
}

// count reads a number of the query; usual where it is absent.
func (c *call) count(name string, usual int) (int, error) {
	text := c.query.Get(name)
	if text == "" {
		return usual, nil
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		return 0, badParameter("Invalid number for %s: %s", name, text)
	}
	return int(min(n, 1_000_000)), nil
}

// sortLatest brings rows into the order of pages: the last changed first.
func sortLatest[N hierarchy.Noun](rows []N) {
	stamps := make(map[string]hierarchy.Stamps, len(rows))
	for _, n := range rows {
		if field := reflect.ValueOf(n).Elem().FieldByName("Stamps"); field.IsValid() { // links have none
			stamps[n.Key()] = field.Interface().(hierarchy.Stamps)
		}
	}
	slices.SortStableFunc(rows, func(a, b N) int {
		x, y := stamps[a.Key()], stamps[b.Key()]
		return cmp.Or(y.UpdatedAt.Compare(x.UpdatedAt.Time), y.CreatedAt.Compare(x.CreatedAt.Time), strings.Compare(a.Key(), b.Key()))
	})
}

// only leaves the fields of a comma list, with id and type; "" leaves all.
func only(o object, fields string) object {
	if fields == "" {
		return o
	}
	wanted := append(strings.Split(fields, ","), "id", "type")
	var out object
	for rest := o.bytes()[1:]; len(rest) > 1; { // behind a brace or a comma, before a key
		key := textEnd(rest)
		value := valueEnd(rest[key+1:])
		if name := string(rest[1 : key-1]); slices.Contains(wanted, name) {
			out.set(name, json.RawMessage(rest[key+1:key+1+value]))
		}
		rest = rest[key+1+value+1:]
	}
	return out
}

// textEnd is the length of the text that JSON of our own begins with.
func textEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// valueEnd is the length of the value that stands in an object of our own, up to
// the comma or brace behind it.
func valueEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i += textEnd(b[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}

// sentFields are a body's values as they were sent.
func sentFields(sent map[string]json.RawMessage) map[string]hierarchy.Value {
	out := map[string]hierarchy.Value{}
	for name, raw := range sent {
		value := hierarchy.ValueOf(raw)
		if strings.HasSuffix(name, "_id") && (value == `""` || value == `"null"`) {
			value = "null" // Kitsu's clients clear a link so
		}
		out[name] = value
	}
	return out
}

// sentIDs reads a list of ids in a body; nil where it is absent or null.
func sentIDs(sent map[string]json.RawMessage, name string) ([]hierarchy.ID, error) {
	raw, there := sent[name]
	if !there || string(raw) == "null" {
		return nil, nil
	}
	var texts []string
	if json.Unmarshal(raw, &texts) != nil {
		return nil, invalid(fieldError{name, "Input should be a valid list"})
	}
	ids := []hierarchy.ID{}
	for _, text := range texts {
		id, isID := canonicalID(text)
		if !isID {
			return nil, invalid(fieldError{name, "Input should be a valid UUID"})
		}
		ids = append(ids, id)
	}
	return ids, nil
}
