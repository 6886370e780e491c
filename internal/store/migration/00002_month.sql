-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times,
-- amounts and periods are written.

-- +goose Up

-- Why the month is in its state, in words.
ALTER TABLE period_state ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- How often the month was restated: settled on other data than before, after
-- documents were issued.
ALTER TABLE period_state ADD COLUMN restated BIGINT NOT NULL DEFAULT 0;

-- The data that the month was last settled on, as a text that only equal data
-- have.
ALTER TABLE period_state ADD COLUMN basis TEXT NOT NULL DEFAULT '';

-- Months that somebody opened again after their close. The next close takes
-- the row away; the audit keeps what it said.
CREATE TABLE reopening (
    period  TEXT PRIMARY KEY,
    reason  TEXT NOT NULL CHECK (reason <> ''),
    done_by TEXT NOT NULL,
    done_at TEXT NOT NULL
);

-- What became of a time at which a schedule was due; the last try where there
-- were several.
CREATE TABLE schedule_run (
    schedule TEXT    NOT NULL,
    due      TEXT    NOT NULL,
    period   TEXT    NOT NULL,
    outcome  TEXT    NOT NULL,
    finished BOOLEAN NOT NULL,
    message  TEXT    NOT NULL,
    ran_at   TEXT    NOT NULL,
    ran_by   TEXT    NOT NULL,
    PRIMARY KEY (schedule, due)
);
