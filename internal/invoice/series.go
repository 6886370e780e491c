package invoice

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// defaultSeries is the pattern of a group that names none.
const defaultSeries = "INV-{yyyy}-{seq:6}"

var seriesField = regexp.MustCompile(`\{(yyyy|mm|group|seq:[0-9]{1,2})\}`)

// Series returns the number of an invoice in its series: the pattern with year
// and month of the issue date ({yyyy}, {mm}), the billing group's id ({group})
// and the place in the series ({seq:6}, padded with zeros; more digits where
// they are needed). An empty pattern is INV-{yyyy}-{seq:6}.
func Series(pattern string, issued billing.Day, group string, seq int64) (number string) {
	return fillSeries(pattern, issued, group, func(digits int) string { return fmt.Sprintf("%0*d", digits, seq) })
}

// SeriesKey names the counter that the places of a series are counted by: the
// number without its {seq}, such as INV-2026-. So each year, month or group
// that the pattern names counts from 1. A pattern of nothing but {seq} has the
// key "seq".
func SeriesKey(pattern string, issued billing.Day, group string) string {
	key := fillSeries(pattern, issued, group, func(int) string { return "" })
	if key == "" {
		return "seq"
	}
	return key
}

// fillSeries replaces the fields of the pattern in one pass, so that nothing in
// a group's id is taken for a field.
func fillSeries(pattern string, issued billing.Day, group string, seq func(digits int) string) string {
	if pattern == "" {
		pattern = defaultSeries
	}
	month := billing.PeriodOf(issued.Time())
	return seriesField.ReplaceAllStringFunc(pattern, func(field string) string {
		switch field {
		case "{yyyy}":
			return fmt.Sprintf("%04d", month.Year())
		case "{mm}":
			return fmt.Sprintf("%02d", month.Month())
		case "{group}":
			return group
		}
		width := strings.TrimSuffix(strings.TrimPrefix(field, "{seq:"), "}")
		digits, _ := strconv.Atoi(width) // seriesField lets nothing but digits in
		return seq(digits)
	})
}
