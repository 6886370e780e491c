-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- What one run at a time may work on, such as a month. The run that has it
-- renews it before the time in until; whoever finds that time over may take it.
CREATE TABLE lock (
    name   TEXT PRIMARY KEY,
    token  TEXT NOT NULL,
    holder TEXT NOT NULL,
    until  TEXT NOT NULL
);
