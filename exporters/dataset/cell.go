package dataset

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"turnover/internal/runs"
	"turnover/internal/table"
)

// appendKey writes a cell so that the bytes of two cells compare as the cells
// do: null first, numbers by value, text by its bytes.
func appendKey(b []byte, cell any) ([]byte, error) {
	switch v := cell.(type) {
	case nil:
		return append(b, 0), nil
	case string:
		b = append(b, 1)
		for i := range len(v) {
			if b = append(b, v[i]); v[i] == 0 {
				b = append(b, 0xff)
			}
		}
		return append(b, 0, 1), nil
	case int64:
		return binary.BigEndian.AppendUint64(append(b, 1), uint64(v)^1<<63), nil
	case float64:
		bits := math.Float64bits(v)
		if bits>>63 == 1 {
			bits = ^bits
		} else {
			bits |= 1 << 63
		}
		return binary.BigEndian.AppendUint64(append(b, 1), bits), nil
	case bool:
		if v {
			return append(b, 1, 1), nil
		}
		return append(b, 1, 0), nil
	case time.Time:
		return binary.BigEndian.AppendUint64(append(b, 1), uint64(v.UnixMicro())^1<<63), nil
	}
	return b, fmt.Errorf("sort by a %T", cell)
}

// The first byte of a cell as it is kept.
const (
	keptNull byte = iota
	keptText
	keptInt
	keptFloat
	keptTrue
	keptFalse
	keptTime
)

// appendCell keeps a cell.
func appendCell(b []byte, cell any) ([]byte, error) {
	switch v := cell.(type) {
	case nil:
		return append(b, keptNull), nil
	case string:
		return append(binary.AppendUvarint(append(b, keptText), uint64(len(v))), v...), nil
	case int64:
		return binary.AppendVarint(append(b, keptInt), v), nil
	case float64:
		return binary.LittleEndian.AppendUint64(append(b, keptFloat), math.Float64bits(v)), nil
	case bool:
		if v {
			return append(b, keptTrue), nil
		}
		return append(b, keptFalse), nil
	case time.Time:
		return binary.AppendVarint(append(b, keptTime), v.UnixMicro()), nil
	}
	return b, fmt.Errorf("keep a %T", cell)
}

// A rowReader reads kept rows of one table. A text that stood in the same
// column of the row before is not made again.
type rowReader struct{ last []string }

func newRowReader(columns int) *rowReader { return &rowReader{make([]string, columns)} }

// row reads one row; it is the caller's.
func (r *rowReader) row(b []byte) (table.Row, error) {
	row := make(table.Row, len(r.last))
	for i := range row {
		var err error
		if row[i], b, err = r.cell(i, b); err != nil {
			return nil, err
		}
	}
	return row, nil
}

func (r *rowReader) cell(i int, b []byte) (any, []byte, error) {
	if len(b) == 0 {
		return nil, nil, runs.ErrCut
	}
	kind, b := b[0], b[1:]
	switch kind {
	case keptNull:
		return nil, b, nil
	case keptTrue, keptFalse:
		return kind == keptTrue, b, nil
	case keptFloat:
		if len(b) < 8 {
			return nil, nil, runs.ErrCut
		}
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), b[8:], nil
	case keptText:
		size, n := binary.Uvarint(b)
		if n <= 0 || uint64(len(b)-n) < size {
			return nil, nil, runs.ErrCut
		}
		text := b[n : n+int(size)]
		if r.last[i] != string(text) {
			r.last[i] = string(text)
		}
		return r.last[i], b[n+int(size):], nil
	case keptInt, keptTime:
		v, n := binary.Varint(b)
		if n <= 0 {
			return nil, nil, runs.ErrCut
		}
		if kind == keptTime {
			return time.UnixMicro(v).UTC(), b[n:], nil
		}
		return v, b[n:], nil
	}
	return nil, nil, runs.ErrCut
}
