package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

const (
	maxPart   = 16 << 20 // bytes of a part of a workbook that is read, opened
	maxNested = 40       // elements inside each other
)

// workbook is the first sheet that is shown of an Excel workbook (.xlsx).
type workbook struct {
	sheet     string // its name
	since1904 bool   // days are counted from 1904, not from 1900
	lines     []line
}

// isWorkbook tells whether a file is an archive, as workbooks are.
func isWorkbook(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// openWorkbook reads the first shown sheet, which may have at most so many rows
// with anything in them. Formulas count with the result that was saved with them;
// macros, links and other sheets are not looked at, nor opened.
func openWorkbook(data []byte, rows int) (w workbook, err error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return w, fmt.Errorf("the workbook is damaged (%w); save it again in a spreadsheet program", err)
	}
	parts := map[string]*zip.File{}
	for _, f := range archive.File {
		parts[strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))] = f
	}
	sheet, texts, err := w.find(parts)
	if err != nil {
		return w, err
	}
	var shared sharedTexts
	if err := eachToken(texts, shared.take); err != nil {
		return w, err
	}
	cells := sheetReader{texts: shared.all, rows: rows}
	if err := eachToken(sheet, cells.take); err != nil {
		return w, err
	}
	w.lines = cells.lines
	return w, nil
}

// find returns the parts with the cells and with the texts that cells share; the
// latter is nil where there are none.
func (w *workbook) find(parts map[string]*zip.File) (sheet, texts *zip.File, err error) {
	id := ""
	err = eachToken(parts["xl/workbook.xml"], func(t xml.Token) error {
		e, _ := t.(xml.StartElement)
		switch e.Name.Local {
		case "workbookPr":
			w.since1904 = truthOf(attribute(e, "date1904"))
		case "sheet":
			if state := attribute(e, "state"); id == "" && state != "hidden" && state != "veryHidden" {
				w.sheet, id = attribute(e, "name"), relation(e)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	err = eachToken(parts["xl/_rels/workbook.xml.rels"], func(t xml.Token) error {
		e, _ := t.(xml.StartElement)
		target := strings.ToLower(attribute(e, "Target"))
		if !strings.HasPrefix(target, "/") {
			target = "/xl/" + target
		}
		part := parts[path.Clean(target)[1:]]
		switch {
		case e.Name.Local != "Relationship":
		case id != "" && attribute(e, "Id") == id:
			sheet = part
		case strings.HasSuffix(attribute(e, "Type"), "/sharedStrings"):
			texts = part
		}
		return nil
	})
	if err == nil && sheet == nil {
		err = errors.New("the file is no workbook with a sheet that is shown; " + saveAsAdvice)
	}
	return sheet, texts, err
}

// relation is the attribute id of the namespace of relations.
func relation(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func truthOf(text string) bool { return text == "1" || text == "true" }

// eachToken reads a part to its end, where its checksum is compared, and no more of
// it than is bounded, whatever it says of its size. A part that is not there, nil,
// has nothing in it.
func eachToken(part *zip.File, take func(xml.Token) error) (err error) {
	if part == nil {
		return nil
	}
	opened, err := part.Open()
	if err != nil {
		return fmt.Errorf("%s in the workbook cannot be opened (%w); save it again in a spreadsheet program", clip(part.Name), err)
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	bounded := &io.LimitedReader{R: opened, N: maxPart + 1}
	decoder := xml.NewDecoder(bounded)
	for depth := 0; ; {
		token, err := decoder.Token()
		switch {
		case bounded.N <= 0:
			return fmt.Errorf("%s in the workbook opens to more than %d MB; copy what is wanted to a workbook of its own", clip(part.Name), maxPart>>20)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("%s in the workbook cannot be read (%w); save it again in a spreadsheet program", clip(part.Name), err)
		}
		switch token.(type) {
		case xml.StartElement:
			if depth++; depth > maxNested {
				return fmt.Errorf("%s in the workbook has more than %d elements inside each other; save it again in a spreadsheet program", clip(part.Name), maxNested)
			}
		case xml.EndElement:
			depth--
		}
		if err := take(token); err != nil {
			return err
		}
	}
}
