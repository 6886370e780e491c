package commitment

import (
	"context"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// Negated is for tests.
var Negated = negated

// Bare is a month without files: what Reapply needs, said directly. Every
// payer is a world of its own.
type Bare struct {
	Period      billing.Period
	Slots       int                  // hours of the month that there are
	Groups      map[[2]string]string // of payer and account
	Commitments []Commitment
	Usage       []BareUsage // lines of a payer in the order of their accounts and ids
}

// BareUsage is one line of usage with a price of its own.
type BareUsage struct {
	Payer, Account, Zone string
	Slot                 int
	Hours, OnDemand      money.Decimal // of an hour
	Shape                *Shape
	Rates                map[Kind]money.Decimal
}

// Cover is what a commitment covers of a line.
type Cover struct {
	Line             int // index in Usage
	Commitment       string
	Hours, Effective money.Decimal
}

// Left is what is left of a commitment in a slot.
type Left struct {
	Payer, Commitment string
	Slot              int
	Reservation       bool
	Units, Cost       money.Decimal
}

// Rest is what is on demand of a line.
type Rest struct{ Hours, Cost money.Decimal }

// ReapplyBare runs the stage's own schedule and SQL over a month without files.
func ReapplyBare(ctx context.Context, s engine.Session, b Bare) (covers []Cover, rests []Rest, left []Left, err error) {
	m := b.month()
	known := rates{}
	for i, u := range b.Usage {
		k := usageKey{number: i + 1, payer: u.Payer, shape: u.Shape, onDemand: u.OnDemand}
		k.Load, k.Key.Number = u.Payer, int32(i)
		k.Texts[lake.Class] = lake.ClassUsage
		k.Texts[lake.UsageType] = fmt.Sprint("line ", i) // rates are of one line here
		m.keys = append(m.keys, k)
		for kind, rate := range u.Rates {
			known.set(offer{kind: kind, term: "1yr", payment: "No Upfront"}, k.sold(), rate)
		}
	}
	m.schedule = plan(m.shares, m.keys, known, m.groupsOf)
	if err := m.tables(ctx, s); err != nil {
		return nil, nil, nil, err
	}
	if err := b.tables(ctx, s, m); err != nil {
		return nil, nil, nil, err
	}
	for _, sql := range []string{fmt.Sprint("DELETE FROM slots WHERE slot >= ", b.Slots), capacitySQL} {
		if err := s.Exec(ctx, sql); err != nil {
			return nil, nil, nil, err
		}
	}
	if err := reapply(ctx, s, b.Period, m.schedule.turns); err != nil {
		return nil, nil, nil, err
	}
	return b.read(ctx, s)
}

// month places every account in its group for the whole month.
func (b Bare) month() *month {
	m := &month{Month: assign.Month{Period: b.Period}, commitments: b.Commitments, roles: map[int]string{}, scopes: map[scope]int{}, alone: map[string]bool{}}
	var holders [][2]string
	for h := range b.Groups {
		holders = append(holders, h)
	}
	slices.SortFunc(holders, func(x, y [2]string) int { return slices.Compare(x[:], y[:]) })
	for i, h := range holders {
		if i == 0 || holders[i-1][0] != h[0] {
			m.loads = append(m.loads, load{Load: assign.Load{ID: h[0], Payer: billing.Payer{ID: h[0]}}, number: len(m.loads), home: h[0], hours: 1})
		}
		group := b.Groups[h]
		m.accounts = append(m.accounts, accountDays{load: h[0], account: h[1], number: i + 1, group: group,
			scope: m.scope(scope{payer: h[0], group: group}), from: b.Period.FirstDay(), to: b.Period.LastDay()})
	}
	m.shares = sharesOf(b.Commitments, nil, b.Period)
	return m
}

// tables makes what un-share makes from the lines of files.
func (b Bare) tables(ctx context.Context, s engine.Session, m *month) error {
	usage := table{name: "bare usage", columns: columns("ref", "BIGINT", "line", "BIGINT", "key", "INTEGER", "account", "INTEGER", "scope", "INTEGER",
		"zone", "VARCHAR", "slot", "INTEGER", "hours", number, "done", number, "cost", number)}
	for i, u := range b.Usage {
		at := slices.IndexFunc(m.accounts, func(a accountDays) bool { return a.load == u.Payer && a.account == u.Account })
		a := m.accounts[at]
		usage.rows = append(usage.rows, []any{i, i, i + 1, a.number, a.scope, u.Zone, u.Slot, u.Hours, 0, u.Hours.Mul(u.OnDemand)})
	}
	hours := table{name: "plan_hours", columns: columns("load", "VARCHAR", "commitment", "VARCHAR", "slot", "INTEGER", "total", number)}
	for _, c := range b.Commitments {
		if c.Kind.Plan() {
			for slot := range b.Slots {
				hours.rows = append(hours.rows, []any{c.Payer, c.ID, slot, c.Hourly})
			}
		}
	}
	if err := makeTables(ctx, s, usage, hours); err != nil {
		return err
	}
	return s.Exec(ctx, `CREATE OR REPLACE TEMP TABLE usage AS SELECT * FROM "bare usage"`)
}

func (b Bare) read(ctx context.Context, s engine.Session) (covers []Cover, rests []Rest, left []Left, err error) {
	covers, err = engine.Collect(ctx, s, func(c *Cover) []any {
		return []any{&c.Line, &c.Commitment, &text{&c.Hours}, &text{&c.Effective}}
	}, statement(`SELECT a.ref, s.commitment, CAST(a.to_hours - a.from_hours AS VARCHAR), CAST({cost:a.units} AS VARCHAR)
		FROM applied a JOIN shares s ON s.share = a.share ORDER BY a.ref, a.turn, a.share`))
	if err != nil {
		return nil, nil, nil, err
	}
	rests, err = engine.Collect(ctx, s, func(r *Rest) []any { return []any{&text{&r.Hours}, &text{&r.Cost}} },
		`SELECT CAST(hours - done AS VARCHAR), CAST(cost - (CASE WHEN done = 0 THEN 0 WHEN done = whole THEN cost ELSE CAST(quotient(cost, whole) * CAST(done AS DECIMAL(38, 15)) AS DECIMAL(38, 18)) END) AS VARCHAR)
		FROM (SELECT *, hours AS whole FROM usage) ORDER BY ref`)
	if err != nil {
		return nil, nil, nil, err
	}
	left, err = engine.Collect(ctx, s, func(l *Left) []any {
		return []any{&l.Payer, &l.Commitment, &l.Slot, &l.Reservation, &text{&l.Units}, &text{&l.Cost}}
	}, statement(`SELECT s.payer, s.commitment, c.slot, s.kind LIKE 'ri-%', CAST({instances:c.units - c.used} AS VARCHAR), CAST({cost:c.units - c.used} AS VARCHAR)
		FROM capacity c JOIN shares s ON s.share = c.share`))
	return covers, rests, left, err
}

// text scans an exact number.
type text struct{ to *money.Decimal }

func (t *text) Scan(v any) (err error) {
	*t.to, err = money.Parse(fmt.Sprint(v))
	return err
}
