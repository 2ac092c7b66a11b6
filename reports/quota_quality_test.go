package reports

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"turnover/hierarchy"
)

// flawed gives the findings of a book as "DQ106 SQ010/SH0010 detail".
func flawed(t *testing.T, f *film, q Query) []string {
	t.Helper()
	b, err := Quota(f.facts(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range collect(t, b.Table("data_quality")) {
		path, _ := r[2].(string)
		out = append(out, strings.Join(strings.Fields(fmt.Sprint(r[0], " ", path, " ", r[5])), " "))
	}
	return out
}

// sound makes a film without any finding: one task sent for review on Thursday.
func sound() (*film, *hierarchy.Task) {
	f := newFilm()
	zone := "Europe/Paris"
	for _, p := range f.dim.Persons {
		p.Timezone = &zone
	}
	f.dim.PersonDepartments = append(f.dim.PersonDepartments, &hierarchy.PersonDepartment{PersonID: eve, DepartmentID: "d-layout"})
	task := f.shot(48, func(t *hierarchy.Task) {
		t.EndDate, t.TaskStatusID, t.Assignees, t.LastPreviewFileID = when("2026-01-08T16:00:00"), review, []hierarchy.ID{ada}, "preview"
	})
	f.comment(task, "2026-01-08T16:00:00", review)
	return f, task
}

func TestEachFlawOfAQuotaIsFound(t *testing.T) {
	frames := func(n int64) *int64 { return &n }
	none := ""
	for name, c := range map[string]struct {
		spoil func(*film, *hierarchy.Task)
		want  []string
	}{
		"sound":           {func(*film, *hierarchy.Task) {}, nil},
		"no length":       {func(f *film, _ *hierarchy.Task) { f.dim.Entities[1].NbFrames = nil }, []string{"DQ101 SQ010/SH0010 nb_frames is empty"}},
		"zero length":     {func(f *film, _ *hierarchy.Task) { f.dim.Entities[1].NbFrames = frames(0) }, []string{"DQ102 SQ010/SH0010 nb_frames is 0"}},
		"negative length": {func(f *film, _ *hierarchy.Task) { f.dim.Entities[1].NbFrames = frames(-5) }, []string{"DQ103 SQ010/SH0010 nb_frames is -5"}},
		"absurd, omitted": {func(f *film, _ *hierarchy.Task) {
			f.dim.Entities[1].NbFrames, f.dim.Entities[1].Canceled = frames(2_000_000_000), true
		}, []string{"DQ104 SQ010/SH0010 nb_frames is 2000000000; the shot is omitted"}},
		"no preview": {func(_ *film, t *hierarchy.Task) { t.LastPreviewFileID = "" }, []string{"DQ105 SQ010/SH0010 status Review"}},
		"a preview file is one": {func(f *film, t *hierarchy.Task) {
			t.LastPreviewFileID = ""
			f.previews = append(f.previews, &hierarchy.PreviewFile{ID: "pv", TaskID: t.ID})
		}, nil},
		"late time, wrong duration": {func(f *film, t *hierarchy.Task) {
			f.log(t, ada, "2026-01-09", 60)
			t.Duration = 30
		}, []string{"DQ106 SQ010/SH0010 duration is 30 minutes, the time sheets sum to 60", "DQ109 SQ010/SH0010 1 time sheet with 60 minutes after 2026-01-08"}},
		"another end": {func(_ *film, t *hierarchy.Task) { t.EndDate = when("2026-01-07T16:00:00") },
			[]string{"DQ107 SQ010/SH0010 end_date is 2026-01-07 16:00, by the comments 2026-01-08 16:00"}},
		"a done date from nowhere": {func(_ *film, t *hierarchy.Task) { t.DoneDate = when("2026-01-09T16:00:00") },
			[]string{"DQ108 SQ010/SH0010 done_date is 2026-01-09 16:00, by the comments empty"}},
		"nobody": {func(_ *film, t *hierarchy.Task) { t.Assignees = nil }, []string{"DQ110 SQ010/SH0010 nobody is assigned"}},
		"no zone": {func(f *film, t *hierarchy.Task) {
			f.dim.Persons[0].Timezone = &none
			f.log(t, ada, "2026-01-08", 60)
		}, []string{"DQ111 timezone is empty"}},
		"no zone, no time logged": {func(f *film, _ *hierarchy.Task) { f.dim.Persons[0].Timezone = nil }, nil},
		"a zone of no map": {func(f *film, t *hierarchy.Task) {
			zone := "Mars/Olympus"
			f.dim.Persons[0].Timezone = &zone
			f.log(t, ada, "2026-01-08", 60)
		}, []string{`DQ112 timezone is "Mars/Olympus"`}},
		"unknown department": {func(f *film, _ *hierarchy.Task) { f.dim.TaskTypes[0].DepartmentID = "d-gone" }, []string{"DQ113 no department has the id d-gone"}},
		"no department":      {func(_ *film, t *hierarchy.Task) { t.Assignees = []hierarchy.ID{"p-new"} }, []string{"DQ114 New has no department"}},
		"unknown person":     {func(_ *film, t *hierarchy.Task) { t.Assignees = []hierarchy.ID{"p-gone"} }, []string{"DQ115 no person has the id p-gone"}},
		"start after end": {func(_ *film, t *hierarchy.Task) { t.RealStartDate = when("2026-01-10T09:00:00") },
			[]string{"DQ116 SQ010/SH0010 real_start_date is 2026-01-10 09:00, end_date is 2026-01-08 16:00"}},
		"a time sheet of nothing": {func(f *film, t *hierarchy.Task) { f.log(t, ada, "2026-01-08", 0) }, []string{"DQ117 SQ010/SH0010 0 minutes on 2026-01-08"}},
		"done without end": {func(f *film, t *hierarchy.Task) {
			t.EndDate, t.TaskStatusID, t.DoneDate, f.comments = hierarchy.Time{}, approved, t.EndDate, nil
			f.comment(t, "2026-01-08T16:00:00", approved)
		}, []string{"DQ118 SQ010/SH0010 status Done, end_date is empty"}},
		"no rate":          {func(f *film, _ *hierarchy.Task) { f.dim.Project.FPS = nil }, []string{"DQ120 fps is empty"}},
		"rate of no sense": {func(f *film, _ *hierarchy.Task) { f.dim.Project.FPS = &none }, []string{`DQ120 fps is ""`}},
		"unknown status": {func(f *film, t *hierarchy.Task) {
			t.TaskStatusID, f.comments = "s-gone", nil
		}, []string{"DQ121 SQ010/SH0010 status s-gone"}},
	} {
		t.Run(name, func(t *testing.T) {
			f, task := sound()
			zone := "Asia/Tokyo"
			f.dim.Persons = append(f.dim.Persons, &hierarchy.Person{ID: "p-new", FirstName: "New", Timezone: &zone})
			c.spoil(f, task)
			if got := flawed(t, f, Query{}); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func TestFlawsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/reports.md")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range quotaFlaws {
		if !strings.Contains(string(doc), "| "+f.code+" | "+f.title+" | "+f.wayOut+" |") {
			t.Errorf("%s is not in docs/reports.md as it is in the code", f.code)
		}
		if i > 0 && quotaFlaws[i-1].code >= f.code {
			t.Errorf("%s comes after %s", f.code, quotaFlaws[i-1].code)
		}
	}
}

func TestTooManyFindingsAreCounted(t *testing.T) {
	q := &quality{s: &scope{}}
	for range listedOfFlaw + 7 {
		q.add(qualityFinding{flaw: flawNoRate})
	}
	rows := collect(t, q.table())
	if len(rows) != listedOfFlaw+1 || rows[listedOfFlaw][5] != "and 7 more of this kind, which are not listed" || q.found() != listedOfFlaw+7 {
		t.Errorf("%d rows, the last %v, %d found", len(rows), rows[len(rows)-1], q.found())
	}
}

// The findings of one person's report are those on their tasks, and on those
// that they logged time on.
func TestFindingsOfOnePerson(t *testing.T) {
	f := newFilm()
	for _, who := range []hierarchy.ID{ada, bob, eve} {
		f.shot(0, func(t *hierarchy.Task) { t.Assignees = []hierarchy.ID{who} })
	}
	f.log(f.tasks[1], eve, "2026-01-05", 30)
	for who, want := range map[string][]string{"Ada": {"SQ010/SH0010"}, "Eve": {"SQ010/SH0020", "SQ010/SH0030"}} {
		b, err := Quota(f.facts(), Query{Person: who})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, row := range linesOf(t, b.Table("data_quality"), 0, 2) {
			if path, is := strings.CutPrefix(row, "DQ102 | "); is {
				got = append(got, path)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", who, got, want)
		}
	}
}
