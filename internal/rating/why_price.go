package rating

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// price works out each step of a sale's price from what is stored of it. It is
// an error when the last one is not the price that is stored.
func (m *opened) price(ctx context.Context, x selling, s *Sale) error {
	switch Place(s.Place) {
	case OnUsage, OnMarketplace, OffExcluded:
	default:
		return nil // no book prices it
	}
	price := s.BaseCost
	for level, book := range x.Books {
		d, err := m.decision(ctx, x, book)
		if err != nil {
			return err
		}
		if d == nil {
			s.Silent = append(s.Silent, book)
			continue
		}
		step := Step{Book: book, Version: m.Versions[book], Order: m.matchers[book].order(), Rule: d.Rule, Shadowed: d.Shadowed}
		switch {
		case len(s.Steps) == 0:
			step.Base, step.Start = s.Base, s.BaseCost
		case d.Rule.Base == "":
			step.Base, step.Start = "price", price.Round(costDecimals, money.HalfUp)
		default:
			step.Base = string(d.Rule.Base)
			if step.Start, err = m.onBasis(ctx, x, d.Rule.Base, true); err != nil {
				return err
			}
		}
		if err := d.apply(explaining{x, m, ctx, level, d.Rule}, &step); err != nil {
			return err
		}
		s.Steps, price = append(s.Steps, step), step.Price
		if d.Rule.Exclude {
			break // for the books after it there is nothing to price
		}
	}
	if Place(s.Place) == OffExcluded {
		price = money.Zero
	} else if !x.last { // what a seller below pays
		price = price.Round(costDecimals, money.HalfUp)
	}
	if n := len(s.Steps); n > 0 {
		s.Steps[n-1].Price = price
	}
	if !price.Equal(s.Price) {
		return lost("charge %d of %s should be %s by its rules, but is %s", s.Number, m.Input.Period, price, s.Price)
	}
	return nil
}

// explaining is a sale on a level, as a decision prices it.
type explaining struct {
	selling
	*opened
	ctx   context.Context
	level int
	rule  billing.PriceRule
}

func (e explaining) quantity() money.Decimal { return e.row.Quantity }

func (e explaining) covered() bool { return e.opened.covered(e.selling) }

func (e explaining) costOn(basis billing.Basis) (money.Decimal, error) {
	return e.onBasis(e.ctx, e.selling, basis, e.number == 0)
}

func (e explaining) beyondFree() (*FreeTier, error) { return e.freeTier(e.ctx, e.selling) }

func (e explaining) month(amount money.Decimal) (*MonthTotal, error) {
	return e.monthOf(e.ctx, e.selling, e.level, e.rule, amount)
}

// onBasis is what a charge costs its seller on a basis. At list prices there are
// no commitments, where unlisted counts.
func (m *opened) onBasis(ctx context.Context, x selling, basis billing.Basis, unlisted bool) (money.Decimal, error) {
	r := x.row
	switch {
	case basis == billing.List:
		if fence := m.keyOf(r.load, r.key, r.set).Text(lake.Fence); unlisted && (r.Class == lake.ClassCommitmentFee || fence == lake.FenceNegation) {
			return money.Zero, nil
		}
		return r.list, nil
	case x.number > 0:
		return x.paid, nil
	case basis == billing.Net, basis == billing.SellerCost:
		return r.net, nil
	case basis == billing.Amortized:
		return r.amortized, nil
	case basis == billing.TrueUnblended:
		return r.trueUnblended, nil
	case basis == billing.Blended:
		return m.blended(ctx, r)
	}
	return r.cost, nil
}

// blended sums the blended cost of a charge's lines: charges do not have it.
func (m *opened) blended(ctx context.Context, r *row) (money.Decimal, error) {
	sql := owned("AND l.load = $1 AND l.x_pricing_key = $2") + borneAlone
	if r.Pool != "" { // a pool is divided as a whole
		if err := m.readBearers(ctx); err != nil {
			return money.Zero, err
		}
		sql = owned("") + pooled()
	}
	same, args := r.same(1)
	found, err := engine.Collect(ctx, m.Session, func(d *money.Decimal) []any { return []any{engine.Exact(d)} },
		sql+" SELECT CAST(SUM(blended) AS VARCHAR) FROM borne WHERE "+same, args...)
	if err != nil || len(found) == 0 {
		return money.Zero, err
	}
	return found[0], nil
}

// borneAlone is the step borne of a query without pools.
const borneAlone = ",\nborne AS (SELECT owned.*, CAST(NULL AS VARCHAR) AS pool FROM owned)"

// same is the SQL that tells a charge of borne, and of the steps after it, from
// all others; its arguments are counted from a number on.
func (r *row) same(from int) (sql string, args []any) {
	args = []any{r.load, r.key, r.set, r.Owner, r.Account, r.Day, r.invoice, r.Resource, r.commitment, r.treatment, r.kind, r.Pool}
	for i, column := range []string{"load", "x_pricing_key", "x_tag_set", "billed_to", "sub_account_id", "day",
		"invoice_id", "resource_id", "commitment", "treatment", "kind", "pool"} {
		switch place := fmt.Sprintf("$%d", from+i); {
		case i > 0 && column == "day":
			sql += " AND day = CAST(" + place + " AS DATE)"
		case i >= 6:
			sql += " AND COALESCE(" + column + ", '') = " + place
		case i > 0:
			sql += " AND " + column + " = " + place
		default:
			sql += column + " = " + place
		}
	}
	return sql, args
}

// decision is what a book says of the charge, nil where no rule matches.
func (m *opened) decision(ctx context.Context, x selling, book string) (*Decision, error) {
	matcher := m.matchers[book]
	if matcher == nil {
		b, ok := m.tree.Book(book)
		if !ok {
			return nil, fmt.Errorf("price book %s, which priced charge %d, is not in the configuration the month was rated with", book, x.row.Number)
		}
		matcher = NewMatcher(b)
		m.matchers[book] = matcher
	}
	key := m.keyOf(x.row.load, x.row.key, x.row.set)
	on := func(rate *money.Decimal) *Decision {
		for _, d := range decide(matcher, key, m.Input.Period, rate) {
			if d.From <= x.day && x.day <= d.To {
				return &d
			}
		}
		return nil
	}
	d := on(nil)
	if d == nil || !d.Rule.BillFreeTier {
		return d, nil
	}
	if err := m.readBeyond(ctx); err != nil {
		return nil, err
	}
	return on(m.beyond[keyID{x.row.load, x.row.key}]), nil
}

func (m *opened) readBeyond(ctx context.Context) (err error) {
	if m.beyond == nil {
		m.beyond, err = ratesBeyondFree(ctx, m.Session, m.Input.Config.PriceBooks)
	}
	return err
}

//go:embed sql/why_free.sql
var whyFreeSQL string

// freeTier tells what usage in the free tier costs beyond it, and by which line.
func (m *opened) freeTier(ctx context.Context, x selling) (*FreeTier, error) {
	rate := m.beyond[keyID{x.row.load, x.row.key}]
	f := FreeTier{Rate: *rate}
	found, err := engine.Collect(ctx, m.Session, func(f *FreeTier) []any { return []any{&f.Line, &f.Public} },
		whyFreeSQL, x.row.load, x.row.key, rate.String())
	if err != nil || len(found) == 0 {
		return &f, err
	}
	if f.Public = found[0].Public; x.number == 0 {
		f.Line = found[0].Line
	}
	return &f, nil
}
