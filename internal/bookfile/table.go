package bookfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode"
)

// table is a CSV file with headings, or a sheet of a workbook.
type table struct {
	sheet    string   // its name; of a CSV file empty
	head     int      // line or row of the headings
	headings []string // as written
	columns  []string // plain, see plainHeading
	rows     []tableRow
}

type tableRow struct {
	line  int      // in the file, or row of the sheet
	cells []string // without blanks around them, one for each heading
}

// cell is the value under a plain heading; empty where there is no such column.
func (t table) cell(r tableRow, column string) string {
	for i, c := range t.columns {
		if c == column {
			return r.cells[i]
		}
	}
	return ""
}

func (t table) has(column string) bool {
	for _, c := range t.columns {
		if c == column {
			return true
		}
	}
	return false
}

// plainHeading is a heading in small letters, with its letters and digits only.
func plainHeading(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

// table reads the file's CSV. Every column needs a heading of its own.
func (in *input) table() table {
	reader := csv.NewReader(bytes.NewReader(in.data))
	reader.FieldsPerRecord = -1
	var t table
	for parts := 0; in.err == nil; {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if bad := new(csv.ParseError); errors.As(err, &bad) {
				in.fail(line(bad.Line), "the CSV cannot be read: %v", bad.Err)
			} else {
				in.fail("", "the CSV cannot be read: %v", err)
			}
			break
		}
		number, _ := reader.FieldPos(0)
		if parts += len(record); parts > maxParts {
			in.fail(line(number), "is beyond the first %d cells; split the file", maxParts)
		}
		in.take(&t, number, record)
	}
	return t
}

// take puts a record into the table: the first one has the headings.
func (in *input) take(t *table, number int, record []string) {
	for i := range record {
		record[i] = strings.TrimSpace(record[i])
	}
	if t.headings == nil {
		in.head(t, number, record)
		return
	}
	if strings.Join(record, "") == "" {
		return
	}
	for i := len(t.headings); i < len(record); i++ {
		switch {
		case record[i] == "":
		case t.sheet != "":
			in.fail(t.cellAt(number, i), "has a value and no heading; put one, or empty the cell")
		default:
			in.fail(line(number), "has %d cells, the headings are %d; quote cells that have commas", len(record), len(t.headings))
		}
	}
	cells := make([]string, len(t.headings))
	copy(cells, record)
	t.rows = append(t.rows, tableRow{number, cells})
}

func (in *input) head(t *table, number int, record []string) {
	t.head, t.headings = number, record
	seen := map[string]bool{}
	for i, heading := range record {
		plain := plainHeading(heading)
		if plain != "" && seen[plain] {
			in.fail(t.cellAt(number, i), "has two columns %q; keep one", clip(heading))
		}
		seen[plain] = true
		t.columns = append(t.columns, plain)
	}
}

// headingsOf are the plain headings of what may be a CSV file.
func headingsOf(data []byte) map[string]bool {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	record, err := csv.NewReader(bytes.NewReader(first[:min(len(first), maxSize>>10)])).Read()
	if err != nil {
		return nil
	}
	plain := map[string]bool{}
	for _, heading := range record {
		plain[plainHeading(heading)] = true
	}
	return plain
}
