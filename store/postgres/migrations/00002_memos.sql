-- +goose Up
CREATE TABLE "memos" (
  "id" text COLLATE "C" NOT NULL,
  "project_id" text COLLATE "C",
  "kind" text COLLATE "C" NOT NULL,
  "row_key" text COLLATE "C" NOT NULL,
  "value" bytea,
  "author" text COLLATE "C" NOT NULL,
  "done_at" timestamptz,
  "import_id" text COLLATE "C" NOT NULL,
  "revoked_at" timestamptz,
  "revoked_by" text COLLATE "C" NOT NULL,
  PRIMARY KEY ("id")
);
CREATE INDEX "memos_by_project_id_kind" ON "memos" ("project_id", "kind");

