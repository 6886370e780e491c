package ingest_test

import (
	"strings"
	"testing"
)

const finopsToolkit = "azure-finops-toolkit/src/powershell/Tests/assets/"

// Real exports of Cost Management: enterprise agreements in two spellings, a
// Microsoft customer agreement, and the older ones by subscription. The sums are of
// the files' own pages.
func TestRealAzure(t *testing.T) {
	e := openEngine(t)
	for _, c := range []struct {
		name, payer, period, cost, quantity, currency string
		rows                                          int64
	}{
		{"azure-ea-finopsfoundation/sample-anonymous-ea-export-dataset.csv", "12345678", "2023-09", "1.26136926505726", "43.834164336466", "CAD", 27},
		{finopsToolkit + "EA_ActualCost_Small.csv", "8611537", "2023-09", "8.5450077867419368", "54.07079406", "USD", 11},
		{"koku-provider-csv/azure_azure_version_2.csv", "99999999", "2020-09", "19.998413754", "39.78804", "MC", 5},
		{"koku-provider-csv/azure_camel_azure_version_2.csv", "3c100a8a-215e-5a7e-24b2-61aa86945012", "2023-08", "0.0000262412", "0.002148", "USD", 4},
		{"koku-provider-csv/azure_azure_camelCased.csv", "payer-1", "2019-07", "0.00011016", "0.288148", "USD", 3},
		{"koku-provider-csv/azure_costreport_a243c6f2-199f-4074-9a2c-40e671cf1584.csv", "payer-1", "2019-07", "0.00011016", "0.288148", "USD", 3},
	} {
		t.Run(c.name[strings.LastIndex(c.name, "/")+1:], func(t *testing.T) {
			dir, result := loaded(t, e, c.payer, c.period, testdata(t, c.name))
			if result.Format != "azure" || result.Totals.Rows != c.rows {
				t.Errorf("%d rows of %s, want %d of azure", result.Totals.Rows, result.Format, c.rows)
			}
			same(t, "cost", total(t, e, dir, "billed_cost"), number(t, c.cost))
			same(t, "quantity", total(t, e, dir, "pricing_quantity"), number(t, c.quantity))
			if billed(result) != c.cost+" "+c.currency {
				t.Errorf("billed %s, want %s %s", billed(result), c.cost, c.currency)
			}
			for _, f := range result.Findings {
				if f.Severity == "hold" {
					t.Errorf("the close is held: %+v", f)
				}
			}
		})
	}
}

// The payment of a reservation by the month is a fee of the reservation; tags are
// read as Azure writes them.
func TestRealAzureReservation(t *testing.T) {
	e := openEngine(t)
	dir, _ := loaded(t, e, "8611537", "2023-09", testdata(t, finopsToolkit+"EA_ActualCost_Small.csv"))
	sameNumbers(t, "billed", sums(t, e, dir, "x_class", "billed_cost"), map[string]string{"commitment-fee": "3.25", "usage": "5.2950077867419368"})
	if got := query(t, e, dir, `SELECT 'env', tags['env'] FROM line_items WHERE pricing_quantity = 0.0047`)["env"]; got != "prod" {
		t.Errorf("the tag env is %q, want prod", got)
	}
}

// Amortized cost of the same account has the same columns. It loads, so that a person
// can look at it, and holds the close.
func TestRealAzureAmortized(t *testing.T) {
	e := openEngine(t)
	dir, result := loaded(t, e, "8611537", "2023-09", testdata(t, finopsToolkit+"EA_AmortizedCost_Small.csv"))
	// Two of the 28 lines are covered by commitments.
	f := finding(t, result, "amortized-lines", "")
	if f.Severity != "hold" || f.Count != 2 {
		t.Errorf("amortized-lines: %+v", f)
	}
	same(t, "cost of covered lines", f.Amount, number(t, "0.493152").Add(number(t, "0.006000000468")))
	// Three costs have more than 18 fractional digits; what they lose is a finding.
	lost := finding(t, result, "lost-digits", "Cost").Amount
	same(t, "cost and what was lost", total(t, e, dir, "billed_cost").Add(lost), number(t, "16.29693213663664462748541900"))
}

// A header without rows is a month in which nothing was used.
func TestRealAzureEmpty(t *testing.T) {
	e := openEngine(t)
	for _, name := range []string{finopsToolkit + "EA_NoRows.csv", "koku-provider-csv/azure_empty_frame.csv"} {
		_, result, err := load(t, e, "8611537", "2023-09", testdata(t, name))
		if err != nil || result.Totals.Rows != 0 {
			t.Errorf("%s: %d rows, %v", name, result.Totals.Rows, err)
		}
	}
}
