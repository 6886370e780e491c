// Package engine is the seam between the stages and the SQL engine that reads
// the lake. Stage SQL is portable (CTEs, window functions, explicit casts);
// what differs between engines stands behind this interface. Exact numbers
// leave the engine as text.
//
// Beside the portable part of SQL every engine has the function quotient(a, b):
// the decimal a / b, cut after 15 fractional digits where |a| is below 10^5 and
// after 9 digits below 10^11; a and b have at most 18 fractional digits.
package engine

import (
	"context"
	"database/sql"
	"os"
)

// Engine runs SQL over Parquet files. It holds no data of its own.
type Engine interface {
	// Session opens a private name space for views and tables.
	Session(ctx context.Context) (Session, error)
	// ParquetAsCSV writes the rows of a Parquet file to w as RFC 4180 text with
	// a header: numbers in their shortest exact decimal form, maps and lists as
	// JSON, times in UTC, nulls empty. total is told to rows before the first
	// byte is written.
	ParquetAsCSV(ctx context.Context, path string, w *os.File, rows func(total int64)) error
	// Close ends the engine and all its sessions.
	Close() error
}

// Session is one connection to the engine with the views and tables made on
// it. It is not safe for concurrent use.
type Session interface {
	// View names the rows of Parquet files that share a schema; no files is an error.
	View(ctx context.Context, name string, files []string) error
	// Table makes a small table from Go values: text, int32, int64, billing.Day
	// (DATE), money.Decimal (as text, to be cast), or nil.
	Table(ctx context.Context, name string, columns []TableColumn, rows [][]any) error
	// Query runs a query.
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	// Exec runs a statement, such as CREATE VIEW … AS.
	Exec(ctx context.Context, statement string) error
	// Write stores the result of a query as Parquet below dir, in a folder
	// key=value for each value of the partition column, and returns the rows. A
	// result without rows is stored as a file without rows. values is about how
	// many values the column has; memory does not grow with it.
	Write(ctx context.Context, query, dir, partition string, values int) (rows int64, err error)
	// Export stores the result of a query, in its order, as files below dir for
	// others to read: name-0001 and so on, of at most perFile rows each; one file
	// without rows where there are none. The same result gives the same bytes.
	Export(ctx context.Context, query, dir, name string, as ExportFormat, perFile int64) ([]ExportFile, error)
	// Close drops all views and tables of the session.
	Close() error
}

// ExportFormat is what files of an export are: their ending.
type ExportFormat string

// The formats of exports.
const (
	AsParquet ExportFormat = "parquet" // packed by zstd
	AsCSV     ExportFormat = "csv.gz"  // RFC 4180 with a header, nulls empty, packed by gzip
)

// ExportFile is a file of an export: its name below the folder, and its rows.
type ExportFile struct {
	Name string
	Rows int64
}

// TableColumn is a column of a small table; Type is VARCHAR, INTEGER, BIGINT,
// DATE or DECIMAL(p,s).
type TableColumn struct{ Name, Type string }

// Collect runs a query and reads all of its rows into values; to gives the
// places of a value's columns.
func Collect[T any](ctx context.Context, s Session, to func(*T) []any, query string, args ...any) ([]T, error) {
	rows, err := s.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		var v T
		if err := rows.Scan(to(&v)...); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
