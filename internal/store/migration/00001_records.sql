-- Portable to SQLite and PostgreSQL. Times are RFC 3339 text in UTC with six
-- fractional digits, so that text order is time order; amounts are exact
-- decimals as text; periods are text such as 2026-10; documents are JSON text,
-- kept byte for byte.

-- +goose Up

-- Declared resources. Append-only: the highest version of a key is in force,
-- unless it says removed.
CREATE TABLE resource (
    kind       TEXT    NOT NULL,
    id         TEXT    NOT NULL,
    version    BIGINT  NOT NULL CHECK (version > 0),
    spec       TEXT    NOT NULL,
    removed    BOOLEAN NOT NULL,
    applied_at TEXT    NOT NULL,
    applied_by TEXT    NOT NULL,
    PRIMARY KEY (kind, id, version)
);

-- Append-only. The sequence has no gaps: a missing number is a missing entry.
CREATE TABLE audit (
    seq     BIGINT PRIMARY KEY,
    done_at TEXT   NOT NULL,
    done_by TEXT   NOT NULL,
    action  TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    detail  TEXT   NOT NULL
);

-- One version of one report's month in the lake. Rows never change; which one
-- is in force is in current_load.
CREATE TABLE load (
    id        TEXT   PRIMARY KEY,
    payer     TEXT   NOT NULL,
    source    TEXT   NOT NULL,
    report    TEXT   NOT NULL,
    period    TEXT   NOT NULL,
    version   TEXT   NOT NULL,
    format    TEXT   NOT NULL,
    row_count BIGINT NOT NULL,
    totals    TEXT   NOT NULL,
    loaded_at TEXT   NOT NULL
);

CREATE TABLE load_file (
    load_id    TEXT   NOT NULL REFERENCES load (id),
    position   BIGINT NOT NULL,
    object_key TEXT   NOT NULL,
    size       BIGINT NOT NULL,
    etag       TEXT   NOT NULL,
    sha256     TEXT   NOT NULL,
    row_count  BIGINT NOT NULL,
    PRIMARY KEY (load_id, position)
);

CREATE TABLE current_load (
    period  TEXT NOT NULL,
    payer   TEXT NOT NULL,
    source  TEXT NOT NULL,
    report  TEXT NOT NULL,
    load_id TEXT NOT NULL UNIQUE REFERENCES load (id),
    PRIMARY KEY (period, payer, source, report)
);

CREATE TABLE finding (
    period    TEXT   NOT NULL,
    id        TEXT   NOT NULL,
    stage     TEXT   NOT NULL,
    scope     TEXT   NOT NULL,
    code      TEXT   NOT NULL,
    severity  TEXT   NOT NULL CHECK (severity IN ('hold', 'warn', 'info')),
    subject   TEXT   NOT NULL,
    file      TEXT   NOT NULL,
    file_row  BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    amount    TEXT   NOT NULL,
    currency  TEXT   NOT NULL,
    message   TEXT   NOT NULL,
    PRIMARY KEY (period, id)
);

CREATE INDEX finding_scope ON finding (period, stage, scope);

-- Append-only. A waiver is for a finding as it was seen, so the facts that
-- were accepted are part of its key. It does not refer to finding, whose rows
-- are replaced by every run.
CREATE TABLE waiver (
    period    TEXT   NOT NULL,
    finding   TEXT   NOT NULL,
    severity  TEXT   NOT NULL,
    row_count BIGINT NOT NULL,
    amount    TEXT   NOT NULL,
    currency  TEXT   NOT NULL,
    waived_by TEXT   NOT NULL,
    reason    TEXT   NOT NULL CHECK (reason <> ''),
    waived_at TEXT   NOT NULL,
    PRIMARY KEY (period, finding, severity, row_count, amount, currency)
);

CREATE TABLE period_state (
    period TEXT NOT NULL,
    payer  TEXT NOT NULL,
    state  TEXT NOT NULL CHECK (state IN ('open', 'collecting', 'ready', 'rated', 'closed', 'restated')),
    since  TEXT NOT NULL,
    PRIMARY KEY (period, payer)
);

-- One rating of a month. Rows never change; the one in force is in current_rated.
CREATE TABLE rated (
    revision TEXT PRIMARY KEY,
    period   TEXT NOT NULL,
    config   TEXT NOT NULL,
    detail   TEXT NOT NULL,
    rated_at TEXT NOT NULL
);

CREATE TABLE rated_load (
    revision TEXT   NOT NULL REFERENCES rated (revision),
    position BIGINT NOT NULL,
    load_id  TEXT   NOT NULL REFERENCES load (id),
    PRIMARY KEY (revision, position)
);

CREATE INDEX rated_load_load ON rated_load (load_id);

CREATE TABLE current_rated (
    period   TEXT PRIMARY KEY,
    revision TEXT NOT NULL UNIQUE REFERENCES rated (revision)
);

CREATE TABLE invoice (
    id            TEXT PRIMARY KEY,
    billing_group TEXT NOT NULL,
    period        TEXT NOT NULL,
    state         TEXT NOT NULL,
    number        TEXT UNIQUE,
    hash          TEXT NOT NULL,
    document      TEXT NOT NULL,
    rated         TEXT NOT NULL REFERENCES rated (revision),
    issued_at     TEXT,
    UNIQUE (id, state, number, hash),
    CHECK ((state = 'draft' AND number IS NULL AND issued_at IS NULL)
        OR (state = 'issued' AND number IS NOT NULL AND issued_at IS NOT NULL))
);

CREATE INDEX invoice_period ON invoice (period);

-- The register of issued numbers. The next number of a series is its highest
-- one plus 1, so a rolled-back issue leaves no gap. The foreign key is the
-- guard of the issued invoice: while its number stands here, the row cannot be
-- deleted, and its state, number and hash cannot be updated.
CREATE TABLE invoice_number (
    series    TEXT   NOT NULL,
    seq       BIGINT NOT NULL CHECK (seq > 0),
    invoice   TEXT   NOT NULL UNIQUE,
    state     TEXT   NOT NULL CHECK (state = 'issued'),
    number    TEXT   NOT NULL,
    hash      TEXT   NOT NULL,
    issued_by TEXT   NOT NULL,
    PRIMARY KEY (series, seq),
    FOREIGN KEY (invoice, state, number, hash) REFERENCES invoice (id, state, number, hash)
        ON UPDATE RESTRICT ON DELETE RESTRICT
);

-- The proof of one rated revision.
CREATE TABLE certificate (
    rated    TEXT PRIMARY KEY REFERENCES rated (revision),
    document TEXT NOT NULL,
    made_at  TEXT NOT NULL
);
