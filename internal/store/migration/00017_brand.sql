-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- How an organization that sells shows itself to those it sells to. The domain, where
-- there is one, belongs to no other. Who changed what is in the audit.
CREATE TABLE brand (
    organization TEXT   PRIMARY KEY CHECK (organization <> ''),
    domain       TEXT   UNIQUE,
    document     TEXT   NOT NULL,
    version      BIGINT NOT NULL CHECK (version > 0),
    changed_at   TEXT   NOT NULL,
    changed_by   TEXT   NOT NULL
);

-- Its pictures. The bytes are in base64, hash is their SHA-256.
CREATE TABLE brand_logo (
    organization TEXT   NOT NULL REFERENCES brand (organization) ON DELETE CASCADE,
    variant      TEXT   NOT NULL,
    media_type   TEXT   NOT NULL,
    width        BIGINT NOT NULL,
    height       BIGINT NOT NULL,
    hash         TEXT   NOT NULL,
    data         TEXT   NOT NULL,
    PRIMARY KEY (organization, variant)
);

CREATE INDEX brand_logo_hash ON brand_logo (hash);
