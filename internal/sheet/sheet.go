// Package sheet reads and writes the files that people make in a spreadsheet:
// additional items of a month and exchange rates as CSV, and which account is
// whose, as CSV, as pasted text or as a workbook. A file is
// refused as a whole where it is not a table at all; what is wrong with single
// rows is said for each of them, so that all of it can be mended at once.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

const (
	MaxSize    = 8 << 20 // bytes of a file
	maxRows    = 50_000  // below the header
	maxColumns = 50
	maxNumber  = 64 // characters of a number
)

// column is a column that a table may have.
type column struct {
	name     string
	aliases  []string // as plain makes them
	required bool
}

// row is a row of a table below its header.
type row struct {
	line   int // of the file, counted from 1
	cells  map[string]string
	errors []string
}

func (r *row) fail(column, format string, args ...any) {
	r.errors = append(r.errors, column+": "+fmt.Sprintf(format, args...))
}

// FileError says why a file is no table at all, and what to do.
type FileError struct{ Name, Reason string }

// Error names the file and says why.
func (e *FileError) Error() string { return e.Name + ": " + e.Reason }

// read returns the rows of a CSV file, those without any text left out. Cells
// are without the blanks around them. The error is a *FileError.
func read(name string, data []byte, columns []column) ([]row, error) {
	rows, err := rowsOf(data, columns)
	if err != nil {
		return nil, &FileError{name, err.Error()}
	}
	return rows, nil
}

func rowsOf(data []byte, columns []column) ([]row, error) {
	text, err := Text(data)
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = separatorOf(text)
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the file is empty; its first line names the columns: %s", namesOf(columns))
	}
	if err != nil {
		return nil, unreadable(err)
	}
	order, err := ordered(header, columns)
	if err != nil {
		return nil, err
	}
	var rows []row
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, unreadable(err)
		}
		if len(rows) == maxRows {
			return nil, fmt.Errorf("the file has more than %d rows; split it", maxRows)
		}
		line, _ := reader.FieldPos(0)
		if r, any := rowOf(line, record, order); any {
			rows = append(rows, r)
		}
	}
}

// rowOf takes a record apart; any is false where nothing is in it.
func rowOf(line int, record []string, order []string) (r row, any bool) {
	r = row{line: line, cells: map[string]string{}}
	for i, cell := range record {
		cell = strings.TrimSpace(cell)
		any = any || cell != ""
		switch named := i < len(order) && order[i] != ""; {
		case named:
			r.cells[order[i]] = cell
		case cell != "":
			r.errors = append(r.errors, fmt.Sprintf("%q is in cell %d, whose column has no name; quote a cell that holds the separator", clip(cell), i+1))
			return r, true
		}
	}
	return r, any
}

// ordered names the columns of the file as the table knows them. A column that
// is not known is an error: what it says would be lost.
func ordered(header []string, columns []column) ([]string, error) {
	if len(header) > maxColumns {
		return nil, fmt.Errorf("its first line has %d cells; expected the names of the columns: %s", len(header), namesOf(columns))
	}
	var order []string
	for _, cell := range header {
		if strings.TrimSpace(cell) == "" {
			order = append(order, "") // spreadsheets leave empty columns behind
			continue
		}
		i := slices.IndexFunc(columns, func(c column) bool { return slices.Contains(append(c.aliases, plain(c.name)), plain(cell)) })
		if i < 0 {
			return nil, fmt.Errorf("column %q is not known; remove it, or name it as one of %s", clip(cell), namesOf(columns))
		}
		if slices.Contains(order, columns[i].name) {
			return nil, fmt.Errorf("column %q is there twice (%q); keep one of the two", columns[i].name, clip(cell))
		}
		order = append(order, columns[i].name)
	}
	for _, c := range columns {
		if c.required && !slices.Contains(order, c.name) {
			return nil, fmt.Errorf("column %q is missing; its first line names the columns: %s", c.name, namesOf(columns))
		}
	}
	return order, nil
}

// plain is a name of a column without capitals, blanks and signs:
// billingGroupId and Billing group ID are the same.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

func namesOf(columns []column) string {
	var names []string
	for _, c := range columns {
		if c.required {
			names = append(names, c.name)
		} else {
			names = append(names, "["+c.name+"]")
		}
	}
	return strings.Join(names, ", ")
}

var (
	utf8Mark     = []byte("\xef\xbb\xbf")
	utf16Marks   = [][]byte{{0xff, 0xfe}, {0xfe, 0xff}}
	saveAsAdvice = `save it as "CSV UTF-8 (comma delimited)"`
)

// Text is the text of a file of at most MaxSize bytes, without a byte order mark.
// Of any other file, a workbook or text that is not UTF-8, it is an error that says
// how to save it.
func Text(data []byte) ([]byte, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("the file is larger than %d MB; split it", MaxSize>>20)
	}
	text := bytes.TrimPrefix(data, utf8Mark)
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, fmt.Errorf("the file is a workbook; open it and %s", saveAsAdvice)
	case slices.ContainsFunc(utf16Marks, func(mark []byte) bool { return bytes.HasPrefix(data, mark) }):
		return nil, fmt.Errorf("the file is UTF-16 text; %s", saveAsAdvice)
	case utf8.Valid(text):
		return text, nil
	case isShiftJIS(text):
		return nil, fmt.Errorf("the file is Shift_JIS text, as spreadsheets in Japan write it for plain CSV; %s", saveAsAdvice)
	}
	return nil, fmt.Errorf("the file is not UTF-8 text; %s", saveAsAdvice)
}

// isShiftJIS tells whether all that is not ASCII could be Shift_JIS: half-width
// katakana of one byte, or characters of two.
func isShiftJIS(text []byte) bool {
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b < 0x80, b >= 0xa1 && b <= 0xdf:
		case b >= 0x81 && b <= 0x9f, b >= 0xe0 && b <= 0xfc:
			i++
			if i == len(text) || text[i] < 0x40 || text[i] == 0x7f || text[i] > 0xfc {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// separatorOf is what the first line has most of: a comma, a semicolon, as
// spreadsheets of some countries write it, or a tab.
func separatorOf(text []byte) rune {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', 0
	for _, separator := range []rune{',', ';', '\t'} {
		if n := bytes.Count(first, []byte(string(separator))); n > most {
			best, most = separator, n
		}
	}
	return best
}

func unreadable(err error) error {
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return fmt.Errorf("line %d is not CSV: %w; put a cell with quotes in quotes, and double those in it", wrong.Line, wrong.Err)
	}
	return err
}

// number reads a decimal exactly as it is written. Where the cell is no number,
// the row fails.
func (r *row) number(column string) money.Decimal {
	text := r.cells[column]
	switch {
	case text == "":
		r.fail(column, "is empty; expected a number such as 1250.50")
	case strings.ContainsAny(text, "eE"):
		r.fail(column, "%q is shortened; format the cell as a number, so that all digits are written", clip(text))
	case strings.Contains(text, ","):
		r.fail(column, "%q has a comma; write a number such as 1250.50, with a point and without separators of thousands", clip(text))
	default:
		d, err := money.Parse(text)
		if err == nil && len(text) <= maxNumber {
			return d
		}
		r.fail(column, "%q is not a number; expected one such as 1250.50", clip(text))
	}
	return money.Zero
}

// text reads a text that is printed. An apostrophe that guards a formula is not
// part of it.
func (r *row) text(column string) string {
	text := unguarded(r.cells[column])
	if strings.ContainsFunc(text, unicode.IsControl) {
		r.fail(column, "holds a line break or another control character, which cannot be printed; remove it")
	}
	return text
}

// truth reads true or false; an empty cell is false.
func (r *row) truth(column string) bool {
	switch text := r.cells[column]; strings.ToLower(text) {
	case "", "false", "no", "0":
		return false
	case "true", "yes", "1":
		return true
	default:
		r.fail(column, "%q is neither true nor false", clip(text))
		return false
	}
}

// month reads a month such as 2026-10.
func (r *row) month(column string) billing.Period {
	p, err := billing.ParsePeriod(r.cells[column])
	if err != nil {
		r.fail(column, "%q is not a month; write it as 2026-10", clip(r.cells[column]))
	}
	return p
}

// formulaSigns begin what a spreadsheet runs as a formula.
const formulaSigns = "=+-@\t\r"

// guarded puts an apostrophe before a text that a spreadsheet would run, and
// before one that looks as if that was done. Numbers stay as they are: -12.50 is
// not a formula.
func guarded(text string) string {
	if text == "" || !strings.Contains(formulaSigns, text[:1]) {
		if unguarded(text) != text {
			return "'" + text
		}
		return text
	}
	if _, err := money.Parse(text); err == nil {
		return text
	}
	return "'" + text
}

// unguarded takes away what guarded puts before a text.
func unguarded(text string) string {
	if rest, ok := strings.CutPrefix(text, "'"); ok && guarded(rest) == text {
		return rest
	}
	return text
}

// clip shortens a text for a message.
func clip(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
