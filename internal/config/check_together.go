package config

import (
	"github.com/sluice-billing/sluice/internal/billing"
)

// together checks what concerns several resources.
func (k *checker) together(c billing.Config) {
	if c.Reseller == nil {
		k.fail("reseller", "is missing; declare name and currency of the reseller")
	}
	k.twice(c)
	k.references(c)
	k.connections(c)
	k.invoiceNames(c)
	k.poolNames(c)
	k.parentCycles(c)
	k.tierBooks(c)
	k.sellersSeries(c)
	k.providerSeries(c)
	k.entryRuleGroups(c)
	k.ownership(c)
	k.tagClaims(c)
	k.enrolments(c)
	k.giveaways(c)
}

// twice finds resources with the same identity.
func (k *checker) twice(c billing.Config) {
	for _, kind := range kinds {
		seen := map[string]bool{}
		for i, r := range kind.list(c) {
			if r.id != "" && seen[r.id] {
				k.fail(kind.path(i), "is declared twice; keep one of the two")
			}
			seen[r.id] = true
		}
	}
}

// references checks that what a resource names is declared.
func (k *checker) references(c billing.Config) {
	payers := referable(c.Payers, "payers", func(p billing.Payer) string { return p.ID })
	customers := referable(c.Customers, "customers", func(x billing.Customer) string { return x.ID })
	groups := referable(c.BillingGroups, "billing_groups", func(g billing.BillingGroup) string { return g.ID })
	books := referable(c.PriceBooks, "price_books", func(b billing.PriceBook) string { return b.ID })
	templates := referable(c.InvoiceTemplates, "invoice_templates", func(t billing.InvoiceTemplate) string { return t.ID })
	projects := referable(c.Projects, "projects", func(p billing.Project) string { return p.Code })
	layouts := referable(c.InvoiceLayouts, "invoice_layouts", func(l billing.Layout) string { return l.ID })

	if c.Reseller != nil {
		k.refers("reseller.layout", c.Reseller.Layout, layouts)
	}
	each("invoice_templates", c.InvoiceTemplates, func(path string, t billing.InvoiceTemplate) {
		k.refers(path+".invoice.layout", t.Invoice.Layout, layouts)
	})
	each("sources", c.Sources, func(path string, s billing.Source) { k.refers(path+".payer", s.Payer, payers) })
	for _, a := range attachedBooks(c) {
		k.refers(a.path, a.book, books)
	}
	each("billing_groups", c.BillingGroups, func(path string, g billing.BillingGroup) {
		k.refers(path+".customer", g.Customer, customers)
		k.refers(path+".parent", g.Parent, groups)
		k.refers(path+".template", g.Template, templates)
		k.refers(path+".invoice.layout", g.Invoice.Layout, layouts)
		k.refers(path+".project", g.Project, projects)
		k.unitOf(path, g, c.Customers)
		each(path+".enrol", g.Enrol, func(path string, e billing.Enrolment) { k.refers(path+".payer", e.Payer, payers) })
	})
	each("pools", c.Pools, func(path string, p billing.Pool) { k.sharers(path, p, groups) })
	each("exchange_rates", c.ExchangeRates, func(path string, r billing.ExchangeRate) { k.rateNames(path, r, payers, groups) })
	each("provider_invoices", c.ProviderInvoices, func(path string, i billing.ProviderInvoice) {
		k.refers(path+".payer", i.Payer, payers)
	})
	each("commitments", c.Commitments, func(path string, x billing.Commitment) {
		if x.GiveTo != nil {
			k.refers(path+".give_to.group", x.GiveTo.Group, groups)
		}
	})
	each("coupons", c.Coupons, func(path string, x billing.Coupon) {
		each(path+".groups", x.Groups, func(path, group string) { k.refers(path, group, groups) })
	})
	each("entry_rules", c.EntryRules, func(path string, r billing.EntryRule) {
		k.refers(path+".payer", r.Payer, payers)
		k.refers(path+".group", r.Group, groups)
	})
}

func (k *checker) rateNames(path string, r billing.ExchangeRate, payers, groups referableSection) {
	k.refers(path+".payer", r.Payer, payers)
	k.refers(path+".group", r.Group, groups)
}

// referableSection holds the ids of a section that others name.
type referableSection struct {
	section string
	ids     []string
	known   map[string]bool
}

func referable[T any](items []T, section string, id func(T) string) referableSection {
	r := referableSection{section: section, known: map[string]bool{}}
	for _, item := range items {
		r.ids = append(r.ids, id(item))
		r.known[id(item)] = true
	}
	return r
}

// refers lets an empty id pass: where it is required, that is said elsewhere.
func (k *checker) refers(path, id string, to referableSection) {
	if id != "" && !to.known[id] {
		k.fail(path, "%q is not among %s;%s declare it there or correct it here", id, to.section, didYouMean(id, to.ids))
	}
}
