package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"turnover/internal/diag"
)

// ErrHeld says that a gate holds the plan: a person must let it pass.
var ErrHeld = errors.New("held: a gate wants a person")

// A UsageError is something asked for that does not exist or does not go together.
type UsageError struct{ Reason string }

func (e *UsageError) Error() string { return e.Reason }

func usage(format string, args ...any) error { return &UsageError{fmt.Sprintf(format, args...)} }

// An InputError is a file that cannot be taken as it is. Nothing was written.
type InputError struct {
	File  string
	Found diag.List
}

func (e *InputError) Error() string {
	n := e.Found.Count(diag.Error)
	for _, d := range e.Found {
		if d.Severity == diag.Error {
			if n == 1 {
				return d.String()
			}
			return fmt.Sprintf("%d errors in %s, the first: %s", n, e.File, d)
		}
	}
	return e.File + " cannot be taken"
}

// unknown says that there is no such thing, what there is, and what was
// perhaps meant.
func unknown(what, name string, known []string) error {
	near := Nearest(name, known)
	if near != "" {
		return usage("unknown %s %q: did you mean %q? There are: %s", what, name, near, list(known))
	}
	return usage("unknown %s %q: there are: %s", what, name, list(known))
}

// Nearest gives the name that was perhaps meant, "" where none is near.
func Nearest(name string, known []string) string {
	best, far := "", 1+max(2, len(name)/3)
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k)); d < far {
			best, far = k, d
		}
	}
	return best
}

// list writes names for people, at most twenty.
func list(names []string) string {
	names = slices.Sorted(slices.Values(names))
	if len(names) > 20 {
		return strings.Join(names[:20], ", ") + fmt.Sprintf(" and %d more", len(names)-20)
	}
	return strings.Join(names, ", ")
}
