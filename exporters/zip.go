package exporters

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
)

// A StableZip writes the zip of a workbook: it keeps its entries compressed until
// the end, long ones on disk, and writes them in one order with one time, since
// the library hands streamed sheets over in random order. The same parts give
// the same bytes.
type StableZip struct {
	w       *zip.Writer
	entries []*entry
	deflate *flate.Writer // of the last entry
	types   *contentTypes
}

// level is the highest of the library's quick ones; its default gives files a
// sixth larger and saves little.
const level = 6

const typesName = "[Content_Types].xml"

type entry struct {
	name    string
	data    spool
	deflate *flate.Writer
	crc     hash.Hash32
	size    uint64
}

// NewStableZip begins a zip on w; nothing is written before Close.
func NewStableZip(w io.Writer) *StableZip { return &StableZip{w: zip.NewWriter(w)} }

// Create begins a part; the one before it is whole.
func (z *StableZip) Create(name string) (io.Writer, error) {
	if err := z.finish(); err != nil {
		return nil, err
	}
	e := &entry{name: name, crc: crc32.NewIEEE()}
	if z.deflate == nil {
		var err error
		if z.deflate, err = flate.NewWriter(&e.data, level); err != nil {
			return nil, err
		}
	} else {
		z.deflate.Reset(&e.data)
	}
	e.deflate = z.deflate
	z.entries = append(z.entries, e)
	if name == typesName {
		z.types = &contentTypes{to: e}
		return z.types, nil
	}
	return e, nil
}

// finish ends the entry begun last; all share one compressor, which is large.
func (z *StableZip) finish() error {
	if z.types != nil {
		if err := z.types.flush(); err != nil {
			return err
		}
		z.types = nil
	}
	if len(z.entries) == 0 {
		return nil
	}
	return z.deflate.Close()
}

func (e *entry) Write(b []byte) (int, error) {
	n, err := e.deflate.Write(b)
	e.size += uint64(n)
	_, _ = e.crc.Write(b[:n]) // a hash never fails
	return n, err
}

// AddFS is of the interface and not used for writing workbooks.
func (z *StableZip) AddFS(fs.FS) error { return errors.New("add files to workbook: not supported") }

var defaults = regexp.MustCompile(`(?:<Default [^>]*></Default>)+`)

// sortDefaults orders the content types by extension, which the library writes
// in random order.
func sortDefaults(raw []byte) []byte {
	return defaults.ReplaceAllFunc(raw, func(all []byte) []byte {
		const end = "</Default>"
		each := strings.SplitAfter(strings.TrimSuffix(string(all), end), end)
		each[len(each)-1] += end
		sort.Strings(each)
		return []byte(strings.Join(each, ""))
	})
}

// contentTypes holds its small part back until it is whole.
type contentTypes struct {
	bytes.Buffer
	to *entry
}

func (c *contentTypes) flush() error {
	_, err := c.to.Write(sortDefaults(c.Bytes()))
	return err
}

// Close writes the entries: the content types first, as readers like it, then by name.
func (z *StableZip) Close() error {
	defer z.Discard()
	if err := z.finish(); err != nil {
		return err
	}
	sort.SliceStable(z.entries, func(i, j int) bool {
		a, b := z.entries[i].name, z.entries[j].name
		if (a == typesName) != (b == typesName) {
			return a == typesName
		}
		return a < b
	})
	for _, e := range z.entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, CRC32: e.crc.Sum32(), CompressedSize64: uint64(e.data.size), UncompressedSize64: e.size}
		h.SetModTime(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)) //nolint:staticcheck // Modified would add an extra field that old readers stumble on
		w, err := z.w.CreateRaw(h)
		if err != nil {
			return err
		}
		if err := e.data.copyTo(w); err != nil {
			return err
		}
	}
	return z.w.Close()
}

// Discard lets go of what a zip keeps that is not to be written.
func (z *StableZip) Discard() {
	for _, e := range z.entries {
		e.data.discard()
	}
	z.entries = nil
}
