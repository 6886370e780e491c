-- +goose Up

-- Invoice settings of a month. Append-only: the highest version of a billing
-- group's month is in force. A month whose documents were never drafted has none.
CREATE TABLE month_setting (
    period        TEXT   NOT NULL,
    billing_group TEXT   NOT NULL,
    version       BIGINT NOT NULL CHECK (version > 0),
    origin        TEXT   NOT NULL CHECK (origin IN ('master', 'month')),
    settings      TEXT   NOT NULL,
    saved_at      TEXT   NOT NULL,
    saved_by      TEXT   NOT NULL,
    PRIMARY KEY (period, billing_group, version)
);
