package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"time"

	"turnover/hierarchy"
)

// An object is a JSON object that is written as it is built: lists of tens of
// thousands are made of them without a map or a struct for each shape. It may be
// written behind others in one buffer, from start on.
type object struct {
	b     []byte
	start int
}

// A sink takes the fields of an object one by one: an object with their keys, a
// row without.
type sink interface{ set(key string, value any) }

// A row is a list of the values alone, for the compact form of long lists.
type row struct {
	b     []byte
	start int
}

func (r *row) set(_ string, value any) {
	r.next()
	r.b = appendValue(r.b, value)
}

func (r *row) next() {
	if len(r.b) == r.start {
		r.b = append(r.b, '[')
	} else {
		r.b = append(r.b, ',')
	}
}

// names takes the keys alone.
type names []string

func (n *names) set(key string, _ any) { *n = append(*n, key) }

// set adds a key. The caller sees to it that no key comes twice.
func (o *object) set(key string, value any) {
	o.key(key)
	o.b = appendValue(o.b, value)
}

func (o *object) key(key string) {
	if len(o.b) == o.start {
		o.b = append(o.b, '{', '"')
	} else {
		o.b = append(o.b, ',', '"')
	}
	o.b = append(o.b, key...) // keys are plain ASCII
	o.b = append(o.b, '"', ':')
}

// fields adds the stored fields of a row as Kitsu writes them.
func (o *object) fields(n hierarchy.Noun, without ...string) {
	row := reflect.ValueOf(n).Elem()
	for _, f := range hierarchy.FieldsOfNoun(n) {
		if f.JSON == "" || has(without, f.JSON) {
			continue
		}
		o.set(f.JSON, row.FieldByIndex(f.Index).Interface())
	}
}

// MarshalJSON gives the object.
func (o object) MarshalJSON() ([]byte, error) { return o.bytes(), nil }

func (o object) bytes() []byte {
	if len(o.b) == 0 {
		return []byte("{}")
	}
	return append(o.b, '}')
}

// wireTime is how Kitsu writes an instant: UTC without zone and fraction.
const wireTime = "2006-01-02T15:04:05"

func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendText(b, v)
	case hierarchy.ID:
		if v == "" {
			return append(b, "null"...)
		}
		return appendText(b, string(v))
	case hierarchy.Time:
		if v.IsZero() {
			return append(b, "null"...)
		}
		return v.UTC().Truncate(time.Second).AppendFormat(b, `"`+wireTime+`"`)
	case hierarchy.Data:
		if len(v) == 0 {
			return append(b, "null"...)
		}
		return append(b, v...)
	case bool:
		return strconv.AppendBool(b, v)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case *string:
		if v == nil {
			return append(b, "null"...)
		}
		return appendText(b, *v)
	case *int64:
		if v == nil {
			return append(b, "null"...)
		}
		return strconv.AppendInt(b, *v, 10)
	case []object:
		b = append(b, '[')
		for i, o := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, o.bytes()...)
		}
		return append(b, ']')
	case json.RawMessage:
		if len(v) == 0 {
			return append(b, "null"...)
		}
		return append(b, v...)
	case []hierarchy.ID:
		b = append(b, '[')
		for i, id := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, id)
		}
		return append(b, ']')
	case object:
		return append(b, v.bytes()...)
	case float64:
		return appendNumber(b, v)
	}
	return append(b, encode(value)...)
}

// appendText writes a text; one of plain ASCII, which most are, without detour.
func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return append(b, encode(s)...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// encode writes any value as JSON, HTML characters as they are.
func encode(value any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return []byte("null") // a document that is no JSON; it came from no request
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func has(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// appendNumber writes a number as Python does, with a point.
func appendNumber(b []byte, f float64) []byte {
	b = strconv.AppendFloat(b, f, 'f', -1, 64)
	if f == float64(int64(f)) {
		b = append(b, ".0"...)
	}
	return b
}

// keysOf reads some keys of a document at once; nil where one is absent.
func keysOf(d hierarchy.Data, keys ...string) []json.RawMessage {
	out := make([]json.RawMessage, len(keys))
	if len(d) == 0 {
		return out
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(d, &m) != nil {
		return out // it is no object
	}
	for i, key := range keys {
		out[i] = m[key]
	}
	return out
}
