package main

import (
	"errors"
	"fmt"

	"turnover/hierarchy"
	"turnover/internal/diag"
	"turnover/pipeline"
	"turnover/plan"
	"turnover/reports"
	"turnover/store"
)

// The exit codes; docs/exit-codes.md explains them.
const (
	exitDone    = 0
	exitInput   = 1
	exitUsage   = 2
	exitHeld    = 3
	exitPartly  = 4
	exitMachine = 5
	exitMoved   = 6
)

// An exitError ends the program with a code after everything was said.
type exitError struct{ code int }

func (e *exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	var (
		said     *exitError
		input    *pipeline.InputError
		usage    *pipeline.UsageError
		query    *reports.UsageError
		stale    *hierarchy.StaleError
		conflict *store.ConflictError
		found    diag.List
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &said):
		return said.code
	case errors.As(err, &usage), errors.As(err, &query):
		return exitUsage
	case errors.As(err, &input), errors.As(err, &found):
		return exitInput
	case errors.Is(err, pipeline.ErrHeld):
		return exitHeld
	case errors.Is(err, plan.ErrStale), errors.As(err, &stale):
		return exitMoved
	case errors.As(err, &conflict):
		return exitInput
	}
	return exitMachine
}

// finish says what went wrong and gives the exit code.
func (a *app) finish(err error) int {
	code := exitCode(err)
	var said *exitError
	if err != nil && !errors.As(err, &said) {
		a.complain(err)
	}
	return code
}

// complain writes an error for people; findings one a line with their places.
func (a *app) complain(err error) {
	var input *pipeline.InputError
	if !errors.As(err, &input) {
		_, _ = fmt.Fprintf(a.err, "turnover: %v%s\n", err, wayOut(err)) // nowhere else to say it
		return
	}
	for _, d := range input.Found {
		if d.Severity == diag.Error {
			_, _ = fmt.Fprintln(a.err, d)
		}
	}
	_, _ = fmt.Fprintf(a.err, "turnover: %s has errors (%d); nothing was written\n", input.File, input.Found.Count(diag.Error))
}

// wayOut is what can be done about faults of the machine.
func wayOut(err error) string {
	switch {
	case errors.Is(err, store.ErrBusy):
		return ": try again when it has ended"
	case errors.Is(err, store.ErrNewer):
		return ": use the newer turnover"
	case errors.Is(err, plan.ErrStale):
		return ": plan the file again"
	case errors.Is(err, pipeline.ErrHeld):
		return ""
	}
	return ""
}

// worst keeps the highest code of several files.
func worst(a, b int) int { return max(a, b) }
