-- +goose Up
CREATE TABLE "accounts" (
  "person_id" text COLLATE "C" NOT NULL,
  "hash" text COLLATE "C" NOT NULL,
  "changed_at" timestamptz,
  PRIMARY KEY ("person_id")
);

CREATE TABLE "api_keys" (
  "id" text COLLATE "C" NOT NULL,
  "person_id" text COLLATE "C" NOT NULL,
  "name" text COLLATE "C" NOT NULL,
  "hash" bytea,
  "made_at" timestamptz,
  "expires_at" timestamptz,
  "revoked_at" timestamptz,
  PRIMARY KEY ("id")
);
CREATE INDEX "api_keys_by_person_id" ON "api_keys" ("person_id");

CREATE TABLE "revocations" (
  "token_id" text COLLATE "C" NOT NULL,
  "expires_at" timestamptz,
  PRIMARY KEY ("token_id")
);

CREATE TABLE "secrets" (
  "name" text COLLATE "C" NOT NULL,
  "value" bytea,
  PRIMARY KEY ("name")
);

