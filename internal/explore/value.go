package explore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Value is one value of a dimension, to choose from.
type Value struct {
	Value  string        `json:"value"`           // empty text where charges have none
	Label  string        `json:"label,omitempty"` // a name for people, where there is one
	Prices billing.Money `json:"prices"`          // what is charged for it, by currency
}

// mostListed bounds how many values are told.
const mostListed = 100

// Values lists the values that a dimension has in months, the dearest first, of
// those that have a text in them or in their label; capital letters or small ones.
// groups bounds it to what some billing groups are billed, and to ShownDimensions; nil
// is everything that the reseller sells.
func (x *Explorer) Values(ctx context.Context, from, to billing.Period, d Dimension, containing string, groups []string) ([]Value, error) {
	b, known := &query{from: "sums s"}, dimensions
	if groups != nil {
		known = shown
		b.bind(groups)
	} else {
		b.among("s.seller", false, []string{""})
	}
	q, err := Question{From: from, To: to, By: []Dimension{d}}.checked(known)
	if err != nil || groups != nil && len(groups) == 0 {
		return []Value{}, err
	}
	if d == MarginSource {
		b.from = steps
	}
	label := "''"
	if d == Account {
		label = "MAX(s.account_name)"
	}
	column := b.column(d)
	sql := fmt.Sprintf("SELECT %[1]s, s.currency, %[2]s, CAST(SUM(s.price) AS VARCHAR) FROM %[3]s WHERE %[4]s GROUP BY %[1]s, s.currency ORDER BY SUM(s.price) DESC, %[1]s",
		column, label, b.from, strings.Join(b.where, " AND "))
	declared, err := x.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	labels := labelsOf(declared, d)
	values := []Value{}
	err = x.reading(ctx, q.From, q.To, func(s engine.Session, months []billing.Period) error {
		if len(months) == 0 {
			return nil
		}
		type row struct {
			value, label string
			currency     money.Currency
			price        money.Decimal
		}
		if err := x.nameAccounts(ctx, s, q); err != nil {
			return err
		}
		rows, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.value, &r.currency, &r.label, engine.Exact(&r.price)} }, sql, b.args...)
		values = []Value{}
		at := map[string]int{}
		for _, r := range rows {
			name := cmp.Or(labels[r.value], r.label)
			if !contains(r.value, containing) && !contains(name, containing) {
				continue
			}
			i, listed := at[r.value]
			if !listed {
				if len(values) == mostListed {
					continue
				}
				i = len(values)
				at[r.value] = i
				values = append(values, Value{Value: r.value, Label: name, Prices: billing.Money{}})
			}
			values[i].Prices.Add(r.currency, r.price)
		}
		return err
	})
	return values, err
}

func contains(text, part string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// labelsOf are the names that are declared for the values of a dimension.
func labelsOf(c billing.Config, d Dimension) map[string]string {
	labels := map[string]string{}
	switch d {
	case Account:
		return c.AccountNames()
	case Provider:
		for _, id := range billing.ProviderIDs() {
			p, _ := billing.ProviderOf(id)
			labels[id] = p.Name
		}
		for _, p := range c.Providers {
			labels[p.ID] = p.Name
		}
	case Payer:
		for _, p := range c.Payers {
			labels[p.ID] = p.Name
		}
	case Customer:
		for _, x := range c.Customers {
			labels[x.ID] = x.Name
		}
	case Group, Owner:
		for _, g := range c.BillingGroups {
			labels[g.ID] = g.Name
		}
	}
	return labels
}

// TagKeys lists the keys of the tags that are on charges of months, sorted; with
// groups, on what they are billed.
func (x *Explorer) TagKeys(ctx context.Context, from, to billing.Period, groups []string) ([]string, error) {
	q, err := Question{From: from, To: to}.checked(nil)
	if err != nil || groups != nil && len(groups) == 0 {
		return []string{}, err
	}
	b := &query{}
	if groups != nil {
		b.bind(groups)
	} else {
		b.among("s.seller", false, []string{""})
	}
	keys := []string{}
	err = x.reading(ctx, q.From, q.To, func(s engine.Session, months []billing.Period) error {
		if len(months) == 0 {
			return nil
		}
		found, err := engine.Collect(ctx, s, func(key *string) []any { return []any{key} }, `
			SELECT DISTINCT t."key" FROM tags t
			JOIN (SELECT DISTINCT s.period, s.tag_set FROM sums s WHERE `+strings.Join(b.where, " AND ")+`) used
				ON used.period = t.period AND used.tag_set = t.tag_set`, b.args...)
		slices.Sort(found)
		keys = append([]string{}, found...)
		return err
	})
	return keys, err
}
