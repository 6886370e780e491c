package assign

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Sale is one step on the way from the provider to who uses: a seller charges a
// billing group (R16). The price of a sale is what the next one costs its
// seller.
type Sale struct {
	Seller string // billing group of a reseller below; empty for the reseller itself
	Group  string // the billing group that pays
	// Books price the sale, one after the other: the nearest attachment, and
	// while a book says so the next one outward (R13). None means at cost.
	Books []string
}

// Tree knows who sells to whom: the reseller, resellers below it, billing
// groups and accounts, and the books attached to each (R5, R13, R16).
type Tree struct {
	reseller  *billing.Reseller
	customers map[string]billing.Customer
	groups    map[string]billing.BillingGroup
	accounts  map[string]billing.Account
	books     map[string]billing.PriceBook
}

// TreeOf reads the tree from a configuration.
func TreeOf(c billing.Config) Tree {
	return Tree{
		reseller:  c.Reseller,
		customers: byID(c.Customers, func(x billing.Customer) string { return x.ID }),
		groups:    byID(c.BillingGroups, func(g billing.BillingGroup) string { return g.ID }),
		accounts:  byID(c.Accounts, func(a billing.Account) string { return a.ID }),
		books:     byID(c.PriceBooks, func(b billing.PriceBook) string { return b.ID }),
	}
}

func byID[T any](all []T, id func(T) string) map[string]T {
	m := make(map[string]T, len(all))
	for _, x := range all {
		m[id(x)] = x
	}
	return m
}

// Book returns the book of an id.
func (t Tree) Book(id string) (billing.PriceBook, bool) {
	b, ok := t.books[id]
	return b, ok
}

// Group returns the billing group of an id.
func (t Tree) Group(id string) (billing.BillingGroup, bool) {
	g, ok := t.groups[id]
	return g, ok
}

// Sales returns the sales of what an account of a billing group uses on a day:
// the reseller's first, the one to the group itself last. A group that is not
// declared has none.
func (t Tree) Sales(group, account string, day billing.Day) []Sale {
	var sales []Sale
	seen := map[string]bool{}
	for g, ok := t.groups[group]; ok && !seen[g.ID]; g, ok = t.groups[g.Parent] {
		seen[g.ID] = true
		attached := []billing.Attachments{g.PriceBook, t.customers[g.Customer].PriceBook, t.sellingBook(g.Parent)} // nearest first
		if g.ID == group {
			attached = slices.Insert(attached, 0, t.accounts[account].PriceBook)
		}
		sale := Sale{Seller: g.Parent, Group: g.ID}
		for _, a := range attached {
			id := a.On(day)
			if id == "" {
				continue
			}
			sale.Books = append(sale.Books, id)
			if t.books[id].Then != billing.ThenParent {
				break
			}
		}
		sales = append(sales, sale)
	}
	slices.Reverse(sales)
	return sales
}

// sellingBook is what a seller attaches to all that it sells.
func (t Tree) sellingBook(seller string) billing.Attachments {
	switch {
	case seller != "":
		return t.customers[t.groups[seller].Customer].SellingBook
	case t.reseller != nil:
		return t.reseller.SellingBook
	}
	return nil
}

// BookDays returns the first days, within the period, of spans in which the
// tree's Sales stay the same for every group and account: the period's own first day, and
// each day on which an attachment begins or ends.
func BookDays(c billing.Config, period billing.Period) []billing.Day {
	days := []billing.Day{period.FirstDay()}
	add := func(all billing.Attachments) {
		for _, a := range all {
			for _, d := range []*billing.Day{a.From, a.To} {
				if d != nil && *d > period.FirstDay() && *d <= period.LastDay() {
					days = append(days, *d)
				}
			}
		}
	}
	if c.Reseller != nil {
		add(c.Reseller.SellingBook)
	}
	for _, x := range c.Customers {
		add(x.PriceBook)
		add(x.SellingBook)
	}
	for _, g := range c.BillingGroups {
		add(g.PriceBook)
	}
	for _, a := range c.Accounts {
		add(a.PriceBook)
	}
	slices.Sort(days)
	return slices.Compact(days)
}
