package hierarchy

import (
	"cmp"
	"strings"
)

// The orders in which facts come; see Facts. They compare as little as is
// needed: streams are long.

// CompareIDs puts ids in the order of their bytes, as both databases do.
func CompareIDs(a, b ID) int { return strings.Compare(string(a), string(b)) }

// CompareTimeSpents puts time sheets in order by task, day, person and id.
func CompareTimeSpents(a, b *TimeSpent) int {
	switch {
	case a.TaskID != b.TaskID:
		return CompareIDs(a.TaskID, b.TaskID)
	case a.Date != b.Date:
		return strings.Compare(string(a.Date), string(b.Date))
	case a.PersonID != b.PersonID:
		return CompareIDs(a.PersonID, b.PersonID)
	}
	return CompareIDs(a.ID, b.ID)
}

// CompareComments puts comments in order by task, creation and id.
func CompareComments(a, b *Comment) int {
	if a.TaskID != b.TaskID {
		return CompareIDs(a.TaskID, b.TaskID)
	}
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), CompareIDs(a.ID, b.ID))
}

// ComparePreviews puts previews in order by task, creation and id.
func ComparePreviews(a, b *PreviewFile) int {
	if a.TaskID != b.TaskID {
		return CompareIDs(a.TaskID, b.TaskID)
	}
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt.Time), CompareIDs(a.ID, b.ID))
}
