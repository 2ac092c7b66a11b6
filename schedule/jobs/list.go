package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// mostListed is River's own limit.
const mostListed = 10_000

// List gives the jobs in these states, or in all, newest first; 10,000 at most.
func (q *Queue) List(ctx context.Context, words ...string) ([]Job, error) {
	params := river.NewJobListParams().First(mostListed).OrderBy(river.JobListOrderByID, river.SortOrderDesc)
	if len(words) > 0 {
		var wanted []rivertype.JobState
		for _, word := range words {
			found := riverStates(word)
			if found == nil {
				return nil, fmt.Errorf("list jobs: unknown state %q: use %s", word, strings.Join(States(), ", "))
			}
			wanted = append(wanted, found...)
		}
		slices.Sort(wanted)
		params = params.States(slices.Compact(wanted)...)
	}
	found, err := q.client.JobList(ctx, params)
	if err != nil {
		return nil, q.database.explain("list jobs", err)
	}
	jobs := make([]Job, 0, len(found.Jobs))
	for _, row := range found.Jobs {
		if j := jobOf(row); len(words) == 0 || slices.Contains(words, j.State) {
			jobs = append(jobs, j)
		}
	}
	return jobs, nil
}

// ErrNone says that there is no job of this id.
var ErrNone = errors.New("there is no such job")

// ErrState says that a job is in a state in which this cannot be done.
var ErrState = errors.New("the job's state does not allow it")

// Retry tries a job again at once that was parked, cancelled or waits: once
// more than its kind's attempts where these are used up.
func (q *Queue) Retry(ctx context.Context, id int64) error {
	return q.change(ctx, "retry", id, q.client.JobRetry, Waiting, Retrying, Parked, Cancelled)
}

// Cancel ends a job that is not finished. One that runs is told by its context,
// here or in another process, and ends when it heeds it.
func (q *Queue) Cancel(ctx context.Context, id int64) error {
	return q.change(ctx, "cancel", id, q.client.JobCancel, Waiting, Retrying, Running)
}

func (q *Queue) change(ctx context.Context, verb string, id int64, how func(context.Context, int64) (*rivertype.JobRow, error), from ...string) error {
	doing := fmt.Sprintf("%s job %d", verb, id)
	row, err := q.client.JobGet(ctx, id)
	if errors.Is(err, rivertype.ErrNotFound) {
		return fmt.Errorf("%s: %w", doing, ErrNone)
	}
	if err != nil {
		return q.database.explain(doing, err)
	}
	if j := jobOf(row); !slices.Contains(from, j.State) {
		return fmt.Errorf("%s: it is %s: %w", doing, j.State, ErrState)
	}
	if _, err := how(ctx, id); err != nil {
		return q.database.explain(doing, err)
	}
	return nil
}
