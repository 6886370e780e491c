package deliver

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/paper"
)

// Document is an invoice with what formats may print or carry beside it. All but
// the invoice may be left out.
type Document struct {
	invoice.Invoice

	// Pictures are the contents that the invoice's layout names, fonts included, by
	// their ids. One that is not there is not drawn.
	Pictures map[string][]byte

	Annex Annex

	// Files are carried inside a PDF, such as the same invoice as XML; Facturx is set
	// where one of them is an e-invoice that programs look for.
	Files   []paper.Attachment
	Facturx *paper.Facturx
}

// Annex is what stands behind a document. It explains amounts and adds none.
type Annex struct {
	Changes     *invoice.Comparison // with the documents of the month before
	Usage       []UsageRow
	Commitments []CommitmentRow
	Adjustments []AdjustmentRow
}

// UsageRow is usage of one kind in one account, at the customer's price, tax out.
type UsageRow struct {
	Account     string // id
	AccountName string
	Service     string
	Region      string
	UsageType   string // the provider's word for what was used
	Quantity    money.Decimal
	Unit        string
	Cost        money.Decimal // exact
	Currency    money.Currency
}

// CommitmentRow is a reservation or savings plan that lowered what usage costs.
type CommitmentRow struct {
	ID       string
	Kind     string // as the provider calls it: Reserved Instance, Compute Savings Plan …
	Account  string // id of the account that has it
	Until    *billing.Day
	Percent  *money.Decimal // of it that was used
	Saved    money.Decimal  // against the price without it, exact
	Currency money.Currency
}

// AdjustmentRow is a charge of the provider beside usage, and what became of it.
type AdjustmentRow struct {
	Day      *billing.Day
	Account  string // id
	Label    string
	Reason   string // a person's words
	Cost     money.Decimal
	Currency money.Currency
}
