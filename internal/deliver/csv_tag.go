package deliver

import (
	"cmp"
	"iter"
	"maps"
	"slices"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/spread"
	"github.com/sluice-billing/sluice/internal/statement"
)

// TagCost is what lines with one value of a tag cost of a service of an account:
// exact, at the customer's price, in the provider's currency. Only how such costs
// are to each other counts, so they may be of more lines than one document has.
type TagCost struct {
	Account     string
	Service     string
	Marketplace bool
	Currency    money.Currency
	Tag         string // as it is written in the file, such as Team=web; empty for lines without the tag
	Cost        money.Decimal
}

// untagged is written where lines have no tag.
const untagged = "untagged"

// tagListing has the columns of accountListing with the tag in place of the account.
// Each amount of a service is divided among tags as their costs are; what no tag
// has, such as entries, is untagged. These hold exactly, whatever is rounded where:
//
//	_ACCOUNT_TOTAL of a tag = Σ of its rows
//	Σ Charge of _ACCOUNT_TOTAL = the document's usage total
//	_TOTAL is that of accountListing
//
// A row _ROUNDING is what usage has more than its rounded lines where it is rounded
// per account or invoice (R20).
var tagListing = listing{
	name:    "tags",
	columns: slices.Concat(serviceTypeColumns[:4], texts("Tag"), serviceTypeColumns[6:]),
	rows: func(inv invoice.Invoice, o Options) iter.Seq[spread.Row] {
		after := discountedAmounts(inv)
		rows := accountRows{inv: inv, options: o}
		rows.tags(tagged(inv, o.Tags[inv.ID], after))
		rows.group(after)
		return func(yield func(spread.Row) bool) {
			for _, r := range rows.rows {
				// A row of an account has its id and name where this has the tag.
				r.Cells = slices.Concat(r.Cells[:4], r.Cells[4:5], r.Cells[6:])
				if !yield(r) {
					return
				}
			}
		}
	},
}

// tagKey is a row of a tag.
type tagKey struct{ tag, provider, kind, service string }

// tagSums are a row's amounts before and after discounts, and of it what is taxed.
type tagSums struct{ charge, after, taxable money.Decimal }

func (a tagSums) add(b tagSums) tagSums {
	return tagSums{a.charge.Add(b.charge), a.after.Add(b.after), a.taxable.Add(b.taxable)}
}

// tagged divides the usage of a document among tags.
func tagged(inv invoice.Invoice, costs []TagCost, after discounted) map[tagKey]tagSums {
	type lineKey struct {
		account, service string
		marketplace      bool
		currency         money.Currency
	}
	shares := map[lineKey]map[string]money.Decimal{}
	for _, c := range costs {
		key := lineKey{c.Account, c.Service, c.Marketplace, c.Currency}
		if shares[key] == nil {
			shares[key] = map[string]money.Decimal{}
		}
		shares[key][c.Tag] = shares[key][c.Tag].Add(c.Cost)
	}

	sums, rest := map[tagKey]tagSums{}, inv.UsageTotal
	for i, account := range inv.Accounts {
		for j, line := range account.Lines {
			rest = rest.Sub(line.Amount)
			key := tagKey{"", account.Provider, "Service", line.Service}
			whole := tagSums{line.Amount, after.lines[i][j], after.lines[i][j]}
			if line.TaxFree {
				whole.taxable = whole.after.Sub(line.Amount)
			}
			if line.Kind == statement.Entry {
				key.kind = "ServiceFee"
				sums[key] = sums[key].add(whole)
				continue
			}
			of := shares[lineKey{account.Account, line.Service, line.Kind == statement.Marketplace, line.CostCurrency}]
			for tag, part := range divided(whole, of, inv) {
				key.tag = tag
				sums[key] = sums[key].add(part)
			}
		}
	}
	if !rest.IsZero() {
		sums[tagKey{"", inv.Provider, "Service", "_ROUNDING"}] = tagSums{charge: rest}
	}
	return sums
}

// divided divides the amounts of a line as the costs of its tags are to each other.
// Each part is the difference of two rounded sums, so that all parts together are
// the line exactly and none is off by more than the last digit.
func divided(whole tagSums, costs map[string]money.Decimal, inv invoice.Invoice) iter.Seq2[string, tagSums] {
	return func(yield func(string, tagSums) bool) {
		total := money.Sum(slices.Collect(maps.Values(costs))...)
		if total.IsZero() {
			yield("", whole)
			return
		}
		part := func(amount, upTo money.Decimal) money.Decimal {
			return amount.Mul(upTo).Quo(total, inv.Digits+6).Round(inv.Digits, money.HalfUp)
		}
		var upTo money.Decimal
		var before tagSums
		for _, tag := range slices.SortedFunc(maps.Keys(costs), compareTags) {
			upTo = upTo.Add(costs[tag])
			now := tagSums{part(whole.charge, upTo), part(whole.after, upTo), part(whole.taxable, upTo)}
			if !yield(tag, tagSums{now.charge.Sub(before.charge), now.after.Sub(before.after), now.taxable.Sub(before.taxable)}) {
				return
			}
			before = now
		}
	}
}

// compareTags puts what is untagged behind the tags.
func compareTags(a, b string) int {
	if (a == "") != (b == "") {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// tags adds the rows of each tag and their sum.
func (r *accountRows) tags(sums map[tagKey]tagSums) {
	keys := slices.SortedFunc(maps.Keys(sums), func(a, b tagKey) int {
		return cmp.Or(compareTags(a.tag, b.tag), cmp.Compare(a.provider, b.provider), cmp.Compare(a.kind, b.kind), cmp.Compare(a.service, b.service))
	})
	var of tagSums
	for i, key := range keys {
		row := sums[key]
		tag := invoice.Account{Account: cmp.Or(key.tag, untagged), Provider: key.provider}
		r.add(tag, key.kind, key.service, row.charge, row.after, row.taxable)
		of = of.add(row)
		if i+1 == len(keys) || keys[i+1].tag != key.tag {
			tag.Provider = r.inv.Provider
			r.add(tag, "Account", "_ACCOUNT_TOTAL", of.charge, of.after, of.taxable)
			of = tagSums{}
		}
	}
}
