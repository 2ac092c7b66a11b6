package reports

import (
	"strconv"

	"turnover/hierarchy"
)

// A share is the part of one task that falls on one person and day.
type share struct {
	person     hierarchy.ID // "" is nobody
	day        dayNumber
	part, of   float64 // minutes of minutes, or one of so many
	because    reason
	frames     int64
	drawings   int64
	hundredths int64   // of a shot; weighted and raw
	count      float64 // of shots; the kitsu methods
}

// A reason says why a share falls where it does.
type reason uint8

const (
	timeLogged reason = iota
	spreadOverDays
	noStart
	startAfterBasis
	noBusinessDay
	onBasisDay
	kitsuLogged
	kitsuWeekdays
	kitsuEachAssignee
	reasons
)

// String is the text in the because column; this set is closed.
func (r reason) String() string {
	return [...]string{
		"time logged",
		"no time logged: business days from start to basis day",
		"no time logged, no start: basis day",
		"no time logged, start after basis day: basis day",
		"no time logged, no business day: basis day",
		"basis day",
		"time sheet, rounded",
		"no time sheet: weekdays from start, rounded",
		"whole shot to each assignee",
	}[r]
}

// shareText writes a share as "30/120".
func shareText(part, of float64) string {
	return strconv.FormatFloat(part, 'f', -1, 64) + "/" + strconv.FormatFloat(of, 'f', -1, 64)
}
