package pipeline

import (
	"fmt"
	"iter"
	"reflect"
	"slices"

	"turnover/hierarchy"
	"turnover/internal/runs"
)

// recordedFields are what datasets and reports look at of a production's streams.
// Who asks for another field is given it by the database: that is slower, never wrong.
var recordedFields = hierarchy.Fields{
	"tasks": {"id", "name", "task_type_id", "task_status_id", "entity_id", "priority", "difficulty", "duration", "estimation", "retake_count", "start_date", "due_date",
		"real_start_date", "end_date", "done_date", "last_comment_date", "nb_drawings", "data", "last_preview_file_id", "created_at", "updated_at"},
	"time_spents":   {"id", "task_id", "person_id", "date", "duration"},
	"comments":      {"id", "task_id", "task_status_id", "person_id", "text", "checklist", "previews", "created_at", "updated_at"},
	"preview_files": {"id", "task_id", "revision", "position", "created_at"},
}

// recorded are facts whose streams are asked of the database once: while one is
// read it is kept aside, and whoever wants it again, in the same transaction,
// reads that. Tables and reports each walk over the same few streams.
type recorded struct {
	facts    hierarchy.Facts
	fields   hierarchy.Fields // that are looked at; nil: all
	tasks    *recording[*hierarchy.Task]
	sheets   *recording[*hierarchy.TimeSpent]
	comments *recording[*hierarchy.Comment]
	previews *recording[*hierarchy.PreviewFile]
}

func record(facts hierarchy.Facts, scratch func() (runs.Scratch, error)) hierarchy.Facts {
	lean := hierarchy.Only(facts, recordedFields)
	return &recorded{facts: facts, tasks: newRecording(lean.Tasks, scratch), sheets: newRecording(lean.TimeSpents, scratch),
		comments: newRecording(lean.Comments, scratch), previews: newRecording(lean.Previews, scratch)}
}

// Only gives what was recorded of the fields; see hierarchy.Only.
func (r *recorded) Only(fields hierarchy.Fields) hierarchy.Facts {
	lean := *r
	lean.fields = fields
	return &lean
}

func (r *recorded) Dimensions() *hierarchy.Snapshot { return r.facts.Dimensions() }

func (r *recorded) Tasks() iter.Seq2[*hierarchy.Task, error] {
	return r.tasks.rows(r.fields, hierarchy.Only(r.facts, r.fields).Tasks)
}

func (r *recorded) TimeSpents() iter.Seq2[*hierarchy.TimeSpent, error] {
	return r.sheets.rows(r.fields, hierarchy.Only(r.facts, r.fields).TimeSpents)
}

func (r *recorded) Comments() iter.Seq2[*hierarchy.Comment, error] {
	return r.comments.rows(r.fields, hierarchy.Only(r.facts, r.fields).Comments)
}

func (r *recorded) Previews() iter.Seq2[*hierarchy.PreviewFile, error] {
	return r.previews.rows(r.fields, hierarchy.Only(r.facts, r.fields).Previews)
}

// A recording is one stream that is kept while it is read for the first time.
type recording[T hierarchy.Noun] struct {
	table   string
	read    func() iter.Seq2[T, error]
	scratch func() (runs.Scratch, error)
	fields  []hierarchy.FieldInfo // in the order in which they are kept
	file    runs.Scratch
	size    int64
	busy    bool // it is being recorded
	whole   bool // it was read to its end
}

func newRecording[T hierarchy.Noun](read func() iter.Seq2[T, error], scratch func() (runs.Scratch, error)) *recording[T] {
	var noun T // methods of a noun's type need no row
	r := &recording[T]{table: noun.Table(), read: read, scratch: scratch}
	for _, f := range hierarchy.FieldsOfNoun(noun) {
		if slices.Contains(recordedFields[r.table], f.Name) {
			r.fields = append(r.fields, f)
		}
	}
	if assignees, ok := reflect.TypeFor[T]().Elem().FieldByName("Assignees"); ok { // tasks come with them, whatever is looked at
		r.fields = append(r.fields, hierarchy.FieldInfo{Index: assignees.Index, Type: assignees.Type})
	}
	return r
}

// rows gives the stream with the fields that are looked at; other reads it
// where not all of them are recorded, or while it is being recorded.
func (r *recording[T]) rows(fields hierarchy.Fields, other func() iter.Seq2[T, error]) iter.Seq2[T, error] {
	names, narrowed := fields[r.table]
	for _, name := range names {
		narrowed = narrowed && slices.Contains(recordedFields[r.table], name)
	}
	return func(yield func(T, error) bool) {
		switch {
		case !narrowed || r.busy:
			other()(yield)
		case r.whole:
			r.replay(names, yield)
		default:
			r.record(yield)
		}
	}
}

// record reads the stream and keeps it. Who ends before its end leaves no recording.
func (r *recording[T]) record(yield func(T, error) bool) {
	var none T
	r.busy = true
	defer func() { r.busy = false }()
	file, err := r.scratch()
	if err != nil {
		yield(none, fmt.Errorf("keep rows of %s outside memory: %w", r.table, err))
		return
	}
	out, line := runs.NewLineWriter(file), []byte(nil)
	for row, err := range r.read() {
		if err != nil {
			yield(none, err)
			return
		}
		line = hierarchy.AppendFields(line[:0], row, r.fields)
		if err := out.Add(line); err != nil {
			yield(none, fmt.Errorf("keep rows of %s outside memory: %w", r.table, err))
			return
		}
		if !yield(row, nil) {
			return
		}
	}
	size, err := out.Close()
	if err != nil {
		yield(none, fmt.Errorf("keep rows of %s outside memory: %w", r.table, err))
		return
	}
	r.file, r.size, r.whole = file, size, true
}

// replay reads what was kept.
func (r *recording[T]) replay(names []string, yield func(T, error) bool) {
	lines := newLineReader(r.file, r.size, r.fields, names)
	of := reflect.TypeFor[T]().Elem()
	for {
		row := reflect.New(of).Interface().(T)
		ok, err := lines.next(row)
		if err != nil {
			var none T
			yield(none, fmt.Errorf("read rows of %s back: %w", r.table, err))
			return
		}
		if !ok || !yield(row, nil) {
			return
		}
	}
}
