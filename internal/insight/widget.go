package insight

import (
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// DocumentMoney is what documents add to the margin of their lines, in one currency:
// exchange, rounding and charges such as support, discounts taken off.
type DocumentMoney struct {
	Currency  money.Currency `json:"currency"`
	Documents int            `json:"documents"`
	BeforeTax money.Decimal  `json:"before_tax"` // what they bill, with their lines
	Sources   []SourceSum    `json:"sources"`
}

// CommitmentMoney is what a month's reservations and savings plans did, in one
// currency.
type CommitmentMoney struct {
	Currency    money.Currency `json:"currency"`
	Commitments int            `json:"commitments"`
	Cost        money.Decimal  `json:"cost"`        // recurring fees, and the month's share of upfront fees
	UnusedCost  money.Decimal  `json:"unused_cost"` // of Cost: what nobody used
	// Utilization is the used part of Cost in percent, cut after two digits; nil where
	// there is no cost.
	Utilization *money.Decimal `json:"utilization_percent,omitempty"`
	// Crossed is the on-demand value of what commitments of one customer covered for
	// others by the provider's books, and CrossedCost what it cost their owners; Stands
	// is what of Crossed the others keep on their bills.
	Crossed     money.Decimal `json:"crossed"`
	CrossedCost money.Decimal `json:"crossed_cost"`
	Stands      money.Decimal `json:"crossed_stands"`
	Gain        money.Decimal `json:"gain"` // of billing groups as if each were alone
}

// OwedMoney is what is owed in one currency, by how many days it has been due.
type OwedMoney struct {
	Currency money.Currency `json:"currency"`
	NotDue   money.Decimal  `json:"not_due"`
	To30     money.Decimal  `json:"days_1_to_30"`
	To60     money.Decimal  `json:"days_31_to_60"`
	To90     money.Decimal  `json:"days_61_to_90"`
	Over90   money.Decimal  `json:"days_over_90"`
	Credit   money.Decimal  `json:"credit"` // zero or negative: open credit notes and unallocated payments
	Total    money.Decimal  `json:"total"`
}

// documentMoney sums up what documents of both months add, by currency.
func documentMoney(is earnings.Margin, was *earnings.Margin) []DocumentMoney {
	all := []DocumentMoney{}
	for _, x := range is.Invoices {
		i := slices.IndexFunc(all, func(d DocumentMoney) bool { return d.Currency == x.Currency })
		if i < 0 {
			i = len(all)
			all = append(all, DocumentMoney{Currency: x.Currency, Sources: []SourceSum{}})
		}
		all[i].Documents++
		all[i].BeforeTax = all[i].BeforeTax.Add(x.BeforeTax)
		for _, s := range adds(x) {
			sum := all[i].source(s.Source)
			sum.Amount = sum.Amount.Add(s.Amount)
		}
	}
	if was == nil {
		return all
	}
	for _, x := range was.Invoices {
		i := slices.IndexFunc(all, func(d DocumentMoney) bool { return d.Currency == x.Currency })
		if i < 0 {
			continue
		}
		for _, s := range adds(x) {
			sum := all[i].source(s.Source)
			sum.Before = sum.Before.Add(s.Amount)
		}
	}
	return all
}

func (d *DocumentMoney) source(source earnings.Source) *SourceSum {
	i := slices.IndexFunc(d.Sources, func(s SourceSum) bool { return s.Source == source })
	if i < 0 {
		i = len(d.Sources)
		d.Sources = append(d.Sources, SourceSum{Source: source})
	}
	return &d.Sources[i]
}

// adds are the sources that a document adds to the margin of its lines, none of 0.
func adds(x earnings.InvoiceMargin) (all []earnings.SourceMargin) {
	for _, s := range []earnings.SourceMargin{
		{Source: earnings.FromExchange, Amount: x.Exchange}, {Source: earnings.FromRounding, Amount: x.Rounding},
		{Source: earnings.FromDiscount, Amount: x.Discount}, {Source: earnings.FromSupport, Amount: x.Support},
		{Source: earnings.FromAgency, Amount: x.Agency}, {Source: earnings.FromBillingServices, Amount: x.Services},
		{Source: earnings.FromShortfalls, Amount: x.Shortfall}, {Source: earnings.FromItems, Amount: x.Items}, {Source: earnings.FromCoupons, Amount: x.Coupons},
	} {
		if !s.Amount.IsZero() {
			all = append(all, s)
		}
	}
	for _, sum := range x.Charges {
		all = append(all, earnings.SourceMargin{Source: earnings.FromCharge(sum.Part), Amount: sum.Amount})
	}
	return all
}

// commitments sums up what a month's reservations and savings plans did.
func (in *Insights) commitments(ctx context.Context, period billing.Period) ([]CommitmentMoney, error) {
	all := []CommitmentMoney{}
	err := in.answers.Commitments(ctx, period, func(r *commitment.Reports) error {
		if len(r.Commitments()) == 0 {
			return nil
		}
		list, err := r.List(ctx, commitment.Filter{})
		if err != nil {
			return err
		}
		crossings, err := r.Crossings(ctx, false)
		if err != nil {
			return err
		}
		all = commitmentMoney(list.Totals, crossings)
		return nil
	})
	return all, err
}

// commitmentMoney is one sum for each currency that has commitments.
func commitmentMoney(totals []commitment.Total, crossings []commitment.Crossing) []CommitmentMoney {
	all := []CommitmentMoney{}
	for _, t := range totals {
		m := CommitmentMoney{Currency: t.Currency, Commitments: t.Commitments, Cost: t.Cost, UnusedCost: t.UnusedCost, Gain: t.Gain}
		m.Utilization = percentOf(t.Cost.Sub(t.UnusedCost), t.Cost)
		for _, x := range crossings {
			if x.Currency == t.Currency && !x.Within {
				m.Crossed, m.CrossedCost, m.Stands = m.Crossed.Add(x.OnDemand), m.CrossedCost.Add(x.Effective), m.Stands.Add(x.Stands)
			}
		}
		all = append(all, m)
	}
	return all
}

// owed sums up what all customers owe today.
func (in *Insights) owed(ctx context.Context) (*[]OwedMoney, error) {
	books, err := in.receivables.All(ctx)
	if err != nil {
		return nil, err
	}
	return owedBy(books.Ageing(in.home.Today(), false)), nil
}

func owedBy(customers []invoice.Ageing) *[]OwedMoney {
	all := []OwedMoney{}
	for _, a := range customers {
		i := slices.IndexFunc(all, func(o OwedMoney) bool { return o.Currency == a.Currency })
		if i < 0 {
			i = len(all)
			all = append(all, OwedMoney{Currency: a.Currency})
		}
		o := &all[i]
		o.NotDue, o.To30, o.To60, o.To90 = o.NotDue.Add(a.NotDue), o.To30.Add(a.To30), o.To60.Add(a.To60), o.To90.Add(a.To90)
		o.Over90, o.Credit, o.Total = o.Over90.Add(a.Over90), o.Credit.Add(a.Credit), o.Total.Add(a.Total)
	}
	return &all
}
