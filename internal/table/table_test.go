package table

import (
	"errors"
	"reflect"
	"testing"
)

func TestRowsAreGivenAgain(t *testing.T) {
	rows := Of([]Row{{"a", int64(1)}, {nil, int64(2)}, {"c", nil}})
	for range 2 {
		got, err := Collect(rows)
		if err != nil || !reflect.DeepEqual(got, []Row{{"a", int64(1)}, {nil, int64(2)}, {"c", nil}}) {
			t.Fatalf("rows %v (%v)", got, err)
		}
	}
	for r := range rows {
		if r[0] != "a" {
			t.Errorf("begins with %v", r)
		}
		break // a reader may stop
	}
	if got, err := Collect(Of(nil)); err != nil || len(got) != 0 {
		t.Errorf("nothing gives %v (%v)", got, err)
	}
}

func TestCollectStopsAtAnError(t *testing.T) {
	gone := errors.New("gone")
	asked := 0
	rows := func(yield func(Row, error) bool) {
		for _, err := range []error{nil, gone, nil} {
			asked++
			if !yield(Row{int64(asked)}, err) {
				return
			}
		}
	}
	if got, err := Collect(rows); !errors.Is(err, gone) || got != nil || asked != 2 {
		t.Errorf("rows %v, error %v, %d asked", got, err, asked)
	}
}

func TestBookFindsTables(t *testing.T) {
	b := &Book{Tables: []*Table{{Name: "quota_person_day"}, {Name: "quota_shares"}}}
	if got := b.Table("quota_shares"); got != b.Tables[1] {
		t.Errorf("found %v", got)
	}
	if got := b.Table("quota"); got != nil {
		t.Errorf("found %v", got)
	}
}
