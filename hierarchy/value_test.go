package hierarchy

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"
)

func TestDataWith(t *testing.T) {
	for _, c := range []struct {
		data  Data
		key   string
		value Value
		want  string
	}{
		{nil, "a", "1", `{"a":1}`},
		{Data(`{}`), "a", `"x"`, `{"a":"x"}`},
		{Data(`{"b":2,"a":1}`), "b", "3", `{"b":3,"a":1}`},
		{Data(`{"b":2,"a":1}`), "c", "[1,2]", `{"b":2,"a":1,"c":[1,2]}`},
		{Data(`{"b":2,"a":1}`), "b", "", `{"a":1}`},
		{Data(`{"b":2,"a":1}`), "b", "null", `{"a":1}`},
		{Data(`{"b":2}`), "a", "null", `{"b":2}`},
		{Data(`{"a":1,"b":2,"a":3}`), "b", "4", `{"a":3,"b":4}`}, // twice: the last counts
		{Data(`{"a":{"x":[1, 2]}}`), "b", "1", `{"a":{"x":[1, 2]},"b":1}`},
		{Data(`[1,2]`), "a", "1", `{"a":1}`},
		{Data(`{"a":1} {`), "b", "1", `{"b":1}`},
		{Data(`{"1001":1}`), "q\"<", "1", "{\"1001\":1,\"q\\\"\\u003c\":1}"},
	} {
		before := string(c.data)
		if got := c.data.With(c.key, c.value); string(got) != c.want {
			t.Errorf("%s with %s %s is %s, want %s", c.data, c.key, c.value, got, c.want)
		}
		if string(c.data) != before {
			t.Errorf("%s was changed in place", before)
		}
	}
}

func TestNewData(t *testing.T) {
	keys := []string{"frame_in", "gone", "a<\"", "é", "empty", "list"}
	values := []Value{"1001", "null", `"x"`, "2", "", "[1,2]"}
	for n := range len(keys) + 1 {
		want := Data("{}")
		for i := range n {
			want = want.With(keys[i], values[i])
		}
		if got := NewData(keys[:n], values[:n]); string(got) != string(want) {
			t.Errorf("%d keys make %s, want %s", n, got, want)
		}
	}
}

func TestCountsAreReadAsJSON(t *testing.T) {
	for _, v := range []Value{"0", "48", "-7", "007", "+5", "1.0", "1e3", "4 8", `"48"`, "9223372036854775807", "9223372036854775808", "999999999999999999", "null", ""} {
		e := &Entity{NbFrames: Ptr(int64(1))}
		err := Set(e, "nb_frames", v)
		var want *int64
		var wantErr error
		if v != "" {
			wantErr = json.Unmarshal([]byte(v), &want)
		}
		switch {
		case (err == nil) != (wantErr == nil):
			t.Errorf("%s: %v, JSON says %v", v, err, wantErr)
		case err == nil && ValueOf(e.NbFrames) != ValueOf(want):
			t.Errorf("%s is read as %s, want %s", v, ValueOf(e.NbFrames), ValueOf(want))
		}
	}
}

func TestDataReads(t *testing.T) {
	d := Data(`{"frame_in": "101", "n": 1.50, "o": {"a": [1, "<b>"]}, "z": null}`)
	for key, want := range map[string]Value{"frame_in": `"101"`, "n": "1.50", "o": `{"a":[1,"<b>"]}`, "z": "null", "none": ""} {
		if got := d.Get(key); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	if got := d.Keys(); !slices.Equal(got, []string{"frame_in", "n", "o", "z"}) {
		t.Errorf("keys %q", got)
	}
	for _, bad := range []Data{nil, Data(`[]`), Data(`7`), Data(`{"a":`), Data(`{`)} {
		if got := bad.Get("a"); got != "" {
			t.Errorf("%q has %q", bad, got)
		}
		_ = bad.Keys() // what is cut off has the keys before, but never panics
	}
	var back Data
	if err := json.Unmarshal([]byte(` {"b": 1,  "a":2} `), &back); err != nil || string(back) != `{"b": 1,  "a":2}` {
		t.Errorf("kept as %s: %v", back, err)
	}
	if err := json.Unmarshal([]byte(`null`), &back); err != nil || back != nil {
		t.Errorf("null is kept as %q: %v", back, err)
	}
}

func FuzzDataWith(f *testing.F) {
	f.Add([]byte(`{"b":2,"a":{"c":[]}}`), "a", []byte(`{"x":1}`))
	f.Add([]byte(`{"a":1,"a":2}`), "b", []byte(`null`))
	f.Add([]byte(`{"a":1}}`), "<", []byte(`"\u2028"`))
	f.Add([]byte(``), "\xff", []byte(`7`))
	f.Add([]byte("{\"\xef\":0}"), "\xff", []byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte, key string, value []byte) {
		if !json.Valid(value) {
			value = []byte("1")
		}
		v := ValueOf(json.RawMessage(value))
		d := Data(data)
		got := d.With(key, v)
		if !json.Valid(got) {
			t.Fatalf("%q with %q %s is no JSON: %s", data, key, v, got)
		}
		if clean, _ := json.Marshal(key); json.Valid(clean) {
			var name string
			if json.Unmarshal(clean, &name) != nil {
				t.Fatal("a key cannot be read back")
			}
			if have := got.Get(name); have.OrNull() != v.OrNull() {
				t.Fatalf("%q with %q %s has %s there: %s", data, key, v, have, got)
			}
			key = name
		}
		if !json.Valid(data) {
			return
		}
		for _, k := range d.Keys() {
			if k != key && d.Get(k) != got.Get(k) {
				t.Fatalf("%q: %q was %s and is %s", data, k, d.Get(k), got.Get(k))
			}
		}
	})
}

func TestTime(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"2026-01-31T12:00:00":              "2026-01-31T12:00:00",
		"2026-01-31T12:00:00.5":            "2026-01-31T12:00:00.5",
		"2026-01-31T12:00:00.123456":       "2026-01-31T12:00:00.123456",
		"2026-01-31T12:00:00.123456789":    "2026-01-31T12:00:00.123456",
		"2026-01-31T12:00:00Z":             "2026-01-31T12:00:00",
		"2026-01-31T00:30:00+01:00":        "2026-01-30T23:30:00",
		"2026-01-31T00:30:00.250000+01:00": "2026-01-30T23:30:00.25",
	} {
		got, err := ParseTime(in)
		if err != nil || got.String() != want {
			t.Errorf("%s is %s (%v), want %s", in, got, err, want)
		}
		if again, err := ParseTime(got.String()); err != nil || again != got {
			t.Errorf("%s read back is %s (%v)", got, again, err)
		}
	}
	for _, bad := range []string{"", "2026-01-31", "2026-02-30T00:00:00", "2026-01-31 12:00:00", "now"} {
		if got, err := ParseTime(bad); err == nil {
			t.Errorf("%q was read as %s", bad, got)
		}
	}
	var zero Time
	if b, err := json.Marshal(zero); err != nil || string(b) != "null" || zero.String() != "" {
		t.Errorf("the zero time is %s (%v)", b, err)
	}
	back := At(time.Now())
	if err := json.Unmarshal([]byte("null"), &back); err != nil || !back.IsZero() {
		t.Errorf("null is %s (%v)", back, err)
	}
	if err := json.Unmarshal([]byte("5"), &back); err == nil {
		t.Error("a number was read as a time")
	}
	if got := At(time.Date(2026, 1, 1, 0, 30, 0, 1999, paris)); got.String() != "2025-12-31T23:30:00.000001" {
		t.Errorf("local time is %s", got)
	}
}

func TestDay(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	late := time.Date(2026, 1, 31, 23, 30, 0, 0, time.UTC)
	if got := DayOf(late, paris); got != "2026-02-01" {
		t.Errorf("in Paris it is %s", got)
	}
	if got := Day("2026-02-01").Time(); !got.Equal(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("midnight is %s", got)
	}
	for _, bad := range []string{"", "2026-2-1", "2026-02-30", "01.02.2026", "2026-02-01T00:00:00"} {
		if got, err := ParseDay(bad); err == nil {
			t.Errorf("%q was read as %s", bad, got)
		}
	}
	var d Day
	for in, want := range map[string]Day{`"2026-02-01"`: "2026-02-01", "null": ""} {
		if err := json.Unmarshal([]byte(in), &d); err != nil || d != want {
			t.Errorf("%s is %q (%v)", in, d, err)
		}
	}
	for _, bad := range []string{`"soon"`, `""`, `5`} {
		if json.Unmarshal([]byte(bad), &d) == nil {
			t.Errorf("%s was read as %q", bad, d)
		}
	}
	if b, err := json.Marshal(struct {
		A Day
		B ID
		C Data
		D Value
	}{}); err != nil || string(b) != `{"A":null,"B":null,"C":null,"D":null}` {
		t.Errorf("nothing is %s (%v)", b, err)
	}
}

func TestValue(t *testing.T) {
	for v, want := range map[any]Value{
		nil: "null", "SH<1>&": `"SH<1>&"`, 48: "48", 37.5: "37.5", true: "true", ID(""): "null", ID("a"): `"a"`, Time{}: "null", Day(""): "null",
	} {
		if got := ValueOf(v); got != want {
			t.Errorf("%v is %s, want %s", v, got, want)
		}
	}
	if got := ValueOf(json.RawMessage(`{ "a" : [ 1 , "<" ] }`)); got != `{"a":[1,"<"]}` {
		t.Errorf("a document is %s", got)
	}
	if got := ValueOf(func() {}); got != "null" {
		t.Errorf("what cannot be written is %s", got)
	}
	for v, want := range map[Value]string{"": "", "null": "", `"a\"b"`: `a"b`, "48": "48", `{"a":1}`: `{"a":1}`} {
		if got := v.Text(); got != want {
			t.Errorf("%s for people is %s, want %s", v, got, want)
		}
	}
	var v Value
	if err := json.Unmarshal([]byte(`{"a": [1, 2]}`), &v); err != nil || v != `{"a":[1,2]}` {
		t.Errorf("read as %s (%v)", v, err)
	}
}

// TestDataMerge: what is sent as null is null, and what was there stays where it
// stands.
func TestDataMerge(t *testing.T) {
	for _, c := range []struct{ data, sent, want string }{
		{`{"a":1,"b":2}`, `{"b":null,"c":null}`, `{"a":1,"b":null,"c":null}`},
		{`{"a":null}`, `{"a":0}`, `{"a":0}`}, {``, `{"a":null}`, `{"a":null}`}, {`{"a":1}`, `{}`, `{"a":1}`}, {`{"a":1}`, `[]`, `{"a":1}`},
	} {
		if got := Data(c.data).Merge(Data(c.sent)); string(got) != c.want {
			t.Errorf("%s and %s: %s, want %s", c.data, c.sent, got, c.want)
		}
	}
}

// What is written quickly is what the encoder writes, and is read the same.
func FuzzValueOf(f *testing.F) {
	for _, text := range []string{"", "SH010", `a"b`, `a\\b`, "<&>", "tab\t", "~\x7f", "日本", "\xff", "null", " x "} {
		f.Add(text, int64(len(text)))
	}
	f.Fuzz(func(t *testing.T, text string, number int64) {
		for _, v := range []any{text, &text, ID(text), number, &number, number > 0, (*string)(nil), (*int64)(nil), nil, Day(text)} {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(v); err != nil {
				t.Fatal(err)
			}
			got, want := ValueOf(v), Value(bytes.TrimSpace(b.Bytes()))
			if got != want {
				t.Fatalf("%T %v is %s, want %s", v, v, got, want)
			}
		}
		for _, v := range []Value{Value(text), Value(`"` + text + `"`), ValueOf(text)} {
			var s string
			want := string(v)
			if v == "" || v == "null" {
				want = ""
			} else if json.Unmarshal([]byte(v), &s) == nil {
				want = s
			}
			if got := v.Text(); got != want {
				t.Fatalf("%s reads as %q, want %q", v, got, want)
			}
		}
	})
}
