package main

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"turnover/archive"
	"turnover/exporters"
	csvout "turnover/exporters/csv"
	excelout "turnover/exporters/excel"
	jsonout "turnover/exporters/json"
	"turnover/exporters/parquet"
	"turnover/exporters/receipt"
	textout "turnover/exporters/text"
	"turnover/hierarchy"
	"turnover/importers"
	csvin "turnover/importers/csv"
	"turnover/importers/edl"
	excelin "turnover/importers/excel"
	jsonin "turnover/importers/json"
	"turnover/importers/otio"
	"turnover/internal/diag"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/reports"
)

func allImporters() []importers.Importer {
	return []importers.Importer{edl.New(), excelin.New(), otio.New(), jsonin.New(), csvin.New()}
}

func allExporters() exporters.Registry {
	return exporters.NewRegistry(excelout.New(), jsonout.New(), csvout.New(), parquet.New(), textout.New())
}

func allReports() map[string]reports.Report {
	return map[string]reports.Report{"quota": reports.Quota, "retake": reports.Retake, "episode": reports.Episode}
}

// given is a list as it was named on the command line; zero for a stored plan.
type given struct {
	file  importers.File
	path  string
	flags []string // those that change what a list means, with their values

	stored, rejected bool // the plan is kept; a person did not want it
}

// meaning are the flags of plan and apply that change what a list means.
var meaning = map[string]bool{"fps": true, "names": true, "kind": true, "episode": true, "omit": true, "source": true, "casting": true, "overwrite": true, "move": true,
	"repair": true, "sheet": true, "merged": true, "hidden-rows": true, "struck-rows": true, "hidden-columns": true}

func givenOf(cmd *cobra.Command, f importers.File, path string, beside []importers.File) given {
	out := given{file: f, path: path}
	if len(beside) > 0 {
		out.file = importers.File{} // findings of several files show no lines
	}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if !meaning[flag.Name] {
			return
		}
		if flag.NoOptDefVal != "" { // a switch has no value
			out.flags = append(out.flags, "--"+flag.Name)
			return
		}
		values := []string{flag.Value.String()}
		if many, ok := flag.Value.(pflag.SliceValue); ok {
			values = many.GetSlice()
		}
		for _, v := range values {
			out.flags = append(out.flags, "--"+flag.Name, v)
		}
	})
	return out
}

// printReceipt tells people what became of a list; findings show the line that
// they speak of where the file is text.
func printReceipt(w io.Writer, p *plan.Plan, o pipeline.Outcome, from given) error {
	told := outcome(o)
	told.Path, told.Flags, told.Stored, told.Rejected = from.path, from.flags, from.stored, from.rejected
	if p.Source.Format != "xlsx" {
		text := strings.ReplaceAll(importers.Decode(from.file.Bytes).Text, "\r\n", "\n")
		told.Lines = strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n")
	}
	return receipt.Text(w, p, told)
}

// archives joins the archive room to the pipeline.
type archives struct{}

func (archives) Read(ctx context.Context, fsys fs.FS) (pipeline.Archive, diag.List, error) {
	return archive.Read(ctx, fsys)
}

func (archives) Write(ctx context.Context, dir string, project hierarchy.ID, rows func(table string, where map[string]any) iter.Seq2[hierarchy.Noun, error]) error {
	return archive.Write(ctx, dir, project, rows)
}

func outcome(o pipeline.Outcome) receipt.Outcome {
	return receipt.Outcome{Import: o.Import, Plan: o.Plan, Applied: o.Applied, NothingToDo: o.NothingToDo, Summary: o.Summary}
}
