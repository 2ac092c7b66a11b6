package edl

// Findings of a cut list. Codes never change.
//
//	EDL001 error    no event was found: what the file seems to be instead
//	EDL002 error    the frame rate is not known
//	EDL003 error    an event line is cut off or lacks a column
//	EDL004 error    a timecode of the record cannot be
//	EDL005 warning  a drop-frame label that does not exist, counted by the rule
//	EDL006 warning  a source timecode cannot be at the rate of the record
//	EDL007 error    an out point lies before its in point
//	EDL008 error    a transition stands on a line without timecodes
//	EDL009 warning  a speed (M2) cannot be read or belongs to no event
//	EDL010 warning  a colour decision cannot be read
//	EDL011 info     source and record lengths differ without a speed
//	EDL012 warning  drop frame is said at a rate that has none
//	EDL013 warning  a label's separator contradicts the count mode
//	EDL014 info     a line is not known and was ignored
//	EDL015 warning  a comment stands before the first event
//	EDL016 error    a list of markers, not a cut
//	EDL017 warning  the encoding was guessed
//	EDL018 error    the file is larger than allowed
//	EDL019 error    a naming template cannot be read
//	EDL020 info     events of sound only, black or bars were left out
//	EDL021 warning  a transition is longer than what it brings in
//	EDL022 error    the list has more events than allowed
//	EDL023 error    reading took too long
//	EDL024 info     a split lets the picture begin later than its sound
//	EDL025 warning  the delay of a split cannot be read
//	EDL026 warning  a count mode (FCM) cannot be read
const (
	CodeNoEvents   = "EDL001"
	CodeNoRate     = "EDL002"
	CodeCutOff     = "EDL003"
	CodeRecord     = "EDL004"
	CodeDropLabel  = "EDL005"
	CodeSource     = "EDL006"
	CodeBackwards  = "EDL007"
	CodeNoTimes    = "EDL008"
	CodeSpeed      = "EDL009"
	CodeCDL        = "EDL010"
	CodeLength     = "EDL011"
	CodeNoDrop     = "EDL012"
	CodeSeparator  = "EDL013"
	CodeIgnored    = "EDL014"
	CodeEarly      = "EDL015"
	CodeMarkers    = "EDL016"
	CodeEncoding   = "EDL017"
	CodeTooLarge   = "EDL018"
	CodeBadPattern = "EDL019"
	CodeNoShot     = "EDL020"
	CodeTransition = "EDL021"
	CodeTooMany    = "EDL022"
	CodeTooSlow    = "EDL023"
	CodeSplit      = "EDL024"
	CodeDelay      = "EDL025"
	CodeCountMode  = "EDL026"
)
