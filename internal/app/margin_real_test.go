package app_test

import (
	"context"
	"maps"
	"testing"

	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/money"
)

// R7, R9: a real month in which three reservations serve two accounts, each a
// group of its own. What the guest's group pays for covered usage is the
// reseller's margin; what the owner's group gets in its place is against it.
func TestMarginOfOct2018(t *testing.T) {
	file := testdata(t, "aws-cur-walabs-parquet-2018/Oct2018-WorkshopCUR-00001.snappy.parquet")
	a := open(t, `
reseller: {name: Example Cloud Partners, currency: USD}
payers: [{id: "836060457634", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: guest, customer: acme, currency: USD, claims: [{accounts: ["011254002932"]}]}
  - {id: owner, customer: acme, currency: USD, claims: [{accounts: ["836060457634"]}]}
`)
	period := monthOf(t, "2018-10")
	if _, err := a.Pipeline.IngestFiles(context.Background(), "836060457634", period, []string{file}); err != nil {
		t.Fatal(err)
	}
	c := closeMonth(t, a, period)
	proved(t, c, sums("156090591", "4064.4831315379"))
	m := marginOf(t, a, "2018-10", "")
	addsUp(t, m)
	// As the file has it: what reservations cover of each account costs on demand.
	covered := onDemandOfCovered(t, file)
	guest, owner := covered["011254002932"], covered["836060457634"]
	if p := c.Alone[0]; len(c.Alone) != 1 || guest.IsZero() || !p.TakenBack.Equal(guest.Add(owner)) || !p.Alone.Equal(p.Unblended.Add(guest).Add(owner).Sub(p.Given)) {
		t.Errorf("R7: %+v, want %s and %s taken back", c.Alone, guest, owner)
	}
	for i, want := range []map[earnings.Source]string{
		{earnings.FromReservations: guest.String()},
		{}, // the owner has no other usage that what came back could cover
	} {
		if got := sourced(m.Groups[i].MarginSum); !maps.Equal(got, want) {
			t.Errorf("group %s: margin by source %v, want %v", m.Groups[i].Group, got, want)
		}
	}
	if total := m.Totals[0]; !total.Margin.Equal(guest) || total.Cost.String() != "4064.4831315379" || !c.Totals[0].Margin.Equal(guest) {
		t.Errorf("totals %+v, want a margin of %s", m.Totals, guest)
	}
	for _, f := range c.Fees {
		if !f.Within || f.Owner != "836060457634" {
			t.Errorf("R7: %+v is not the owner's fee, used or not", f)
		}
	}
	if len(c.Fees) != 9 {
		t.Errorf("R7: %d fees of commitments, want 9", len(c.Fees))
	}
}

// onDemandOfCovered sums, by account, what usage that reservations cover costs
// on demand, over the file itself.
func onDemandOfCovered(t *testing.T, file string) map[string]money.Decimal {
	t.Helper()
	s := besideSession(t)
	sums := map[string]money.Decimal{}
	rows, err := s.Query(t.Context(), `
		SELECT line_item_usage_account_id, CAST(SUM(CAST(CAST(pricing_public_on_demand_cost AS VARCHAR) AS DECIMAL(38, 18))) AS VARCHAR)
		FROM read_parquet('`+file+`') WHERE line_item_line_item_type = 'DiscountedUsage' GROUP BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var account, sum string
		if err := rows.Scan(&account, &sum); err != nil {
			t.Fatal(err)
		}
		sums[account] = money.MustParse(sum)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return sums
}
