// Package exporters writes books and tables to files. An exporter adds up
// nothing and decides nothing: what stands in a table is what is written.
//
// The same book gives the same bytes, whenever and wherever it is written.
package exporters

import (
	"context"
	"fmt"
	"io"
	"sort"

	"turnover/internal/table"
)

// An Exporter writes one format. Text cells are never formulas in any of them.
type Exporter interface {
	// Format is the name on the command line: "xlsx", "parquet", "csv", "json".
	Format() string
	// WriteTable writes one table as one file's bytes. The book gives the
	// metadata (snapshot, as-of) and may be used for nothing else.
	WriteTable(ctx context.Context, w io.Writer, book *table.Book, t *table.Table) error
}

// A BookExporter puts a whole book into one file (xlsx, json). The other
// formats get a folder with one file a table.
type BookExporter interface {
	Exporter
	WriteBook(ctx context.Context, w io.Writer, book *table.Book) error
}

// A Registry holds the exporters that cmd wired, by format.
type Registry map[string]Exporter

// NewRegistry registers each exporter under its format.
func NewRegistry(all ...Exporter) Registry {
	r := Registry{}
	for _, e := range all {
		r[e.Format()] = e
	}
	return r
}

// Get finds the exporter of a format; its error lists the formats there are.
func (r Registry) Get(format string) (Exporter, error) {
	if e, ok := r[format]; ok {
		return e, nil
	}
	var names []string
	for n := range r {
		names = append(names, n)
	}
	sort.Strings(names)
	return nil, fmt.Errorf("unknown format %q: use one of %v", format, names)
}
