package commitment

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

var (
	//go:embed sql/tier_lines.sql
	tierLinesSQL string
	//go:embed sql/tiers.sql
	tiersSQL string
)

// retier makes the table tiered (ref BIGINT, cost DECIMAL(38, 18)): what a line
// of tiered usage costs its scope alone (R7, R15), in the line's currency, tax
// out, for every line of a scope that splits. It returns those of the keys that
// are tiered. It reads line_items, month, loads and accounts.
//
// The provider prices volume tiers over all accounts of a payer. What the payer
// used at each price in the month is the size of that tier, if a later one was
// reached; no scope used more than its payer, so this is schedule enough. A
// scope alone pays its own lines plus the difference between the schedule's
// price of its quantity and the lines' own rates: what the provider rounded
// stays, and one scope with everything pays the provider's cost. The sum is
// rounded half to even at 18 digits, and the lines add up to it.
//
// Tiers are usage of one payer, currency, service, usage type, operation,
// region and unit whose descriptions name them: "first 10 TB", "up to 10 TB /
// month", "next 40 TB", "over 50 TB" (greater than, beyond the first …),
// "thereafter". They must name a first tier and have at least two prices. A
// first tier may be free, with one priced tier named first behind it; where a
// free one is all that is named, usage of one other price is the rest. Left
// alone, at the provider's cost, is all else that has several prices: free
// tiers without an amount ("under the monthly free tier"), one tier at two
// prices (a price that changed in the month, a negotiated rate), and usage
// whose lines tell no rate or disagree about it.
func retier(ctx context.Context, s engine.Session, keys []assign.Key) (tiered []assign.Key, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("pricing each group's volume tiers alone: %w", err)
		}
	}()
	products := tierProducts(keys)
	if err := makeTierKeys(ctx, s, products); err != nil {
		return nil, err
	}
	if err := s.Exec(ctx, statement(tierLinesSQL)); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Exec(context.WithoutCancel(ctx), "DROP VIEW tier_lines")) }()
	if err := readTierUsage(ctx, s, products); err != nil {
		return nil, err
	}
	var costs [][]any
	for i := range products {
		schedule := products[i].schedule()
		products[i].keys = schedule.keys()
		for _, c := range schedule.costs() {
			whole := c.unitPrice.Round(0, money.Down)
			costs = append(costs, []any{i, c.scope, c.cost, whole, c.unitPrice.Sub(whole)})
		}
		for _, k := range products[i].keys {
			tiered = append(tiered, k.Key)
		}
	}
	if err := makeTierKeys(ctx, s, products); err != nil { // without the keys that are left alone
		return nil, err
	}
	if err := s.Table(ctx, "tier_costs", columns("product", "INTEGER", "scope", "INTEGER", "cost", number,
		"price_whole", "DECIMAL(20, 0)", "price_rest", "DECIMAL(18, 18)"), costs); err != nil {
		return nil, err
	}
	return tiered, s.Exec(ctx, tiersSQL)
}

// tierProduct is usage that the provider adds up to find its tier.
type tierProduct struct{ keys []tierKey }

// tierKey is a pricing key with its place in a schedule, its rate and its usage.
type tierKey struct {
	assign.Key
	place  tierPlace
	usage  []scopeUsage
	rate   money.Decimal // of every line
	noRate bool          // its lines have no rate, or several
}

// scopeUsage is what a scope used of a key, and the provider's cost of it.
type scopeUsage struct {
	scope          int32 // noScope for all that need no cost alone
	quantity, cost money.Decimal
}

const noScope = -1

// tierProducts are the products of several keys of which one names a first tier.
func tierProducts(keys []assign.Key) (products []tierProduct) {
	type name [7]string
	var order []name
	byName := map[name][]tierKey{}
	for _, k := range keys {
		if k.Text(lake.Class) != lake.ClassUsage || k.Text(lake.LineItemType) != "Usage" || k.Text(lake.Fence) != "" {
			continue
		}
		n := name{k.Text(lake.BillingAccountID), k.Text(lake.BillingCurrency), k.Text(lake.PricingUnit), k.Text(lake.SkuID)}
		if k.Text(lake.SkuID) == "" { // a SKU spans the services that share its tiers, such as those that send data out
			n = name{n[0], n[1], n[2], k.Text(lake.ServiceCode), k.Text(lake.UsageType), k.Text(lake.Operation), k.Text(lake.RegionID)}
		}
		if byName[n] == nil {
			order = append(order, n)
		}
		byName[n] = append(byName[n], tierKey{Key: k, place: placeOf(k.Text(lake.ChargeDescription))})
	}
	for _, n := range order {
		if slices.ContainsFunc(byName[n], func(k tierKey) bool { return k.place.rank == firstTier }) && len(byName[n]) > 1 {
			products = append(products, tierProduct{byName[n]})
		}
	}
	return products
}

func makeTierKeys(ctx context.Context, s engine.Session, products []tierProduct) error {
	var rows [][]any
	for i, p := range products {
		for _, k := range p.keys {
			rows = append(rows, []any{k.Load, k.Number, i})
		}
	}
	return s.Table(ctx, "tier_keys", columns("load", "VARCHAR", "pricing_key", "INTEGER", "product", "INTEGER"), rows)
}

// readTierUsage gives each key its rate and its usage.
func readTierUsage(ctx context.Context, s engine.Session, products []tierProduct) error {
	type row struct {
		load                     string
		number, scope            int32
		quantity, cost, low, top string
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{&r.load, &r.number, &r.scope, &r.quantity, &r.cost, &r.low, &r.top}
	}, `
		SELECT load, pricing_key, scope, CAST(SUM(quantity) AS VARCHAR), CAST(SUM(cost) AS VARCHAR),
			CASE WHEN COUNT(rate) = COUNT(*) THEN CAST(MIN(rate) AS VARCHAR) ELSE '' END, COALESCE(CAST(MAX(rate) AS VARCHAR), '')
		FROM tier_lines GROUP BY load, pricing_key, scope ORDER BY load, pricing_key, scope`)
	if err != nil {
		return err
	}
	at := map[lineKey]*tierKey{}
	for _, p := range products {
		for i := range p.keys {
			at[lineKey{p.keys[i].Load, p.keys[i].Number}] = &p.keys[i]
		}
	}
	for _, r := range rows {
		quantity, err := money.Parse(r.quantity)
		if err != nil {
			return err
		}
		cost, err := money.Parse(r.cost)
		if err != nil {
			return err
		}
		k := at[lineKey{r.load, r.number}]
		rate, err := money.Parse(r.low)
		if err != nil || r.low != r.top || len(k.usage) > 0 && !rate.Equal(k.rate) {
			k.noRate = true
		}
		k.rate = rate
		k.usage = append(k.usage, scopeUsage{r.scope, quantity, cost})
	}
	return nil
}

// schedule is what the provider's own prices say of the product's tiers in this
// month; nil when they are no tiers.
func (p tierProduct) schedule() (s tierSchedule) {
	for _, k := range p.inTiers() {
		if k.noRate {
			return nil
		}
		i := slices.IndexFunc(s, func(t tier) bool { return t.place.is(k.place) })
		if i < 0 {
			i = len(s)
			s = append(s, tier{place: k.place, price: k.rate})
		}
		if !s[i].price.Equal(k.rate) {
			return nil
		}
		s[i].keys = append(s[i].keys, k)
		for _, u := range k.usage {
			s[i].size = s[i].size.Add(u.quantity)
		}
	}
	slices.SortFunc(s, tier.compare)
	if !s.holds() {
		return nil
	}
	return s
}

// inTiers are the used keys whose descriptions name a tier, and, where that is
// a free first tier only, the others that have a price.
func (p tierProduct) inTiers() (named []tierKey) {
	free := true
	for _, k := range p.keys {
		if len(k.usage) > 0 && k.place.rank != noTier {
			named = append(named, k)
			free = free && k.place.rank == firstTier && !k.noRate && k.rate.IsZero()
		}
	}
	if !free {
		return named
	}
	for _, k := range p.keys {
		if len(k.usage) > 0 && k.place.rank == noTier && (k.noRate || !k.rate.IsZero()) {
			k.place = tierPlace{rank: restTier}
			named = append(named, k)
		}
	}
	return named
}

// tierSchedule is the tiers from the first on; the last has no end.
type tierSchedule []tier

type tier struct {
	place tierPlace
	price money.Decimal // of a unit
	size  money.Decimal // what the payer used at that price
	keys  []tierKey
}

// compare orders tiers by their place, free before priced; the next ones name
// no start, and get cheaper.
func (t tier) compare(u tier) int {
	byPrice := t.price.Cmp(u.price)
	if t.place.rank == nextTier {
		byPrice = -byPrice
	}
	if t.place.rank == overTier {
		byPrice = t.place.bound.Cmp(u.place.bound)
	}
	return cmp.Or(cmp.Compare(t.place.rank, u.place.rank), byPrice)
}

// holds tells whether the tiers make a schedule: one first tier, or a free one
// and a priced one, and a later one at another price.
func (s tierSchedule) holds() bool {
	first := 0
	for first < len(s) && s[first].place.rank == firstTier {
		first++
	}
	if first == 0 || first > 2 || first == 2 && (!s[0].price.IsZero() || s[1].price.IsZero()) {
		return false
	}
	return slices.ContainsFunc(s, func(t tier) bool { return !t.price.Equal(s[0].price) })
}

func (s tierSchedule) keys() (keys []tierKey) {
	for _, t := range s {
		keys = append(keys, t.keys...)
	}
	return keys
}

// cost of a quantity, exact.
func (s tierSchedule) cost(quantity money.Decimal) money.Decimal {
	total := money.Zero
	for i, t := range s {
		part := quantity
		if i < len(s)-1 && t.size.Cmp(quantity) < 0 {
			part = t.size
		}
		total = total.Add(part.Mul(t.price))
		quantity = quantity.Sub(part)
	}
	return total
}

// scopeCost is what a scope pays alone.
type scopeCost struct {
	scope     int32
	cost      money.Decimal // of at most 18 digits
	unitPrice money.Decimal // its quotient by the quantity, of at most 18 digits
}

// costs of the scopes, in their order.
func (s tierSchedule) costs() (all []scopeCost) {
	type sum struct{ quantity, cost, atRates money.Decimal }
	sums := map[int32]sum{}
	for _, k := range s.keys() {
		for _, u := range k.usage {
			t := sums[u.scope]
			sums[u.scope] = sum{t.quantity.Add(u.quantity), t.cost.Add(u.cost), t.atRates.Add(u.quantity.Mul(k.rate))}
		}
	}
	delete(sums, noScope)
	for _, scope := range slices.Sorted(maps.Keys(sums)) {
		t := sums[scope]
		cost := t.cost.Add(s.cost(t.quantity)).Sub(t.atRates).Round(18, money.HalfEven)
		all = append(all, scopeCost{scope, cost, perUnit(cost, t.quantity)})
	}
	return all
}

// perUnit returns cost ÷ quantity, rounded half away from zero at 18 digits.
func perUnit(cost, quantity money.Decimal) money.Decimal {
	c, _ := new(big.Rat).SetString(cost.String())
	q, _ := new(big.Rat).SetString(quantity.String())
	return money.MustParse(c.Quo(c, q).FloatString(18))
}

// tierPlace is where a description puts its tier.
type tierPlace struct {
	rank  tierRank
	bound money.Decimal // the amount it names: its size, or after overTier its start; only to tell tiers apart
}

func (p tierPlace) is(q tierPlace) bool { return p.rank == q.rank && p.bound.Equal(q.bound) }

// tierRank orders the tiers of a schedule as their words do.
type tierRank int

const (
	noTier tierRank = iota
	firstTier
	nextTier
	overTier
	restTier
)

// tierWords find a tier in a description. The earlier wins: "beyond the first
// 25 GB" is not the first tier.
var tierWords = []struct {
	rank tierRank
	text *regexp.Regexp
}{
	{nextTier, regexp.MustCompile(`(?i)\bnext\s+` + tierAmount)},
	{overTier, regexp.MustCompile(`(?i)\b(?:over|above|beyond|after|exceeding|greater than|more than|in excess of)\s+(?:the\s+)?(?:first\s+)?` + tierAmount)},
	{restTier, regexp.MustCompile(`(?i)\bthereafter\b`)},
	{firstTier, regexp.MustCompile(`(?i)\bfirst\s+` + tierAmount)},
	{firstTier, regexp.MustCompile(`(?i)\bup to\s+` + tierAmount + `\s*(?:/|per|a|each)\s*month\b`)},
}

const tierAmount = `(\d[\d,]*(?:\.\d+)?)\s*([a-z]*)`

// placeOf reads a description. "First 12 months" is no volume.
func placeOf(description string) tierPlace {
	for _, w := range tierWords {
		found := w.text.FindStringSubmatch(description)
		if found == nil {
			continue
		}
		if w.rank == restTier {
			return tierPlace{rank: restTier}
		}
		amount, err := money.Parse(strings.ReplaceAll(found[1], ",", ""))
		unit := strings.TrimSuffix(strings.ToLower(found[2]), "s")
		if err != nil || slices.Contains([]string{"day", "week", "month", "year"}, unit) {
			continue
		}
		if times, ok := tierUnits[unit]; ok {
			amount = amount.Mul(money.FromInt(times))
		}
		return tierPlace{w.rank, amount}
	}
	return tierPlace{}
}

// tierUnits are the words that multiply an amount. They only order and tell
// apart the tiers of one product; what a tier holds is what was used.
var tierUnits = map[string]int64{
	"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000,
	"b": 1_000_000_000, "billion": 1_000_000_000, "trillion": 1_000_000_000_000,
	"kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50, "eb": 1 << 60,
}
