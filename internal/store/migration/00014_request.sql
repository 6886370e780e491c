-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- Requests with an Idempotency-Key. A row without an answer is being answered, or
-- its server died; done says that what it asked for is on record, and is set in
-- the transaction that does it.
CREATE TABLE request (
    caller     TEXT    NOT NULL,
    request_key TEXT   NOT NULL,
    hash       TEXT    NOT NULL, -- of method, path and body
    done       BOOLEAN NOT NULL,
    status     BIGINT  NOT NULL, -- 0 as long as there is no answer
    header     TEXT    NOT NULL, -- JSON
    body       TEXT    NOT NULL,
    begun_at   TEXT    NOT NULL,
    PRIMARY KEY (caller, request_key)
);

CREATE INDEX invoice_billing_group ON invoice (billing_group);
