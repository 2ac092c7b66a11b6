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

// WriteBook writes cover, answers, charts, one sheet a table and a sheet that
// explains the columns.
func (e *Exporter) WriteBook(ctx context.Context, w io.Writer, b *table.Book) error {
	return e.write(w, b, func(k *workbook) error { return k.whole(ctx) })
}

func (k *workbook) whole(ctx context.Context) error {
	k.fold = true
	fronts, err := k.fronts()
	if err != nil {
		return err
	}
	parts, err := k.plan(ctx, slices.Concat(inOrder(k.book.Tables), []*table.Table{columnsOf(k.book)}))
	if err != nil {
		return err
	}
	for _, f := range fronts {
		if err := f.write(f.sheet, fronts, parts); err != nil {
			return fmt.Errorf("%s: %w", f.sheet, err)
		}
	}
	return k.data(ctx, parts)
}

// A front is a sheet that is looked at, before those with data.
type front struct {
	sheet, says string
	write       func(sheet string, fronts []front, parts []part) error
}

// fronts adds the sheets before the data: with answers, the first charts stand
// on their page.
func (k *workbook) fronts() ([]front, error) {
	on, rest := k.book.Charts[:0], k.book.Charts
	out := []front{{sheet: "Cover", write: k.cover}}
	if len(k.book.Answers) > 0 {
		on, rest = rest[:min(len(rest), pageCharts)], rest[min(len(rest), pageCharts):]
		out = append(out, front{"Answers", "The report on one page: what producers ask, and what the figures say", func(sheet string, _ []front, parts []part) error {
			return k.answers(sheet, on, parts)
		}})
	}
	if len(rest) > 0 {
		out = append(out, front{"Charts", "The report as charts, each with its text", func(sheet string, _ []front, parts []part) error {
			return k.charts(sheet, rest, parts)
		}})
	}
	for i := range out {
		name, err := k.sheet(out[i].sheet)
		if err != nil {
			return nil, err
		}
		out[i].sheet = name
	}
	return out, nil
}

// inOrder puts what is read first before what is looked up: what is doubtful
// in the data, the figures, the rows behind them.
func inOrder(tables []*table.Table) []*table.Table {
	var out []*table.Table
	for _, kind := range []func(table.Kind) bool{
		func(k table.Kind) bool { return k == table.Quality },
		func(k table.Kind) bool { return k != table.Quality && k != table.Working },
		func(k table.Kind) bool { return k == table.Working },
	} {
		for _, t := range tables {
			if kind(t.Kind) {
				out = append(out, t)
			}
		}
	}
	return out
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
	names   map[string]bool   // of sheets, in lower case
	links   map[string]*links // of sheets, by the name of their part in the file
	styles  map[string]int
	maxRows int
	fold    bool // hide the columns of ids
}

func (e *Exporter) write(w io.Writer, b *table.Book, fill func(*workbook) error) (err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("write workbook: %w", cerr)
		}
	}()
	k := &workbook{f: f, book: b, names: map[string]bool{}, links: map[string]*links{}, styles: map[string]int{}, maxRows: e.maxRows}
	z := exporters.NewStableZip(w)
	defer z.Discard()
	linked := linkedZip{z, k.links}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return linked })
	if err := k.properties(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := fill(k); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if _, err := f.WriteToBuffer(); err != nil { // into the zip; the buffer stays empty
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := linked.whole(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

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

// sheet adds a sheet under a legal, unique name made of the wanted one. Its part
// in the file has its number.
func (k *workbook) sheet(wanted string) (string, error) {
	name := sheetName(wanted, k.names)
	k.links[fmt.Sprintf("xl/worksheets/sheet%d.xml", len(k.names))] = &links{sheet: name}
	if len(k.names) == 1 {
		// Now, while there is no other: it reads all sheets that there are, those
		// that were streamed too, whole and into memory.
		k.f.SetActiveSheet(0)
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
