-- +goose Up
CREATE TABLE "attachment_files" (
  "id" TEXT NOT NULL,
  "task_id" TEXT,
  "comment_id" TEXT,
  "name" TEXT NOT NULL,
  "extension" TEXT,
  "mimetype" TEXT,
  "size" INTEGER NOT NULL,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("comment_id") REFERENCES "comments" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "attachment_files_by_task_id" ON "attachment_files" ("task_id");
CREATE INDEX "attachment_files_by_comment_id" ON "attachment_files" ("comment_id");

CREATE TABLE "subscriptions" (
  "id" TEXT NOT NULL,
  "task_id" TEXT,
  "person_id" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "subscriptions_unique_1" ON "subscriptions" ("task_id", "person_id");
CREATE INDEX "subscriptions_by_person_id" ON "subscriptions" ("person_id");

ALTER TABLE "comments" ADD COLUMN "acknowledgements" TEXT;
