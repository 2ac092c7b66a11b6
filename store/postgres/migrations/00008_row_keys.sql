-- +goose Up
DROP INDEX "history_by_table_name_row_key";
CREATE INDEX "history_by_row_key" ON "history" ("row_key");
