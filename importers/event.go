package importers

import (
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// An Event is one event line of an EDL with its continuation lines. A
// dissolve's two lines are two events with the same number.
type Event struct {
	Place            diag.Place
	Number           string
	Reel             string
	Track            string   // as written
	Channels         []string // its meaning: "V", "A", "A2" …
	Edit             string   // as written: "C", "D", "W001", "K", "KB", "KO"
	TransitionFrames int64
	// The four timecodes as written, and as frames by the rate and count mode
	// in force at the line. Source and Record are half-open.
	SourceIn, SourceOut, RecordIn, RecordOut string
	Source, Record                           timecode.Range
	ClipName, ToClipName                     *string
	SpeedFPS                                 *float64 // M2; negative is reverse
	Freeze                                   bool
	Markers                                  []Marker
	CDL                                      *CDL
	Comments                                 []string
	Black                                    bool // reel BL, or another black or bars generator
}

// Picture tells whether any channel of the event is video.
func (e Event) Picture() bool {
	for _, c := range e.Channels {
		if c != "" && c[0] == 'V' {
			return true
		}
	}
	return false
}

// A Marker is a locator: a name at a record timecode.
type Marker struct {
	Timecode, Color, Name string
	Place                 diag.Place
}

// CDL is the ASC colour decision of an event.
type CDL struct {
	Slope, Offset, Power [3]float64
	Saturation           *float64
}

// An Occurrence is one use of a shot in a cut. SpeedFPS is 0 where the source
// runs at the cut's own rate.
type Occurrence struct {
	Order          int    // 0-based position in the list
	Event          string // number as written
	Reel, Clip     string
	Track          string
	Rate           timecode.Rate
	Source, Record timecode.Range // full length, the overlap of both transitions included
	SpeedFPS       float64
	Freeze         bool
	Transition     string // "" for a cut, else the edit column
	TransitionIn   int64  // frames of overlap with the one before
	TransitionOut  int64  // frames of overlap with the one after
}

// Visible is how many frames an occurrence has on screen until the next one
// takes over; its record has those that it shares with the next as well.
func (o *Occurrence) Visible() int64 { return o.Record.Len() - o.TransitionOut }
