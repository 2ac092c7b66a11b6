-- +goose Up
CREATE TABLE "accounts" (
  "person_id" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  "changed_at" TEXT,
  PRIMARY KEY ("person_id")
);

CREATE TABLE "api_keys" (
  "id" TEXT NOT NULL,
  "person_id" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "hash" BLOB,
  "made_at" TEXT,
  "expires_at" TEXT,
  "revoked_at" TEXT,
  PRIMARY KEY ("id")
);
CREATE INDEX "api_keys_by_person_id" ON "api_keys" ("person_id");

CREATE TABLE "revocations" (
  "token_id" TEXT NOT NULL,
  "expires_at" TEXT,
  PRIMARY KEY ("token_id")
);

CREATE TABLE "secrets" (
  "name" TEXT NOT NULL,
  "value" BLOB,
  PRIMARY KEY ("name")
);

