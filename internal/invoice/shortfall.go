package invoice

import (
	"cmp"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// shortfallCharge is what a minimum and a commitment to spend add.
var shortfallCharge = charge{
	part:  PartShortfalls,
	names: map[string]string{"minimum": "Top-up to the minimum charge", "commitment": "Shortfall of the commitment to spend"},
	check: checkShortfalls,
	draft: (*drafting).shortfalls,
	prove: (*proof).shortfalls,
	of: func(inv Invoice) (lines []Charge) {
		for _, s := range inv.Shortfalls {
			lines = append(lines, Charge{
				Part: PartShortfalls, Kind: s.Kind, Label: s.Label, Amount: s.Amount, Of: s, apart: cmp.Or(s.Label, s.Kind),
			})
		}
		return lines
	},
}

// checkShortfalls refuses what is of one document for all where the month has one
// for each provider: each would be charged it.
func checkShortfalls(set Settings) (wrong []Wrong) {
	s := set.Group.Invoice
	switch there := s.Minimum != nil || s.SpendCommitment != nil; {
	case there && s.PerProvider:
		wrong = append(wrong, Wrong{
			Field: "per_provider", With: []string{"minimum", "spend_commitment"},
			Message: "is set, but a minimum charge and a commitment to spend are of one invoice for all providers; take them away, or per_provider",
		})
	case there && set.Provider != "":
		wrong = append(wrong, Wrong{
			Field: "minimum", With: []string{"spend_commitment"},
			Message: fmt.Sprintf("a minimum charge and a commitment to spend are of one invoice for all providers, and the month has one for %s alone; take them away for the month, or void what is issued of it", set.Provider),
		})
	}
	if m := s.Minimum; m != nil {
		wrong = append(wrong, tooLong("minimum.label", m.Label)...)
	}
	if c := s.SpendCommitment; c != nil {
		wrong = append(wrong, tooLong("spend_commitment.label", c.Label)...)
		wrong = append(wrong, notOneOf("spend_commitment.base", cmp.Or(c.Base, afterDiscount), onUsage, afterDiscount)...)
	}
	return wrong
}

// shortfalls adds what the month is below its minimum, and, in the last month of
// an interval, what its months are below the commitment to spend.
func (d *drafting) shortfalls() error {
	inv, settings := d.inv, d.set.Group.Invoice
	if spend := settings.SpendCommitment; spend != nil && settles(*spend, inv.Period) {
		d.shortfall("commitment", spend.Label, spend.Amount, d.set.Spent.Add(Counted(*inv, *spend)))
	}
	if least := settings.Minimum; least != nil {
		d.shortfall("minimum", least.Label, least.Amount, inv.BeforeTax)
	}
	return nil
}

func (d *drafting) shortfall(kind, label string, promised, counted money.Decimal) {
	amount := d.inv.round(promised.Sub(counted))
	if amount.Sign() > 0 {
		d.inv.Shortfalls = append(d.inv.Shortfalls, Shortfall{Kind: kind, Label: label, Promised: promised, Counted: counted, Amount: amount})
		d.charge(amount, "")
	}
}

// Counted is what a document counts towards a commitment to spend.
func Counted(inv Invoice, spend billing.SpendCommitment) money.Decimal {
	if spend.Base == onUsage {
		return inv.UsageTotal
	}
	return inv.AfterDiscount
}

// Interval returns the first and the last month of the commitment's interval that
// a month is in; false where it is in none.
func Interval(spend billing.SpendCommitment, month billing.Period) (first, last billing.Period, ok bool) {
	if month.Before(spend.From) || spend.To != nil && !month.Before(*spend.To) {
		return first, last, false
	}
	for first = spend.From; ; first = last.Next() {
		last = first
		for range max(spend.Every, 1) - 1 {
			last = last.Next()
		}
		if !last.Before(month) {
			break
		}
	}
	if spend.To != nil && !last.Before(*spend.To) { // an interval that the end cuts off is settled in its last month
		for last = first; last.Next().Before(*spend.To); last = last.Next() {
		}
	}
	return first, last, true
}

// settles tells whether an interval of the commitment ends with the month.
func settles(spend billing.SpendCommitment, month billing.Period) bool {
	_, last, ok := Interval(spend, month)
	return ok && last == month
}
