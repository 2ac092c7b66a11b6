package receipt

import (
	"fmt"
	"io"
	"strings"

	"turnover/internal/diag"
	"turnover/plan"
)

// A Document is the editor's own file, as it came and as its importer read it.
// What is not known stays zero: the copy then says less.
type Document struct {
	Bytes    []byte
	Format   string // "edl", "csv", "xlsx"; "" where no importer knew it
	Encoding string // of text, as importers name it
	Rows     []Row  // event lines of an EDL, rows that stand for something of a sheet, from the top

	Delimiter byte     // csv
	Records   []int    // csv: the first line of each record, from the top
	Header    int      // sheets: line of the header row
	Sheet     string   // xlsx: the sheet that was read
	Columns   []Column // xlsx: what the titles mean
	Unzipped  int64    // xlsx: most bytes that it may unpack to; 0 is 1 GiB
}

// A Row is one event line of an EDL, or one row of a sheet.
type Row struct {
	Line  int    // 1-based: physical line or row
	Group string // edl: the event's number, which a dissolve's two lines share
	Left  bool   // edl: sound or black, which the hierarchy does not know
}

// A Column is a sheet's column and the field that its title was taken for:
// "shot", "nb_frames", or "data.KEY" for metadata.
type Column struct {
	Number int // 1-based
	Field  string
}

// Annotate writes a copy of the editor's file that says what came of each row:
// a workbook with colours, comments, two columns and a first sheet, a CSV with
// two columns in front, an EDL with comment lines. Nothing of the original is
// changed or left out; it reads again as the same list. What cannot be read at
// all is answered by the receipt as text, or in a workbook of its own.
func Annotate(w io.Writer, d Document, p *plan.Plan, o Outcome) error {
	if p == nil {
		p = &plan.Plan{}
	}
	var err error
	switch d.Format {
	case "edl":
		err = annotateEDL(w, d, p, o)
	case "csv":
		err = annotateCSV(w, d, p, o)
	case "xlsx":
		err = annotateExcel(w, d, p, o)
	default:
		return Text(w, p, o)
	}
	if err != nil {
		return fmt.Errorf("write annotated copy: %w", err)
	}
	return nil
}

// Headline is what came of a file in capitals, to be found in five seconds.
func Headline(p *plan.Plan, o Outcome) string {
	switch {
	case o.Applied:
		return "APPLIED"
	case p.Diagnostics.HasErrors():
		return "REFUSED"
	case o.NothingToDo || p.Empty():
		return "NOTHING TO DO"
	case o.Rejected:
		return "REJECTED"
	case p.Held:
		return "HELD"
	}
	return "PLANNED"
}

// headed is the verdict beginning with its headline.
func headed(p *plan.Plan, o Outcome) string {
	head, says := Headline(p, o), strings.TrimRight(verdict(p, o), ".")
	if len(says) >= len(head) && strings.EqualFold(says[:len(head)], head) {
		return head + says[len(head):]
	}
	return head + ". " + says
}

// worst gives the errors first, then the warnings, else the file's order.
func worst(found diag.List) diag.List {
	var out diag.List
	sorted := found.Sorted()
	for _, s := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		for _, d := range sorted {
			if d.Severity == s {
				out = append(out, d)
			}
		}
	}
	return out
}
