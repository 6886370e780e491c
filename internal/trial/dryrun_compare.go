package trial

import (
	"cmp"
	"context"
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

//go:embed sql/dryrun.sql
var dryRunSQL string

// cell is what a group pays under one payer for one service that one rule
// priced before and one after: what differences are added up from.
type cell struct {
	group, payer      string
	currency          money.Currency // the provider's
	kind              statement.Kind
	code, service     string
	before, after     *string // rules, as the query writes them
	price             desk.Amounts
	own               desk.Amounts // of price, what the reseller itself charges
	countWas, countIs int64
}

// readCells compares the views charges_before and charges_after. Where tags are
// numbered alike on both sides they tell charges apart.
func readCells(ctx context.Context, s engine.Session, tagged bool) ([]cell, error) {
	set := "0"
	if tagged {
		set = "x_tag_set"
	}
	type row struct {
		cell
		was, is, ownWas, ownIs money.Decimal
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{&r.group, &r.payer, &r.currency, &r.kind, &r.code, &r.service, &r.before, &r.after,
			engine.Exact(&r.was), engine.Exact(&r.is), engine.Exact(&r.ownWas), engine.Exact(&r.ownIs), &r.countWas, &r.countIs}
	}, strings.ReplaceAll(dryRunSQL, "{tag_set}", set))
	if err != nil {
		return nil, err
	}
	cells := make([]cell, len(rows))
	for i, r := range rows {
		cells[i] = r.cell
		cells[i].price, cells[i].own = desk.Compared(r.was, r.is), desk.Compared(r.ownWas, r.ownIs)
	}
	return cells, nil
}

// pricedBy reads a rule as the query writes it.
func pricedBy(written *string) *PricedBy {
	switch {
	case written == nil:
		return nil
	case *written == "*":
		return &PricedBy{Several: true}
	}
	parts := strings.SplitN(*written, "\x1f", 3)
	return &PricedBy{Book: parts[0], Rule: parts[1], Base: parts[2]}
}

// compare adds the cells up: for each currency what the reseller charges, and
// the groups' own differences.
func compare(cells []cell, buyerOf func(group string) buyer) ([]Difference, []GroupDifference) {
	own, byGroup := map[money.Currency]desk.Amounts{}, map[string][]cell{}
	for _, c := range cells {
		own[c.currency] = own[c.currency].Plus(c.own)
		byGroup[c.group] = append(byGroup[c.group], c)
	}
	totals, groups := []Difference{}, []GroupDifference{}
	for _, currency := range slices.Sorted(maps.Keys(own)) {
		totals = append(totals, Difference{Currency: currency, Amounts: own[currency]})
	}
	for _, id := range slices.Sorted(maps.Keys(byGroup)) {
		groups = append(groups, compareGroup(id, byGroup[id], buyerOf(id)))
	}
	return totals, groups
}

// serviceKey and ruleKey tell a group's differences apart.
type (
	serviceKey struct {
		kind     statement.Kind
		code     string
		currency money.Currency
	}
	ruleKey struct {
		before, after string // empty where there is none
		currency      money.Currency
	}
)

func compareGroup(id string, cells []cell, b buyer) GroupDifference {
	out := GroupDifference{Group: id, Customer: b.Customer, Seller: b.Parent, Currency: money.Currency(b.Currency)}
	totals, services, rules := map[money.Currency]Difference{}, map[serviceKey]ServiceDifference{}, map[ruleKey]RuleDifference{}
	for _, d := range out.converted(cells, b) {
		c := d.cell
		totals[c.currency] = totals[c.currency].plus(d.Difference)

		service := services[serviceKey{c.kind, c.code, c.currency}]
		service.Kind, service.Code, service.Service = c.kind, c.code, max(service.Service, c.service)
		service.Difference = service.plus(d.Difference)
		services[serviceKey{c.kind, c.code, c.currency}] = service

		key := ruleKey{value(c.before), value(c.after), c.currency}
		rule := rules[key]
		rule.RuleBefore, rule.RuleAfter = pricedBy(c.before), pricedBy(c.after)
		rule.ChargesBefore += c.countWas
		rule.ChargesAfter += c.countIs
		rule.Difference = rule.plus(d.Difference)
		rules[key] = rule
	}
	out.Totals = sortedValues(totals, cmp.Compare[money.Currency])
	out.Services = sortedValues(services, func(a, b serviceKey) int {
		return cmp.Or(-cmp.Compare(a.kind, b.kind), // usage, then marketplace
			cmp.Compare(services[a].Service, services[b].Service), cmp.Compare(a.code, b.code), cmp.Compare(a.currency, b.currency))
	})
	out.Rules = sortedValues(rules, func(a, b ruleKey) int {
		return cmp.Or(cmp.Compare(a.before, b.before), cmp.Compare(a.after, b.after), cmp.Compare(a.currency, b.currency))
	})
	return out
}

// value is a text that may be missing.
func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func sortedValues[K comparable, V any](all map[K]V, order func(a, b K) int) []V {
	values := make([]V, 0, len(all))
	for _, key := range slices.SortedFunc(maps.Keys(all), order) {
		values = append(values, all[key])
	}
	return values
}

// cellDifference is a cell's price, in the invoice's currency, too.
type cellDifference struct {
	cell
	Difference
}

// converted are the cells' differences. All are in the invoice's currency or,
// where any rate is missing, none: sums of some would look like all.
func (g *GroupDifference) converted(cells []cell, b buyer) []cellDifference {
	type pair struct {
		from  money.Currency
		payer string
	}
	all, rates := make([]cellDifference, len(cells)), map[pair]money.Decimal{}
	for i, c := range cells {
		all[i] = cellDifference{c, Difference{Currency: c.currency, Amounts: c.price}}
		pair := pair{c.currency, c.payer}
		rate, known := rates[pair]
		if !known {
			var err error
			if rate, err = b.rate(c.currency, c.payer); err != nil {
				g.MissingRates = append(g.MissingRates, err.Error())
			}
			rates[pair] = rate
		}
		at := desk.Compared(c.price.Before.Mul(rate), c.price.After.Mul(rate))
		all[i].Invoiced = &at
	}
	if g.MissingRates != nil {
		for i := range all {
			all[i].Invoiced = nil
		}
	}
	return all
}

// plus adds another difference of the same currency; the zero Difference takes
// its currency.
func (d Difference) plus(other Difference) Difference {
	sum := Difference{Currency: other.Currency, Amounts: d.Amounts.Plus(other.Amounts)}
	if other.Invoiced != nil {
		invoiced := *other.Invoiced
		if d.Invoiced != nil {
			invoiced = d.Invoiced.Plus(invoiced)
		}
		sum.Invoiced = &invoiced
	}
	return sum
}
