-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- Pictures and fonts that layouts of documents name. They are kept under the SHA-256
-- of their content and never changed: an issued document looks the same for good. The
-- bytes are in base64. Who added what is in the audit.
CREATE TABLE artwork (
    id         TEXT   PRIMARY KEY CHECK (id <> ''),
    name       TEXT   NOT NULL,
    media_type TEXT   NOT NULL,
    bytes      BIGINT NOT NULL,
    data       TEXT   NOT NULL,
    added_at   TEXT   NOT NULL,
    added_by   TEXT   NOT NULL
);
