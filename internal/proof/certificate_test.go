package proof

import (
	"encoding/json"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// R1, R11, R25, R27: each kind of money has one place, after discounts in
// columns, and the margin is what customers pay less all of the cost.
func TestDisposition(t *testing.T) {
	var d Disposition
	for _, c := range []struct{ group, place, unblended, cost, sell string }{
		{"acme", "usage", "105", "100", "110"}, {"beta", "marketplace", "20", "20", "20.6"}, {"acme", "entry", "-5", "-5", "0"},
		{"beta", "tax", "8", "8", "0"}, {"reseller", "off", "4.5", "4", "0"}, {"unassigned", "off", "6", "6", "0"}, {"beta", "excluded", "3.5", "3", "0"}, {"acme", "usage", "1", "1", "2"},
	} {
		d.Place(c.group, rating.Place(c.place), money.MustParse(c.unblended), money.MustParse(c.cost), money.MustParse(c.sell))
	}
	for name, got := range map[string][2]money.Decimal{
		"customers 121": {d.Customers, money.FromInt(121)}, "own 4": {d.Own, money.FromInt(4)}, "entries -5": {d.Entries, money.FromInt(-5)},
		"input tax 8": {d.InputTax, money.FromInt(8)}, "unassigned 6": {d.Unassigned, money.FromInt(6)}, "excluded 3": {d.Excluded, money.FromInt(3)}, "cost 137": {d.Cost, money.FromInt(137)},
		"unblended 143": {d.BeforeDiscounts(), money.MustParse("143")},
		"sell 132.6":    {d.Sell, money.MustParse("132.6")}, "margin -4.4": {d.Margin, money.MustParse("-4.4")},
	} {
		if !got[0].Equal(got[1]) {
			t.Errorf("%s: got %s", name, got[0])
		}
	}
}

// A certificate of before commitments and net cost were proved can still be read.
func TestOldCertificate(t *testing.T) {
	const old = `{"period": "2026-08", "at": "2026-09-05T08:00:00Z", "revision": "R", "config": "C", "inputs": [],
		"provider_invoices": [{"payer": "111111111111", "invoice": "1", "currency": "USD", "rows": 7, "files": "8.5", "lake": "8.5", "cost": "8.5"}], "amortized": [],
		"ownership": {"lines": 7, "charged": 7, "fenced": 0}, "documents": [], "totals": [{"currency": "USD", "cost": "8.5", "margin": "1.5"}], "findings": [], "residues": []}`
	var c Certificate
	if err := json.Unmarshal([]byte(old), &c); err != nil {
		t.Fatal(err)
	}
	if !c.Proved() || c.Alone != nil || c.Fees != nil || c.Ownership.Lines != 7 || c.Totals[0].Margin.String() != "1.5" {
		t.Errorf("read as %+v", c)
	}
	p, eight := c.Provider[0], money.MustParse("8.5")
	if files, lake := p.AfterDiscounts(); p.Discounted() || !files.Equal(eight) || !lake.Equal(eight) || !p.BeforeDiscounts().Equal(eight) || !c.Totals[0].BeforeDiscounts().Equal(eight) {
		t.Errorf("without net cost: read as %+v", p)
	}
}
