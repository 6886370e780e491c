package invoice

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// serviceCharge is the billing services that a group uses.
var serviceCharge = charge{
	part:  PartBillingServices,
	check: checkServices,
	taxed: func(set Settings) (all []Taxed) {
		for i, use := range set.Group.Invoice.BillingServices {
			for _, s := range set.Services {
				if s.ID == use.Service {
					all = append(all, Taxed{fmt.Sprintf("billing_services[%d].service", i), s.Tax})
				}
			}
		}
		return all
	},
	once: func(set *Settings) {
		s := &set.Group.Invoice
		s.BillingServices = slices.DeleteFunc(slices.Clone(s.BillingServices), func(u billing.ServiceUse) bool {
			return slices.ContainsFunc(set.Services, func(x billing.BillingService) bool {
				return x.ID == u.Service && x.Kind == "fixed" && len(u.Accounts) == 0
			})
		})
	},
	draft: (*drafting).billingServices,
	prove: (*proof).services,
	of: func(inv Invoice) (lines []Charge) {
		for _, s := range inv.BillingServices {
			lines = append(lines, Charge{
				Part: PartBillingServices, Kind: "billing_service", Label: s.Name, Account: s.Account, Tax: s.Tax, Amount: s.Amount, Of: s,
			})
		}
		return lines
	},
}

func checkServices(set Settings) (wrong []Wrong) {
	for i, use := range set.Group.Invoice.BillingServices {
		for _, s := range set.Services {
			if s.ID != use.Service {
				continue
			}
			field := fmt.Sprintf("billing_services[%d].service", i)
			for _, w := range slices.Concat(
				notOneOf(field, cmp.Or(s.Base, afterDiscount), beforeDiscount, afterDiscount),
				incomplete(field, s.Kind, methodNeeds(s.Percent, s.Fixed, s.Tiers)),
			) {
				w.Message = "service " + s.ID + ": " + w.Message
				wrong = append(wrong, w)
			}
		}
	}
	return wrong
}

// billingServices adds the named charges (E.7, R23): on all usage, marketplace
// and entries of the document, or on those of accounts.
func (d *drafting) billingServices() error {
	inv := d.inv
	for _, use := range d.set.Group.Invoice.BillingServices {
		if !during(inv.Period, use.From, use.To) {
			continue
		}
		at := slices.IndexFunc(d.set.Services, func(s billing.BillingService) bool { return s.ID == use.Service })
		if at < 0 {
			return fmt.Errorf("R23: billing service %q is not declared; declare it under billing_services", use.Service)
		}
		service := d.set.Services[at]
		if service.Currency != inv.Currency {
			return fmt.Errorf("R23: billing service %s is in %s, the invoice in %s; declare one in %s", service.ID, service.Currency, inv.Currency, inv.Currency)
		}
		if len(use.Accounts) == 0 {
			d.billingService(service, "", inv.UsageTotal)
			continue
		}
		for _, account := range use.Accounts {
			total, there := inv.accountTotal(account)
			if there { // an account that is not on the invoice has nothing to be served
				d.billingService(service, account, total)
			}
		}
	}
	return nil
}

// accountTotal is what an account comes to, under all its payers.
func (inv *Invoice) accountTotal(account string) (total money.Decimal, there bool) {
	for _, a := range inv.Accounts {
		if a.Account == account {
			total, there = total.Add(a.Total), true
		}
	}
	return total, there
}

// billingService charges one on a total, less the discounts on usage in it where
// its base is after discount; one on usage and support is not such a discount.
func (d *drafting) billingService(s billing.BillingService, account string, total money.Decimal) {
	base := total
	if cmp.Or(s.Base, afterDiscount) == afterDiscount {
		group := d.set.Group.Invoice.Discount
		for i := range d.set.Group.Invoice.ServiceDiscounts {
			base = base.Sub(d.usageDiscount(i, account))
		}
		if group != nil && group.Base == onUsage {
			base = base.Sub(d.usageDiscount(groupDiscount, account))
		}
	}
	amount := d.inv.round(methodOf(s.Kind, s.Percent, s.Fixed, s.UpperLimit, s.Tiers).of(base))
	d.inv.BillingServices = append(d.inv.BillingServices, Service{
		ID: s.ID, Name: s.Name, Account: account, Base: base, Tax: s.Tax, Amount: amount,
	})
	d.charge(amount, s.Tax)
}

// method is how a charge follows from its base.
type method struct {
	kind           string
	percent, fixed money.Decimal
	limit          *money.Decimal
	tiers          []billing.ChargeTier
}

func methodOf(kind string, percent, fixed, limit *money.Decimal, tiers []billing.ChargeTier) method {
	m := method{kind: kind, limit: limit, tiers: tiers}
	if percent != nil {
		m.percent = *percent
	}
	if fixed != nil {
		m.fixed = *fixed
	}
	return m
}

// of is the exact charge on a base: a percent, a fixed amount, the greater of
// both up to a limit, or what the bracket that holds the base says. A base that
// no bracket holds, such as a negative one, is charged nothing.
func (m method) of(base money.Decimal) money.Decimal {
	switch m.kind {
	case "percent":
		return base.Percent(m.percent)
	case "fixed":
		return m.fixed
	case "greater":
		amount := larger(base.Percent(m.percent), m.fixed)
		if m.limit != nil {
			amount = smaller(amount, *m.limit)
		}
		return amount
	}
	for _, t := range m.tiers {
		if base.Cmp(t.Min) < 0 || t.Max != nil && base.Cmp(*t.Max) >= 0 {
			continue
		}
		if m.kind == "tiered-percent" {
			return base.Percent(t.Value)
		}
		return t.Value
	}
	return money.Zero
}
