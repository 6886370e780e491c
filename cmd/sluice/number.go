package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// exact writes all digits of a number, with thousands separators.
func exact(d money.Decimal) string { return grouped(d.String()) }

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

// exactMoney writes sums per currency, such as 4,064.48 USD + 12 EUR.
func exactMoney(m billing.Money) string {
	var parts []string
	for _, currency := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, exact(m[currency])+" "+string(currency))
	}
	if parts == nil {
		return "0"
	}
	return strings.Join(parts, " + ")
}
