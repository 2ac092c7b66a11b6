// Package jobs queues work and runs it: River, on SQLite in a file of its own or
// on PostgreSQL in a schema of its own. It says when something runs and that it
// is tried again, never that it is done: a job may run twice (its process was
// killed, it was rescued, two processes share the queue), so work asks the
// ledger first. A queue that is lost loses nothing for the same reason: the
// scanner and the schedules add what the ledger does not know.
package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/riverqueue/river/rivertype"
	"github.com/rs/zerolog"
)

// A Kind is one sort of work.
type Kind struct {
	Name string
	// Timeout cancels the context of a job that runs longer. Work that does not
	// heed it keeps its group until it returns; after Options.Rescue the job is
	// tried again.
	Timeout time.Duration
	// Attempts is how often a job is tried before it is parked; 0 is
	// defaultAttempts.
	Attempts int
	// Group names what may not be done side by side, "" nothing: of the jobs of
	// one group this process runs one at a time. Other processes do not know
	// of it; there the work's own lock (store.Lock of a project) counts. nil is
	// no group.
	Group func(j Job) string
	// Work does it. nil is success, ForGood parks, Later puts off; another
	// error is tried again. A panic is an error.
	Work func(ctx context.Context, j Job) error
}

// A Job is one piece of work as it stands in the queue.
type Job struct {
	ID      int64
	Kind    string
	Key     string // unique among the jobs of its kind that are not finished
	Args    json.RawMessage
	Attempt int    // 1 is the first; while it waits, how often it was tried
	State   string // Waiting …
	At      time.Time
	Error   string // of the last attempt that failed; "" where none did
}

// States of a job. Job.At is when it is due (Waiting, Retrying), was begun
// (Running) or ended (the others).
const (
	Waiting   = "waiting"   // due, or put off
	Running   = "running"   //
	Retrying  = "retrying"  // failed, and is tried again
	Done      = "done"      // kept for a day
	Parked    = "parked"    // failed for good, or too often; kept for 30 days
	Cancelled = "cancelled" // by a person; kept for 30 days
)

// States lists all of them.
func States() []string { return []string{Waiting, Running, Retrying, Done, Parked, Cancelled} }

const (
	defaultAttempts = 10
	defaultWorkers  = 4
	defaultTakeover = 5 * time.Second
	defaultPoll     = time.Second
	keepDone        = 24 * time.Hour
	keepParked      = 30 * 24 * time.Hour
)

// Options are how a queue is worked; the zero value is good.
type Options struct {
	Workers int            // jobs at once in this process; 0 is 4
	Log     zerolog.Logger // each job's context carries it, with the job's id, kind and key
	// Parked is told of each job that was given up, once; an error is told again
	// until nil. A process that is killed while it tells may tell twice.
	Parked func(ctx context.Context, j Job) error
	// Takeover is how long a process must be gone before another one takes its
	// jobs over; 0 is 5 s. On SQLite only one process works: the next one takes
	// over at once.
	Takeover time.Duration
	// Rescue is when a job that still runs is given to another one, though its
	// process lives; 0 is a minute beyond the longest time-out.
	Rescue time.Duration
	Poll   time.Duration // how often the queue is looked into where nothing tells of a job; 0 is 1 s
	// Waits are the times before the second, third … attempt, the last one for
	// all further; nil is 5 s, 15 s, 1 min, 5 min, 15 min, 1 h.
	Waits []time.Duration
	Now   func() time.Time // nil is the machine's and the database's clock
}

// complete fills in what was left out, and checks the kinds.
func (o Options) complete(kinds []Kind) (Options, error) {
	var longest time.Duration
	seen := map[string]bool{}
	for _, k := range kinds {
		if k.Name == "" || k.Work == nil || k.Timeout <= 0 || k.Attempts < 0 || seen[k.Name] {
			return o, fmt.Errorf("job kind %q: it needs a name of its own, work and a time-out", k.Name)
		}
		seen[k.Name] = true
		longest = max(longest, k.Timeout)
	}
	o.Workers = or(o.Workers, defaultWorkers)
	o.Takeover = or(o.Takeover, defaultTakeover)
	o.Poll = or(o.Poll, defaultPoll)
	o.Rescue = max(or(o.Rescue, longest+time.Minute), longest)
	if len(o.Waits) == 0 {
		o.Waits = defaultWaits
	}
	return o, nil
}

func or[T int | time.Duration](given, otherwise T) T {
	if given > 0 {
		return given
	}
	return otherwise
}

// states turns our words into River's.
var states = map[rivertype.JobState]string{
	rivertype.JobStateAvailable: Waiting,
	rivertype.JobStatePending:   Waiting,
	rivertype.JobStateScheduled: Waiting,
	rivertype.JobStateRunning:   Running,
	rivertype.JobStateRetryable: Retrying,
	rivertype.JobStateCompleted: Done,
	rivertype.JobStateDiscarded: Parked,
	rivertype.JobStateCancelled: Parked, // by ForGood; jobOf looks whether a person did it
}

// riverStates are those of River's that may be what we call so.
func riverStates(word string) []rivertype.JobState {
	var found []rivertype.JobState
	for theirs, ours := range states {
		if ours == word || word == Cancelled && theirs == rivertype.JobStateCancelled || word == Retrying && theirs == rivertype.JobStateAvailable {
			found = append(found, theirs)
		}
	}
	slices.Sort(found)
	return found
}

// jobOf reads a row. One that cannot be read keeps what can: it must be listed
// and parked like others.
func jobOf(row *rivertype.JobRow) Job {
	var a args
	_ = json.Unmarshal(row.EncodedArgs, &a) // Work meets the same error
	j := Job{ID: row.ID, Kind: row.Kind, Key: a.Key, Args: a.Args, Attempt: row.Attempt, State: states[row.State], At: row.ScheduledAt}
	if row.State == rivertype.JobStateAvailable && len(row.Errors) > 0 && row.Errors[len(row.Errors)-1].Attempt == row.Attempt {
		j.State = Retrying // River makes short waits available at once
	}
	switch {
	case row.FinalizedAt != nil:
		j.At = *row.FinalizedAt
	case row.State == rivertype.JobStateRunning && row.AttemptedAt != nil:
		j.At = *row.AttemptedAt
	}
	if row.State == rivertype.JobStateCancelled && notesOf(row).cancelled() {
		j.State = Cancelled
	}
	if n := len(row.Errors); n > 0 {
		j.Error = row.Errors[n-1].Error
	}
	return j
}

// notes are what a row's metadata holds for us.
type notes struct {
	CancelAttemptedAt string `json:"cancel_attempted_at"` // River's, where a person cancelled
	Told              int    `json:"output"`              // the attempt after which Parked was told
	Takeovers         int    `json:"takeovers"`           // how often its process ended while it ran
	Snoozes           int    `json:"snoozes"`             // River's: how often it was put off
}

func notesOf(row *rivertype.JobRow) notes {
	var n notes
	_ = json.Unmarshal(row.Metadata, &n) // what cannot be read was not noted
	return n
}

func (n notes) cancelled() bool { return n.CancelAttemptedAt != "" }
