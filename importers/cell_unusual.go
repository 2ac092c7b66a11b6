package importers

import "strings"

// bears tells columns whose cells are names of something that the production
// has, a task's own included.
func (c *column) bears() bool { return c.name || c.Field == "entity" || c.Field == "task_name" }

// unusual reads a name that holds a control character, which no new name may:
// it stands where the production has it. Sheets keep line breaks as one
// character and cells without the blanks at their ends, so these make no
// difference.
func (r *sheetReader) unusual(name string) (string, bool) {
	if !Unusual(name) {
		return name, false
	}
	r.list.Unusual++
	if r.exact == nil {
		r.exact = map[string]string{}
		for _, exact := range r.opts.Unusual {
			key := tidy(exact)
			if _, twice := r.exact[key]; twice {
				exact = "" // two names that no sheet can tell apart
			}
			r.exact[key] = exact
		}
	}
	if exact := r.exact[tidy(name)]; exact != "" {
		return exact, true
	}
	return name, false
}

// Unusual tells names that Options.Unusual is for.
func Unusual(name string) bool { return !isBare(name) && strings.IndexFunc(name, unsafeInName) >= 0 }

func tidy(name string) string {
	return trimCell(strings.ReplaceAll(strings.ReplaceAll(name, "\r\n", "\n"), "\r", "\n"))
}
