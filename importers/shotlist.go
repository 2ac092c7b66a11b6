package importers

import (
	"turnover/internal/diag"
	"turnover/internal/timecode"
)

// Kind says what the rows of a list are about.
type Kind string

const (
	Shots     Kind = "shots"
	Casting   Kind = "casting"
	Tasks     Kind = "tasks"
	Timesheet Kind = "timesheet"
	Assets    Kind = "assets" // only where asked for: its titles are those of other lists too
)

// A ShotList is what one file hands over, before anyone asks whether it fits
// the production. Each fact knows its place in the file.
type ShotList struct {
	Source  Source
	Title   string
	Kind    Kind
	Events  []Event // EDL only, in the file's order
	Entries []Entry // what the planner sees
	More    int     // entries beyond Options.First that were left out
	Lines   Lines
	Columns []Column    // sheets only: how each header was understood, left to right
	Dates   []NamedCell // sheets only: cells refused as names because the workbook holds days, by field
	Unusual int         // sheets only: names with line breaks or control characters, which only the production can tell from faults
}

// IsCut tells a list whose entries are pictures in a cut, not rows of a sheet.
func (l *ShotList) IsCut() bool { return l.Source.Format == "edl" || l.Source.Format == "otio" }

// A Source is the file itself and how it was read.
type Source struct {
	Name     string // base name
	Format   string // "edl", "csv", "xlsx"
	Dialect  string // "cmx3600"; of a CSV its delimiter as "comma", "semicolon", "tab", "pipe"
	SHA256   string // hex
	Bytes    int64
	Encoding string        // "utf-8", "utf-8-bom", "utf-16le", "windows-1252" …
	FPS      timecode.Rate // zero for sheets
	Sheet    string        // xlsx only
}

// Lines accounts for every line of an EDL, and every row below the header of
// a sheet: Understood + Ignored + InError == Total, always.
type Lines struct{ Total, Understood, Ignored, InError int }

// A Column tells what a sheet's header was taken for.
type Column struct {
	Header string
	Place  diag.Place
	Field  string // "shot", "nb_frames" …; "field" for metadata; "task" for a task type's cell; "" where ignored
	Detail string // the metadata or task type name
}

// State tells a cell that is not there from an empty one: what a file does
// not mention is not touched.
type State uint8

const (
	Absent State = iota
	Empty
	Present
)

// A Cell is one fact as text, with its place. Text is as shown to a person
// (number formats respected), trimmed; "" unless Present.
type Cell struct {
	Text  string
	Place Spot
	State State
}

// Given tells that the cell has a value.
func (c Cell) Given() bool { return c.State == Present }

// A Number is a whole number with its place.
type Number struct {
	Value int64
	Place Spot
	State State
}

// Given tells that the number has a value.
func (n Number) Given() bool { return n.State == Present }

// An Entry is one row or one picture event of a list. Which fields are used
// depends on the list's Kind. A list has up to a million of them, so that what
// an entry holds is kept small.
type Entry struct {
	Place diag.Place

	ID                             Cell // our exports' id column
	Project                        Cell
	Episode, Sequence, Scene, Shot Cell
	Description                    Cell
	NbFrames, FrameIn, FrameOut    Number
	FPS                            Cell
	Omitted                        Flag // omit column or struck-through row
	Assets                         []Cast
	AssetsState                    State       // of the Assets column as a whole
	Fields                         []NamedCell // metadata and unknown columns, by header, left to right
	Tasks                          []TaskCell  // shots: the task columns, left to right
	Occurrence                     *Occurrence // EDL and lists with timecodes: where it lies in the cut

	// EDL only: the texts in which a shot name may hide, best first. The
	// planner tries the naming templates on them.
	Names []NamedCell
	// NamedBy is the rule that gave the names: "clip_name by {sequence}_{shot}";
	// "" where the list has a column for them or no rule fitted.
	NamedBy string

	// Lists of other kinds only; nil for shots, of which there are most.
	*Details
}

// Details are what the rows of casting lists, task lists and time sheets say
// and those of shot lists do not.
type Details struct {
	// Casting lists: one row is one asset in one target.
	Asset, AssetType, Label Cell
	Occurrences             Number
	// Tasks lists.
	EntityType, Entity, TaskType, TaskName, Status, Assignees, Estimation, StartDate, DueDate, Priority, Difficulty, Comment Cell
	// Time sheets: TaskType above, and who, when, how long.
	Person, Date Cell
	Duration     Cell // minutes, or hours where the unit column or header says so; see Column.Detail
}

// A Flag is a yes or no that may be absent.
type Flag struct {
	Place Spot
	State State
	Value bool
}

// A NamedCell is a cell under a header, or an EDL text with its kind
// ("clip_name", "to_clip_name", "locator", "comment", "source_file", "reel").
type NamedCell struct {
	Name string
	Cell Cell
}

// A Cast is one asset named in an Assets cell: "Props: Sword x2 (held)".
type Cast struct {
	Asset       string
	Type        string // "" where the cell does not say
	Occurrences int64  // 1 where the cell does not say
	Label       string
	Place       Spot
}

// A TaskCell is one cell of a task type's columns in a shot list.
type TaskCell struct {
	TaskType string
	Field    string // "status", "comment", "assignations", "estimation"
	Cell     Cell
}
