package invoice

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func (p *proof) supportTotal() {
	p.equal("support total", amounts(p.inv.Support, func(f Fee) money.Decimal { return f.Amount }), p.inv.SupportTotal)
}

// agencyTotal proves the total of agency fees, and the subtotal.
func (p *proof) agencyTotal() {
	inv := p.inv
	p.equal("agency total", amounts(inv.Agency, func(f Fee) money.Decimal { return f.Amount }), inv.AgencyTotal)
	p.equal("subtotal", money.Sum(inv.UsageTotal, inv.SupportTotal, inv.AgencyTotal), inv.Subtotal)
}

// elsewhere tells whether an agreement is on usage of a provider that has a
// document of its own, which this one is not.
func (p *proof) elsewhere(provider string) bool {
	return p.inv.Provider != "" && provider != "" && provider != p.inv.Provider
}

// dueFee is a fee that the settings ask for, and the accounts it is on.
type dueFee struct {
	plan     string
	account  string   // of a fee for one account by itself
	payer    string   // of that account
	accounts []string // all where there are none
}

func (f dueFee) on(account string) bool {
	return len(f.accounts) == 0 || slices.Contains(f.accounts, account)
}

// support proves each fee for support (R21).
func (p *proof) support() {
	var agreements []billing.Support
	var due []dueFee
	for _, s := range p.set.Support {
		if s.Kind == "none" || p.elsewhere(s.Provider) || !p.charged(s.From, s.To) {
			continue
		}
		for _, fee := range p.supportDue(s) {
			agreements, due = append(agreements, s), append(due, fee)
		}
	}
	if !p.count("support fees", len(due), len(p.inv.Support)) {
		return
	}
	for i, got := range p.inv.Support {
		s, name := agreements[i], fmt.Sprintf("support %d %s", i+1, due[i].plan)
		if s.Kind != "plan" {
			due[i].plan, name = "", fmt.Sprintf("support %d %s", i+1, s.Kind)
		}
		p.feeFor(name, s.Kind, due[i].plan, s.Provider, due[i].account, got)
		p.equalIf(name+": adjust", s.Adjust, got.Adjust)
		fee := p.supportFee(name, s, due[i], got)
		p.equal(name+": exact amount", fee.Percent(hundred.Add(orZero(s.Adjust))).Mul(got.Rate), got.Exact)
		p.equal(name+": amount", p.rounded(got.Exact), got.Amount)
	}
}

// supportDue are the fees of one agreement: one; or one for each account, and
// after those one for each plan that accounts share, by name.
func (p *proof) supportDue(s billing.Support) (fees []dueFee) {
	if s.Kind == "fixed" || s.Scope != perAccount {
		return []dueFee{{plan: s.Plan}}
	}
	shared := map[string]dueFee{}
	for _, a := range p.accountsOf(s.Provider) {
		plan, own := s.Accounts[a.Account]
		if !own {
			plan = s.Plan
		}
		switch {
		case plan == "none", s.Kind == "plan" && plan == "":
		case s.Kind != "plan" || plans[plan].byAccount:
			fees = append(fees, dueFee{plan: plan, account: a.Account, payer: a.Payer, accounts: []string{a.Account}})
		default:
			shared[plan] = dueFee{plan: plan, accounts: append(shared[plan].accounts, a.Account)}
		}
	}
	for _, plan := range Plans() {
		if fee, ok := shared[plan]; ok {
			fees = append(fees, fee)
		}
	}
	return fees
}

// accountsOf are the accounts of a provider, or all, each once.
func (p *proof) accountsOf(provider string) (accounts []Account) {
	seen := map[string]bool{}
	for _, a := range p.inv.Accounts {
		if !seen[a.Account] && (provider == "" || a.Provider == provider) {
			seen[a.Account] = true
			accounts = append(accounts, a)
		}
	}
	return accounts
}

// feeFor proves what the fee is for.
func (p *proof) feeFor(name, kind, plan, provider, account string, got Fee) {
	p.same(name+": kind", kind, got.Kind)
	p.same(name+": plan", plan, got.Plan)
	p.same(name+": provider", provider, got.Provider)
	p.same(name+": account", account, got.Account)
}

// supportFee proves base, table and rate of a fee, and returns what it comes to
// in the base's currency before it is adjusted.
func (p *proof) supportFee(name string, s billing.Support, due dueFee, got Fee) money.Decimal {
	if s.Kind == "fixed" {
		p.equal(name+": base", money.Zero, got.Base)
		p.same(name+": base currency", string(p.inv.Currency), string(got.BaseCurrency))
		p.equal(name+": rate", money.FromInt(1), got.Rate)
		p.table(name, nil, nil, got)
		return orZero(s.Amount)
	}
	p.supportBase(name, s, due, got)
	if due.account != "" {
		p.rate(name+": rate", got.BaseCurrency, due.payer, got.Rate)
	} else {
		p.listed(name+": rate", p.common(got.BaseCurrency, p.inv.Currency), got.Rate)
	}
	switch s.Kind {
	case "percent":
		p.equalIf(name+": percent", s.Percent, got.Percent)
		p.table(name, nil, nil, got)
		return got.Base.Percent(orZero(s.Percent))
	case "bands":
		return p.table(name, s.Bands, s.Minimum, got)
	}
	published, err := planIn(due.plan, p.inv.Period)
	if err != nil {
		p.differ(name+": plan", "one that is sold in "+p.inv.Period.String(), due.plan)
		return money.Zero
	}
	minimum := published.minimum
	if s.Minimum != nil {
		minimum = s.Minimum
	}
	return p.table(name, published.bands, minimum, got)
}

// supportBase proves the exact usage that a fee is on: a percent in the currency
// of the lines where they have one, else in the invoice's, tables in US dollars, at
// the common rates.
func (p *proof) supportBase(name string, s billing.Support, due dueFee, got Fee) {
	var lines []usedLine
	var from []string
	for _, l := range p.used {
		if due.on(l.account) && (s.Provider == "" || l.provider == s.Provider) {
			lines, from = append(lines, l), append(from, string(l.CostCurrency))
		}
	}
	slices.Sort(from)
	from = slices.Compact(from)
	in := planCurrency
	if s.Kind == "percent" {
		in = p.inv.Currency
	}
	if s.Kind == "percent" && len(from) == 1 {
		in = money.Currency(from[0])
	}
	p.same(name+": base currency", string(in), string(got.BaseCurrency))
	base := money.Zero
	for _, l := range lines {
		rate := p.common(l.CostCurrency, in)
		if rate == nil {
			p.differ(name+": base", fmt.Sprintf("one at a common rate from %s to %s, which the document does not list", l.CostCurrency, in), got.Base.String())
			return
		}
		cost := l.Cost
		if s.Base == afterDiscount {
			cost = p.discounted(l)
		}
		base = base.Add(cost.Mul(*rate))
	}
	p.equal(name+": base", base, got.Base)
}

// table proves the parts of a fee's base that marginal bands make, and returns
// the fee: at least the minimum, which is stated where it is more.
func (p *proof) table(name string, table []billing.SupportBand, least *money.Decimal, got Fee) money.Decimal {
	below := func(limit *money.Decimal) money.Decimal { // the part of the base below a limit
		part := got.Base
		if limit != nil && limit.Cmp(part) < 0 {
			part = *limit
		}
		return part
	}
	var want []Band
	fee, start := money.Zero, money.Zero
	for _, band := range table {
		part := below(band.UpTo).Sub(below(&start))
		if got.Base.Sign() > 0 && part.Sign() > 0 {
			want = append(want, Band{Part: part, Percent: band.Percent})
			fee = fee.Add(part.Percent(band.Percent))
		}
		start = below(band.UpTo)
	}
	if p.count(name+": bands", len(want), len(got.Bands)) {
		for i, band := range want {
			p.equal(fmt.Sprintf("%s: band %d: part", name, i+1), band.Part, got.Bands[i].Part)
			p.equal(fmt.Sprintf("%s: band %d: percent", name, i+1), band.Percent, got.Bands[i].Percent)
		}
	}
	if least == nil || least.Cmp(fee) <= 0 {
		p.equalIf(name+": minimum", nil, got.Minimum)
		return fee
	}
	p.equalIf(name+": minimum", least, got.Minimum)
	return *least
}

// agency proves each agency fee (R22).
func (p *proof) agency() {
	var agreements []billing.AgencyFee
	var accounts []string
	for _, a := range p.set.Agency {
		switch {
		case p.elsewhere(a.Provider), !p.charged(a.From, a.To):
		case a.Scope == perAccount:
			for _, account := range p.accountsOf(a.Provider) {
				agreements, accounts = append(agreements, a), append(accounts, account.Account)
			}
		default:
			agreements, accounts = append(agreements, a), append(accounts, "")
		}
	}
	if !p.count("agency fees", len(agreements), len(p.inv.Agency)) {
		return
	}
	for i, got := range p.inv.Agency {
		a, name := agreements[i], fmt.Sprintf("agency fee %d %s", i+1, agreements[i].Kind)
		p.feeFor(name, a.Kind, "", a.Provider, accounts[i], got)
		p.agencyBase(name, a, accounts[i], got)
		p.same(name+": base currency", string(p.inv.Currency), string(got.BaseCurrency))
		p.equalIf(name+": percent", a.Percent, got.Percent)
		p.equalIf(name+": adjust", nil, got.Adjust)
		p.table(name, nil, nil, got)
		p.equal(name+": rate", money.FromInt(1), got.Rate)
		p.equal(name+": exact amount", chargeOn(got.Base, a.Kind, a.Percent, a.Fixed, nil, a.Tiers), got.Exact)
		p.equal(name+": amount", p.rounded(got.Exact), got.Amount)
	}
}

// agencyBase proves what a fee is on, in the document's currency: usage of one
// account at the lines' rates; of all at the common rates, and support as printed.
func (p *proof) agencyBase(name string, a billing.AgencyFee, account string, got Fee) {
	after := a.BaseDiscount == "after"
	base := money.Zero
	if a.Kind == "fixed" { // is on nothing
		p.equal(name+": base", base, got.Base)
		return
	}
	for _, l := range p.used {
		if account != "" && l.account != account || a.Provider != "" && l.provider != a.Provider {
			continue
		}
		rate := &l.Rate
		if account == "" {
			rate = p.common(l.CostCurrency, p.inv.Currency)
		}
		if rate == nil {
			p.differ(name+": base", fmt.Sprintf("one at a common rate from %s, which the document does not list", l.CostCurrency), got.Base.String())
			return
		}
		cost := l.Cost
		if after {
			cost = p.discounted(l)
		}
		base = base.Add(cost.Mul(*rate))
	}
	if account == "" && a.Base == onUsageAndSupport {
		base = base.Add(p.inv.SupportTotal)
		if after {
			base = base.Sub(p.supportTaken())
		}
	}
	p.equal(name+": base", base, got.Base)
}
