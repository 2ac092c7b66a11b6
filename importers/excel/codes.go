package excel

// Codes of findings about workbooks. Published codes never change.
const (
	CodeEmpty      = "XLS001" // error: no bytes
	CodeTooLarge   = "XLS002" // error: over the limit of bytes, packed or unpacked
	CodeEncrypted  = "XLS003" // error: protected by a password
	CodeOldFormat  = "XLS004" // error: .xls
	CodeOpenFormat = "XLS005" // error: .ods
	CodeNotBook    = "XLS006" // error: something else under a workbook's name
	CodeDamaged    = "XLS007" // error: a workbook that cannot be read
	CodeOtherSheet = "XLS008" // info: sheets that were not read; warning where one could be a list
	CodeHidden     = "XLS009" // info: hidden sheets that were not read
	CodeNoSheet    = "XLS010" // error: no sheet holds a list
	CodeHiddenCols = "XLS011" // info: hidden columns that were read
	CodeHiddenLeft = "XLS012" // info: hidden columns that were left out
	CodeNotThere   = "XLS013" // error: no sheet of the name that was asked for
)
