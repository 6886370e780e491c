package insight

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
)

// chargesOf are charges of October 2026 in the engine: of one currency, from rows of
// day, account, service, usage type, class, place, seller, price, cost, tax, quantity.
func chargesOf(t *testing.T, rows string) *charges {
	t.Helper()
	e, err := duckdb.Open("500MB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	err = s.Exec(t.Context(), `CREATE VIEW charges AS SELECT 'USD' AS billing_currency, CAST(day AS TIMESTAMP) AS charge_period_start, account AS sub_account_id,
		'name' AS sub_account_name, service AS service_name, usage_type AS x_usage_type, class AS x_class, place AS x_place, seller AS x_seller, 'g' AS "group", 'Hrs' AS pricing_unit,
		CAST(price AS DECIMAL(38, 24)) AS billed_cost, CAST(cost AS DECIMAL(38, 18)) AS x_net_cost, CAST(tax AS DECIMAL(38, 18)) AS x_cost, CAST(quantity AS DECIMAL(38, 18)) AS pricing_quantity
		FROM (VALUES `+rows+`) AS v(day, account, service, usage_type, class, place, seller, price, cost, tax, quantity)`)
	if err != nil {
		t.Fatal(err)
	}
	october, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	c := &charges{Session: s, period: october, through: october.FirstDay() + 2}
	if err := c.sum(t.Context(), "x_seller IS NULL", costSQL); err != nil {
		t.Fatal(err)
	}
	return c
}

// What is there once in a month: a fee on its own day, a purchase, usage of the first
// day alone. Usage that began yesterday is not, nor is a plan's fee of every day.
const someCharges = `
	('2026-10-01', 'a', 'ec2', 'large', 'usage', 'usage', NULL, 10, 8, 8, 1),
	('2026-10-02', 'a', 'ec2', 'large', 'usage', 'usage', NULL, 11, 9, 9, 2),
	('2026-10-02', 'a', 'ec2', 'large', 'managed', 'usage', NULL, 1, 0, 0, 2),
	('2026-10-03', 'a', 's3', 'bytes', 'usage', 'usage', NULL, 5, 4, 4, 1),
	('2026-10-01', 'a', 'dns', 'zone', 'usage', 'usage', NULL, 100, 50, 50, 1),
	('2026-09-30', 'a', 'ec2', 'heavy', 'commitment-fee', 'usage', NULL, 200, 200, 200, 1),
	('2026-10-02', 'a', 'market', 'seat', 'marketplace', 'marketplace', NULL, 30, 20, 20, 1),
	('2026-10-01', 'a', 'sp', 'hour', 'commitment-fee', 'off', NULL, 0, 3, 3, 1),
	('2026-10-02', 'a', 'sp', 'hour', 'commitment-fee', 'off', NULL, 0, 3, 3, 1),
	('2026-10-31', 'a', 'tax', '', 'tax', 'tax', NULL, 0, 7, 7, 0),
	('2026-10-02', 'a', 'ec2', 'large', 'usage', 'usage', 'tier', 999, 0, 0, 2)`

func TestFlows(t *testing.T) {
	c := chargesOf(t, someCharges)
	flows, err := c.flows(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, f := range flows {
		kind := " daily"
		if f.once {
			kind = " once"
		}
		key := f.day.String() + kind
		if got[key] != "" {
			key += " again" // the fee of the day before the month
		}
		got[key] = f.price.String() + " " + f.cost.String()
	}
	for key, want := range map[string]string{
		"2026-10-01 daily": "10 11", "2026-10-01 once": "200 200", "2026-10-01 once again": "100 50",
		"2026-10-02 daily": "12 12", "2026-10-02 once": "30 20", "2026-10-03 daily": "5 4", "2026-10-31 once": "0 0",
	} {
		if got[key] != want {
			t.Errorf("%s: %q, want %q", key, got[key], want)
		}
		delete(got, key)
	}
	if len(got) > 0 {
		t.Errorf("also %v", got)
	}
}

func TestItemsAndBuyers(t *testing.T) {
	c := chargesOf(t, someCharges)
	for days, want := range map[int]string{0: "22 3", 1: "10 1", 2: "22 3"} {
		all, err := c.items(t.Context(), days)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, i := range all {
			if i.usageType == "large" {
				got += i.amount.String() + " " + i.quantity.String()
			}
		}
		if got != want {
			t.Errorf("large of %d days: %s, want %s", days, got, want)
		}
	}
	buyers, err := c.buyers(t.Context(), 1)
	if err != nil || len(buyers) != 1 {
		t.Fatal(buyers, err)
	}
	// 10+11+1+5+100+200+30; 8+9+4+50+200+20+3+3, the tax left aside; of the first day 10+100+200.
	if b := buyers[0]; b.price.String() != "357" || b.cost.String() != "297" || b.compared.String() != "310" {
		t.Errorf("%s %s %s", b.price, b.cost, b.compared)
	}
}
