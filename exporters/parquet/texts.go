package parquet

import (
	"context"
	"fmt"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// texts are gathered as places in a list of words. Where words come again and
// again the list is the file's dictionary, whole row groups are written at once,
// and a text costs a look into a map; else texts are written batch by batch.
type texts struct {
	levels
	places     []int32 // of the cells that are there
	words      []string
	at         map[string]int32 // places of words, and of texts that are written as one
	last       string           // sorted rows repeat what was just there
	lastPlace  int32
	plain      bool
	bytes      []byte  // of a plain column
	ends       []int32 // of texts in the bytes, after a 0
	dictionary arrow.DataType
}

func newTexts() *texts {
	return &texts{at: map[string]int32{}, ends: []int32{0}, dictionary: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}}
}

func (c *texts) add(v any) bool {
	s, ok := v.(string)
	if !ok {
		return false
	}
	c.there()
	if c.plain {
		c.bytes = append(c.bytes, valid(s)...)
		c.ends = append(c.ends, int32(len(c.bytes)))
		return true
	}
	if s != c.last || len(c.words) == 0 {
		c.last, c.lastPlace = s, c.place(s)
	}
	c.places = append(c.places, c.lastPlace)
	return true
}

// place finds a text among the words, or adds it.
func (c *texts) place(s string) int32 {
	if i, ok := c.at[s]; ok {
		return i
	}
	word := valid(s)
	i, ok := c.at[word]
	if !ok {
		i = int32(len(c.words))
		c.words = append(c.words, word)
		c.at[word] = i
	}
	c.at[s] = i
	return i
}

func (c *texts) often() bool { return 2*len(c.words) <= len(c.places) }

func (c *texts) encode(dictionary bool) {
	if dictionary {
		return
	}
	c.plain = true
	for _, i := range c.places {
		c.bytes = append(c.bytes, c.words[i]...)
		c.ends = append(c.ends, int32(len(c.bytes)))
	}
	c.places, c.words, c.at = nil, nil, nil
}

func (c *texts) write(to file.ColumnChunkWriter, last bool) error {
	if c.plain {
		return c.writePlain(to)
	}
	if !last {
		return nil
	}
	places, words := c.arrays()
	defer places.Release()
	defer words.Release()
	cells := array.NewDictionaryArray(c.dictionary, places, words)
	defer cells.Release()
	err := pqarrow.WriteArrowToColumn(pqarrow.NewArrowWriteContext(context.Background(), nil), to, cells, c.levels, nil, true)
	clear(c.at)
	clear(c.words)
	c.words, c.places, c.levels = c.words[:0], c.places[:0], c.levels[:0]
	return err
}

// arrays are the places of all cells, nulls too, and the words.
func (c *texts) arrays() (places, words arrow.Array) {
	b := array.NewInt32Builder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(len(c.levels))
	n := 0
	for _, level := range c.levels {
		if level == 0 {
			b.UnsafeAppendBoolToBitmap(false)
			continue
		}
		b.UnsafeAppend(c.places[n])
		n++
	}
	s := array.NewStringBuilder(memory.DefaultAllocator)
	defer s.Release()
	s.AppendStringValues(c.words, nil)
	return b.NewArray(), s.NewArray()
}

func (c *texts) writePlain(to file.ColumnChunkWriter) error {
	w, ok := to.(*file.ByteArrayColumnChunkWriter)
	if !ok {
		return fmt.Errorf("the file takes a %T", to)
	}
	_, err := w.WriteBatchArrow(c.bytes, c.ends, c.levels, nil)
	c.bytes, c.ends, c.levels = c.bytes[:0], c.ends[:1], c.levels[:0]
	return err
}

func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
