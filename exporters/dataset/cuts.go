package dataset

import (
	"turnover/hierarchy"
	"turnover/internal/table"
)

// A Cut is one revision of the cut of a sequence, episode or film.
type Cut struct {
	ID, Scope, ImportID   string
	Revision              int64
	Title, FPS            string
	SourceName, SourceSHA string
	At                    hierarchy.Time
	Undone                bool
	Items                 []CutItem
}

// A CutItem is one use of a shot in a cut; ranges are half-open.
type CutItem struct {
	Order                       int64
	Path                        string // of the shot; "" where none was found
	NamedBy, Place, Event       string
	Reel, Clip, Track, Rate     string
	Drop, Freeze                bool
	SourceIn, SourceOut         int64
	RecordIn, RecordOut         int64
	SpeedFPS                    float64 // 0: as shot
	Transition                  string
	TransitionIn, TransitionOut int64 // frames
}

// eachCut gives rows of the cuts.
func (m *maker) eachCut(rows func(*Cut, func(table.Row) bool) bool) table.Rows {
	return func(yield func(table.Row, error) bool) {
		if m.x.Cuts == nil {
			return
		}
		for c, err := range m.x.Cuts {
			if err != nil {
				yield(nil, err)
				return
			}
			if !rows(c, func(r table.Row) bool { return yield(r, nil) }) {
				return
			}
		}
	}
}

func (m *maker) cuts() *table.Table {
	rows := m.eachCut(func(c *Cut, yield func(table.Row) bool) bool {
		frames := int64(0)
		for _, item := range c.Items {
			frames += item.RecordOut - item.RecordIn
		}
		return yield(m.front(c.ID, c.Scope, c.Revision, orNull(c.ImportID), orNull(c.Title), orNull(c.FPS), m.x.written(orNull(c.SourceName)), orNull(c.SourceSHA), at(c.At), c.Undone, int64(len(c.Items)), frames))
	})
	return m.table("cuts", "One row is one revision of the cut of a sequence, episode or film.", by("scope", "revision"), rows,
		text("id", "Id of the cut."), text("scope", "Path of the sequence or episode; empty for a whole film."), whole("revision", "", "Number of the revision within the scope, from 1."),
		text("import_id", "Id of the import that brought it."), text("title", "Title in the file."), text("fps", "Frame rate of its timecodes as written."),
		text("source_name", "Name of the file; null where people are hidden."), text("source_sha256", "Checksum of the file."), instant("turned_over_at", "When it was applied."),
		truth("undone", "Its import was taken back, or the revision says so: it was never turned over."), whole("nb_items", "items", "Occurrences of shots in it."), whole("record_frames", "frames", "Frames of all occurrences where they land in the cut; overlaps count twice."))
}

func (m *maker) cutItems() *table.Table {
	var byPath map[string]hierarchy.ID
	shot := func(path string) any {
		if byPath == nil {
			byPath = map[string]hierarchy.ID{}
			for _, e := range m.dim.OfKind(hierarchy.Shot) {
				byPath[m.path(e)] = e.ID
			}
		}
		return orNull(byPath[path])
	}
	rows := m.eachCut(func(c *Cut, yield func(table.Row) bool) bool {
		for _, i := range c.Items {
			var speed any
			if i.SpeedFPS != 0 {
				speed = i.SpeedFPS
			}
			row := m.front(c.ID, c.Scope, c.Revision, i.Order, shot(i.Path), orNull(i.Path), i.RecordIn, i.RecordOut, i.SourceIn, i.SourceOut, i.RecordOut-i.RecordIn, orNull(i.Rate), i.Drop)
			row = append(row, orNull(i.Event), orNull(i.Reel), orNull(i.Clip), orNull(i.Track), speed, i.Freeze, orNull(i.Transition), i.TransitionIn, i.TransitionOut, orNull(i.NamedBy), m.x.written(orNull(i.Place)))
			if !yield(row) {
				return false
			}
		}
		return true
	})
	return m.table("cut_items", "One row is one use of a shot in one revision of a cut.", by("scope", "revision", "item_order"), rows,
		text("cut_id", "Id of the cut."), text("scope", "Scope of the cut."), whole("revision", "", "Revision of the cut."), whole("item_order", "", "Place in the file, from 0."),
		text("shot_id", "Id of the shot that has this path now."), text("path", "Path of the shot as it was named then; null where none was found."),
		whole("record_in_frame", "", "First frame in the cut."), whole("record_out_frame", "", "First frame after it in the cut."), whole("source_in_frame", "", "First frame in the source."), whole("source_out_frame", "", "First frame after it in the source."),
		whole("record_frames", "frames", "Frames in the cut."), text("rate", "Frame rate that the frames are counted in."), truth("drop_frame", "Its timecodes drop frames."), text("event", "Number of the event in the EDL."), text("reel", "Source name in the EDL."),
		text("clip", "Clip name."), text("track", "Track."), float("speed_fps", "", "Speed in frames per second where it is not that of the shot."), truth("freeze", "It is a freeze frame."),
		text("transition", "Kind of the transition into it."), whole("transition_in_frames", "frames", "Length of the transition into it."), whole("transition_out_frames", "frames", "Length of the transition out of it."),
		text("named_by", "Rule that found the shot's name."), text("place", "Where the file says so; null where people are hidden."))
}
