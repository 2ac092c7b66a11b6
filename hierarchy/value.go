package hierarchy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// An ID is an entity's UUID; "" is none and is written null.
type ID string

// MarshalJSON writes "" as null.
func (i ID) MarshalJSON() ([]byte, error) {
	if i == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(i))
}

// A Time is an instant in UTC with microseconds; the zero Time is null. It is
// written as Kitsu writes it: without zone, the fraction only where there is one.
type Time struct{ time.Time }

const timeLayout = "2006-01-02T15:04:05.999999"

// At makes a Time of any instant.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Microsecond)} }

func (t Time) String() string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

// Append writes String behind b.
func (t Time) Append(b []byte) []byte {
	if t.IsZero() {
		return b
	}
	return t.UTC().AppendFormat(b, timeLayout)
}

// MarshalJSON writes the zone-less form; null for the zero Time.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + t.String() + `"`), nil
}

// UnmarshalJSON reads the zone-less form, and RFC 3339 with a zone.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil {
		*t = Time{}
		return nil
	}
	got, err := ParseTime(*s)
	*t = got
	return err
}

// ParseTime reads the zone-less UTC form of archives, or RFC 3339.
func ParseTime(s string) (Time, error) {
	// The same form with UTC's mark is what package time reads quickest.
	if got, err := time.Parse(time.RFC3339, s+"Z"); err == nil {
		return At(got), nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", time.RFC3339Nano} {
		if got, err := time.Parse(layout, s); err == nil {
			return At(got), nil
		}
	}
	return Time{}, fmt.Errorf("read time %q: not like 2026-01-31T12:00:00", s)
}

// A Day is a calendar day "2006-01-02" in no zone; "" is none and is written
// null. Days compare as text.
type Day string

// MarshalJSON writes "" as null.
func (d Day) MarshalJSON() ([]byte, error) { return ID(d).MarshalJSON() }

// UnmarshalJSON refuses what is no day.
func (d *Day) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil {
		*d = ""
		return nil
	}
	got, err := ParseDay(*s)
	*d = got
	return err
}

// ParseDay reads YYYY-MM-DD.
func ParseDay(s string) (Day, error) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return "", fmt.Errorf("read day %q: not like 2026-01-31", s)
	}
	return Day(s), nil
}

// Time gives midnight UTC of the day.
func (d Day) Time() time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t
}

// DayOf gives the calendar day of an instant in a zone.
func DayOf(t time.Time, zone *time.Location) Day { return Day(t.In(zone).Format(time.DateOnly)) }

// Data is a free JSON document, kept byte for byte; nil is null.
type Data json.RawMessage

// MarshalJSON gives the document as it was read.
func (d Data) MarshalJSON() ([]byte, error) {
	if len(d) == 0 {
		return []byte("null"), nil
	}
	return d, nil
}

// UnmarshalJSON keeps the bytes; null becomes nil.
func (d *Data) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*d = nil
		return nil
	}
	*d = append(Data(nil), b...)
	return nil
}

// Get reads one key of an object; "" where it is absent.
func (d Data) Get(key string) Value {
	var m map[string]json.RawMessage
	if json.Unmarshal(d, &m) != nil || m[key] == nil {
		return ""
	}
	return ValueOf(m[key])
}

// Keys lists the object's keys in the order in which they stand.
func (d Data) Keys() []string {
	dec := json.NewDecoder(bytes.NewReader(d))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	var keys []string
	for dec.More() {
		k, err := dec.Token()
		if err != nil {
			return keys
		}
		keys = append(keys, k.(string))
		var skip json.RawMessage
		if dec.Decode(&skip) != nil {
			return keys
		}
	}
	return keys
}

// With sets a key, keeping the order of the others; a null or "" value removes it.
func (d Data) With(key string, v Value) Data { return d.put(key, v, v == "" || v == "null") }

// Merge sets every key of another object. One that is null there is null then,
// since free data is kept as it is sent.
func (d Data) Merge(sent Data) Data {
	for _, key := range sent.Keys() {
		v := sent.Get(key)
		if v == "" {
			v = "null"
		}
		d = d.put(key, v, false)
	}
	return d
}

func (d Data) put(key string, v Value, remove bool) Data {
	key = string([]rune(key)) // JSON knows no other than UTF-8; so are its keys read
	var m map[string]json.RawMessage
	var keys []string
	if json.Unmarshal(d, &m) == nil && m != nil {
		keys = d.Keys()
	} else {
		m = map[string]json.RawMessage{} // what is no object is replaced by one
	}
	if _, ok := m[key]; !ok {
		keys = append(keys, key)
	}
	m[key] = json.RawMessage(v)
	var o object
	seen := map[string]bool{}
	for _, k := range keys {
		if seen[k] || k == key && remove {
			continue
		}
		seen[k] = true
		o.add(k, m[k])
	}
	return o.data()
}

// NewData writes a document at once, as With would key by key. The keys differ
// and are UTF-8.
func NewData(keys []string, values []Value) Data {
	var o object
	for i, key := range keys {
		if v := values[i]; v != "" && v != "null" {
			o.add(key, []byte(v))
		}
	}
	return o.data()
}

// An object is a document while it is written.
type object struct{ b []byte }

func (o *object) add(key string, value []byte) {
	before := byte(',')
	if len(o.b) == 0 {
		before = '{'
	}
	o.b = append(o.b, before)
	if unescaped(key) {
		o.b = append(append(append(o.b, '"'), key...), '"')
	} else {
		name, _ := json.Marshal(key) // strings always can
		o.b = append(o.b, name...)
	}
	o.b = append(append(o.b, ':'), value...)
}

func (o *object) data() Data {
	if len(o.b) == 0 {
		return Data("{}")
	}
	return Data(append(o.b, '}'))
}

// A Value is one field's value as compact JSON: `null`, `"SH010"`, `48`. ""
// means that the field (a key of a data document) is absent.
type Value string

// ValueOf writes any value in compact form; HTML characters are not escaped.
func ValueOf(v any) Value {
	if quick, ok := quickValue(v); ok {
		return quick
	}
	if raw, ok := v.(json.RawMessage); ok {
		var b bytes.Buffer
		if json.Compact(&b, raw) == nil {
			return Value(b.String())
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "null"
	}
	return Value(bytes.TrimSpace(b.Bytes()))
}

// Text gives the value for people: strings without quotes, "" for null and absent.
func (v Value) Text() string {
	var s string
	if v == "" || v == "null" {
		return ""
	}
	if plain, ok := v.plain(); ok {
		return plain
	}
	if json.Unmarshal([]byte(v), &s) == nil {
		return s
	}
	return string(v)
}

// quickValue writes what most fields hold without the encoder's way through
// reflection; ok is false for anything that needs it.
func quickValue(v any) (quick Value, ok bool) {
	switch v := v.(type) {
	case nil:
		return "null", true
	case bool:
		return Value(strconv.FormatBool(v)), true
	case int64:
		return Value(strconv.FormatInt(v, 10)), true
	case *int64:
		if v == nil {
			return "null", true
		}
		return Value(strconv.FormatInt(*v, 10)), true
	case string:
		return quoted(v)
	case *string:
		if v == nil {
			return "null", true
		}
		return quoted(*v)
	case ID:
		if v == "" {
			return "null", true
		}
		return quoted(string(v))
	}
	return "", false
}

// quoted writes a text of which JSON escapes no character.
func quoted(s string) (Value, bool) {
	if !unescaped(s) {
		return "", false
	}
	return Value(`"` + s + `"`), true
}

// plain reads such a text back without copying it.
func (v Value) plain() (string, bool) {
	if len(v) < 2 || v[0] != '"' || v[len(v)-1] != '"' || !unescaped(string(v[1:len(v)-1])) {
		return "", false
	}
	return string(v[1 : len(v)-1]), true
}

// number reads a count without the decoder; ok is false for any other value.
func (v Value) number() (n int64, ok bool) {
	if v == "" || len(v) > 1 && v[0] == '0' || len(v) > 18 {
		return 0, false
	}
	for i := range len(v) {
		if v[i] < '0' || v[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(v[i]-'0')
	}
	return n, true
}

// unescaped tells a text that stands in JSON as it is, HTML characters escaped
// or not: ASCII that is printed and means nothing there.
func unescaped(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c > '~', c == '"', c == '\\', c == '<', c == '>', c == '&':
			return false
		}
	}
	return true
}

// MarshalJSON embeds the value as it is; absent is null.
func (v Value) MarshalJSON() ([]byte, error) {
	if v == "" {
		return []byte("null"), nil
	}
	return []byte(v), nil
}

// UnmarshalJSON keeps the compact form.
func (v *Value) UnmarshalJSON(b []byte) error {
	*v = ValueOf(json.RawMessage(b))
	return nil
}

// Ptr gives a pointer to a copy, for nullable fields.
func Ptr[T any](v T) *T { return &v }
