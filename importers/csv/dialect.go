package csv

import (
	"slices"
	"strings"

	"turnover/importers"
)

var delimiters = []struct {
	mark byte
	name string
}{{',', "comma"}, {';', "semicolon"}, {'\t', "tab"}, {'|', "pipe"}}

func delimiterName(mark byte) string {
	for _, d := range delimiters {
		if d.mark == mark {
			return d.name
		}
	}
	return ""
}

// dialect finds the delimiter: the one that Excel's "sep=" line names, else
// the one under which most column titles are known, else the one under which
// most records of the whole text have equally many cells. It gives the text
// below the sep line and how many lines were skipped.
func dialect(text string, opts importers.Options) (body string, delimiter byte, skipped int) {
	if line, rest, ok := strings.Cut(text, "\n"); ok {
		line = strings.Trim(strings.TrimSuffix(line, "\r"), "\"")
		if mark, ok := strings.CutPrefix(strings.ToLower(line), "sep="); ok && len(mark) == 1 && delimiterName(mark[0]) != "" {
			return rest, mark[0], 1
		}
	}
	return text, bestDelimiter(text, opts), 0
}

// bestDelimiter asks the titles first. The whole text is only counted where
// they know no better; a comma is what a text without any delimiter has.
func bestDelimiter(text string, opts importers.Options) byte {
	var best []byte
	most := 0
	for _, d := range delimiters {
		if strings.IndexByte(text, d.mark) < 0 {
			continue
		}
		score := importers.HeaderScore(firstRows(text, d.mark), opts)
		if score > most {
			best, most = nil, score
		}
		if score == most {
			best = append(best, d.mark)
		}
	}
	if len(best) < 2 {
		return append(best, ',')[0]
	}
	return mostConsistent(text, best)
}

// mostConsistent gives the delimiter under which most records have equally many
// cells, and most of them; the first of equals.
func mostConsistent(text string, marks []byte) byte {
	best, bestRank := marks[0], [2]int{-1}
	for _, mark := range marks {
		share, columns := consistency(text, mark)
		if rank := [2]int{share, columns}; slices.Compare(rank[:], bestRank[:]) > 0 {
			best, bestRank = mark, rank
		}
	}
	return best
}

// firstRows reads the rows in which a header is looked for.
func firstRows(text string, delimiter byte) []importers.SheetRow {
	r := &reader{text: text, delimiter: delimiter, line: 1}
	var out []importers.SheetRow
	for row, err := range r.rows {
		if err != nil {
			break
		}
		row.Cells = slices.Clone(row.Cells)
		if out = append(out, row); len(out) == importers.HeaderSearch {
			break
		}
	}
	return out
}

// consistency gives the share, in percent, of records that have the commonest
// number of cells, and that number. A number of one says nothing.
func consistency(text string, delimiter byte) (share, columns int) {
	counts, records := map[int]int{}, 0
	cells, quoted, fresh, blank := 1, false, true, true
	end := func() {
		if !blank {
			counts[cells]++
			records++
		}
		cells, fresh, blank = 1, true, true
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case quoted:
			quoted = c != '"'
		case c == '"' && fresh:
			quoted, fresh, blank = true, false, false
		case c == '"' && i > 0 && text[i-1] == '"': // a doubled quote inside
			quoted = true
		case c == delimiter:
			cells++
			fresh = true
		case c == '\n' || c == '\r':
			end()
		default:
			fresh, blank = false, false
		}
	}
	end()
	most := 0
	for n, times := range counts {
		if n > 1 && (times > most || times == most && n > columns) {
			most, columns = times, n
		}
	}
	if records == 0 {
		return 0, 0
	}
	return most * 100 / records, columns
}
