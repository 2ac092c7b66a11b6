-- +goose Up
CREATE INDEX "time_spents_by_task_id_date_person_id_id_duration" ON "time_spents" ("task_id", "date", "person_id", "id", "duration");
