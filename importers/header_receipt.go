package importers

import (
	"strings"

	"turnover/internal/diag"
)

// receiptColumns finds the two columns that an earlier receipt added, which say
// nothing of the list, and says so. A lone column of that name is the editor's
// own, and so is one that the production knows.
func (r *sheetReader) receiptColumns(row SheetRow) {
	folds := foldRow(row)
	for i := 0; i+1 < len(folds); i++ {
		if folds[i] != receiptVerdict || !strings.HasPrefix(folds[i+1], receiptWhy) {
			continue
		}
		if field, _ := fieldFor(folds[i], r.list.Kind, r.opts); field != "" {
			continue
		}
		if _, known := r.known(r.opts.Descriptors, folds[i]); known {
			continue
		}
		r.receipt = i + 1
		r.found.add(diag.Info, CodeReceipt, r.place(row, i), "columns of a receipt were left out", "%q and the column beside it were added by an earlier answer to the list", clip(trimCell(row.Cells[i].Text)))
		return
	}
}

// original empties the cells that a receipt added.
func (r *sheetReader) original(row SheetRow) {
	for i := r.receipt - 1; r.receipt > 0 && i < min(r.receipt+1, len(row.Cells)); i++ {
		row.Cells[i].Text, row.Cells[i].Note = "", 0
	}
}

// receiptSheet stands in the fourth cell of the sheet that a receipt adds to a
// workbook.
const receiptSheet = "turnover receipt"

// IsReceipt tells whether the first rows of a sheet are of one that a receipt
// added to a workbook.
func IsReceipt(rows []SheetRow) bool {
	return len(rows) > 0 && rows[0].Line == 1 && len(rows[0].Cells) > 3 && rows[0].Cells[3].Text == receiptSheet
}
