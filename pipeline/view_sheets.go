package pipeline

import (
	"context"
	"iter"
	"sync"

	"turnover/hierarchy"
	"turnover/store"
)

// sheets are a production's time sheets in memory, small: there are five times
// as many as tasks, and quotas need all of them.
type sheets struct {
	mu     sync.Mutex
	loaded bool
	rows   []timeSheet // by task
}

type timeSheet struct {
	task, person hierarchy.ID // texts that others hold too
	day          hierarchy.Day
	minutes      float64
}

// sheetFields are what is kept of them.
var sheetFields = hierarchy.Fields{"time_spents": {"task_id", "person_id", "date", "duration"}}

// sheetsARow is how many sheets take the memory of one row of a view.
const sheetsARow = 4

func (s *sheets) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.rows) / sheetsARow
}

// load reads the sheets once; false says that the production has moved on since
// the view was made.
func (s *sheets) load(ctx context.Context, p *Pipeline, v *View) (ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loaded {
		return true, nil
	}
	err = p.Store.Read(ctx, func(r store.Reader) error {
		own, _, err := r.Revision(ctx, v.Project.ID)
		if err != nil || own != v.Revision {
			return err
		}
		facts, err := r.Facts(ctx, string(v.Project.ID))
		if err != nil {
			return err
		}
		same := map[string]string{} // one text for each id and day
		one := func(text string) string {
			if was, there := same[text]; there {
				return was
			}
			same[text] = text
			return text
		}
		var rows []timeSheet
		for t, err := range hierarchy.Only(facts, sheetFields).TimeSpents() {
			if err != nil {
				return err
			}
			rows = append(rows, timeSheet{hierarchy.ID(one(string(t.TaskID))), hierarchy.ID(one(string(t.PersonID))), hierarchy.Day(one(string(t.Date))), t.Duration})
		}
		s.rows, s.loaded = rows, true
		return nil
	})
	return s.loaded, err
}

// Facts gives the facts for statistics and quotas as they stand now: entities,
// tasks and time sheets, from memory. Comments and previews are left out.
func (v *Views) Facts(ctx context.Context, project hierarchy.ID, use func(hierarchy.Facts) error) error {
	for range 3 {
		view, err := v.Project(ctx, project)
		if err != nil {
			return err
		}
		ok, err := view.sheets.load(ctx, v.Pipeline, view)
		if err != nil {
			return err
		}
		if ok {
			v.keep(v.slot(project), view.rows())
			return use(sheetFacts{taskFacts{view}})
		}
	}
	return v.Pipeline.Facts(ctx, project, use) // somebody writes all the time
}

// sheetFacts are taskFacts with the time sheets.
type sheetFacts struct{ taskFacts }

// TimeSpents gives one row again and again, filled anew: reports copy what they
// keep.
func (f sheetFacts) TimeSpents() iter.Seq2[*hierarchy.TimeSpent, error] {
	return func(yield func(*hierarchy.TimeSpent, error) bool) {
		var t hierarchy.TimeSpent
		for _, s := range f.view.sheets.rows {
			t.TaskID, t.PersonID, t.Date, t.Duration = s.task, s.person, s.day, s.minutes
			if !yield(&t, nil) {
				return
			}
		}
	}
}
