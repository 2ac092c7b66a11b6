package made

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"

	"turnover/archive"
	"turnover/hierarchy"
)

// A Production is a series of any size: tasks on every shot, and time sheets and
// comments on every task. Sheets and Comments may differ by task, so that their
// sums come out; 200 people work on it for four years.
type Production struct {
	Name     string
	Shots    int
	Tasks    int // on each shot, of as many types
	Sheets   int // in all
	Comments int // in all: sent for feedback, then done; a retake between on every tenth task
}

const (
	people    = 200
	calendar  = 1460
	episodes  = 50
	perRetake = 10
)

var (
	beginning = time.Date(2022, 1, 3, 9, 0, 0, 0, time.UTC)
	steps     = []string{"Layout", "Animation", "Lighting", "Compositing", "Storyboard", "FX", "Rendering", "Grooming", "Matte", "Grading"}
	statuses  = []string{"Todo", "Feedback", "Retake", "Done"}
)

// ID is the id of the nth row of a kind of this production.
func (p Production) ID(kind string, n int) hierarchy.ID {
	return hierarchy.ID(uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %s %d", p.Name, kind, n)).String())
}

// WriteArchive writes it as an archive folder.
func (p Production) WriteArchive(ctx context.Context, folder string) error {
	return archive.Write(ctx, folder, "", func(table string, _ map[string]any) iter.Seq2[hierarchy.Noun, error] {
		return func(yield func(hierarchy.Noun, error) bool) {
			for n := range p.rows(table) {
				if !yield(n, nil) {
					return
				}
			}
		}
	})
}

// rows makes the rows of one table.
func (p Production) rows(table string) iter.Seq[hierarchy.Noun] {
	switch table {
	case "projects":
		return some(1, func(int) hierarchy.Noun {
			return &hierarchy.Project{ID: p.ID("project", 0), Name: p.Name, ProductionType: hierarchy.Ptr("tvshow"), FPS: hierarchy.Ptr("25"), Stamps: since(0)}
		})
	case "entity_types":
		return some(len(hierarchy.Kinds()), func(n int) hierarchy.Noun {
			kind := hierarchy.Kinds()[n]
			return &hierarchy.EntityType{ID: p.ID(string(kind), 0), Name: string(kind), Stamps: since(0)}
		})
	case "task_types":
		return some(p.Tasks, func(n int) hierarchy.Noun {
			return &hierarchy.TaskType{ID: p.ID("type", n), Name: steps[n%len(steps)], Priority: int64(n + 1), ForEntity: hierarchy.Ptr("Shot"), Color: "#999999", AllowTimelog: true, Stamps: since(0)}
		})
	case "task_statuses":
		return some(len(statuses), p.status)
	case "persons":
		return some(people, func(n int) hierarchy.Noun {
			return &hierarchy.Person{ID: p.ID("person", n), FirstName: "Person", LastName: fmt.Sprintf("%03d", n), Email: hierarchy.Ptr(fmt.Sprintf("person%d@example.com", n)), Active: true, Stamps: since(0)}
		})
	case "project_persons":
		return some(people, func(n int) hierarchy.Noun {
			return &hierarchy.ProjectPerson{ProjectID: p.ID("project", 0), PersonID: p.ID("person", n)}
		})
	case "entities":
		return some(2*episodes+p.Shots, p.entity)
	case "tasks":
		return some(p.Shots*p.Tasks, p.task)
	case "time_spents":
		return some(p.Sheets, p.sheet)
	case "comments":
		return some(p.Comments, p.comment)
	}
	return some(0, nil)
}

func some(n int, row func(int) hierarchy.Noun) iter.Seq[hierarchy.Noun] {
	return func(yield func(hierarchy.Noun) bool) {
		for i := range n {
			if !yield(row(i)) {
				return
			}
		}
	}
}

func since(day int) hierarchy.Stamps {
	at := hierarchy.At(beginning.AddDate(0, 0, day))
	return hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}
}

func (p Production) status(n int) hierarchy.Noun {
	return &hierarchy.TaskStatus{ID: p.ID("status", n), Name: statuses[n], ShortName: statuses[n], Color: "#999999", IsDefault: n == 0, IsFeedbackRequest: n == 1, IsRetake: n == 2, IsDone: n == 3,
		IsArtistAllowed: true, Stamps: since(0)}
}

// entity is an episode, a sequence of one, or a shot of one of these.
func (p Production) entity(n int) hierarchy.Noun {
	e := &hierarchy.Entity{ProjectID: p.ID("project", 0), Status: "running", Stamps: since(0)}
	switch {
	case n < episodes:
		e.ID, e.Kind, e.Name = p.ID("episode", n), hierarchy.Episode, fmt.Sprintf("E%02d", n+1)
	case n < 2*episodes:
		e.ID, e.Kind, e.Name, e.ParentID = p.ID("sequence", n-episodes), hierarchy.Sequence, "SQ010", p.ID("episode", n-episodes)
	default:
		n -= 2 * episodes
		e.ID, e.Kind, e.Name, e.ParentID = p.ID("shot", n), hierarchy.Shot, fmt.Sprintf("SH%06d", n), p.ID("sequence", n%episodes)
		e.NbFrames = hierarchy.Ptr(int64(Frames(n)))
	}
	e.EntityTypeID = p.ID(string(e.Kind), 0)
	return e
}

// task was begun on a day of its own, sent for feedback five days after and done the next.
func (p Production) task(n int) hierarchy.Noun {
	begun := n % calendar
	retakes := int64(0)
	if n%perRetake == 0 {
		retakes = 1
	}
	return &hierarchy.Task{ID: p.ID("task", n), Name: "main", ProjectID: p.ID("project", 0), TaskTypeID: p.ID("type", n%p.Tasks), TaskStatusID: p.ID("status", 3), EntityID: p.ID("shot", n/p.Tasks),
		AssignerID: p.ID("person", 0), Assignees: []hierarchy.ID{p.ID("person", n%people)}, Difficulty: 3, Estimation: 960, Duration: p.minutes(n), RetakeCount: &retakes,
		RealStartDate: hierarchy.At(beginning.AddDate(0, 0, begun)), EndDate: hierarchy.At(beginning.AddDate(0, 0, begun+5)), DoneDate: hierarchy.At(beginning.AddDate(0, 0, begun+6)),
		LastCommentDate: hierarchy.At(beginning.AddDate(0, 0, begun+6)), Stamps: since(begun)}
}

// minutes sums a task's time sheets.
func (p Production) minutes(task int) (sum float64) {
	for n := task; n < p.Sheets; n += p.Shots * p.Tasks {
		sum += p.sheet(n).(*hierarchy.TimeSpent).Duration
	}
	return sum
}

// sheet n is the kth of task n modulo the number of tasks, k days after its beginning.
func (p Production) sheet(n int) hierarchy.Noun {
	all := p.Shots * p.Tasks
	task, k := n%all, n/all
	return &hierarchy.TimeSpent{ID: p.ID("sheet", n), TaskID: p.ID("task", task), PersonID: p.ID("person", (task+k/2)%people), Date: hierarchy.Day(beginning.AddDate(0, 0, task%calendar+k).Format(time.DateOnly)),
		Duration: float64(30 + 15*((task+k)%9)), Stamps: since(task%calendar + k)}
}

// comment n is the kth of task n modulo the number of tasks: it asks for
// feedback and approves in turns, or asks for a retake in place of the first approval.
func (p Production) comment(n int) hierarchy.Noun {
	all := p.Shots * p.Tasks
	task, k := n%all, n/all
	state := 1 + 2*(k%2)
	if k == 1 && task%perRetake == 0 {
		state = 2
	}
	at := hierarchy.At(beginning.AddDate(0, 0, task%calendar+5).Add(time.Duration(k) * time.Hour))
	return &hierarchy.Comment{ID: p.ID("comment", n), TaskID: p.ID("task", task), TaskStatusID: p.ID("status", state), PersonID: p.ID("person", (task+7)%people), Text: fmt.Sprintf("take %d", k+1),
		Stamps: hierarchy.Stamps{CreatedAt: at, UpdatedAt: at}}
}
