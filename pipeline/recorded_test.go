package pipeline

import (
	"bytes"
	"errors"
	"iter"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"turnover/exporters/dataset"
	"turnover/hierarchy"
	"turnover/internal/runs"
	"turnover/reports"
)

// told are facts in memory that count how often each stream is asked for.
type told struct {
	tasks    []*hierarchy.Task
	sheets   []*hierarchy.TimeSpent
	comments []*hierarchy.Comment
	previews []*hierarchy.PreviewFile
	asked    map[string]int
}

func (f told) Dimensions() *hierarchy.Snapshot {
	return &hierarchy.Snapshot{Project: &hierarchy.Project{ID: "p", ProductionType: hierarchy.Ptr("featurefilm")}}
}
func (f told) Tasks() iter.Seq2[*hierarchy.Task, error]           { return tell(f, f.tasks) }
func (f told) TimeSpents() iter.Seq2[*hierarchy.TimeSpent, error] { return tell(f, f.sheets) }
func (f told) Comments() iter.Seq2[*hierarchy.Comment, error]     { return tell(f, f.comments) }
func (f told) Previews() iter.Seq2[*hierarchy.PreviewFile, error] { return tell(f, f.previews) }
func tell[T hierarchy.Noun](f told, rows []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var noun T
		f.asked[noun.Table()]++
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// drawn fills the recorded fields of a row with anything.
func drawn[T hierarchy.Noun](r *rapid.T, row T) T {
	v := reflect.ValueOf(row).Elem()
	for _, f := range newRecording[T](nil, nil).fields {
		name := f.Name + v.Type().Field(f.Index[0]).Name
		text := rapid.SampledFrom([]string{"", "a", "Läuft\x00", "0123456789"}).Draw(r, name)
		number := rapid.Int64().Draw(r, name)
		switch p := v.FieldByIndex(f.Index).Addr().Interface().(type) {
		case *string:
			*p = text
		case *hierarchy.ID:
			*p = hierarchy.ID(text)
		case *hierarchy.Day:
			*p = hierarchy.Day(text)
		case *hierarchy.Data:
			if text != "" {
				*p = hierarchy.Data(text)
			}
		case *int64:
			*p = number
		case **int64:
			if number%2 == 0 {
				*p = &number
			}
		case *float64:
			*p = float64(number)
		case *hierarchy.Time:
			if text != "" {
				*p = hierarchy.At(time.Unix(number%1e11, 123_456_789))
			}
		case *[]hierarchy.ID:
			for range number % 4 {
				*p = append(*p, hierarchy.ID(text))
			}
		default:
			r.Fatalf("a %T is recorded", p)
		}
	}
	return row
}

func drawnFacts(r *rapid.T) told {
	f := told{asked: map[string]int{}}
	for range rapid.IntRange(1, 4).Draw(r, "rows") {
		f.tasks = append(f.tasks, drawn(r, &hierarchy.Task{}))
		f.sheets = append(f.sheets, drawn(r, &hierarchy.TimeSpent{}))
		f.comments = append(f.comments, drawn(r, &hierarchy.Comment{}))
		f.previews = append(f.previews, drawn(r, &hierarchy.PreviewFile{}))
	}
	return f
}

func listedRows[T any](t interface{ Fatal(...any) }, rows iter.Seq2[T, error]) (out []T) {
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	return out
}

// What is read again is what was read first, and the database is asked once;
// who ends early leaves the stream to be asked for anew.
func TestRecordedStreams(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := drawnFacts(r)
		var files runs.Files
		defer func() { _ = files.Close() }()
		all := hierarchy.Only(record(f, files.Open), recordedFields)
		for range all.Comments() {
			break
		}
		for range 3 {
			for _, same := range []bool{reflect.DeepEqual(listedRows(r, all.Tasks()), f.tasks), reflect.DeepEqual(listedRows(r, all.TimeSpents()), f.sheets),
				reflect.DeepEqual(listedRows(r, all.Comments()), f.comments), reflect.DeepEqual(listedRows(r, all.Previews()), f.previews)} {
				if !same {
					r.Fatal("other rows are read back")
				}
			}
		}
		if want := map[string]int{"tasks": 1, "time_spents": 1, "comments": 2, "preview_files": 1}; !reflect.DeepEqual(f.asked, want) {
			r.Fatalf("asked %v, want %v", f.asked, want)
		}
		for i, task := range listedRows(r, hierarchy.Only(all, hierarchy.Fields{"tasks": {"name"}}).Tasks()) {
			if want := (&hierarchy.Task{Name: f.tasks[i].Name, Assignees: f.tasks[i].Assignees}); !reflect.DeepEqual(task, want) {
				r.Fatalf("%+v for a name and assignees", task)
			}
		}
	})
}

// A field that is not recorded, a stream that is being recorded, and one whose
// fields nobody names, come from the database.
func TestNotRecorded(t *testing.T) {
	f := told{tasks: []*hierarchy.Task{{ID: "1", ShotgunID: hierarchy.Ptr(int64(7))}, {ID: "2"}}, asked: map[string]int{}}
	var files runs.Files
	defer func() { _ = files.Close() }()
	r := record(f, files.Open)
	ids := hierarchy.Only(r, hierarchy.Fields{"tasks": {"id"}})
	for range ids.Tasks() {
		if got := listedRows(t, ids.Tasks()); len(got) != 2 {
			t.Errorf("%d tasks while they are recorded", len(got))
		}
	}
	for _, other := range []hierarchy.Facts{r, hierarchy.Only(r, hierarchy.Fields{"tasks": {"id", "shotgun_id"}}), hierarchy.Only(r, hierarchy.Fields{"comments": {"id"}})} {
		if got := listedRows(t, other.Tasks()); len(got) != 2 || got[0].ShotgunID == nil {
			t.Errorf("%v instead of what the database has", got)
		}
	}
	full := errors.New("the disk is full")
	for _, err := range hierarchy.Only(record(f, func() (runs.Scratch, error) { return nil, full }), recordedFields).Tasks() {
		if !errors.Is(err, full) {
			t.Errorf("error %v", err)
		}
	}
}

// TestPublicationsReadOnce: all that is published is made of one reading of each stream.
func TestPublicationsReadOnce(t *testing.T) {
	f := told{asked: map[string]int{}}
	var files runs.Files
	defer func() { _ = files.Close() }()
	facts := record(f, files.Open)
	tables := dataset.Tables(facts, dataset.Extra{})
	for tb, err := range tables {
		if err != nil {
			t.Fatal(err)
		}
		listedRows(t, tb.Rows)
	}
	q := reports.Query{AsOf: time.Unix(1e9, 0)}
	_, quotas := reports.QuotaDays(facts, q)
	_, retakes := reports.Retake(facts, q)
	_, episodes := reports.Episode(facts, q)
	if err := errors.Join(quotas, retakes, episodes); err != nil {
		t.Fatal(err)
	}
	for name, n := range f.asked {
		if n != 1 {
			t.Errorf("%s are asked for %d times", name, n)
		}
	}
	if len(f.asked) != 4 {
		t.Errorf("streams %v were read", f.asked)
	}
}

// FuzzRecordedLine: a damaged file gives rows or an error, never a panic.
func FuzzRecordedLine(f *testing.F) {
	fields := newRecording[*hierarchy.Task](nil, nil).fields
	whole := lineOf(f, &hierarchy.Task{ID: "t", Name: "main", Data: hierarchy.Data("{}"), RetakeCount: hierarchy.Ptr(int64(1)), Assignees: []hierarchy.ID{"a", "b"}, StartDate: hierarchy.At(time.Unix(1, 0))}, fields)
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte("\xff\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		lines := newLineReader(bytes.NewReader(raw), int64(len(raw)), fields, recordedFields["tasks"])
		for {
			var task hierarchy.Task
			ok, err := lines.next(&task)
			if !ok || err != nil {
				return
			}
			kept := lineOf(t, &task, fields)
			var back hierarchy.Task
			if ok, err := newLineReader(bytes.NewReader(kept), int64(len(kept)), fields, recordedFields["tasks"]).next(&back); !ok || err != nil || !bytes.Equal(lineOf(t, &back, fields), kept) {
				t.Fatalf("%q reads back otherwise (%v)", kept, err)
			}
		}
	})
}

// lineOf is a row as it is recorded.
func lineOf(t testing.TB, row hierarchy.Noun, fields []hierarchy.FieldInfo) []byte {
	t.Helper()
	var b bytes.Buffer
	w := runs.NewLineWriter(&b)
	if err := w.Add(hierarchy.AppendFields(nil, row, fields)); err != nil {
		t.Fatal(err)
	}
	if n, err := w.Close(); err != nil || n != int64(b.Len()) {
		t.Fatalf("%d bytes of %d, %v", b.Len(), n, err)
	}
	return b.Bytes()
}
