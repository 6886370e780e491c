-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- Bills and registers that were sent to Sluice, by source, month and the sender's id.
-- A changed one is a new version, and one that is taken back a version that is
-- removed; the newest is in force. content is JSON that package collect reads, digest
-- its SHA-256, sums what its lines come to, by currency. day is empty where a register is of the whole month. Append-only.
CREATE TABLE pushed_bill (
    source    TEXT    NOT NULL CHECK (source <> ''),
    period    TEXT    NOT NULL,
    id        TEXT    NOT NULL CHECK (id <> ''),
    version   BIGINT  NOT NULL,
    kind      TEXT    NOT NULL CHECK (kind IN ('bill', 'register')),
    account   TEXT    NOT NULL,
    day       TEXT    NOT NULL,
    digest    TEXT    NOT NULL,
    content   TEXT    NOT NULL,
    lines     BIGINT  NOT NULL,
    sums      TEXT    NOT NULL,
    removed   BOOLEAN NOT NULL,
    pushed_at TEXT    NOT NULL,
    pushed_by TEXT    NOT NULL,
    PRIMARY KEY (source, period, id, version)
);

-- How often a source was read on a day, UTC: by night, of its own accord, or because
-- somebody asked.
CREATE TABLE collection_run (
    source TEXT   NOT NULL CHECK (source <> ''),
    day    TEXT   NOT NULL,
    reason TEXT   NOT NULL CHECK (reason IN ('night', 'asked')),
    runs   BIGINT NOT NULL,
    last   TEXT   NOT NULL,
    PRIMARY KEY (source, day, reason)
);

-- The accounts that a credential was seen to reach when it was verified last.
CREATE TABLE reached_account (
    credential TEXT NOT NULL CHECK (credential <> ''),
    account    TEXT NOT NULL,
    name       TEXT NOT NULL,
    seen_at    TEXT NOT NULL,
    PRIMARY KEY (credential, account)
);
