package einvoice

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Document is a structured e-invoice: the semantic model of EN 16931-1, as far as
// a cloud invoice has it, with its business terms (BT) and groups (BG). It is the
// same for both syntaxes: writing makes it of an invoice, reading of a file.
//
// Amounts are in Currency, tax out where nothing else is said. Those of a credit
// note are positive where it gives something back.
type Document struct {
	Specification string         // BT-24: the rules that the document follows
	Process       string         // BT-23
	Number        string         // BT-1
	Issued        *billing.Day   // BT-2
	Type          string         // BT-3, UNTDID 1001: 380 invoice, 381 credit note, 383 debit note …
	Currency      money.Currency // BT-5
	TaxCurrency   money.Currency // BT-6: the one that the seller reports tax in, where it is another one
	Due           *billing.Day   // BT-9
	Note          string         // BT-22

	References billing.References // BT-10 to BT-13, BT-19
	Corrects   []Preceding        // BG-3
	Start, End *billing.Day       // BG-14: the first and the last day that is charged for

	Seller    Party            // BG-4
	Buyer     Party            // BG-7
	DeliverTo *billing.Address // BG-15, where the category of tax asks for it

	Payment Payment // BG-16
	Terms   string  // BT-20

	Lines       []Line       // BG-25
	Adjustments []Adjustment // BG-20 and BG-21
	Taxes       []Tax        // BG-23

	LineTotal        money.Decimal  // BT-106: Σ Lines
	Allowances       money.Decimal  // BT-107: Σ Adjustments that lower the total
	Charges          money.Decimal  // BT-108: Σ Adjustments that raise it
	WithoutTax       money.Decimal  // BT-109 = BT-106 − BT-107 + BT-108
	Tax              money.Decimal  // BT-110: Σ Taxes
	TaxInTaxCurrency *money.Decimal // BT-111, in TaxCurrency
	WithTax          money.Decimal  // BT-112 = BT-109 + BT-110
	Prepaid          money.Decimal  // BT-113
	Rounding         money.Decimal  // BT-114
	Payable          money.Decimal  // BT-115 = BT-112 − BT-113 + BT-114
}

// credit tells whether the document gives something back. Those are the types
// that UBL writes as a CreditNote.
func (d Document) credit() bool {
	switch d.Type {
	case "81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532":
		return true
	}
	return false
}

// Preceding names a document that this one changes (BG-3).
type Preceding struct {
	Number string       // BT-25
	Issued *billing.Day // BT-26
}

// Party is a seller or a buyer.
type Party struct {
	Name      string                // BT-27, BT-44
	ID        string                // BT-29: of a seller that has nothing else to be known by
	LegalID   Identifier            // BT-30, BT-47; the scheme is of ISO 6523
	VATID     string                // BT-31, BT-48: with the letters of the country before it
	TaxNumber string                // BT-32: another tax number of the seller
	Endpoint  Identifier            // BT-34, BT-49; the scheme is of the EAS list
	Address   billing.Address       // BG-5, BG-8
	Contact   *billing.ContactPoint // BG-6, BG-9
}

// Identifier is a name in a scheme of names. An empty scheme is none.
type Identifier struct {
	Scheme, Value string
}

// Payment is how to pay (BG-16).
type Payment struct {
	Means      string // BT-81, UNTDID 4461: 30 and 58 credit transfer, 1 not agreed
	Remittance string // BT-83: what to write on the transfer
	Account    string // BT-84: the IBAN, or a number
	IBAN       bool   // Account is one
	Holder     string // BT-85
	Bank       string // BT-86: its BIC, or the code of bank and branch
}

// VAT is how something is taxed.
type VAT struct {
	Category string         // BT-151, BT-95, BT-102, BT-118; UNTDID 5305: S, Z, E, AE, K, G, O, L, M; AA in Japan
	Rate     *money.Decimal // percent; none of what is not subject to tax
}

// same tells whether two things are in one row of the breakdown.
func (v VAT) same(o VAT) bool {
	return v.Category == o.Category && (v.Rate == nil) == (o.Rate == nil) && (v.Rate == nil || v.Rate.Equal(*o.Rate))
}

// Line is an invoice line (BG-25).
type Line struct {
	ID          string        // BT-126
	Note        string        // BT-127
	Object      string        // BT-128: the account that is charged for
	Quantity    money.Decimal // BT-129; negative on what lowers the total, as prices cannot be (BR-27)
	Unit        string        // BT-130, UN/ECE Rec. 20
	Amount      money.Decimal // BT-131
	Price       money.Decimal // BT-146 of one unit, tax out
	Name        string        // BT-153
	Description string        // BT-154
	ItemID      string        // BT-155, the seller's
	VAT         VAT           // BG-30
	Attributes  []Attribute   // BG-32
}

// Attribute is something to know of what is sold (BG-32).
type Attribute struct {
	Name, Value string
}

// Adjustment is an allowance or a charge of the whole document (BG-20, BG-21).
type Adjustment struct {
	Charge bool          // it raises the total
	Amount money.Decimal // BT-92, BT-99; never negative
	Code   string        // BT-98, UNTDID 5189: 95 discount
	Reason string        // BT-97, BT-104
	VAT    VAT
}

// Tax is a row of the breakdown (BG-23).
type Tax struct {
	VAT
	Base   money.Decimal // BT-116
	Amount money.Decimal // BT-117
	Code   string        // BT-121, VATEX
	Reason string        // BT-120
}
