package importers

import "turnover/internal/diag"

var flagWords = map[string]bool{
	"yes": true, "y": true, "true": true, "1": true, "x": true, "oui": true, "o": true, "vrai": true, "ja": true, "j": true, "wahr": true,
	"omit": true, "omitted": true, "omt": true, "omis": true, "canceled": true, "cancelled": true, "✓": true, "✔": true, "☑": true, "☒": true,
	"no": false, "n": false, "false": false, "0": false, "non": false, "faux": false, "nein": false, "falsch": false, "active": false, "☐": false, "-": false, "[ ]": false, "[]": false, "□": false, "■": true,
}

// flag reads a tick box in words.
func (r *sheetReader) flag(cell Cell) Flag {
	f := Flag{State: cell.State, Place: cell.Place}
	if !cell.Given() {
		return f
	}
	value, ok := flagWords[foldTitle(cell.Text)]
	if !ok {
		r.found.add(diag.Error, CodeBadFlag, r.at(cell.Place), "neither yes nor no", "%q; write yes or no, or leave it empty", clip(cell.Text))
		f.State = Absent
	}
	f.Value = value
	return f
}
