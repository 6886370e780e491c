package app_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
)

// An entry that is written for a group whose providers have documents of their own
// stands on one of them, and what they use is billed once. By hand: 20 + 7, and 20;
// when the first provider has 5 more, a note of 5.
func TestEntryOfNoProvider(t *testing.T) {
	const head = "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n"
	a := open(t, `
reseller: {name: Reseller, currency: USD}
payers: [{id: "111111111111", provider: aws}, {id: "333333333333", provider: azure}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - id: acme
    customer: acme
    currency: USD
    cost_basis: unblended
    invoice: {per_provider: true, series: "{provider}-{seq:3}"}
    claims: [{accounts: ["200000000001", "400000000001"]}]
`)
	deliver := func(payer, account, cost string) {
		t.Helper()
		file := writeFile(t, "lines.csv", head+payer+",1,2026-09-01T00:00:00Z,"+account+",Usage,2026-09-02T00:00:00Z,USD,"+cost+"\n")
		if _, err := a.Pipeline.IngestFiles(t.Context(), payer, september(t), []string{file}); err != nil {
			t.Fatal(err)
		}
	}
	deliver("111111111111", "200000000001", "20")
	deliver("333333333333", "400000000001", "20")
	byHand := entry.Entry{Month: september(t), Group: "acme", Amount: money.FromInt(7), Currency: "USD", Description: "Workshop"}
	if _, err := a.Entries.Add(t.Context(), byHand, &adjustment.Terms{Into: september(t)}, "agreed"); err != nil {
		t.Fatal(err)
	}
	provedMonth(t, closeMonth(t, a, september(t)))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme/aws aws-001 27\n2026-09/acme/azure azure-001 20"; got != want {
		t.Errorf("issued are\n%s\nwant\n%s", got, want)
	}
	deliver("111111111111", "200000000001", "25")
	provedMonth(t, closeMonth(t, a, september(t)))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme/aws/2 aws-002 5"; got != want {
		t.Errorf("the note is\n%s\nwant\n%s", got, want)
	}
}
