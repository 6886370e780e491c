package invoice

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// New makes the draft of the statement's invoice, in the order of section E of
// the rules: usage, marketplace and applied entries, converted (R19) and rounded
// (R20) into the group's currency; support (R21) and agency fee (R22); discount
// (R24); billing services (R23); what minimum and commitment to spend add;
// additional items and coupons; tax (R25); total, which makes a credit note when
// it is negative (R26); what is prepaid. The statement's amounts are exact, tax
// out, in the provider's currencies; those of the invoice are rounded, and every
// exact one is kept beside them. Equal arguments in any order of accounts, lines
// and rates give an equal document (R31).
//
// preview marks a month that the provider may still change (R29). The draft has
// no number, issue date or due date; Issue gives them.
//
// It is an error when an exchange rate is missing, or when the settings are of
// another group or cannot be applied.
func New(s statement.Statement, set Settings, inputs Inputs, preview bool) (Invoice, error) {
	inv := Invoice{ID: ID(s.Period, set.Group.ID, set.Provider)}
	d := drafting{inv: &inv, exchange: exchange{month: s.Period, rates: set.Rates}}
	if err := d.make(s, set); err != nil {
		return Invoice{}, fmt.Errorf("invoice %s: %w", inv.ID, err)
	}
	inv.Inputs, inv.Preview, inv.Notes = inputs, preview, slices.Clone(s.Notes)
	inv.NameProviders(set.Providers)
	return inv, nil
}

// ID names the document of a group and period, and of a provider where it is for
// one only: 2026-10/acme-main, 2026-10/acme-main/aws.
func ID(period billing.Period, group, provider string) string {
	id := period.String() + "/" + group
	if provider != "" {
		id += "/" + provider
	}
	return id
}

// drafting is a document in the making.
type drafting struct {
	inv      *Invoice
	set      Settings
	exchange exchange

	// taxed are the amounts that are taxed as something else than usage, by
	// category; taxFree are those that are free of tax.
	taxed   map[string]money.Decimal
	taxFree bool
}

// make goes through section E.
func (d *drafting) make(s statement.Statement, set Settings) error {
	set, err := set.complete(s.Period)
	if err == nil {
		err = set.check(s)
	}
	if err != nil {
		return &SettingsError{err}
	}
	d.set, d.exchange.group, d.taxed = set, set.Group, map[string]money.Decimal{}
	d.blank(s.Period)
	if err := d.usage(s); err != nil {
		return err
	}
	for _, c := range charges {
		if err := c.draft(d); err != nil {
			return err
		}
	}
	if err := d.taxes(); err != nil {
		return err
	}
	d.inv.Rates = d.exchange.usedRates()
	d.total()
	return nil
}

// blank fills in all that is no amount.
func (d *drafting) blank(period billing.Period) {
	set, group := d.set, d.set.Group
	inv := Invoice{
		ID:       d.inv.ID,
		State:    Draft,
		Period:   period,
		Group:    group.ID,
		Customer: group.Customer,
		Provider: set.Provider,
		Language: group.Language,
		Title:    group.Invoice.Subject,
		Seller: Party{
			Name:            set.Reseller.Name,
			Address:         addressLines(set.Reseller.Address, group.Language),
			TaxRegistration: set.Reseller.TaxRegistration,
			Contact:         set.Reseller.Contact,
			Postal:          set.Reseller.Address,
			Identity:        set.Reseller.Identity,
		},
		Buyer: Party{
			Name:            group.Name,
			Address:         addressLines(set.Customer.Address, group.Language),
			TaxRegistration: set.Customer.TaxRegistration,
			Contact:         set.Customer.Contact,
			Postal:          set.Customer.Address,
			Identity:        set.Customer.Buying(),
		},
		References:   group.Invoice.References,
		Payment:      slices.Clone(set.Reseller.Payment),
		Note:         group.Invoice.Note,
		DueTerms:     group.Invoice.Terms,
		Currency:     money.Currency(group.Currency),
		Digits:       *group.Invoice.Rounding.Digits,
		Rounding:     Rounding{Mode: group.Invoice.Rounding.Mode, Point: group.Invoice.Rounding.Point},
		TaxInclusive: group.Invoice.TaxInclusive,
		Frozen: Frozen{
			Invoice: group.Invoice, Services: set.Services, Coupons: set.Coupons, Items: set.Items, Layout: set.Layout,
			Balance: set.Balance, Spent: set.Spent,
		},
	}
	inv.Frozen.Invoice.Expect = nil // the reseller's own business
	*d.inv = inv
}

// round is the only rounding of a document.
func (inv *Invoice) round(exact money.Decimal) money.Decimal {
	return exact.Round(inv.Digits, inv.Rounding.Mode)
}

// during tells whether something that is charged from the month of one day on,
// up to the month before another's, is charged in a month.
func during(month billing.Period, from, to *billing.Day) bool {
	if from != nil && month.LastDay() < *from {
		return false
	}
	return to == nil || month.LastDay() < *to
}

// total closes the document (E.10, E.11); one with a negative total is a credit
// note (R26). What is prepaid pays for a positive total as far as it goes; a
// negative one goes to the balance where that is agreed.
func (d *drafting) total() {
	inv, settings := d.inv, d.set.Group.Invoice
	inv.Total = inv.BeforeTax.Add(inv.TaxTotal)
	inv.Document = DocumentInvoice
	if inv.Total.Sign() < 0 {
		inv.Document = DocumentCreditNote
	}
	if settings.Prepaid {
		balance := d.set.Balance
		inv.PrepaidBalance = &balance
		if inv.Total.Sign() > 0 && balance.Sign() > 0 {
			inv.PrepaidUsed = smaller(balance.Round(inv.Digits, money.Down), inv.Total)
		}
	}
	if settings.CarryCredit && inv.Total.Sign() < 0 {
		inv.Carried = inv.Total.Neg()
	}
	inv.Payable = inv.Total.Sub(inv.PrepaidUsed).Add(inv.Carried)
}

func smaller(a, b money.Decimal) money.Decimal {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func larger(a, b money.Decimal) money.Decimal {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}
