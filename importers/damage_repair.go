package importers

import "turnover/internal/diag"

// repair reads a name as a person agreed that it was meant.
func (r *sheetReader) repair(c *column, i int, cell Cell, note CellNote) (Cell, CellNote) {
	if len(r.opts.Repairs) == 0 {
		return cell, note
	}
	to, ok := r.opts.Repairs[RepairKey(c.Field, cell.Text)]
	if !ok {
		to, ok = r.opts.Repairs[RepairKey(c.Header, cell.Text)]
	}
	if !ok || to == "" || to == cell.Text {
		return cell, note
	}
	r.found.add(diag.Info, CodeRepaired, r.at(cell.Place), "name read otherwise, as agreed", "%q was read as %q (%s)", cell.Text, to, c.Header)
	cell.Text = to
	return cell, note &^ (NoteDate | NoteNumber)
}
