-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- In which accounts and codes of an accounting system documents are booked, as YAML
-- that package accounting reads. A system without one has what it comes with. Who
-- changed what is in the audit.
CREATE TABLE booking_mapping (
    system     TEXT   PRIMARY KEY CHECK (system <> ''),
    document   TEXT   NOT NULL,
    version    BIGINT NOT NULL CHECK (version > 0),
    changed_at TEXT   NOT NULL,
    changed_by TEXT   NOT NULL
);
