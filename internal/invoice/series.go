package invoice

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// DefaultSeries is the pattern of a group that names none.
const DefaultSeries = "INV-{yyyy}-{seq:6}"

var seriesField = regexp.MustCompile(`\{(yyyy|yy|mm|group|customer|provider|seq:[0-9]{1,2})\}`)

// Series is what numbers of documents are made by: a pattern, and whose document
// it is. The fields of a pattern are year and month of the issue date ({yyyy},
// {yy}, {mm}), the ids of billing group and customer ({group}, {customer}), the
// provider of a document for one provider ({provider}), and the place in the
// series ({seq:6}, padded with zeros; more digits where they are needed). An empty
// pattern is INV-{yyyy}-{seq:6}.
type Series struct {
	Pattern, Group, Customer, Provider string
}

// Series is what the document's number is made by: the pattern of notes for a
// correction, where there is one.
func (inv Invoice) Series() Series {
	s := Series{Pattern: inv.Frozen.Invoice.Series, Group: inv.Group, Customer: inv.Customer, Provider: inv.Provider}
	if inv.Corrects != nil && inv.Frozen.Invoice.NoteSeries != "" {
		s.Pattern = inv.Frozen.Invoice.NoteSeries
	}
	return s
}

// Number is the one at a place of the series.
func (s Series) Number(issued billing.Day, seq int64) string {
	return s.filled(issued, func(digits int) string { return fmt.Sprintf("%0*d", digits, seq) })
}

// Key names the counter that the places of the series are counted by: the number
// without its {seq}, such as INV-2026-. So each year, month, customer, group or
// provider that the pattern names counts from 1. A pattern of nothing but {seq}
// has the key "seq".
func (s Series) Key(issued billing.Day) string {
	key := s.filled(issued, func(int) string { return "" })
	if key == "" {
		return "seq"
	}
	return key
}

// filled replaces the fields of the pattern in one pass, so that nothing in an id
// is taken for a field.
func (s Series) filled(issued billing.Day, seq func(digits int) string) string {
	pattern := s.Pattern
	if pattern == "" {
		pattern = DefaultSeries
	}
	month := billing.PeriodOf(issued.Time())
	return seriesField.ReplaceAllStringFunc(pattern, func(field string) string {
		switch field {
		case "{yyyy}":
			return fmt.Sprintf("%04d", month.Year())
		case "{yy}":
			return fmt.Sprintf("%02d", month.Year()%100)
		case "{mm}":
			return fmt.Sprintf("%02d", month.Month())
		case "{group}":
			return s.Group
		case "{customer}":
			return s.Customer
		case "{provider}":
			return s.Provider
		}
		width := strings.TrimSuffix(strings.TrimPrefix(field, "{seq:"), "}")
		digits, _ := strconv.Atoi(width) // seriesField lets nothing but digits in
		return seq(digits)
	})
}
