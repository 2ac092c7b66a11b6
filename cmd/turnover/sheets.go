package main

import (
	"github.com/spf13/pflag"

	"turnover/importers"
)

// addSheetFlags are the flags of verbs that read workbooks.
func addSheetFlags(flags *pflag.FlagSet, o *importers.SheetOptions) {
	flags.StringVar(&o.Sheet, "sheet", "", "sheet of a workbook; the one whose header says most where not given")
	flags.StringVar((*string)(&o.Merged), "merged", "", "names in merged cells: first (of the first row alone, the others are in error) or fill (of each row)")
	flags.StringVar((*string)(&o.HiddenRows), "hidden-rows", "", "rows that a workbook hides: omit, ignore or report (read them and say so)")
	flags.StringVar((*string)(&o.StruckRows), "struck-rows", "", "rows whose name is struck through: omit, ignore or report (read them and say so)")
	flags.StringVar((*string)(&o.HiddenColumns), "hidden-columns", "", "columns that a workbook hides: ignore or report (read them and say so)")
}

func (c sheetsConfig) options() importers.SheetOptions {
	return importers.SheetOptions{
		Sheet: c.Sheet, Merged: importers.Merged(c.Merged), HiddenRows: importers.RowPolicy(c.HiddenRows),
		HiddenColumns: importers.RowPolicy(c.HiddenColumns), StruckRows: importers.RowPolicy(c.StruckRows),
	}
}
