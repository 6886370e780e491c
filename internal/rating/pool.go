package rating

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

//go:embed sql/pooled.sql
var pooledSQL string

// share is what a group bears of a pool.
type share struct {
	group  string
	amount money.Decimal // on the pool's basis, in the lines' currency
}

// sharesOf divides a pool's total among groups (R4): fixed amounts first, as
// far as the pool goes, then percents of the rest, then what is left by usage.
// Shares have the currency's digits; the last share is the remainder's, and
// makes the sum exact. A pool that is not above zero is all the remainder's.
func sharesOf(p billing.Pool, currency money.Currency, total money.Decimal, usage map[string]money.Decimal) []share {
	amounts, order := map[string]money.Decimal{}, []string{}
	left := total
	bear := func(group string, amount money.Decimal) {
		if amount.Sign() <= 0 {
			return
		}
		if _, ok := amounts[group]; !ok {
			order = append(order, group)
		}
		amounts[group] = amounts[group].Add(amount)
		left = left.Sub(amount)
	}
	round := func(d money.Decimal) money.Decimal { return d.Round(currency.Digits(), money.Down) }
	if total.Sign() > 0 {
		for _, f := range p.Fixed {
			amount := f.Amount
			if amount.Cmp(left) > 0 {
				amount = left
			}
			bear(f.Group, round(amount))
		}
		rest := left
		for _, f := range p.Percent {
			bear(f.Group, round(rest.Percent(f.Percent)))
		}
		rest = left
		bearers, used := byUsage(p, usage)
		for _, g := range bearers {
			bear(g, round(rest.Mul(usage[g]).Quo(used, 12)))
		}
	}
	var all []share
	for _, g := range order {
		if g != p.Remainder {
			all = append(all, share{g, amounts[g]})
		}
	}
	return append(all, share{p.Remainder, amounts[p.Remainder].Add(left)})
}

// byUsage returns the groups that bear a pool by what they use, and its sum.
func byUsage(p billing.Pool, usage map[string]money.Decimal) (groups []string, sum money.Decimal) {
	for g, used := range usage {
		if used.Sign() > 0 && (len(p.ByUsage) == 0 || slices.Contains(p.ByUsage, g)) {
			groups = append(groups, g)
			sum = sum.Add(used)
		}
	}
	slices.Sort(groups)
	return groups, sum
}

// makeBearers measures the pools of the month and makes the table bearers: who
// bears which part of a pool's every line.
func makeBearers(ctx context.Context, s engine.Session, in Input) error {
	if err := makePoolAccounts(ctx, s, in); err != nil {
		return err
	}
	totals, usage, err := measurePools(ctx, s, in)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, p := range in.Config.Pools {
		for k, total := range totals {
			if k.pool == p.ID {
				rows = append(rows, bearerRows(p, k.currency, total, usage[k])...)
			}
		}
	}
	return s.Table(ctx, "bearers", []engine.TableColumn{
		{Name: "pool", Type: "VARCHAR"}, {Name: "currency", Type: "VARCHAR"}, {Name: "bearer", Type: "VARCHAR"},
		{Name: "from_part", Type: "DECIMAL(13, 12)"}, {Name: "to_part", Type: "DECIMAL(13, 12)"}, {Name: "remainder", Type: "INTEGER"},
		{Name: "wanted", Type: "DECIMAL(38, 18)"}, {Name: "basis", Type: "VARCHAR"},
	}, rows)
}

// makePoolAccounts makes the table pool_accounts: which accounts a pool holds on
// which days of the month.
func makePoolAccounts(ctx context.Context, s engine.Session, in Input) error {
	accounts := [][]any{}
	for _, p := range in.Config.Pools {
		for _, a := range p.Accounts {
			from, to := in.Period.FirstDay(), in.Period.LastDay()
			if p.From != nil {
				from = max(from, *p.From)
			}
			if p.To != nil {
				to = min(to, *p.To-1)
			}
			accounts = append(accounts, []any{p.ID, a, from, to, string(p.CostBasis)})
		}
	}
	return s.Table(ctx, "pool_accounts", []engine.TableColumn{
		{Name: "pool", Type: "VARCHAR"}, {Name: "account", Type: "VARCHAR"},
		{Name: "from_day", Type: "DATE"}, {Name: "to_day", Type: "DATE"}, {Name: "basis", Type: "VARCHAR"},
	}, accounts)
}

// poolIn is what a pool holds in one currency.
type poolIn struct{ pool, currency string }

// measurePools adds up, on each pool's basis, what the pool has to be borne, and
// what each billing group uses of its accounts itself.
func measurePools(ctx context.Context, s engine.Session, in Input) (totals map[poolIn]money.Decimal, usage map[poolIn]map[string]money.Decimal, err error) {
	type use struct {
		pool, currency, owner string
		sum                   money.Decimal
	}
	uses, err := engine.Collect(ctx, s, func(u *use) []any { return []any{&u.pool, &u.currency, &u.owner, engine.Exact(&u.sum)} },
		owned("AND l.sub_account_id IN (SELECT account FROM pool_accounts)")+`
		SELECT a.pool, owned.currency, owned.billed_to, CAST(SUM(CASE WHEN owned.billable THEN `+onBasis("a.basis")+` ELSE 0 END) AS VARCHAR)
		FROM owned JOIN pool_accounts a ON a.account = owned.sub_account_id AND owned.billing_day BETWEEN a.from_day AND a.to_day
		GROUP BY a.pool, owned.currency, owned.billed_to ORDER BY 1, 2, 3`)
	if err != nil {
		return nil, nil, fmt.Errorf("measuring the pools: %w", err)
	}
	groups := map[string]bool{}
	for _, g := range in.Config.BillingGroups {
		groups[g.ID] = true
	}
	totals, usage = map[poolIn]money.Decimal{}, map[poolIn]map[string]money.Decimal{}
	for _, u := range uses {
		k := poolIn{u.pool, u.currency}
		if usage[k] == nil {
			usage[k] = map[string]money.Decimal{}
		}
		switch {
		case u.owner == u.pool:
			totals[k] = u.sum
		case groups[u.owner]:
			usage[k][u.owner] = u.sum
		}
	}
	return totals, usage, nil
}

// bearerRows are the parts of a pool's lines in one currency, each from where the
// one before it ends, the last to the whole and with what rounding leaves.
func bearerRows(p billing.Pool, currency string, total money.Decimal, usage map[string]money.Decimal) (rows [][]any) {
	from, borne := money.Zero, money.Zero
	all := sharesOf(p, money.Currency(currency), total, usage)
	for i, sh := range all {
		borne = borne.Add(sh.amount)
		to, last := borne.Quo(total, 12), int64(0)
		if i == len(all)-1 {
			to, last = one, 1
		}
		rows = append(rows, []any{p.ID, currency, sh.group, from, to, last, sh.amount, string(p.CostBasis)})
		from = to
	}
	return rows
}

// pooled is the SQL that divides what pools own.
func pooled() string {
	fill := []string{"{identity}", identity, "{columns}", ownedColumns, "{basis:b.basis}", onBasis("b.basis")}
	for _, amount := range []string{"quantity", "unblended", "net", "amortized", "blended", "list", "true_unblended", "effective"} {
		fill = append(fill,
			"{cut:"+amount+"}", "("+upTo(amount, "b.to_part")+" - "+upTo(amount, "b.from_part")+")",
			"{settle:"+amount+"}", fmt.Sprintf("CAST(%s_part + CASE WHEN measured_on = '%s' THEN rest ELSE 0 END AS DECIMAL(38, 18))",
				amount, strings.ReplaceAll(amount, "_", "-")))
	}
	return strings.NewReplacer(fill...).Replace(pooledSQL)
}

// upTo is the SQL of an amount's part up to a bound of at most 12 digits.
func upTo(amount, bound string) string {
	return fmt.Sprintf(`CASE WHEN %[2]s = 0 THEN CAST(0 AS DECIMAL(38, 18)) WHEN %[2]s = 1 THEN %[1]s
		ELSE CAST(CAST(TRUNC(%[1]s) AS DECIMAL(25, 0)) * %[2]s AS DECIMAL(38, 18)) + CAST(CAST(%[1]s - TRUNC(%[1]s) AS DECIMAL(18, 18)) * %[2]s AS DECIMAL(38, 18)) END`,
		amount, bound)
}
