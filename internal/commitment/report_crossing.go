package commitment

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

var (
	//go:embed sql/report_crossed.sql
	reportCrossedSQL string
	//go:embed sql/report_crossing.sql
	reportCrossingSQL string
)

// Crossing is benefit that the provider gave to a group other than that of the
// commitment's owner (R9): by its books, whatever was billed. What a group was
// given of the commitment (R8) is its own: in each hour only what is beyond
// those units crosses, a proportional part of every amount, cut at 15 digits.
// Benefit to the owner's own group never crosses, also of units that were
// given away.
type Crossing struct {
	Hour          *time.Time     `json:"hour,omitempty"` // UTC; the day where the export is daily; nil in sums of the month
	Payer         string         `json:"payer"`
	Commitment    string         `json:"commitment"`
	OwnerAccount  string         `json:"owner_account"`
	OwnerGroup    string         `json:"owner_group"`              // or reseller, or unassigned
	OwnerCustomer string         `json:"owner_customer,omitempty"` // of the group
	Account       string         `json:"account,omitempty"`        // empty in sums of the month
	Group         string         `json:"group"`
	Customer      string         `json:"customer,omitempty"`
	Within        bool           `json:"within_customer"` // both groups are one customer's: no border
	Units         money.Decimal  `json:"units"`           // as Commitment.Reserved, to 12 digits
	Quantity      money.Decimal  `json:"quantity"`        // as the lines count
	Lines         int64          `json:"lines"`
	Currency      money.Currency `json:"currency"`
	OnDemand      money.Decimal  `json:"on_demand"` // what it would have cost without
	Effective     money.Decimal  `json:"effective"` // what it cost the owner, amortized
	// Stands is the on-demand value of what the beneficiary keeps on its bill,
	// as its cost basis or the commitment's policy says; the rest was taken back.
	Stands money.Decimal `json:"stands"`
}

// Crossings returns what crossed from group to group: hour by hour and account
// by account, in order of time, or else summed for each commitment and pair of
// groups.
func (r *Reports) Crossings(ctx context.Context, hours bool) ([]Crossing, error) {
	crossed := []string{"{inside}", insideSQL, "{crossed account}", "''", "{crossed slot}", "0"}
	if hours || slices.ContainsFunc(r.m.shares, share.given) { // what was given is compared hour by hour
		crossed = []string{"{inside}", insideSQL, "{crossed account}", "l.sub_account_id", "{crossed slot}", "CAST({slot} AS INTEGER)"}
	}
	if err := r.session.Exec(ctx, r.sql(reportCrossedSQL, "amortized", crossed...)); err != nil {
		return nil, fmt.Errorf("reading what commitments of %s covered for other groups: %w", r.m.Period, err)
	}
	account, hour := "''", "0"
	if hours {
		account, hour = "account", "slot"
	}
	pairs := []string{"{account}", account, "{hour}", hour}
	for _, amount := range []string{"units", "quantity", "on_demand", "effective", "stands"} {
		pairs = append(pairs, "{beyond "+amount+"}",
			fmt.Sprintf("CASE WHEN own IS NULL THEN %[1]s ELSE %[1]s - CAST(quotient(%[1]s, whole) * own AS DECIMAL(38, 18)) END", amount))
	}
	type row struct {
		Crossing
		home string
		slot int64
	}
	rows, err := engine.Collect(ctx, r.session, func(c *row) []any {
		return []any{&c.home, &c.Commitment, &c.Currency, &c.OwnerGroup, &c.Group, &c.Account, &c.slot,
			engine.Exact(&c.Units), engine.Exact(&c.Quantity), &c.Lines, engine.Exact(&c.OnDemand), engine.Exact(&c.Effective), engine.Exact(&c.Stands)}
	}, r.sql(reportCrossingSQL, "amortized", pairs...))
	if err != nil {
		return nil, fmt.Errorf("summing up what commitments of %s covered for other groups: %w", r.m.Period, err)
	}
	owners := map[held]string{}
	for _, c := range r.m.commitments {
		owners[held{r.m.homeOf(c.Payer), c.ID}] = c.Owner
	}
	customers := customersOf(r.m.Config)
	all := make([]Crossing, len(rows))
	for i, row := range rows {
		c := row.Crossing
		c.Payer, c.OwnerAccount = r.m.payerOf(row.home), owners[held{row.home, c.Commitment}]
		c.OwnerCustomer, c.Customer = customers[c.OwnerGroup], customers[c.Group]
		c.Within = c.OwnerCustomer != "" && c.OwnerCustomer == c.Customer
		if hours {
			start := r.m.slotStart(row.slot)
			c.Hour = &start
		}
		all[i] = c
	}
	return all, nil
}

// customersOf returns the customer of each billing group: help between groups of
// one customer stays within it.
func customersOf(c billing.Config) map[string]string {
	customers := map[string]string{}
	for _, g := range c.BillingGroups {
		customers[g.ID] = g.Customer
	}
	return customers
}
