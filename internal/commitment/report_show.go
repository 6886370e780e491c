package commitment

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

var (
	//go:embed sql/report_benefit.sql
	reportBenefitSQL string
)

// insideSQL tells whether a part is of the group of the owner of the commitment
// that the provider applied to it. Accounts that nobody claims are strangers.
const insideSQL = `(l."group" = l.x_provider_commitment_group AND (l."group" <> '` + assign.Unassigned + `' OR l.sub_account_id = m.owner))`

// Detail is everything of one commitment in a month.
type Detail struct {
	Position
	Shares []ShareUse `json:"shares"` // and policies in force (R8)
	// Provider is whom the provider gave it to; Applied whom it covers when
	// groups are alone.
	Provider []Benefit `json:"provider"`
	Applied  []Benefit `json:"applied"`
	// The provider's own rounding: see Commitment.Gaps.
	GapRecurring money.Decimal `json:"gap_recurring"`
	GapUpfront   money.Decimal `json:"gap_upfront"`
	Hours        []SlotUse     `json:"hours,omitempty"`
}

// ShareUse is a part of a commitment that helps one account or group, and what
// is used of it alone.
type ShareUse struct {
	Account string         `json:"account,omitempty"` // the owner, or who was given it
	Group   string         `json:"group,omitempty"`   // the group that was given it, when no account was
	Given   bool           `json:"given"`             // to somebody else than the owner
	Policy  billing.Policy `json:"policy"`
	Price   *money.Decimal `json:"price,omitempty"` // of a unit and hour, with fixed-price
	// Units of the commitment: reserved instances, or money an hour.
	Units  money.Decimal `json:"units"`
	Groups []string      `json:"groups,omitempty"` // that it helped in the month
	Alone  *Alone        `json:"alone,omitempty"`  // nil when it is not applied again
}

// Benefit is what a commitment covered in one account of a group.
type Benefit struct {
	Group     string        `json:"group"`
	Account   string        `json:"account"`
	Inside    bool          `json:"inside"`    // the group is the owner's at the time
	Units     money.Decimal `json:"units"`     // as Commitment.Reserved; cut at 15 digits
	Quantity  money.Decimal `json:"quantity"`  // as the lines count
	Lines     int64         `json:"lines"`     // of which it covers all or a part
	OnDemand  money.Decimal `json:"on_demand"` // what it would cost without
	Effective money.Decimal `json:"effective"` // what it costs under the commitment, amortized
	// Stands is the on-demand value of what the group keeps on its bill as the
	// provider applied it; the rest was taken back.
	Stands money.Decimal `json:"stands"`
}

// SlotUse is an hour of a commitment, or a day where the export is daily.
// Units are as Commitment.Reserved, cut at 15 digits.
type SlotUse struct {
	Start    time.Time     `json:"start"`    // UTC
	Capacity money.Decimal `json:"capacity"` // of all shares that are applied again
	Inside   money.Decimal `json:"inside"`   // used by the provider's sharing in the owner's group
	Outside  money.Decimal `json:"outside"`  // and outside of it
	Alone    money.Decimal `json:"alone"`    // used when groups are alone
}

// Show returns the commitment whose id is the given one, or alone ends with
// it; payer may be empty, and chooses where two payers tell of the same one.
// It is an error when no commitment is meant, or more than one.
func (r *Reports) Show(ctx context.Context, payer, ending string, hours bool) (Detail, error) {
	c, err := r.find(payer, ending)
	if err != nil {
		return Detail{}, err
	}
	all, _, err := r.positions(ctx)
	if err != nil {
		return Detail{}, err
	}
	at := slices.IndexFunc(all, func(p Position) bool { return p.ID == c.ID && p.Payer == c.Payer })
	d := Detail{Position: all[at]}
	d.GapRecurring, d.GapUpfront = c.Gaps()
	if d.Shares, err = r.shareUses(ctx, c); err != nil {
		return d, err
	}
	if d.Provider, err = r.benefits(ctx, c, "x_provider_commitment", "amortized"); err != nil {
		return d, err
	}
	if d.Applied, err = r.benefits(ctx, c, "commitment_discount_id", "effective"); err != nil {
		return d, err
	}
	if hours {
		d.Hours, err = r.slots(ctx, c)
	}
	return d, err
}

func (r *Reports) find(payer, ending string) (Commitment, error) {
	told := slices.DeleteFunc(slices.Clone(r.m.commitments), func(c Commitment) bool { return payer != "" && c.Payer != payer })
	found := EndingWith(told, ending)
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return Commitment{}, fmt.Errorf("no line of %s names a commitment whose id ends with %q; `sluice commitment list %s` lists them", r.m.Period, ending, r.m.Period)
	}
	var names []string
	for _, c := range found[:min(len(found), 3)] {
		names = append(names, c.ID+" of payer "+c.Payer)
	}
	return Commitment{}, fmt.Errorf("%d commitments of %s have an id that ends with %q: %s; give more of it, or the payer", len(found), r.m.Period, ending, strings.Join(names, ", "))
}

func (r *Reports) shareUses(ctx context.Context, c Commitment) ([]ShareUse, error) {
	hours, err := r.alone(ctx)
	if err != nil {
		return nil, err
	}
	var all []ShareUse
	for _, s := range r.m.shares {
		if s.commitment.ID != c.ID || s.commitment.Payer != c.Payer {
			continue
		}
		use := ShareUse{Account: s.account, Group: s.group, Given: s.given(), Policy: s.policy, Price: s.price, Units: s.to.Sub(s.from)}
		for _, h := range hours {
			if h.share != s.number || h.home != r.m.homeOf(c.Payer) {
				continue
			}
			use.Groups = append(use.Groups, h.group)
			use.Alone = use.Alone.plus(h)
		}
		all = append(all, use)
	}
	return all, nil
}

// benefits lists whom the commitment of a column covered.
func (r *Reports) benefits(ctx context.Context, c Commitment, column, cost string) ([]Benefit, error) {
	type row struct {
		Benefit
		home, currency string
	}
	inside := "FALSE" // parts know the group of the provider's commitment alone
	if column == "x_provider_commitment" {
		inside = insideSQL
	}
	rows, err := engine.Collect(ctx, r.session, func(b *row) []any {
		return []any{&b.home, &b.currency, &b.Group, &b.Account, &b.Inside, engine.Exact(&b.Quantity), engine.Exact(&b.Units), engine.Exact(&b.OnDemand), engine.Exact(&b.Effective), engine.Exact(&b.Stands), &b.Lines}
	}, r.sql(reportBenefitSQL, cost, "{commitment}", column, "{inside}", inside), c.ID, r.m.homeOf(c.Payer))
	if err != nil {
		return nil, fmt.Errorf("reading what %s covered in %s: %w", c.ID, r.m.Period, err)
	}
	all := make([]Benefit, len(rows))
	for i, row := range rows {
		all[i] = row.Benefit
		all[i].Units = r.inUnits(c, row.Units)
		if column != "x_provider_commitment" {
			all[i].Inside = slices.Contains(r.m.ownerGroups(c), row.Group)
		}
	}
	return all, nil
}

// inUnits turns what the SQL measured into units of the commitment.
func (r *Reports) inUnits(c Commitment, measured money.Decimal) money.Decimal {
	if c.Kind.Plan() || !c.Shape.Flexible || c.Shape.Units.Sign() <= 0 {
		return measured
	}
	return measured.Quo(c.Shape.Units, 15)
}

func (r *Reports) slots(ctx context.Context, c Commitment) ([]SlotUse, error) {
	name := held{r.m.homeOf(c.Payer), c.ID}
	shared, err := r.lent(ctx, &name)
	if err != nil {
		return nil, err
	}
	slots := map[int64]*SlotUse{}
	at := func(slot int64) *SlotUse {
		if slots[slot] == nil {
			slots[slot] = &SlotUse{Start: r.m.slotStart(slot)}
		}
		return slots[slot]
	}
	for _, s := range shared {
		if s.units.IsZero() { // nobody used it, as FOCUS says it
			continue
		}
		at(s.slot).Inside = r.inUnits(c, s.inside)
		at(s.slot).Outside = r.inUnits(c, s.units.Sub(s.inside))
	}
	alone, err := r.aloneByHour(ctx, &name)
	if err != nil {
		return nil, err
	}
	for _, s := range alone {
		at(s.slot).Alone, at(s.slot).Capacity = s.used, s.units
	}
	all := []SlotUse{}
	for _, s := range slots {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b SlotUse) int { return a.Start.Compare(b.Start) })
	return all, nil
}

// slotStart is the first instant of a slot, which is counted in hours.
func (m *month) slotStart(slot int64) time.Time {
	return m.Period.Start().Add(time.Duration(slot) * time.Hour)
}
