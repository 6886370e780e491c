package ingest_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

// Real rows of Google's export as a program of others keeps them: credits as Python
// writes lists, which give back all that was used in the first file.
func TestRealGoogle(t *testing.T) {
	e := openEngine(t)
	for _, c := range []struct {
		name, payer, period, cost, credits string
		rows, credited                     int64
	}{
		// Eight credits: 6 of 0.000005 and 2 of 0.000001, which is the cost.
		{"gcp_202011_30c31bca571d9b7f3b2c8459dd8bc34a_2020-11-08_2020-11-11.csv", "000000-B0BBA4-940A77", "2020-11", "0.000032", "-0.000032", 25, 8},
		{"gcp_2022-08-01_5.csv", "018984-D0AAA4-940B88", "2022-08", "0.000012", "0", 9, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, result := loaded(t, e, c.payer, c.period, testdata(t, "koku-provider-csv/"+c.name))
			if result.Format != "google" || result.Totals.Rows != c.rows+c.credited {
				t.Errorf("%d lines of %s, want %d and %d credits", result.Totals.Rows, result.Format, c.rows, c.credited)
			}
			got := sums(t, e, dir, "x_line_item_type", "billed_cost")
			same(t, "cost", number(t, got["regular"]), number(t, c.cost))
			same(t, "credits", number(t, got["PROMOTION"]), number(t, c.credits))
			same(t, "all", total(t, e, dir, "billed_cost"), number(t, c.cost).Add(number(t, c.credits)))
			ids := query(t, e, dir, `SELECT 'ids', count(DISTINCT (x_file, x_row)) FROM line_items`)["ids"]
			same(t, "line ids", number(t, ids), money.FromInt(c.rows+c.credited))
		})
	}
}
