-- +goose Up
CREATE TABLE "project_asset_types" (
  "project_id" TEXT NOT NULL,
  "asset_type_id" TEXT NOT NULL,
  PRIMARY KEY ("project_id", "asset_type_id"),
  FOREIGN KEY ("project_id") REFERENCES "projects" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("asset_type_id") REFERENCES "entity_types" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "project_asset_types_by_asset_type_id" ON "project_asset_types" ("asset_type_id");

