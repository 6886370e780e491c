// Package invoice makes a statement binding: it converts, rounds, discounts,
// adds items and tax in the order of section E of the rules, and keeps the
// residue of every rounding. Rounding happens here and nowhere else.
package invoice

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Invoice is one document: one billing group, one period. Its JSON is the
// document of record; PDF and CSV are made from it and nothing else. All
// amounts are in Currency and rounded to Digits unless a field says exact.
type Invoice struct {
	ID       string         `json:"id"`               // 2026-10/acme-main, never changes
	Number   string         `json:"number,omitempty"` // of its series, given when it is issued
	Document string         `json:"document"`         // invoice | credit-note (a negative total, R26)
	State    State          `json:"state"`
	Preview  bool           `json:"preview,omitempty"` // made before the provider's month was final (R29)
	Period   billing.Period `json:"period"`
	Group    string         `json:"group"`
	Language string         `json:"language"` // BCP 47: en, ja, zh-CN, zh-TW, ko, de …
	Title    string         `json:"title,omitempty"`
	Seller   Party          `json:"seller"`
	Buyer    Party          `json:"buyer"`
	Payment  []string       `json:"payment,omitempty"` // lines on how to pay
	Note     string         `json:"note,omitempty"`

	IssueDate *billing.Day   `json:"issue_date,omitempty"` // when it was issued
	DueDate   *billing.Day   `json:"due_date,omitempty"`
	DueTerms  string         `json:"due_terms,omitempty"` // how the due date follows from the issue date: end-of-next-month | end-of-month | net-30
	Currency  money.Currency `json:"currency"`
	Digits    int32          `json:"digits"`
	Rounding  Rounding       `json:"rounding"`
	Rates     []Rate         `json:"rates,omitempty"` // every exchange rate that was used

	Accounts        []Account     `json:"accounts"`
	UsageTotal      money.Decimal `json:"usage_total"` // Σ accounts: usage and marketplace
	Subtotal        money.Decimal `json:"subtotal"`
	Discount        *Discount     `json:"discount,omitempty"`
	AfterDiscount   money.Decimal `json:"after_discount"`
	AdditionalItems []Item        `json:"additional_items,omitempty"`
	BeforeTax       money.Decimal `json:"before_tax"`
	TaxFree         money.Decimal `json:"tax_free"`
	Taxes           []Tax         `json:"taxes,omitempty"`
	TaxTotal        money.Decimal `json:"tax_total"`
	Total           money.Decimal `json:"total"`
	Payable         money.Decimal `json:"payable"`

	UsageResidue money.Decimal `json:"usage_residue"` // usage total − exact sum, exact (R32 e)
	Inputs       Inputs        `json:"inputs"`

	// Notes say what the reader must know about the prices of the usage. They
	// have no text: every format says them in Language.
	Notes []statement.Note `json:"notes,omitempty"`
}

// State of an invoice (R30).
type State string

const (
	Draft  State = "draft"  // may be made again
	Issued State = "issued" // numbered, hashed, never changed
)

// Party is a seller or buyer as printed.
type Party struct {
	Name            string   `json:"name"`
	Address         []string `json:"address,omitempty"` // lines, country last
	TaxRegistration string   `json:"tax_registration,omitempty"`
	Contact         string   `json:"contact,omitempty"`
}

// Rounding says how the document was rounded (R20).
type Rounding struct {
	Mode  money.Rounding `json:"mode"`
	Point string         `json:"point"` // service | account | invoice
}

// Rate is an exchange rate the document used (R19).
type Rate struct {
	From  money.Currency `json:"from"`
	To    money.Currency `json:"to"`
	Rate  money.Decimal  `json:"rate"`
	Level string         `json:"level"`           // common | payer | group
	Payer string         `json:"payer,omitempty"` // with level payer
}

// Account is one account's section.
type Account struct {
	Account string        `json:"account"`
	Name    string        `json:"name,omitempty"`
	Payer   string        `json:"payer,omitempty"`
	Lines   []Line        `json:"lines"`
	Total   money.Decimal `json:"total"`
}

// Line is one service of an account.
type Line struct {
	Kind         statement.Kind `json:"kind"`
	Service      string         `json:"service"`
	Cost         money.Decimal  `json:"cost"`          // exact, at the customer's price, in CostCurrency
	CostCurrency money.Currency `json:"cost_currency"` // the provider's, such as USD
	Rate         money.Decimal  `json:"rate"`          // 1 when the currencies are the same
	Exact        money.Decimal  `json:"exact"`         // Cost × Rate, not rounded
	Amount       money.Decimal  `json:"amount"`
}

// Discount of the whole group.
type Discount struct {
	Percent money.Decimal `json:"percent"`
	Base    string        `json:"base"`   // usage | subtotal
	Amount  money.Decimal `json:"amount"` // positive when it lowers the total
}

// Item is an additional line.
type Item struct {
	Label     string        `json:"label"`
	UnitPrice money.Decimal `json:"unit_price"`
	Quantity  money.Decimal `json:"quantity"`
	TaxFree   bool          `json:"tax_free,omitempty"`
	Amount    money.Decimal `json:"amount"`
}

// Tax is one rate, computed once on the rounded taxable base of the whole
// document (R25).
type Tax struct {
	Category string        `json:"category"`
	Label    string        `json:"label,omitempty"`
	Percent  money.Decimal `json:"percent"`
	Reason   string        `json:"reason,omitempty"`
	Base     money.Decimal `json:"base"`
	Amount   money.Decimal `json:"amount"`
}

// Inputs name what the document was made from, so that it can be made again.
type Inputs struct {
	Loads  []string `json:"loads"`  // payer, report and hash of the provider's files
	Config string   `json:"config"` // hash of the rules in force
}
