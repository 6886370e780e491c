package bookfile

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/sluice-billing/sluice/internal/money"
)

const (
	maxSheets = 100     // of a workbook
	maxZipped = 10_000  // parts of a workbook
	maxOpened = maxSize // bytes of all parts, uncompressed
	mainPart  = "xl/workbook.xml"
)

// isWorkbook tells whether a file is an Excel workbook (.xlsx, .xlsm), by what
// is in it.
func isWorkbook(data []byte) bool {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return false
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	return err == nil && slices.ContainsFunc(archive.File, func(part *zip.File) bool { return part.Name == mainPart })
}

// isSealedWorkbook tells whether a file is a workbook from before 2007, or one
// with a password: both are another kind of container.
func isSealedWorkbook(data []byte) bool {
	return bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
}

// workbook reads the sheets that wanted takes by their plain name, in their
// order; a workbook's only sheet is read whatever its name. The others are
// losses, and so are known ones with nothing in them. Macros and links to
// other files are not looked at. A formula counts with the result that was
// saved with it.
func (in *input) workbook(wanted func(plain string) bool, names string) []table {
	if in.checkWorkbook(); in.err != nil {
		return nil
	}
	file, err := excelize.OpenReader(bytes.NewReader(in.data), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxOpened, UnzipXMLSizeLimit: maxOpened})
	if err != nil {
		in.fail("", "the workbook cannot be read: %v; open it in a spreadsheet program and save it again", err)
		return nil
	}
	defer func() { _ = file.Close() }() // all of it is in memory
	sheets := file.GetSheetList()
	in.checkSheets(sheets)
	var tables []table
	found, cells := false, 0
	for _, sheet := range sheets {
		if in.err != nil {
			return nil
		}
		if !wanted(plainHeading(sheet)) && len(sheets) > 1 {
			in.lose(clip(sheet), "the sheet", "it is none of "+names)
			continue
		}
		found = true
		if visible, err := file.GetSheetVisible(sheet); err == nil && !visible {
			in.lose(sheet, "that the sheet is hidden", "it was read as the others; if it is out of date, remove it and read the file again")
		}
		t := in.sheet(file, sheet, &cells)
		if len(t.rows) == 0 {
			in.lose(sheet, "the sheet", "it has no rows with values")
			continue
		}
		tables = append(tables, t)
	}
	if !found {
		in.fail("", "has the sheets %s; expected %s", clip(strings.Join(sheets, ", ")), names)
	}
	return tables
}

// checkSheets wants names that tell sheets apart.
func (in *input) checkSheets(sheets []string) {
	if len(sheets) > maxSheets {
		in.fail("", "has %d sheets; expected at most %d", len(sheets), maxSheets)
		return
	}
	seen := map[string]bool{}
	for _, sheet := range sheets {
		lower := strings.ToLower(sheet)
		if seen[lower] {
			in.fail("", "has two sheets named %q; keep one", clip(sheet))
		}
		seen[lower] = true
	}
}

// sheet reads one sheet row by row. Its first row with a value has the headings.
// All sheets of the file share the number of cells.
func (in *input) sheet(file *excelize.File, name string, cells *int) table {
	t := table{sheet: name}
	rows, err := file.Rows(name)
	if err != nil {
		in.fail(name, "the sheet cannot be read: %v", err)
		return t
	}
	for number := 1; rows.Next() && in.err == nil; number++ {
		record, err := rows.Columns()
		if err != nil {
			in.fail(t.rowAt(number), "cannot be read: %v", err)
			break
		}
		if *cells += len(record); *cells > maxParts {
			in.fail(t.rowAt(number), "is beyond the first %d cells; split the file", maxParts)
			break
		}
		for i := range record {
			record[i] = fifteenDigits(record[i])
			if slices.Contains(errorValues, record[i]) {
				in.fail(t.cellAt(number, i), "has the error %s; correct the formula, or put a value", record[i])
			}
		}
		if strings.TrimSpace(strings.Join(record, "")) != "" {
			in.take(&t, number, record)
		}
	}
	if err := rows.Close(); err != nil {
		in.fail(name, "the sheet cannot be read: %v", err)
	}
	return t
}

// errorValues are what a formula gives where it has no result.
var errorValues = []string{"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}

// significant is how many digits of a number Excel shows and lets people type.
const significant = 15

// fifteenDigits is the number that a person put into a cell. Excel stores the
// nearest binary fraction, written with up to 17 digits: 0.05 may be in the file
// as 0.05000000000000001. Such a text is rounded, half up, to 15 significant
// digits. Any other text stays as it is, ids of many digits too: they have
// neither a point nor an exponent.
func fifteenDigits(text string) string {
	if !strings.ContainsAny(text, ".eE") || len(text) > maxNumber {
		return text
	}
	d, err := money.Parse(text)
	if err != nil {
		return text
	}
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(d.String(), "-"), ".")
	whole = strings.TrimLeft(whole, "0")
	first := len(whole) // place of the first digit that is not 0, counted from the point
	if whole == "" {
		first = len(strings.TrimLeft(fraction, "0")) - len(fraction)
	}
	if len(strings.TrimLeft(whole+fraction, "0")) <= significant {
		return text
	}
	return d.Round(int32(significant-first), money.HalfUp).String()
}

// rowAt names a row of a sheet, or a line of a CSV file.
func (t table) rowAt(number int) string {
	if t.sheet == "" {
		return line(number)
	}
	return fmt.Sprintf("%s row %d", t.sheet, number)
}

// cellAt names a cell of a sheet, or a line of a CSV file. Columns count from 0.
func (t table) cellAt(number, column int) string {
	if t.sheet == "" {
		return line(number)
	}
	cell, err := excelize.CoordinatesToCellName(column+1, number)
	if err != nil {
		return t.rowAt(number)
	}
	return t.sheet + "!" + cell
}

// whole names the sheet, or the whole of a file that has none.
func (t table) whole() string {
	if t.sheet == "" {
		return "the whole file"
	}
	return t.sheet
}
