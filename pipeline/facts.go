package pipeline

import (
	"context"
	"iter"

	"turnover/hierarchy"
	"turnover/store"
)

// Facts opens one production's facts as they stand now; they are good until use
// ends.
func (p *Pipeline) Facts(ctx context.Context, project hierarchy.ID, use func(hierarchy.Facts) error) error {
	return p.Store.Read(ctx, func(r store.Reader) error {
		facts, err := r.Facts(ctx, string(project))
		if err != nil {
			return err
		}
		return use(facts)
	})
}

// TaskFacts are the view's tasks for statistics that need no more: the other
// streams are empty.
func (v *View) TaskFacts() hierarchy.Facts { return taskFacts{v} }

type taskFacts struct{ view *View }

func (f taskFacts) Dimensions() *hierarchy.Snapshot { return f.view.Snapshot }

func (f taskFacts) Tasks() iter.Seq2[*hierarchy.Task, error] {
	return func(yield func(*hierarchy.Task, error) bool) {
		for _, t := range f.view.Snapshot.Tasks {
			if !yield(t, nil) {
				return
			}
		}
	}
}

func (taskFacts) TimeSpents() iter.Seq2[*hierarchy.TimeSpent, error] {
	return none[*hierarchy.TimeSpent]
}
func (taskFacts) Comments() iter.Seq2[*hierarchy.Comment, error] { return none[*hierarchy.Comment] }
func (taskFacts) Previews() iter.Seq2[*hierarchy.PreviewFile, error] {
	return none[*hierarchy.PreviewFile]
}

func none[T any](func(T, error) bool) {}

// Shared loads what all productions share: persons, types, statuses.
func (p *Pipeline) Shared(ctx context.Context) (shared *hierarchy.Snapshot, err error) {
	err = p.Store.Read(ctx, func(r store.Reader) error {
		shared, err = r.Shared(ctx)
		return err
	})
	return shared, err
}
