package ingest_test

import (
	"archive/zip"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

// table is a CSV file as the standard library reads it: what the tests expect
// of ingest comes from here, not from ingest.
type table struct {
	header []string
	rows   [][]string
}

func readTable(t *testing.T, file string) table {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var text io.Reader = f
	switch {
	case strings.HasSuffix(file, ".gz"):
		if text, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	case strings.HasSuffix(file, ".zip"):
		archive, err := zip.OpenReader(file)
		if err != nil {
			t.Fatal(err)
		}
		defer archive.Close()
		if text, err = archive.File[0].Open(); err != nil {
			t.Fatal(err)
		}
	}
	r := csv.NewReader(text)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table{rows[0], rows[1:]}
}

// column returns the place of a column, which must be there.
func (tab table) column(t *testing.T, name string) int {
	t.Helper()
	i := slices.Index(tab.header, name)
	if i < 0 {
		t.Fatalf("the file has no column %s", name)
	}
	return i
}

// sum adds a column up, each value rounded half to even to the 18 fractional
// digits of the lake, and returns the sum of what was rounded away apart.
func (tab table) sum(t *testing.T, name string) (kept, lost money.Decimal) {
	t.Helper()
	at := tab.column(t, name)
	for _, row := range tab.rows {
		exact := number(t, strings.TrimPrefix(row[at], "NULL"))
		rounded := exact.Round(18, money.HalfEven)
		kept = kept.Add(rounded)
		lost = lost.Add(exact.Sub(rounded))
	}
	return kept, lost
}

// count counts the rows that have each value of a column.
func (tab table) count(t *testing.T, name string) map[string]int64 {
	t.Helper()
	at, n := tab.column(t, name), map[string]int64{}
	for _, row := range tab.rows {
		n[row[at]]++
	}
	return n
}
