package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/riverqueue/river"
)

// forGood is an error that trying again does not mend.
type forGood struct{ error }

func (e forGood) Unwrap() error { return e.error }

// ForGood says that trying again is of no use: the job is parked at once.
func ForGood(err error) error {
	if err == nil {
		return nil
	}
	return forGood{err}
}

// later is an error that is no failure.
type later struct {
	error
	wait time.Duration
}

func (e later) Unwrap() error { return e.error }

// Later asks for another try after d that does not count as an attempt. err
// says why, for the log.
func Later(d time.Duration, err error) error {
	if err == nil {
		err = errors.New("put off")
	}
	return later{err, max(d, 0)}
}

// parkedNow makes River cancel a job, and is written down in its own words.
type parkedNow struct{ error }

func (e parkedNow) Unwrap() error { return river.JobCancel(e.error) }

// verdict turns what work returned into what River understands.
func verdict(ctx context.Context, k Kind, err error) error {
	var putOff later
	var parked forGood
	switch {
	case err == nil:
		return nil
	case errors.As(err, &parked):
		return parkedNow{worded{err}}
	case errors.As(err, &putOff):
		return river.JobSnooze(putOff.wait)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return worded{fmt.Errorf("it took longer than %s: %w", k.Timeout, err)}
	case ctx.Err() != nil:
		// The process stops, or a person cancelled. What says so is not always
		// in the error: a database has words of its own for an interruption.
		return worded{fmt.Errorf("%w: %w", ctx.Err(), err)}
	}
	return worded{err}
}

// longestError is how much of an error is kept.
const longestError = 4000

// worded is an error whose text PostgreSQL takes, whatever file names are in it:
// River cannot write down another one, and the job would run forever.
type worded struct{ error }

func (e worded) Error() string {
	text := strings.ReplaceAll(strings.ToValidUTF8(e.error.Error(), "\uFFFD"), "\x00", "\uFFFD")
	if len(text) > longestError {
		text = strings.ToValidUTF8(text[:longestError], "") + " …"
	}
	return text
}

func (e worded) Unwrap() error { return e.error }

var defaultWaits = []time.Duration{5 * time.Second, 15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// waitAfter is the time from a failed attempt to the next: a tenth shorter or
// longer, so that jobs that failed together do not come back together.
func waitAfter(waits []time.Duration, attempt int) time.Duration {
	wait := waits[min(max(attempt, 1), len(waits))-1]
	return time.Duration(float64(wait) * (0.9 + 0.2*rand.Float64()))
}
