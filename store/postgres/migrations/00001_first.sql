-- +goose Up
CREATE TABLE "studios" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "color" text COLLATE "C",
  "archived" boolean NOT NULL,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id")
);

CREATE TABLE "departments" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "color" text COLLATE "C",
  "archived" boolean NOT NULL,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id")
);

CREATE TABLE "persons" (
  "id" text COLLATE "C" NOT NULL,
  "first_name" text COLLATE "C" NOT NULL,
  "last_name" text COLLATE "C" NOT NULL,
  "email" text COLLATE "C",
  "phone" text COLLATE "C",
  "active" boolean NOT NULL,
  "archived" boolean NOT NULL,
  "role" text COLLATE "C",
  "position" text COLLATE "C",
  "seniority" text COLLATE "C",
  "contract_type" text COLLATE "C",
  "country" text COLLATE "C",
  "daily_salary" double precision,
  "timezone" text COLLATE "C",
  "locale" text COLLATE "C",
  "studio_id" text COLLATE "C",
  "is_bot" boolean NOT NULL,
  "has_avatar" boolean NOT NULL,
  "desktop_login" text COLLATE "C",
  "data" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "persons_unique_1" ON "persons" ("email");

CREATE TABLE "person_departments" (
  "person_id" text COLLATE "C" NOT NULL,
  "department_id" text COLLATE "C" NOT NULL,
  PRIMARY KEY ("person_id", "department_id"),
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("department_id") REFERENCES "departments" ("id") DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE "entity_types" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "short_name" text COLLATE "C",
  "description" text COLLATE "C",
  "archived" boolean NOT NULL,
  "task_types" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id")
);

CREATE TABLE "task_types" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "short_name" text COLLATE "C",
  "description" text COLLATE "C",
  "color" text COLLATE "C" NOT NULL,
  "priority" bigint NOT NULL,
  "for_entity" text COLLATE "C",
  "allow_timelog" boolean NOT NULL,
  "archived" boolean NOT NULL,
  "department_id" text COLLATE "C",
  "shotgun_id" bigint,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id")
);

CREATE TABLE "task_statuses" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "short_name" text COLLATE "C" NOT NULL,
  "description" text COLLATE "C",
  "color" text COLLATE "C" NOT NULL,
  "priority" bigint NOT NULL,
  "is_default" boolean NOT NULL,
  "is_wip" boolean NOT NULL,
  "is_feedback_request" boolean NOT NULL,
  "is_done" boolean NOT NULL,
  "is_retake" boolean NOT NULL,
  "is_artist_allowed" boolean NOT NULL,
  "is_client_allowed" boolean NOT NULL,
  "for_concept" boolean NOT NULL,
  "archived" boolean NOT NULL,
  "shotgun_id" bigint,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "task_statuses_unique_1" ON "task_statuses" ("short_name");

CREATE TABLE "project_statuses" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "color" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id")
);

CREATE TABLE "projects" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "code" text COLLATE "C",
  "description" text COLLATE "C",
  "production_type" text COLLATE "C",
  "production_style" text COLLATE "C" NOT NULL,
  "project_status_id" text COLLATE "C",
  "fps" text COLLATE "C",
  "ratio" text COLLATE "C",
  "resolution" text COLLATE "C",
  "start_date" date,
  "end_date" date,
  "man_days" bigint,
  "nb_episodes" bigint,
  "episode_span" bigint,
  "max_retakes" bigint,
  "data" text COLLATE "C",
  "file_tree" text COLLATE "C",
  "has_avatar" boolean NOT NULL,
  "is_clients_isolated" boolean NOT NULL,
  "is_client_stats_visible" boolean,
  "is_client_task_list_visible" boolean,
  "is_client_task_panel_visible" boolean,
  "is_preview_download_allowed" boolean NOT NULL,
  "is_set_preview_automated" boolean NOT NULL,
  "is_publish_default_for_artists" boolean NOT NULL,
  "is_bot_collaboration_enabled" boolean NOT NULL,
  "is_single_preview_per_revision" boolean NOT NULL,
  "is_frame_in_numbering" boolean NOT NULL,
  "homepage" text COLLATE "C",
  "revision_padding" bigint,
  "hd_bitrate_compression" bigint,
  "ld_bitrate_compression" bigint,
  "default_preview_background_file_id" text COLLATE "C",
  "from_schedule_version_id" text COLLATE "C",
  "shotgun_id" bigint,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "projects_unique_1" ON "projects" ("name");

CREATE TABLE "project_persons" (
  "project_id" text COLLATE "C" NOT NULL,
  "person_id" text COLLATE "C" NOT NULL,
  "role" text COLLATE "C",
  "shotgun_id" bigint,
  PRIMARY KEY ("project_id", "person_id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "project_persons_by_person_id" ON "project_persons" ("person_id");

CREATE TABLE "project_task_types" (
  "id" text COLLATE "C" NOT NULL,
  "project_id" text COLLATE "C",
  "task_type_id" text COLLATE "C",
  "priority" bigint,
  "is_client_visible" boolean,
  "hd_bitrate_compression" bigint,
  "ld_bitrate_compression" bigint,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_type_id") REFERENCES "task_types" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "project_task_types_unique_1" ON "project_task_types" ("project_id", "task_type_id");

CREATE TABLE "project_task_statuses" (
  "id" text COLLATE "C" NOT NULL,
  "project_id" text COLLATE "C",
  "task_status_id" text COLLATE "C",
  "priority" bigint,
  "is_client_allowed" boolean,
  "roles_for_board" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_status_id") REFERENCES "task_statuses" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "project_task_statuses_unique_1" ON "project_task_statuses" ("project_id", "task_status_id");

CREATE TABLE "metadata_descriptors" (
  "id" text COLLATE "C" NOT NULL,
  "project_id" text COLLATE "C",
  "entity_type" text COLLATE "C" NOT NULL,
  "task_type_id" text COLLATE "C",
  "name" text COLLATE "C" NOT NULL,
  "field_name" text COLLATE "C" NOT NULL,
  "data_type" text COLLATE "C",
  "choices" text COLLATE "C",
  "for_client" boolean,
  "position" bigint,
  "departments" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "metadata_descriptors_by_project_id" ON "metadata_descriptors" ("project_id");

CREATE TABLE "entities" (
  "id" text COLLATE "C" NOT NULL,
  "kind" text COLLATE "C" NOT NULL,
  "twin" bigint NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "code" text COLLATE "C",
  "description" text COLLATE "C",
  "project_id" text COLLATE "C",
  "entity_type_id" text COLLATE "C",
  "parent_id" text COLLATE "C",
  "source_id" text COLLATE "C",
  "status" text COLLATE "C" NOT NULL,
  "canceled" boolean NOT NULL,
  "nb_frames" bigint,
  "nb_entities_out" bigint,
  "is_casting_standby" boolean NOT NULL,
  "is_shared" boolean NOT NULL,
  "preview_file_id" text COLLATE "C",
  "ready_for" text COLLATE "C",
  "data" text COLLATE "C",
  "created_by" text COLLATE "C",
  "shotgun_id" bigint,
  "created_at" timestamptz,
  "updated_at" timestamptz,
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
  "id" text COLLATE "C" NOT NULL,
  "entity_in_id" text COLLATE "C",
  "entity_out_id" text COLLATE "C",
  "nb_occurences" bigint NOT NULL,
  "label" text COLLATE "C",
  "data" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("entity_in_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("entity_out_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "casting_links_unique_1" ON "casting_links" ("entity_in_id", "entity_out_id");
CREATE INDEX "casting_links_by_entity_out_id" ON "casting_links" ("entity_out_id");

CREATE TABLE "tasks" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "description" text COLLATE "C",
  "project_id" text COLLATE "C",
  "task_type_id" text COLLATE "C",
  "task_status_id" text COLLATE "C",
  "entity_id" text COLLATE "C",
  "assigner_id" text COLLATE "C",
  "priority" bigint NOT NULL,
  "difficulty" bigint NOT NULL,
  "duration" double precision NOT NULL,
  "estimation" double precision NOT NULL,
  "completion_rate" bigint NOT NULL,
  "retake_count" bigint,
  "sort_order" bigint NOT NULL,
  "start_date" timestamptz,
  "due_date" timestamptz,
  "real_start_date" timestamptz,
  "end_date" timestamptz,
  "done_date" timestamptz,
  "last_comment_date" timestamptz,
  "nb_assets_ready" bigint NOT NULL,
  "nb_drawings" bigint,
  "data" text COLLATE "C",
  "last_preview_file_id" text COLLATE "C",
  "shotgun_id" bigint,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_type_id") REFERENCES "task_types" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_status_id") REFERENCES "task_statuses" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("entity_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "tasks_unique_1" ON "tasks" ("entity_id", "task_type_id", "name");
CREATE INDEX "tasks_by_project_id_id" ON "tasks" ("project_id", "id");

CREATE TABLE "task_assignees" (
  "task_id" text COLLATE "C" NOT NULL,
  "person_id" text COLLATE "C" NOT NULL,
  PRIMARY KEY ("task_id", "person_id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "task_assignees_by_person_id" ON "task_assignees" ("person_id");

CREATE TABLE "comments" (
  "id" text COLLATE "C" NOT NULL,
  "task_id" text COLLATE "C",
  "task_status_id" text COLLATE "C",
  "person_id" text COLLATE "C",
  "text" text COLLATE "C" NOT NULL,
  "data" text COLLATE "C",
  "checklist" text COLLATE "C",
  "replies" text COLLATE "C",
  "links" text COLLATE "C",
  "pinned" boolean,
  "for_client" boolean,
  "editor_id" text COLLATE "C",
  "previews" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("task_status_id") REFERENCES "task_statuses" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "comments_by_task_id_created_at_id" ON "comments" ("task_id", "created_at", "id");

CREATE TABLE "time_spents" (
  "id" text COLLATE "C" NOT NULL,
  "task_id" text COLLATE "C",
  "person_id" text COLLATE "C",
  "date" date,
  "duration" double precision NOT NULL,
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("person_id") REFERENCES "persons" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "time_spents_unique_1" ON "time_spents" ("task_id", "date", "person_id");
CREATE INDEX "time_spents_by_person_id_date" ON "time_spents" ("person_id", "date");

CREATE TABLE "preview_files" (
  "id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C",
  "original_name" text COLLATE "C",
  "task_id" text COLLATE "C",
  "person_id" text COLLATE "C",
  "revision" bigint NOT NULL,
  "position" bigint NOT NULL,
  "extension" text COLLATE "C",
  "status" text COLLATE "C" NOT NULL,
  "validation_status" text COLLATE "C",
  "file_size" bigint,
  "width" bigint,
  "height" bigint,
  "duration" double precision,
  "data" text COLLATE "C",
  "annotations" text COLLATE "C",
  "created_at" timestamptz,
  "updated_at" timestamptz,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("task_id") REFERENCES "tasks" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "preview_files_unique_1" ON "preview_files" ("task_id", "name", "revision");
CREATE INDEX "preview_files_by_task_id_created_at_id" ON "preview_files" ("task_id", "created_at", "id");

CREATE TABLE "sources" (
  "sha256" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "bytes" bytea,
  "kept_at" timestamptz,
  "version" text COLLATE "C" NOT NULL,
  "options" bytea,
  PRIMARY KEY ("sha256")
);

CREATE TABLE "imports" (
  "id" text COLLATE "C" NOT NULL,
  "project_id" text COLLATE "C",
  "plan_id" text COLLATE "C" NOT NULL,
  "source_sha" text COLLATE "C" NOT NULL,
  "source_name" text COLLATE "C" NOT NULL,
  "kind" text COLLATE "C" NOT NULL,
  "author" text COLLATE "C" NOT NULL,
  "accepted" text COLLATE "C" NOT NULL,
  "done_at" timestamptz,
  "summary" bytea,
  "receipt" bytea,
  PRIMARY KEY ("id")
);
CREATE INDEX "imports_by_project_id_done_at" ON "imports" ("project_id", "done_at");

CREATE TABLE "plans" (
  "id" text COLLATE "C" NOT NULL,
  "project_id" text COLLATE "C",
  "source_sha" text COLLATE "C" NOT NULL,
  "source_name" text COLLATE "C" NOT NULL,
  "state" text COLLATE "C" NOT NULL,
  "author" text COLLATE "C" NOT NULL,
  "done_at" timestamptz,
  "revision" bigint NOT NULL,
  "body" bytea,
  PRIMARY KEY ("id")
);
CREATE INDEX "plans_by_project_id_done_at" ON "plans" ("project_id", "done_at");

CREATE TABLE "cuts" (
  "id" text COLLATE "C" NOT NULL,
  "project_id" text COLLATE "C",
  "scope" text COLLATE "C" NOT NULL,
  "revision" bigint NOT NULL,
  "import_id" text COLLATE "C" NOT NULL,
  "source_sha" text COLLATE "C" NOT NULL,
  "source_name" text COLLATE "C" NOT NULL,
  "title" text COLLATE "C" NOT NULL,
  "fps" text COLLATE "C" NOT NULL,
  "done_at" timestamptz,
  "body" bytea,
  PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "cuts_unique_1" ON "cuts" (coalesce("project_id", ''), "scope", "revision");

CREATE TABLE "ledger" (
  "row_key" text COLLATE "C" NOT NULL,
  "state" text COLLATE "C" NOT NULL,
  "done_at" timestamptz,
  "result" bytea,
  PRIMARY KEY ("row_key")
);

CREATE TABLE "revisions" (
  "project_id" text COLLATE "C" NOT NULL,
  "revision" bigint NOT NULL,
  "changed_at" timestamptz,
  PRIMARY KEY ("project_id")
);

CREATE TABLE "history" (
  "seq" bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  "done_at" timestamptz,
  "project_id" text COLLATE "C",
  "author" text COLLATE "C" NOT NULL,
  "cause" text COLLATE "C" NOT NULL,
  "cause_id" text COLLATE "C" NOT NULL,
  "place" text COLLATE "C" NOT NULL,
  "table_name" text COLLATE "C" NOT NULL,
  "row_key" text COLLATE "C" NOT NULL,
  "action" text COLLATE "C" NOT NULL,
  "field" text COLLATE "C" NOT NULL,
  "value_before" text COLLATE "C" NOT NULL,
  "value_after" text COLLATE "C" NOT NULL
);
CREATE INDEX "history_by_table_name_row_key" ON "history" ("table_name", "row_key");
CREATE INDEX "history_by_project_id_done_at" ON "history" ("project_id", "done_at");
CREATE INDEX "history_by_cause_id" ON "history" ("cause_id");

