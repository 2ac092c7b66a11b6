package importers

import (
	"cmp"
	"fmt"
)

// SheetOptions are what a workbook leaves open. Zero fields are the defaults.
type SheetOptions struct {
	// Sheet names the sheet of a workbook that is the list; "" takes the one
	// whose header says most.
	Sheet string
	// Merged says whether a name in vertically merged cells holds for each of
	// their rows; the default is First.
	Merged Merged
	// HiddenRows and HiddenColumns say what becomes of what the workbook hides;
	// the default is Report. Columns know no Omit.
	HiddenRows, HiddenColumns RowPolicy
	// StruckRows says what becomes of rows whose name is struck through; the
	// default is Omit.
	StruckRows RowPolicy
}

// Merged is what to make of vertically merged cells.
type Merged string

const (
	First Merged = "first" // the name is the first row's alone; the others are in error
	Fill  Merged = "fill"  // each row has the name, and a notice says so
)

// A RowPolicy says what becomes of rows and columns that a workbook hides or
// strikes through.
type RowPolicy string

const (
	Omit   RowPolicy = "omit"   // the shots of these rows are omitted; rows of other lists are left out
	Ignore RowPolicy = "ignore" // they are left out, as if they were not there
	Report RowPolicy = "report" // they are read as any other, and reported
)

// Over gives the options with those of before where they say nothing.
func (o SheetOptions) Over(before SheetOptions) SheetOptions {
	return SheetOptions{
		Sheet: cmp.Or(o.Sheet, before.Sheet), Merged: cmp.Or(o.Merged, before.Merged),
		HiddenRows: cmp.Or(o.HiddenRows, before.HiddenRows), HiddenColumns: cmp.Or(o.HiddenColumns, before.HiddenColumns),
		StruckRows: cmp.Or(o.StruckRows, before.StruckRows),
	}
}

// Check refuses words that mean nothing.
func (o SheetOptions) Check() error {
	switch o.Merged {
	case "", First, Fill:
	default:
		return fmt.Errorf("choose what becomes of merged cells: %q is neither %q nor %q", o.Merged, First, Fill)
	}
	for _, p := range []struct {
		what   string
		policy RowPolicy
		omit   bool
	}{{"hidden rows", o.HiddenRows, true}, {"struck rows", o.StruckRows, true}, {"hidden columns", o.HiddenColumns, false}} {
		switch {
		case p.policy == "", p.policy == Ignore, p.policy == Report, p.policy == Omit && p.omit:
		case p.omit:
			return fmt.Errorf("choose what becomes of %s: %q is none of omit, ignore, report", p.what, p.policy)
		default:
			return fmt.Errorf("choose what becomes of %s: %q is neither ignore nor report", p.what, p.policy)
		}
	}
	return nil
}
