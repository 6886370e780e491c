package sample

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// chunk is one CSV file of an export, compressed while it is written.
type chunk struct {
	columns []column
	buffer  []byte
	packed  io.Writer
	closers []io.Closer // inner first
}

const chunkBuffer = 256 << 10

// createChunk opens a .csv.gz or .csv.zip file and writes its header. The
// folder is made. The same lines give the same bytes: no time is in the file.
func createChunk(path string, columns []column, written time.Time) (*chunk, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	c := &chunk{columns: columns, buffer: make([]byte, 0, chunkBuffer+16<<10)}
	if name, ok := strings.CutSuffix(filepath.Base(path), ".zip"); ok {
		err = c.zip(file, name, written)
	} else {
		err = c.gzip(file)
	}
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("writing %s: %w", path, err)
	}
	for i, column := range columns {
		if i > 0 {
			c.buffer = append(c.buffer, ',')
		}
		c.buffer = appendCell(c.buffer, column.name)
	}
	c.buffer = append(c.buffer, '\n')
	return c, nil
}

func (c *chunk) gzip(file *os.File) error {
	w, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
	c.packed, c.closers = w, []io.Closer{w, file}
	return err
}

func (c *chunk) zip(file *os.File, name string, written time.Time) error {
	archive := zip.NewWriter(file)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	entry, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: written})
	c.packed, c.closers = entry, []io.Closer{archive, file}
	return err
}

func (c *chunk) write(l *line) error {
	for i := range c.columns {
		if i > 0 {
			c.buffer = append(c.buffer, ',')
		}
		c.buffer = appendCell(c.buffer, c.columns[i].value(l))
	}
	c.buffer = append(c.buffer, '\n')
	if len(c.buffer) < chunkBuffer {
		return nil
	}
	return c.flush()
}

func (c *chunk) flush() error {
	_, err := c.packed.Write(c.buffer)
	c.buffer = c.buffer[:0]
	return err
}

// close writes what is left and closes the file, also after an error.
func (c *chunk) close() error {
	err := c.flush()
	for _, closer := range c.closers {
		if closeErr := closer.Close(); err == nil {
			err = closeErr
		}
	}
	return err
}

// appendCell quotes a cell that needs it, as RFC 4180 says.
func appendCell(buffer []byte, cell string) []byte {
	quoted := false
	for i := 0; i < len(cell) && !quoted; i++ {
		quoted = cell[i] == ',' || cell[i] == '"' || cell[i] == '\n'
	}
	if !quoted {
		return append(buffer, cell...)
	}
	buffer = append(buffer, '"')
	buffer = append(buffer, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(buffer, '"')
}
