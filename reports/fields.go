package reports

import "turnover/hierarchy"

// sheetFields are what reports look at of time sheets.
var sheetFields = []string{"task_id", "person_id", "date", "duration"}

// allFields are what the reports look at, of all that facts have.
var allFields = hierarchy.Fields{
	"tasks": {"id", "task_type_id", "task_status_id", "entity_id", "duration", "estimation", "retake_count", "due_date", "real_start_date", "end_date",
		"done_date", "last_comment_date", "nb_drawings", "last_preview_file_id", "created_at"},
	"time_spents":   sheetFields,
	"comments":      {"id", "task_id", "task_status_id", "person_id", "text", "checklist", "previews", "created_at"},
	"preview_files": {"id", "task_id", "revision", "position", "created_at"},
}

// talkFields tell when a task of a film was last spoken of.
var talkFields = hierarchy.Fields{"tasks": {"id", "task_type_id", "entity_id", "last_comment_date"}}

// standingFields tell how a task stands.
var standingFields = hierarchy.Fields{"tasks": {"id", "task_type_id", "task_status_id", "entity_id", "retake_count", "nb_drawings"}}

// sumFields are what the sums of a quota look at.
var sumFields = hierarchy.Fields{
	"tasks":       {"id", "task_type_id", "entity_id", "duration", "real_start_date", "end_date", "done_date", "nb_drawings"},
	"time_spents": sheetFields,
}
