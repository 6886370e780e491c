package spread

import (
	"bufio"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"
)

// sheet is one sheet while it is written.
type sheet struct {
	out     *bufio.Writer // keeps its first error for Flush
	name    string
	columns []Column
	letters []string // A, B, C … of the columns
	row     int      // last one written, counted from 1
	number  string   // of it
}

// measured is how many rows are looked at before the first is written, for the
// widths of the columns.
const measured = 200

// write writes the whole sheet; shown is the one that is seen first.
func (s *sheet) write(rows iter.Seq[Row], shown bool) error {
	next, stop := iter.Pull(rows)
	defer stop()
	titles := Row{Cells: make([]string, len(s.columns))}
	for i, c := range s.columns {
		titles.Cells[i] = c.Title
		s.letters = append(s.letters, lettersOf(i))
	}
	widths := make([]int, len(s.columns))
	widen(widths, titles)
	var first []Row
	for len(first) < measured {
		r, more := next()
		if !more {
			break
		}
		first = append(first, r)
		widen(widths, r)
	}

	s.begin(widths, shown)
	s.titles(titles)
	for _, r := range first {
		if err := s.cells(r); err != nil {
			return err
		}
	}
	for r, more := next(); more; r, more = next() {
		if err := s.cells(r); err != nil {
			return err
		}
	}
	s.end()
	return nil
}

// begin writes what stands before the rows: the titles stay in sight, and a
// printed sheet is as wide as its paper.
func (s *sheet) begin(widths []int, shown bool) {
	s.put(head, `<worksheet xmlns="`, mainSpace, `"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"`)
	if shown {
		s.put(` tabSelected="1"`)
	}
	s.put(`><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>`)
	for i, w := range widths {
		n := strconv.Itoa(i + 1)
		s.put(`<col min="`, n, `" max="`, n, `" width="`, strconv.Itoa(w), `" customWidth="1"/>`)
	}
	s.put(`</cols><sheetData>`)
}

func (s *sheet) titles(titles Row) {
	s.row, s.number = 1, "1"
	s.put(`<row r="1" ht="21" customHeight="1">`)
	for i, title := range titles.Cells {
		style := titleStyle
		if kind := s.columns[i].Kind; kind == Amount || kind == Number {
			style = rightTitle
		}
		s.text(i, style, title)
	}
	s.put(`</row>`)
}

func (s *sheet) cells(r Row) error {
	if len(r.Cells) != len(s.columns) {
		return fmt.Errorf("row %d of sheet %q has %d cells for %d columns", s.row+1, s.name, len(r.Cells), len(s.columns))
	}
	if s.row++; s.row > mostRows {
		return fmt.Errorf("sheet %q has more than %d rows; write fewer documents into one workbook, or CSV", s.name, mostRows)
	}
	s.number = strconv.Itoa(s.row)
	s.put(`<row r="`, s.number, `">`)
	for i, cell := range r.Cells {
		if cell != "" {
			s.cell(i, cell, r.Strong)
		}
	}
	s.put(`</row>`)
	return nil
}

// cell writes a cell as what its column is, or as a text where it is not that.
func (s *sheet) cell(column int, cell string, strong bool) {
	kind := s.columns[column].Kind
	switch {
	case kind == Day:
		if day, err := time.Parse(time.DateOnly, cell); err == nil && !day.Before(firstDay) {
			s.decimal(column, style(Day, 0, strong), strconv.Itoa(int(day.Sub(dayZero)/(24*time.Hour))))
			return
		}
	case (kind == Amount || kind == Number) && isDecimal(cell):
		if digits := fraction(cell); significant(cell) <= exactDigits && digits <= mostFraction {
			s.decimal(column, style(kind, digits, strong), cell)
			return
		}
		s.text(column, longNumberStyle(strong), cell)
		return
	}
	s.text(column, style(Text, 0, strong), cell)
}

func (s *sheet) decimal(column, style int, value string) {
	s.put(`<c r="`, s.letters[column], s.number, `" s="`, strconv.Itoa(style), `"><v>`, value, `</v></c>`)
}

// text writes a text: nothing in it is ever read as a formula.
func (s *sheet) text(column, style int, value string) {
	s.put(`<c r="`, s.letters[column], s.number, `" s="`, strconv.Itoa(style), `" t="inlineStr"><is><t xml:space="preserve">`, escaped(value), `</t></is></c>`)
}

// end writes what stands behind the rows.
func (s *sheet) end() {
	s.put(`</sheetData><autoFilter ref="A1:`, s.letters[len(s.letters)-1], s.number,
		`"/><pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>`,
		`<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/></worksheet>`)
}

func (s *sheet) put(texts ...string) {
	for _, t := range texts {
		_, _ = s.out.WriteString(t) // Flush says what went wrong
	}
}

// Days of a workbook are counted from the last day of 1899. Before March 1900 the
// count is off by one: it has a 29 February that there was not.
var (
	dayZero  = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	firstDay = time.Date(1900, 3, 1, 0, 0, 0, 0, time.UTC)
)

// exactDigits is how many decimal digits a number of a spreadsheet has at least:
// one with more would come back as another.
const exactDigits = 15

// isDecimal tells whether a cell is a plain decimal: -12.50, not +1, 1e3 or .5.
func isDecimal(cell string) bool {
	whole, rest, point := strings.Cut(strings.TrimPrefix(cell, "-"), ".")
	return isDigits(whole) && (!point || isDigits(rest))
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// fraction is how many digits are behind the point.
func fraction(decimal string) int {
	_, behind, _ := strings.Cut(decimal, ".")
	return len(behind)
}

// significant is how many digits a decimal has between its first and last that are
// not 0.
func significant(decimal string) int {
	return len(strings.Trim(strings.Replace(strings.TrimPrefix(decimal, "-"), ".", "", 1), "0"))
}

// lettersOf are the letters of a column: those of column 27 are AB. Columns are
// counted from 0.
func lettersOf(column int) string {
	var letters []byte
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		letters = append([]byte{byte('A' + (n-1)%26)}, letters...)
	}
	return string(letters)
}
