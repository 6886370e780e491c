package main

import (
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/width"

	"github.com/sluice-billing/sluice/internal/money"
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

// exact writes all digits of a number, with thousands separators.
func exact(d money.Decimal) string { return grouped(d.String()) }

// amount writes a number with that many fractional digits and its currency.
func amount(d money.Decimal, digits int32, currency money.Currency) string {
	return grouped(d.Fixed(digits)) + " " + string(currency)
}

// count writes a number of things.
func count(n int64) string { return grouped(fmt.Sprint(n)) }

// counted writes a number of things with their name.
func counted(n int64, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + more
}

// grouped puts separators between the thousands of a plain decimal number.
func grouped(number string) string {
	digits, negative := strings.CutPrefix(number, "-")
	whole, fraction, pointed := strings.Cut(digits, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if negative {
		whole = "-" + whole
	}
	if pointed {
		whole += "." + fraction
	}
	return whole
}

// figures is a column of exact numbers, each with what it is, that stand with
// their points below each other.
type figures []figure

type figure struct {
	name   string
	number money.Decimal
	note   string // after the number, such as the currency
}

func (f *figures) add(name string, number money.Decimal, note string) {
	*f = append(*f, figure{name, number, note})
}

// addUnlessZero adds a figure that is worth a line only where it is not 0.
func (f *figures) addUnlessZero(name string, number money.Decimal, note string) {
	if !number.IsZero() {
		f.add(name, number, note)
	}
}

// nameColumn is where the numbers begin, so that those of all blocks of a page
// stand near each other.
const nameColumn = 34

func (f figures) write(w io.Writer, indent string) {
	wholes, fractions := make([]string, len(f)), make([]string, len(f))
	longest, deepest, name := 10, 0, nameColumn
	for i, line := range f {
		wholes[i], fractions[i] = exact(line.number), ""
		if point := strings.IndexByte(wholes[i], '.'); point >= 0 {
			wholes[i], fractions[i] = wholes[i][:point], wholes[i][point:]
		}
		longest, deepest, name = max(longest, len(wholes[i])), max(deepest, len(fractions[i])), max(name, columns(line.name))
	}
	for i, line := range f {
		text := fmt.Sprintf("%s%s%s  %*s%-*s  %s", indent, line.name, strings.Repeat(" ", name-columns(line.name)),
			longest, wholes[i], deepest, fractions[i], line.note)
		fmt.Fprintln(w, strings.TrimRight(text, " "))
	}
}
