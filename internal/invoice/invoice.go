// Package invoice makes a statement binding: it converts, rounds, discounts,
// adds items and tax in the order of section E of the rules, and keeps the
// residue of every rounding. Rounding happens here and nowhere else.
package invoice

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Invoice is one document: one billing group, one period, where it is for one
// provider only also one provider. Its JSON is the document of record; PDF and
// CSV are made from it and nothing else. All amounts are in Currency and rounded
// to Digits unless a field says exact.
//
// A credit or debit note that corrects an invoice (Corrects) is written the same
// way: each amount is by how much it changes the one of the document it corrects.
type Invoice struct {
	ID       string         `json:"id"`               // 2026-10/acme-main, never changes
	Number   string         `json:"number,omitempty"` // of its series, given when it is issued
	Document DocumentKind   `json:"document"`
	State    State          `json:"state"`
	Preview  bool           `json:"preview,omitempty"` // made before the provider's month was final (R29)
	Period   billing.Period `json:"period"`
	Group    string         `json:"group"`
	Customer string         `json:"customer,omitempty"` // id
	Provider string         `json:"provider,omitempty"` // of a document for one provider only
	// ProviderNames are what declared providers that the document tells of are called,
	// by id, as it was when it was made; those that Sluice knows are not among them.
	ProviderNames map[string]string `json:"provider_names,omitempty"`
	Language      string            `json:"language"` // BCP 47: en, ja, zh-CN, zh-TW, ko, de …
	Title         string            `json:"title,omitempty"`
	Seller        Party             `json:"seller"`
	Buyer         Party             `json:"buyer"`
	Payment       []string          `json:"payment,omitempty"` // lines on how to pay
	Note          string            `json:"note,omitempty"`
	// References are what the buyer knows the delivery under.
	References *billing.References `json:"references,omitempty"`
	Corrects   *Reference          `json:"corrects,omitempty"` // of a credit or debit note: the invoice that it changes

	IssueDate *billing.Day   `json:"issue_date,omitempty"` // when it was issued
	DueDate   *billing.Day   `json:"due_date,omitempty"`
	DueTerms  billing.Terms  `json:"due_terms,omitzero"` // how the due date follows from the issue date
	Currency  money.Currency `json:"currency"`
	Digits    int32          `json:"digits"`
	Rounding  Rounding       `json:"rounding"`
	Rates     []Rate         `json:"rates,omitempty"` // every exchange rate that was used

	Accounts        []Account      `json:"accounts"`          // E.1 to E.3
	UsageTotal      money.Decimal  `json:"usage_total"`       // Σ accounts: usage, marketplace and entries
	Support         []Fee          `json:"support,omitempty"` // E.4
	SupportTotal    money.Decimal  `json:"support_total"`
	Agency          []Fee          `json:"agency,omitempty"` // E.5
	AgencyTotal     money.Decimal  `json:"agency_total"`
	Subtotal        money.Decimal  `json:"subtotal"`            // usage, support and agency fee
	Discounts       []Discount     `json:"discounts,omitempty"` // E.6
	DiscountTotal   money.Decimal  `json:"discount_total"`      // positive when it lowers the total
	AfterDiscount   money.Decimal  `json:"after_discount"`
	BillingServices []Service      `json:"billing_services,omitempty"` // E.7
	Shortfalls      []Shortfall    `json:"shortfalls,omitempty"`       // what minimum and commitment to spend add
	AdditionalItems []Item         `json:"additional_items,omitempty"` // E.8
	Coupons         []Coupon       `json:"coupons,omitempty"`
	Further         []Charge       `json:"charges,omitempty"` // what has no shape of its own, in the order of section E
	BeforeTax       money.Decimal  `json:"before_tax"`
	TaxFree         money.Decimal  `json:"tax_free"` // of it: entries and items that are free of tax
	Taxes           []Tax          `json:"taxes,omitempty"`
	TaxTotal        money.Decimal  `json:"tax_total"`
	TaxInclusive    bool           `json:"tax_inclusive,omitempty"` // printed totals are tax in
	Total           money.Decimal  `json:"total"`
	PrepaidBalance  *money.Decimal `json:"prepaid_balance,omitempty"` // the group's, before this document
	PrepaidUsed     money.Decimal  `json:"prepaid_used"`              // of it, for this document
	Carried         money.Decimal  `json:"carried"`                   // of a negative total: what goes to the balance instead of being paid out
	Payable         money.Decimal  `json:"payable"`

	UsageResidue money.Decimal `json:"usage_residue"` // usage total − exact sum, exact (R32 e)
	Inputs       Inputs        `json:"inputs"`
	Frozen       Frozen        `json:"settings"`

	// Notes say what the reader must know about the prices of the usage. They
	// have no text: every format says them in Language.
	Notes []statement.Note `json:"notes,omitempty"`
}

// DocumentKind is what a document is.
type DocumentKind string

const (
	DocumentInvoice    DocumentKind = "invoice"     // of a group's month, or of one provider in it
	DocumentCreditNote DocumentKind = "credit-note" // a negative total (R26), or a correction that lowers what is to be paid
	DocumentDebitNote  DocumentKind = "debit-note"  // a correction that raises what is to be paid
)

// Reference names an issued document.
type Reference struct {
	ID        string      `json:"id"`
	Number    string      `json:"number"`
	IssueDate billing.Day `json:"issue_date"`
	Reason    string      `json:"reason"`          // restated, repriced, resettled, or a person's own words
	Voids     bool        `json:"voids,omitempty"` // it takes back all that is in force of the invoice and its notes
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
	// Postal is the address in its parts; Address are the lines of it.
	Postal *billing.Address `json:"postal,omitempty"`
	billing.Identity
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
	Account  string        `json:"account"`
	Name     string        `json:"name,omitempty"`
	Payer    string        `json:"payer,omitempty"`
	Provider string        `json:"provider,omitempty"`
	Lines    []Line        `json:"lines"`
	Total    money.Decimal `json:"total"`
}

// Line is one service of an account, or an applied adjusting entry.
type Line struct {
	Kind         statement.Kind `json:"kind"`
	Service      string         `json:"service"`
	Entry        string         `json:"entry,omitempty"` // id, of kind entry
	TaxFree      bool           `json:"tax_free,omitempty"`
	Cost         money.Decimal  `json:"cost"`          // exact, at the customer's price, in CostCurrency
	CostCurrency money.Currency `json:"cost_currency"` // the provider's, such as USD
	Rate         money.Decimal  `json:"rate"`          // 1 when the currencies are the same
	Exact        money.Decimal  `json:"exact"`         // Cost × Rate, not rounded
	Amount       money.Decimal  `json:"amount"`
}

// Fee is a charge for support (R21) or for billing on the customer's behalf
// (R22).
type Fee struct {
	Kind         string         `json:"kind"`               // as in the settings: percent, fixed, plan, bands, greater, tiered-…
	Plan         string         `json:"plan,omitempty"`     // of the provider
	Provider     string         `json:"provider,omitempty"` // whose usage it is on, where not all
	Account      string         `json:"account,omitempty"`  // of a fee for one account by itself
	Base         money.Decimal  `json:"base"`               // exact: what it is a part of
	BaseCurrency money.Currency `json:"base_currency"`
	Percent      *money.Decimal `json:"percent,omitempty"`
	Bands        []Band         `json:"bands,omitempty"`   // of plans and tables
	Minimum      *money.Decimal `json:"minimum,omitempty"` // in BaseCurrency, where it is more than the bands come to
	Adjust       *money.Decimal `json:"adjust,omitempty"`  // percent on top
	Rate         money.Decimal  `json:"rate"`              // from BaseCurrency; 1 when the currencies are the same
	Exact        money.Decimal  `json:"exact"`             // not rounded
	Amount       money.Decimal  `json:"amount"`
}

// Band is the part of a fee's base that one percent is for.
type Band struct {
	Part    money.Decimal `json:"part"` // exact, in the fee's BaseCurrency
	Percent money.Decimal `json:"percent"`
}

// Discount is one that was given (R24).
type Discount struct {
	Percent  money.Decimal `json:"percent"`
	Base     string        `json:"base"`               // usage | usage+support | subtotal
	Services []string      `json:"services,omitempty"` // it is on, where not on all
	Accounts []string      `json:"accounts,omitempty"`
	Amount   money.Decimal `json:"amount"` // positive when it lowers the total
}

// Service is a billing service (R23).
type Service struct {
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Account string        `json:"account,omitempty"` // whose section it is in
	Base    money.Decimal `json:"base"`              // rounded, as the document has it
	Tax     string        `json:"tax,omitempty"`     // category, where it is not that of usage
	Amount  money.Decimal `json:"amount"`
}

// Shortfall is what a minimum charge or a commitment to spend adds.
type Shortfall struct {
	Kind     string        `json:"kind"` // minimum | commitment
	Label    string        `json:"label,omitempty"`
	Promised money.Decimal `json:"promised"`
	Counted  money.Decimal `json:"counted"` // of the month, or of all months of the interval
	Amount   money.Decimal `json:"amount"`
}

// Item is an additional line.
type Item struct {
	Label     string        `json:"label"`
	UnitPrice money.Decimal `json:"unit_price"`
	Quantity  money.Decimal `json:"quantity"`
	TaxFree   bool          `json:"tax_free,omitempty"`
	Tax       string        `json:"tax,omitempty"` // category, where it is not that of usage
	Amount    money.Decimal `json:"amount"`
}

// Coupon is one that was used.
type Coupon struct {
	Code    string         `json:"code"`
	Label   string         `json:"label,omitempty"`
	Percent *money.Decimal `json:"percent,omitempty"`
	Amount  money.Decimal  `json:"amount"` // negative: it lowers the total
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
	Config string   `json:"config"` // hash of what decides on prices
	// Settings is the version of the group's settings of the month; 0 where they
	// were the master's and are not saved for the month yet.
	Settings int `json:"settings_version,omitempty"`
}

// Frozen is what the document was made with, so that later changes do not reach
// it, and it can be made again from its lines.
type Frozen struct {
	Invoice  billing.InvoiceSettings  `json:"invoice"` // all layers together, defaults filled in, taxes of the regime written out
	Services []billing.BillingService `json:"services,omitempty"`
	Coupons  []billing.Coupon         `json:"coupons,omitempty"`
	Items    []billing.AdditionalItem `json:"items,omitempty"`  // of this month alone
	Layout   *billing.Layout          `json:"layout,omitempty"` // how the PDF looks; nil is the one that comes with Sluice
	Balance  money.Decimal            `json:"balance"`          // prepaid, of the group
	Spent    money.Decimal            `json:"spent"`            // counted to the commitment to spend in months before
}
