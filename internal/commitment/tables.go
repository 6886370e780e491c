package commitment

import (
	"context"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// table is a small table that the stage's SQL joins the lines with.
type table struct {
	name    string
	columns []engine.TableColumn
	rows    [][]any
}

const (
	number   = "DECIMAL(38, 18)"
	quantity = "DECIMAL(20, 6)"
)

func makeTables(ctx context.Context, s engine.Session, tables ...table) error {
	for _, t := range tables {
		if err := s.Table(ctx, t.name, t.columns, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// columns writes name and type by turns.
func columns(pairs ...string) []engine.TableColumn {
	all := make([]engine.TableColumn, len(pairs)/2)
	for i := range all {
		all[i] = engine.TableColumn{Name: pairs[2*i], Type: pairs[2*i+1]}
	}
	return all
}

// tables makes everything the stage's SQL needs besides the views of the month.
func (m *month) tables(ctx context.Context, s engine.Session) error {
	return makeTables(ctx, s,
		m.loadTable(), m.slotTable(), m.accountTable(), m.scopeTable(), m.keyTable(), m.commitmentTable(), m.feeTable(),
		poolTable(m.schedule.pools), m.supplierTable(), m.shareTable(), m.unratedTable())
}

func (m *month) loadTable() table {
	t := table{name: "loads", columns: columns("load", "VARCHAR", "number", "INTEGER", "home", "VARCHAR", "hours", "INTEGER")}
	for _, l := range m.loads {
		t.rows = append(t.rows, []any{l.ID, l.number, l.home, l.hours})
	}
	return t
}

func (m *month) slotTable() table {
	return table{"slots", columns("load", "VARCHAR", "slot", "INTEGER", "starts", "TIMESTAMP", "ends", "TIMESTAMP", "hours", "INTEGER", "day", "DATE"), m.slots()}
}

func (m *month) accountTable() table {
	t := table{name: "accounts", columns: columns("load", "VARCHAR", "account_id", "VARCHAR", "tag_set", "INTEGER", "from_day", "DATE", "to_day", "DATE",
		"account", "INTEGER", "scope", "INTEGER", "group", "VARCHAR", "splits", "BOOLEAN")}
	for _, a := range m.accounts {
		t.rows = append(t.rows, []any{a.load, a.account, a.set, a.from, a.to, a.number, a.scope, a.group, strconv.FormatBool(m.alone[a.group])})
	}
	return t
}

func (m *month) scopeTable() table {
	t := table{name: "scopes", columns: columns("scope", "INTEGER", "group", "VARCHAR")}
	for sc, n := range m.scopes {
		t.rows = append(t.rows, []any{n, sc.group})
	}
	return t
}

func (m *month) keyTable() table {
	pooled := m.pooled()
	t := table{name: "keys", columns: columns("load", "VARCHAR", "pricing_key", "INTEGER", "key", "INTEGER", "role", "VARCHAR", "on_demand", "DECIMAL(28, 14)")}
	for _, k := range m.keys {
		role := m.roles[k.number]
		if pooled[k.number] {
			role = roleUsage
		}
		if role != "" {
			t.rows = append(t.rows, []any{k.Load, k.Key.Number, k.number, role, given(k.onDemand)})
		}
	}
	return t
}

// given is a number, or nothing when it is zero for "unknown".
func given(d money.Decimal) any {
	if d.IsZero() {
		return nil
	}
	return d
}

// admit adds keys to those whose lines this stage writes.
func (m *month) admit(ctx context.Context, s engine.Session, more []assign.Key) error {
	if len(more) == 0 {
		return nil
	}
	numbers := map[lineKey]int{}
	for _, k := range m.keys {
		numbers[lineKey{k.Load, k.Key.Number}] = k.number
	}
	for _, k := range more {
		m.roles[numbers[lineKey{k.Load, k.Number}]] = roleUsage
	}
	return makeTables(ctx, s, m.keyTable())
}

// Modes of a commitment.
const (
	modeAgain     = "again"      // taken back and applied again
	modeAsApplied = "as-applied" // left where the provider applied it
	modeOther     = "other"      // taken back from other groups than the owner's, kept in it
)

func (m *month) mode(c Commitment) string {
	kept := false
	for _, s := range m.shares {
		if s.commitment.ID != c.ID || s.commitment.Payer != c.Payer {
			continue
		}
		if s.policy == billing.PolicyAsApplied {
			return modeAsApplied
		}
		kept = kept || s.resellerPays()
	}
	if !c.applicable() && !kept { // what the reseller pays helps nobody as applied
		return modeOther
	}
	return modeAgain
}

// commitmentTable has a row for each stretch of days in which the owner is in
// one scope, for each load of the payer.
func (m *month) commitmentTable() table {
	t := table{name: "commitments", columns: columns("load", "VARCHAR", "commitment", "VARCHAR", "from_day", "DATE", "to_day", "DATE",
		"scope", "INTEGER", "account", "INTEGER", "group", "VARCHAR", "mode", "VARCHAR", "kind", "VARCHAR")}
	for _, c := range m.commitments {
		mode, home := m.mode(c), m.homeOf(c.Payer)
		for _, o := range m.ownersOf(c, mode) {
			for _, l := range m.loads {
				if l.home == home {
					t.rows = append(t.rows, []any{l.ID, c.ID, o.from, o.to, o.scope, o.account, o.group, mode, string(c.Kind)})
				}
			}
		}
	}
	return t
}

// feeTable says who gets which part of a commitment's fees, where it is not
// all its owner's: who was given units pays for them, and the reseller for
// what it keeps or sells at a fixed price.
func (m *month) feeTable() table {
	t := table{name: "fees", columns: columns("load", "VARCHAR", "commitment", "VARCHAR", "from_day", "DATE", "to_day", "DATE",
		"from_units", number, "to_units", number, "total", number, "account_id", "VARCHAR", "group", "VARCHAR")}
	moved := map[*Commitment]bool{}
	for _, s := range m.shares {
		moved[s.commitment] = moved[s.commitment] || s.given() || s.resellerPays()
	}
	for _, s := range m.shares {
		if !moved[s.commitment] {
			continue
		}
		home := m.homeOf(s.commitment.Payer)
		for _, l := range m.loads {
			if l.home != home {
				continue
			}
			for _, p := range m.payersOf(s, home) {
				t.rows = append(t.rows, []any{l.ID, s.commitment.ID, p.from, p.to, s.from, s.to, s.commitment.size(), p.account, p.group})
			}
		}
	}
	return t
}

// feePayer is who pays the fees of a share on some days; nil is whom the
// provider's lines name.
type feePayer struct {
	from, to       billing.Day
	account, group any
}

// payersOf returns the payers of a share's fees; each day has one.
func (m *month) payersOf(s share, home string) (all []feePayer) {
	if s.group != "" { // whatever accounts it has on which days
		p := feePayer{from: m.Period.FirstDay(), to: m.Period.LastDay(), group: s.group}
		if first := m.firstAccount(home, s.group); first != "" {
			p.account = first
		}
		all = append(all, p)
	}
	for _, a := range m.accounts {
		if s.group != "" || a.account != s.account || a.set != 0 || a.load != home {
			continue
		}
		p := feePayer{from: a.from, to: a.to}
		if s.given() {
			p.account, p.group = a.account, a.group
		}
		all = append(all, p)
	}
	if s.resellerPays() {
		for i := range all {
			all[i].group = assign.Reseller
		}
	}
	return all
}

// resellerPays tells whether the fees of a share are the reseller's.
func (s share) resellerPays() bool {
	return s.policy == billing.PolicyResellerKeeps || s.policy == billing.PolicyFixedPrice
}

// firstAccount stands for a group: its first account under the payer, or empty.
func (m *month) firstAccount(home, group string) string {
	first := ""
	for _, a := range m.accounts {
		if a.load == home && a.group == group && (first == "" || a.account < first) {
			first = a.account
		}
	}
	return first
}

func poolTable(pools []poolRow) table {
	t := table{name: "pools", columns: columns("class", "INTEGER", "key", "INTEGER", "pool", "INTEGER", "zonal", "INTEGER", "rank", "INTEGER", "per_hour", "DECIMAL(24, 14)")}
	for _, p := range pools {
		zonal := 0
		if p.zonal {
			zonal = 1
		}
		t.rows = append(t.rows, []any{p.class, p.key, p.pool, zonal, p.rank, p.perHour})
	}
	return t
}

func (m *month) supplierTable() table {
	t := table{name: "suppliers", columns: columns("share", "INTEGER", "commitment", "VARCHAR", "class", "INTEGER", "pool", "INTEGER", "zone", "VARCHAR",
		"load", "VARCHAR", "account_id", "VARCHAR", "scope", "INTEGER", "own_turn", "INTEGER", "shared_turn", "INTEGER", "plan", "INTEGER",
		"from_units", quantity, "to_units", quantity, "size", "DECIMAL(10, 2)", "starts", "TIMESTAMP", "ends", "TIMESTAMP")}
	for _, s := range m.schedule.suppliers {
		c := s.commitment
		var account, group, to any
		isPlan := 0
		if s.account != "" {
			account = s.account
		} else {
			group = m.scope(scope{payer: c.Payer, group: s.group})
		}
		if c.Kind.Plan() {
			isPlan = 1
		}
		if !c.Kind.Plan() || !s.open {
			to = s.to
		}
		starts, ends := m.Period.Start(), m.Period.End()
		if c.Start != nil && c.Start.After(starts) {
			starts = *c.Start
		}
		if c.End != nil && c.End.Before(ends) {
			ends = *c.End
		}
		t.rows = append(t.rows, []any{s.number, c.ID, s.class, s.pool, s.zone, m.homeOf(c.Payer), account, group, s.own, s.shared, isPlan,
			s.from, to, c.unit(), stamp(starts), stamp(later(starts, ends))})
	}
	return t
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// shareTable has the commitment behind each share. unit_cost is what one unit
// of its pool costs, per_unit how many instances that is; price is of one
// instance. Of plans all is per 1.00.
func (m *month) shareTable() table {
	t := table{name: "shares", columns: columns("share", "INTEGER", "load", "VARCHAR", "payer", "VARCHAR", "commitment", "VARCHAR", "kind", "VARCHAR",
		"unit_cost", "DECIMAL(28, 18)", "per_unit", "DECIMAL(20, 18)", "price", "DECIMAL(20, 12)")}
	for _, s := range m.shares {
		c := s.commitment
		hourly := c.Hourly
		if c.Kind.Plan() {
			hourly = money.FromInt(1)
		}
		var price any
		if s.price != nil {
			price = *s.price
		}
		t.rows = append(t.rows, []any{s.number, m.homeOf(c.Payer), c.Payer, c.ID, string(c.Kind),
			hourly.Quo(c.unit(), 18), money.FromInt(1).Quo(c.unit(), 18), price})
	}
	return t
}

// unit is what one unit of a commitment covers in the measure of its pool: an
// instance's normalized units, or 1.00.
func (c *Commitment) unit() money.Decimal {
	if c.Kind.Reservation() && c.Shape.Units.Sign() > 0 {
		return c.Shape.Units
	}
	return money.FromInt(1)
}

func (m *month) unratedTable() table {
	t := table{name: "unrated", columns: columns("class", "INTEGER", "pool", "INTEGER", "key", "INTEGER", "load", "VARCHAR", "pricing_key", "INTEGER")}
	for _, u := range m.schedule.unrated {
		k := m.keys[u.key-1]
		t.rows = append(t.rows, []any{u.class, u.pool, u.key, k.Load, k.Key.Number})
	}
	return t
}
