package commitment

import (
	"context"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

var (
	//go:embed sql/report_gain.sql
	reportGainSQL string
	//go:embed sql/report_alone.sql
	reportAloneSQL string
)

// Position is a commitment with what became of it in the month.
type Position struct {
	Commitment
	OwnerGroups []string `json:"owner_groups"` // of the owner's account in the month, sorted
	// DaysLeft are the whole days from the end of the month to the end of the
	// commitment, negative when it ended before; nil when the end is not known.
	DaysLeft *int64        `json:"days_left,omitempty"`
	Cost     money.Decimal `json:"cost"` // recurring fee and the month's share of the upfront fee
	// By the provider's books: what of Cost nobody in the organization used,
	// and used ÷ reserved in percent, nil when nothing was reserved.
	UnusedCost  money.Decimal  `json:"unused_cost"`
	Utilization *money.Decimal `json:"utilization_percent,omitempty"`
	Alone       *Alone         `json:"alone,omitempty"` // nil when it is not applied again
	Gain        Gain           `json:"gain"`
}

// Alone is what those who own a commitment use of it without anybody else:
// all its hours, of all shares.
type Alone struct {
	Units       money.Decimal  `json:"units"` // as Commitment.Reserved, by the hours
	Used        money.Decimal  `json:"used"`
	UsedCost    money.Decimal  `json:"used_cost"`
	UnusedCost  money.Decimal  `json:"unused_cost"`
	Utilization *money.Decimal `json:"utilization_percent,omitempty"` // used ÷ units
}

// plus adds hours to what may be none yet.
func (a *Alone) plus(h aloneRow) *Alone {
	if a == nil {
		a = &Alone{}
	}
	units, used := a.Units.Add(h.units), a.Used.Add(h.used)
	return &Alone{units, used, a.UsedCost.Add(h.usedCost), a.UnusedCost.Add(h.unusedCost), percent(used, units)}
}

// Gain is what the reseller gains by a commitment, or loses (negative),
// because customers are billed as if each were alone while the provider shares
// it among them. The provider's own bill is the same either way. Over the
// parts of lines of groups that are billed alone:
//
//	from others  Σ on demand − unblended, of what the provider covered with it outside its owner's group
//	from its own the same inside the owner's group
//	given again  Σ on demand − true unblended, of what it covers when groups are alone
//	total        from others + from its own − given again
//
// The negations of savings plans are such parts too: the cover of a plan is
// billed on demand (on demand − unblended is 0), and it is the negation that is
// taken back (0 − unblended). What a commitment covers alone as it did for the
// provider is taken back and given again, which leaves nothing. With policy
// fixed-price the price is not given again. Fees are no part of it, whoever
// pays them.
//
// So Σ total over all commitments, and Inventory.Tiers, are Σ true unblended −
// unblended over all parts of groups that are billed alone, to the last digit.
type Gain struct {
	FromOthers money.Decimal `json:"from_others"`
	FromOwn    money.Decimal `json:"from_own"`
	GivenAgain money.Decimal `json:"given_again"`
	Total      money.Decimal `json:"total"`
}

// Inventory is the commitments of a month, sorted by payer and id.
type Inventory struct {
	Commitments []Position `json:"commitments"`
	Totals      []Total    `json:"totals"` // of these commitments, by currency
	// Tiers is what true unblended adds that no commitment brings: groups that
	// reach less of the provider's volume tiers alone. Filters do not change it.
	Tiers billing.Money `json:"tiers"`
}

// Total sums commitments of one currency up.
type Total struct {
	Currency        money.Currency `json:"currency"`
	Commitments     int            `json:"commitments"`
	Cost            money.Decimal  `json:"cost"`
	UnusedCost      money.Decimal  `json:"unused_cost"`
	AloneUnusedCost money.Decimal  `json:"alone_unused_cost"`
	Gain            money.Decimal  `json:"gain"`
}

// Filter chooses commitments. The zero value takes all; given conditions hold
// together.
type Filter struct {
	ExpiringDays  *int64         // that end at most so many days after the month
	UnusedPercent *money.Decimal // of which at least so much is unused by the provider's books
}

func (f Filter) takes(p Position) bool {
	if f.ExpiringDays != nil && (p.DaysLeft == nil || *p.DaysLeft > *f.ExpiringDays) {
		return false
	}
	if f.UnusedPercent != nil {
		// used × 100 ≤ reserved × (100 − unused): without a division
		most := p.Reserved.Mul(money.FromInt(100).Sub(*f.UnusedPercent))
		return !p.Reserved.IsZero() && p.Used.Units.Mul(money.FromInt(100)).Cmp(most) <= 0
	}
	return true
}

// Commitments returns the month's inventory, as Read does.
func (r *Reports) Commitments() []Commitment { return r.m.commitments }

// List returns what became of the month's commitments.
func (r *Reports) List(ctx context.Context, f Filter) (Inventory, error) {
	all, tiers, err := r.positions(ctx)
	if err != nil {
		return Inventory{}, err
	}
	list := Inventory{Commitments: []Position{}, Totals: []Total{}, Tiers: tiers}
	totals := map[money.Currency]*Total{}
	for _, p := range all {
		if !f.takes(p) {
			continue
		}
		list.Commitments = append(list.Commitments, p)
		t := totals[p.Currency]
		if t == nil {
			t = &Total{Currency: p.Currency}
			totals[p.Currency] = t
		}
		t.Commitments++
		t.Cost, t.UnusedCost, t.Gain = t.Cost.Add(p.Cost), t.UnusedCost.Add(p.UnusedCost), t.Gain.Add(p.Gain.Total)
		if p.Alone != nil {
			t.AloneUnusedCost = t.AloneUnusedCost.Add(p.Alone.UnusedCost)
		}
	}
	for _, currency := range slices.Sorted(maps.Keys(totals)) {
		list.Totals = append(list.Totals, *totals[currency])
	}
	return list, nil
}

// positions are all commitments, and what tiers add.
func (r *Reports) positions(ctx context.Context) ([]Position, billing.Money, error) {
	all, err := r.Standings(ctx)
	if err != nil {
		return nil, nil, err
	}
	gains, tiers, err := r.gains(ctx)
	if err != nil {
		return nil, nil, err
	}
	for i, p := range all {
		all[i].Gain = gains[held{r.m.homeOf(p.Payer), p.ID}]
	}
	return all, tiers, nil
}

// Standings are all commitments of the month without their gains, for which the
// parts of all lines need not be read. Gain is zero.
func (r *Reports) Standings(ctx context.Context) ([]Position, error) {
	hours, err := r.alone(ctx)
	if err != nil {
		return nil, err
	}
	var all []Position
	for _, c := range r.m.commitments {
		p := PositionOf(c)
		p.OwnerGroups, p.DaysLeft = r.m.ownerGroups(c), DaysLeft(r.m.Period.End(), c.End)
		for _, h := range hours {
			if h.held != (held{r.m.homeOf(c.Payer), c.ID}) {
				continue
			}
			p.Alone = p.Alone.plus(h)
		}
		all = append(all, p)
	}
	return all, nil
}

// PositionOf is what the lines of a month say of a commitment by themselves,
// priced or not: what it cost, and how much was used by the provider's books.
func PositionOf(c Commitment) Position {
	return Position{
		Commitment: c, Cost: c.Fee.Add(c.Upfront), UnusedCost: c.Unused.Recurring.Add(c.Unused.Upfront), Utilization: percent(c.Used.Units, c.Reserved),
	}
}

// DaysLeft are the whole days from one time to another, also downwards: to what
// ended an hour ago it is -1. It is nil of an end that is not known.
func DaysLeft(from time.Time, end *time.Time) *int64 {
	if end == nil {
		return nil
	}
	const day = 24 * time.Hour
	left := end.Sub(from)
	days := int64(left / day)
	if left < 0 && left%day != 0 {
		days--
	}
	return &days
}

// held names a commitment by the load that stands for its payer, and its id.
type held struct{ home, id string }

// aloneRow is what the hours say of a share and one of its groups.
type aloneRow struct {
	held
	share                             int
	group                             string
	units, used, usedCost, unusedCost money.Decimal
}

func (r *Reports) alone(ctx context.Context) ([]aloneRow, error) {
	rows, err := engine.Collect(ctx, r.session, func(a *aloneRow) []any {
		return []any{&a.home, &a.id, &a.share, &a.group, engine.Exact(&a.units), engine.Exact(&a.used), engine.Exact(&a.usedCost), engine.Exact(&a.unusedCost)}
	}, r.sql(reportAloneSQL, "effective"))
	if err != nil {
		return nil, fmt.Errorf("reading the hours of the commitments of %s: %w", r.m.Period, err)
	}
	return rows, nil
}

// gains are the commitments' gains, and what is of none: tiers.
func (r *Reports) gains(ctx context.Context) (map[held]Gain, billing.Money, error) {
	type row struct {
		home, provider, alone string
		currency              money.Currency
		inside                bool
		takenBack, applied    money.Decimal
	}
	rows, err := engine.Collect(ctx, r.session, func(f *row) []any {
		return []any{&f.home, &f.currency, &f.provider, &f.alone, &f.inside, engine.Exact(&f.takenBack), engine.Exact(&f.applied)}
	}, r.sql(reportGainSQL, "effective"))
	if err != nil {
		return nil, nil, fmt.Errorf("reading what the commitments of %s moved: %w", r.m.Period, err)
	}
	gains, tiers := map[held]Gain{}, billing.Money{}
	for _, row := range rows {
		if row.provider == "" {
			tiers.Add(row.currency, row.takenBack)
		} else {
			g := gains[held{row.home, row.provider}]
			if row.inside {
				g.FromOwn = g.FromOwn.Add(row.takenBack)
			} else {
				g.FromOthers = g.FromOthers.Add(row.takenBack)
			}
			g.Total = g.Total.Add(row.takenBack)
			gains[held{row.home, row.provider}] = g
		}
		if row.alone == "" {
			tiers.Add(row.currency, row.applied.Neg())
		} else {
			g := gains[held{row.home, row.alone}]
			g.GivenAgain, g.Total = g.GivenAgain.Add(row.applied), g.Total.Sub(row.applied)
			gains[held{row.home, row.alone}] = g
		}
	}
	return gains, tiers.Minus(billing.Money{}), nil
}
