package main

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/width"
)

// pageWidth is how many columns of a terminal running text takes.
const pageWidth = 100

// page passes text on and keeps the first error, so that what is written on it
// reads top to bottom.
type page struct {
	w   io.Writer
	err error
}

func (p *page) Write(data []byte) (int, error) {
	if p.err == nil {
		_, p.err = p.w.Write(data)
	}
	return len(data), nil
}

// table has columns that are as wide as what is in them. A title that begins
// with ">" makes its column flush right.
type table struct {
	titles []string
	rows   [][]string
}

func newTable(titles ...string) *table { return &table{titles: titles} }

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// write writes the table, each line after the indent.
func (t *table) write(w io.Writer, indent string) {
	right := make([]bool, len(t.titles))
	head := make([]string, len(t.titles))
	headed := false
	for i, title := range t.titles {
		head[i], right[i] = strings.CutPrefix(title, ">")
		headed = headed || head[i] != ""
	}
	rows := t.rows
	if headed {
		rows = append([][]string{head}, rows...)
	}
	widths := make([]int, len(head))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, row := range rows {
		line := indent
		for i, cell := range row {
			padding := strings.Repeat(" ", widths[i]-columns(cell))
			if right[i] {
				line += padding + cell + "  "
			} else {
				line += cell + padding + "  "
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

// columns is how many columns of a terminal a text takes: Han, kana and Hangul
// take two each.
func columns(text string) int {
	n := 0
	for _, r := range text {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// wrap breaks a text between words, to lines of pageWidth that begin with the indent.
func wrap(text, indent string) string {
	var out strings.Builder
	line := indent
	for _, word := range strings.Fields(text) {
		if line != indent && columns(line)+1+columns(word) > pageWidth {
			out.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	return out.String() + line + "\n"
}
