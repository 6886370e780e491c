package invoice

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// charges are the ways in which a document comes to more or less than its usage,
// in the order of section E: each sees what those before it made. A new one is a
// file beside this one, its settings in billing.InvoiceSettings, and a line here.
// It is then drafted, proved, corrected, compared, exported, printed and counted
// to margin and profit like the others.
var charges = []charge{
	supportCharge,
	agencyCharge,
	discountCharge,
	serviceCharge,
	shortfallCharge,
	yearlyCharge,
	itemCharge,
	couponCharge,
}

// charge is one way. Its lines have a list of their own in the document, which of
// reads; those of one that has none are in Invoice.Further.
type charge struct {
	part  string            // its name, as comparison, margin and profit have it
	names map[string]string // English, by kind, for lines that the settings give no label

	// check tells what is wrong with settings as far as the charge goes: those of a
	// group or a template by itself, those of both together, and those of a month.
	// Services and coupons are those that are declared, or none.
	check func(Settings) []Wrong
	// taxed are the settings that name a category of tax, with what they name.
	taxed func(Settings) []Taxed
	// once takes away what a month is charged once: it is for the documents of each
	// provider but one. nil where all of it is on the usage of each provider.
	once func(*Settings)

	draft func(*drafting) error
	// prove computes the lines of a month's document again. It shares nothing with
	// draft. total, where the document states totals, proves them of any document.
	prove func(*proof)
	total func(*proof)
	of    func(Invoice) []Charge
}

// lines are those of one charge on a document.
func (c charge) lines(inv Invoice) []Charge {
	if c.of != nil {
		return c.of(inv)
	}
	return slices.DeleteFunc(slices.Clone(inv.Further), func(x Charge) bool { return x.Part != c.part })
}

// Charge is one line that a document has beside its usage, whatever its own shape
// is there. As JSON it is a line that has no other shape.
type Charge struct {
	Part     string          `json:"part"` // of section E; see the constants
	Kind     string          `json:"kind"` // such as coupon or minimum
	Label    string          `json:"label,omitempty"`
	Account  string          `json:"account,omitempty"`  // that it is for, where not for the group
	Provider string          `json:"provider,omitempty"` // whose usage it is on, where not all
	Tax      string          `json:"tax,omitempty"`      // category, where it is not that of usage
	TaxFree  bool            `json:"tax_free,omitempty"`
	First    *billing.Period `json:"first,omitempty"` // months that it is for, where not that of the document
	Last     *billing.Period `json:"last,omitempty"`
	Amount   money.Decimal   `json:"amount"` // rounded, tax out, negative where it lowers the total

	// Of is the line as the document has it: a Fee, Discount, Service, Shortfall,
	// Item or Coupon; nil for one that has no other shape.
	Of any `json:"-"`

	apart string // tells it from other lines of its part, where not Name, Account and Provider do
}

// Charges are all lines beside usage, in the order of section E.
func (inv Invoice) Charges() iter.Seq[Charge] {
	return func(yield func(Charge) bool) {
		for _, c := range charges {
			for _, line := range c.lines(inv) {
				if !yield(line) {
					return
				}
			}
		}
	}
}

// Name is the label, or what a line without one is called in English, or its kind.
func (c Charge) Name() string { return cmp.Or(c.Label, ChargeNames()[c.Kind], c.Kind) }

// ChargeNames are what lines are called, in English and by kind, that the settings
// give no label.
func ChargeNames() map[string]string {
	all := map[string]string{}
	for _, c := range charges {
		maps.Copy(all, c.names)
	}
	return all
}

// PartSum is what one part of section E comes to.
type PartSum struct {
	Part   string        `json:"part"`
	Amount money.Decimal `json:"amount"` // negative where it lowers the total
}

// Sums are what the charges come to, in the order of section E, those of 0 too.
func (inv Invoice) Sums() []PartSum {
	sums := make([]PartSum, len(charges))
	for i, c := range charges {
		sums[i] = PartSum{c.part, amounts(c.lines(inv), func(x Charge) money.Decimal { return x.Amount })}
	}
	return sums
}

// Empty tells whether a document says nothing: no usage, and nothing charged. Fees
// and discounts of nothing say nothing.
func (inv Invoice) Empty() bool {
	if len(inv.Accounts) > 0 || !inv.Subtotal.IsZero() || !inv.BeforeTax.IsZero() {
		return false
	}
	for c := range inv.Charges() {
		switch c.Of.(type) {
		case Fee, Discount, Coupon:
		default:
			return false
		}
	}
	return true
}

// add puts a line on the document that has no shape of its own: its exact amount is
// rounded.
func (d *drafting) add(c Charge) {
	c.Amount = d.inv.round(c.Amount)
	d.inv.Further = append(d.inv.Further, c)
	if c.TaxFree {
		d.setTaxFree(c.Amount)
		c.Tax = ""
	}
	d.charge(c.Amount, c.Tax)
}

// charge adds an amount to what is taxed; of another category than usage where
// one is named.
func (d *drafting) charge(amount money.Decimal, category string) {
	d.inv.BeforeTax = d.inv.BeforeTax.Add(amount)
	if category != "" {
		d.taxed[category] = d.taxed[category].Add(amount)
	}
}
