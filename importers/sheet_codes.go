package importers

// Codes of findings that every kind of sheet can have. Published codes never
// change.
const (
	CodeNoHeader        = "SHT001" // error: no header row
	CodeEmptySheet      = "SHT002" // error: no text at all
	CodeMissingColumn   = "SHT003" // error: a column that the kind of list needs
	CodeTitleRows       = "SHT004" // info: rows above the header
	CodeBlankRows       = "SHT005" // info: empty rows
	CodeTotalRow        = "SHT006" // warning: a total
	CodeNoteRow         = "SHT007" // warning: a note below the table
	CodeRepeatedHeader  = "SHT008" // info: the header again
	CodeNoRows          = "SHT009" // warning: only a header
	CodeUnknownColumn   = "SHT010" // info: a column that nobody knows
	CodeDuplicateHeader = "SHT011" // warning: the same title twice
	CodeAmbiguousColumn = "SHT012" // warning or error: two columns for one field
	CodeSideTable       = "SHT013" // warning: another table beside
	CodeNoSequence      = "SHT014" // warning: no sequence column
	CodeUnnamedColumn   = "SHT015" // warning: cells under no title
	CodeBlankName       = "SHT020" // error: a shot without name
	CodeBadName         = "SHT021" // error: control characters, error values, formulas
	CodeLongName        = "SHT022" // error: over 160 characters
	CodeRewrittenName   = "SHT023" // warning: 1E10, Mar-10 … in a name's place
	CodeFormulaName     = "SHT024" // warning: +10, -20, @cmd in a name's place
	CodeNumberName      = "SHT025" // warning: a number cell as a name
	CodeDateName        = "SHT026" // error: a date cell as a name
	CodeBlankSequence   = "SHT027" // warning: a shot without sequence
	CodeFilledDown      = "SHT028" // warning: names taken from the row above
	CodeMergedName      = "SHT029" // info: names taken from merged cells
	CodeBadNumber       = "SHT030" // error: not a whole number
	CodeNegative        = "SHT031" // error: negative frames
	CodeThousands       = "SHT032" // info: thousands separators read
	CodeDurationRead    = "SHT033" // info: frames computed from a duration
	CodeDurationUnread  = "SHT034" // warning: a duration that needs a frame rate
	CodeBadDuration     = "SHT035" // error: not a timecode or no whole frames
	CodeBadFlag         = "SHT036" // error: neither yes nor no
	CodeBadCast         = "SHT037" // error: an assets cell that cannot be read
	CodeNoValue         = "SHT038" // error, elsewhere warning: formula without value
	CodeBlankCell       = "SHT039" // error: a needed cell of a casting, task or time row is empty
	CodeShortRow        = "SHT040" // warning: fewer cells than the header
	CodeLongRow         = "SHT041" // warning: more cells than the header
	CodeHiddenRows      = "SHT042" // warning: rows that the workbook hides
	CodeStruckRow       = "SHT043" // info: struck rows read as omitted
	CodeForeignID       = "SHT044" // info: ids that are not ours
	CodeErrorValue      = "SHT045" // warning: #REF! and the like outside names
	CodeSplitName       = "SHT046" // info: names read by a template
	CodeReceipt         = "SHT047" // info: columns of an earlier receipt left out
	CodeMergedCells     = "SHT052" // error: names in merged cells that were not filled down
	CodeHiddenOmit      = "SHT053" // info: hidden rows read as omitted
	CodeHiddenLeft      = "SHT054" // info: hidden rows that were left out
	CodeStruckLeft      = "SHT055" // info: struck rows that were left out
	CodeStruckRead      = "SHT056" // warning: struck rows that were read
	CodeStruckPart      = "SHT057" // warning: part of a name is struck through
	CodeSeveralNames    = "SHT058" // error, or warning where it may be one name: several names in one cell
	CodeEmptyColumn     = "SHT059" // info: known columns without any value
	CodeTwoRows         = "SHT060" // info: a header of two rows
	CodePanels          = "SHT061" // error: a list of panels, not of shots
	CodeTableBelow      = "SHT062" // error, or warning where it is no list: another table below
	CodeSheetLimit      = "SHT050" // error: too many rows or cells
	CodeSheetTime       = "SHT051" // error: too slow
	CodeRepaired        = "SHT070" // info: names read otherwise, as agreed
)
