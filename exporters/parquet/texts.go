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
	gathered, aside words
	at              map[string]int32 // places of words, and of texts that are written as one
	last            string           // sorted rows repeat what was just there
	lastPlace       int32
	plain           bool
	ready           bool // what is aside is to be written
	dictionary      arrow.DataType
}

// words are the texts of one row group or, in a plain column, of one batch.
type words struct {
	levels
	list   []string
	places []int32 // of the cells that are there
	bytes  []byte  // of a plain column
	ends   []int32 // of its texts in the bytes, after a 0
}

func (w *words) add(s string) {
	w.bytes = append(w.bytes, s...)
	w.ends = append(w.ends, int32(len(w.bytes)))
}

// emptied gives the room of words for others.
func (w words) emptied() words {
	clear(w.list)
	return words{w.levels[:0], w.list[:0], w.places[:0], w.bytes[:0], append(w.ends[:0], 0)}
}

func newTexts() *texts {
	return &texts{gathered: words{}.emptied(), at: map[string]int32{},
		dictionary: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}}
}

func (c *texts) add(v any) bool {
	s, ok := v.(string)
	if !ok {
		return false
	}
	c.gathered.levels.add(1)
	if c.plain {
		c.gathered.add(valid(s))
		return true
	}
	if s != c.last || len(c.gathered.list) == 0 {
		c.last, c.lastPlace = s, c.place(s)
	}
	c.gathered.places = append(c.gathered.places, c.lastPlace)
	return true
}

func (c *texts) addNull() { c.gathered.levels.add(0) }

// place finds a text among the words, or adds it.
func (c *texts) place(s string) int32 {
	if i, ok := c.at[s]; ok {
		return i
	}
	word := valid(s)
	i, ok := c.at[word]
	if !ok {
		i = int32(len(c.gathered.list))
		c.gathered.list = append(c.gathered.list, word)
		c.at[word] = i
	}
	c.at[s] = i
	return i
}

func (c *texts) often() bool { return 2*len(c.gathered.list) <= len(c.gathered.places) }

func (c *texts) encode(dictionary bool) {
	if dictionary {
		return
	}
	c.plain = true
	for _, i := range c.gathered.places {
		c.gathered.add(c.gathered.list[i])
	}
	c.gathered.places, c.gathered.list, c.at, c.last = nil, nil, nil, ""
}

func (c *texts) swap(last bool) {
	if c.ready = c.plain || last; c.ready {
		c.gathered, c.aside = c.aside.emptied(), c.gathered
		clear(c.at)
	}
}

func (c *texts) write(to file.ColumnChunkWriter) error {
	switch {
	case !c.ready:
		return nil
	case c.plain:
		w, ok := to.(*file.ByteArrayColumnChunkWriter)
		if !ok {
			return fmt.Errorf("the file takes a %T", to)
		}
		_, err := w.WriteBatchArrow(c.aside.bytes, c.aside.ends, c.aside.levels, nil)
		return err
	}
	places, list := c.aside.arrays()
	defer places.Release()
	defer list.Release()
	cells := array.NewDictionaryArray(c.dictionary, places, list)
	defer cells.Release()
	return pqarrow.WriteArrowToColumn(pqarrow.NewArrowWriteContext(context.Background(), nil), to, cells, c.aside.levels, nil, true)
}

// arrays are the places of all cells, nulls too, and the list of words.
func (w *words) arrays() (places, list arrow.Array) {
	b := array.NewInt32Builder(memory.DefaultAllocator)
	defer b.Release()
	b.Reserve(len(w.levels))
	n := 0
	for _, level := range w.levels {
		if level == 0 {
			b.UnsafeAppendBoolToBitmap(false)
			continue
		}
		b.UnsafeAppend(w.places[n])
		n++
	}
	s := array.NewStringBuilder(memory.DefaultAllocator)
	defer s.Release()
	s.AppendStringValues(w.list, nil)
	return b.NewArray(), s.NewArray()
}

func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
