-- +goose Up
DROP INDEX "history_by_project_id_done_at";
CREATE INDEX "history_by_project_id_seq" ON "history" ("project_id", "seq");
