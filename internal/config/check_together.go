package config

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// together checks what concerns several resources.
func (k *checker) together(c billing.Config) {
	if c.Reseller == nil {
		k.fail("reseller", "is missing; declare name and currency of the reseller")
	}
	k.twice(c)
	k.references(c)
	k.ownership(c)
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

	each("sources", c.Sources, func(path string, s billing.Source) { k.refers(path+".payer", s.Payer, payers) })
	each("billing_groups", c.BillingGroups, func(path string, g billing.BillingGroup) {
		k.refers(path+".customer", g.Customer, customers)
		k.refers(path+".price_book", g.PriceBook, books)
	})
	each("exchange_rates", c.ExchangeRates, func(path string, r billing.ExchangeRate) {
		k.refers(path+".payer", r.Payer, payers)
		k.refers(path+".group", r.Group, groups)
	})
	each("provider_invoices", c.ProviderInvoices, func(path string, i billing.ProviderInvoice) {
		k.refers(path+".payer", i.Payer, payers)
	})
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

// ownedSpan is the time for which somebody claims an account, [from, to).
type ownedSpan struct {
	owner    string // for people: billing group acme-main
	path     string // of the account in the claim
	from, to billing.Day
}

const (
	always = billing.Day(math.MinInt32) // an open beginning
	never  = billing.Day(math.MaxInt32) // an open end
)

func (s ownedSpan) dates() string {
	switch {
	case s.from == always && s.to == never:
		return "at all times"
	case s.from == always:
		return fmt.Sprintf("until %s (exclusive)", s.to)
	case s.to == never:
		return fmt.Sprintf("from %s on", s.from)
	}
	return fmt.Sprintf("from %s until %s (exclusive)", s.from, s.to)
}

// ownership refuses an account with two owners on the same day (R2). The
// present owner is the one whose claim begins first; of two that begin on the
// same day, the one declared first.
func (k *checker) ownership(c billing.Config) {
	spans := map[string][]ownedSpan{}
	var accounts []string // in the order of the file
	claim := func(account string, s ownedSpan) {
		if _, ok := spans[account]; !ok {
			accounts = append(accounts, account)
		}
		spans[account] = append(spans[account], s)
	}
	if c.Reseller != nil {
		each("reseller.accounts", c.Reseller.Accounts, func(path, account string) {
			claim(account, ownedSpan{"the reseller itself", path, always, never})
		})
	}
	for i, group := range c.BillingGroups {
		for j, owned := range group.Claims {
			s := ownedSpan{owner: "billing group " + group.ID, from: always, to: never}
			if owned.From != nil {
				s.from = *owned.From
			}
			if owned.To != nil {
				s.to = *owned.To
			}
			if s.from >= s.to { // refused already, and owns no day
				continue
			}
			each(fmt.Sprintf("billing_groups[%d].claims[%d].accounts", i, j), owned.Accounts, func(path, account string) {
				s.path = path
				claim(account, s)
			})
		}
	}
	for _, account := range accounts {
		k.overlaps(account, spans[account])
	}
}

// overlaps compares each claim with the one before it that lasts longest.
func (k *checker) overlaps(account string, spans []ownedSpan) {
	slices.SortStableFunc(spans, func(a, b ownedSpan) int { return cmp.Compare(a.from, b.from) })
	present := spans[0]
	for _, s := range spans[1:] {
		if s.from < present.to {
			k.fail(s.path, "R2: account %s is already owned by %s %s; claimed again here %s. End one of the two claims before the other begins",
				account, present.owner, present.dates(), s.dates())
		}
		if s.to > present.to {
			present = s
		}
	}
}
