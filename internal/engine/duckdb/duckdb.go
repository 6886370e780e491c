// Package duckdb runs the stages' SQL in process, on DuckDB in memory. Data
// lives in the lake only; what memory cannot hold spills to a folder.
package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Engine is DuckDB in memory.
type Engine struct{ db *sql.DB }

// Open starts the engine. memory bounds its memory, such as "1GB"; spill is
// the folder for what exceeds it, made when needed.
func Open(memory, spill string) (*Engine, error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, fmt.Errorf("starting the SQL engine: %w", err)
	}
	for _, setting := range []string{
		"SET memory_limit = " + quote(memory),
		"SET temp_directory = " + quote(spill),
		"SET TimeZone = 'UTC'",
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		attoMacro, quotientMacro,
	} {
		if _, err := db.Exec(setting); err != nil {
			db.Close()
			return nil, fmt.Errorf("starting the SQL engine: %s: %w", setting, err)
		}
	}
	return &Engine{db}, nil
}

// DuckDB divides decimals as floating point numbers. quotient(a, b) of the
// stages' SQL divides whole numbers of 10^-18 instead.
const (
	attoMacro = `CREATE MACRO atto(x) AS CAST(TRUNC(x) AS HUGEINT) * CAST(1000000000000000000 AS HUGEINT)
		+ CAST(CAST(x - TRUNC(x) AS DECIMAL(18, 18)) * 1000000000000000000 AS HUGEINT)`
	quotientMacro = `CREATE MACRO quotient(a, b) AS CASE WHEN ABS(a) < 100000
		THEN CAST(CAST(atto(a) * CAST(1000000000000000 AS HUGEINT) // atto(b) AS DECIMAL(38, 0)) * CAST('0.000000000000001' AS DECIMAL(15, 15)) AS DECIMAL(38, 15))
		ELSE CAST(CAST(atto(a) * CAST(1000000000 AS HUGEINT) // atto(b) AS DECIMAL(38, 0)) * CAST('0.000000001' AS DECIMAL(9, 9)) AS DECIMAL(38, 15)) END`
)

// Close implements engine.Engine.
func (e *Engine) Close() error { return e.db.Close() }

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// ParquetAsCSV implements engine.Engine. A DOUBLE is written in its shortest
// decimal form that reads back as the same double.
func (e *Engine) ParquetAsCSV(ctx context.Context, path string, w *os.File, rows func(int64)) error {
	var total int64
	if err := e.db.QueryRowContext(ctx, "SELECT num_rows FROM parquet_file_metadata("+quote(path)+")").Scan(&total); err != nil {
		return err
	}
	rows(total)
	columns, err := e.db.QueryContext(ctx, "DESCRIBE SELECT * FROM read_parquet("+quote(path)+", hive_partitioning = false)")
	if err != nil {
		return err
	}
	defer columns.Close()
	var list []string
	for columns.Next() {
		var name, kind string
		var rest [4]any
		if err := columns.Scan(&name, &kind, &rest[0], &rest[1], &rest[2], &rest[3]); err != nil {
			return err
		}
		text := "CAST(" + identifier(name) + " AS VARCHAR)"
		switch {
		case strings.HasPrefix(kind, "MAP"), strings.HasPrefix(kind, "STRUCT"), strings.HasSuffix(kind, "[]"):
			text = "CAST(to_json(" + identifier(name) + ") AS VARCHAR)"
		case kind == "BLOB":
			text = "decode(" + identifier(name) + ")"
		}
		list = append(list, "NULLIF("+text+", '') AS "+identifier(name))
	}
	if err := columns.Err(); err != nil {
		return err
	}
	_, err = e.db.ExecContext(ctx, fmt.Sprintf(
		"COPY (SELECT %s FROM read_parquet(%s, hive_partitioning = false)) TO '/dev/fd/%d' (FORMAT csv, HEADER true, USE_TMP_FILE false)",
		strings.Join(list, ", "), quote(path), w.Fd()))
	return err
}

// Session implements engine.Engine.
func (e *Engine) Session(ctx context.Context) (engine.Session, error) {
	conn, err := e.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn}, nil
}

type session struct {
	conn *sql.Conn
	made []string // DROP statements, undone on Close
}

func (s *session) View(ctx context.Context, name string, files []string) error {
	if len(files) == 0 {
		return fmt.Errorf("no Parquet files to read %s from", name)
	}
	quoted := make([]string, len(files))
	for i, f := range files {
		quoted[i] = quote(f)
	}
	s.made = append(s.made, "DROP VIEW IF EXISTS "+identifier(name))
	return s.Exec(ctx, fmt.Sprintf(
		"CREATE OR REPLACE TEMP VIEW %s AS SELECT * FROM read_parquet([%s], hive_partitioning = true, hive_types_autocast = false, union_by_name = false)",
		identifier(name), strings.Join(quoted, ", ")))
}

// Table appends the rows as text to a table beside, and lets the engine cast
// them: that is exact, and ten times as fast as INSERT statements.
func (s *session) Table(ctx context.Context, name string, columns []engine.TableColumn, rows [][]any) error {
	texts := make([][]driver.Value, len(rows))
	for i, row := range rows {
		texts[i] = make([]driver.Value, len(row))
		for j, v := range row {
			text, err := asText(v)
			if err != nil {
				return fmt.Errorf("table %s, column %s: %w", name, columns[j].Name, err)
			}
			texts[i][j] = text
		}
	}
	staged := name + " as text"
	var plain, cast []string
	for _, c := range columns {
		plain = append(plain, identifier(c.Name)+" VARCHAR")
		cast = append(cast, "CAST("+identifier(c.Name)+" AS "+c.Type+") AS "+identifier(c.Name))
	}
	if err := s.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s (%s)", identifier(staged), strings.Join(plain, ", "))); err != nil {
		return err
	}
	if err := s.conn.Raw(func(conn any) error { return appendRows(conn.(driver.Conn), staged, texts) }); err != nil {
		return fmt.Errorf("table %s: %w", name, err)
	}
	s.made = append(s.made, "DROP TABLE IF EXISTS "+identifier(name))
	if err := s.Exec(ctx, fmt.Sprintf("CREATE OR REPLACE TEMP TABLE %s AS SELECT %s FROM %s", identifier(name), strings.Join(cast, ", "), identifier(staged))); err != nil {
		return err
	}
	return s.Exec(ctx, "DROP TABLE "+identifier(staged))
}

func appendRows(conn driver.Conn, table string, rows [][]driver.Value) (err error) {
	appender, err := duckdb.NewAppender(conn, "temp", "main", table)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, appender.Close()) }()
	for _, row := range rows {
		if err := appender.AppendRow(row...); err != nil {
			return err
		}
	}
	return nil
}

// asText writes a value as the engine casts it from text; nil stays nil.
func asText(v any) (driver.Value, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		return v, nil
	case int, int32, int64:
		return fmt.Sprint(v), nil
	case billing.Day:
		return v.String(), nil
	case money.Decimal:
		return v.String(), nil
	default:
		return nil, fmt.Errorf("a %T has no form as text", v)
	}
}

func (s *session) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return s.conn.QueryContext(ctx, query, args...)
}

func (s *session) Exec(ctx context.Context, statement string) error {
	_, err := s.conn.ExecContext(ctx, statement)
	return err
}

// partitionsAtOnce bounds how many folders one COPY fills: it holds half a
// megabyte for each.
const partitionsAtOnce = 128

func (s *session) Write(ctx context.Context, query, dir, partition string, values int) (rows int64, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	if values <= partitionsAtOnce {
		rows, err = s.copy(ctx, query, dir, partition)
	} else {
		rows, err = s.writeInTwo(ctx, query, dir, partition, 1+values/(partitionsAtOnce/2))
	}
	if err != nil || rows > 0 {
		return rows, err
	}
	return 0, s.writeNothing(ctx, query, dir, partition)
}

// copy stores the result of a query in a folder for each value of a column. The
// stages write what they can write again: snappy takes a third of the time of
// zstd, which the lines have that are kept.
func (s *session) copy(ctx context.Context, query, dir, partition string) (int64, error) {
	result, err := s.conn.ExecContext(ctx, fmt.Sprintf(
		"COPY (%s) TO %s (FORMAT parquet, COMPRESSION snappy, PARTITION_BY (%s), OVERWRITE_OR_IGNORE true, FILENAME_PATTERN 'part-{i}')",
		query, quote(dir), identifier(partition)))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// writeInTwo stores the rows in as many shares first, and then each share in
// its folders.
func (s *session) writeInTwo(ctx context.Context, query, dir, partition string, shares int) (int64, error) {
	staging := filepath.Join(dir, "shares")
	defer os.RemoveAll(staging)
	rows, err := s.copy(ctx, fmt.Sprintf("SELECT *, hash(%s) %% %d AS x_share FROM (%s)", identifier(partition), shares, query), staging, "x_share")
	if err != nil {
		return 0, err
	}
	folders, err := os.ReadDir(staging)
	if err != nil && rows > 0 {
		return 0, err
	}
	for _, folder := range folders {
		share := "SELECT * FROM read_parquet(" + quote(filepath.Join(staging, folder.Name(), "*.parquet")) + ", hive_partitioning = false)"
		if _, err := s.copy(ctx, share, dir, partition); err != nil {
			return 0, err
		}
	}
	return rows, os.RemoveAll(staging)
}

// writeNothing stores the columns of a result without rows, in the folder that
// stands for no value.
func (s *session) writeNothing(ctx context.Context, query, dir, partition string) error {
	folder := filepath.Join(dir, partition+"=__HIVE_DEFAULT_PARTITION__")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return s.Exec(ctx, fmt.Sprintf("COPY (SELECT * EXCLUDE (%s) FROM (%s)) TO %s (FORMAT parquet, COMPRESSION snappy)",
		identifier(partition), query, quote(filepath.Join(folder, "part-0.parquet"))))
}

func (s *session) Close() error {
	for i := len(s.made) - 1; i >= 0; i-- {
		if err := s.Exec(context.Background(), s.made[i]); err != nil {
			s.conn.Close()
			return err
		}
	}
	return s.conn.Close()
}
