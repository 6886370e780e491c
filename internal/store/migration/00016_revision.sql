-- Portable to SQLite and PostgreSQL.

-- +goose Up

-- How often the records were changed: one row. What was worked out from the
-- records holds as long as the number does.
CREATE TABLE revision (
    id     BIGINT PRIMARY KEY CHECK (id = 1),
    number BIGINT NOT NULL
);
