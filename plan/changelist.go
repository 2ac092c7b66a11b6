package plan

// A ChangeList says what changed from cut A to cut B, shot by shot, in an
// editor's words. Frames are source frames of the cut's rate; deltas are new
// minus old. Shots stand in the order of the new cut, then what went away in
// the order of the old.
type ChangeList struct {
	A          string         `json:"a"` // file name, or "SCOPE@REVISION" of a stored cut
	B          string         `json:"b"`
	FPS        string         `json:"fps"`
	Drop       bool           `json:"drop_frame"`
	Handles    int64          `json:"handles"`
	FirstFrame *int64         `json:"first_frame"` // of the head in; null: frames stay source frames
	Shots      []ShotChange   `json:"shots"`
	Summary    map[string]int `json:"summary"` // label, "rescan" or "unchanged" → shots
	Notes      []string       `json:"notes"`   // what to know of the comparison as a whole, for people
}

// A ShotChange is what happened to one shot. Labels are sorted as Labels()
// lists them; an unchanged shot has "unchanged" alone.
type ShotChange struct {
	Path        string             `json:"path"` // of the shot; the clip's name where it is unlinked
	Labels      []string           `json:"labels"`
	Rescan      bool               `json:"rescan"` // the cut reaches outside what was turned over
	Reasons     []string           `json:"reasons"`
	HeadDelta   int64              `json:"head_delta"`          // source in, new − old: negative is extended
	TailDelta   int64              `json:"tail_delta"`          // source out, new − old: positive is extended
	HeadTime    string             `json:"head_delta_timecode"` // HeadDelta as "+00:00:00:08"; "" for none
	TailTime    string             `json:"tail_delta_timecode"`
	Before      *ShotRange         `json:"before"` // null where the shot is new
	After       *ShotRange         `json:"after"`  // null where it is omitted
	TurnedOver  *FrameRange        `json:"turned_over"`
	Occurrences []OccurrenceChange `json:"occurrences"`
}

// A ShotRange is the union of a shot's occurrences, full length under
// dissolves, with the shot's own frame numbers where a first frame is set.
// All four frame numbers are inclusive, as screens and sheets show them.
type ShotRange struct {
	Source  FrameRange `json:"source"`
	HeadIn  *int64     `json:"head_in"`
	CutIn   *int64     `json:"cut_in"`
	CutOut  *int64     `json:"cut_out"`
	TailOut *int64     `json:"tail_out"`
}

// A FrameRange is half-open, in source frames.
type FrameRange struct {
	In  int64 `json:"in"`
	Out int64 `json:"out"`
}

// An OccurrenceChange is one use of a shot, old, new or both. Timecodes are
// labels; "" where the side is absent. Order is 1-based.
type OccurrenceChange struct {
	Labels []string `json:"labels"`
	// OccurrenceSide is the new side; where there is none, event, place, clip,
	// reel and order are of the old one.
	OccurrenceSide
	HeadDelta int64           `json:"head_delta"`
	TailDelta int64           `json:"tail_delta"`
	Score     int             `json:"score"` // cost of the match: 0 is the same; −1 where one side is absent
	Before    *OccurrenceSide `json:"before"`
}

// An OccurrenceSide is one side of an occurrence.
type OccurrenceSide struct {
	Event     string `json:"event"`
	Place     string `json:"place"`
	Clip      string `json:"clip"`
	Reel      string `json:"reel"`
	Order     int    `json:"order"`
	RecordIn  string `json:"record_in"`
	RecordOut string `json:"record_out"`
	SourceIn  string `json:"source_in"`
	SourceOut string `json:"source_out"`
}
