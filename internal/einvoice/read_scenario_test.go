package einvoice_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/einvoice"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// sameAmounts reads a document back and compares it with the invoice: total
// without and with tax, what is prepaid, and what is to pay. It returns what it read.
func sameAmounts(t *testing.T, inv invoice.Invoice, format string, document []byte) *einvoice.Document {
	t.Helper()
	read, err := einvoice.Read(document)
	if err != nil {
		t.Errorf("%s: what was written cannot be read: %v", format, err)
		return nil
	}
	sign := money.FromInt(1)
	if inv.Document == invoice.DocumentCreditNote {
		sign = money.FromInt(-1) // a credit note says how much it gives back
	}
	same := func(what string, got, want money.Decimal) {
		t.Helper()
		if !got.Equal(want.Mul(sign)) {
			t.Errorf("%s: %s is %s, in the invoice %s", format, what, got, want)
		}
	}
	same("total without tax", read.WithoutTax, inv.BeforeTax)
	same("tax", read.Tax, inv.TaxTotal)
	same("total with tax", read.WithTax, inv.Total)
	same("prepaid less carried", read.Prepaid, inv.PrepaidUsed.Sub(inv.Carried))
	same("payable", read.Payable, inv.Payable)
	if read.Number != inv.Number || read.Currency != inv.Currency || read.Issued == nil || *read.Issued != *inv.IssueDate {
		t.Errorf("%s: read back as %s of %v in %s", format, read.Number, read.Issued, read.Currency)
	}
	return &read
}
