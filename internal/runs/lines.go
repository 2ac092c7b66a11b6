package runs

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
	"slices"
)

// ErrCut is a scratch that has less than was written, or something else.
var ErrCut = errors.New("the temporary file is not as it was written")

// A LineWriter writes rows for Lines, each behind its length.
type LineWriter struct {
	out     *bufio.Writer
	size    []byte
	written int64
}

// NewLineWriter begins at a writer's place.
func NewLineWriter(to io.Writer) *LineWriter {
	return &LineWriter{out: bufio.NewWriterSize(to, 1<<16)}
}

// Add writes the bytes of a row.
func (w *LineWriter) Add(row []byte) error {
	w.size = binary.AppendUvarint(w.size[:0], uint64(len(row)))
	w.written += int64(len(w.size) + len(row))
	if _, err := w.out.Write(w.size); err != nil {
		return err
	}
	_, err := w.out.Write(row)
	return err
}

// Close writes what waits, and tells how many bytes all rows took.
func (w *LineWriter) Close() (written int64, err error) { return w.written, w.out.Flush() }

// Lines reads the rows of a part of a scratch.
type Lines struct {
	in    *bufio.Reader
	left  int64 // bytes that were not read
	bytes []byte
}

// NewLines reads what a LineWriter wrote from one place to another.
func NewLines(from io.ReaderAt, start, end int64) *Lines {
	return &Lines{in: bufio.NewReaderSize(io.NewSectionReader(from, start, end-start), 1<<15), left: end - start}
}

// Next gives the bytes of a row, good until the next; false at the end.
func (l *Lines) Next() (row []byte, more bool, err error) {
	if l.left == 0 {
		return nil, false, nil
	}
	size, err := binary.ReadUvarint(l.in)
	if err != nil {
		return nil, false, cut(err)
	}
	l.left -= int64(bits.Len64(size|1)+6) / 7 // bytes of a uvarint
	if l.left < 0 || size > uint64(l.left) {
		return nil, false, ErrCut
	}
	l.left -= int64(size)
	l.bytes = slices.Grow(l.bytes[:0], int(size))[:size]
	if _, err := io.ReadFull(l.in, l.bytes); err != nil {
		return nil, false, cut(err)
	}
	return l.bytes, true, nil
}

// cut tells an end within a row from what else goes wrong.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrCut
	}
	return err
}
