-- Portable to SQLite and PostgreSQL, as 00001 says.

-- +goose Up

-- Adjusting entries. The document is the entry; the columns are what it is
-- looked up by. applied_to and due are empty where an entry has none.
CREATE TABLE adjusting_entry (
    id         TEXT PRIMARY KEY,
    period     TEXT NOT NULL,
    applied_to TEXT NOT NULL,
    due        TEXT NOT NULL,
    document   TEXT NOT NULL
);

CREATE INDEX adjusting_entry_period ON adjusting_entry (period);
CREATE INDEX adjusting_entry_applied_to ON adjusting_entry (applied_to);
CREATE INDEX adjusting_entry_due ON adjusting_entry (due);

-- The loads that a period's entries were collected from, by id.
CREATE TABLE entry_collection (
    period TEXT PRIMARY KEY,
    loads  TEXT NOT NULL
);
