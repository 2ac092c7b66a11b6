package pipeline

import (
	"io"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/runs"
)

// A lineReader reads rows whose fields lie in lines.
type lineReader struct {
	lines  *runs.Lines
	fields *hierarchy.FieldReader
}

// newLineReader reads the fields that are named, and those without a name.
func newLineReader(from io.ReaderAt, size int64, fields []hierarchy.FieldInfo, names []string) *lineReader {
	wanted := func(f hierarchy.FieldInfo) bool { return f.Name == "" || slices.Contains(names, f.Name) }
	return &lineReader{runs.NewLines(from, 0, size), hierarchy.NewFieldReader(fields, wanted)}
}

// next reads one row; false at the end.
func (l *lineReader) next(row hierarchy.Noun) (bool, error) {
	line, more, err := l.lines.Next()
	if err != nil || !more {
		return false, err
	}
	return true, l.fields.Read(line, row)
}
