package sheet

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/money"
)

// exactDigits is how many digits of a number a spreadsheet keeps. Longer ids are
// cut in it, unless the cell is text.
const exactDigits = 15

// sharedTexts are the texts that cells refer to by number. How a text is read
// aloud (rPh, in Japan) is no part of it.
type sharedTexts struct {
	all           []string
	text          strings.Builder
	inside, aloud bool
}

func (s *sharedTexts) take(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "si":
			s.text.Reset()
		case "t":
			s.inside = true
		case "rPh":
			s.aloud = true
		}
	case xml.CharData:
		if s.inside && !s.aloud {
			s.text.Write(t)
		}
	case xml.EndElement:
		switch t.Name.Local {
		case "si":
			s.all = append(s.all, s.text.String())
		case "t":
			s.inside = false
		case "rPh":
			s.aloud = false
		}
	}
	return nil
}

// sheetReader reads the cells of a sheet.
type sheetReader struct {
	texts []string
	rows  int // with anything in them, at most
	lines []line

	line          line
	column        int    // of the cell, counted from 1
	kind          string // of the cell: s, inlineStr, str, b, e, d, n
	text          strings.Builder
	inside, aloud bool // a value, how it is read aloud
	formula       bool
}

func (s *sheetReader) take(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		s.begin(t)
	case xml.CharData:
		if s.inside && !s.aloud {
			s.text.Write(t)
		}
	case xml.EndElement:
		return s.end(t.Name.Local)
	}
	return nil
}

func (s *sheetReader) begin(e xml.StartElement) {
	switch e.Name.Local {
	case "row":
		number, err := strconv.Atoi(attribute(e, "r"))
		if err != nil || number < 1 {
			number = s.line.number + 1
		}
		s.line, s.column = line{number: number}, 0
	case "c":
		s.column++
		if column := columnOf(attribute(e, "r")); column > 0 {
			s.column = column
		}
		s.kind, s.formula = attribute(e, "t"), false
		s.text.Reset()
	case "f":
		s.formula = true
	case "v", "t":
		s.inside = true
	case "rPh":
		s.aloud = true
	}
}

func (s *sheetReader) end(element string) error {
	switch element {
	case "v", "t":
		s.inside = false
	case "rPh":
		s.aloud = false
	case "c":
		c := s.cell()
		switch {
		case c == (cell{}):
		case s.column > maxColumns:
			return fmt.Errorf("row %d has something in cell %d; expected at most %d columns", s.line.number, s.column, maxColumns)
		default:
			for len(s.line.cells) < s.column {
				s.line.cells = append(s.line.cells, cell{})
			}
			s.line.cells[s.column-1] = c
		}
	case "row":
		if len(s.line.cells) == 0 {
			break
		}
		if len(s.lines) == s.rows+1 { // and the header
			return tooManyRows(s.rows)
		}
		s.lines = append(s.lines, s.line)
	}
	return nil
}

// cell is what was read of a cell, as a person sees it.
func (s *sheetReader) cell() cell {
	text := strings.TrimSpace(s.text.String())
	switch {
	case text == "" && s.formula:
		return cell{problem: "holds a formula without a result; open the workbook in a spreadsheet program and save it again"}
	case text == "":
		return cell{}
	}
	switch s.kind {
	case "s":
		i, err := strconv.Atoi(text)
		if err != nil || i < 0 || i >= len(s.texts) {
			return cell{problem: "refers to a text that is not in the workbook; save it again in a spreadsheet program"}
		}
		return cell{text: strings.TrimSpace(s.texts[i])}
	case "inlineStr", "str", "d":
		return cell{text: text}
	case "b":
		return cell{text: strconv.FormatBool(truthOf(text))}
	case "e":
		return cell{text: text, problem: fmt.Sprintf("holds the error %s; correct the formula, or put a value", clip(text))}
	}
	return numberCell(text)
}

// numberCell is a number, with all of its digits written.
func numberCell(text string) cell {
	d, err := money.Parse(text)
	if err != nil || len(text) > maxNumber {
		return cell{text: text, problem: fmt.Sprintf("%q is not a number; save the workbook again in a spreadsheet program", clip(text))}
	}
	c := cell{text: d.String(), number: true}
	if whole, _, _ := strings.Cut(strings.TrimPrefix(c.text, "-"), "."); len(whole) > exactDigits {
		c.problem = fmt.Sprintf("%s is a number of more than %d digits, of which spreadsheets lose the last ones; format the cells as text and enter it again", clip(c.text), exactDigits)
	}
	return c
}

// columnOf is the column of a cell such as B12, counted from 1; 0 where it names
// none.
func columnOf(name string) int {
	column := 0
	for _, r := range strings.ToUpper(name) {
		switch {
		case r >= 'A' && r <= 'Z':
			column = column*26 + int(r-'A') + 1
		case r >= '0' && r <= '9':
			return column
		default:
			return 0
		}
		if column > maxColumns {
			return maxColumns + 1
		}
	}
	return 0
}
