// Package spread writes workbooks that Excel, LibreOffice and Numbers open (Office
// Open XML, ECMA-376 part 1): one row after the other, so that a workbook of any
// length needs little memory. Numbers are written as the decimal text they come
// as, texts as texts whatever they begin with, and the same rows give the same
// bytes (R31).
package spread

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"unicode/utf16"
)

// Kind is what the cells of a column are.
type Kind int

// The kinds. A cell that cannot be what its column is, is a text.
const (
	Text   Kind = iota
	Amount      // a plain decimal, shown with the digits it is written with and with separators of thousands
	Number      // a plain decimal, shown with the digits it has
	Day         // 2026-11-05
)

// Column is a column of a sheet.
type Column struct {
	Title string
	Kind  Kind
}

// Row is a row of a sheet: a cell for each column, empty where there is nothing.
type Row struct {
	Cells  []string
	Strong bool // in bold, such as a total
}

// What a program that opens workbooks takes at most.
const (
	mostRows      = 1_048_576 // with the titles
	mostColumns   = 16_384
	mostUnits     = 32_767 // of UTF-16, of a cell
	mostNameUnits = 31     // of the name of a sheet
)

// Book is a workbook while it is written.
type Book struct {
	archive *zip.Writer
	names   []string // of its sheets
}

// New begins a workbook. It is not one before Close.
func New(w io.Writer) *Book { return &Book{archive: zip.NewWriter(w)} }

// Sheet writes a sheet: the titles, which stay in sight, and the rows. Columns are
// as wide as the first rows need. Its name is at most 31 letters without the signs
// []:*?/\ and no other sheet has it. It is an error when a row has other cells than
// there are columns, or when there are more rows than a sheet can have.
func (b *Book) Sheet(name string, columns []Column, rows iter.Seq[Row]) error {
	if err := b.checkName(name); err != nil {
		return err
	}
	if len(columns) == 0 || len(columns) > mostColumns {
		return fmt.Errorf("sheet %q has %d columns; a sheet has at least one, and at most %d", name, len(columns), mostColumns)
	}
	b.names = append(b.names, name)
	entry, err := b.part(sheetPath(len(b.names)))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(entry)
	s := &sheet{out: out, name: name, columns: columns}
	if err := s.write(rows, len(b.names) == 1); err != nil {
		return err
	}
	return out.Flush()
}

func (b *Book) checkName(name string) error {
	switch {
	case name == "" || len(utf16.Encode([]rune(name))) > mostNameUnits:
		return fmt.Errorf("a sheet cannot be called %q; its name has 1 to %d letters", name, mostNameUnits)
	case strings.ContainsAny(name, `[]:*?/\`) || strings.HasPrefix(name, "'") || strings.HasSuffix(name, "'"):
		return fmt.Errorf(`a sheet cannot be called %q; its name has none of []:*?/\, and no apostrophe at its ends`, name)
	case slices.ContainsFunc(b.names, func(other string) bool { return strings.EqualFold(other, name) }):
		return fmt.Errorf("two sheets are called %q", name)
	}
	return nil
}

// Close writes what a workbook has beside its sheets. It does not close the writer.
func (b *Book) Close() error {
	if len(b.names) == 0 {
		return errors.New("a workbook has at least one sheet")
	}
	for _, p := range []struct{ path, text string }{
		{"xl/workbook.xml", workbookXML(b.names)},
		{"xl/_rels/workbook.xml.rels", workbookLinksXML(len(b.names))},
		{"xl/styles.xml", stylesXML()},
		{"_rels/.rels", linksXML},
		{"[Content_Types].xml", contentTypesXML(len(b.names))},
	} {
		out, err := b.part(p.path)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(out, p.text); err != nil {
			return err
		}
	}
	return b.archive.Close()
}

// part begins a file of the archive. It has no time: the bytes follow from the rows.
func (b *Book) part(path string) (io.Writer, error) {
	return b.archive.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate})
}

func sheetPath(n int) string { return fmt.Sprintf("xl/worksheets/sheet%d.xml", n) }
