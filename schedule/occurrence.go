package schedule

import "time"

// OccurrenceForm is how an occurrence's local time stands in its key: of a wall
// clock, so that an hour that comes twice is one occurrence.
const OccurrenceForm = "2006-01-02T15:04"

// An Occurrence is one time at which an entry of the configuration is due.
type Occurrence struct {
	Entry string    // its name
	Wall  string    // what the expression says, in the entry's zone: "2026-11-23T08:00"
	At    time.Time // when it is due: another instant than Wall says where clocks are changed or the day is free
	Why   string    // what is not plain about it, for people: another time, several in one, made up; "" where nothing is
}

// Key names the occurrence in the ledger: whichever worker gets it, it is done once.
func (o Occurrence) Key() string { return o.prefix() + o.Wall }

func (o Occurrence) prefix() string { return "occurrence/" + o.Entry + "/" }

// note adds to Why.
func (o *Occurrence) note(text string) {
	if o.Why != "" && text != "" {
		o.Why += "; "
	}
	o.Why += text
}
