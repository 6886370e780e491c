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
	sums := sourceSums{ledger: l, by: map[Source]money.Decimal{}}
	for _, total := range totals {
		sums.addMargin(total)
	}
	for _, d := range documents {
		sums.addLines(d)
		sums.addCharges(d.Currency, invoiceMargin(m, d))
	}
	return sums.list(), nil
}

// sourceSums are what sources earn in a month, in the ledger's currency.
type sourceSums struct {
	*ledger
	by      map[Source]money.Decimal
	charges []Source // of documents, which have no other source
}

// add adds an amount in a currency, which is converted as the ledger does.
func (s *sourceSums) add(source Source, currency money.Currency, amount money.Decimal) {
	s.by[source] = s.by[source].Add(s.value(currency, amount))
}

// addMargin adds the month's margin in one currency. What is charged counts only
// as far as documents bill it.
func (s *sourceSums) addMargin(total MarginSum) {
	s.add(FromUnbilled, total.Currency, total.Sell.Neg())
	for _, one := range total.Sources {
		if one.Source != FromTax {
			s.add(one.Source, total.Currency, one.Amount)
		}
	}
}

// addLines adds what the lines of a document bill, and what its exchange rates
// make of them.
func (s *sourceSums) addLines(d invoice.Invoice) {
	for _, a := range d.Accounts {
		for _, line := range a.Lines {
			billed := FromUnbilled
			if line.Kind == statement.Entry {
				billed = FromEntries
			}
			at := s.value(line.CostCurrency, line.Cost)
			s.by[billed] = s.by[billed].Add(at)
			s.by[FromExchange] = s.by[FromExchange].Add(s.value(d.Currency, line.Exact).Sub(at))
		}
	}
}

// addCharges adds what a document bills beside its lines.
func (s *sourceSums) addCharges(currency money.Currency, x InvoiceMargin) {
	for source, amount := range map[Source]money.Decimal{
		FromRounding: x.Rounding, FromDiscount: x.Discount, FromSupport: x.Support, FromAgency: x.Agency,
		FromBillingServices: x.Services, FromShortfalls: x.Shortfall, FromItems: x.Items, FromCoupons: x.Coupons,
	} {
		s.add(source, currency, amount)
	}
	for _, sum := range x.Charges {
		source := FromCharge(sum.Part)
		if !slices.Contains(s.charges, source) {
			s.charges = append(s.charges, source)
		}
		s.add(source, currency, sum.Amount)
	}
}

// list are all sources in the order they are shown in.
func (s *sourceSums) list() (all []SourceMargin) {
	slices.Sort(s.charges)
	for _, list := range [][]Source{marginSources, documentSources, s.charges} {
		for _, source := range list {
			if source != FromTax {
				all = append(all, SourceMargin{source, s.by[source]})
			}
		}
	}
	return all
}
