package pipeline

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"turnover/hierarchy"
)

var errRecorded = errors.New("the temporary file is not as it was written")

// lengthSize is how many bytes the length of a row takes.
const lengthSize = 4

// appendLine writes a row for a lineReader: its length, then its fields.
func appendLine(b []byte, row hierarchy.Noun, fields []hierarchy.FieldInfo) []byte {
	start := len(b)
	b = append(b, make([]byte, lengthSize)...) // the length is known at the end
	b = hierarchy.AppendFields(b, row, fields)
	binary.LittleEndian.PutUint32(b[start:], uint32(len(b)-start-lengthSize))
	return b
}

// A lineReader reads rows that appendLine wrote.
type lineReader struct {
	in     *bufio.Reader
	left   int64 // bytes that were not read
	fields *hierarchy.FieldReader
	line   []byte
}

// newLineReader reads the fields that are named, and those without a name.
func newLineReader(from io.ReaderAt, size int64, fields []hierarchy.FieldInfo, names []string) *lineReader {
	in := bufio.NewReaderSize(io.NewSectionReader(from, 0, size), 1<<16)
	wanted := func(f hierarchy.FieldInfo) bool { return f.Name == "" || slices.Contains(names, f.Name) }
	return &lineReader{in: in, left: size, fields: hierarchy.NewFieldReader(fields, wanted)}
}

// next reads one row; false at the end.
func (l *lineReader) next(row hierarchy.Noun) (bool, error) {
	if l.left == 0 {
		return false, nil
	}
	var size [lengthSize]byte
	if _, err := io.ReadFull(l.in, size[:]); err != nil {
		return false, err
	}
	n := int64(binary.LittleEndian.Uint32(size[:]))
	if l.left -= lengthSize + n; l.left < 0 {
		return false, errRecorded
	}
	l.line = slices.Grow(l.line[:0], int(n))[:n]
	if _, err := io.ReadFull(l.in, l.line); err != nil {
		return false, err
	}
	return true, l.fields.Read(l.line, row)
}
