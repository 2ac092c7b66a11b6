package main

import (
	"database/sql"
	"fmt"
	"testing"

	"turnover/hierarchy"
	"turnover/store"
	"turnover/store/postgres"
	"turnover/store/schema"
	"turnover/store/storetest"
)

// filled makes a small studio and gives its database.
func filled(t *testing.T, m madeStudio) (*postgres.Store, *sql.DB) {
	t.Helper()
	url := storetest.PostgresURL(t)
	s, err := postgres.OpenUnmigrated(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	before := one[string](t, db, described)
	if err := m.fill(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if after := one[string](t, db, described); after != before {
		t.Errorf("keys, indexes and references were\n%s\nand are\n%s", before, after)
	}
	return s, db
}

// described lists indexes and constraints.
const described = `SELECT string_agg(line, E'\n' ORDER BY line) FROM (
	SELECT indexdef AS line FROM pg_indexes WHERE schemaname = current_schema()
	UNION ALL SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace) AS lines`

func one[T any](t *testing.T, db *sql.DB, question string) (answer T) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), question).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return answer
}

func TestAMadeStudioIsOneThatTurnoverWouldHaveMade(t *testing.T) {
	s, db := filled(t, madeStudio{shots: 200})
	err := s.Read(t.Context(), func(r store.Reader) error {
		if faults, err := r.Check(t.Context()); err != nil || len(faults) > 0 {
			t.Errorf("faults %q, %v", faults, err)
		}
		projects, err := r.Projects(t.Context())
		if err != nil || len(projects) != 100 {
			t.Fatalf("%d projects, %v", len(projects), err)
		}
		snap, err := r.Snapshot(t.Context(), largest, hierarchy.With{Tasks: true, Castings: true, TimeSpents: true})
		if err != nil {
			return err
		}
		if len(snap.Tasks) != 60 || len(snap.TimeSpents) != 240 || len(snap.Castings) != 12 || snap.DefaultStatus() == nil || len(snap.TaskTypesFor(hierarchy.Shot)) != 5 || snap.Seq == 0 {
			t.Errorf("the largest has %d tasks, %d sheets, %d castings, seq %d", len(snap.Tasks), len(snap.TimeSpents), len(snap.Castings), snap.Seq)
		}
		twins, err := r.Twins(t.Context(), snap.Project.ID)
		if len(twins) > 0 {
			t.Errorf("twins %v", twins)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for question, want := range map[string]int{
		"SELECT count(*) FROM entities WHERE kind = 'Shot'": 200,
		"SELECT count(*) FROM tasks":                        1000,
		"SELECT count(*) FROM time_spents":                  4000,
		"SELECT count(*) FROM tasks k WHERE duration <> (SELECT sum(duration) FROM time_spents s WHERE s.task_id = k.id)":                                                                                                                                            0,
		"SELECT count(*) FROM tasks k WHERE retake_count <> (SELECT count(*) FROM comments c JOIN task_statuses s ON s.id = c.task_status_id WHERE c.task_id = k.id AND is_retake)":                                                                                  0,
		"SELECT count(*) FROM tasks k JOIN (SELECT DISTINCT ON (task_id) task_id, task_status_id, created_at FROM comments ORDER BY task_id, created_at DESC) c ON c.task_id = k.id WHERE (c.task_status_id, c.created_at) <> (k.task_status_id, last_comment_date)": 0,
	} {
		if got := one[int](t, db, question); got != want {
			t.Errorf("%s: %d, want %d", question, got, want)
		}
	}
	for _, table := range hierarchy.Tables() {
		rows := one[int](t, db, "SELECT count(*) FROM "+schema.Quote(table.Table()))
		lines := one[int](t, db, fmt.Sprintf("SELECT count(DISTINCT row_key) FROM history WHERE table_name = '%s'", table.Table()))
		if rows != lines {
			t.Errorf("%s has %d rows and lines of history for %d", table.Table(), rows, lines)
		}
	}
}

func TestAProductionAloneIsTheSameRows(t *testing.T) {
	_, all := filled(t, madeStudio{shots: 200})
	_, alone := filled(t, madeStudio{shots: 200, production: 1})
	for _, question := range []string{
		"SELECT md5(string_agg(e::text, '' ORDER BY e.id)) FROM entities e JOIN projects p ON p.id = e.project_id WHERE p.name = '" + largest + "'",
		"SELECT md5(string_agg(s::text, '' ORDER BY s.id)) FROM time_spents s JOIN tasks k ON k.id = s.task_id JOIN projects p ON p.id = k.project_id WHERE p.name = '" + largest + "'",
		"SELECT md5(string_agg(p::text, '' ORDER BY p.id)) FROM persons p",
	} {
		if among, own := one[string](t, all, question), one[string](t, alone, question); among != own || own == "" {
			t.Errorf("%s: %s among others, %s alone", question, among, own)
		}
	}
}
