package archive

// Findings of an archive. Codes never change.
//
//	ARC001 error    a line is no JSON object, or a field has the wrong type
//	ARC002 error    a required field is missing
//	ARC003 error    two rows have one id, or one unique name or link
//	ARC004 info     a field is not known and was ignored
//	ARC005 warning  a file is not known and was ignored
//	ARC006 error    a row refers to one that is neither here nor in the database
//	ARC007 error    a scene link contradicts the shot's source_id
//	ARC008 error    a row contradicts the one in the database
//	ARC009 error    text that no database can hold: a zero character, or no UTF-8
//	ARC010 error    a line is too long
//	ARC011 error    the folder is no archive
const (
	CodeSyntax     = "ARC001"
	CodeMissing    = "ARC002"
	CodeTwice      = "ARC003"
	CodeField      = "ARC004"
	CodeFile       = "ARC005"
	CodeReference  = "ARC006"
	CodeSceneLink  = "ARC007"
	CodeContradict = "ARC008"
	CodeText       = "ARC009"
	CodeLong       = "ARC010"
	CodeNoArchive  = "ARC011"
)
