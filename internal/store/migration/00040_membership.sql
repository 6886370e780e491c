-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written. A time that has not come is the empty text.

-- +goose Up

-- Accounts of a payer's organization at the provider, as they were seen last.
-- left_at is when an account left, or was seen for the last time; empty while it is
-- there.
CREATE TABLE member (
    payer      TEXT NOT NULL CHECK (payer <> ''),
    account    TEXT NOT NULL CHECK (account <> ''),
    name       TEXT NOT NULL,
    email      TEXT NOT NULL,
    state      TEXT NOT NULL,
    joined_by  TEXT NOT NULL, -- CREATED or INVITED, as the provider says it
    joined_at  TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen  TEXT NOT NULL,
    left_at    TEXT NOT NULL,
    missed_at  TEXT NOT NULL, -- when it was noticed that it left
    PRIMARY KEY (payer, account)
);

CREATE INDEX member_account ON member (account);

-- What happened to such accounts. Append-only. other is the payer that an account
-- moved from; state the one that it is in then.
CREATE TABLE member_event (
    id         TEXT NOT NULL PRIMARY KEY,
    payer      TEXT NOT NULL CHECK (payer <> ''),
    account    TEXT NOT NULL CHECK (account <> ''),
    kind       TEXT NOT NULL CHECK (kind <> ''),
    at         TEXT NOT NULL,
    other      TEXT NOT NULL,
    state      TEXT NOT NULL,
    noticed_at TEXT NOT NULL,
    UNIQUE (payer, account, kind, at)
);

CREATE INDEX member_event_account ON member_event (account);

-- When the members of a payer were read last, and what went wrong last.
CREATE TABLE member_sync (
    payer    TEXT   NOT NULL PRIMARY KEY CHECK (payer <> ''),
    at       TEXT   NOT NULL,
    members  BIGINT NOT NULL,
    tried_at TEXT   NOT NULL,
    problem  TEXT   NOT NULL
);

-- Invitations of accounts into a payer's organization, and of other organizations to
-- have their bills paid by the payer (kind transfer). details is JSON that package
-- membership reads. Of the token of the customer's page only the SHA-256 is kept.
CREATE TABLE member_invitation (
    id            TEXT    NOT NULL PRIMARY KEY,
    kind          TEXT    NOT NULL CHECK (kind IN ('account', 'transfer')),
    payer         TEXT    NOT NULL CHECK (payer <> ''),
    target        TEXT    NOT NULL CHECK (target <> ''), -- account or e-mail address, in small letters
    customer      TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state <> ''),
    settled       BOOLEAN NOT NULL, -- nothing is left to be done
    handshake     TEXT    NOT NULL,
    expires       TEXT    NOT NULL,
    details       TEXT    NOT NULL,
    token_hash    TEXT    NOT NULL,
    token_expires TEXT    NOT NULL,
    created_at    TEXT    NOT NULL,
    created_by    TEXT    NOT NULL,
    version       BIGINT  NOT NULL
);

CREATE INDEX member_invitation_target ON member_invitation (payer, target);
CREATE INDEX member_invitation_token ON member_invitation (token_hash);
CREATE INDEX member_invitation_settled ON member_invitation (settled);

-- The states that an invitation was in. Append-only.
CREATE TABLE member_invitation_state (
    invitation TEXT   NOT NULL REFERENCES member_invitation (id) ON DELETE CASCADE,
    number     BIGINT NOT NULL,
    state      TEXT   NOT NULL CHECK (state <> ''),
    at         TEXT   NOT NULL, -- when it came to be, as far as is known
    noticed_at TEXT   NOT NULL,
    detail     TEXT   NOT NULL,
    PRIMARY KEY (invitation, number)
);
