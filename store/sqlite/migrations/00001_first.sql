-- +goose Up
PRAGMA application_id = 1953656431;

CREATE TABLE "studios" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "color" TEXT,
  "archived" INTEGER NOT NULL,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id")
);

CREATE TABLE "departments" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "color" TEXT,
  "archived" INTEGER NOT NULL,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id")
);

CREATE TABLE "persons" (
  "id" TEXT NOT NULL,
  "first_name" TEXT NOT NULL,
  "last_name" TEXT NOT NULL,
  "email" TEXT,
  "phone" TEXT,
  "active" INTEGER NOT NULL,
  "archived" INTEGER NOT NULL,
  "role" TEXT,
  "position" TEXT,
  "seniority" TEXT,
  "contract_type" TEXT,
  "country" TEXT,
  "daily_salary" REAL,
  "timezone" TEXT,
  "locale" TEXT,
  "studio_id" TEXT,
  "is_bot" INTEGER NOT NULL,
  "has_avatar" INTEGER NOT NULL,
  "desktop_login" TEXT,
  "data" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "persons_unique_1" ON "persons" ("email");

CREATE TABLE "person_departments" (
  "person_id" TEXT NOT NULL,
  "department_id" TEXT NOT NULL,
  PRIMARY KEY ("person_id", "department_id"),
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("department_id") REFERENCES "departments" ("id") DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE "entity_types" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "short_name" TEXT,
  "description" TEXT,
  "archived" INTEGER NOT NULL,
  "task_types" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id")
);

CREATE TABLE "task_types" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "short_name" TEXT,
  "description" TEXT,
  "color" TEXT NOT NULL,
  "priority" INTEGER NOT NULL,
  "for_entity" TEXT,
  "allow_timelog" INTEGER NOT NULL,
  "archived" INTEGER NOT NULL,
  "department_id" TEXT,
  "shotgun_id" INTEGER,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id")
);

CREATE TABLE "task_statuses" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "short_name" TEXT NOT NULL,
  "description" TEXT,
  "color" TEXT NOT NULL,
  "priority" INTEGER NOT NULL,
  "is_default" INTEGER NOT NULL,
  "is_wip" INTEGER NOT NULL,
  "is_feedback_request" INTEGER NOT NULL,
  "is_done" INTEGER NOT NULL,
  "is_retake" INTEGER NOT NULL,
  "is_artist_allowed" INTEGER NOT NULL,
  "is_client_allowed" INTEGER NOT NULL,
  "for_concept" INTEGER NOT NULL,
  "archived" INTEGER NOT NULL,
  "shotgun_id" INTEGER,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "task_statuses_unique_1" ON "task_statuses" ("short_name");

CREATE TABLE "project_statuses" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "color" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id")
);

CREATE TABLE "projects" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "code" TEXT,
  "description" TEXT,
  "production_type" TEXT,
  "production_style" TEXT NOT NULL,
  "project_status_id" TEXT,
  "fps" TEXT,
  "ratio" TEXT,
  "resolution" TEXT,
  "start_date" TEXT,
  "end_date" TEXT,
  "man_days" INTEGER,
  "nb_episodes" INTEGER,
  "episode_span" INTEGER,
  "max_retakes" INTEGER,
  "data" TEXT,
  "file_tree" TEXT,
  "has_avatar" INTEGER NOT NULL,
  "is_clients_isolated" INTEGER NOT NULL,
  "is_client_stats_visible" INTEGER,
  "is_client_task_list_visible" INTEGER,
  "is_client_task_panel_visible" INTEGER,
  "is_preview_download_allowed" INTEGER NOT NULL,
  "is_set_preview_automated" INTEGER NOT NULL,
  "is_publish_default_for_artists" INTEGER NOT NULL,
  "is_bot_collaboration_enabled" INTEGER NOT NULL,
  "is_single_preview_per_revision" INTEGER NOT NULL,
  "is_frame_in_numbering" INTEGER NOT NULL,
  "homepage" TEXT,
  "revision_padding" INTEGER,
  "hd_bitrate_compression" INTEGER,
  "ld_bitrate_compression" INTEGER,
  "default_preview_background_file_id" TEXT,
  "from_schedule_version_id" TEXT,
  "shotgun_id" INTEGER,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "projects_unique_1" ON "projects" ("name");

CREATE TABLE "project_persons" (
  "project_id" TEXT NOT NULL,
  "person_id" TEXT NOT NULL,
  "role" TEXT,
  "shotgun_id" INTEGER,
  PRIMARY KEY ("project_id", "person_id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "project_persons_by_person_id" ON "project_persons" ("person_id");

CREATE TABLE "project_task_types" (
  "id" TEXT NOT NULL,
  "project_id" TEXT,
  "task_type_id" TEXT,
  "priority" INTEGER,
  "is_client_visible" INTEGER,
  "hd_bitrate_compression" INTEGER,
  "ld_bitrate_compression" INTEGER,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_type_id") REFERENCES "task_types" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "project_task_types_unique_1" ON "project_task_types" ("project_id", "task_type_id");

CREATE TABLE "project_task_statuses" (
  "id" TEXT NOT NULL,
  "project_id" TEXT,
  "task_status_id" TEXT,
  "priority" INTEGER,
  "is_client_allowed" INTEGER,
  "roles_for_board" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_status_id") REFERENCES "task_statuses" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "project_task_statuses_unique_1" ON "project_task_statuses" ("project_id", "task_status_id");

CREATE TABLE "metadata_descriptors" (
  "id" TEXT NOT NULL,
  "project_id" TEXT,
  "entity_type" TEXT NOT NULL,
  "task_type_id" TEXT,
  "name" TEXT NOT NULL,
  "field_name" TEXT NOT NULL,
  "data_type" TEXT,
  "choices" TEXT,
  "for_client" INTEGER,
  "position" INTEGER,
  "departments" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "metadata_descriptors_by_project_id" ON "metadata_descriptors" ("project_id");

CREATE TABLE "entities" (
  "id" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "twin" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "code" TEXT,
  "description" TEXT,
  "project_id" TEXT,
  "entity_type_id" TEXT,
  "parent_id" TEXT,
  "source_id" TEXT,
  "status" TEXT NOT NULL,
  "canceled" INTEGER NOT NULL,
  "nb_frames" INTEGER,
  "nb_entities_out" INTEGER,
  "is_casting_standby" INTEGER NOT NULL,
  "is_shared" INTEGER NOT NULL,
  "preview_file_id" TEXT,
  "ready_for" TEXT,
  "data" TEXT,
  "created_by" TEXT,
  "shotgun_id" INTEGER,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("entity_type_id") REFERENCES "entity_types" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("parent_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("source_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "entities_unique_1" ON "entities" (coalesce("project_id", ''), "kind", coalesce("parent_id", ''), "name", "twin") WHERE kind <> 'Asset';
CREATE UNIQUE INDEX "entities_unique_2" ON "entities" (coalesce("project_id", ''), "kind", coalesce("entity_type_id", ''), "name", "twin") WHERE kind = 'Asset';
CREATE INDEX "entities_by_project_id_name" ON "entities" ("project_id", "name");
CREATE INDEX "entities_by_parent_id" ON "entities" ("parent_id");
CREATE INDEX "entities_by_source_id" ON "entities" ("source_id");

CREATE TABLE "casting_links" (
  "id" TEXT NOT NULL,
  "entity_in_id" TEXT,
  "entity_out_id" TEXT,
  "nb_occurences" INTEGER NOT NULL,
  "label" TEXT,
  "data" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("entity_in_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("entity_out_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "casting_links_unique_1" ON "casting_links" ("entity_in_id", "entity_out_id");
CREATE INDEX "casting_links_by_entity_out_id" ON "casting_links" ("entity_out_id");

CREATE TABLE "tasks" (
  "id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "description" TEXT,
  "project_id" TEXT,
  "task_type_id" TEXT,
  "task_status_id" TEXT,
  "entity_id" TEXT,
  "assigner_id" TEXT,
  "priority" INTEGER NOT NULL,
  "difficulty" INTEGER NOT NULL,
  "duration" REAL NOT NULL,
  "estimation" REAL NOT NULL,
  "completion_rate" INTEGER NOT NULL,
  "retake_count" INTEGER,
  "sort_order" INTEGER NOT NULL,
  "start_date" TEXT,
  "due_date" TEXT,
  "real_start_date" TEXT,
  "end_date" TEXT,
  "done_date" TEXT,
  "last_comment_date" TEXT,
  "nb_assets_ready" INTEGER NOT NULL,
  "nb_drawings" INTEGER,
  "data" TEXT,
  "last_preview_file_id" TEXT,
  "shotgun_id" INTEGER,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_type_id") REFERENCES "task_types" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_status_id") REFERENCES "task_statuses" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("entity_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "tasks_unique_1" ON "tasks" ("entity_id", "task_type_id", "name");
CREATE INDEX "tasks_by_project_id_id" ON "tasks" ("project_id", "id");

CREATE TABLE "task_assignees" (
  "task_id" TEXT NOT NULL,
  "person_id" TEXT NOT NULL,
  PRIMARY KEY ("task_id", "person_id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "task_assignees_by_person_id" ON "task_assignees" ("person_id");

CREATE TABLE "comments" (
  "id" TEXT NOT NULL,
  "task_id" TEXT,
  "task_status_id" TEXT,
  "person_id" TEXT,
  "text" TEXT NOT NULL,
  "data" TEXT,
  "checklist" TEXT,
  "replies" TEXT,
  "links" TEXT,
  "pinned" INTEGER,
  "for_client" INTEGER,
  "editor_id" TEXT,
  "previews" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_status_id") REFERENCES "task_statuses" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "comments_by_task_id_created_at_id" ON "comments" ("task_id", "created_at", "id");

CREATE TABLE "time_spents" (
  "id" TEXT NOT NULL,
  "task_id" TEXT,
  "person_id" TEXT,
  "date" TEXT,
  "duration" REAL NOT NULL,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "time_spents_unique_1" ON "time_spents" ("task_id", "date", "person_id");
CREATE INDEX "time_spents_by_person_id_date" ON "time_spents" ("person_id", "date");

CREATE TABLE "preview_files" (
  "id" TEXT NOT NULL,
  "name" TEXT,
  "original_name" TEXT,
  "task_id" TEXT,
  "person_id" TEXT,
  "revision" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "extension" TEXT,
  "status" TEXT NOT NULL,
  "validation_status" TEXT,
  "file_size" INTEGER,
  "width" INTEGER,
  "height" INTEGER,
  "duration" REAL,
  "data" TEXT,
  "annotations" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "preview_files_unique_1" ON "preview_files" ("task_id", "name", "revision");
CREATE INDEX "preview_files_by_task_id_created_at_id" ON "preview_files" ("task_id", "created_at", "id");

CREATE TABLE "sources" (
  "sha256" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "bytes" BLOB,
  "kept_at" TEXT,
  "version" TEXT NOT NULL,
  "options" BLOB,
  PRIMARY KEY ("sha256")
);

CREATE TABLE "imports" (
  "id" TEXT NOT NULL,
  "project_id" TEXT,
  "plan_id" TEXT NOT NULL,
  "source_sha" TEXT NOT NULL,
  "source_name" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "author" TEXT NOT NULL,
  "accepted" TEXT NOT NULL,
  "done_at" TEXT,
  "summary" BLOB,
  "receipt" BLOB,
  PRIMARY KEY ("id")
);
CREATE INDEX "imports_by_project_id_done_at" ON "imports" ("project_id", "done_at");

CREATE TABLE "plans" (
  "id" TEXT NOT NULL,
  "project_id" TEXT,
  "source_sha" TEXT NOT NULL,
  "source_name" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "author" TEXT NOT NULL,
  "done_at" TEXT,
  "revision" INTEGER NOT NULL,
  "body" BLOB,
  PRIMARY KEY ("id")
);
CREATE INDEX "plans_by_project_id_done_at" ON "plans" ("project_id", "done_at");

CREATE TABLE "cuts" (
  "id" TEXT NOT NULL,
  "project_id" TEXT,
  "scope" TEXT NOT NULL,
  "revision" INTEGER NOT NULL,
  "import_id" TEXT NOT NULL,
  "source_sha" TEXT NOT NULL,
  "source_name" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "fps" TEXT NOT NULL,
  "done_at" TEXT,
  "body" BLOB,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "cuts_unique_1" ON "cuts" (coalesce("project_id", ''), "scope", "revision");

CREATE TABLE "ledger" (
  "row_key" TEXT NOT NULL,
  "state" TEXT NOT NULL,
  "done_at" TEXT,
  "result" BLOB,
  PRIMARY KEY ("row_key")
);

CREATE TABLE "revisions" (
  "project_id" TEXT NOT NULL,
  "revision" INTEGER NOT NULL,
  "changed_at" TEXT,
  PRIMARY KEY ("project_id")
);

CREATE TABLE "history" (
  "seq" INTEGER PRIMARY KEY AUTOINCREMENT,
  "done_at" TEXT,
  "project_id" TEXT,
  "author" TEXT NOT NULL,
  "cause" TEXT NOT NULL,
  "cause_id" TEXT NOT NULL,
  "place" TEXT NOT NULL,
  "table_name" TEXT NOT NULL,
  "row_key" TEXT NOT NULL,
  "action" TEXT NOT NULL,
  "field" TEXT NOT NULL,
  "value_before" TEXT NOT NULL,
  "value_after" TEXT NOT NULL
);
CREATE INDEX "history_by_table_name_row_key" ON "history" ("table_name", "row_key");
CREATE INDEX "history_by_project_id_done_at" ON "history" ("project_id", "done_at");
CREATE INDEX "history_by_cause_id" ON "history" ("cause_id");

