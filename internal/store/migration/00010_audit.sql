-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- How who did it came, from where, with which session or token; why; and what the
-- thing was before and after, as JSON. Each is empty where there is none.
ALTER TABLE audit ADD COLUMN via TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN token TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN was TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN became TEXT NOT NULL DEFAULT '';

-- The chain: previous is the hash of the entry before, hash that of this one.
-- Entries of before the chain have none until the next entry is added, which
-- chains them.
ALTER TABLE audit ADD COLUMN previous TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';

-- The last entry, so that one that is missing at the end is missed. There is one
-- row.
CREATE TABLE audit_head (
    id   BIGINT PRIMARY KEY CHECK (id = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);
