-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written. A time that has not come is the empty text.

-- +goose Up

-- Long work. A running job is leased: whoever has its lease_owner until
-- lease_until does it, and nobody else. version grows with each change.
CREATE TABLE job (
    id           TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL CHECK (kind <> ''),
    organization TEXT    NOT NULL,
    title        TEXT    NOT NULL,
    ordered_by   TEXT    NOT NULL CHECK (ordered_by <> ''),
    actor        TEXT    NOT NULL,
    input        TEXT    NOT NULL,
    order_key    TEXT    NOT NULL,
    exclusive    TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    attempt      BIGINT  NOT NULL CHECK (attempt >= 0),
    max_attempts BIGINT  NOT NULL CHECK (max_attempts > 0),
    patience     BIGINT  NOT NULL CHECK (patience > 0),
    not_before   TEXT    NOT NULL,
    created      TEXT    NOT NULL,
    started      TEXT    NOT NULL,
    finished     TEXT    NOT NULL,
    lease_owner  TEXT    NOT NULL,
    lease_until  TEXT    NOT NULL,
    cancel_asked BOOLEAN NOT NULL,
    work         TEXT    NOT NULL,
    work_done    BIGINT  NOT NULL,
    work_total   BIGINT  NOT NULL,
    result       TEXT    NOT NULL,
    problem      TEXT    NOT NULL,
    version      BIGINT  NOT NULL,
    CHECK ((state = 'running') = (lease_owner <> ''))
);

CREATE INDEX job_by_state ON job (state, id);
CREATE INDEX job_by_organization ON job (organization, id);

-- What a job said while it ran. Append-only, but for jobs that are removed as a
-- whole.
CREATE TABLE job_log (
    job   TEXT   NOT NULL REFERENCES job (id),
    seq   BIGINT NOT NULL,
    said  TEXT   NOT NULL,
    level TEXT   NOT NULL,
    line  TEXT   NOT NULL,
    PRIMARY KEY (job, seq)
);

-- Periodic duties, each leased by the process that does it.
CREATE TABLE duty (
    name        TEXT NOT NULL PRIMARY KEY,
    lease_owner TEXT NOT NULL,
    lease_until TEXT NOT NULL,
    ran         TEXT NOT NULL,
    problem     TEXT NOT NULL
);
