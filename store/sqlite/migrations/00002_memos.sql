-- +goose Up
CREATE TABLE "memos" (
  "id" TEXT NOT NULL,
  "project_id" TEXT,
  "kind" TEXT NOT NULL,
  "row_key" TEXT NOT NULL,
  "value" BLOB,
  "author" TEXT NOT NULL,
  "done_at" TEXT,
  "import_id" TEXT NOT NULL,
  "revoked_at" TEXT,
  "revoked_by" TEXT NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "memos_by_project_id_kind" ON "memos" ("project_id", "kind");

