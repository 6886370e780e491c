package commitment

import (
	"cmp"
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

//go:embed sql/report_hours.sql
var reportHoursSQL string

// HourFilter chooses the commitments of an hour map. Empty conditions take all.
type HourFilter struct {
	Payer      string
	Commitment string // its id, or an end of it that no other has
	Owner      string // the owner's account
	Group      string // that the owner's account is in during the month
}

// HourMap is how much of one commitment, or of several of one currency, was used
// in each hour of a month, by the provider's books and when groups are alone.
type HourMap struct {
	Currency    money.Currency `json:"currency"`
	Commitments []string       `json:"commitments"` // ids, sorted
	// Measure says what is counted: units, which are instance-hours, as
	// Commitment.Reserved; or money, what the hours cost, of plans and of several.
	Measure   string    `json:"measure"`
	SlotHours int       `json:"slot_hours"` // 1, or 24 where the export is daily
	Total     HourSum   `json:"total"`
	Hours     []HourUse `json:"hours"` // in order of time, every one of the month
}

// HourSum is how much of commitments was used, in the measure of its map.
type HourSum struct {
	Available money.Decimal `json:"available"`
	Used      money.Decimal `json:"used"`   // by whoever, as the provider shares it
	Inside    money.Decimal `json:"inside"` // of Used, in the group of the owner
	// Alone is what those who own it use of it without anybody else; of what
	// cannot be applied again it is Inside.
	Alone money.Decimal `json:"alone"`
	// Used and Alone of Available, from 0 to 1, to four digits; nil of nothing.
	Utilization      *money.Decimal `json:"utilization,omitempty"`
	AloneUtilization *money.Decimal `json:"alone_utilization,omitempty"`
	// What the rest of Available costs, amortized, in the map's currency, to 12
	// digits: what is left by everybody, and what is left by those who own it.
	UnusedCost      money.Decimal `json:"unused_cost"`
	AloneUnusedCost money.Decimal `json:"alone_unused_cost"`
}

// HourUse is one cell of a map.
type HourUse struct {
	Start time.Time   `json:"start"` // UTC
	Day   billing.Day `json:"day"`   // of Start
	Hour  int         `json:"hour"`  // of Start, from 0 to 23
	HourSum
}

// Measures of an hour map.
const (
	countedInUnits = "units"
	countedInMoney = "money"
)

// Hours returns a map for each currency, and length of the provider's hours, of
// the commitments that a filter takes. It is an error when it names one that is
// not there.
func (r *Reports) Hours(ctx context.Context, f HourFilter) ([]HourMap, error) {
	chosen := slices.DeleteFunc(slices.Clone(r.m.commitments), func(c Commitment) bool {
		return f.Payer != "" && c.Payer != f.Payer || f.Owner != "" && c.Owner != f.Owner || f.Group != "" && !slices.Contains(r.m.ownerGroups(c), f.Group)
	})
	var only *held
	if f.Commitment != "" {
		c, err := r.find(f.Payer, f.Commitment)
		if err != nil {
			return nil, err
		}
		only = &held{r.m.homeOf(c.Payer), c.ID}
		chosen = slices.DeleteFunc(chosen, func(other Commitment) bool { return other.ID != c.ID || other.Payer != c.Payer })
	}
	lent, err := r.lent(ctx, only)
	if err != nil {
		return nil, err
	}
	alone, err := r.aloneByHour(ctx, only)
	if err != nil {
		return nil, err
	}
	lentOf, aloneOf := byHeld(lent, func(l lentRow) held { return l.held }), byHeld(alone, func(a aloneHour) held { return a.held })
	drawn := map[hourMapKey]*hourMap{}
	for _, c := range chosen {
		name := held{r.m.homeOf(c.Payer), c.ID}
		key := hourMapKey{c.Currency, r.m.slotHours(c.Payer)}
		if drawn[key] == nil {
			drawn[key] = &hourMap{slots: map[int64]*HourSum{}}
		}
		drawn[key].add(c, r.hoursOf(c, lentOf[name], aloneOf[name]), only != nil)
	}
	all := []HourMap{}
	for _, key := range slices.SortedFunc(maps.Keys(drawn), func(a, b hourMapKey) int {
		return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.hours, b.hours))
	}) {
		all = append(all, drawn[key].finished(key, r.m))
	}
	return all, nil
}

// hoursOf are the hours of one commitment, by slot, in its own units.
func (r *Reports) hoursOf(c Commitment, lent []lentRow, alone []aloneHour) map[int64]*HourSum {
	hours := r.m.slotHours(c.Payer)
	slots := map[int64]*HourSum{}
	at := func(slot int64) *HourSum {
		if slots[slot] == nil {
			slots[slot] = &HourSum{}
		}
		return slots[slot]
	}
	last := int64(r.m.Period.End().Sub(r.m.Period.Start()) / time.Hour)
	for slot := int64(0); slot < last; slot += int64(hours) {
		at(slot)
		if c.applicable() {
			start := r.m.slotStart(slot)
			at(slot).Available = c.availableIn(start, start.Add(time.Duration(hours)*time.Hour))
		}
	}
	again := r.m.mode(c) == modeAgain
	for _, l := range lent {
		s := at(l.slot)
		s.Used, s.Inside = r.inUnits(c, l.units), r.inUnits(c, l.inside)
		if !c.applicable() { // what there was is what was used, and what lines say that nobody used
			s.Available = s.Used.Add(l.idle)
		}
		if !again {
			s.Alone = s.Inside
		}
	}
	for _, a := range alone {
		at(a.slot).Alone = a.used
	}
	for _, s := range slots {
		s.UnusedCost, s.AloneUnusedCost = c.costOf(s.Available.Sub(s.Used)), c.costOf(s.Available.Sub(s.Alone))
	}
	return slots
}

// availableIn is what a commitment that is applicable can cover between two
// instants, in instance-hours or money. Seconds count to six digits of an hour.
func (c *Commitment) availableIn(from, to time.Time) money.Decimal {
	if c.Start != nil && c.Start.After(from) {
		from = *c.Start
	}
	if c.End != nil && c.End.Before(to) {
		to = *c.End
	}
	if !from.Before(to) {
		return money.Zero
	}
	seconds := money.FromInt(int64(to.Sub(from) / time.Second))
	return c.size().Mul(seconds.Quo(money.FromInt(3600), 12).Round(6, money.HalfUp))
}

// costOf is what units of a commitment cost, amortized, to 12 digits; nothing of
// less than none, which the provider's rounding leaves.
func (c *Commitment) costOf(units money.Decimal) money.Decimal {
	if units.Sign() <= 0 {
		return money.Zero
	}
	if c.Kind.Plan() {
		return units
	}
	return units.Mul(c.Hourly).Round(12, money.HalfUp)
}

type hourMapKey struct {
	currency money.Currency
	hours    int
}

// hourMap is a map that commitments are added to.
type hourMap struct {
	commitments []string
	measure     string
	slots       map[int64]*HourSum
}

// add adds the hours of a commitment; what is not the only one is counted in what
// it costs.
func (h *hourMap) add(c Commitment, slots map[int64]*HourSum, only bool) {
	h.commitments, h.measure = append(h.commitments, c.ID), countedInMoney
	count := c.costOf
	if only && !c.Kind.Plan() {
		h.measure = countedInUnits
		count = func(units money.Decimal) money.Decimal { return units }
	}
	for slot, s := range slots {
		if h.slots[slot] == nil {
			h.slots[slot] = &HourSum{}
		}
		h.slots[slot].plus(HourSum{
			Available: count(s.Available), Used: count(s.Used), Inside: count(s.Inside), Alone: count(s.Alone),
			UnusedCost: s.UnusedCost, AloneUnusedCost: s.AloneUnusedCost,
		})
	}
}

func (s *HourSum) plus(o HourSum) {
	s.Available, s.Used, s.Inside, s.Alone = s.Available.Add(o.Available), s.Used.Add(o.Used), s.Inside.Add(o.Inside), s.Alone.Add(o.Alone)
	s.UnusedCost, s.AloneUnusedCost = s.UnusedCost.Add(o.UnusedCost), s.AloneUnusedCost.Add(o.AloneUnusedCost)
}

func (h *hourMap) finished(key hourMapKey, m *month) HourMap {
	slices.Sort(h.commitments)
	done := HourMap{Currency: key.currency, Commitments: slices.Compact(h.commitments), Measure: h.measure, SlotHours: key.hours, Hours: []HourUse{}}
	for _, slot := range slices.Sorted(maps.Keys(h.slots)) {
		start := m.slotStart(slot)
		use := HourUse{Start: start, Day: billing.DayOf(start), Hour: start.Hour(), HourSum: *h.slots[slot]}
		done.Total.plus(use.HourSum)
		use.weigh()
		done.Hours = append(done.Hours, use)
	}
	done.Total.weigh()
	return done
}

// weigh works out the parts that were used.
func (s *HourSum) weigh() {
	s.Utilization, s.AloneUtilization = ratio(s.Used, s.Available), ratio(s.Alone, s.Available)
}

// ratio is part of whole, to four digits, half up; nil of nothing.
func ratio(part, whole money.Decimal) *money.Decimal {
	if whole.IsZero() {
		return nil
	}
	// What is cut off after 20 digits does not change how four are rounded.
	q := part.Quo(whole, 20).Round(4, money.HalfUp)
	return &q
}

// lentRow is what the provider's sharing took of a commitment in a slot, in the
// measure of the SQL, which inUnits turns into units.
type lentRow struct {
	held
	slot                int64
	inside, units, idle money.Decimal
}

// lent reads what was used as the provider shares: of one commitment, or of all.
func (r *Reports) lent(ctx context.Context, only *held) ([]lentRow, error) {
	chosen, args := "TRUE", []any(nil)
	if only != nil {
		chosen, args = "l.x_provider_commitment = $1 AND loads.home = $2", []any{only.id, only.home}
	}
	rows, err := engine.Collect(ctx, r.session, func(l *lentRow) []any {
		return []any{&l.home, &l.id, &l.slot, engine.Exact(&l.inside), engine.Exact(&l.units), engine.Exact(&l.idle)}
	}, r.sql(reportHoursSQL, "amortized", "{inside}", insideSQL, "{chosen}", chosen), args...)
	if err != nil {
		return nil, fmt.Errorf("reading the hours in which commitments of %s covered something: %w", r.m.Period, err)
	}
	return rows, nil
}

// aloneHour is what all shares of a commitment could cover in a slot, and what
// was used of them alone.
type aloneHour struct {
	held
	slot        int64
	used, units money.Decimal
}

// aloneByHour reads what is used when groups are alone: of one commitment, or of all.
func (r *Reports) aloneByHour(ctx context.Context, only *held) ([]aloneHour, error) {
	chosen, args := "TRUE", []any(nil)
	if only != nil {
		chosen, args = "h.commitment_discount_id = $1 AND h.load = $2", []any{only.id, only.home}
	}
	rows, err := engine.Collect(ctx, r.session, func(a *aloneHour) []any {
		return []any{&a.home, &a.id, &a.slot, engine.Exact(&a.used), engine.Exact(&a.units)}
	}, `
		SELECT h.load, h.commitment_discount_id, date_diff('hour', CAST(month.first_day AS TIMESTAMP), h.charge_period_start),
			CAST(SUM(h.used) AS VARCHAR), CAST(SUM(h.units) AS VARCHAR)
		FROM hours h CROSS JOIN month WHERE `+chosen+` GROUP BY 1, 2, 3`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the hours of the commitments of %s: %w", r.m.Period, err)
	}
	return rows, nil
}

func byHeld[T any](rows []T, name func(T) held) map[held][]T {
	of := map[held][]T{}
	for _, row := range rows {
		of[name(row)] = append(of[name(row)], row)
	}
	return of
}

// slotHours is how long a slot of a payer is, in hours.
func (m *month) slotHours(payer string) int {
	for _, l := range m.loads {
		if l.Payer.ID == payer {
			return l.hours
		}
	}
	return 1
}
