package sample

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the SQL driver that writes Parquet
)

// toParquet turns a CSV chunk into a Parquet file with the provider's types:
// numbers are doubles, times timestamps, maps maps. Rows keep their order.
func toParquet(ctx context.Context, csv, parquet string, columns []column) error {
	if err := os.MkdirAll(filepath.Dir(parquet), 0o755); err != nil {
		return err
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return fmt.Errorf("starting DuckDB to write %s: %w", parquet, err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, copySQL(csv, parquet, columns)); err != nil {
		return fmt.Errorf("writing %s: %w", parquet, err)
	}
	return nil
}

func copySQL(csv, parquet string, columns []column) string {
	selected := make([]string, len(columns))
	read := make([]string, len(columns))
	for i, c := range columns {
		name := `"` + c.name + `"`
		read[i] = quoteSQL(c.name) + ": 'VARCHAR'"
		switch {
		case c.kind == number:
			selected[i] = fmt.Sprintf("CAST(%s AS DOUBLE) AS %s", name, name)
		case c.kind == timestamp:
			selected[i] = fmt.Sprintf("CAST(%s AS TIMESTAMP) AS %s", name, name)
		case c.kind == dictionary && strings.HasSuffix(strings.ToLower(c.name), "discount"):
			selected[i] = fmt.Sprintf("CAST(CAST(%s AS JSON) AS MAP(VARCHAR, DOUBLE)) AS %s", name, name)
		case c.kind == dictionary:
			selected[i] = fmt.Sprintf("CAST(CAST(%s AS JSON) AS MAP(VARCHAR, VARCHAR)) AS %s", name, name)
		default:
			selected[i] = name
		}
	}
	return fmt.Sprintf(`COPY (SELECT %s FROM read_csv(%s, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {%s}))
		TO %s (FORMAT parquet, COMPRESSION snappy)`,
		strings.Join(selected, ", "), quoteSQL(csv), strings.Join(read, ", "), quoteSQL(parquet))
}

func quoteSQL(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
