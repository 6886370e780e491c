package invoice

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// planCurrency is what the providers' tables are in.
const planCurrency money.Currency = "USD"

// supportCharge is what the reseller charges for support.
var supportCharge = charge{
	part:  PartSupport,
	check: checkSupport,
	once: func(set *Settings) {
		s := &set.Group.Invoice
		s.Support = slices.DeleteFunc(slices.Clone(s.Support), func(x billing.Support) bool { return x.Kind == "fixed" && x.Provider == "" })
	},
	draft: (*drafting).supportFees,
	prove: (*proof).support,
	total: (*proof).supportTotal,
	of:    func(inv Invoice) []Charge { return feeCharges(PartSupport, "support", inv.Support) },
}

// feeCharges are fees as lines.
func feeCharges(part, kind string, fees []Fee) (lines []Charge) {
	for _, f := range fees {
		lines = append(lines, Charge{
			Part: part, Kind: kind, Label: cmp.Or(f.Plan, f.Kind), Account: f.Account, Provider: f.Provider, Amount: f.Amount, Of: f,
		})
	}
	return lines
}

func checkSupport(set Settings) (wrong []Wrong) {
	for i, s := range set.Group.Invoice.Support {
		field := fmt.Sprintf("support[%d]", i)
		wrong = append(wrong, notOneOf(field+".scope", cmp.Or(s.Scope, perGroup), perGroup, perAccount)...)
		wrong = append(wrong, notOneOf(field+".base", cmp.Or(s.Base, beforeDiscount), beforeDiscount, afterDiscount)...)
		wrong = append(wrong, incomplete(field, s.Kind, map[string]bool{
			"none": true, "percent": s.Percent != nil, "fixed": s.Amount != nil, "bands": len(s.Bands) > 0, "plan": s.Plan != "" || len(s.Accounts) > 0,
		})...)
	}
	return wrong
}

// supportFees charges support (E.4, R21) on exact usage, in the provider's
// currency, converted once.
func (d *drafting) supportFees() error {
	inv := d.inv
	for _, s := range d.set.Group.Invoice.Support {
		if s.Kind == "none" || !inv.isOf(s.Provider) || !during(inv.Period, s.From, s.To) {
			continue
		}
		fees, err := d.supportOf(s)
		if err != nil {
			return fmt.Errorf("support: %w", err)
		}
		inv.Support = append(inv.Support, fees...)
	}
	for _, fee := range inv.Support {
		inv.SupportTotal = inv.SupportTotal.Add(fee.Amount)
	}
	inv.Subtotal = inv.Subtotal.Add(inv.SupportTotal)
	return nil
}

// isOf tells whether what is agreed on the usage of one provider, or of all, can
// be on the document: one for one provider has nothing of another's, not even a
// minimum.
func (inv *Invoice) isOf(provider string) bool {
	return provider == "" || inv.Provider == "" || provider == inv.Provider
}

// supportOf returns the fees of one agreement on support.
func (d *drafting) supportOf(s billing.Support) ([]Fee, error) {
	switch {
	case s.Kind == "fixed":
		exact := adjusted(*s.Amount, s.Adjust)
		return []Fee{{
			Kind: s.Kind, Provider: s.Provider, BaseCurrency: d.inv.Currency, Base: money.Zero, Adjust: s.Adjust,
			Rate: money.FromInt(1), Exact: exact, Amount: d.inv.round(exact),
		}}, nil
	case s.Scope == perAccount:
		return d.supportByAccount(s)
	default:
		fee, err := d.supportOn(s, s.Plan, nil, func(Account) bool { return true })
		return []Fee{fee}, err
	}
}

// supportByAccount charges a plan that is for one account to each account by
// itself, at its own rate, and every other plan once on all accounts that have
// it. A percent, or a table of the contract's own, is for each account by itself.
func (d *drafting) supportByAccount(s billing.Support) (fees []Fee, err error) {
	byPlan := map[string][]string{} // accounts that share a fee
	var order []string
	planOf := func(account string) string {
		if plan, ok := s.Accounts[account]; ok {
			return plan
		}
		return s.Plan
	}
	for _, a := range d.inv.Accounts {
		if s.Provider != "" && a.Provider != s.Provider {
			continue
		}
		plan := planOf(a.Account)
		if plan == "none" || s.Kind == "plan" && plan == "" {
			continue
		}
		if s.Kind == "plan" && !plans[plan].byAccount {
			if byPlan[plan] == nil {
				order = append(order, plan)
			}
			byPlan[plan] = append(byPlan[plan], a.Account)
			continue
		}
		if slices.ContainsFunc(fees, func(f Fee) bool { return f.Account == a.Account }) {
			continue // an account under two payers has one fee
		}
		fee, err := d.supportOn(s, plan, &a, func(x Account) bool { return x.Account == a.Account })
		if err != nil {
			return nil, err
		}
		fees = append(fees, fee)
	}
	slices.Sort(order)
	for _, plan := range order {
		fee, err := d.supportOn(s, plan, nil, func(x Account) bool { return slices.Contains(byPlan[plan], x.Account) })
		if err != nil {
			return nil, err
		}
		fees = append(fees, fee)
	}
	return fees, nil
}

// supportOn is one fee on the usage of some accounts; of one by itself where
// account is given, at that account's rate.
func (d *drafting) supportOn(s billing.Support, plan string, account *Account, counts func(Account) bool) (Fee, error) {
	fee := Fee{Kind: s.Kind, Plan: plan, Provider: s.Provider, Adjust: s.Adjust}
	if account != nil {
		fee.Account = account.Account
	}
	base, err := d.feeBase(s, counts)
	if err != nil {
		return fee, err
	}
	fee.Base, fee.BaseCurrency = base.amount, base.currency
	var exact money.Decimal // in the fee's currency
	switch s.Kind {
	case "percent":
		fee.Plan, fee.Percent = "", s.Percent
		exact = fee.Base.Percent(*s.Percent)
	case "bands":
		fee.Plan = ""
		exact = fee.banded(s.Bands, s.Minimum)
	default:
		p, err := planIn(plan, d.inv.Period)
		if err != nil {
			return fee, err
		}
		minimum := s.Minimum
		if minimum == nil {
			minimum = p.minimum
		}
		exact = fee.banded(p.bands, minimum)
	}
	if fee.Rate, err = d.feeRate(fee.BaseCurrency, account); err != nil {
		return fee, err
	}
	fee.Exact = adjusted(exact, s.Adjust).Mul(fee.Rate)
	fee.Amount = d.inv.round(fee.Exact)
	return fee, nil
}

// feeRate is the rate of a fee: the common one (R19), for one account by itself
// the account's, under the first payer it has.
func (d *drafting) feeRate(from money.Currency, account *Account) (money.Decimal, error) {
	if account != nil {
		return d.exchange.rate(from, account.Payer)
	}
	return d.exchange.common(from, d.inv.Currency)
}

// banded is what the marginal bands make of the fee's base, at least the minimum.
// Bands are on positive usage.
func (f *Fee) banded(bands []billing.SupportBand, minimum *money.Decimal) money.Decimal {
	sum, from := money.Zero, money.Zero
	for _, band := range bands {
		part := f.Base.Sub(from)
		if band.UpTo != nil {
			part = smaller(part, band.UpTo.Sub(from))
			from = *band.UpTo
		}
		if part.Sign() <= 0 {
			break
		}
		f.Bands = append(f.Bands, Band{Part: part, Percent: band.Percent})
		sum = sum.Add(part.Percent(band.Percent))
	}
	if minimum != nil && minimum.Cmp(sum) > 0 {
		f.Minimum = minimum
		return *minimum
	}
	return sum
}

// sumIn is an exact amount.
type sumIn struct {
	amount   money.Decimal
	currency money.Currency
}

// feeBase is the exact usage that support is on, in one currency: that of the
// lines, where they share one and it is a percent; US dollars for tables. A
// percent of no usage is 0 of the invoice's.
func (d *drafting) feeBase(s billing.Support, counts func(Account) bool) (base sumIn, err error) {
	sums := billing.Money{}
	for account, line := range d.inv.usageLines {
		if !counts(account) || s.Provider != "" && account.Provider != s.Provider {
			continue
		}
		cost := line.Cost
		if s.Base == afterDiscount {
			cost = without(cost, UsageDiscount(d.set.Group.Invoice, account.Account, line.Service))
		}
		sums.Add(line.CostCurrency, cost)
	}
	base.currency = planCurrency
	if s.Kind == "percent" {
		base.currency = d.inv.Currency
		if len(sums) == 1 {
			base.currency = sortedKeys(sums)[0]
		}
	}
	for _, currency := range sortedKeys(sums) {
		rate, err := d.exchange.common(currency, base.currency)
		if err != nil {
			return base, err
		}
		base.amount = base.amount.Add(sums[currency].Mul(rate))
	}
	return base, nil
}

func sortedKeys(sums billing.Money) []money.Currency { return slices.Sorted(maps.Keys(sums)) }

func adjusted(fee money.Decimal, percent *money.Decimal) money.Decimal {
	if percent == nil {
		return fee
	}
	return fee.Add(fee.Percent(*percent))
}
