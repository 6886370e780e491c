package month

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
)

// Changed names what two configurations decide differently in a month: who owns
// what, commitments, prices. Accounts, where given, are those that have charges in
// the month; what is decided on others does not count.
func Changed(was, now billing.Config, period billing.Period, accounts map[string]bool) []string {
	return effectIn(was, period, accounts).differing(effectIn(now, period, accounts))
}

// monthEffects is what a configuration decides in a month, each decision
// written so that equal ones are equal texts.
type monthEffects struct {
	present     func(account string) bool
	owners      map[string]string // by account, tags left aside
	tagClaims   map[string]string // by billing group
	enrolments  map[string]string // by payer
	pools       map[string]string // by id
	commitments map[string]string // by id
	sales       map[owning]string // the sales to a group of what an account uses, and their books
	bases       map[string]string // by billing group that owns something
	books       map[string]string // by id, of those in sales
}

// owning is a billing group and an account of which it owns something.
type owning struct{ group, account string }

// effectIn reads what a configuration decides in a month; of some accounts, or
// of all where there are none given.
func effectIn(c billing.Config, period billing.Period, accounts map[string]bool) monthEffects {
	e := monthEffects{
		present: func(account string) bool { return accounts == nil || accounts[account] },
		owners:  map[string]string{}, tagClaims: map[string]string{}, enrolments: map[string]string{}, pools: map[string]string{}, commitments: map[string]string{},
		sales: map[owning]string{}, bases: map[string]string{}, books: map[string]string{},
	}
	owned := map[owning]bool{}
	e.addOwners(c, period, owned)
	e.addTagClaims(c, period, owned)
	e.addEnrolments(c, period, accounts, owned)
	e.addPools(c, period, owned)
	e.addCommitments(c, period)
	e.addSales(c, period, owned)
	return e
}

// differing names what two configurations decide in another way. What only one
// of them has to price is named by its owner.
func (e monthEffects) differing(other monthEffects) []string {
	names := map[string]bool{}
	add := func(format string, ids []string) {
		for _, id := range ids {
			names[fmt.Sprintf(format, id)] = true
		}
	}
	add("who owns account %s", unequal(e.owners, other.owners, true))
	add("the tag claims of billing group %s", unequal(e.tagClaims, other.tagClaims, true))
	add("who enrols the accounts of payer %s", unequal(e.enrolments, other.enrolments, true))
	add("pool %s", unequal(e.pools, other.pools, true))
	add("commitment %s", unequal(e.commitments, other.commitments, true))
	for _, o := range unequal(e.sales, other.sales, false) {
		names["the price books and parents of billing group "+o.group] = true
	}
	add("the cost basis of billing group %s", unequal(e.bases, other.bases, false))
	add("price book %s", unequal(e.books, other.books, false))
	return slices.Sorted(maps.Keys(names))
}

// unequal returns the keys under which two maps differ; lone says whether a key
// of one of them alone counts.
func unequal[K comparable](a, b map[K]string, lone bool) (keys []K) {
	for k, text := range a {
		if other, ok := b[k]; ok && other != text || !ok && lone {
			keys = append(keys, k)
		}
	}
	for k := range b {
		if _, ok := a[k]; !ok && lone {
			keys = append(keys, k)
		}
	}
	return keys
}

// addOwners decides whose the accounts are (R1, R2, R4). Where an account moves
// inside the month it depends on the payer, too.
func (e monthEffects) addOwners(c billing.Config, period billing.Period, owned map[owning]bool) {
	month := assign.Month{Period: period, Config: c}
	decided := func(payer billing.Payer) map[string][]assign.Ownership {
		byAccount := map[string][]assign.Ownership{}
		for _, o := range month.Ownerships(assign.Load{Payer: payer}) {
			if !e.present(o.Account) {
				continue
			}
			byAccount[o.Account] = append(byAccount[o.Account], o)
			owned[owning{o.Group, o.Account}] = true
		}
		return byAccount
	}
	type account struct {
		Days  []assign.Ownership
		Moved map[string][]assign.Ownership // by payer, where it is not that
	}
	all := map[string]account{}
	for id, days := range decided(billing.Payer{}) {
		all[id] = account{Days: days, Moved: map[string][]assign.Ownership{}}
	}
	for _, payer := range c.Payers {
		if payer.OnAccountMove == "" {
			continue
		}
		for id, days := range decided(payer) {
			if !slices.Equal(days, all[id].Days) {
				all[id].Moved[payer.ID] = days
			}
		}
	}
	for id, a := range all {
		e.owners[id] = written(a)
	}
}

// addTagClaims decides whose lines of accounts are by their tags (R3).
func (e monthEffects) addTagClaims(c billing.Config, period billing.Period, owned map[owning]bool) {
	for _, g := range c.BillingGroups {
		var claims []string
		for _, cl := range g.Claims {
			from, to, ok := during(period, cl.From, cl.To)
			if !cl.Tagged() || !ok {
				continue
			}
			for _, a := range cl.Accounts {
				if !e.present(a) {
					continue
				}
				owned[owning{g.ID, a}] = true
				claims = append(claims, written([]any{a, from, to, sortedLists(cl.Tags), sortedLists(cl.CostCategories)}))
			}
		}
		if len(claims) > 0 {
			slices.Sort(claims)
			e.tagClaims[g.ID] = written(slices.Compact(claims))
		}
	}
}

func sortedLists(byName map[string][]string) map[string][]string {
	all := map[string][]string{}
	for name, values := range byName {
		all[name] = slices.Sorted(slices.Values(values))
	}
	return all
}

// addPools decides who bears what nobody claims (R4). Whose accounts are the
// pool's, and when, is with the owners.
func (e monthEffects) addPools(c billing.Config, period billing.Period, owned map[owning]bool) {
	for _, p := range c.Pools {
		p.Accounts = slices.Sorted(slices.Values(p.Accounts))
		p.Accounts = slices.DeleteFunc(p.Accounts, func(a string) bool { return !e.present(a) })
		if _, _, ok := during(period, p.From, p.To); !ok || len(p.Accounts) == 0 {
			continue
		}
		bearers := []string{p.Remainder}
		for _, f := range p.Fixed {
			bearers = append(bearers, f.Group)
		}
		for _, f := range p.Percent {
			bearers = append(bearers, f.Group)
		}
		for _, g := range bearers {
			for _, a := range p.Accounts {
				owned[owning{g, a}] = true
			}
		}
		p.From, p.To = nil, nil
		p.ByUsage = slices.Sorted(slices.Values(p.ByUsage))
		e.pools[p.ID] = written(p)
	}
}

// addCommitments decides whom commitments help (R8).
func (e monthEffects) addCommitments(c billing.Config, period billing.Period) {
	byID := map[string][]string{}
	for _, d := range c.Commitments {
		if d.From != nil && period.Before(*d.From) || d.To != nil && !period.Before(*d.To) {
			continue
		}
		d.From, d.To = nil, nil
		byID[d.ID] = append(byID[d.ID], written(d))
	}
	for id, decisions := range byID {
		slices.Sort(decisions)
		e.commitments[id] = written(decisions)
	}
}

// addSales decides the sales of what is owned, and what their books say (R13,
// R16).
func (e monthEffects) addSales(c billing.Config, period billing.Period, owned map[owning]bool) {
	tree, days := assign.TreeOf(c), assign.BookDays(c, period)
	type since struct {
		From  billing.Day
		Sales []assign.Sale
	}
	sold := func(a, b assign.Sale) bool {
		return a.Seller == b.Seller && a.Group == b.Group && slices.Equal(a.Books, b.Books)
	}
	for o := range owned {
		group, ok := tree.Group(o.group)
		if !ok {
			continue // the reseller's own, or a pool's
		}
		var spans []since
		for _, day := range days {
			sales := tree.Sales(o.group, o.account, day)
			if n := len(spans); n == 0 || !slices.EqualFunc(spans[n-1].Sales, sales, sold) {
				spans = append(spans, since{day, sales})
			}
			for _, sale := range sales {
				for _, id := range sale.Books {
					if _, known := e.books[id]; !known {
						book, _ := tree.Book(id)
						e.books[id] = bookIn(book, period)
					}
				}
			}
		}
		e.sales[o] = written(spans)
		e.bases[o.group] = string(group.CostBasis)
	}
}

// bookIn writes what a book says in a month: its rules on their days there, in
// their order.
func bookIn(b billing.PriceBook, period billing.Period) string {
	rules := rulesIn(b, period)
	var named []billing.Pattern
	if slices.ContainsFunc(rules, func(r billing.PriceRule) bool { return slices.Contains(r.Match.Service.Equal, billing.OtherServices) }) {
		for _, r := range b.Rules { // a rule of other days names its service, too
			named = append(named, r.Match.Service)
		}
	}
	return written([]any{cmp.Or(b.Order, billing.FirstMatch), rules, named})
}

// rulesIn are the rules of a book that hold on days of a month, with the first
// and last of these days where they are not the month's.
func rulesIn(b billing.PriceBook, period billing.Period) []billing.PriceRule {
	rules := []billing.PriceRule{}
	for _, r := range b.Rules {
		if r.From != nil && *r.From > period.LastDay() || r.To != nil && *r.To < period.FirstDay() {
			continue
		}
		if r.From != nil && *r.From <= period.FirstDay() {
			r.From = nil
		}
		if r.To != nil && *r.To >= period.LastDay() {
			r.To = nil
		}
		rules = append(rules, r)
	}
	return rules
}

// during returns the first and the last day of a month from a day on, to another
// exclusive; false where there are none.
func during(period billing.Period, from, to *billing.Day) (first, last billing.Day, ok bool) {
	first, last = period.FirstDay(), period.LastDay()
	if from != nil {
		first = max(first, *from)
	}
	if to != nil {
		last = min(last, *to-1)
	}
	return first, last, first <= last
}

// written is JSON of what can always be written.
func written(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // maps, lists and texts of a configuration can be
	}
	return string(data)
}

// SameTags tells whether two configurations ask about the same tags and cost
// categories in a month, so that they number a line's tags alike.
func SameTags(a, b billing.Config, period billing.Period) bool {
	return maps.Equal(askedTags(a, period), askedTags(b, period))
}

func askedTags(c billing.Config, period billing.Period) map[[2]string]bool {
	names := map[[2]string]bool{}
	for _, g := range c.BillingGroups {
		for _, cl := range g.Claims {
			if _, _, ok := during(period, cl.From, cl.To); ok {
				addNames(names, cl.Tags, cl.CostCategories)
			}
		}
	}
	for _, b := range c.PriceBooks {
		for _, r := range rulesIn(b, period) {
			addNames(names, r.Match.Tags, r.Match.CostCategories)
		}
	}
	return names
}

func addNames[T any](to map[[2]string]bool, tags, categories map[string]T) {
	for name := range tags {
		to[[2]string{"tag", name}] = true
	}
	for name := range categories {
		to[[2]string{"cost category", name}] = true
	}
}
