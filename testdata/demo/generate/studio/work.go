package studio

import (
	"fmt"
	"slices"
	"time"

	"turnover/hierarchy"
)

// first and last are the days that the archive tells of.
var (
	first = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	last  = time.Date(2026, 2, 20, 0, 0, 0, 0, time.UTC)
)

// nextDay is the next weekday.
func nextDay(day time.Time) time.Time {
	for day = day.AddDate(0, 0, 1); day.Weekday() == time.Saturday || day.Weekday() == time.Sunday; {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

func after(day time.Time, days int) time.Time {
	for ; days > 0; days-- {
		day = nextDay(day)
	}
	return day
}

func clock(day time.Time, hour, minute int) hierarchy.Time {
	return hierarchy.At(day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute))
}

// A step is a task type with who works on it and how many days a round takes.
type step struct {
	taskType string
	artists  []string
	days     int
}

var steps = []step{
	{"Animation", []string{"Ines", "Tomas", "Yuki"}, 2},
	{"Lighting", []string{"Lea"}, 1},
	{"Compositing", []string{"Sana", "Otto"}, 1},
}

// work tells the story of every task: modeling first, then the shots in the
// order of the cut, each step after the one before was approved.
func (m *maker) work() error {
	for i, asset := range m.assets {
		t := m.task(asset, "Modeling", "Milo")
		if _, err := m.story(t, []string{"Milo"}, after(first, i), 1); err != nil {
			return err
		}
	}
	for i, shot := range m.shots {
		ready := after(first, i*3/4)
		for _, s := range steps {
			artists := []string{s.artists[i%len(s.artists)]}
			if s.taskType == "Animation" && i%8 == 3 {
				artists = append(artists, s.artists[(i+1)%len(s.artists)])
			}
			t := m.task(shot, s.taskType, artists...)
			if shot.Canceled {
				continue
			}
			done, err := m.story(t, artists, ready, s.days)
			if err != nil {
				return err
			}
			ready = nextDay(done)
		}
	}
	return nil
}

func (m *maker) task(e *hierarchy.Entity, taskType string, artists ...string) *hierarchy.Task {
	t := &hierarchy.Task{
		ID: id("task", string(e.ID), taskType), Name: "main", ProjectID: e.ProjectID, TaskTypeID: m.taskTypes[taskType], TaskStatusID: m.status["todo"].ID,
		EntityID: e.ID, AssignerID: m.persons["Milo"], Difficulty: 3, Estimation: float64(480 * (1 + m.draw(3))), RetakeCount: hierarchy.Ptr(int64(0)),
		NbDrawings: hierarchy.Ptr(int64(0)), Stamps: stamped(founded),
	}
	if taskType == "Animation" {
		t.NbDrawings = hierarchy.Ptr(e.Frames() / 2)
	}
	for _, a := range artists {
		t.Assignees = append(t.Assignees, m.persons[a])
	}
	slices.Sort(t.Assignees)
	m.tasks = append(m.tasks, t)
	return t
}

// story works on a task in rounds until it is approved, and gives the day of
// that. It ends early where the archive does.
func (m *maker) story(t *hierarchy.Task, artists []string, day time.Time, days int) (time.Time, error) {
	if day.After(last) {
		return day, nil
	}
	if err := m.comment(t, "wip", artists[0], clock(day, 8, 10+m.draw(40)), "started"); err != nil {
		return day, err
	}
	for round := 0; ; round++ {
		for d := range days {
			if d > 0 {
				day = nextDay(day)
			}
			if day.After(last) {
				return day, nil
			}
			for _, a := range artists {
				m.logTime(t, a, day)
			}
		}
		hour, minute := 15+m.draw(2), m.draw(60)
		if m.draw(12) == 0 {
			hour = 23 // an evening that is the next day in Paris
		}
		if err := m.comment(t, "wfa", artists[0], clock(day, hour, minute), "please review"); err != nil {
			return day, err
		}
		if day = nextDay(day); day.After(last) {
			return day, nil
		}
		if round == 2 || m.draw(10) >= 4 {
			return day, m.comment(t, "done", "Milo", clock(day, 10, m.draw(60)), "approved")
		}
		if err := m.comment(t, "retake", "Milo", clock(day, 9, m.draw(60)), notes[m.draw(len(notes))]); err != nil {
			return day, err
		}
		days = 1
	}
}

var notes = []string{"the arc is broken at frame 1020", "hold two frames longer", "too dark", "the hand pops", "match the shot before"}

// comment posts one, and does to the task what it does in a running production.
func (m *maker) comment(t *hierarchy.Task, status, author string, at hierarchy.Time, text string) error {
	now := m.status[status]
	var was *hierarchy.TaskStatus
	for _, s := range m.status {
		if s.ID == t.TaskStatusID {
			was = s
		}
	}
	if err := hierarchy.Patch(t, hierarchy.StatusChange(t, was, now, at)); err != nil {
		return fmt.Errorf("comment: %w", err)
	}
	t.UpdatedAt = at
	m.add("comments", &hierarchy.Comment{
		ID: id("comment", string(t.ID), at.String()), TaskID: t.ID, TaskStatusID: now.ID, PersonID: m.persons[author], Text: text, Stamps: stamped(at),
	})
	return nil
}

// logTime logs what is left of the person's eight hours, at most six of them
// on one task.
func (m *maker) logTime(t *hierarchy.Task, person string, day time.Time) {
	who, on := m.persons[person], hierarchy.Day(day.Format(time.DateOnly))
	minutes := min(int64(120+30*m.draw(9)), 480-m.worked[who][on])
	if minutes <= 0 {
		return
	}
	m.worked[who][on] += minutes
	t.Duration += float64(minutes)
	m.add("time_spents", &hierarchy.TimeSpent{
		ID: id("time", string(t.ID), person, string(on)), TaskID: t.ID, PersonID: who, Date: on, Duration: float64(minutes), Stamps: stamped(clock(day, 17, 0)),
	})
}
