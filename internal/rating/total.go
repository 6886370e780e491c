package rating

import (
	"context"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// monthUnit is what a rule prices of a group in a month in one unit. Only tiers
// of quantity tell units apart.
type monthUnit struct {
	unit    string
	measure money.Decimal // quantity for tiers of quantity, else what the charges come to without tiers, fee, floor and cap
	sizes   money.Decimal // the same without signs
	// A charge is priced: its part of measure × each, and that part without its
	// sign × extra.
	each, extra money.Decimal
}

// monthPrice is what a rule charges a group for all that it prices in a month,
// exact but for its last digits: its tiers (R15), unit by unit, then its fee,
// then no less than its floor and no more than its cap. It fills in what that is
// for each unit. Fee, floor and cap are divided as the price without them is, by
// size, so that corrections below zero do not blow their shares up.
func monthPrice(r billing.PriceRule, units []monthUnit) money.Decimal {
	before, weight := money.Zero, money.Zero
	for i := range units {
		u := &units[i]
		u.each = one
		price := u.measure
		if len(r.Tiers) > 0 {
			price, u.each = marginal(r.Tiers, u.measure), tierPrice(r.Tiers[0])
			if !u.measure.IsZero() {
				u.each = price.Quo(u.measure, totalDecimals)
			}
		}
		before = before.Add(price)
		weight = weight.Add(u.sizes.Mul(size(u.each)))
	}
	total := withFee(r, before)
	ratio := total.Sub(before).Quo(weight, totalDecimals)
	for i := range units {
		u := &units[i]
		// A fee on next to nothing is the largest charge's.
		if u.extra = size(u.each).Mul(ratio).Round(totalDecimals, money.Down); size(u.extra).Cmp(largestExtra) > 0 {
			u.extra = money.Zero
		}
	}
	return total.Round(totalDecimals, money.HalfUp)
}

var largestExtra = money.MustParse("1000000000000")

// withFee is a price with the rule's fee, within its floor and its cap.
func withFee(r billing.PriceRule, price money.Decimal) money.Decimal {
	if r.Fee != nil {
		price = price.Add(*r.Fee)
	}
	if r.Floor != nil && price.Cmp(*r.Floor) < 0 {
		price = *r.Floor
	}
	if r.Cap != nil && price.Cmp(*r.Cap) > 0 {
		price = *r.Cap
	}
	return price
}

func size(d money.Decimal) money.Decimal {
	if d.Sign() < 0 {
		return d.Neg()
	}
	return d
}

// tierPrice is what a unit of measure costs in a band.
func tierPrice(t billing.PriceTier) money.Decimal {
	if t.UnitPrice != nil {
		return *t.UnitPrice
	}
	return factorOf(t.Percent)
}

// marginal prices each band's own part of a measure at the band's price. A
// bound belongs to the band it ends; less than nothing is priced as the first
// band is.
func marginal(tiers []billing.PriceTier, measure money.Decimal) money.Decimal {
	price, from := money.Zero, money.Zero
	for i, t := range tiers {
		part := measure.Sub(from)
		if t.UpTo != nil && measure.Cmp(*t.UpTo) > 0 {
			part = t.UpTo.Sub(from)
		}
		price = price.Add(part.Mul(tierPrice(t)))
		if t.UpTo == nil || measure.Cmp(*t.UpTo) <= 0 || i == len(tiers)-1 {
			break
		}
		from = *t.UpTo
	}
	return price
}

// totalDecimals are the fractional digits of what a rule charges for a month.
const totalDecimals = 18

// ofTotals is the SQL {only} of a line l that a rule may price by the month's
// total: with pools any, since a pool is divided as a whole.
func (q query) ofTotals() string {
	if q.pooled {
		return ""
	}
	return "AND EXISTS (SELECT 1 FROM decisions d WHERE d.load = l.load AND d.pricing_key = l.x_pricing_key AND d.total_of IS NOT NULL)"
}

// makeTotals makes, for each level with rules that are priced by the month's
// total, the table totals_l: what each charges a group in each currency, and
// what that is for each unit of measure. Levels follow one another, since one
// may measure what the one before charges.
func makeTotals(ctx context.Context, s engine.Session, q *query, rules []billing.PriceRule) error {
	for sale := range q.levels {
		for level := q.first(sale); level < q.first(sale)+q.levels[sale]; level++ {
			measured, err := readMeasures(ctx, s, strings.ReplaceAll(q.measures(sale, level), "{only}", q.ofTotals()))
			if err != nil {
				return err
			}
			if len(measured) == 0 {
				continue
			}
			q.totals[level] = true
			if err := s.Table(ctx, fmt.Sprintf("totals_%d", level), []engine.TableColumn{
				{Name: "number", Type: "BIGINT"}, {Name: "total_of", Type: "INTEGER"}, {Name: "group", Type: "VARCHAR"},
				{Name: "currency", Type: "VARCHAR"}, {Name: "unit", Type: "VARCHAR"},
				{Name: "measure", Type: "DECIMAL(38, 18)"}, {Name: "sizes", Type: "DECIMAL(38, 18)"}, {Name: "total", Type: "DECIMAL(38, 18)"},
				{Name: "each_whole", Type: "DECIMAL(20, 0)"}, {Name: "each_rest", Type: "DECIMAL(18, 18)"},
				{Name: "extra_whole", Type: "DECIMAL(20, 0)"}, {Name: "extra_rest", Type: "DECIMAL(18, 18)"},
			}, totalRows(measured, rules)); err != nil {
				return err
			}
		}
	}
	return nil
}

// measuredRule is what a rule, by its number, prices of a group in a month.
type measuredRule struct {
	rule            int
	group, currency string
	units           []monthUnit
}

func readMeasures(ctx context.Context, s engine.Session, sql string) (all []measuredRule, err error) {
	type row struct {
		rule            int
		group, currency string
		monthUnit
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{&r.rule, &r.group, &r.currency, &r.unit, engine.Exact(&r.measure), engine.Exact(&r.sizes)}
	}, sql)
	if err != nil {
		return nil, fmt.Errorf("adding up what rules price by the month: %w", err)
	}
	for _, r := range rows {
		if n := len(all); n == 0 || all[n-1].rule != r.rule || all[n-1].group != r.group || all[n-1].currency != r.currency {
			all = append(all, measuredRule{rule: r.rule, group: r.group, currency: r.currency})
		}
		last := &all[len(all)-1]
		last.units = append(last.units, r.monthUnit)
	}
	return all, nil
}

func totalRows(measured []measuredRule, rules []billing.PriceRule) (rows [][]any) {
	for n, m := range measured {
		total := monthPrice(rules[m.rule], m.units)
		for _, u := range m.units {
			each, extra := u.each.Round(0, money.Down), u.extra.Round(0, money.Down)
			rows = append(rows, []any{int64(n), int32(m.rule), m.group, m.currency, u.unit, u.measure, u.sizes, total, each, u.each.Sub(each), extra, u.extra.Sub(extra)})
		}
	}
	return rows
}
