package csv

// Codes of findings about delimited text. Published codes never change.
const (
	CodeEmpty         = "CSV001" // error: no bytes, or blanks only
	CodeNotText       = "CSV002" // error: a workbook, web page … under a CSV's name
	CodeBinary        = "CSV003" // error: binary data
	CodeTooLarge      = "CSV004" // error: over the limit of bytes
	CodeGuessed       = "CSV005" // warning: not UTF-8, the encoding was guessed
	CodeMixed         = "CSV006" // error: UTF-8 and another encoding in one file
	CodeUnclosedQuote = "CSV007" // error: a quote that is never closed
	CodeAfterQuote    = "CSV008" // warning: text after a closing quote
	CodeTooManyFaults = "CSV009" // error: reading stopped
	CodeTooManyCells  = "CSV010" // error: more cells in a row than any list has
)
