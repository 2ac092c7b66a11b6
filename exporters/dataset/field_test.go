package dataset

import (
	"reflect"
	"testing"
	"time"

	"turnover/hierarchy"
)

// TestFieldsAreKept: what is sorted outside memory comes back as it was, also
// into a row that another one was in.
func TestFieldsAreKept(t *testing.T) {
	at := hierarchy.Time{Time: time.Date(2026, 1, 5, 9, 0, 0, 1000, time.UTC)}
	full := hierarchy.Task{ID: "t1", Name: "main", EntityID: "e", TaskTypeID: "tt", TaskStatusID: "s", LastPreviewFileID: "p", Duration: 0.5, Estimation: 3,
		RetakeCount: hierarchy.Ptr(int64(-2)), NbDrawings: hierarchy.Ptr(int64(0)), DueDate: at, RealStartDate: at, EndDate: at, DoneDate: at, LastCommentDate: at}
	full.CreatedAt = at
	checkKept(t, taskFields(), full, hierarchy.Task{ID: "t2"}, full)
	comment := hierarchy.Comment{ID: "c", TaskID: "t", TaskStatusID: "s", PersonID: "p", Text: "é\x00", Checklist: hierarchy.Data(`[{"text": "x"}]`), Previews: hierarchy.Data(`["p"]`)}
	comment.CreatedAt = at
	checkKept(t, commentFields(), comment, hierarchy.Comment{}, comment)
	checkKept(t, sheetFields(), hierarchy.TimeSpent{ID: "1", TaskID: "t", PersonID: "p", Date: "2026-01-05", Duration: 480}, hierarchy.TimeSpent{})
	checkKept(t, previewFields(), hierarchy.PreviewFile{ID: "1", TaskID: "t", Revision: 3, Position: 2}, hierarchy.PreviewFile{})
	checkKept(t, assignmentFields(), hierarchy.Assignment{TaskID: "t", PersonID: "p"}, hierarchy.Assignment{})
}

func checkKept[T any](t *testing.T, fields []field[T], rows ...T) {
	t.Helper()
	var back T
	for _, row := range rows {
		kept := keepFields(fields)(nil, &row)
		if err := readFields(fields)(kept, &back); err != nil || !reflect.DeepEqual(back, row) {
			t.Errorf("%+v comes back as %+v, %v", row, back, err)
		}
		for cut := range kept {
			var short T
			if readFields(fields)(kept[:cut:cut], &short) == nil {
				t.Errorf("%d of %d bytes of %+v are enough", cut, len(kept), row)
			}
		}
		if readFields(fields)(append(kept, 0), new(T)) == nil {
			t.Error("what is left over is no error")
		}
	}
}
