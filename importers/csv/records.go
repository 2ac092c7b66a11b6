package csv

import (
	"strings"

	"turnover/importers"
)

// Records gives the first physical line of each record of a delimited text, as
// Import reads it with the same options, and the delimiter. It gives none for
// what is no text.
func Records(f importers.File, opts importers.Options) (lines []int, delimiter byte) {
	if refusal(f.Bytes) != nil {
		return nil, 0
	}
	text := importers.Decode(f.Bytes).Text
	if strings.IndexByte(text, 0) >= 0 {
		return nil, 0
	}
	body, delimiter, skipped := dialect(text, opts)
	r := &reader{text: body, delimiter: delimiter, file: f.Name, line: 1 + skipped}
	for row, err := range r.rows {
		if err != nil {
			break
		}
		lines = append(lines, row.Line)
	}
	return lines, delimiter
}
