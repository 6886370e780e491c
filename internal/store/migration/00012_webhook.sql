-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- What happened, for programs outside. Written in the transaction of what it tells
-- of. seq is the order of commits; payload holds ids and states, no cost and no
-- margin. What is above is for those above the organization, not for itself.
CREATE TABLE outbox (
    seq          BIGINT  PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    at           TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind <> ''),
    organization TEXT    NOT NULL CHECK (organization <> ''),
    above        BOOLEAN NOT NULL,
    subject      TEXT    NOT NULL,
    payload      TEXT    NOT NULL
);

CREATE INDEX outbox_at ON outbox (at);

-- Where events are sent to. The signing secrets are sealed; old_secret is the one
-- before a rotation, which signs beside the new one until old_until. Events after
-- position are still to be turned into deliveries.
CREATE TABLE webhook_endpoint (
    id           TEXT    PRIMARY KEY,
    organization TEXT    NOT NULL CHECK (organization <> ''),
    url          TEXT    NOT NULL CHECK (url <> ''),
    kinds        TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    secret       TEXT    NOT NULL CHECK (secret <> ''),
    old_secret   TEXT    NOT NULL,
    old_until    TEXT    NOT NULL,
    active       BOOLEAN NOT NULL,
    disabled     TEXT    NOT NULL,
    position     BIGINT  NOT NULL,
    created_at   TEXT    NOT NULL,
    created_by   TEXT    NOT NULL,
    version      BIGINT  NOT NULL
);

CREATE INDEX webhook_endpoint_organization ON webhook_endpoint (organization);

-- An event on its way to an endpoint; one row for the two of them. due is when it
-- is tried next; whoever tries holds the lease. seq says in which order they are.
CREATE TABLE webhook_delivery (
    id          TEXT   PRIMARY KEY,
    endpoint    TEXT   NOT NULL REFERENCES webhook_endpoint (id) ON DELETE CASCADE,
    event       TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    state       TEXT   NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    attempts    BIGINT NOT NULL,
    tries_left  BIGINT NOT NULL,
    due         TEXT   NOT NULL,
    lease       TEXT   NOT NULL,
    lease_until TEXT   NOT NULL,
    UNIQUE (endpoint, event)
);

CREATE INDEX webhook_delivery_due ON webhook_delivery (state, due);

-- What came of each try. Append-only, until old ones are cleared away.
CREATE TABLE webhook_attempt (
    delivery  TEXT   NOT NULL REFERENCES webhook_delivery (id) ON DELETE CASCADE,
    attempt   BIGINT NOT NULL,
    at        TEXT   NOT NULL,
    status    BIGINT NOT NULL,
    millis    BIGINT NOT NULL,
    response  TEXT   NOT NULL,
    error     TEXT   NOT NULL,
    PRIMARY KEY (delivery, attempt)
);
