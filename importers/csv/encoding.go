package csv

import (
	"bytes"
	"unicode/utf8"

	"turnover/importers"
	"turnover/internal/diag"
)

// checkEncoding reports a guess, and text whose lines disagree.
func checkEncoding(f importers.File, text importers.Decoded, found *diag.List) {
	if !text.Guessed {
		return
	}
	other, utf := 0, 0
	line := 0
	for rest := f.Bytes; len(rest) > 0; {
		var one []byte
		one, rest, _ = bytes.Cut(rest, []byte("\n"))
		line++
		switch {
		case !utf8.Valid(one):
			if other == 0 {
				other = line
			}
		case len(one) != utf8.RuneCount(one) && utf == 0:
			utf = line
		}
	}
	at := diag.Place{File: f.Name, Line: other}
	if utf > 0 {
		found.Add(diag.Error, CodeMixed, at, "two encodings in one file", "line %d is UTF-8, line %d is not; save the file again as UTF-8 and check its accents", utf, other)
		return
	}
	found.Add(diag.Warning, CodeGuessed, at, "encoding guessed", "not UTF-8; read as %s from line %d on. Check the accents, or save as UTF-8", text.Encoding, other)
}
