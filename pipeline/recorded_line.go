package pipeline

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"slices"
	"time"

	"turnover/hierarchy"
)

var errRecorded = errors.New("the temporary file is not as it was written")

// lengthSize is how many bytes the length of a row takes.
const lengthSize = 4

// appendLine writes a row for a lineReader: its length, then each field as its
// length and one, and its bytes. A field that is zero is one 0.
func appendLine(b []byte, row hierarchy.Noun, fields []hierarchy.FieldInfo) []byte {
	start := len(b)
	b = append(b, make([]byte, lengthSize)...) // the length is known at the end
	v := reflect.ValueOf(row).Elem()
	for i := range fields {
		b = appendField(b, v.FieldByIndex(fields[i].Index).Addr().Interface())
	}
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start-lengthSize))
	return b
}

func appendField(b []byte, field any) []byte {
	switch p := field.(type) {
	case *string:
		return appendText(b, *p)
	case *hierarchy.ID:
		return appendText(b, string(*p))
	case *hierarchy.Day:
		return appendText(b, string(*p))
	case *hierarchy.Data:
		if *p == nil {
			return append(b, 0)
		}
		return append(binary.AppendUvarint(b, uint64(len(*p))+1), *p...)
	case *int64:
		return appendNumber(b, uint64(*p))
	case **int64:
		if *p == nil {
			return append(b, 0)
		}
		return appendNumber(b, uint64(**p))
	case *float64:
		return appendNumber(b, math.Float64bits(*p))
	case *hierarchy.Time:
		if p.IsZero() {
			return append(b, 0)
		}
		return appendNumber(b, uint64(p.UnixMicro()))
	case *[]hierarchy.ID:
		return appendIDs(b, *p)
	}
	panic(fmt.Sprintf("a recorded field is a %T", field)) // of recordedFields, which a test reads
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

func appendIDs(b []byte, ids []hierarchy.ID) []byte {
	var all []byte
	for _, id := range ids {
		all = append(binary.AppendUvarint(all, uint64(len(id))), id...)
	}
	return appendText(b, string(all))
}

// A lineReader reads rows that appendLine wrote. A text that stood in the same
// field of the row before is not made again.
type lineReader struct {
	in     *bufio.Reader
	left   int64 // bytes that were not read
	fields []hierarchy.FieldInfo
	wanted []bool
	last   []string
	line   []byte
}

// newLineReader reads the fields that are named, and those without a name.
func newLineReader(from io.ReaderAt, size int64, fields []hierarchy.FieldInfo, names []string) *lineReader {
	in := bufio.NewReaderSize(io.NewSectionReader(from, 0, size), 1<<16)
	l := &lineReader{in: in, left: size, fields: fields, wanted: make([]bool, len(fields)), last: make([]string, len(fields))}
	for i, f := range fields {
		l.wanted[i] = f.Name == "" || slices.Contains(names, f.Name)
	}
	return l
}

// next reads one row; false at the end.
func (l *lineReader) next(row reflect.Value) (bool, error) {
	if l.left == 0 {
		return false, nil
	}
	if err := l.readLine(); err != nil {
		return false, err
	}
	rest := l.line
	for i := range l.fields {
		length, n := binary.Uvarint(rest)
		if n <= 0 || length > uint64(len(rest)-n)+1 {
			return false, errRecorded
		}
		if rest = rest[n:]; length == 0 {
			continue
		}
		if l.wanted[i] {
			if err := l.field(i, rest[:length-1], row.FieldByIndex(l.fields[i].Index).Addr().Interface()); err != nil {
				return false, err
			}
		}
		rest = rest[length-1:]
	}
	return true, nil
}

// readLine reads the bytes of a row.
func (l *lineReader) readLine() error {
	var size [lengthSize]byte
	if _, err := io.ReadFull(l.in, size[:]); err != nil {
		return err
	}
	n := int64(binary.LittleEndian.Uint32(size[:]))
	if l.left -= lengthSize + n; l.left < 0 {
		return errRecorded
	}
	l.line = slices.Grow(l.line[:0], int(n))[:n]
	_, err := io.ReadFull(l.in, l.line)
	return err
}

func (l *lineReader) field(i int, b []byte, to any) error {
	switch p := to.(type) {
	case *string:
		*p = l.text(i, b)
		return nil
	case *hierarchy.ID:
		*p = hierarchy.ID(l.text(i, b))
		return nil
	case *hierarchy.Day:
		*p = hierarchy.Day(l.text(i, b))
		return nil
	case *hierarchy.Data:
		*p = append(hierarchy.Data{}, b...)
		return nil
	case *[]hierarchy.ID:
		return recordedIDs(b, p)
	}
	if len(b) != 8 {
		return errRecorded
	}
	switch n := binary.LittleEndian.Uint64(b); p := to.(type) {
	case *int64:
		*p = int64(n)
	case **int64:
		*p = hierarchy.Ptr(int64(n))
	case *float64:
		*p = math.Float64frombits(n)
	case *hierarchy.Time:
		*p = hierarchy.Time{Time: time.UnixMicro(int64(n)).UTC()}
	default:
		return errRecorded
	}
	return nil
}

func (l *lineReader) text(i int, b []byte) string {
	if l.last[i] != string(b) {
		l.last[i] = string(b)
	}
	return l.last[i]
}

func recordedIDs(b []byte, to *[]hierarchy.ID) error {
	for len(b) > 0 {
		length, n := binary.Uvarint(b)
		if n <= 0 || length > uint64(len(b)-n) {
			return errRecorded
		}
		*to = append(*to, hierarchy.ID(b[n:n+int(length)]))
		b = b[n+int(length):]
	}
	return nil
}
