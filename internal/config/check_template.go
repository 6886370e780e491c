package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

func (k *checker) template(path string, t billing.InvoiceTemplate) {
	k.id(path+".id", t.ID)
	k.label(path+".name", t.Name)
	k.invoice(path+".invoice", t.Invoice)
}

// layer is a place that a group's invoice settings come from.
type layer struct {
	path     string // of the settings
	named    string // where the group names them; empty for its own
	settings billing.InvoiceSettings
}

// layers are the settings of a group, the nearest first: its template's, then
// its own.
func (n nouns) layers(path string, g billing.BillingGroup) []layer {
	own := layer{path: path + ".invoice", settings: g.Invoice}
	i, ok := n.templates[g.Template]
	if g.Template == "" || !ok {
		return []layer{own}
	}
	t := n.config.InvoiceTemplates[i]
	return []layer{{path: fmt.Sprintf("invoice_templates[%d].invoice", i), named: path + ".template", settings: t.Invoice}, own}
}

// nouns are the things that invoice settings name, by their ids.
type nouns struct {
	config              billing.Config
	templates           map[string]int
	services            map[string]billing.BillingService
	coupons             map[string]billing.Coupon
	serviceIDs, codeIDs referableSection
}

func nounsOf(c billing.Config) nouns {
	n := nouns{
		config: c, templates: map[string]int{}, services: map[string]billing.BillingService{}, coupons: map[string]billing.Coupon{},
		serviceIDs: referable(c.BillingServices, "billing_services", func(s billing.BillingService) string { return s.ID }),
		codeIDs:    referable(c.Coupons, "coupons", func(x billing.Coupon) string { return x.Code }),
	}
	for i, t := range c.InvoiceTemplates {
		n.templates[t.ID] = i
	}
	for _, s := range c.BillingServices {
		n.services[s.ID] = s
	}
	for _, x := range c.Coupons {
		n.coupons[x.Code] = x
	}
	return n
}

// invoiceNames checks what the invoice settings of groups and templates name.
func (k *checker) invoiceNames(c billing.Config) {
	n := nounsOf(c)
	each("invoice_templates", c.InvoiceTemplates, func(path string, t billing.InvoiceTemplate) { k.named(path+".invoice", t.Invoice, n) })
	each("billing_groups", c.BillingGroups, func(path string, g billing.BillingGroup) {
		k.named(path+".invoice", g.Invoice, n)
		for _, l := range n.layers(path, g) {
			k.fits(g, l, n)
		}
		k.composed(path, g, n)
		k.categories(path, g, n)
	})
}

func (k *checker) named(path string, s billing.InvoiceSettings, n nouns) {
	each(path+".billing_services", s.BillingServices, func(path string, u billing.ServiceUse) { k.refers(path+".service", u.Service, n.serviceIDs) })
	each(path+".coupons", s.Coupons, func(path, code string) { k.refers(path, code, n.codeIDs) })
}

// fits refuses charges and coupons that are in another currency than the
// group's invoices, or not for the group.
func (k *checker) fits(g billing.BillingGroup, l layer, n nouns) {
	report := func(path, format string, args ...any) {
		message := fmt.Sprintf(format, args...)
		if l.named == "" {
			k.fail(path, "%s", message)
			return
		}
		k.conflict(l.named, []string{path}, "the template does not fit: %s", message)
	}
	each(l.path+".billing_services", l.settings.BillingServices, func(path string, u billing.ServiceUse) {
		if s, ok := n.services[u.Service]; ok && string(s.Currency) != g.Currency {
			report(path+".service", "%q is in %s, the invoices of billing group %s are in %s; use a service in %s", u.Service, s.Currency, g.ID, g.Currency, g.Currency)
		}
	})
	each(l.path+".coupons", l.settings.Coupons, func(path, code string) {
		x, ok := n.coupons[code]
		switch {
		case !ok:
		case x.Currency != "" && string(x.Currency) != g.Currency:
			report(path, "coupon %q is in %s, the invoices of billing group %s are in %s; use one in %s", code, x.Currency, g.ID, g.Currency, g.Currency)
		case !mayUse(x, g.ID):
			report(path, "coupon %q is for %s only; add billing group %s to its groups, or remove it here", code, forWhom(x), g.ID)
		}
	})
}

// composed refuses settings of a group that are right where each stands and cannot
// be applied together: its template's with its own. It is no use to find that when
// the month is closed.
func (k *checker) composed(path string, g billing.BillingGroup, n nouns) {
	layers := n.layers(path, g)
	if len(layers) == 1 {
		return // they were checked by themselves
	}
	for _, w := range invoice.CheckSettings(n.master(g)) {
		l := saysFirst(layers, w.Field)
		if k.said(l.path + "." + w.Field) {
			continue
		}
		others := []string{path}
		for _, with := range w.With {
			others = append(others, saysFirst(layers, with).path+"."+with)
		}
		if l.named != "" {
			k.conflict(l.named, append(others, l.path+"."+w.Field), "the template does not fit: %s %s", w.Field, w.Message)
			continue
		}
		k.conflict(l.path+"."+w.Field, others, "%s (with what template %s says)", w.Message, g.Template)
	}
}

// saysFirst is the layer that a setting of a group comes from: the nearest that says
// it, else the group's own.
func saysFirst(layers []layer, field string) layer {
	name := field[:len(field)-len(strings.TrimLeft(field, "abcdefghijklmnopqrstuvwxyz_"))]
	for _, l := range layers {
		if slices.Contains(invoice.DifferentSettings(billing.InvoiceSettings{}, l.settings), name) {
			return l
		}
	}
	return layers[len(layers)-1]
}

// categories refuses what is taxed as a category that the group's invoices have no
// tax of. Taxes of a regime are not in the settings.
func (k *checker) categories(path string, g billing.BillingGroup, n nouns) {
	s := n.master(g)
	if s.TaxBy == "regime" {
		return
	}
	for _, l := range n.layers(path, g) {
		for _, x := range invoice.TaxedSettings(l.settings, n.config.BillingServices) {
			if !slices.Contains(taxCategories, x.Category) || slices.ContainsFunc(s.Tax, func(t billing.Tax) bool { return t.Category == x.Category }) {
				continue
			}
			is := "is"
			if !strings.HasSuffix(x.Field, ".tax") {
				is = "is taxed as"
			}
			k.conflict(l.path+"."+x.Field, []string{path}, "%s %s, but the invoices of billing group %s have no tax of that category; add one under tax, or correct it here", is, x.Category, g.ID)
		}
	}
}

// master is what the group's documents are made with.
func (n nouns) master(g billing.BillingGroup) billing.InvoiceSettings {
	i, ok := n.templates[g.Template]
	if g.Template == "" || !ok {
		return g.Invoice
	}
	return invoice.Master(g.Invoice, n.config.InvoiceTemplates[i].Invoice)
}

// providerSeries refuses a {provider} in numbers of documents that are for all
// providers: there is no name to put there.
func (k *checker) providerSeries(c billing.Config) {
	n := nounsOf(c)
	for i, g := range c.BillingGroups {
		s := n.master(g)
		for _, numbered := range []struct{ field, series string }{{"series", s.Series}, {"note_series", s.NoteSeries}} {
			if strings.Contains(numbered.series, "{provider}") && !s.PerProvider {
				k.fail(fmt.Sprintf("billing_groups[%d].invoice.%s", i, numbered.field),
					"%q names the provider, but the invoice is one for all providers; leave {provider} out, or set per_provider", numbered.series)
			}
		}
	}
}

// sellersSeries refuses a series of numbers that two sellers use: each of them
// would see gaps in its own documents (R30). Series are the same where their numbers
// are counted together, whatever day it is.
func (k *checker) sellersSeries(c billing.Config) {
	n := nounsOf(c)
	customers := map[string]string{} // of groups
	for _, g := range c.BillingGroups {
		customers[g.ID] = g.Customer
	}
	first := map[string]int{} // group that uses a counter
	for i, g := range c.BillingGroups {
		s := n.master(g)
		for _, numbered := range []struct{ field, series string }{{"series", s.Series}, {"note_series", s.NoteSeries}} {
			series := numbered.series
			if numbered.field == "series" && g.Parent == "" {
				series = cmp.Or(series, invoice.DefaultSeries)
			}
			if series == "" { // like the invoices, or named after who sells
				continue
			}
			counter := invoice.Series{Pattern: series, Group: g.ID, Customer: g.Customer, Provider: "{provider}"}.Key(billing.Day(0))
			j, known := first[counter]
			if !known {
				first[counter] = i
				continue
			}
			if other := c.BillingGroups[j]; customers[other.Parent] != customers[g.Parent] {
				k.conflict(fmt.Sprintf("billing_groups[%d].invoice.%s", i, numbered.field), []string{fmt.Sprintf("billing_groups[%d].invoice", j)},
					"%q numbers the invoices of group %s too, which come from another seller; each would see gaps. Give one of the two a series of its own", series, other.ID)
			}
		}
	}
}
