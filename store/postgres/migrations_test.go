package postgres

import (
	"flag"
	"os"
	"testing"

	"turnover/store/schema"
)

var update = flag.Bool("update", false, "write the first migration from the description")

// The first migration is what the description makes. When the second comes,
// this test goes and the one that compares columns stays.
func TestTheFirstMigrationIsTheDescription(t *testing.T) {
	const name = "migrations/00001_first.sql"
	want := "-- +goose Up\n" + schema.SQL(schema.Postgres)
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s differs from the description of the tables; go test -update writes it anew", name)
	}
}
