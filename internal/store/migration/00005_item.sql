-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times,
-- amounts and periods are written.

-- +goose Up

-- Additional items of one month, in the order they are printed in. What they
-- were before is in the audit.
CREATE TABLE month_item (
    period        TEXT    NOT NULL,
    billing_group TEXT    NOT NULL,
    label         TEXT    NOT NULL CHECK (label <> ''),
    position      BIGINT  NOT NULL,
    unit_price    TEXT    NOT NULL,
    quantity      TEXT    NOT NULL,
    tax           TEXT    NOT NULL,
    tax_free      BOOLEAN NOT NULL,
    source        TEXT    NOT NULL CHECK (source IN ('csv', 'ui', 'api')),
    changed_at    TEXT    NOT NULL,
    changed_by    TEXT    NOT NULL,
    PRIMARY KEY (period, billing_group, label)
);

-- Files that were imported into a month. Append-only: a key names one file, so
-- that the same import twice is done once.
CREATE TABLE month_item_import (
    period      TEXT NOT NULL,
    import_key  TEXT NOT NULL,
    file_hash   TEXT NOT NULL,
    mode        TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    imported_by TEXT NOT NULL,
    PRIMARY KEY (period, import_key)
);
