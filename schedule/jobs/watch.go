package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

const (
	mostTakeovers = 20               // a job whose process ended so often is what ends it
	mostRunning   = 1000             // jobs looked at in one round
	slack         = time.Minute      // for River to write down what became of a job
	looking       = 30 * time.Second // how long a round may look for what was left
	telling       = 30 * time.Second // how long it may tell
)

// rounds looks after the queue until ctx is over: what dead processes left, and
// what was given up.
func (q *Queue) rounds(ctx context.Context) {
	tick := time.NewTicker(max(q.options.Takeover*2/5, 10*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := q.database.alone(ctx, func(gone goneFunc) error {
			within, cancel := context.WithTimeout(ctx, looking)
			defer cancel()
			return errors.Join(q.takeOver(within, gone), q.tell(ctx))
		})
		if err != nil && ctx.Err() == nil {
			q.options.Log.Warn().Err(q.database.explain("look after the jobs", err)).Msg("will try again")
		}
	}
}

// takeOver makes jobs available whose process is gone, and the office of a
// leader who is: River waits for its term to end, and meanwhile wakes no job
// that was put off.
func (q *Queue) takeOver(ctx context.Context, gone goneFunc) error {
	rows, err := q.database.executor().JobGetStuck(ctx, &riverdriver.JobGetStuckParams{
		Max: mostRunning, Schema: q.database.schema(), StuckHorizon: q.now().Add(24 * time.Hour), // all that run
	})
	if err != nil {
		return err
	}
	seen := map[string]bool{q.id: false}
	ask := func(id string) (bool, error) {
		if away, known := seen[id]; known {
			return away, nil
		}
		away, err := gone(id)
		seen[id] = away
		return away, err
	}
	was := q.lost
	q.lost = map[int64]time.Time{}
	for _, row := range rows {
		left, err := q.left(row, was, ask)
		if err == nil && left {
			err = q.release(ctx, row)
		}
		if err != nil {
			return err
		}
	}
	return q.depose(ctx, ask)
}

// left says whether a job runs nowhere.
func (q *Queue) left(row *rivertype.JobRow, was map[int64]time.Time, gone goneFunc) (bool, error) {
	by := ""
	if n := len(row.AttemptedBy); n > 0 {
		by = row.AttemptedBy[n-1]
	}
	if by != q.id {
		return gone(by)
	}
	if q.running.has(row.ID) {
		return false, nil
	}
	// Ours, and ended: it is being written down, unless the database was away
	// for longer than River tries.
	since, known := was[row.ID]
	if !known {
		since = q.now()
	}
	q.lost[row.ID] = since
	return q.now().Sub(since) > slack, nil
}

// release gives a job to whoever comes first. The attempt does not count, as
// nothing is known against the job, unless it happens again and again.
func (q *Queue) release(ctx context.Context, row *rivertype.JobRow) error {
	times := notesOf(row).Takeovers + 1
	noted, err := json.Marshal(map[string]int{"takeovers": times})
	if err != nil {
		return err
	}
	set := riverdriver.JobSetStateInterrupted(row.ID, q.now(), max(row.Attempt-1, 0), noted)
	if times > mostTakeovers {
		failed, err := json.Marshal(rivertype.AttemptError{At: q.now(), Attempt: row.Attempt,
			Error: fmt.Sprintf("the process that ran it ended each of %d times", times)})
		if err != nil {
			return err
		}
		set = riverdriver.JobSetStateDiscarded(row.ID, q.now(), failed, noted)
	}
	_, err = q.database.executor().JobSetStateIfRunningMany(ctx, &riverdriver.JobSetStateIfRunningManyParams{
		ID: []int64{set.ID}, Attempt: []*int{set.Attempt}, ErrData: [][]byte{set.ErrData}, FinalizedAt: []*time.Time{set.FinalizedAt},
		MetadataDoMerge: []bool{set.MetadataDoMerge}, MetadataUpdates: [][]byte{set.MetadataUpdates},
		ScheduledAt: []*time.Time{set.ScheduledAt}, Schema: q.database.schema(), State: []rivertype.JobState{set.State},
	})
	if err == nil {
		q.options.Log.Warn().Int64("job", row.ID).Str("kind", row.Kind).Int("times", times).Str("state", states[set.State]).
			Msg("the process that ran a job is gone; the job was taken over")
	}
	return err
}

// depose ends the term of a leader that is gone.
func (q *Queue) depose(ctx context.Context, gone goneFunc) error {
	leader, err := q.database.executor().LeaderGetElectedLeader(ctx, &riverdriver.LeaderGetElectedLeaderParams{Schema: q.database.schema()})
	if errors.Is(err, rivertype.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if away, err := gone(leader.LeaderID); err != nil || !away {
		return err
	}
	_, err = q.database.executor().LeaderResign(ctx, &riverdriver.LeaderResignParams{
		ElectedAt: leader.ElectedAt, LeaderID: leader.LeaderID, LeadershipTopic: "river_leadership", Schema: q.database.schema(),
	})
	return err
}

// tell tells of jobs that were given up, and notes the attempt after which that
// was: a job that a person tried again may be given up again. One that cannot
// be told keeps the others from it no longer than telling.
func (q *Queue) tell(ctx context.Context) error {
	if q.options.Parked == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, telling)
	defer cancel()
	found, err := q.client.JobList(ctx, river.NewJobListParams().First(100).
		States(rivertype.JobStateDiscarded, rivertype.JobStateCancelled).Where(q.database.untold()))
	if err != nil {
		return err
	}
	var faults []error
	for _, row := range found.Jobs {
		if ctx.Err() == nil {
			faults = append(faults, q.tellOne(ctx, row))
		}
	}
	return errors.Join(faults...)
}

func (q *Queue) tellOne(ctx context.Context, row *rivertype.JobRow) error {
	j := jobOf(row)
	if err := q.options.Parked(ctx, j); err != nil {
		return fmt.Errorf("tell that job %d (%s %s) was parked: %w", j.ID, j.Kind, j.Key, err)
	}
	q.options.Log.Error().Int64("job", j.ID).Str("kind", j.Kind).Str("key", j.Key).Int("attempt", j.Attempt).Str("error", j.Error).Msg("job parked")
	_, err := q.client.JobUpdate(ctx, j.ID, &river.JobUpdateParams{Output: j.Attempt})
	return err
}
