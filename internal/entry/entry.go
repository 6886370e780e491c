// Package entry holds adjusting entries (R27, R28): the provider's fees, refunds,
// credits, discounts, marketplace one-offs, upfront and support fees, which are
// on no customer's invoice until somebody, or a rule, applies them. It collects
// them from line items, follows them through new deliveries of the export,
// divides them, and puts those that are applied on statements. It keeps no
// records: what it is given it returns changed.
package entry

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Kind says what an entry is about.
type Kind string

// The kinds that rules and lists name.
const (
	Fee         Kind = "fee"
	Refund      Kind = "refund"
	Credit      Kind = "credit"
	Discount    Kind = "discount"
	Marketplace Kind = "marketplace"
	Upfront     Kind = "upfront" // of a reservation or savings plan
	Support     Kind = "support"
	Other       Kind = "other"
)

// Kinds lists every kind there is.
var Kinds = []Kind{Fee, Refund, Credit, Discount, Marketplace, Upfront, Support, Other}

// State says what became of an entry.
type State string

// The states of R27. Only open entries can be applied, kept or divided.
const (
	Open      State = "open"
	Applied   State = "applied"   // on the invoice of a billing group
	Kept      State = "kept"      // the reseller's, and never asked about again
	SplitUp   State = "split"     // over months: its parts count in its place
	Allocated State = "allocated" // to accounts: its parts count in its place
	Priced    State = "priced"    // a price rule of class entry bills it with usage
)

// States lists every state there is.
var States = []State{Open, Applied, Kept, SplitUp, Allocated, Priced}

// Origin says where an entry comes from.
type Origin string

const (
	Collected  Origin = "collected"  // from the provider's lines
	Difference Origin = "difference" // what a new delivery says differently (R28)
	Part       Origin = "part"       // of a divided entry
	Custom     Origin = "custom"     // written by a person
)

// Entry is one adjusting entry. Its amount is exact, in the provider's currency,
// tax out; a charge is positive, a rebate negative.
type Entry struct {
	ID     string         `json:"id"`    // such as E-0123456789ab
	Month  billing.Period `json:"month"` // in which it occurred; parts have that of the whole
	Origin Origin         `json:"origin"`
	Of     string         `json:"of,omitempty"` // the entry that it is a difference or a part of
	Kind   Kind           `json:"kind"`

	Payer           string         `json:"payer,omitempty"`
	Provider        string         `json:"provider,omitempty"`
	Account         string         `json:"account,omitempty"` // empty for one that is written for a group
	AccountName     string         `json:"account_name,omitempty"`
	ProviderInvoice string         `json:"provider_invoice,omitempty"`
	LineType        string         `json:"line_type,omitempty"`
	ServiceCode     string         `json:"service_code,omitempty"`
	Service         string         `json:"service,omitempty"`
	UsageType       string         `json:"usage_type,omitempty"`
	Description     string         `json:"description,omitempty"`
	Commitment      string         `json:"commitment,omitempty"`
	Currency        money.Currency `json:"currency"`
	Amount          money.Decimal  `json:"amount"`
	Start           billing.Day    `json:"start"` // first day of its lines

	// Of a part of an entry that is split: the month it is to be applied in, its
	// number from 1, and how many there are.
	Due   *billing.Period `json:"due,omitempty"`
	Part  int             `json:"part,omitempty"`
	Parts int             `json:"parts,omitempty"`

	State State `json:"state"`
	// While it is applied: the month and billing group on whose invoice it is, its
	// own exchange rate, nil for that of its account, and whether it is free of
	// tax. One that is written for a group has the group from the beginning.
	Into    *billing.Period `json:"into,omitempty"`
	Group   string          `json:"group,omitempty"`
	Rate    *money.Decimal  `json:"rate,omitempty"`
	TaxFree bool            `json:"tax_free,omitempty"`

	Rule    string `json:"rule,omitempty"`    // id of the rule that decided on it
	Decided bool   `json:"decided,omitempty"` // a person decided on it: rules leave it alone
}

// identify gives a collected entry the id of its identity: the same lines of a
// month have it in every delivery of the export.
func (e *Entry) identify() {
	e.ID = idOf("lines", e.Month.String(), e.Payer, e.Account, e.ProviderInvoice, e.LineType, e.ServiceCode,
		e.UsageType, e.Description, e.Commitment, string(e.Currency))
}

// idOf makes an id from what tells an entry from all others.
func idOf(identity ...string) string {
	const digits = 12 // of 64: a chance of 1 in 5 million for two of 10 000 to be the same
	hash := sha256.Sum256([]byte(strings.Join(identity, "\x00")))
	return "E-" + hex.EncodeToString(hash[:])[:digits]
}

// maxDescription bounds what a person writes, in characters.
const maxDescription = 200

// NewCustom returns an open entry that a person writes, in the state and with the
// id that follow from the given fields. unique tells it from another one that
// says the same. It is an error when something is missing.
func NewCustom(e Entry, unique string) (Entry, error) {
	switch {
	case strings.TrimSpace(e.Description) == "":
		return Entry{}, fmt.Errorf("an entry needs a description, which stands on the invoice")
	case utf8.RuneCountInString(e.Description) > maxDescription:
		return Entry{}, fmt.Errorf("the description has %d characters; the invoice has room for %d", utf8.RuneCountInString(e.Description), maxDescription)
	case strings.ContainsFunc(e.Description, unicode.IsControl):
		return Entry{}, fmt.Errorf("the description holds a line break or another control character, which cannot be printed; remove it")
	case e.Amount.IsZero():
		return Entry{}, fmt.Errorf("an entry of 0 changes nothing; give an amount, negative for a rebate")
	case (e.Account == "") == (e.Group == ""):
		return Entry{}, fmt.Errorf("an entry is for an account or for a billing group; name one of the two")
	}
	if err := e.Currency.Check(); err != nil {
		return Entry{}, err
	}
	e.Origin, e.State, e.Kind, e.Start = Custom, Open, Fee, e.Month.FirstDay()
	if e.Amount.Sign() < 0 {
		e.Kind = Credit
	}
	e.ID = idOf("custom", unique)
	return e, nil
}

// IsDivided tells whether parts count in the entry's place.
func (e Entry) IsDivided() bool { return e.State == SplitUp || e.State == Allocated }

// follows tells whether the entry takes what a new delivery says: nobody has
// decided what becomes of its amount.
func (e Entry) follows() bool { return e.State == Open || e.State == Priced }

// Label names the entry for people, as an invoice does: what a person wrote, or
// its kind and service, and where it is of another month than the invoice's,
// that month.
func (e Entry) Label() string {
	label := e.Description
	if label == "" || e.Origin != Custom && e.LineType != "" {
		label = title(e.Kind)
		if e.Service != "" {
			label += " " + e.Service
		}
	}
	if e.Parts > 0 {
		label += fmt.Sprintf(" %d/%d", e.Part, e.Parts)
	}
	if e.Into != nil && *e.Into != e.Month {
		label += ", " + e.Month.String()
	}
	return label
}

// title writes a kind as the first word of a line.
func title(k Kind) string {
	switch k {
	case Upfront:
		return "Upfront fee"
	case Support:
		return "Support fee"
	case Other:
		return "Adjustment"
	}
	return strings.ToUpper(string(k[:1])) + string(k[1:])
}
