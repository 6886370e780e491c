package store

import (
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// Failed tells whether an error is one of the database, and not a refusal of this
// program.
func Failed(err error) bool {
	return errors.As(err, new(*sqlite.Error)) || errors.As(err, new(*pgconn.PgError)) || errors.As(err, new(*pgconn.ConnectError)) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, sql.ErrTxDone) || errors.Is(err, driver.ErrBadConn)
}
