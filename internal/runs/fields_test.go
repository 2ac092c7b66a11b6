package runs

import (
	"encoding/binary"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestFieldsReadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n, text, f := rapid.Int64().Draw(r, "n"), rapid.String().Draw(r, "text"), rapid.Float64().Draw(r, "f")
		at := time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(r, "seconds"), rapid.Int64Range(0, 999_999_999).Draw(r, "nanoseconds"))
		b := AppendTime(AppendFloat(AppendText(binary.AppendVarint(nil, n), text), f), at)
		got := Read(b)
		if got.Int() != n || got.Text() != text || math.Float64bits(got.Float()) != math.Float64bits(f) || !got.Time().Equal(at) || got.Err() != nil {
			r.Fatalf("%v %q %v %v reads back otherwise", n, text, f, at)
		}
		if short := Read(b[:rapid.IntRange(0, len(b)-1).Draw(r, "cut")]); fieldsErr(short) == nil {
			r.Fatal("a cut row is whole")
		}
		if err := fieldsErr(Read(append(b, 0))); err == nil {
			r.Fatal("what is left over is no error")
		}
	})
	if at := Read(AppendTime(nil, time.Time{})).Time(); !at.IsZero() {
		t.Errorf("no time is read as %v", at)
	}
}

func fieldsErr(f *Fields) error {
	f.Int()
	f.Text()
	f.Float()
	f.Time()
	return f.Err()
}

// FuzzFields: any bytes give values or an error, never a panic or more memory
// than there are bytes.
func FuzzFields(f *testing.F) {
	f.Add(AppendTime(AppendFloat(AppendText(binary.AppendVarint(nil, -7), "text"), 0.5), time.Unix(1, 2)))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fields := Read(raw)
		if n := fields.Count(); n < 0 || n > len(raw) {
			t.Fatalf("%d fields in %d bytes", n, len(raw))
		}
		again := Read(raw)
		n, text, float, at := again.Int(), again.Text(), again.Float(), again.Time()
		if again.Err() != nil {
			return
		}
		kept := AppendTime(AppendFloat(AppendText(binary.AppendVarint(nil, n), text), float), at)
		back := Read(kept)
		if back.Int() != n || back.Text() != text || math.Float64bits(back.Float()) != math.Float64bits(float) || !back.Time().Equal(at) || back.Err() != nil {
			t.Fatalf("%q reads back otherwise", raw)
		}
	})
}
