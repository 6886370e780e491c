-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written. A time that has not come is the empty text.

-- +goose Up

-- What of a customer's documents and data goes where, how and when. route is JSON
-- that package handover reads; secret is sealed. Events after since are for it; due
-- is when its schedule is due next.
CREATE TABLE handover_route (
    id         TEXT    NOT NULL PRIMARY KEY,
    owner      TEXT    NOT NULL CHECK (owner <> ''),
    customer   TEXT    NOT NULL CHECK (customer <> ''),
    route      TEXT    NOT NULL,
    secret     TEXT    NOT NULL,
    enabled    BOOLEAN NOT NULL,
    since      BIGINT  NOT NULL,
    due        TEXT    NOT NULL,
    created_at TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    version    BIGINT  NOT NULL
);

CREATE INDEX handover_route_customer ON handover_route (customer);

-- The last event that was turned into hand-overs or passed over; one row.
CREATE TABLE handover_position (
    id       BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL
);

-- One thing on its way by one route: a document by its id, or a data set by its
-- month. part tells apart what has the same subject: the step of a reminder, the
-- time that a schedule was due. due is when it is tried next; whoever tries holds
-- the lease. round counts how often it was asked for by hand. taken are the
-- addresses that have it already, one a line.
CREATE TABLE handover (
    id          TEXT   NOT NULL PRIMARY KEY,
    route       TEXT   NOT NULL REFERENCES handover_route (id) ON DELETE CASCADE,
    what        TEXT   NOT NULL CHECK (what <> ''),
    subject     TEXT   NOT NULL CHECK (subject <> ''),
    part        TEXT   NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'gave-up', 'bounced', 'cancelled')),
    round       BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    tries_left  BIGINT NOT NULL,
    due         TEXT   NOT NULL,
    lease       TEXT   NOT NULL,
    lease_until TEXT   NOT NULL,
    problem     TEXT   NOT NULL,
    receipt     TEXT   NOT NULL,
    message_id  TEXT   NOT NULL,
    taken       TEXT   NOT NULL,
    queued_at   TEXT   NOT NULL,
    sent_at     TEXT   NOT NULL,
    UNIQUE (route, what, subject, part)
);

CREATE INDEX handover_due ON handover (state, due);
CREATE INDEX handover_subject ON handover (subject);
CREATE INDEX handover_message ON handover (message_id);

-- What came of each try, and bounces. Append-only.
CREATE TABLE handover_attempt (
    handover TEXT   NOT NULL REFERENCES handover (id) ON DELETE CASCADE,
    attempt  BIGINT NOT NULL,
    at       TEXT   NOT NULL,
    millis   BIGINT NOT NULL,
    outcome  TEXT   NOT NULL,
    detail   TEXT   NOT NULL, -- the receipt, or the problem
    PRIMARY KEY (handover, attempt)
);

-- Links by which whoever has one reads one document without signing in. Only the
-- SHA-256 of the token is kept. most_uses 0 is any number.
CREATE TABLE handover_link (
    id         TEXT   NOT NULL PRIMARY KEY,
    token_hash TEXT   NOT NULL UNIQUE,
    customer   TEXT   NOT NULL,
    document   TEXT   NOT NULL CHECK (document <> ''),
    formats    TEXT   NOT NULL CHECK (formats <> ''), -- with spaces between
    handover   TEXT   NOT NULL, -- that it went out with; empty for one made by hand
    expires    TEXT   NOT NULL,
    most_uses  BIGINT NOT NULL,
    uses       BIGINT NOT NULL,
    last_used  TEXT   NOT NULL,
    revoked_at TEXT   NOT NULL,
    revoked_by TEXT   NOT NULL,
    created_at TEXT   NOT NULL,
    created_by TEXT   NOT NULL
);

CREATE INDEX handover_link_document ON handover_link (document);
