package archive

import (
	"reflect"
	"testing"
)

// FuzzFieldsOf: the quick way and the close one read the same.
func FuzzFieldsOf(f *testing.F) {
	for _, line := range []string{`{"a": 1, "b": {"c": [1, 2]}}`, ` { } `, `null`, `[1]`, `{"a":1,"a":2}`, `{"a\u0061": ":", "b": "\\\"x:"}`, `{"a":1`, `{"a":1} x`, `{"":" null "}`, `7`} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		fields, twice, err := fieldsOf(line)
		want, wantTwice, wantErr := fieldByField(line)
		if !reflect.DeepEqual(fields, want) || !reflect.DeepEqual(twice, wantTwice) || !reflect.DeepEqual(err, wantErr) {
			t.Fatalf("%q gives %v, %v, %v, else %v, %v, %v", line, fields, twice, err, want, wantTwice, wantErr)
		}
	})
}

func BenchmarkFieldsOf(b *testing.B) {
	line := []byte(`{"id":"9cbd1b41-8d9c-5b4d-a75f-1c3d0f1b4a11","task_id":"2e8a9f0c-4b8d-5f58-94bb-4d5d6b6c7c10","person_id":"0e5c9a52-7f75-5f60-8a4b-d9e2a6f1c0aa","date":"2023-04-01","duration":105,"created_at":"2023-04-01T09:00:00","updated_at":"2023-04-01T09:00:00"}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := fieldsOf(line); err != nil {
			b.Fatal(err)
		}
	}
}
