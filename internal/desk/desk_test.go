package desk

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// All documents of months before count to a commitment to spend, those of one
// provider, too: 100 and 40 and 20; not what is in another currency.
func TestSpentOfMonthsBefore(t *testing.T) {
	var earlier []invoice.Invoice
	for _, x := range []struct{ month, provider, currency, amount string }{
		{"2026-07", "aws", "USD", "100"}, {"2026-07", "gcp", "USD", "40"}, {"2026-08", "", "USD", "20"}, {"2026-08", "", "EUR", "7"},
	} {
		inv := billed(t, x.month, x.provider, invoice.Issued)
		inv.Currency, inv.AfterDiscount = money.Currency(x.currency), money.MustParse(x.amount)
		earlier = append(earlier, inv)
	}
	d := desk{config: billing.Config{Reseller: &billing.Reseller{}}, earlier: map[string][]invoice.Invoice{"acme": earlier}}
	set := d.agreed(billing.BillingGroup{ID: "acme", Currency: "USD"}, billing.InvoiceSettings{SpendCommitment: &billing.SpendCommitment{Every: 3}}, "", true)
	if got := set.Spent.String(); got != "160" {
		t.Errorf("spent is %s, want 160", got)
	}
}
