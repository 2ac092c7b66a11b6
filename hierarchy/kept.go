package hierarchy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"
)

var errKept = errors.New("the kept row is not as it was written")

// AppendFields writes fields of a row for a FieldReader, where rows are kept
// outside memory for a while. A field is its length and one, and its bytes; one
// that is zero is one 0.
func AppendFields(b []byte, row Noun, fields []FieldInfo) []byte {
	v := reflect.ValueOf(row).Elem()
	for i := range fields {
		b = appendField(b, v.FieldByIndex(fields[i].Index).Addr().Interface())
	}
	return b
}

func appendField(b []byte, field any) []byte {
	switch p := field.(type) {
	case *string:
		return appendText(b, *p)
	case **string:
		if *p == nil {
			return append(b, 0)
		}
		return append(binary.AppendUvarint(b, uint64(len(**p))+1), **p...)
	case *ID:
		return appendText(b, string(*p))
	case *Day:
		return appendText(b, string(*p))
	case *Kind:
		return appendText(b, string(*p))
	case *Data:
		if *p == nil {
			return append(b, 0)
		}
		return append(binary.AppendUvarint(b, uint64(len(*p))+1), *p...)
	case *[]ID:
		return appendIDs(b, *p)
	}
	return appendScalar(b, field)
}

func appendScalar(b []byte, field any) []byte {
	switch p := field.(type) {
	case *bool:
		return appendNumber(b, bit(*p))
	case **bool:
		if *p != nil {
			return appendNumber(b, bit(**p))
		}
	case *int64:
		return appendNumber(b, uint64(*p))
	case **int64:
		if *p != nil {
			return appendNumber(b, uint64(**p))
		}
	case *float64:
		return appendNumber(b, math.Float64bits(*p))
	case **float64:
		if *p != nil {
			return appendNumber(b, math.Float64bits(**p))
		}
	case *Time:
		if !p.IsZero() {
			return appendNumber(b, uint64(p.UnixMicro()))
		}
	default:
		panic(fmt.Sprintf("a field is a %T", field)) // of the nouns, all of which a test keeps
	}
	return append(b, 0)
}

func appendText(b []byte, s string) []byte {
	if s == "" {
		return append(b, 0)
	}
	return append(binary.AppendUvarint(b, uint64(len(s))+1), s...)
}

func appendNumber(b []byte, n uint64) []byte {
	return binary.LittleEndian.AppendUint64(append(b, 8+1), n)
}

func bit(truth bool) uint64 {
	if truth {
		return 1
	}
	return 0
}

func appendIDs(b []byte, ids []ID) []byte {
	var all []byte
	for _, id := range ids {
		all = append(binary.AppendUvarint(all, uint64(len(id))), id...)
	}
	return appendText(b, string(all))
}

// A FieldReader reads rows of one noun that AppendFields wrote. A text that
// stood in the same field of the row before is not made again.
type FieldReader struct {
	fields []FieldInfo
	wanted []bool
	last   []string
}

// NewFieldReader takes the fields as they were written; those that are not
// wanted are passed over.
func NewFieldReader(fields []FieldInfo, wanted func(FieldInfo) bool) *FieldReader {
	r := &FieldReader{fields: fields, wanted: make([]bool, len(fields)), last: make([]string, len(fields))}
	for i, f := range fields {
		r.wanted[i] = wanted(f)
	}
	return r
}

// Read fills a new row.
func (r *FieldReader) Read(b []byte, row Noun) error {
	v := reflect.ValueOf(row).Elem()
	for i := range r.fields {
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n)+1 {
			return errKept
		}
		if b = b[n:]; length == 0 {
			continue
		}
		if r.wanted[i] {
			if err := r.field(i, b[:length-1], v.FieldByIndex(r.fields[i].Index).Addr().Interface()); err != nil {
				return err
			}
		}
		b = b[length-1:]
	}
	if len(b) > 0 {
		return errKept
	}
	return nil
}

func (r *FieldReader) field(i int, b []byte, to any) error {
	switch p := to.(type) {
	case *string:
		*p = r.text(i, b)
	case **string:
		*p = Ptr(r.text(i, b))
	case *ID:
		*p = ID(r.text(i, b))
	case *Day:
		*p = Day(r.text(i, b))
	case *Kind:
		*p = Kind(r.text(i, b))
	case *Data:
		*p = append(Data{}, b...)
	case *[]ID:
		return readIDs(b, p)
	default:
		if len(b) != 8 {
			return errKept
		}
		readScalar(binary.LittleEndian.Uint64(b), to)
	}
	return nil
}

func (r *FieldReader) text(i int, b []byte) string {
	if r.last[i] != string(b) {
		r.last[i] = string(b)
	}
	return r.last[i]
}

func readScalar(n uint64, to any) {
	switch p := to.(type) {
	case *bool:
		*p = n != 0
	case **bool:
		*p = Ptr(n != 0)
	case *int64:
		*p = int64(n)
	case **int64:
		*p = Ptr(int64(n))
	case *float64:
		*p = math.Float64frombits(n)
	case **float64:
		*p = Ptr(math.Float64frombits(n))
	case *Time:
		*p = Time{time.UnixMicro(int64(n)).UTC()}
	}
}

func readIDs(b []byte, to *[]ID) error {
	for len(b) > 0 {
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return errKept
		}
		*to = append(*to, ID(b[n:n+int(length)]))
		b = b[n+int(length):]
	}
	return nil
}
