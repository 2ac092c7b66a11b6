package excel

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"turnover/exporters"
)

// links are those of one data sheet. The library takes each link by looking
// through those before it, which is minutes for a full sheet: so it is given
// the first one, and the others are written beside that into the zip.
type links struct {
	sheet  string
	column string // of the cells that are links
	rest   []link
}

// A link leads from a row of a sheet to a range of another, both from 1.
type link struct {
	row, first, last int
	to               *part
}

// of is where a link leads, as the library and the file want it.
func (l link) location() string {
	where := fmt.Sprintf("%s!A%d", reference(l.to.sheet), l.first)
	last, err := excelize.CoordinatesToCellName(max(1, len(l.to.table.Columns)), l.last)
	if err != nil || l.first == l.last && last == "A"+fmt.Sprint(l.first) {
		return where
	}
	return where + ":" + last
}

// write writes the elements of all links but the first.
func (l *links) write(w io.Writer) error {
	var b bytes.Buffer
	for _, link := range l.rest {
		fmt.Fprintf(&b, `<hyperlink ref="%s%d" location="`, l.column, link.row)
		if err := xml.EscapeText(&b, []byte(link.location())); err != nil {
			return err
		}
		b.WriteString(`"></hyperlink>`)
		if b.Len() > 1<<16 {
			if _, err := b.WriteTo(w); err != nil {
				return err
			}
		}
	}
	_, err := b.WriteTo(w)
	return err
}

// A linkedZip adds the links to the sheets as they go into the zip.
type linkedZip struct {
	*exporters.StableZip
	links map[string]*links
}

// Create begins a part.
func (z linkedZip) Create(name string) (io.Writer, error) {
	w, err := z.StableZip.Create(name)
	if l := z.links[name]; err == nil && l != nil && len(l.rest) > 0 {
		return &inserter{to: w, before: []byte("</hyperlinks>"), insert: l}, nil
	}
	return w, err
}

// Close does nothing: the library calls it after an error too, and half a
// workbook would be written.
func (linkedZip) Close() error { return nil }

// whole tells whether all links found their place.
func (z linkedZip) whole() error {
	var lost []string
	for _, l := range z.links {
		if len(l.rest) > 0 {
			lost = append(lost, l.sheet)
		}
	}
	if len(lost) > 0 {
		slices.Sort(lost)
		return fmt.Errorf("no place for the links of %s", strings.Join(lost, ", "))
	}
	return nil
}

// An inserter writes links before a mark that stands once in what passes. Data
// cannot look like the mark: its angle brackets are written as entities.
type inserter struct {
	to     io.Writer
	before []byte
	insert *links
	held   []byte // what may be the mark's beginning
}

func (w *inserter) Write(b []byte) (int, error) {
	if w.before == nil {
		return w.to.Write(b)
	}
	w.held = append(w.held, b...)
	at := bytes.Index(w.held, w.before)
	ready := max(0, len(w.held)-len(w.before)+1)
	if at >= 0 {
		ready = at
	}
	if _, err := w.to.Write(w.held[:ready]); err != nil {
		return 0, err
	}
	w.held = append(w.held[:0], w.held[ready:]...)
	if at < 0 {
		return len(b), nil
	}
	if err := w.insert.write(w.to); err != nil {
		return 0, err
	}
	_, err := w.to.Write(w.held)
	w.held, w.before, w.insert.rest = nil, nil, nil
	return len(b), err
}
