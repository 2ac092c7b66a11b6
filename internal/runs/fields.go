package runs

import (
	"encoding/binary"
	"math"
	"time"
)

// AppendText writes a text for Fields.Text.
func AppendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// AppendFloat writes a number for Fields.Float, bit by bit.
func AppendFloat(b []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
}

// AppendTime writes an instant for Fields.Time, which gives it in UTC.
func AppendTime(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(binary.AppendVarint(b, t.Unix()), uint64(t.Nanosecond()))
}

// Fields reads the bytes of a row, field by field, in the order in which they
// were appended. Once something cannot be read, all further fields are zero and
// Err tells.
type Fields struct {
	b   []byte
	bad bool
}

// Read begins with the bytes of a row.
func Read(b []byte) *Fields { return &Fields{b: b} }

// Err is nil where all was read and nothing is left.
func (f *Fields) Err() error {
	if f.bad || len(f.b) > 0 {
		return ErrCut
	}
	return nil
}

func (f *Fields) fail() {
	f.b, f.bad = nil, true
}

// Int reads what binary.AppendVarint wrote.
func (f *Fields) Int() int64 {
	v, n := binary.Varint(f.b)
	if n <= 0 {
		f.fail()
		return 0
	}
	f.b = f.b[n:]
	return v
}

func (f *Fields) size() uint64 {
	v, n := binary.Uvarint(f.b)
	if n <= 0 {
		f.fail()
		return 0
	}
	f.b = f.b[n:]
	return v
}

// Text reads a text.
func (f *Fields) Text() string {
	size := f.size()
	if size > uint64(len(f.b)) {
		f.fail()
		return ""
	}
	s := string(f.b[:size])
	f.b = f.b[size:]
	return s
}

// Float reads a number.
func (f *Fields) Float() float64 {
	if len(f.b) < 8 {
		f.fail()
		return 0
	}
	v := math.Float64frombits(binary.LittleEndian.Uint64(f.b))
	f.b = f.b[8:]
	return v
}

// Time reads an instant.
func (f *Fields) Time() time.Time {
	seconds, nanoseconds := f.Int(), f.size()
	if f.bad || nanoseconds >= uint64(time.Second) {
		f.fail()
		return time.Time{}
	}
	return time.Unix(seconds, int64(nanoseconds)).UTC()
}

// Index reads a place in something of the length n.
func (f *Fields) Index(n int) int32 {
	v := f.Int()
	if v < 0 || v >= int64(n) {
		f.fail()
		return 0
	}
	return int32(v)
}

// Count reads how many fields follow; no more than there are bytes.
func (f *Fields) Count() int {
	n := f.Int()
	if n < 0 || n > int64(len(f.b)) {
		f.fail()
		return 0
	}
	return int(n)
}
