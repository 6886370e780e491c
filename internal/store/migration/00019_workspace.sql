-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- How users have set up the web application for themselves.
CREATE TABLE user_preference (
    user_id    TEXT PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
    document   TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

-- Pages with their filters, kept by a name. Those that are shared are for everybody of
-- the organization, and stay when whoever made them is gone.
CREATE TABLE saved_view (
    id           TEXT    PRIMARY KEY,
    organization TEXT    NOT NULL CHECK (organization <> ''),
    user_id      TEXT    REFERENCES user_account (id) ON DELETE SET NULL,
    name         TEXT    NOT NULL CHECK (name <> ''),
    page         TEXT    NOT NULL CHECK (page <> ''),
    query        TEXT    NOT NULL,
    shared       BOOLEAN NOT NULL,
    version      BIGINT  NOT NULL CHECK (version > 0),
    created_at   TEXT    NOT NULL,
    changed_at   TEXT    NOT NULL
);

CREATE INDEX saved_view_organization ON saved_view (organization);
