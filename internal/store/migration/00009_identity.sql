-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written. A time that has not come yet is empty text. Who changed what is in
-- the audit.

-- +goose Up

-- People and programs that may sign in. Programs have neither e-mail address
-- nor password.
CREATE TABLE user_account (
    id             TEXT    PRIMARY KEY,
    kind           TEXT    NOT NULL CHECK (kind IN ('person', 'service')),
    email          TEXT    UNIQUE,
    name           TEXT    NOT NULL,
    locale         TEXT    NOT NULL,
    external_id    TEXT    NOT NULL,
    active         BOOLEAN NOT NULL,
    password       TEXT    NOT NULL,
    totp           TEXT    NOT NULL,
    totp_confirmed BOOLEAN NOT NULL,
    totp_step      BIGINT  NOT NULL,
    joined_at      TEXT    NOT NULL,
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    version        BIGINT  NOT NULL CHECK (version > 0),
    CHECK ((kind = 'person') = (email IS NOT NULL))
);

CREATE TABLE user_grant (
    user_id      TEXT NOT NULL REFERENCES user_account (id),
    organization TEXT NOT NULL,
    role         TEXT NOT NULL,
    given_by     TEXT NOT NULL,
    given_at     TEXT NOT NULL,
    PRIMARY KEY (user_id, organization, role)
);

-- Of secrets that somebody carries only the SHA-256 is kept, here and below.
CREATE TABLE recovery_code (
    user_id TEXT NOT NULL REFERENCES user_account (id),
    hash    TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
);

CREATE TABLE user_session (
    id            TEXT    PRIMARY KEY,
    hash          TEXT    NOT NULL UNIQUE,
    user_id       TEXT    NOT NULL REFERENCES user_account (id),
    method        TEXT    NOT NULL,
    second_factor BOOLEAN NOT NULL,
    address       TEXT    NOT NULL,
    user_agent    TEXT    NOT NULL,
    created_at    TEXT    NOT NULL,
    seen_at       TEXT    NOT NULL
);

CREATE INDEX user_session_user ON user_session (user_id);

-- Scopes are a JSON list of permissions; null is all of the owner's.
CREATE TABLE api_token (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL,
    user_id    TEXT NOT NULL REFERENCES user_account (id),
    name       TEXT NOT NULL,
    scopes     TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at    TEXT NOT NULL
);

CREATE INDEX api_token_user ON api_token (user_id);

CREATE TABLE passkey (
    id            TEXT PRIMARY KEY,
    credential_id TEXT NOT NULL UNIQUE,
    user_id       TEXT NOT NULL REFERENCES user_account (id),
    name          TEXT NOT NULL,
    credential    TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    used_at       TEXT NOT NULL
);

CREATE INDEX passkey_user ON passkey (user_id);

-- Links that are good for one time: to set up, to join, to set a new password.
-- The user is empty for set-up links.
CREATE TABLE one_time_link (
    hash       TEXT PRIMARY KEY,
    purpose    TEXT NOT NULL CHECK (purpose IN ('set-up', 'invitation', 'reset')),
    user_id    TEXT NOT NULL,
    created_at TEXT NOT NULL,
    created_by TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

-- A sign-in, or the registration of a passkey, under way; its state is sealed.
CREATE TABLE ceremony (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    state      TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

-- How often a proof was wrong, by account or address, and when the next try is
-- allowed.
CREATE TABLE signin_attempt (
    subject    TEXT   PRIMARY KEY,
    failures   BIGINT NOT NULL,
    last_at    TEXT   NOT NULL,
    not_before TEXT   NOT NULL
);

CREATE TABLE sso_provider (
    id            TEXT    PRIMARY KEY,
    name          TEXT    NOT NULL,
    issuer        TEXT    NOT NULL,
    client_id     TEXT    NOT NULL,
    secret        TEXT    NOT NULL,
    domains       TEXT    NOT NULL,
    grants        TEXT    NOT NULL,
    just_in_time  BOOLEAN NOT NULL,
    second_factor BOOLEAN NOT NULL,
    active        BOOLEAN NOT NULL,
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    version       BIGINT  NOT NULL CHECK (version > 0)
);

-- Who somebody is at an issuer of single sign-on.
CREATE TABLE sso_link (
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    user_id   TEXT NOT NULL REFERENCES user_account (id),
    linked_at TEXT NOT NULL,
    PRIMARY KEY (issuer, subject)
);

CREATE INDEX sso_link_user ON sso_link (user_id);

-- Organizations whose people must have a second factor.
CREATE TABLE second_factor_rule (
    organization TEXT PRIMARY KEY,
    set_by       TEXT NOT NULL,
    set_at       TEXT NOT NULL
);
