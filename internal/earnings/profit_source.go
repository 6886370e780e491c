package earnings

import (
	"context"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Sources of profit that documents add to those of margin.
const (
	FromUnbilled        Source = "unbilled" // what documents bill for usage, less what is charged now: drafts and notes that are not made
	FromExchange        Source = "exchange" // what other rates than the common ones make of lines (R19)
	FromRounding        Source = "rounding" // of usage (R20)
	FromDiscount        Source = "discount"
	FromSupport         Source = "support"
	FromAgency          Source = "agency"
	FromBillingServices Source = "billing-services"
	FromShortfalls      Source = "shortfalls"
	FromItems           Source = "items"
	FromCoupons         Source = "coupons"
)

var documentSources = []Source{
	FromUnbilled, FromExchange, FromRounding, FromDiscount, FromSupport, FromAgency, FromBillingServices, FromShortfalls, FromItems, FromCoupons,
}

// FromCharge is the source that a charge of documents is which has no other: its
// part of section E.
func FromCharge(part string) Source { return Source(strings.ReplaceAll(part, " ", "-")) }

// sources tells what a month's profit is earned by, in the ledger's currency:
// the sources of margin but for the provider's tax, and what documents add. What
// is billed for adjusting entries stands against what they cost.
func (l *ledger) sources(ctx context.Context, m *month.Work, documents []invoice.Invoice) ([]SourceMargin, error) {
	groups, err := readMargins(ctx, m)
	if err != nil {
		return nil, err
	}
	totals, err := groups.total(ctx, m)
	if err != nil {
		return nil, err
	}
	by, charges := map[Source]money.Decimal{}, []Source(nil)
	add := func(source Source, amount money.Decimal) { by[source] = by[source].Add(amount) }
	for _, total := range totals {
		add(FromUnbilled, l.value(total.Currency, total.Sell).Neg())
		for _, s := range total.Sources {
			if s.Source != FromTax {
				add(s.Source, l.value(total.Currency, s.Amount))
			}
		}
	}
	for _, d := range documents {
		for _, a := range d.Accounts {
			for _, line := range a.Lines {
				at := l.value(line.CostCurrency, line.Cost)
				if line.Kind == statement.Entry {
					add(FromEntries, at)
				} else {
					add(FromUnbilled, at)
				}
				add(FromExchange, l.value(d.Currency, line.Exact).Sub(at))
			}
		}
		x := invoiceMargin(m, d)
		for source, amount := range map[Source]money.Decimal{
			FromRounding: x.Rounding, FromDiscount: x.Discount, FromSupport: x.Support, FromAgency: x.Agency,
			FromBillingServices: x.Services, FromShortfalls: x.Shortfall, FromItems: x.Items, FromCoupons: x.Coupons,
		} {
			add(source, l.value(d.Currency, amount))
		}
		for _, sum := range x.Charges {
			source := FromCharge(sum.Part)
			if !slices.Contains(charges, source) {
				charges = append(charges, source)
			}
			add(source, l.value(d.Currency, sum.Amount))
		}
	}
	slices.Sort(charges)
	var all []SourceMargin
	for _, list := range [][]Source{marginSources, documentSources, charges} {
		for _, source := range list {
			if source != FromTax {
				all = append(all, SourceMargin{source, by[source]})
			}
		}
	}
	return all, nil
}
