package sqlite

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"turnover/store/schema"
)

var update = flag.Bool("update", false, "write the migrations from the description")

// migrationFiles are what the description makes, in order.
func migrationFiles() map[string]string {
	return map[string]string{
		"migrations/00001_first.sql":           fmt.Sprintf("-- +goose Up\nPRAGMA application_id = %d;\n\n", applicationID) + schema.SQL(schema.SQLite, 1),
		"migrations/00002_memos.sql":           "-- +goose Up\n" + schema.SQL(schema.SQLite, 2),
		"migrations/00003_accounts.sql":        "-- +goose Up\n" + schema.SQL(schema.SQLite, 3),
		"migrations/00004_instances.sql":       "-- +goose Up\n" + schema.SQL(schema.SQLite, 4),
		"migrations/00005_attachments.sql":     "-- +goose Up\n" + schema.SQL(schema.SQLite, 5),
		"migrations/00006_asset_types.sql":     "-- +goose Up\n" + schema.SQL(schema.SQLite, 6),
		"migrations/00007_history.sql":         "-- +goose Up\n" + schema.SQL(schema.SQLite, 7),
		"migrations/00008_row_keys.sql":        "-- +goose Up\n" + schema.SQL(schema.SQLite, 8),
		"migrations/00009_sheets_in_order.sql": "-- +goose Up\n" + schema.SQL(schema.SQLite, 9),
	}
}

// TestMigrationsAreTheDescription: a migration that was published never
// changes; a new table says in which it comes.
func TestMigrationsAreTheDescription(t *testing.T) {
	for name, want := range migrationFiles() {
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
}
