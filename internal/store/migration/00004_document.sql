-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times,
-- amounts and periods are written. Days are text such as 2026-10-15.
-- All tables are append-only.

-- +goose Up

-- What happened to a document after it was drafted. It does not refer to
-- invoice, whose drafts are replaced; the hash says which document it was.
CREATE TABLE document_event (
    seq     BIGINT PRIMARY KEY,
    invoice TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN ('approved', 'published', 'unpublished', 'sent', 'reminded')),
    hash    TEXT   NOT NULL,
    day     TEXT   NOT NULL,
    step    BIGINT NOT NULL,
    detail  TEXT   NOT NULL,
    done_at TEXT   NOT NULL,
    done_by TEXT   NOT NULL
);

CREATE INDEX document_event_invoice ON document_event (invoice);
CREATE UNIQUE INDEX document_event_reminded ON document_event (invoice, step) WHERE kind = 'reminded';

-- What lowers what customers owe. A wrong entry is taken back by a reversal.
CREATE TABLE payment (
    seq         BIGINT PRIMARY KEY,
    id          TEXT   NOT NULL UNIQUE,
    payment_key TEXT   NOT NULL UNIQUE CHECK (payment_key <> ''),
    kind        TEXT   NOT NULL CHECK (kind IN ('payment', 'write-off', 'reversal')),
    reverses    TEXT   UNIQUE REFERENCES payment (id),
    customer    TEXT   NOT NULL,
    day         TEXT   NOT NULL,
    amount      TEXT   NOT NULL,
    currency    TEXT   NOT NULL,
    payer       TEXT   NOT NULL,
    method      TEXT   NOT NULL,
    reference   TEXT   NOT NULL,
    named       TEXT   NOT NULL,
    done_at     TEXT   NOT NULL,
    done_by     TEXT   NOT NULL,
    CHECK ((kind = 'reversal') = (reverses IS NOT NULL))
);

-- Which part of a payment, or of a credit note, settles which document.
CREATE TABLE settlement (
    seq     BIGINT PRIMARY KEY,
    source  TEXT   NOT NULL,
    kind    TEXT   NOT NULL CHECK (kind IN ('payment', 'write-off', 'credit-note')),
    invoice TEXT   NOT NULL REFERENCES invoice (id),
    amount  TEXT   NOT NULL,
    day     TEXT   NOT NULL,
    done_at TEXT   NOT NULL,
    done_by TEXT   NOT NULL
);

CREATE INDEX settlement_invoice ON settlement (invoice);
CREATE INDEX settlement_source ON settlement (source);

-- The prepaid balances of billing groups.
CREATE TABLE prepaid_entry (
    seq           BIGINT PRIMARY KEY,
    entry_key     TEXT   NOT NULL UNIQUE CHECK (entry_key <> ''),
    billing_group TEXT   NOT NULL,
    currency      TEXT   NOT NULL,
    kind          TEXT   NOT NULL CHECK (kind IN ('top-up', 'credit', 'use', 'refund', 'correction')),
    day           TEXT   NOT NULL,
    amount        TEXT   NOT NULL,
    expires       TEXT,
    invoice       TEXT   NOT NULL,
    reference     TEXT   NOT NULL,
    done_at       TEXT   NOT NULL,
    done_by       TEXT   NOT NULL
);

CREATE INDEX prepaid_entry_group ON prepaid_entry (billing_group, currency);
