package app_test

import (
	"fmt"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// Documents of one group share its balance: of 30 prepaid the first one of 20
// uses 20 and the second one 10. Whether they are issued in one run or in two,
// as after a crash between them, they are the same.
func TestDocumentsShareABalance(t *testing.T) {
	const head = "bill/PayerAccountId,bill/InvoiceId,bill/BillingPeriodStartDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n"
	ids, on := []string{"2026-09/acme/aws", "2026-09/acme/azure"}, billing.DayOf(afterAll)
	var before map[string]string
	for _, runs := range [][][]string{{ids}, {ids[:1], ids[1:]}} {
		a := open(t, `
reseller: {name: Reseller, currency: USD}
payers: [{id: "111111111111", provider: aws}, {id: "333333333333", provider: azure}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - id: acme
    customer: acme
    currency: USD
    cost_basis: unblended
    invoice: {per_provider: true, prepaid: true}
    claims: [{accounts: ["200000000001", "400000000001"]}]
`)
		for payer, account := range map[string]string{"111111111111": "200000000001", "333333333333": "400000000001"} {
			file := writeFile(t, "lines.csv", head+payer+",1,2026-09-01T00:00:00Z,"+account+",Usage,2026-09-02T00:00:00Z,USD,20\n")
			if _, err := a.Pipeline.IngestFiles(t.Context(), payer, september(t), []string{file}); err != nil {
				t.Fatal(err)
			}
		}
		topUp := invoice.LedgerEntry{Group: "acme", Kind: invoice.LedgerTopUp, On: on - 5, Amount: money.MustParse("30")}
		if _, err := a.Receivables.PostPrepaid(t.Context(), topUp); err != nil {
			t.Fatal(err)
		}
		closeMonth(t, a, september(t))
		for _, run := range runs {
			issued, err := a.Documents.Issue(t.Context(), run, on)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range issued {
				want := map[string]string{ids[0]: "20 0", ids[1]: "10 10"}[d.ID]
				if got := fmt.Sprint(d.PrepaidUsed, " ", d.Payable); got != want {
					t.Errorf("%s: used and payable are %s, want %s", d.ID, got, want)
				}
			}
		}
		after := stored(t, a, september(t))
		for id, document := range before {
			if after[id] != document {
				t.Errorf("%s is another document when it is issued alone:\n%s\n%s", id, after[id], document)
			}
		}
		before = after
	}
}
