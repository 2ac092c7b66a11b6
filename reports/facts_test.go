package reports

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"turnover/hierarchy"
)

// memory holds a production's facts for tests.
type memory struct {
	dim      *hierarchy.Snapshot
	tasks    []*hierarchy.Task
	sheets   []*hierarchy.TimeSpent
	comments []*hierarchy.Comment
	previews []*hierarchy.PreviewFile
}

func stream[T any](rows []*T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (m *memory) Dimensions() *hierarchy.Snapshot                    { return m.dim }
func (m *memory) Tasks() iter.Seq2[*hierarchy.Task, error]           { return stream(m.tasks) }
func (m *memory) TimeSpents() iter.Seq2[*hierarchy.TimeSpent, error] { return stream(m.sheets) }
func (m *memory) Comments() iter.Seq2[*hierarchy.Comment, error]     { return stream(m.comments) }
func (m *memory) Previews() iter.Seq2[*hierarchy.PreviewFile, error] { return stream(m.previews) }

// Only takes all other fields off, so that a report that looks at one which it
// does not ask for is found out.
func (m *memory) Only(fields hierarchy.Fields) hierarchy.Facts {
	lean := *m
	lean.tasks = only(m.tasks, fields)
	for i, t := range lean.tasks {
		t.Assignees = m.tasks[i].Assignees
	}
	lean.sheets, lean.comments, lean.previews = only(m.sheets, fields), only(m.comments, fields), only(m.previews, fields)
	return &lean
}

// OfTypes leaves out all that belongs to tasks of other types.
func (m *memory) OfTypes(types []hierarchy.ID) hierarchy.Facts {
	few := *m
	kept := map[hierarchy.ID]bool{}
	few.tasks = where(m.tasks, func(t *hierarchy.Task) bool {
		kept[t.ID] = slices.Contains(types, t.TaskTypeID)
		return kept[t.ID]
	})
	few.sheets = where(m.sheets, func(s *hierarchy.TimeSpent) bool { return kept[s.TaskID] })
	few.comments = where(m.comments, func(c *hierarchy.Comment) bool { return kept[c.TaskID] })
	few.previews = where(m.previews, func(p *hierarchy.PreviewFile) bool { return kept[p.TaskID] })
	return &few
}

func where[T any](rows []*T, keep func(*T) bool) []*T {
	return slices.DeleteFunc(slices.Clone(rows), func(r *T) bool { return !keep(r) })
}

func only[T any, N interface {
	*T
	hierarchy.Noun
}](rows []N, fields hierarchy.Fields) []N {
	names, narrowed := fields[N(new(T)).Table()]
	out := make([]N, len(rows))
	for i, whole := range rows {
		if out[i] = whole; !narrowed {
			continue
		}
		out[i] = new(T)
		for _, f := range hierarchy.FieldsOfNoun(whole) {
			if slices.Contains(names, f.Name) {
				reflect.ValueOf(out[i]).Elem().FieldByIndex(f.Index).Set(reflect.ValueOf(whole).Elem().FieldByIndex(f.Index))
			}
		}
	}
	return out
}

// order sorts the streams as hierarchy.Facts promises.
func (m *memory) order() *memory {
	slices.SortFunc(m.tasks, func(a, b *hierarchy.Task) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(m.sheets, func(a, b *hierarchy.TimeSpent) int {
		return cmp.Or(cmp.Compare(a.TaskID, b.TaskID), cmp.Compare(a.Date, b.Date), cmp.Compare(a.PersonID, b.PersonID), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(m.comments, func(a, b *hierarchy.Comment) int {
		return cmp.Or(cmp.Compare(a.TaskID, b.TaskID), a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(m.previews, func(a, b *hierarchy.PreviewFile) int {
		return cmp.Or(cmp.Compare(a.TaskID, b.TaskID), a.CreatedAt.Compare(b.CreatedAt.Time), cmp.Compare(a.ID, b.ID))
	})
	return m
}

// shared finds the folder of shared productions beside the module, or skips.
func shared(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(filepath.Dir(dir), "shared", "productions")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skip("../shared/productions is not there: no recorded answers to compare with")
	}
	return dir
}

func rowsOf[T any](t testing.TB, dir, table string) []*T {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "input", table+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []*T
	lines := bufio.NewReader(f)
	d := json.NewDecoder(lines)
	for d.More() {
		row := new(T)
		if err := d.Decode(row); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		out = append(out, row)
	}
	return out
}

// production loads one of the shared productions.
func production(t testing.TB, name string) *memory {
	t.Helper()
	dir := filepath.Join(shared(t), name)
	dim := &hierarchy.Snapshot{
		Project:             rowsOf[hierarchy.Project](t, dir, "projects")[0],
		Studios:             rowsOf[hierarchy.Studio](t, dir, "studios"),
		Departments:         rowsOf[hierarchy.Department](t, dir, "departments"),
		Persons:             rowsOf[hierarchy.Person](t, dir, "persons"),
		PersonDepartments:   rowsOf[hierarchy.PersonDepartment](t, dir, "person_departments"),
		EntityTypes:         rowsOf[hierarchy.EntityType](t, dir, "entity_types"),
		TaskTypes:           rowsOf[hierarchy.TaskType](t, dir, "task_types"),
		TaskStatuses:        rowsOf[hierarchy.TaskStatus](t, dir, "task_statuses"),
		Team:                rowsOf[hierarchy.ProjectPerson](t, dir, "project_persons"),
		ProjectTaskTypes:    rowsOf[hierarchy.ProjectTaskType](t, dir, "project_task_types"),
		ProjectTaskStatuses: rowsOf[hierarchy.ProjectTaskStatus](t, dir, "project_task_statuses"),
	}
	for table, kind := range map[string]hierarchy.Kind{"episodes": hierarchy.Episode, "sequences": hierarchy.Sequence,
		"scenes": hierarchy.Scene, "shots": hierarchy.Shot, "assets": hierarchy.Asset} {
		for _, e := range rowsOf[hierarchy.Entity](t, dir, table) {
			e.Kind = kind
			dim.Entities = append(dim.Entities, e)
		}
	}
	slices.SortFunc(dim.Entities, func(a, b *hierarchy.Entity) int { return cmp.Compare(a.ID, b.ID) })
	m := &memory{dim: dim, tasks: rowsOf[hierarchy.Task](t, dir, "tasks"), sheets: rowsOf[hierarchy.TimeSpent](t, dir, "time_spents"),
		comments: rowsOf[hierarchy.Comment](t, dir, "comments"), previews: rowsOf[hierarchy.PreviewFile](t, dir, "preview_files")}
	return m.order()
}

// answer is one recorded request with what the live Kitsu said.
type answer struct {
	Request struct {
		Path   string            `json:"path"`
		Params map[string]string `json:"params"`
		As     string            `json:"as"`
	} `json:"request"`
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
}

func answersOf(t testing.TB, production, name string) []answer {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(shared(t), production, "answers", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var out []answer
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
