package importers

import (
	"strings"

	"turnover/internal/diag"
)

// taskSuffixes are the endings of a task type's further columns.
var taskSuffixes = []struct{ suffix, part string }{
	{" comment", "comment"}, {" comments", "comment"}, {" commentaire", "comment"},
	{" assignations", "assignations"}, {" assignation", "assignations"}, {" assignees", "assignations"},
	{" estimation", "estimation"}, {" estimate", "estimation"},
	{" status", "status"}, {" statut", "status"},
}

// taskColumns finds "Animation", "Animation comment" and, as in Kitsu's own
// export, "Assignations" right after its task type.
func (r *sheetReader) taskColumns() {
	for i := range r.header.columns {
		c := &r.header.columns[i]
		if c.Field != "" || c.fold == "" {
			continue
		}
		if name, ok := r.known(r.opts.TaskTypes, c.fold); ok {
			c.task(name, "status")
			continue
		}
		if i > 0 && isAssignations(c.fold) {
			before := &r.header.columns[i-1]
			if before.Field == "" && before.fold != "" {
				before.task(before.Header, "status")
			}
			if before.Field == "task" && before.taskPart == "status" {
				c.task(before.Detail, "assignations")
			}
			continue
		}
		r.taskSuffix(c)
	}
}

func isAssignations(fold string) bool { return fold == "assignations" || fold == "assignees" }

// taskSuffix reads "Animation comment" where Animation is a task type, that is
// known by name, has a column of its own, or has assignations.
func (r *sheetReader) taskSuffix(c *column) {
	title := strings.ToLower(c.Header)
	for _, s := range taskSuffixes {
		base, ok := strings.CutSuffix(title, s.suffix)
		if !ok {
			continue
		}
		base = trimCell(c.Header[:min(len(base), len(c.Header))])
		fold := foldTitle(base)
		if name, ok := r.known(r.opts.TaskTypes, fold); ok {
			c.task(name, s.part)
			return
		}
		if s.part == "status" { // a mere word, unless the type has assignations beside it
			if r.assigned(fold) {
				c.task(base, s.part)
			}
			return
		}
		own := r.column(fold)
		if own != nil && own.Field == "" {
			own.task(own.Header, "status")
		}
		if own != nil && own.Field == "task" || own == nil && s.part == "assignations" {
			if own != nil {
				base = own.Detail
			}
			c.task(base, s.part)
		}
		return
	}
}

// assigned tells whether a task type has a column of its assignations.
func (r *sheetReader) assigned(fold string) bool {
	for _, s := range taskSuffixes {
		if s.part == "assignations" && r.column(fold+foldTitle(s.suffix)) != nil {
			return true
		}
	}
	return false
}

func (r *sheetReader) column(fold string) *column {
	for i := range r.header.columns {
		if r.header.columns[i].fold == fold {
			return &r.header.columns[i]
		}
	}
	return nil
}

func (c *column) task(taskType, part string) {
	c.Field, c.Detail, c.taskPart = "task", taskType, part
}

// reportColumns says which titles nobody knows, which come twice, and where
// two could be the same field.
func (r *sheetReader) reportColumns() {
	seen := map[string]int{}
	for i := range r.header.columns {
		c := &r.header.columns[i]
		if c.fold == "" {
			continue
		}
		first, twice := seen[c.fold]
		if !twice {
			seen[c.fold] = i
		}
		field, _ := fieldFor(c.fold, r.list.Kind, r.opts)
		switch {
		case c.Field == "task":
		case twice && isNameField(field):
			r.found.add(diag.Error, CodeAmbiguousColumn, c.Place, "two columns could be the same name",
				"%q is the title of two columns; rename or delete one", c.Header)
		case twice:
			r.found.add(diag.Warning, CodeDuplicateHeader, c.Place, "column title used twice",
				"%q also stands over column %d; the first is read, this one is kept as a field by its title", c.Header, first+1)
		case c.Field == "" && field != "":
			chosen := r.header.columns[r.header.byField[field]].Header
			r.found.add(diag.Warning, CodeAmbiguousColumn, c.Place, "two columns could be the same field",
				"%q and %q could both be the %s; %q was taken. Rename one, or say which under columns in the configuration", chosen, c.Header, field, chosen)
		case c.Field == "":
			r.found.add(diag.Info, CodeUnknownColumn, c.Place, "unknown column", "%q is no field, task type or metadata that is known; its cells are not imported", c.Header)
		}
	}
}

func isNameField(field string) bool {
	c := column{Column: Column{Field: field}}
	return c.nameField()
}
