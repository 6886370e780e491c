package bookfile

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// checkWorkbook refuses what the reader of workbooks would take in silence, or
// without bound: parts that are damaged, not well-formed or too large, cells out
// of order, texts that are not there, and formulas without a result.
func (in *input) checkWorkbook() {
	archive, err := zip.NewReader(bytes.NewReader(in.data), int64(len(in.data)))
	if err != nil {
		in.fail("", "the workbook cannot be read: %v", err)
		return
	}
	if len(archive.File) > maxZipped {
		in.fail("", "has %d parts inside; expected at most %d", len(archive.File), maxZipped)
		return
	}
	var size uint64
	seen := map[string]bool{}
	for _, part := range archive.File {
		// A part that opens to more than it declares is refused by package zip.
		if size += min(part.UncompressedSize64, maxOpened+1); size > maxOpened {
			in.fail("", "opens to more than %d bytes; remove pictures and other sheets", int64(maxOpened))
			return
		}
		if path := partPath(part); seen[path] {
			in.fail(part.Name, "is in the workbook twice; save it again in a spreadsheet program")
			return
		} else {
			seen[path] = true
		}
	}
	texts := 0
	for _, part := range archive.File {
		if partPath(part) == "xl/sharedstrings.xml" {
			in.readPart(part, func(r io.Reader) error { return countTexts(r, &texts) })
		}
	}
	for _, part := range archive.File {
		switch path := partPath(part); {
		case in.err != nil:
			return
		case path == "xl/sharedstrings.xml":
		case strings.HasPrefix(path, "xl/worksheets/") && strings.HasSuffix(path, ".xml"):
			in.readPart(part, func(r io.Reader) error { return checkCells(r, texts) })
		default:
			in.readPart(part, func(io.Reader) error { return nil })
		}
	}
}

// partPath is the name of a part as the reader of workbooks compares it.
func partPath(part *zip.File) string {
	return strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
}

// readPart reads a part to its end, so that its checksum is compared.
func (in *input) readPart(part *zip.File, check func(io.Reader) error) {
	if in.err != nil {
		return
	}
	opened, err := part.Open()
	if err == nil {
		if err = check(opened); err == nil {
			_, err = io.Copy(io.Discard, opened)
		}
		err = errors.Join(err, opened.Close())
	}
	switch bad := cellError(""); {
	case errors.As(err, &bad):
		in.fail(part.Name, "%s", bad)
	case err != nil:
		in.fail(part.Name, "the part cannot be read: %s; save the workbook again in a spreadsheet program", strings.TrimPrefix(plainXML(err), "zip: "))
	}
}

// cellError says what is wrong with a cell or a row, for people.
type cellError string

func (e cellError) Error() string { return string(e) }

func badCell(format string, args ...any) error { return cellError(fmt.Sprintf(format, args...)) }

// errTooMany is for more elements than a file may have.
var errTooMany = badCell("has more than %d cells or texts; split the file", maxParts)

// countTexts counts the texts that cells refer to by number.
func countTexts(r io.Reader, texts *int) error {
	return eachElement(r, func(_ *xml.Decoder, start xml.StartElement) error {
		if start.Name.Local == "si" {
			*texts++
		}
		if *texts > maxParts {
			return errTooMany
		}
		return nil
	})
}

// checkCells wants the rows and cells of a sheet in their order, each formula
// with its result, and each text to be there.
func checkCells(r io.Reader, texts int) error {
	row, column, cells := 0, 0, 0
	return eachElement(r, func(decoder *xml.Decoder, start xml.StartElement) error {
		switch start.Name.Local {
		case "row":
			number, given, err := numberOf(start, "r")
			if err != nil || given && number <= row {
				return badCell("the row after row %d has the number %q; save the workbook again in a spreadsheet program", row, attributeOf(start, "r"))
			}
			if row, column = row+1, 0; given {
				row = number
			}
		case "c":
			if cells++; cells > maxParts {
				return errTooMany
			}
			at := attributeOf(start, "r")
			next := column + 1
			if at != "" {
				var err error
				var of int
				if next, of, err = excelize.CellNameToCoordinates(at); err != nil || next <= column || of != row {
					return badCell("cell %q is out of order; save the workbook again in a spreadsheet program", clip(at))
				}
			}
			if column = next; at == "" {
				at = fmt.Sprintf("%d of row %d", column, row)
			}
			return checkCell(decoder, start, at, texts)
		}
		return nil
	})
}

// cellElement is what a cell has in the file.
type cellElement struct {
	Type    string  `xml:"t,attr"`
	Formula *string `xml:"f"`
	Value   string  `xml:"v"`
}

func checkCell(decoder *xml.Decoder, start xml.StartElement, at string, texts int) error {
	var cell cellElement
	if err := decoder.DecodeElement(&cell, &start); err != nil {
		return err
	}
	// A formula that comes to an empty text says that it is a text.
	if cell.Formula != nil && cell.Value == "" && cell.Type != "str" {
		return badCell("cell %s has a formula and no result; open the workbook in a spreadsheet program and save it", at)
	}
	if cell.Type == "s" && cell.Value != "" {
		if n, err := strconv.Atoi(strings.TrimSpace(cell.Value)); err != nil || n < 0 || n >= texts {
			return badCell("cell %s has text number %s of %d; save the workbook again in a spreadsheet program", at, clip(cell.Value), texts)
		}
	}
	return nil
}

// eachElement goes through the elements of an XML part to its end.
func eachElement(r io.Reader, visit func(*xml.Decoder, xml.StartElement) error) error {
	decoder := xml.NewDecoder(r)
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := visit(decoder, start); err != nil {
				return err
			}
		}
	}
}

func attributeOf(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// numberOf is an attribute that counts from 1; it may be absent.
func numberOf(start xml.StartElement, name string) (number int, given bool, err error) {
	text := attributeOf(start, name)
	if text == "" {
		return 0, false, nil
	}
	number, err = strconv.Atoi(text)
	if err == nil && number > excelize.TotalRows {
		err = excelize.ErrMaxRows
	}
	return number, true, err
}
