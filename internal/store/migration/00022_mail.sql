-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- By which server an organization's mail goes. settings is JSON that package mailroom
-- reads; password and signing_key are sealed, and empty where there is none.
CREATE TABLE mail_server (
    organization TEXT   NOT NULL PRIMARY KEY CHECK (organization <> ''),
    settings     TEXT   NOT NULL,
    password     TEXT   NOT NULL,
    signing_key  TEXT   NOT NULL,
    version      BIGINT NOT NULL,
    changed_at   TEXT   NOT NULL,
    changed_by   TEXT   NOT NULL
);

-- What an organization writes instead of the texts that come with the program.
CREATE TABLE letter_text (
    organization TEXT NOT NULL CHECK (organization <> ''),
    kind         TEXT NOT NULL CHECK (kind <> ''),
    language     TEXT NOT NULL CHECK (language <> ''),
    subject      TEXT NOT NULL,
    body         TEXT NOT NULL,
    changed_at   TEXT NOT NULL,
    changed_by   TEXT NOT NULL,
    PRIMARY KEY (organization, kind, language)
);

