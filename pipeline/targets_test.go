package pipeline_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"turnover/importers"
	"turnover/importers/csv"
	"turnover/importers/excel"
	"turnover/pipeline"
)

func sheetReader() *pipeline.Pipeline {
	return &pipeline.Pipeline{Importers: []importers.Importer{excel.New(), csv.New()}}
}

func TestTargetsOfAWorkbookKnowTheirRows(t *testing.T) {
	book := excelize.NewFile()
	for cell, value := range map[string]any{"A1": "Task type", "B1": "Every", "C1": "Frames", "A2": "Animation", "B2": "Week", "C2": 1200, "A4": "010", "B4": "day", "C4": 2.5} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	got, err := sheetReader().ReadTargets(context.Background(), importers.File{Name: "goals.xlsx", Bytes: b.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	want := "[{Animation   week   1200 0 0 goals.xlsx[Sheet1!2]} {010   day   2.5 0 0 goals.xlsx[Sheet1!4]}]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v\nwant %s", got, want)
	}
}

func TestTooManyTargets(t *testing.T) {
	text := "every,frames\n" + strings.Repeat("week,1\n", 1001)
	_, err := sheetReader().ReadTargets(context.Background(), importers.File{Name: "goals.csv", Bytes: []byte(text)})
	var input *pipeline.InputError
	if !errors.As(err, &input) || len(input.Found) != 1 || input.Found[0].Code != pipeline.CodeTargetMany || input.Found[0].Place.Line != 1002 {
		t.Errorf("got %v", err)
	}
}

// Whatever the bytes, there are targets that make sense, or findings with codes
// and places.
func FuzzReadTargets(f *testing.F) {
	for _, s := range []string{"every,frames\nweek,5\n", "every;shots;from\nday;1;2026-01-01", "task_type,person\n,", "every\tseconds\nyear\t1e999", "\xff\xfe", "a"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := sheetReader().ReadTargets(context.Background(), importers.File{Name: "goals.csv", Bytes: b})
		var input *pipeline.InputError
		if err != nil && (!errors.As(err, &input) || !input.Found.HasErrors()) {
			t.Fatalf("%v is no finding", err)
		}
		for _, one := range all {
			if e := one.Check(); e != nil || !strings.HasPrefix(one.Place, "goals.csv:") {
				t.Fatalf("%+v: %v", one, e)
			}
		}
	})
}
