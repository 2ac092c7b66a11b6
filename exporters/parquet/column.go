package parquet

import (
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet/file"

	"turnover/internal/table"
)

// A column gathers cells as they come and hands them to the file batch by batch.
// What was swapped out is written while further cells come.
type column interface {
	// add takes a cell that is not nil; false where it is of another type.
	add(v any) bool
	addNull()
	// often tells a column whose values come twice at the least on average, as
	// far as cells wait.
	often() bool
	// encode says, once and before the first swap, whether the file has a
	// dictionary of the column.
	encode(dictionary bool)
	// swap takes what was gathered aside, for write; last is true at the end of a
	// row group.
	swap(last bool)
	write(to file.ColumnChunkWriter) error
}

func columnOf(t table.Type) (column, error) {
	switch t {
	case table.Text:
		return newTexts(), nil
	case table.Int:
		return &values[int64, *file.Int64ColumnChunkWriter]{of: is[int64]}, nil
	case table.Float:
		return &values[float64, *file.Float64ColumnChunkWriter]{of: is[float64]}, nil
	case table.Bool:
		return &values[bool, *file.BooleanColumnChunkWriter]{of: is[bool]}, nil
	case table.Day:
		return &values[int32, *file.Int32ColumnChunkWriter]{of: day}, nil
	case table.Instant:
		return &values[int64, *file.Int64ColumnChunkWriter]{of: instant}, nil
	}
	return nil, fmt.Errorf("unknown type %q", t)
}

func is[T any](v any) (T, bool) {
	t, ok := v.(T)
	return t, ok
}

func day(v any) (int32, bool) {
	t, ok := v.(time.Time)
	if !ok {
		return 0, false
	}
	return int32(arrow.Date32FromTime(t)), true
}

func instant(v any) (int64, bool) {
	t, ok := v.(time.Time)
	if !ok {
		return 0, false
	}
	return t.UnixMicro(), true
}

// levels tell cells that are there (1) from nulls (0), as the file does.
type levels []int16

func (l *levels) add(level int16) { *l = append(*l, level) }

// A batchWriter writes cells of one type: those that are there, and the levels of all.
type batchWriter[T any] interface {
	WriteBatch(values []T, levels, _ []int16) (int64, error)
}

// values are cells of a fixed size.
type values[T comparable, W batchWriter[T]] struct {
	gathered, aside cells[T]
	of              func(any) (T, bool)
}

type cells[T any] struct {
	levels
	there []T
}

func (c *values[T, W]) add(v any) bool {
	cell, ok := c.of(v)
	if ok {
		c.gathered.there = append(c.gathered.there, cell)
		c.gathered.add(1)
	}
	return ok
}

func (c *values[T, W]) addNull() { c.gathered.add(0) }

func (c *values[T, W]) often() bool {
	different := map[T]struct{}{}
	for _, v := range c.gathered.there {
		different[v] = struct{}{}
	}
	return 2*len(different) <= len(c.gathered.there)
}

func (c *values[T, W]) encode(bool) {} // the file makes the dictionary

func (c *values[T, W]) swap(bool) {
	c.gathered, c.aside = cells[T]{c.aside.levels[:0], c.aside.there[:0]}, c.gathered
}

func (c *values[T, W]) write(to file.ColumnChunkWriter) error {
	w, ok := to.(W)
	if !ok {
		return fmt.Errorf("the file takes a %T", to)
	}
	_, err := w.WriteBatch(c.aside.there, c.aside.levels, nil)
	return err
}
