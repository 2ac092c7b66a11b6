package reports

import (
	"fmt"
	"strings"
)

// A UsageError is a query that names what the production does not have, what
// has several of one name, a method or basis that does not exist, or a target
// that makes no sense: wrong usage, not wrong facts.
type UsageError struct {
	Option  string   // "task type", "person", "team", "method" …
	Value   string   // as given
	Known   []string // what could have been given instead, sorted
	Several bool     // the value names each of Known
	Reason  string   // what is wrong, where it is not an unknown word
}

// knownShown bounds how many known values a message lists.
const knownShown = 30

func (e *UsageError) Error() string {
	if e.Reason != "" {
		return e.Reason
	}
	shown, more := e.Known, ""
	if len(shown) > knownShown {
		more = fmt.Sprintf(" and %d more", len(shown)-knownShown)
		shown = shown[:knownShown]
	}
	quoted := make([]string, len(shown))
	for i, k := range shown {
		quoted[i] = fmt.Sprintf("%q", k)
	}
	if e.Several {
		return fmt.Sprintf("%s %q names several; give one of %s%s", e.Option, e.Value, strings.Join(quoted, ", "), more)
	}
	if len(quoted) == 0 {
		return fmt.Sprintf("unknown %s %q; there are none", e.Option, e.Value)
	}
	return fmt.Sprintf("unknown %s %q; known are %s%s", e.Option, e.Value, strings.Join(quoted, ", "), more)
}
