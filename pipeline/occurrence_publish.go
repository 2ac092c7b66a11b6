package pipeline

import (
	"context"
	"fmt"

	"turnover/schedule"
	"turnover/store"
)

// RunPublish publishes the dataset of one occurrence, once. A worker that died
// before it was marked leaves it to be published again: with the same state that
// is the same snapshot, which stands already.
func (p *Pipeline) RunPublish(ctx context.Context, s ScheduledPublish, o schedule.Occurrence, to Publisher, by Runner) (PublishRun, error) {
	by.step("begin")
	run, err := p.publishRun(ctx, s.Name, o)
	if err != nil || run.State == OccurrenceDone {
		run.Again = err == nil
		return run, err
	}
	by.step("publish")
	got, err := p.Publish(ctx, s.Which, to)
	if err != nil {
		return run, fmt.Errorf("publish %s of %s: %w", s.Name, o.Wall, err)
	}
	by.step("end")
	err = p.changeMark(ctx, publishKey(s.Name, o), func(_ store.Tx, was *schedule.Mark) (*schedule.Mark, error) {
		run = PublishRun{}
		if was != nil {
			if err := readMark(was, &run); err != nil || run.State == OccurrenceDone {
				return nil, err
			}
		}
		run = PublishRun{State: OccurrenceDone, Published: got, MadeAt: p.Now().UTC()}
		return newMark(run.State, run.MadeAt, run)
	})
	if err != nil {
		return run, err
	}
	p.Log.Info().Str("entry", s.Name).Str("occurrence", o.Wall).Str("snapshot", got.Snapshot).Str("path", got.Path).Msg("published")
	return run, nil
}

func (p *Pipeline) publishRun(ctx context.Context, name string, o schedule.Occurrence) (run PublishRun, err error) {
	was, err := Ledger{p.Store}.Mark(ctx, publishKey(name, o))
	if err != nil || was == nil {
		return run, err
	}
	return run, readMark(was, &run)
}

// GiveUpPublish marks an occurrence as not to be tried again by itself, and tells
// the entry's owner why, once. A person may still run it.
func (p *Pipeline) GiveUpPublish(ctx context.Context, s ScheduledPublish, o schedule.Occurrence, why error, by Runner) error {
	by.step("give up")
	over := false
	err := p.changeMark(ctx, publishKey(s.Name, o), func(_ store.Tx, was *schedule.Mark) (*schedule.Mark, error) {
		var run PublishRun
		if was != nil {
			if err := readMark(was, &run); err != nil {
				return nil, err
			}
		}
		if over = run.State == OccurrenceDone; over {
			return nil, nil
		}
		run.State, run.Error = OccurrenceGivenUp, why.Error()
		return newMark(run.State, p.Now().UTC(), run)
	})
	if err != nil || over {
		return err
	}
	_, err = p.tell(ctx, notice{entry: s.Name, owner: s.Owner, occurrence: o.Wall, about: "failed",
		subject:  fmt.Sprintf("%s of %s was not published", s.Name, o.Wall),
		lines:    []string{"Publishing failed and is not tried again by itself:", why.Error(), "Readers have the snapshot before. When the reason is mended, run it again:"},
		commands: runAgain(s.Name, o)}, by)
	return err
}
