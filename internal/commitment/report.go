package commitment

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// Reports tells what became of a rated month's commitments. Every report is
// one pass over the parts of lines, whatever their number. Amounts are exact,
// in the currency of the lines, tax out; percents are for show.
type Reports struct {
	session engine.Session
	m       *month
}

// OpenReports reads the month's inventory. The session has what assign.Open and
// Open make; in has the configuration that the month was rated with.
func OpenReports(ctx context.Context, s engine.Session, in assign.Month) (*Reports, error) {
	m, err := read(ctx, s, in)
	if err != nil {
		return nil, err
	}
	return reportsOn(ctx, s, m)
}

// reportsOn is OpenReports on a month that is read already.
func reportsOn(ctx context.Context, s engine.Session, m *month) (*Reports, error) {
	r := &Reports{s, m}
	return r, r.tables(ctx)
}

// Measures of a commitment's units.
const (
	inMoney    = "money"    // of plans
	inSizes    = "sizes"    // normalized units over those of the reserved size
	inQuantity = "quantity" // as the lines count
)

// tables makes what the reports' SQL joins the parts with.
func (r *Reports) tables(ctx context.Context) error {
	measures := table{name: "measures", columns: columns("load", "VARCHAR", "commitment", "VARCHAR", "owner", "VARCHAR", "measure", "VARCHAR", "size", "DECIMAL(10, 2)")}
	for _, c := range r.m.commitments {
		measure := inQuantity
		switch {
		case c.Kind.Plan():
			measure = inMoney
		case c.Shape.Flexible && c.Shape.Units.Sign() > 0:
			measure = inSizes
		}
		measures.rows = append(measures.rows, []any{r.m.homeOf(c.Payer), c.ID, c.Owner, measure, c.unitOf(measure)})
	}
	pooled := r.m.pooled()
	sizes := table{name: "sizes", columns: columns("load", "VARCHAR", "pricing_key", "INTEGER", "size", "DECIMAL(10, 2)", "eligible", "INTEGER")}
	for _, k := range r.m.keys {
		eligible := 0
		if pooled[k.number] || r.m.roles[k.number] == roleUsage {
			eligible = 1
		}
		var size any
		if k.shape != nil {
			size = k.shape.Units
		}
		if eligible == 1 || size != nil {
			sizes.rows = append(sizes.rows, []any{k.Load, k.Key.Number, size, eligible})
		}
	}
	given := table{name: "given", columns: columns("share", "INTEGER")}
	for _, s := range r.m.shares {
		if s.given() {
			given.rows = append(given.rows, []any{s.number})
		}
	}
	return makeTables(ctx, r.session, r.m.loadTable(), measures, sizes, given)
}

// unitOf is how much of the measure one unit of the commitment is.
func (c *Commitment) unitOf(measure string) money.Decimal {
	if measure == inSizes {
		return c.Shape.Units
	}
	return money.FromInt(1)
}

// sql fills in what the reports' statements have in common; pairs are further
// markers and what stands for them. cost is the column of what covered usage
// costs under its commitment.
func (r *Reports) sql(text, cost string, pairs ...string) string {
	return statement(strings.NewReplacer(append(pairs,
		"{cost}", cost,
		"{covered}", "k.x_fence IS NULL AND l.x_treatment NOT IN ('fee', 'fee-moved')",
		"{units}", fmt.Sprintf("CASE m.measure WHEN '%s' THEN l.%s WHEN '%s' THEN CAST(l.quantity * COALESCE(z.size, m.size) AS DECIMAL(38, 18)) ELSE l.quantity END",
			inMoney, cost, inSizes))...).Replace(text))
}

// ownerGroups are the groups that the owner's account is in during the month.
func (m *month) ownerGroups(c Commitment) []string {
	groups := m.groupsOf(c.Payer, c.Owner)
	slices.Sort(groups)
	return groups
}

// percent is part of whole in percent, to one digit, half up; nil of nothing.
func percent(part, whole money.Decimal) *money.Decimal {
	if whole.IsZero() {
		return nil
	}
	// What is cut off after 20 digits does not change how one digit is rounded.
	p := part.Mul(money.FromInt(100)).Quo(whole, 20).Round(1, money.HalfUp)
	return &p
}
