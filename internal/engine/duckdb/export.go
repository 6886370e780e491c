package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/sluice-billing/sluice/internal/engine"
)

// exportOptions say how DuckDB writes each format.
var exportOptions = map[engine.ExportFormat]string{
	engine.AsParquet: "FORMAT parquet, COMPRESSION zstd",
	engine.AsCSV:     "FORMAT csv, HEADER true, COMPRESSION gzip",
}

// exported is the table that a result waits in, in its order, to be cut into files.
// What memory cannot hold of it spills.
const exported = "exported rows"

// Export implements engine.Session.
func (s *session) Export(ctx context.Context, query, dir, name string, as engine.ExportFormat, perFile int64) (files []engine.ExportFile, err error) {
	options, known := exportOptions[as]
	if !known {
		return nil, fmt.Errorf("there is no export as %q; use %s or %s", as, engine.AsParquet, engine.AsCSV)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if err := s.Exec(ctx, "CREATE OR REPLACE TEMP TABLE "+identifier(exported)+" AS "+query); err != nil {
		return nil, err
	}
	defer func() {
		err = errors.Join(err, s.Exec(context.WithoutCancel(ctx), "DROP TABLE "+identifier(exported)))
	}()
	var rows int64
	if err := s.conn.QueryRowContext(ctx, "SELECT count(*) FROM "+identifier(exported)).Scan(&rows); err != nil {
		return nil, err
	}
	for from := int64(0); from == 0 || from < rows; from += perFile {
		file := engine.ExportFile{Name: fmt.Sprintf("%s-%04d.%s", name, len(files)+1, as), Rows: min(perFile, rows-from)}
		copied := fmt.Sprintf("COPY (SELECT * FROM %s WHERE rowid >= %d AND rowid < %d) TO %s (%s)",
			identifier(exported), from, from+perFile, quote(filepath.Join(dir, file.Name)), options)
		if err := s.Exec(ctx, copied); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}
