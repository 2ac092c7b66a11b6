package hierarchy

import "iter"

// Facts are one production's tasks, time sheets and comments as streams, for
// reports. Dimensions are in memory; streams come ordered by task id, so that
// they can be walked side by side and memory does not grow with them.
type Facts interface {
	// Dimensions is the snapshot without tasks and time sheets.
	Dimensions() *Snapshot
	// Tasks come by id, with assignees.
	Tasks() iter.Seq2[*Task, error]
	// TimeSpents come by task id, day, person id and id.
	TimeSpents() iter.Seq2[*TimeSpent, error]
	// Comments come by task id, creation and id.
	Comments() iter.Seq2[*Comment, error]
	// Previews come by task id, creation and id.
	Previews() iter.Seq2[*PreviewFile, error]
}

// Fields are the fields of facts that a reader looks at: by table, the columns'
// names. A table that is not named is read whole.
type Fields map[string][]string

// Only gives facts whose rows need not have more than some fields, where they
// can be read without the others: what is not looked at then costs nothing.
// Streams keep their order.
func Only(facts Facts, fields Fields) Facts {
	if lean, ok := facts.(interface{ Only(Fields) Facts }); ok {
		return lean.Only(fields)
	}
	return facts
}

// OfTypes gives facts of the tasks of some types, where the others' can be left
// out. Where they cannot, they come along: a reader looks at a task's type itself.
func OfTypes(facts Facts, types []ID) Facts {
	if lean, ok := facts.(interface{ OfTypes([]ID) Facts }); ok {
		return lean.OfTypes(types)
	}
	return facts
}
