-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- What the reseller tells its customers in the portal. Who changed what is in the
-- audit.
CREATE TABLE announcement (
    id         TEXT   PRIMARY KEY,
    document   TEXT   NOT NULL,
    version    BIGINT NOT NULL CHECK (version > 0),
    changed_at TEXT   NOT NULL,
    changed_by TEXT   NOT NULL
);
