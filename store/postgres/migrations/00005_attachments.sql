-- +goose Up
CREATE TABLE "attachment_files" (
  "id" text COLLATE "C" NOT NULL,
  "task_id" text COLLATE "C",
  "comment_id" text COLLATE "C",
  "name" text COLLATE "C" NOT NULL,
  "extension" text COLLATE "C",
  "mimetype" text COLLATE "C",
  "size" bigint NOT NULL,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("comment_id") REFERENCES "comments" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "attachment_files_by_task_id" ON "attachment_files" ("task_id");
CREATE INDEX "attachment_files_by_comment_id" ON "attachment_files" ("comment_id");

CREATE TABLE "subscriptions" (
  "id" text COLLATE "C" NOT NULL,
  "task_id" text COLLATE "C",
  "person_id" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "subscriptions_unique_1" ON "subscriptions" ("task_id", "person_id");
CREATE INDEX "subscriptions_by_person_id" ON "subscriptions" ("person_id");

ALTER TABLE "comments" ADD COLUMN "acknowledgements" text COLLATE "C";
