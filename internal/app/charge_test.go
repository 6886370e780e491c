package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
)

// A charge that has no shape of its own in the document: it makes a document of a
// month without usage, proves itself in the certificate, and is counted to margin
// and profit, of the month and of several.
func TestPlainChargeOfAMonth(t *testing.T) {
	a, folder, _ := installed(t, "1001")
	apply(t, a, strings.Replace(declared(folder), "price_books:", `  - {id: idle, customer: beta, currency: USD, claims: [], invoice: {yearly_fees: [{amount: "1200", from: 2024-09}]}}
  - {id: later, customer: beta, currency: USD, claims: [], invoice: {yearly_fees: [{amount: "1200", from: 2024-10}]}}
price_books:`, 1))
	provedMonth(t, closeMonth(t, a, september(t)))
	idle, err := a.Documents.Invoice(context.Background(), "2026-09/idle")
	if err != nil || len(idle.Further) != 1 || !idle.Total.Equal(money.FromInt(1200)) {
		t.Errorf("the document of a group without usage says %+v and comes to %s, %v", idle.Further, idle.Total, err)
	}
	if _, err := a.Documents.Invoice(context.Background(), "2026-09/later"); err == nil {
		t.Error("there is a document of a group without usage whose fee is of another month")
	}
	m, err := a.Earnings.Margin(context.Background(), september(t), "idle")
	if err != nil || len(m.Invoices) != 1 || len(m.Invoices[0].Charges) != 1 || !m.Invoices[0].Charges[0].Amount.Equal(money.FromInt(1200)) || !m.Invoices[0].Residue.IsZero() {
		t.Errorf("its margin is %+v, %v", m.Invoices, err)
	}
	p := profits(t, a, "2026-09", "2026-09", earnings.ProfitBySource, "")
	if last := p.Sources[len(p.Sources)-1]; last.Source != earnings.FromCharge(idle.Further[0].Part) || !last.Amount.Equal(money.FromInt(1200)) {
		t.Errorf("the last source of profit is %+v", last)
	}
}
