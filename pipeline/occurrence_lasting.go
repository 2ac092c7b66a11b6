package pipeline

import (
	"errors"

	"turnover/reports"
)

// A LastingError is a Deliverer's that no other attempt mends: a password that is
// wrong, a server that takes no mail of this size.
type LastingError struct{ Err error }

func (e *LastingError) Error() string { return e.Err.Error() }
func (e *LastingError) Unwrap() error { return e.Err }

// undelivered is that some places were not reached, each for its own reason.
type undelivered struct {
	says   string
	places []error
}

func (e *undelivered) Error() string   { return e.says }
func (e *undelivered) Unwrap() []error { return e.places }

// Lasting tells whether an occurrence that failed will fail until somebody changes
// something, so that it is to be given up at once: what was asked for does not
// exist, or no place that is left can be reached by trying again.
func Lasting(err error) bool {
	var places *undelivered
	if errors.As(err, &places) {
		for _, one := range places.places {
			if !Lasting(one) {
				return false
			}
		}
		return true
	}
	var (
		usage *UsageError
		query *reports.UsageError
		input *InputError
		last  *LastingError
	)
	return errors.As(err, &usage) || errors.As(err, &query) || errors.As(err, &input) || errors.As(err, &last)
}
