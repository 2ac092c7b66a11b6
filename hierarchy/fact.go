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
