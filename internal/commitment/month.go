package commitment

import (
	"context"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// month is what is decided in Go before the engine goes over the lines.
type month struct {
	assign.Month
	commitments []Commitment
	shares      []share
	keys        []usageKey
	roles       map[int]string // of keys
	loads       []load
	accounts    []accountDays
	scopes      map[scope]int
	schedule    schedule
	alone       map[string]bool // groups and pools that are billed as if alone; see splits
}

// load is a load with what the stage's SQL needs to know of it.
type load struct {
	assign.Load
	number int
	home   string // the first load of the same payer, which stands for the payer
	hours  int    // length of a slot: 1, or 24 where the payer's export is daily
}

// Roles of a pricing key: what this stage does with its lines.
const (
	roleUsage    = "usage"    // covered by the provider, or to be covered
	roleNegation = "negation" // takes covered usage back
	roleFee      = "fee"      // of a commitment
)

// read finds out what the month's commitments are, who they help, and what of
// the month's usage they can cover.
func read(ctx context.Context, s engine.Session, in assign.Month) (*month, error) {
	m := &month{Month: in, roles: map[int]string{}, scopes: map[scope]int{}, alone: splits(in)}
	var err error
	if m.commitments, err = Read(ctx, s, in); err != nil {
		return nil, err
	}
	if err := m.readLoads(ctx, s); err != nil {
		return nil, err
	}
	if err := m.readAccounts(ctx, s); err != nil {
		return nil, err
	}
	m.shares = sharesOf(m.commitments, in.Config.Commitments, in.Period)
	for _, sh := range m.shares {
		if sh.group != "" { // which need not have an account in the month
			m.scope(scope{payer: sh.commitment.Payer, group: sh.group})
		}
	}
	known, err := m.readKeys(ctx, s)
	if err != nil {
		return nil, err
	}
	m.schedule = plan(m.shares, m.keys, known, m.groupsOf)
	return m, nil
}

// readLoads numbers the loads and finds out whether their usage is told by the
// hour: where one line of covered usage is longer, the payer's slots are days.
func (m *month) readLoads(ctx context.Context, s engine.Session) error {
	type row struct {
		load    string
		minutes int64 // of its longest line
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.load, &r.minutes} }, `
		SELECT load, MAX(date_diff('minute', charge_period_start, charge_period_end))
		FROM line_items
		WHERE commitment_discount_id IS NOT NULL AND x_class = 'usage' AND charge_period_end IS NOT NULL
		GROUP BY load`)
	if err != nil {
		return err
	}
	daily := map[string]bool{}
	home := map[string]string{}
	for _, l := range m.Loads {
		for _, r := range rows {
			daily[l.Payer.ID] = daily[l.Payer.ID] || r.load == l.ID && r.minutes > 60
		}
		if home[l.Payer.ID] == "" {
			home[l.Payer.ID] = l.ID
		}
	}
	for i, l := range m.Loads {
		hours := 1
		if daily[l.Payer.ID] {
			hours = 24
		}
		m.loads = append(m.loads, load{l, i, home[l.Payer.ID], hours})
	}
	return nil
}

func (m *month) payerOf(loadID string) string {
	for _, l := range m.loads {
		if l.ID == loadID {
			return l.Payer.ID
		}
	}
	return ""
}

// readKeys gives each pricing key its role, its shape and its price on demand,
// and learns the rates of plans from the lines they cover.
func (m *month) readKeys(ctx context.Context, s engine.Session) (rates, error) {
	all, err := assign.ReadKeys(ctx, s)
	if err != nil {
		return nil, err
	}
	numbers := map[lineKey]int{}
	for _, k := range all {
		u := usageKey{Key: k, number: len(m.keys) + 1, payer: m.payerOf(k.Load)}
		if shape, ok := ShapeOf(k); ok {
			u.shape = &shape
		}
		numbers[lineKey{k.Load, k.Number}] = u.number
		m.keys = append(m.keys, u)
	}
	prices, err := m.readPrices(ctx, s)
	if err != nil {
		return nil, err
	}
	covered := map[int]bool{}
	for _, p := range prices {
		covered[numbers[p.lineKey]] = covered[numbers[p.lineKey]] || p.commitment != ""
	}
	for _, k := range m.keys {
		m.roles[k.number] = roleOf(k.Key, covered[k.number])
	}
	known := m.learn(prices, numbers)
	var offers []offer
	for _, c := range m.commitments {
		if c.Kind.Plan() {
			offers = append(offers, offerOf(&c))
		}
	}
	known.declared(m.Config.SavingsPlanRates, m.keys, offers)
	return known, nil
}

// roleOf says what this stage does with the lines of a key. Usage that no
// commitment touches keeps none, until a turn or a tier admits it.
func roleOf(k assign.Key, covered bool) string {
	switch {
	case k.Text(lake.Fence) == lake.FenceNegation:
		return roleNegation
	case !covered:
		return ""
	case k.Text(lake.ChargeCategory) == "Usage" && k.Text(lake.Class) == lake.ClassUsage:
		return roleUsage
	}
	return roleFee
}

type lineKey struct {
	load string
	key  int32
}

// price is what the lines of a key say of its price.
type price struct {
	lineKey
	commitment string        // that covers them; empty for the others
	onDemand   money.Decimal // per unit; zero when unknown or free
	planRate   money.Decimal // per unit under the plan; zero when none
}

// readPrices reads the prices of what is covered or could be: of few of the
// month's lines. Where a line states no rate, it is cost over quantity.
func (m *month) readPrices(ctx context.Context, s engine.Session) ([]price, error) {
	could := table{name: "coverable", columns: columns("load", "VARCHAR", "pricing_key", "INTEGER")}
	for _, k := range m.keys {
		if len(m.commitments) > 0 && k.coverable() {
			could.rows = append(could.rows, []any{k.Load, k.Key.Number})
		}
	}
	if err := makeTables(ctx, s, could); err != nil {
		return nil, err
	}
	type row struct {
		price
		rate, cost, planRate, planCost, quantity string
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		return []any{&r.load, &r.key, &r.commitment, &r.rate, &r.cost, &r.planRate, &r.planCost, &r.quantity}
	}, `
		WITH covered AS (SELECT DISTINCT load, x_pricing_key FROM line_items WHERE commitment_discount_id IS NOT NULL),
		asked AS (SELECT load, x_pricing_key FROM covered UNION SELECT load, pricing_key FROM coverable)
		SELECT l.load, l.x_pricing_key, COALESCE(l.commitment_discount_id, ''),
			CAST(MAX(COALESCE(CASE WHEN l.x_line_item_type = 'DiscountedUsage' THEN l.list_unit_price ELSE l.x_unblended_rate END, 0)) AS VARCHAR),
			CAST(SUM(CASE WHEN l.x_line_item_type = 'DiscountedUsage' THEN COALESCE(l.list_cost, 0) ELSE l.billed_cost END) AS VARCHAR),
			CAST(MAX(COALESCE(l.x_savings_plan_rate, 0)) AS VARCHAR),
			CAST(SUM(COALESCE(l.x_savings_plan_effective_cost, 0)) AS VARCHAR),
			CAST(SUM(COALESCE(l.pricing_quantity, 0)) AS VARCHAR)
		FROM line_items l
		JOIN asked a ON a.load = l.load AND a.x_pricing_key = l.x_pricing_key
		WHERE l.x_fence IS NULL
		GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`)
	if err != nil {
		return nil, err
	}
	all := make([]price, len(rows))
	for i, r := range rows {
		var numbers [5]money.Decimal
		for n, text := range []string{r.rate, r.cost, r.planRate, r.planCost, r.quantity} {
			if numbers[n], err = money.Parse(text); err != nil {
				return nil, err
			}
		}
		rate := func(stated, cost money.Decimal) money.Decimal {
			if stated.IsZero() && cost.Sign() > 0 && numbers[4].Sign() > 0 {
				return cost.Quo(numbers[4], 14)
			}
			return stated
		}
		all[i] = r.price
		all[i].onDemand, all[i].planRate = rate(numbers[0], numbers[1]), rate(numbers[2], numbers[3])
	}
	return all, nil
}

// learn fills in the keys' on-demand prices and returns the plans' rates. What
// a reservation covers may have no price of its own; it then has that of the
// same usage on demand (R7).
func (m *month) learn(prices []price, numbers map[lineKey]int) rates {
	plans := map[string]*Commitment{}
	for i := range m.commitments {
		plans[m.commitments[i].Payer+" "+m.commitments[i].ID] = &m.commitments[i]
	}
	known := rates{}
	bySold := map[sold][]money.Decimal{}
	for _, p := range prices {
		k := &m.keys[numbers[p.lineKey]-1]
		if p.onDemand.Cmp(k.onDemand) > 0 {
			k.onDemand = p.onDemand
			if k.Text(lake.LineItemType) == "Usage" && k.sold().named() {
				bySold[k.sold()] = append(bySold[k.sold()], p.onDemand)
			}
		}
		c := plans[k.payer+" "+p.commitment]
		if c != nil && c.Kind.Plan() && p.planRate.Sign() > 0 {
			known.set(offerOf(c), k.sold(), p.planRate)
		}
	}
	for i := range m.keys {
		k := &m.keys[i]
		if same := bySold[k.sold()]; k.onDemand.IsZero() && len(same) > 0 {
			slices.SortFunc(same, money.Decimal.Cmp)
			k.onDemand = same[len(same)/2] // the median, the upper one of two
		}
	}
	return known
}

// pooled are the keys whose usage some commitment of the month can cover.
func (m *month) pooled() map[int]bool {
	keys := map[int]bool{}
	for _, p := range m.schedule.pools {
		keys[p.key] = true
	}
	return keys
}

// slots are the hours or days of the month for a payer's home load.
func (m *month) slots() [][]any {
	var rows [][]any
	for _, l := range m.loads {
		if l.ID != l.home {
			continue
		}
		at := m.Period.Start()
		for slot := 0; at.Before(m.Period.End()); slot += l.hours {
			end := at.Add(time.Duration(l.hours) * time.Hour)
			rows = append(rows, []any{l.ID, slot, stamp(at), stamp(end), l.hours, billing.DayOf(at)})
			at = end
		}
	}
	return rows
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

func (m *month) homeOf(payer string) string {
	for _, l := range m.loads {
		if l.Payer.ID == payer {
			return l.home
		}
	}
	return ""
}

// splits returns the groups and pools whose prices ask what they would have paid
// alone: their cost basis does, or a rule of a book that prices what they use.
// What a pool holds is asked for by the groups that bear it.
func splits(in assign.Month) map[string]bool {
	alone := map[string]bool{}
	for _, p := range in.Config.Pools {
		if p.CostBasis == billing.TrueUnblended {
			alone[p.ID] = true
		}
	}
	books := map[string]bool{}
	for _, b := range in.Config.PriceBooks {
		books[b.ID] = slices.ContainsFunc(b.Rules, pricesAlone)
	}
	tree, days, accounts := assign.TreeOf(in.Config), assign.BookDays(in.Config, in.Period), []string{""}
	for _, a := range in.Config.Accounts {
		if len(a.PriceBook) > 0 {
			accounts = append(accounts, a.ID)
		}
	}
	bookAsks := func(group string) bool {
		for _, day := range days {
			for _, account := range accounts {
				for _, sale := range tree.Sales(group, account, day) {
					if slices.ContainsFunc(sale.Books, func(b string) bool { return books[b] }) {
						return true
					}
				}
			}
		}
		return false
	}
	for _, g := range in.Config.BillingGroups {
		if g.CostBasis == billing.TrueUnblended || bookAsks(g.ID) {
			alone[g.ID] = true
		}
	}
	return alone
}

func pricesAlone(r billing.PriceRule) bool {
	return r.Base == billing.TrueUnblended || r.NotBelow == billing.TrueUnblended || r.NotAbove == billing.TrueUnblended
}
