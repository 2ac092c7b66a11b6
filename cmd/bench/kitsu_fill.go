package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"turnover/cmd/bench/made"
)

// A filledTable says how the rows of an archive's table become rows of Zou's,
// whose columns have the archive's names.
type filledTable struct {
	archive, table string
	// with is a JSON expression of what is added to a row, doc, or stands in for what it lacks.
	before, with string
}

// filledTables are those that quotas, statistics and lists read, parents first.
var filledTables = []filledTable{
	{"persons", "person", `'{"contract_type": "open-ended", "role": "user", "is_bot": false, "is_guest": false}'`, "'{}'"},
	{"entity_types", "entity_type", "'{}'", "'{}'"},
	{"task_types", "task_type", "'{}'", "'{}'"},
	{"task_statuses", "task_status", "'{}'", "'{}'"},
	{"projects", "project", `'{"production_style": "2d3d", "revision_padding": 0}'`, "jsonb_build_object('project_status_id', (SELECT id FROM project_status))"},
	{"project_persons", "project_person_link", "'{}'", "'{}'"},
	{"episodes", "entity", entityDefaults, "'{}'"},
	{"sequences", "entity", entityDefaults, "'{}'"},
	{"shots", "entity", entityDefaults, "'{}'"},
	{"tasks", "task", `'{"difficulty": 3}'`, "'{}'"},
	{"comments", "comment", "'{}'", "jsonb_build_object('object_id', doc->'task_id', 'object_type', 'Task')"},
	{"time_spents", "time_spent", "'{}'", "'{}'"},
}

const entityDefaults = `'{"is_shared": false, "status": "running"}'`

func (t filledTable) statement() string {
	return fmt.Sprintf("INSERT INTO %[1]s SELECT r.* FROM unnest($1::text[]) AS line, LATERAL (SELECT line::jsonb AS doc) d, jsonb_populate_record(NULL::%[1]s, %[2]s::jsonb || jsonb_strip_nulls(doc) || %[3]s::jsonb) r",
		t.table, t.before, t.with)
}

// assigned are the links to persons, which an archive's tasks carry.
const assigned = "INSERT INTO task_person_link (task_id, person_id) SELECT (line::jsonb->>'id')::uuid, a.person::uuid FROM unnest($1::text[]) AS line, jsonb_array_elements_text(line::jsonb->'assignees') AS a(person)"

// fillImports puts into an empty database what imports refer to: types and statuses.
func (z *zous) fillImports(ctx context.Context, database string) error {
	folder := z.file("archive-kitsu-empty")
	if err := (made.Production{Name: "empty", Tasks: len(importedTasks)}).WriteArchive(ctx, folder); err != nil {
		return err
	}
	return z.fillFrom(ctx, database, folder)
}

// fillFrom puts an archive into Zou's database.
func (z *zous) fillFrom(ctx context.Context, database, folder string) error {
	db, err := sql.Open("pgx", z.postgres(database))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // all is written when the statements have ended
	open := "INSERT INTO project_status (id, name, color, created_at, updated_at) VALUES (gen_random_uuid(), 'Open', '#000000', now(), now())"
	if _, err := db.ExecContext(ctx, open); err != nil {
		return err
	}
	for _, t := range filledTables {
		statements := []string{t.statement()}
		if t.table == "task" {
			statements = append(statements, assigned)
		}
		err := eachLines(filepath.Join(folder, t.archive+".jsonl"), 20_000, func(lines []string) error {
			for _, s := range statements {
				if _, err := db.ExecContext(ctx, s, lines); err != nil {
					return fmt.Errorf("%s: %w", t.table, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	_, err = db.ExecContext(ctx, "ANALYZE")
	return err
}

// eachLines reads a file by so many lines. A file that is not there has none.
func eachLines(file string, most int, use func([]string) error) error {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<24)
	var lines []string
	for in.Scan() {
		if lines = append(lines, in.Text()); len(lines) == most {
			if err := use(lines); err != nil {
				return err
			}
			lines = lines[:0]
		}
	}
	if err := in.Err(); err != nil || len(lines) == 0 {
		return err
	}
	return use(lines)
}
