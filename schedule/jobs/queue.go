package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
	"github.com/rs/zerolog"
)

// A Queue is the jobs of one database. Any number of processes may add, list,
// retry and cancel; those that work them share them on PostgreSQL, and on
// SQLite there is one.
type Queue struct {
	database database
	client   client
	id       string // of this process among those that work
	kinds    map[string]Kind
	options  Options
	running  names[int64]        // jobs in this process
	turns    *turns              // of those that this process has fetched
	lost     map[int64]time.Time // since when a job was seen to run that this process does not run
	farewell time.Duration
	started  bool
	ending   context.Context //nolint:containedctx // over when no further job may begin
	end      func()          // makes it so
	stop     func()          // ends the watch
	watching sync.WaitGroup
}

// client is what we use of River's, whose type depends on the database.
type client interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
	JobGet(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
	JobRetry(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobCancel(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobUpdate(ctx context.Context, id int64, params *river.JobUpdateParams) (*rivertype.JobRow, error)
}

// goneFunc says whether a process that worked is not there any more.
type goneFunc func(id string) (bool, error)

// database is what SQLite and PostgreSQL do differently.
type database interface {
	// client makes River's client.
	client(config *river.Config) (client, error)
	// executor is River's way to the tables. It is not for the public, but there
	// is no other one to what a dead process left running.
	executor() riverdriver.Executor
	// schema is that of River's tables; "" on SQLite.
	schema() string
	// untold is the condition for jobs that were parked and not told.
	untold() string
	// join makes this process one that works, by its id, until leave.
	join(ctx context.Context, id string) error
	leave(ctx context.Context) error
	// alone runs f in one process of those that joined, in the others nothing.
	alone(ctx context.Context, f func(gone goneFunc) error) error
	// explain says what failed where, without passwords, and what helps.
	explain(doing string, err error) error
	close() error
}

// Open opens the queue in a SQLite file, which it makes, or in a PostgreSQL
// database ("postgres://…": schema turnover_jobs, or NAME_jobs where the URL's
// search_path is NAME). The tables are made and migrated under a lock. Without
// kinds, jobs are only listed, retried and cancelled.
func Open(ctx context.Context, where string, kinds []Kind, o Options) (*Queue, error) {
	o, err := o.complete(kinds)
	if err != nil {
		return nil, err
	}
	open := openSQLite
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		open = openPostgres
	}
	// River says at info what we say too.
	log := slog.New(zerolog.NewSlogHandler(o.Log.Level(max(o.Log.GetLevel(), zerolog.WarnLevel))))
	db, err := open(ctx, where, o, log)
	if err != nil {
		return nil, err
	}
	q := &Queue{database: db, id: "turnover-" + uuid.NewString(), kinds: map[string]Kind{}, options: o, lost: map[int64]time.Time{}, farewell: farewell, turns: newTurns(o.Workers)}
	for _, k := range kinds {
		q.kinds[k.Name] = k
	}
	if q.client, err = db.client(q.config(kinds, log)); err != nil {
		return nil, errors.Join(fmt.Errorf("open the jobs: %w", err), db.close())
	}
	return q, nil
}

func (q *Queue) config(kinds []Kind, log *slog.Logger) *river.Config {
	o := q.options
	c := &river.Config{
		ID: q.id, Logger: log, Schema: q.database.schema(), FetchOnlyKnownKinds: true,
		// Whoever ends a job asks for the next; the cooldown would be a pause.
		FetchCooldown: min(o.Poll, 20*time.Millisecond), FetchPollInterval: o.Poll,
		JobTimeout: o.Rescue, RescueStuckJobsAfter: o.Rescue,
		CompletedJobRetentionPeriod: keepDone, CancelledJobRetentionPeriod: keepParked, DiscardedJobRetentionPeriod: keepParked,
		// A job that does not heed its time-out keeps its goroutine, not its
		// place; twice as many goroutines as places is the end.
		JobStuckThreshold: 10 * o.Poll,
		JobStuckHandler: func(_ context.Context, p river.JobStuckHandlerParams) river.JobStuckHandlerResult {
			return river.JobStuckHandlerResult{AddWorkerSlot: p.TotalStuckJobs <= o.Workers}
		},
	}
	if o.Now != nil {
		c.Test.Time = clock(o.Now)
	}
	if len(kinds) == 0 {
		return c
	}
	c.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}, groupQueue: {MaxWorkers: fetched * o.Workers}}
	c.Workers = river.NewWorkers()
	for _, k := range kinds {
		river.AddWorkerArgs(c.Workers, args{kind: k.Name}, &worker{kind: k, queue: q})
	}
	return c
}

// clock is a stubbed one, as River wants it.
type clock func() time.Time

func (c clock) Now() time.Time { return c() }

func (c clock) NowOrNil() *time.Time {
	now := c()
	return &now
}

func (q *Queue) now() time.Time {
	if q.options.Now != nil {
		return q.options.Now()
	}
	return time.Now()
}

// unfinished are the states in which a job keeps others of its key away.
var unfinished = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled}

// longestKey is what an index can take with room to spare.
const longestKey = 1000

// Add puts a job into the queue unless one of this kind and key is there that
// is not finished; added says which. Args is kept as JSON.
func (q *Queue) Add(ctx context.Context, kind, key string, payload any) (added bool, err error) {
	k, known := q.kinds[kind]
	if !known {
		return false, fmt.Errorf("add job %q: %w", kind, errNoKind)
	}
	if key == "" || len(key) > longestKey || !utf8.ValidString(key) || strings.ContainsRune(key, 0) {
		return false, fmt.Errorf("add job %s: a key of %d bytes cannot be: 1 to %d bytes of UTF-8 without NUL", kind, len(key), longestKey)
	}
	encoded, err := json.Marshal(payload)
	if err != nil {
		return false, fmt.Errorf("add job %s %s: %w", kind, key, err)
	}
	queue := river.QueueDefault
	if k.Group != nil {
		queue = groupQueue
	}
	result, err := q.client.Insert(ctx, args{Key: key, Args: encoded, kind: kind}, &river.InsertOpts{
		Queue:       queue,
		MaxAttempts: or(k.Attempts, defaultAttempts),
		UniqueOpts:  river.UniqueOpts{ByArgs: true, ByState: unfinished},
	})
	if err != nil {
		return false, q.database.explain("add job "+kind+" "+key, err)
	}
	return !result.UniqueSkippedAsDuplicate, nil
}

// ErrWorked says that another process works the jobs of a SQLite file.
var ErrWorked = errors.New("another process works these jobs: stop it first; several can share a PostgreSQL database")

// Start begins to work the jobs, those first that a process left behind that is
// gone. ctx is for starting: the work ends with Stop.
func (q *Queue) Start(ctx context.Context) error {
	if len(q.kinds) == 0 {
		return fmt.Errorf("start the jobs: %w", errNoKind)
	}
	whole := context.WithoutCancel(ctx)
	err := q.database.join(ctx, q.id)
	if err == nil {
		err = q.database.alone(ctx, func(gone goneFunc) error { return q.takeOver(ctx, gone) })
	}
	if err == nil {
		q.ending, q.end = context.WithCancel(whole)
		err = q.client.Start(whole)
	}
	if err != nil {
		return errors.Join(q.database.explain("start the jobs", err), q.database.leave(whole))
	}
	q.started = true
	watched, stop := context.WithCancel(whole)
	q.stop = stop
	q.watching.Go(func() { q.rounds(watched) })
	return nil
}

// farewell is how long jobs that were cancelled may take to end.
const farewell = 10 * time.Second

// Stop lets no further job begin and waits for those that run. When ctx is over
// they are cancelled, which does not count as an attempt: they run again, here
// or elsewhere. The error names those that did not heed it.
func (q *Queue) Stop(ctx context.Context) error {
	if !q.started {
		return nil
	}
	q.end()
	err := q.client.Stop(ctx)
	if err != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), q.farewell)
		defer cancel()
		err = q.client.StopAndCancel(last)
	}
	q.stop()
	q.watching.Wait()
	q.started = false
	if err != nil {
		err = fmt.Errorf("stop the jobs: jobs %v did not end within %s of being cancelled and will run again", q.running.all(), q.farewell)
	}
	// Last: who has left counts as gone.
	return errors.Join(err, q.database.leave(context.WithoutCancel(ctx)))
}

// Close ends the connections, and stops first where that was not done.
func (q *Queue) Close() error {
	over, cancel := context.WithCancel(context.Background())
	cancel()
	return errors.Join(q.Stop(over), q.database.close())
}
