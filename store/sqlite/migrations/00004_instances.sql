-- +goose Up
CREATE TABLE "asset_instances" (
  "id" TEXT NOT NULL,
  "asset_id" TEXT,
  "scene_id" TEXT,
  "name" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "description" TEXT,
  "active" INTEGER NOT NULL,
  "data" TEXT,
  "created_at" TEXT,
  "updated_at" TEXT,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("asset_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("scene_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE UNIQUE INDEX "asset_instances_unique_1" ON "asset_instances" ("scene_id", "asset_id", "number");
CREATE INDEX "asset_instances_by_asset_id" ON "asset_instances" ("asset_id");

CREATE TABLE "instance_castings" (
  "entity_id" TEXT NOT NULL,
  "asset_instance_id" TEXT NOT NULL,
  PRIMARY KEY ("entity_id", "asset_instance_id"),
  FOREIGN KEY ("entity_id") REFERENCES "entities" ("id") DEFERRABLE INITIALLY DEFERRED,
  FOREIGN KEY ("asset_instance_id") REFERENCES "asset_instances" ("id") DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX "instance_castings_by_asset_instance_id" ON "instance_castings" ("asset_instance_id");

