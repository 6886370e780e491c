-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written. A time that has not come is the empty text.

-- +goose Up

-- Questions on usage that are asked again by schedule, each in the name of one user.
CREATE TABLE report (
    id           TEXT   NOT NULL PRIMARY KEY,
    user_id      TEXT   NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    who          TEXT   NOT NULL, -- JSON: how the user had proved who they are
    organization TEXT   NOT NULL, -- empty for all of the user's
    name         TEXT   NOT NULL CHECK (name <> ''),
    question     TEXT   NOT NULL,
    cadence      TEXT   NOT NULL CHECK (cadence IN ('daily', 'weekly', 'monthly')),
    on_day       BIGINT NOT NULL CHECK (on_day >= 0), -- of the week from Monday on, or of the month
    due          TEXT   NOT NULL,
    problem      TEXT   NOT NULL, -- why it was not made last time; empty where it was
    created      TEXT   NOT NULL
);

CREATE INDEX report_due ON report (due);
CREATE INDEX report_user ON report (user_id);

-- What was made of them, in the folder reports of the installation.
CREATE TABLE report_file (
    id        TEXT   NOT NULL PRIMARY KEY,
    report    TEXT   NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    period    TEXT   NOT NULL CHECK (period <> ''),
    made      TEXT   NOT NULL,
    row_count BIGINT NOT NULL,
    bytes     BIGINT NOT NULL
);

CREATE INDEX report_file_report ON report_file (report);
CREATE INDEX report_file_made ON report_file (made);
