// Package excel writes books and tables as Excel workbooks: a cover, native
// charts, and a sheet a table with frozen header, filter, widths, real dates
// and numbers. Text from the data is always a text cell and never a formula.
// Data sheets are streamed, and the same book gives the same bytes.
package excel

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"turnover/exporters"
	"turnover/internal/table"
)

// Exporter writes workbooks.
type Exporter struct{ maxRows int }

// New gives the exporter of workbooks.
func New() *Exporter { return &Exporter{maxRows: excelize.TotalRows - 1} }

// Format is "xlsx".
func (*Exporter) Format() string { return "xlsx" }

// WriteTable writes a workbook of one data sheet (several where the rows do not
// fit on one), without cover: a list that can be imported again.
func (e *Exporter) WriteTable(ctx context.Context, w io.Writer, b *table.Book, t *table.Table) error {
	return e.write(w, b, func(k *workbook) error {
		parts, err := k.plan(ctx, []*table.Table{t})
		if err != nil {
			return err
		}
		return k.data(ctx, parts)
	})
}

// WriteBook writes cover, charts, one sheet a table and a sheet that explains
// the columns.
func (e *Exporter) WriteBook(ctx context.Context, w io.Writer, b *table.Book) error {
	return e.write(w, b, func(k *workbook) error {
		cover, err := k.sheet("Cover")
		if err != nil {
			return err
		}
		charts := ""
		if len(b.Charts) > 0 {
			if charts, err = k.sheet("Charts"); err != nil {
				return err
			}
		}
		tables := slices.Concat(b.Tables, []*table.Table{columnsOf(b)})
		parts, err := k.plan(ctx, tables)
		if err != nil {
			return err
		}
		if err := k.cover(cover, charts, parts); err != nil {
			return fmt.Errorf("cover: %w", err)
		}
		if charts != "" {
			if err := k.charts(charts, parts); err != nil {
				return err
			}
		}
		return k.data(ctx, parts)
	})
}

// columnsOf is the table that explains the columns of a book.
func columnsOf(b *table.Book) *table.Table {
	t := &table.Table{Name: "Columns", Title: "What the columns mean", Columns: []table.Column{{Name: "table", Type: table.Text}, {Name: "column", Type: table.Text},
		{Name: "type", Type: table.Text}, {Name: "unit", Type: table.Text}, {Name: "meaning", Type: table.Text}}}
	var rows []table.Row
	for _, of := range b.Tables {
		for _, c := range of.Columns {
			row := table.Row{of.Name, c.Name, string(c.Type), nil, nil}
			if c.Unit != "" {
				row[3] = c.Unit
			}
			if c.Doc != "" {
				row[4] = c.Doc
			}
			rows = append(rows, row)
		}
	}
	t.Rows = table.Of(rows)
	return t
}

// A workbook is one file being made.
type workbook struct {
	f       *excelize.File
	book    *table.Book
	names   map[string]bool // of sheets, in lower case
	styles  map[string]int
	maxRows int
}

func (e *Exporter) write(w io.Writer, b *table.Book, fill func(*workbook) error) (err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("write workbook: %w", cerr)
		}
	}()
	z := exporters.NewStableZip(w)
	defer z.Discard()
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return opened{z} })
	k := &workbook{f: f, book: b, names: map[string]bool{}, styles: map[string]int{}, maxRows: e.maxRows}
	if err := k.properties(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := fill(k); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	f.SetActiveSheet(0)
	if _, err := f.WriteToBuffer(); err != nil { // into the zip; the buffer stays empty
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// opened is a zip that the library does not close: it would do so after an
// error too, and half a workbook would be written.
type opened struct{ *exporters.StableZip }

func (opened) Close() error { return nil }

// properties take their times from the book, never from a clock.
func (k *workbook) properties() error {
	at := k.book.AsOf
	if at.IsZero() {
		at = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	stamp := at.UTC().Format(time.RFC3339)
	err := k.f.SetDocProps(&excelize.DocProperties{Title: clean(k.book.Title), Subject: clean(k.book.Project), Creator: "turnover", LastModifiedBy: "turnover",
		Created: stamp, Modified: stamp, Identifier: "snapshot " + clean(k.book.Snapshot), Language: "en", Revision: "1", Version: "1"})
	if err != nil {
		return err
	}
	return k.f.SetAppProps(&excelize.AppProperties{Application: "turnover"})
}

// sheet adds a sheet under a legal, unique name made of the wanted one.
func (k *workbook) sheet(wanted string) (string, error) {
	name := sheetName(wanted, k.names)
	if len(k.names) == 1 {
		return name, k.f.SetSheetName("Sheet1", name)
	}
	_, err := k.f.NewSheet(name)
	return name, err
}

// style makes a style once; equal keys must mean equal styles.
func (k *workbook) style(key string, s *excelize.Style) (int, error) {
	if id, ok := k.styles[key]; ok {
		return id, nil
	}
	id, err := k.f.NewStyle(s)
	if err != nil {
		return 0, err
	}
	k.styles[key] = id
	return id, nil
}
