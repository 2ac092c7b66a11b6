-- +goose Up
CREATE INDEX "history_by_project_id_seq" ON "history" ("project_id", "seq");
DROP INDEX "history_by_project_id_done_at";
CREATE INDEX "history_by_row_key" ON "history" ("row_key");
DROP INDEX "history_by_table_name_row_key";
