package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// parentCycles refuses groups that buy from each other in a circle: nobody in
// it buys from the reseller.
func (k *checker) parentCycles(c billing.Config) {
	at := map[string]int{}
	for i, g := range c.BillingGroups {
		at[g.ID] = i
	}
	const going, done = 1, 2
	visited := make([]int, len(c.BillingGroups))
	for i := range c.BillingGroups {
		var way []int // from i outward
		for next, ok := i, true; ok && visited[next] != done; next, ok = at[c.BillingGroups[next].Parent] {
			if visited[next] == going {
				k.parentCycle(c, way[slices.Index(way, next):])
				break
			}
			visited[next] = going
			way = append(way, next)
		}
		for _, j := range way {
			visited[j] = done
		}
	}
}

func (k *checker) parentCycle(c billing.Config, cycle []int) {
	const shown = 20
	var names, paths []string
	for n, i := range cycle {
		if n < shown {
			names = append(names, c.BillingGroups[i].ID)
		}
		paths = append(paths, fmt.Sprintf("billing_groups[%d].parent", i))
	}
	if len(cycle) > shown {
		names = append(names, "…")
	}
	names = append(names, names[0])
	k.conflict(paths[0], paths[1:], "parents go round in a circle: %s. Remove the parent of the group that buys from the reseller itself", strings.Join(names, " → "))
}

// tierBooks refuses books of a seller below the reseller that would show it
// what the reseller pays (R5, R16): their rules start from what the seller pays,
// or from public prices.
func (k *checker) tierBooks(c billing.Config) {
	below := booksBelow(c)
	each("price_books", c.PriceBooks, func(path string, b billing.PriceBook) {
		attached, ok := below[b.ID]
		if !ok {
			return
		}
		each(path+".rules", b.Rules, func(path string, r billing.PriceRule) {
			for _, f := range []struct {
				name    string
				basis   billing.Basis
				allowed []string
			}{
				{"base", r.Base, []string{string(billing.List)}},
				{"not_below", r.NotBelow, []string{string(billing.List), string(billing.SellerCost)}},
				{"not_above", r.NotAbove, []string{string(billing.List), string(billing.SellerCost)}},
			} {
				if f.basis != "" && !slices.Contains(f.allowed, string(f.basis)) {
					k.conflict(path+"."+f.name, []string{attached}, "R16: %s is the reseller's cost, but the book is attached to what a reseller below it sells, at %s; "+
						"use %s, or leave it out to start from what that reseller pays", f.basis, display(c, attached), oneOf(f.allowed))
				}
			}
		})
	})
}

// booksBelow are the books that price what a billing group sells to another,
// each with the first place where it is attached so.
func booksBelow(c billing.Config) map[string]string {
	groups := map[string]billing.BillingGroup{}
	for _, g := range c.BillingGroups {
		groups[g.ID] = g
	}
	buyers, sellers, accounts := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, g := range c.BillingGroups {
		if g.Parent == "" {
			continue
		}
		buyers[g.Customer] = true
		sellers[groups[g.Parent].Customer] = true
		for _, claim := range g.Claims {
			for _, account := range claim.Accounts {
				accounts[account] = true
			}
		}
	}
	below := map[string]string{}
	add := func(path string, all billing.Attachments) {
		for _, a := range booksOf(path, all) {
			if below[a.book] == "" {
				below[a.book] = a.path
			}
		}
	}
	each("billing_groups", c.BillingGroups, func(path string, g billing.BillingGroup) {
		if g.Parent != "" {
			add(path+".price_book", g.PriceBook)
		}
	})
	each("customers", c.Customers, func(path string, x billing.Customer) {
		if buyers[x.ID] {
			add(path+".price_book", x.PriceBook)
		}
		if sellers[x.ID] {
			add(path+".selling_book", x.SellingBook)
		}
	})
	enrols := enrolsBelow(c)
	each("accounts", c.Accounts, func(path string, a billing.Account) {
		if accounts[a.ID] || enrols(a.ID) {
			add(path+".price_book", a.PriceBook)
		}
	})
	return below
}
