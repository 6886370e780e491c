package invoice

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// charges proves each charge in the order of section E, what all comes to before
// tax, and what of it is free of tax.
func (p *proof) charges() {
	inv := p.inv
	p.soFar = inv.UsageTotal
	free := money.Zero
	for _, c := range charges {
		if p.whole {
			c.prove(p)
		}
		for _, line := range c.lines(inv) {
			p.soFar = p.soFar.Add(line.Amount)
			if line.TaxFree {
				free = free.Add(line.Amount)
			}
		}
		if c.total != nil {
			c.total(p)
		}
	}
	p.equal("before tax", p.soFar, inv.BeforeTax)
	for _, account := range inv.Accounts {
		for _, line := range account.Lines {
			if line.TaxFree {
				free = free.Add(line.Amount)
			}
		}
	}
	p.equal("tax-free", free, inv.TaxFree)
}

// lines proves the lines of a charge that has no shape of its own, one by one. The
// amounts wanted are exact.
func (p *proof) lines(part string, want []Charge) {
	got := charge{part: part}.lines(p.inv)
	if !p.count(part, len(want), len(got)) {
		return
	}
	for i, w := range want {
		name := strings.TrimSpace(fmt.Sprintf("%s %d %s", part, i+1, w.Label))
		p.same(name+": kind", w.Kind, got[i].Kind)
		p.same(name+": label", w.Label, got[i].Label)
		p.same(name+": account", w.Account, got[i].Account)
		p.same(name+": provider", w.Provider, got[i].Provider)
		p.same(name+": tax", w.Tax, got[i].Tax)
		p.same(name+": tax-free", fmt.Sprint(w.TaxFree), fmt.Sprint(got[i].TaxFree))
		p.same(name+": months", monthsOf(w), monthsOf(got[i]))
		p.equal(name+": amount", p.rounded(w.Amount), got[i].Amount)
	}
}

// chargeOn is the exact charge that a base makes (R22, R23).
func chargeOn(base money.Decimal, kind string, percent, fixed, limit *money.Decimal, tiers []billing.ChargeTier) money.Decimal {
	part := base.Percent(orZero(percent))
	switch kind {
	case "percent":
		return part
	case "fixed":
		return orZero(fixed)
	case "greater":
		if part.Cmp(orZero(fixed)) < 0 {
			part = orZero(fixed)
		}
		if limit != nil && part.Cmp(*limit) > 0 {
			part = *limit
		}
		return part
	}
	holds := slices.IndexFunc(tiers, func(t billing.ChargeTier) bool {
		return t.Min.Cmp(base) <= 0 && (t.Max == nil || t.Max.Cmp(base) > 0)
	})
	switch {
	case holds < 0:
		return money.Zero
	case kind == "tiered-percent":
		return base.Mul(tiers[holds].Value).Percent(money.FromInt(1))
	}
	return tiers[holds].Value
}

// services proves each billing service (R23).
func (p *proof) services() {
	declared := map[string]billing.BillingService{}
	for _, s := range p.inv.Frozen.Services {
		declared[s.ID] = s
	}
	var want []Service
	for _, use := range p.set.BillingServices {
		s := declared[use.Service]
		if !p.charged(use.From, use.To) {
			continue
		}
		if len(use.Accounts) == 0 {
			want = append(want, Service{ID: use.Service, Name: s.Name, Tax: s.Tax, Base: p.serviceBase(s, "", p.inv.UsageTotal)})
		}
		for _, account := range use.Accounts {
			total, sections := money.Zero, 0
			for _, a := range p.inv.Accounts {
				if a.Account == account {
					total, sections = total.Add(a.Total), sections+1
				}
			}
			if sections > 0 {
				want = append(want, Service{ID: use.Service, Name: s.Name, Tax: s.Tax, Account: account, Base: p.serviceBase(s, account, total)})
			}
		}
	}
	if !p.count("billing services", len(want), len(p.inv.BillingServices)) {
		return
	}
	for i, w := range want {
		name, got, s := fmt.Sprintf("billing service %d %s", i+1, w.ID), p.inv.BillingServices[i], declared[w.ID]
		p.same(name+": id", w.ID, got.ID)
		p.same(name+": name", w.Name, got.Name)
		p.same(name+": account", w.Account, got.Account)
		p.same(name+": tax", w.Tax, got.Tax)
		p.equal(name+": base", w.Base, got.Base)
		p.equal(name+": amount", p.rounded(chargeOn(got.Base, s.Kind, s.Percent, s.Fixed, s.UpperLimit, s.Tiers)), got.Amount)
	}
}

// serviceBase is the total that a service is on, less the discounts on usage in
// it unless it is before discount.
func (p *proof) serviceBase(s billing.BillingService, account string, total money.Decimal) money.Decimal {
	if s.Base == beforeDiscount {
		return total
	}
	for i, d := range p.agreed {
		if d.Base == onUsage {
			total = total.Sub(p.taken(i, account))
		}
	}
	return total
}

// shortfalls proves what commitment to spend and minimum add.
func (p *proof) shortfalls() {
	inv := p.inv
	var want []Shortfall
	add := func(kind, label string, promised, counted money.Decimal) {
		if missing := p.rounded(promised.Sub(counted)); missing.Sign() > 0 {
			want = append(want, Shortfall{Kind: kind, Label: label, Promised: promised, Counted: counted, Amount: missing})
		}
	}
	if c := p.set.SpendCommitment; c != nil && p.lastOfInterval(*c) {
		counted := inv.AfterDiscount
		if c.Base == onUsage {
			counted = inv.UsageTotal
		}
		add("commitment", c.Label, c.Amount, inv.Frozen.Spent.Add(counted))
	}
	if m := p.set.Minimum; m != nil {
		counted := p.soFar
		for _, s := range inv.Shortfalls {
			if s.Kind == "commitment" {
				counted = counted.Add(s.Amount)
			}
		}
		add("minimum", m.Label, m.Amount, counted)
	}
	if !p.count("shortfalls", len(want), len(inv.Shortfalls)) {
		return
	}
	for i, w := range want {
		name, got := fmt.Sprintf("shortfall %d %s", i+1, w.Kind), inv.Shortfalls[i]
		p.same(name+": kind", w.Kind, got.Kind)
		p.same(name+": label", w.Label, got.Label)
		p.equal(name+": promised", w.Promised, got.Promised)
		p.equal(name+": counted", w.Counted, got.Counted)
		p.equal(name+": amount", p.rounded(got.Promised.Sub(got.Counted)), got.Amount)
	}
}

// lastOfInterval tells whether an interval of the commitment ends with the
// document's month: after every so many months, and before the end of all.
func (p *proof) lastOfInterval(c billing.SpendCommitment) bool {
	months := func(m billing.Period) int { return 12*m.Year() + int(m.Month()) }
	begun := months(p.inv.Period) - months(c.From) // full months before this one
	if begun < 0 || c.To != nil && months(p.inv.Period) >= months(*c.To) {
		return false
	}
	return (begun+1)%max(1, c.Every) == 0 || c.To != nil && months(p.inv.Period)+1 == months(*c.To)
}

// items proves each additional item.
func (p *proof) items() {
	var want []billing.AdditionalItem
	for _, items := range [][]billing.AdditionalItem{p.set.AdditionalItems, p.inv.Frozen.Items} {
		for _, item := range items {
			if p.charged(item.From, item.To) {
				want = append(want, item)
			}
		}
	}
	if !p.count("additional items", len(want), len(p.inv.AdditionalItems)) {
		return
	}
	for i, w := range want {
		name, got := fmt.Sprintf("additional item %d %s", i+1, w.Label), p.inv.AdditionalItems[i]
		p.same(name+": label", w.Label, got.Label)
		p.equal(name+": unit price", w.UnitPrice, got.UnitPrice)
		p.equal(name+": quantity", w.Quantity, got.Quantity)
		p.same(name+": tax-free", fmt.Sprint(w.TaxFree), fmt.Sprint(got.TaxFree))
		p.same(name+": tax", w.Tax, got.Tax)
		p.equal(name+": amount", p.rounded(got.Quantity.Mul(got.UnitPrice)), got.Amount)
	}
}

// coupons proves each coupon; one of an amount takes off no more than is left.
func (p *proof) coupons() {
	remains := p.soFar
	var want []Coupon
	for _, code := range p.set.Coupons {
		at := slices.IndexFunc(p.inv.Frozen.Coupons, func(c billing.Coupon) bool { return c.Code == code })
		if at < 0 || !p.charged(p.inv.Frozen.Coupons[at].From, p.inv.Frozen.Coupons[at].To) {
			continue
		}
		c := p.inv.Frozen.Coupons[at]
		off := p.rounded(p.inv.AfterDiscount.Percent(orZero(c.Percent)))
		if c.Percent == nil {
			off = p.rounded(orZero(c.Amount))
			switch {
			case remains.Sign() <= 0:
				off = money.Zero
			case remains.Cmp(off) < 0:
				off = remains
			}
		}
		remains = remains.Sub(off)
		if !off.IsZero() {
			want = append(want, Coupon{Code: code, Label: c.Label, Percent: c.Percent, Amount: money.Zero.Sub(off)})
		}
	}
	if !p.count("coupons", len(want), len(p.inv.Coupons)) {
		return
	}
	for i, w := range want {
		name, got := fmt.Sprintf("coupon %d %s", i+1, w.Code), p.inv.Coupons[i]
		p.same(name+": code", w.Code, got.Code)
		p.same(name+": label", w.Label, got.Label)
		p.equalIf(name+": percent", w.Percent, got.Percent)
		p.equal(name+": amount", w.Amount, got.Amount)
	}
}
