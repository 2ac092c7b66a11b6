package jsonlist

// Codes of findings about lists in JSON. Published codes never change.
const (
	CodeEmpty      = "JSN001" // error: no bytes, or blanks only
	CodeSyntax     = "JSN002" // error: not JSON from here on, or cut off
	CodeNotRows    = "JSN003" // error: no array of row objects
	CodeTooLarge   = "JSN004" // error: over a limit of bytes, rows, columns or cells
	CodeNested     = "JSN005" // error: an object or array in a cell's place
	CodeTwice      = "JSN006" // error: a column twice in one row
	CodeEncoding   = "JSN007" // error: not UTF-8
	CodeTime       = "JSN008" // error: reading took too long
	CodeTooManyBad = "JSN009" // error: findings left out
)
