package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"turnover/importers"
	"turnover/internal/diag"
	"turnover/pipeline"
)

// The JSON of inspect, as the contract has it: an absent value is null. A list
// may have a million entries: they are written one by one.
type inspectJSON struct {
	Source      sourceJSON
	Title       *string
	Events      []importers.Event // left out where there are none
	Entries     []importers.Entry
	Lines       linesJSON
	Diagnostics diag.List
}

// print writes the object on one line.
func (j inspectJSON) print(to io.Writer) error {
	w := bufio.NewWriterSize(to, 64<<10)
	var err error
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	put := func(before string, v any) {
		if err != nil {
			return
		}
		text.Reset()
		if err = enc.Encode(v); err == nil {
			_, _ = w.WriteString(before) // Flush gives what went wrong
			_, _ = w.Write(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
		}
	}
	put(`{"source":`, j.Source)
	put(`,"title":`, j.Title)
	before := `,"events":[`
	for i := range j.Events {
		put(before, newEventJSON(&j.Events[i]))
		before = ","
	}
	before = `],"entries":[`
	if len(j.Events) == 0 {
		before = before[1:]
	}
	for i := range j.Entries {
		put(before, newEntryJSON(&j.Entries[i]))
		before = ","
	}
	if len(j.Entries) == 0 {
		_, _ = w.WriteString(before)
	}
	put(`],"lines":`, j.Lines)
	put(`,"diagnostics":`, j.Diagnostics)
	_, _ = w.WriteString("}\n")
	if err = errors.Join(err, w.Flush()); err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	return nil
}

type sourceJSON struct {
	Name      string  `json:"name"`
	Format    *string `json:"format"`
	Dialect   *string `json:"dialect"`
	SHA256    string  `json:"sha256"`
	Bytes     int64   `json:"bytes"`
	Encoding  *string `json:"encoding"`
	FPS       *string `json:"fps"`
	DropFrame bool    `json:"drop_frame"`
	Sheet     *string `json:"sheet"`
	Kind      *string `json:"kind"`
}

type linesJSON struct {
	Total      int `json:"total"`
	Understood int `json:"understood"`
	Ignored    int `json:"ignored"`
	InError    int `json:"in_error"`
}

type eventJSON struct {
	Line             int          `json:"line"`
	Number           string       `json:"number"`
	Reel             string       `json:"reel"`
	Channels         []string     `json:"channels"`
	Edit             string       `json:"edit"`
	TransitionFrames int64        `json:"transition_frames"`
	SourceIn         string       `json:"source_in"`
	SourceOut        string       `json:"source_out"`
	RecordIn         string       `json:"record_in"`
	RecordOut        string       `json:"record_out"`
	SourceInFrame    int64        `json:"source_in_frame"`
	SourceOutFrame   int64        `json:"source_out_frame"`
	RecordInFrame    int64        `json:"record_in_frame"`
	RecordOutFrame   int64        `json:"record_out_frame"`
	SourceFrames     int64        `json:"source_frames"`
	RecordFrames     int64        `json:"record_frames"`
	Track            string       `json:"track"`
	ClipName         *string      `json:"clip_name"`
	ToClipName       *string      `json:"to_clip_name"`
	SpeedFPS         *float64     `json:"speed_fps"`
	Freeze           bool         `json:"freeze"`
	Markers          []markerJSON `json:"markers"`
	CDL              *cdlJSON     `json:"cdl"`
	Comments         []string     `json:"comments"`
}

type markerJSON struct {
	Timecode string `json:"timecode"`
	Color    string `json:"color"`
	Name     string `json:"name"`
}

type cdlJSON struct {
	Slope      [3]float64 `json:"slope"`
	Offset     [3]float64 `json:"offset"`
	Power      [3]float64 `json:"power"`
	Saturation *float64   `json:"saturation"`
}

type entryJSON struct {
	Place       string             `json:"place"`
	Episode     *string            `json:"episode"`
	Sequence    *string            `json:"sequence"`
	Scene       *string            `json:"scene"`
	Shot        *string            `json:"shot"`
	NbFrames    *int64             `json:"nb_frames"`
	FrameIn     *int64             `json:"frame_in"`
	FrameOut    *int64             `json:"frame_out"`
	FPS         *string            `json:"fps"`
	Description *string            `json:"description"`
	Omitted     bool               `json:"omitted"`
	Casting     []castJSON         `json:"casting"`
	Fields      map[string]*string `json:"fields"`
	NamedBy     *string            `json:"named_by"` // the rule that found the names
	Cut         *cutJSON           `json:"cut"`      // where it lies; null for lists without timecodes
}

// cutJSON counts frames half-open. VisibleFrames is until the next takes over,
// RecordFrames has the overlap of both transitions.
type cutJSON struct {
	Event          string  `json:"event"`
	Reel           string  `json:"reel"`
	Track          string  `json:"track"`
	SourceInFrame  int64   `json:"source_in_frame"`
	SourceOutFrame int64   `json:"source_out_frame"`
	RecordInFrame  int64   `json:"record_in_frame"`
	RecordOutFrame int64   `json:"record_out_frame"`
	RecordFrames   int64   `json:"record_frames"`
	VisibleFrames  int64   `json:"visible_frames"`
	SpeedFPS       float64 `json:"speed_fps"` // 0 as shot; negative backwards
	Freeze         bool    `json:"freeze"`
	Transition     *string `json:"transition"`
	TransitionIn   int64   `json:"transition_in"`
	TransitionOut  int64   `json:"transition_out"`
}

type castJSON struct {
	Asset        string  `json:"asset"`
	Type         *string `json:"type"`
	NbOccurences int64   `json:"nb_occurences"`
	Label        string  `json:"label"`
}

func newInspectJSON(in *pipeline.Inspection) inspectJSON {
	out := inspectJSON{Diagnostics: in.Found}
	if out.Diagnostics == nil {
		out.Diagnostics = diag.List{}
	}
	l := in.List
	if l == nil {
		out.Source = sourceJSON{Name: in.File.Name, SHA256: in.File.SHA256(), Bytes: int64(len(in.File.Bytes))}
		return out
	}
	out.Title = nilIf(l.Title)
	s := l.Source
	out.Source = sourceJSON{s.Name, nilIf(s.Format), nilIf(s.Dialect), s.SHA256, s.Bytes, nilIf(s.Encoding), nilIf(s.FPS.String()), s.FPS.Drop, nilIf(s.Sheet), nilIf(string(l.Kind))}
	out.Lines = linesJSON(l.Lines)
	out.Events, out.Entries = l.Events, l.Entries
	return out
}

func newEventJSON(e *importers.Event) eventJSON {
	out := eventJSON{
		Line: e.Place.Line, Number: e.Number, Reel: e.Reel, Channels: orEmpty(e.Channels), Edit: e.Edit, TransitionFrames: e.TransitionFrames,
		SourceIn: e.SourceIn, SourceOut: e.SourceOut, RecordIn: e.RecordIn, RecordOut: e.RecordOut,
		SourceInFrame: e.Source.Start, SourceOutFrame: e.Source.End, RecordInFrame: e.Record.Start, RecordOutFrame: e.Record.End,
		SourceFrames: e.Source.Len(), RecordFrames: e.Record.Len(), Track: e.Track, ClipName: e.ClipName, ToClipName: e.ToClipName,
		SpeedFPS: e.SpeedFPS, Freeze: e.Freeze, Markers: []markerJSON{}, Comments: orEmpty(e.Comments),
	}
	for _, m := range e.Markers {
		out.Markers = append(out.Markers, markerJSON{m.Timecode, m.Color, m.Name})
	}
	if c := e.CDL; c != nil {
		out.CDL = &cdlJSON{c.Slope, c.Offset, c.Power, c.Saturation}
	}
	return out
}

func newEntryJSON(e *importers.Entry) entryJSON {
	out := entryJSON{
		Place: e.Place.String(), Episode: cellText(e.Episode), Sequence: cellText(e.Sequence), Scene: cellText(e.Scene), Shot: cellText(e.Shot),
		NbFrames: cellNumber(e.NbFrames), FrameIn: cellNumber(e.FrameIn), FrameOut: cellNumber(e.FrameOut), FPS: cellText(e.FPS),
		Description: cellText(e.Description), Omitted: e.Omitted.State == importers.Present && e.Omitted.Value,
		Casting: []castJSON{}, Fields: map[string]*string{}, NamedBy: nilIf(e.NamedBy), Cut: newCutJSON(e.Occurrence),
	}
	for _, c := range e.Assets {
		out.Casting = append(out.Casting, castJSON{c.Asset, nilIf(c.Type), c.Occurrences, c.Label})
	}
	for _, f := range e.Fields {
		out.field(f.Name, f.Cell)
	}
	for _, t := range e.Tasks {
		out.field(t.TaskType+" "+t.Field, t.Cell)
	}
	out.field("id", e.ID)
	out.field("project", e.Project)
	if e.Details != nil {
		out.details(e.Details)
	}
	return out
}

// details adds what the rows of other lists than shots say.
func (j *entryJSON) details(d *importers.Details) {
	if d.Asset.Given() {
		n := int64(1)
		if d.Occurrences.Given() {
			n = d.Occurrences.Value
		}
		j.Casting = append(j.Casting, castJSON{d.Asset.Text, cellText(d.AssetType), n, d.Label.Text})
	}
	for name, c := range map[string]importers.Cell{"entity_type": d.EntityType, "entity": d.Entity, "task_type": d.TaskType,
		"task_name": d.TaskName, "status": d.Status, "assignees": d.Assignees, "estimation": d.Estimation, "start_date": d.StartDate, "due_date": d.DueDate,
		"priority": d.Priority, "difficulty": d.Difficulty, "comment": d.Comment, "person": d.Person, "date": d.Date, "duration": d.Duration} {
		j.field(name, c)
	}
}

// field adds a cell that the list has.
func (j *entryJSON) field(name string, c importers.Cell) {
	if c.State != importers.Absent {
		j.Fields[name] = cellText(c)
	}
}

func newCutJSON(o *importers.Occurrence) *cutJSON {
	if o == nil {
		return nil
	}
	return &cutJSON{o.Event, o.Reel, o.Track, o.Source.Start, o.Source.End, o.Record.Start, o.Record.End, o.Record.Len(), o.Visible(),
		o.SpeedFPS, o.Freeze, nilIf(o.Transition), o.TransitionIn, o.TransitionOut}
}

func nilIf(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orEmpty(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func cellText(c importers.Cell) *string {
	if !c.Given() {
		return nil
	}
	return &c.Text
}

func cellNumber(n importers.Number) *int64 {
	if !n.Given() {
		return nil
	}
	return &n.Value
}
