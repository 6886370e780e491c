package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
)

var (
	purposes        = []string{billing.PricingCredential, billing.AccountCredential}
	protocols       = []string{"sluice", "cloudforet", "cloudforet-billing"}
	backendSchemes  = []string{"grpc", "grpcs", "unix"}
	conditionWords  = []string{billing.AllConditions, billing.AnyCondition, billing.Always}
	conditionFields = []string{"account", "account_name", "service", "region", "usage_type", "resource", "description", "category"}
	accountForm     = regexp.MustCompile(`^[^\s/][^\s]*$`)
)

// sealedFields are secrets of the schemas that Sluice opens by itself.
var sealedFields = map[string][]string{"aws-key": {"secret_access_key"}, "google-key": {"key"}, "azure-sas": {"signature"}}

const (
	backendSchema  = "backend/" // before the name of the backend whose fields a credential has
	tagField       = "tag:"
	mostMonths     = 36
	mostIdle       = 3600 // seconds
	mostRequests   = 96
	mostConditions = 50
)

func (k *checker) ownProvider(path string, p billing.OwnProvider) {
	k.id(path+".id", p.ID)
	if _, known := billing.ProviderOf(p.ID); known {
		k.fail(path+".id", "%q is a provider that Sluice knows by itself; remove this one, or choose another id", p.ID)
	}
	k.required(path+".name", p.Name)
}

func (k *checker) credential(path string, c billing.Credential) {
	k.id(path+".id", c.ID)
	k.required(path+".organization", c.Organization)
	k.word(path+".purpose", c.Purpose, purposes)
	k.required(path+".provider", c.Provider)
	k.required(path+".schema", c.Schema)
	for _, name := range sealedFields[c.Schema] {
		if _, given := c.Fields[name]; given {
			k.fail(path+".fields."+name, "is a secret, which a configuration must not hold; remove it, and keep it with `sluice credential save`")
		}
	}
	if c.Account != "" && !accountForm.MatchString(c.Account) {
		k.fail(path+".account", "%q is not an account; write the id that the provider gives it", c.Account)
	}
	if c.BillingOnly && c.Account == "" {
		k.fail(path+".account", "is missing; a credential that is for billing only is the id of an account")
	}
	if c.Purpose == billing.PricingCredential && c.BillingOnly {
		k.fail(path+".billing_only", "is for accounts; a pricing credential reads bills by its keys")
	}
	if c.Purpose == billing.AccountCredential && c.Organization == access.Root {
		k.fail(path+".organization", "is the reseller; an account is a customer's, or a unit's")
	}
}

func (k *checker) backend(path string, b billing.Backend) {
	k.id(path+".name", b.Name)
	k.required(path+".provider", b.Provider)
	k.optionalWord(path+".protocol", b.Protocol, protocols)
	if b.Currency != "" {
		k.currency(path+".currency", b.Currency)
	}
	u, err := url.Parse(b.Address)
	switch {
	case err != nil || !slices.Contains(backendSchemes, u.Scheme) || u.User != nil || u.RawQuery != "" || u.Fragment != "",
		u.Scheme == "unix" && (u.Host != "" || len(u.Path) < 2),
		u.Scheme != "unix" && (u.Port() == "" || u.Hostname() == "" || strings.Trim(u.Path, "/") != ""):
		k.fail(path+".address", "%q is no address of a backend; write grpc://host:port, grpcs://host:port or unix:///path", b.Address)
	}
	if b.IdleSeconds < 0 || b.IdleSeconds > mostIdle {
		k.fail(path+".idle_seconds", "is %d; use 1 to %d, or leave it out", b.IdleSeconds, mostIdle)
	}
	if b.MostRows < 0 {
		k.fail(path+".most_rows", "is %d; use a number above 0, or leave it out", b.MostRows)
	}
}

// placeOfSource checks that a source says where its exports come from, as its kind
// does.
func (k *checker) placeOfSource(path string, s billing.Source) {
	if s.Ended { // where it was read from may be gone
		return
	}
	switch s.Kind {
	case billing.FromBackend:
		k.required(path+".backend", s.Backend)
		k.without(path+".url", s.URL, "a backend is asked at its own address; remove url")
	case billing.Pushed:
		k.without(path+".url", s.URL, "what is pushed has no place; remove url")
		k.without(path+".backend", s.Backend, "only sources of kind backend have one; remove it")
		k.without(path+".credential", s.Credential, "what is pushed needs none; remove it")
	default:
		k.required(path+".url", s.URL)
		k.without(path+".backend", s.Backend, "only sources of kind backend have one; remove it")
	}
}

func (k *checker) without(path, value, why string) {
	if value != "" {
		k.fail(path, "is given, but %s", why)
	}
}

func (k *checker) sourceRule(path string, r billing.SourceRule) {
	k.id(path+".id", r.ID)
	k.optionalWord(path+".when", r.When, conditionWords)
	switch {
	case r.When == billing.Always && len(r.Conditions) > 0:
		k.fail(path+".conditions", "are given, but the rule always holds; remove them, or write when: all")
	case r.When != billing.Always && len(r.Conditions) == 0:
		k.fail(path+".conditions", "is empty; say what rows the rule is for, or write when: always")
	}
	if k.atMost(path+".conditions", len(r.Conditions), mostConditions) {
		each(path+".conditions", r.Conditions, k.sourceCondition)
	}
	given := 0
	for _, name := range []string{r.GiveTo.Account, r.GiveTo.Project, r.GiveTo.Customer} {
		if name != "" {
			given++
		}
	}
	if given != 1 {
		k.fail(path+".give_to", "names %d owners; name exactly one of account, project and customer", given)
	}
}

func (k *checker) sourceCondition(path string, c billing.SourceCondition) {
	if key, tag := strings.CutPrefix(c.Field, tagField); !(tag && key != "") && !slices.Contains(conditionFields, c.Field) {
		k.fail(path+".field", "%q is not a field of rows; use %s, or tag:<key>", c.Field, oneOf(conditionFields))
	}
	tests := 0
	for _, text := range []string{c.Is, c.Not, c.Contains, c.NotContains} {
		if text != "" {
			tests++
			k.short(path, text)
		}
	}
	if tests != 1 {
		k.fail(path, "has %d tests; write exactly one of is, not, contains and not_contains", tests)
	}
}

func (k *checker) collection(path string, c *billing.Collection) {
	if c == nil {
		return
	}
	if c.At != "" && !timeOfDayForm.MatchString(c.At) {
		k.fail(path+".at", "%q is not a time of day; write it in UTC, such as 00:30", c.At)
	}
	if c.Months < 0 || c.Months > mostMonths {
		k.fail(path+".months", "is %d; use 1 to %d, or leave it out", c.Months, mostMonths)
	}
	if c.Requests < 0 || c.Requests > mostRequests {
		k.fail(path+".requests", "is %d; use 1 to %d, or leave it out", c.Requests, mostRequests)
	}
}

// units checks a customer's units, and that none is part of itself.
func (k *checker) units(path string, all []billing.Unit) {
	parents := map[string]string{}
	for _, u := range all {
		parents[u.ID] = u.Parent
	}
	seen := map[string]bool{}
	each(path, all, func(path string, u billing.Unit) {
		k.id(path+".id", u.ID)
		k.required(path+".name", u.Name)
		if seen[u.ID] {
			k.fail(path+".id", "unit %q is there twice in this customer", u.ID)
		}
		seen[u.ID] = true
		if _, there := parents[u.Parent]; u.Parent != "" && !there {
			k.fail(path+".parent", "%q is not a unit of this customer; declare it, or correct it here", u.Parent)
			return
		}
		above := u.Parent
		for range all {
			if above == u.ID {
				k.fail(path+".parent", "makes unit %q a part of itself; choose another one", u.ID)
				return
			}
			above = parents[above]
		}
	})
}

// connections checks what credentials, backends, sources and source rules name.
func (k *checker) connections(c billing.Config) {
	credentials := referable(c.Credentials, "credentials", func(x billing.Credential) string { return x.ID })
	backends := referable(c.Backends, "backends", func(b billing.Backend) string { return b.Name })
	sources := referable(c.Sources, "sources", func(s billing.Source) string { return s.Name })
	tree := access.TreeOf(c)
	organization := func(path, id string) {
		if _, ok := tree.Organization(id); id != "" && !ok {
			k.fail(path, "%q is no organization; use reseller, the id of a customer, or customer/unit", id)
		}
	}
	each("payers", c.Payers, func(path string, p billing.Payer) { k.providerNamed(c, path+".provider", p.Provider) })
	each("schedules", c.Schedules, func(path string, s billing.Schedule) { k.providerNamed(c, path+".provider", s.Provider) })
	charged := func(path string, s billing.InvoiceSettings) {
		each(path+".support", s.Support, func(path string, x billing.Support) { k.providerNamed(c, path+".provider", x.Provider) })
		each(path+".agency", s.Agency, func(path string, f billing.AgencyFee) { k.providerNamed(c, path+".provider", f.Provider) })
	}
	each("invoice_templates", c.InvoiceTemplates, func(path string, t billing.InvoiceTemplate) { charged(path+".invoice", t.Invoice) })
	each("billing_groups", c.BillingGroups, func(path string, g billing.BillingGroup) { charged(path+".invoice", g.Invoice) })
	each("backends", c.Backends, func(path string, b billing.Backend) { k.providerNamed(c, path+".provider", b.Provider) })
	each("credentials", c.Credentials, func(path string, x billing.Credential) {
		organization(path+".organization", x.Organization)
		k.providerNamed(c, path+".provider", x.Provider)
		if name, of := strings.CutPrefix(x.Schema, backendSchema); of {
			name, _, _ = strings.Cut(name, "/") // where a backend has several, its schema follows
			k.refers(path+".schema", name, backends)
		}
	})
	each("sources", c.Sources, func(path string, s billing.Source) {
		k.refers(path+".credential", s.Credential, credentials)
		k.refers(path+".backend", s.Backend, backends)
	})
	each("source_rules", c.SourceRules, func(path string, r billing.SourceRule) {
		k.refers(path+".source", r.Source, sources)
		organization(path+".give_to.customer", r.GiveTo.Customer)
		organization(path+".give_to.project", r.GiveTo.Project)
	})
	k.loneAccounts(c)
}

// providerNamed checks that a provider is known, or declared.
func (k *checker) providerNamed(c billing.Config, path, id string) {
	if _, known := c.Provider(id); id != "" && !known {
		k.fail(path, "%q is not a provider; use %s, or declare it among providers", id, oneOf(billing.ProviderIDs()))
	}
}

// loneAccounts refuses a second account of a provider for a unit whose customer has
// one of each only.
func (k *checker) loneAccounts(c billing.Config) {
	type place struct{ organization, provider string }
	has := map[place]billing.Credential{}
	for i, x := range c.Credentials {
		customer, unit, of := strings.Cut(x.Organization, "/")
		lone := slices.ContainsFunc(c.Customers, func(y billing.Customer) bool { return y.ID == customer && y.OneAccountPerUnit })
		if !of || unit == "" || x.Purpose != billing.AccountCredential || !lone {
			continue
		}
		at := place{x.Organization, x.Provider}
		if first, taken := has[at]; taken && first.Account != x.Account {
			k.fail(fmt.Sprintf("credentials[%d].organization", i), "has account %s at %s already, by credential %s; give this one a unit of its own, or lift one_account_per_unit of customer %s",
				first.Account, x.Provider, first.ID, customer)
			continue
		}
		has[at] = x
	}
}
