package rating

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// MonthTotal is what a rule charges a group for a month (R15), and the part of
// it that falls to a charge.
type MonthTotal struct {
	Charges int64         `json:"charges"`
	Measure money.Decimal `json:"measure"` // quantity for tiers of quantity, else what the charges come to without tiers, fee, floor and cap
	Unit    string        `json:"unit,omitempty"`
	// Others is what tiers of quantity come to in other units than the charge's,
	// of which Measure and Bands are; fee, floor and cap are of all together.
	Others *money.Decimal `json:"others,omitempty"`
	Bands  []Band         `json:"bands,omitempty"` // of the rule's tiers that the measure reaches
	// Applied is floor or cap, where the rule's decides on Price.
	Applied string        `json:"applied,omitempty"`
	Price   money.Decimal `json:"price"`
	Own     money.Decimal `json:"own"`  // what the charge has of Measure
	Part    money.Decimal `json:"part"` // what it has of Price
	// Remainder is what Part has on top of its share by measure: what cut digits
	// leave of Price, which the largest charge takes.
	Remainder *money.Decimal `json:"remainder,omitempty"`
}

// Band is what falls into one of a rule's tiers.
type Band struct {
	From      money.Decimal  `json:"from"`
	UpTo      *money.Decimal `json:"up_to,omitempty"`
	Part      money.Decimal  `json:"part"` // of the measure
	UnitPrice *money.Decimal `json:"unit_price,omitempty"`
	Factor    *money.Decimal `json:"factor,omitempty"`
	Amount    money.Decimal  `json:"amount"`
}

// bandsOf divides a measure among tiers, as marginal prices it.
func bandsOf(tiers []billing.PriceTier, measure money.Decimal) (bands []Band) {
	from := money.Zero
	for _, t := range tiers {
		band := Band{From: from, UpTo: t.UpTo, Part: measure.Sub(from), UnitPrice: t.UnitPrice}
		over := t.UpTo != nil && measure.Cmp(*t.UpTo) > 0
		if over {
			band.Part, from = t.UpTo.Sub(from), *t.UpTo
		}
		price := tierPrice(t)
		if t.UnitPrice == nil {
			band.Factor = &price
		}
		band.Amount = band.Part.Mul(price)
		bands = append(bands, band)
		if !over {
			break
		}
	}
	return bands
}

// readMonth makes the tables that the month was rated with.
func (m *opened) readMonth(ctx context.Context) error {
	if m.rates != nil {
		return nil
	}
	q, err := open(ctx, m.Session, m.Input)
	if err != nil {
		return err
	}
	m.rates = &q
	return nil
}

// monthOf tells what a rule on a level of a sale charges for the month. The
// measure is added up from the lines again; amount is what the charge comes to
// without it.
func (m *opened) monthOf(ctx context.Context, x selling, level int, r billing.PriceRule, amount money.Decimal) (*MonthTotal, error) {
	t, err := m.totalOf(ctx, x, level, r)
	if err != nil {
		return nil, err
	}
	own := amount.Round(costDecimals, money.HalfUp)
	if onQuantity(r.Tiers) {
		own, t.Unit = x.row.Quantity, x.row.Unit
	}
	units, err := m.unitsOf(ctx, t)
	if err != nil {
		return nil, err
	}
	t.Price = monthPrice(r, units)
	i := slices.IndexFunc(units, func(u monthUnit) bool { return u.unit == t.Unit })
	if i < 0 {
		return nil, lost("charge %d of %s has the unit %q, which rule %q did not price", x.row.Number, m.Input.Period, t.Unit, r.Name)
	}
	t.Measure, t.Bands, t.Others = units[i].measure, bandsOf(r.Tiers, units[i].measure), othersOf(r, units, i)
	switch {
	case r.Cap != nil && t.Price.Equal(*r.Cap):
		t.Applied = "cap"
	case r.Floor != nil && t.Price.Equal(*r.Floor):
		t.Applied = "floor"
	}
	rest := t.Part.Sub(productOf(own, units[i].each).Add(productOf(size(own), units[i].extra)))
	if !rest.IsZero() {
		t.Remainder = &rest
	}
	if !own.Equal(t.Own) || !t.sum.Equal(t.Price) || t.place != 1 && !rest.IsZero() {
		return nil, lost("the charges that rule %q prices for %s in %s come to %s of %s, and charge %d has %s of it for %s",
			r.Name, x.Group, m.Input.Period, t.sum, t.Price, x.row.Number, t.Part, own)
	}
	return &t.MonthTotal, nil
}

// measuredTotal is a charge's share of a month's total as the lines tell it.
type measuredTotal struct {
	MonthTotal
	level  int           // of all sales
	number int64         // of the total, on its level
	sum    money.Decimal // of the parts
	place  int64         // 1 is the largest charge
}

// totalOf adds up again what the charges come to that a rule prices together
// with this one.
func (m *opened) totalOf(ctx context.Context, x selling, level int, r billing.PriceRule) (measuredTotal, error) {
	t := measuredTotal{}
	if err := m.readMonth(ctx); err != nil {
		return t, err
	}
	q, l := *m.rates, m.rates.level(x.number, x.Books, level)
	if !q.totals[l] {
		return t, lost("charge %d of %s is priced by a month's total that is not there", x.row.Number, m.Input.Period)
	}
	same, args := x.row.same(1)
	sql := strings.ReplaceAll(q.upToSale(x.number)+q.upToLevel(x.number, l)+q.priced(x.number, l), "{only}", q.ofTotals()) + fmt.Sprintf(`
SELECT number, charges, CAST(own AS VARCHAR), CAST(raw AS VARCHAR), CAST(parts AS VARCHAR), place
FROM (
    SELECT x.*, total_%[1]d AS number, raw_%[1]d AS raw, %[2]s AS own, place_in_total_%[1]d AS place,
        COUNT(*) OVER (PARTITION BY total_%[1]d) AS charges, SUM(raw_%[1]d) OVER (PARTITION BY total_%[1]d) AS parts
    FROM split_%[1]d x
    WHERE total_%[1]d IS NOT NULL
) WHERE `, l, measure(l)) + same
	found, err := engine.Collect(ctx, m.Session, func(t *measuredTotal) []any {
		return []any{&t.number, &t.Charges, engine.Exact(&t.Own), engine.Exact(&t.Part), engine.Exact(&t.sum), &t.place}
	}, sql, args...)
	if err != nil {
		return t, fmt.Errorf("adding up what rule %q charges for %s: %w", r.Name, m.Input.Period, err)
	}
	if len(found) != 1 {
		return t, lost("charge %d of %s is not among those that rule %q prices", x.row.Number, m.Input.Period, r.Name)
	}
	t = found[0]
	t.level = l
	return t, nil
}

// unitsOf reads what is measured of a total in each unit.
func (m *opened) unitsOf(ctx context.Context, t measuredTotal) ([]monthUnit, error) {
	return engine.Collect(ctx, m.Session, func(u *monthUnit) []any { return []any{&u.unit, engine.Exact(&u.measure), engine.Exact(&u.sizes)} },
		fmt.Sprintf("SELECT unit, CAST(measure AS VARCHAR), CAST(sizes AS VARCHAR) FROM totals_%d WHERE number = $1 ORDER BY unit", t.level), t.number)
}

// othersOf is what the tiers of a rule come to in all units but one; nil where
// there is no other.
func othersOf(r billing.PriceRule, units []monthUnit, own int) *money.Decimal {
	if len(units) == 1 {
		return nil
	}
	sum := money.Zero
	for i, u := range units {
		if i != own {
			sum = sum.Add(marginal(r.Tiers, u.measure))
		}
	}
	return &sum
}

// productOf is what product is in SQL: whole units and the rest apart, each
// rounded.
func productOf(amount, number money.Decimal) money.Decimal {
	whole, units := number.Round(0, money.Down), amount.Round(0, money.Down)
	rest := number.Sub(whole)
	round := func(d money.Decimal) money.Decimal { return d.Round(totalDecimals, money.HalfUp) }
	return money.Sum(round(amount.Mul(whole)), round(units.Mul(rest)), round(amount.Sub(units).Mul(rest)))
}
