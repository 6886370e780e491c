-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- The data keys that secrets are sealed with, themselves sealed with the master
-- key, which is not in the records. There is one row.
CREATE TABLE keyring (
    id         BIGINT PRIMARY KEY CHECK (id = 1),
    sealed     TEXT   NOT NULL CHECK (sealed <> ''),
    changed_at TEXT   NOT NULL,
    changed_by TEXT   NOT NULL
);

-- Secrets that have a name, sealed. What they were before is not kept.
CREATE TABLE secret (
    name       TEXT PRIMARY KEY,
    sealed     TEXT NOT NULL CHECK (sealed <> ''),
    updated_at TEXT NOT NULL,
    updated_by TEXT NOT NULL
);
