package invoice

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// agencyCharge is what the reseller charges for billing on the customer's behalf.
var agencyCharge = charge{
	part:  PartAgency,
	check: checkAgency,
	once: func(set *Settings) {
		s := &set.Group.Invoice
		s.Agency = slices.DeleteFunc(slices.Clone(s.Agency), func(x billing.AgencyFee) bool { return x.Kind == "fixed" && x.Provider == "" })
	},
	draft: (*drafting).agencyFees,
	prove: (*proof).agency,
	total: (*proof).agencyTotal,
	of:    func(inv Invoice) []Charge { return feeCharges(PartAgency, "agency_fee", inv.Agency) },
}

func checkAgency(set Settings) (wrong []Wrong) {
	for i, a := range set.Group.Invoice.Agency {
		field := fmt.Sprintf("agency[%d]", i)
		wrong = append(wrong, notOneOf(field+".scope", cmp.Or(a.Scope, perGroup), perGroup, perAccount)...)
		wrong = append(wrong, notOneOf(field+".base", cmp.Or(a.Base, onUsage), onUsage, onUsageAndSupport)...)
		wrong = append(wrong, notOneOf(field+".base_discount", cmp.Or(a.BaseDiscount, "before"), "before", "after")...)
		wrong = append(wrong, incomplete(field, a.Kind, methodNeeds(a.Percent, a.Fixed, a.Tiers))...)
		if a.Base == onUsageAndSupport && (a.Scope == perAccount || a.Provider != "") {
			wrong = append(wrong, Wrong{Field: field + ".base", Message: "is usage+support, but support is charged for the group; a fee for each account, or of one provider, is on usage (R22)"})
		}
	}
	return wrong
}

// agencyFees charge for billing on the customer's behalf (E.5, R22): on exact
// usage, converted once.
func (d *drafting) agencyFees() error {
	inv := d.inv
	for _, a := range d.set.Group.Invoice.Agency {
		if !inv.isOf(a.Provider) || !during(inv.Period, a.From, a.To) {
			continue
		}
		fees, err := d.agencyOf(a)
		if err != nil {
			return fmt.Errorf("agency fee: %w", err)
		}
		inv.Agency = append(inv.Agency, fees...)
	}
	for _, fee := range inv.Agency {
		inv.AgencyTotal = inv.AgencyTotal.Add(fee.Amount)
	}
	inv.Subtotal = inv.Subtotal.Add(inv.AgencyTotal)
	return nil
}

// agencyOf is one agreement: a fee on all usage at the common rate, and on the
// support as printed where it is part of the base; or a fee for each account, on
// its usage at its own rate.
func (d *drafting) agencyOf(a billing.AgencyFee) (fees []Fee, err error) {
	inv := d.inv
	if a.Scope != perAccount {
		base, err := d.agencyBase(a, "")
		if err != nil {
			return nil, err
		}
		if a.Base == onUsageAndSupport && a.Kind != "fixed" {
			base = base.Add(inv.SupportTotal)
			if a.BaseDiscount == "after" {
				base = base.Sub(d.supportDiscount())
			}
		}
		return []Fee{d.agencyFee(a, "", base)}, nil
	}
	var done []string
	for _, account := range inv.Accounts {
		if slices.Contains(done, account.Account) || a.Provider != "" && account.Provider != a.Provider {
			continue // an account under two payers has one fee
		}
		done = append(done, account.Account)
		base, err := d.agencyBase(a, account.Account)
		if err != nil {
			return nil, err
		}
		fees = append(fees, d.agencyFee(a, account.Account, base))
	}
	return fees, nil
}

// agencyBase is the exact usage that a fee is on, in the invoice's currency: of
// one account at its own rate, of all at the common one.
func (d *drafting) agencyBase(a billing.AgencyFee, account string) (money.Decimal, error) {
	base := money.Zero
	if a.Kind == "fixed" { // has no base, and needs no rate
		return base, nil
	}
	for x, line := range d.inv.usageLines {
		if account != "" && x.Account != account || a.Provider != "" && x.Provider != a.Provider {
			continue
		}
		rate := line.Rate
		if account == "" {
			var err error
			if rate, err = d.exchange.common(line.CostCurrency, d.inv.Currency); err != nil {
				return base, err
			}
		}
		cost := line.Cost
		if a.BaseDiscount == "after" {
			cost = without(cost, UsageDiscount(d.set.Group.Invoice, x.Account, line.Service))
		}
		base = base.Add(cost.Mul(rate))
	}
	return base, nil
}

// agencyFee is the fee on a base, which is in the invoice's currency.
func (d *drafting) agencyFee(a billing.AgencyFee, account string, base money.Decimal) Fee {
	exact := methodOf(a.Kind, a.Percent, a.Fixed, nil, a.Tiers).of(base)
	return Fee{
		Kind: a.Kind, Provider: a.Provider, Account: account, Base: base, BaseCurrency: d.inv.Currency, Percent: a.Percent,
		Rate: money.FromInt(1), Exact: exact, Amount: d.inv.round(exact),
	}
}
