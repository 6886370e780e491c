-- Portable to SQLite and PostgreSQL; see 00001_records.sql for how times are
-- written.

-- +goose Up

-- All works of a job so far, as JSON, each as far as it came: a work may begin and
-- end between two beats, when nobody sees it at hand.
ALTER TABLE job ADD COLUMN works TEXT NOT NULL DEFAULT '[]';
