-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written. A time that has not come is the empty text.

-- +goose Up

-- How it stands with a source, by its name: the last collection that was whole, and
-- the last one that failed, with what was said. rows is of all reports of that month.
CREATE TABLE source_state (
    source        TEXT   NOT NULL PRIMARY KEY CHECK (source <> ''),
    good_at       TEXT   NOT NULL,
    good_period   TEXT   NOT NULL,
    good_version  TEXT   NOT NULL,
    good_rows     BIGINT NOT NULL,
    failed_at     TEXT   NOT NULL,
    failed_period TEXT   NOT NULL,
    problem       TEXT   NOT NULL
);
