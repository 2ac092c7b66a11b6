package reports

import (
	"fmt"
	"iter"

	"turnover/hierarchy"
)

// beside walks a stream of rows that belong to tasks, in step with the tasks.
// Both come by task id; a store that breaks this order is found out, since the
// figures would be wrong in silence.
type beside[T any] struct {
	name   string
	taskOf func(*T) hierarchy.ID
	next   func() (*T, error, bool)
	stop   func()
	head   *T
	last   hierarchy.ID
	rows   []T
}

// follow starts the walk; call stop when done.
func follow[T any](name string, rows iter.Seq2[*T, error], taskOf func(*T) hierarchy.ID) *beside[T] {
	next, stop := iter.Pull2(rows)
	return &beside[T]{name: name, taskOf: taskOf, next: next, stop: stop}
}

// of gives the rows of a task, valid until the next call. Tasks must be asked
// for in ascending order; rows of tasks that are not asked for are passed over.
func (b *beside[T]) of(task hierarchy.ID) ([]T, error) {
	b.rows = b.rows[:0]
	for {
		if b.head == nil {
			row, err, ok := b.next()
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", b.name, err)
			}
			if !ok {
				return b.rows, nil
			}
			id := b.taskOf(row)
			if id < b.last {
				return nil, fmt.Errorf("read %s: rows of task %q come after those of %q", b.name, id, b.last)
			}
			b.head, b.last = row, id
		}
		if b.last > task {
			return b.rows, nil
		}
		if b.last == task {
			b.rows = append(b.rows, *b.head)
		}
		b.head = nil
	}
}

// hasAny tells whether a stream gives anything; what goes wrong is found out by
// who reads it.
func hasAny[T any](rows iter.Seq2[*T, error]) bool {
	for _, err := range rows {
		return err == nil
	}
	return false
}

// eachTask visits the tasks and makes sure of their order.
func eachTask(facts hierarchy.Facts, visit func(*hierarchy.Task) error) error {
	var last hierarchy.ID
	for t, err := range facts.Tasks() {
		if err != nil {
			return fmt.Errorf("read tasks: %w", err)
		}
		if t.ID < last {
			return fmt.Errorf("read tasks: %q comes after %q", t.ID, last)
		}
		last = t.ID
		if err := visit(t); err != nil {
			return err
		}
	}
	return nil
}

// eachWithSheets visits the tasks that keep lets pass, with their time sheets.
func eachWithSheets(facts hierarchy.Facts, keep func(*hierarchy.Task) bool, visit func(*hierarchy.Task, []hierarchy.TimeSpent) error) error {
	sheets := follow("time sheets", facts.TimeSpents(), func(s *hierarchy.TimeSpent) hierarchy.ID { return s.TaskID })
	defer sheets.stop()
	return eachTask(facts, func(t *hierarchy.Task) error {
		if !keep(t) {
			return nil
		}
		rows, err := sheets.of(t.ID)
		if err != nil {
			return err
		}
		return visit(t, rows)
	})
}

// eachWithComments visits the tasks that keep lets pass, with their comments
// in the order in which they were made.
func eachWithComments(facts hierarchy.Facts, keep func(*hierarchy.Task) bool, visit func(*hierarchy.Task, []hierarchy.Comment) error) error {
	comments := follow("comments", facts.Comments(), func(c *hierarchy.Comment) hierarchy.ID { return c.TaskID })
	defer comments.stop()
	return eachTask(facts, func(t *hierarchy.Task) error {
		if !keep(t) {
			return nil
		}
		rows, err := comments.of(t.ID)
		if err != nil {
			return err
		}
		return visit(t, rows)
	})
}

// eachWithTakes visits the same with the previews beside the comments.
func eachWithTakes(facts hierarchy.Facts, keep func(*hierarchy.Task) bool, visit func(*hierarchy.Task, []hierarchy.Comment, []hierarchy.PreviewFile) error) error {
	previews := follow("previews", facts.Previews(), func(p *hierarchy.PreviewFile) hierarchy.ID { return p.TaskID })
	defer previews.stop()
	return eachWithComments(facts, keep, func(t *hierarchy.Task, comments []hierarchy.Comment) error {
		rows, err := previews.of(t.ID)
		if err != nil {
			return err
		}
		return visit(t, comments, rows)
	})
}
