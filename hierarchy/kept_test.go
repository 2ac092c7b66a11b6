package hierarchy

import (
	"math"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Any row of any noun reads back as it was written, with the fields that are wanted.
func TestKeptFields(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		for _, n := range Tables() {
			fields := FieldsOfNoun(n)
			rows, reader := []Noun{draw(r, n), draw(r, n)}, NewFieldReader(fields, func(FieldInfo) bool { return true })
			for _, row := range rows {
				back := reflect.New(reflect.TypeOf(n).Elem()).Interface().(Noun)
				raw := AppendFields(nil, row, fields)
				if err := reader.Read(raw, back); err != nil || !reflect.DeepEqual(back, row) {
					r.Fatalf("%+v reads back as %+v (%v)", row, back, err)
				}
				first := reflect.New(reflect.TypeOf(n).Elem()).Interface().(Noun)
				if err := NewFieldReader(fields, func(f FieldInfo) bool { return f.Name == fields[0].Name }).Read(raw, first); err != nil {
					r.Fatal(err)
				}
				for i, f := range fields {
					v := reflect.ValueOf(first).Elem().FieldByIndex(f.Index)
					if i > 0 && !v.IsZero() {
						r.Fatalf("%s was not wanted and is %v", f.Name, v)
					}
				}
				if err := reader.Read(raw[:rapid.IntRange(0, len(raw)-1).Draw(r, "cut")], first); err == nil {
					r.Fatal("a cut row is whole")
				}
				if err := reader.Read(append(raw, 0), first); err == nil {
					r.Fatal("what is left over is no error")
				}
			}
		}
	})
}

// draw makes a row of the same noun with anything in its fields.
func draw(r *rapid.T, n Noun) Noun {
	row := reflect.New(reflect.TypeOf(n).Elem())
	for _, f := range FieldsOfNoun(n) {
		text := rapid.SampledFrom([]string{"", "a", "Läuft\x00", "0123456789"}).Draw(r, f.Name)
		number := rapid.SampledFrom([]int64{0, 1, -1, math.MaxInt64, math.MinInt64, 12_345}).Draw(r, f.Name)
		there := rapid.Bool().Draw(r, f.Name)
		switch p := row.Elem().FieldByIndex(f.Index).Addr().Interface().(type) {
		case *string:
			*p = text
		case *ID:
			*p = ID(text)
		case *Day:
			*p = Day(text)
		case *Kind:
			*p = Kind(text)
		case *Data:
			if there {
				*p = Data(text)
			}
		case **string:
			if there {
				*p = &text
			}
		case *bool:
			*p = there
		case **bool:
			if number > 0 {
				*p = &there
			}
		case *int64:
			*p = number
		case **int64:
			if there {
				*p = &number
			}
		case *float64:
			*p = float64(number) / 3
		case **float64:
			if there {
				*p = Ptr(float64(number) / 3)
			}
		case *Time:
			if there {
				*p = At(time.Unix(number%1e10, 123_456_789))
			}
		default:
			r.Fatalf("%s is a %T", f.Name, p)
		}
	}
	return row.Interface().(Noun)
}

func BenchmarkKeptFields(b *testing.B) {
	sheet := &TimeSpent{ID: "9cbd1b41-8d9c-5b4d-a75f-1c3d0f1b4a11", TaskID: "2e8a9f0c-4b8d-5f58-94bb-4d5d6b6c7c10", PersonID: "0e5c9a52-7f75-5f60-8a4b-d9e2a6f1c0aa", Date: "2023-04-01", Duration: 105, Stamps: Stamps{CreatedAt: At(time.Unix(1e9, 0)), UpdatedAt: At(time.Unix(1e9, 0))}}
	fields := FieldsOfNoun(sheet)
	reader := NewFieldReader(fields, func(FieldInfo) bool { return true })
	var raw []byte
	b.ReportAllocs()
	for b.Loop() {
		raw = AppendFields(raw[:0], sheet, fields)
		if err := reader.Read(raw, &TimeSpent{}); err != nil {
			b.Fatal(err)
		}
	}
}
