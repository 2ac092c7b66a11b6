package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"turnover/exporters/receipt"
	"turnover/importers"
	csvin "turnover/importers/csv"
	"turnover/importers/edl"
	"turnover/internal/diag"
	"turnover/pipeline"
	"turnover/plan"
)

// manyRows is from how many rows on memory matters more than time.
const manyRows = 5000

// An annotation is the copy of a list that --annotate asks for.
type annotation struct {
	path string // of the copy; "" for none
	in   *pipeline.Inspection
}

func (n *annotation) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&n.path, "annotate", "", "write a copy of the list that says what came of each row, also of a refused list")
}

// check refuses names that cannot be meant: one copy for several lists, the
// list itself, another kind of file.
func (n *annotation) check(args []string, opts *pipeline.Options) error {
	if n.path == "" {
		return nil
	}
	if len(args) != 1 {
		return usageError("--annotate writes one copy: give one list with it")
	}
	opts.Inspected = func(in *pipeline.Inspection) { n.in = in }
	original, err := os.Stat(args[0])
	if err != nil && strings.Contains(args[0], "+") {
		return usageError("--annotate writes one copy: give one list of the cut with it")
	}
	if err != nil {
		return nil // a stored plan, or said when it is opened
	}
	if same, err := os.Stat(n.path); err == nil && os.SameFile(original, same) {
		return usageError("--annotate must not overwrite the list itself: name another file")
	}
	return n.fits(args[0])
}

func (n *annotation) fits(name string) error {
	if want := filepath.Ext(name); !strings.EqualFold(want, filepath.Ext(n.path)) {
		return usageError("--annotate writes a copy of the same format: name it %q", strings.TrimSuffix(n.path, filepath.Ext(n.path))+want)
	}
	return nil
}

// write writes the copy of a list that was planned, applied or refused; no copy
// where the machine failed. A list that nobody could read has no plan.
func (n *annotation) write(a *app, made *plan.Plan, project string, out pipeline.Outcome, from given, failed error) error {
	if n.path == "" || n.in == nil {
		return nil
	}
	var input *pipeline.InputError
	switch {
	case made != nil && (failed == nil || errors.Is(failed, pipeline.ErrHeld) || errors.As(failed, &input)):
	case errors.As(failed, &input):
		made = &plan.Plan{Project: project, Source: plan.Source{Name: n.in.File.Name}, Diagnostics: input.Found}
	default:
		return nil
	}
	document := documentOf(n.in, n.path, a.config.limits().Unzipped)
	return writeAside(n.path, func(w io.Writer) error { return annotate(w, document, made, out, from) })
}

func annotate(w io.Writer, document receipt.Document, made *plan.Plan, out pipeline.Outcome, from given) error {
	told := outcome(out)
	told.Stored, told.Path, told.Flags = from.stored, from.path, from.flags
	if len(document.Rows) > manyRows { // a marked workbook is held as a whole
		defer debug.SetGCPercent(debug.SetGCPercent(20))
	}
	return receipt.Annotate(w, document, made, told)
}

// also adds the fault of the copy to what came of the list, which has the word:
// its findings are printed one by one, so the fault is said here.
func (n *annotation) also(a *app, err, copyErr error) error {
	if err == nil || copyErr == nil {
		return errors.Join(err, copyErr)
	}
	a.complain(copyErr)
	return err
}

// stored reads the list of a stored plan again.
func (n *annotation) stored(cmd *cobra.Command, p *pipeline.Pipeline, of *plan.Plan) error {
	if n.path == "" || of == nil {
		return nil
	}
	if err := n.fits(of.Source.Name); err != nil {
		return err
	}
	in, err := p.Kept(cmd.Context(), of)
	n.in = in
	return err
}

// documentOf hands an inspected list to the receipts. A list that could not be
// read is known by its name.
func documentOf(in *pipeline.Inspection, name string, unzipped int64) receipt.Document {
	d := receipt.Document{Bytes: in.File.Bytes, Unzipped: unzipped}
	list := in.List
	if in.Importer == nil || list == nil {
		if ext := strings.ToLower(filepath.Ext(name)); ext == ".xlsx" || ext == ".xlsm" {
			d.Format = "xlsx"
		}
		return d
	}
	d.Format, d.Encoding, d.Sheet = in.Importer.Format(), list.Source.Encoding, list.Source.Sheet
	for _, e := range list.Events {
		d.Rows = append(d.Rows, receipt.Row{Line: e.Place.Line, Group: e.Number, Left: e.Black || !e.Picture()})
	}
	if d.Format == "edl" {
		d.Rows = withBroken(d.Rows, in.Found)
		return d
	}
	for i := range list.Entries {
		d.Rows = append(d.Rows, receipt.Row{Line: list.Entries[i].Place.Line})
	}
	for _, c := range list.Columns {
		d.Header = c.Place.Line
		if c.Place.Column > 0 {
			d.Columns = append(d.Columns, receipt.Column{Number: c.Place.Column, Field: fieldName(c)})
		}
	}
	if d.Format == "csv" {
		d.Records, d.Delimiter = csvin.Records(in.File, in.Options)
	}
	return d
}

// withBroken adds the event lines that could not be read, which are no events
// of the list, so that each has its own verdict.
func withBroken(rows []receipt.Row, found diag.List) []receipt.Row {
	for _, f := range found {
		if f.Code == edl.CodeCutOff {
			rows = append(rows, receipt.Row{Line: f.Place.Line})
		}
	}
	slices.SortStableFunc(rows, func(a, b receipt.Row) int { return a.Line - b.Line })
	return rows
}

// fieldName is what a plan calls the field of a sheet's column.
func fieldName(c importers.Column) string {
	switch c.Field {
	case "frame_in", "frame_out", "fps":
		return "data." + c.Field
	case "timecode_duration", "seconds_duration":
		return "nb_frames"
	case "status":
		return "task_status_id"
	case "field":
		return "data." + strings.ReplaceAll(strings.ToLower(c.Detail), " ", "_")
	}
	return c.Field
}
