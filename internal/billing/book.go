package billing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/money"
)

// PriceBook is an ordered list of rules; the first that matches a pricing key
// on the usage day wins (R12).
type PriceBook struct {
	ID string `json:"id"`
	// Order says which of several matching rules wins: first (default), or
	// most-specific, where a rule for one sku or usage type goes before one for a
	// service, that before one for a billing entity, and that before the rest, as
	// AWS Billing Conductor does (R13). Of equals the first wins.
	Order string `json:"order,omitempty"`
	// Then is parent where the price this book makes is what the next book
	// outward starts from; else the nearest book is the only one (R13).
	Then     string        `json:"then,omitempty"`
	Rules    []PriceRule   `json:"rules"`
	Examples []BookExample `json:"examples,omitempty"` // run by `sluice book test`
}

// The words of PriceBook.Order and PriceBook.Then.
const (
	FirstMatch   = "first"
	MostSpecific = "most-specific"
	ThenParent   = "parent"
)

// PriceRule prices the lines it matches. Exactly one of Percent, UnitPrice,
// Tiers, Keep and Exclude says how; a rule with nothing but a Fee, Floor, Cap,
// NotBelow, NotAbove, BillFreeTier, RoundUnitTo or Managed keeps the base.
type PriceRule struct {
	Name      string         `json:"name"`
	Match     Match          `json:"match"`
	Base      Basis          `json:"base,omitempty"`       // instead of the group's cost basis, or of the price that the book before made
	Percent   *money.Decimal `json:"percent,omitempty"`    // up, or down when negative; at most 4 decimals
	UnitPrice *money.Decimal `json:"unit_price,omitempty"` // per unit of usage, in the line's currency; at most 12 decimals
	Tiers     []PriceTier    `json:"tiers,omitempty"`      // marginal, over all that the rule prices of a group in a month (R15)
	Keep      bool           `json:"keep,omitempty"`       // the price is the base
	Exclude   bool           `json:"exclude,omitempty"`    // not on the invoice; the reseller pays for it, and sees it

	Fee      *money.Decimal `json:"fee,omitempty"`       // added once for each group and month in which the rule prices something, in the line's currency
	Floor    *money.Decimal `json:"floor,omitempty"`     // what the rule charges a group for a month is at least this …
	Cap      *money.Decimal `json:"cap,omitempty"`       // … and at most this, fee included
	NotBelow Basis          `json:"not_below,omitempty"` // each charge is at least its cost on a basis, or "cost", what the seller pays …
	NotAbove Basis          `json:"not_above,omitempty"` // … and at most that
	// BillFreeTier prices usage in the provider's free tier at the rate of the
	// same product beyond it, before Percent; Billing Conductor's tiering off.
	BillFreeTier bool `json:"bill_free_tier,omitempty"`
	// RoundUnitTo rounds what a unit costs up to a multiple of this, whatever made
	// the price: up away from zero, so that a correction mirrors what it corrects.
	// The price is the quantity times that; without a quantity, and of usage that a
	// commitment covers, it stays. Fee, Floor, Cap, NotBelow and NotAbove come
	// after. It does not go with Tiers. At most 12 decimals.
	RoundUnitTo *money.Decimal `json:"round_unit_to,omitempty"`
	// Managed is charged beside the price, as a service of its own: the price
	// times this factor (R13, Abiquo's managed factor).
	Managed *money.Decimal `json:"managed,omitempty"`

	From *Day `json:"from,omitempty"` // first day, inclusive
	To   *Day `json:"to,omitempty"`   // last day, inclusive
}

// SellerCost names, in NotBelow and NotAbove, what the seller pays: the
// reseller's net cost, or the price that a reseller below it is charged.
const SellerCost Basis = "cost"

// Bounds are the words of NotBelow and NotAbove.
var Bounds = append(slices.Clone(Bases), SellerCost)

// Fractional digits of what a rule says, as the engine keeps them.
const (
	PercentDecimals   = 4
	UnitPriceDecimals = 12 // of amounts, too
	ManagedDecimals   = 6
)

// PriceTier is one band of a rule's tiers. All bands of a rule have a UnitPrice,
// and the band is one of quantity, or all have a Percent, and it is one of spend
// on the base.
type PriceTier struct {
	UpTo      *money.Decimal `json:"up_to,omitempty"`      // the band's end, inclusive; the last band has none
	UnitPrice *money.Decimal `json:"unit_price,omitempty"` // of a unit in the band, at most 12 decimals
	Percent   *money.Decimal `json:"percent,omitempty"`    // on spend in the band, at most 4 decimals
}

// Match says which pricing keys a rule is for. An empty field matches all;
// given ones must match together. Class defaults to usage (R14).
type Match struct {
	Class          Pattern `json:"class,omitzero"`
	Provider       Pattern `json:"provider,omitzero"`
	Payer          Pattern `json:"payer,omitzero"`
	BillType       Pattern `json:"bill_type,omitzero"`
	BillingEntity  Pattern `json:"billing_entity,omitzero"`
	LineType       Pattern `json:"line_type,omitzero"`
	ChargeCategory Pattern `json:"charge_category,omitzero"`
	// Service is the code or the name; OtherServices stands for every service
	// that no other rule of the book names.
	Service        Pattern            `json:"service,omitzero"`
	Region         Pattern            `json:"region,omitzero"`
	UsageType      Pattern            `json:"usage_type,omitzero"`
	Operation      Pattern            `json:"operation,omitzero"`
	SKU            Pattern            `json:"sku,omitzero"`
	InstanceType   Pattern            `json:"instance_type,omitzero"`
	Description    Pattern            `json:"description,omitzero"`
	Tags           map[string]Pattern `json:"tags,omitempty"`            // by name; a line without the tag has the value ""
	CostCategories map[string]Pattern `json:"cost_categories,omitempty"` // AWS cost categories by name
}

// OtherServices is the service of Match that no other rule of the book names.
const OtherServices = "otherServices"

// BookExample says what a line costs by the book, and by which rule.
type BookExample struct {
	Line   ExampleLine `json:"line"`
	Expect Expectation `json:"expect"`
}

// ExampleLine is a line of a month as an example gives it: the only one that
// the rule prices in that month. Texts left out are empty; the class is usage,
// the currency USD and the day any on which undated rules hold.
type ExampleLine struct {
	Class          string            `json:"class,omitempty"`
	Provider       string            `json:"provider,omitempty"`
	Payer          string            `json:"payer,omitempty"`
	BillType       string            `json:"bill_type,omitempty"`
	BillingEntity  string            `json:"billing_entity,omitempty"`
	LineType       string            `json:"line_type,omitempty"`
	ChargeCategory string            `json:"charge_category,omitempty"`
	Service        string            `json:"service,omitempty"`
	Region         string            `json:"region,omitempty"`
	UsageType      string            `json:"usage_type,omitempty"`
	Operation      string            `json:"operation,omitempty"`
	SKU            string            `json:"sku,omitempty"`
	InstanceType   string            `json:"instance_type,omitempty"`
	Description    string            `json:"description,omitempty"`
	Tags           map[string]string `json:"tags,omitempty"`
	CostCategories map[string]string `json:"cost_categories,omitempty"`
	Day            *Day              `json:"day,omitempty"`
	Usage          money.Decimal     `json:"usage,omitzero"` // quantity
	Cost           money.Decimal     `json:"cost,omitzero"`  // on every basis but list where that is given
	ListCost       *money.Decimal    `json:"list_cost,omitempty"`
	// FreeTierRate is what a unit costs beyond the provider's free tier, of a line
	// that is in it.
	FreeTierRate *money.Decimal `json:"free_tier_rate,omitempty"`
}

// Expectation is what an example must come to. What is left out is not looked at.
type Expectation struct {
	Price    *money.Decimal `json:"price,omitempty"`    // exact
	Rule     *string        `json:"rule,omitempty"`     // "" where no rule may win
	Managed  *money.Decimal `json:"managed,omitempty"`  // charged beside the price
	Excluded *bool          `json:"excluded,omitempty"` // not on the invoice
}

// Attachments are the books of an organization, group or account over time
// (R13); the days of two do not overlap. One book for all time is written as
// its id alone.
type Attachments []Attachment

// Attachment says that a book holds from a day on, to another day exclusive.
type Attachment struct {
	Book string `json:"book"`
	From *Day   `json:"from,omitempty"`
	To   *Day   `json:"to,omitempty"`
}

// Attach is one book for all time.
func Attach(book string) Attachments { return Attachments{{Book: book}} }

// On returns the id of the book on a day, or "" where there is none.
func (a Attachments) On(day Day) string {
	for _, x := range a {
		if (x.From == nil || *x.From <= day) && (x.To == nil || day < *x.To) {
			return x.Book
		}
	}
	return ""
}

// UnmarshalJSON reads the id of a book, or a list of attachments.
func (a *Attachments) UnmarshalJSON(data []byte) error {
	*a = nil
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) > 0 && trimmed[0] == '"' {
		*a = make(Attachments, 1)
		return json.Unmarshal(data, &(*a)[0].Book)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode((*[]Attachment)(a)); err != nil {
		return fmt.Errorf("a price book is an id, or a list of {book, from, to}: %w", err)
	}
	return nil
}

// MarshalJSON writes the shorter of the two ways.
func (a Attachments) MarshalJSON() ([]byte, error) {
	if len(a) == 1 && a[0].From == nil && a[0].To == nil {
		return json.Marshal(a[0].Book)
	}
	return json.Marshal([]Attachment(a))
}
