package commitment_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// R7, R8: the hours of the month that TestShowByHand has, worked out by hand, by
// one commitment in its units and over all in money: an hour of four instances is
// 0.2.
func TestHoursByHand(t *testing.T) {
	r, d := reported(t, handMonth, handGroups)
	defer d.Close()
	one, err := r.Hours(t.Context(), commitment.HourFilter{Commitment: "ri-1"})
	if err != nil || len(one) != 1 || len(one[0].Hours) != 744 {
		t.Fatalf("%d maps, %v", len(one), err)
	}
	wanted(t, "commitments", one[0].Commitments, `["`+handARN+`"]`)
	wanted(t, "hours", one[0].Hours[:3], `[
		{"start": "2026-10-01T00:00:00Z", "day": "2026-10-01", "hour": 0, "available": "4", "used": "4", "inside": "1", "alone": "2",
			"utilization": "1", "alone_utilization": "0.5", "unused_cost": "0", "alone_unused_cost": "0.1"},
		{"start": "2026-10-01T01:00:00Z", "day": "2026-10-01", "hour": 1, "available": "4", "used": "4", "inside": "0", "alone": "3",
			"utilization": "1", "alone_utilization": "0.75", "unused_cost": "0", "alone_unused_cost": "0.05"},
		{"start": "2026-10-01T02:00:00Z", "day": "2026-10-01", "hour": 2, "available": "4", "used": "0", "inside": "0", "alone": "0",
			"utilization": "0", "alone_utilization": "0", "unused_cost": "0.2", "alone_unused_cost": "0.2"}]`)
	// 8 and 5 of 2976 are 0.00269 and 0.00168; what is left costs 0.05 an hour.
	wanted(t, "total", one[0].Total, `{"available": "2976", "used": "8", "inside": "1", "alone": "5",
		"utilization": "0.0027", "alone_utilization": "0.0017", "unused_cost": "148.4", "alone_unused_cost": "148.55"}`)
	for _, f := range []commitment.HourFilter{{}, {Payer: "111111111111"}, {Owner: "200000000001"}, {Group: "g1"}} {
		all, err := r.Hours(t.Context(), f)
		if err != nil || len(all) != 1 {
			t.Fatalf("%+v: %d maps, %v", f, len(all), err)
		}
		if all[0].Measure != "money" || one[0].Measure != "units" || all[0].SlotHours != 1 || all[0].Currency != "USD" {
			t.Errorf("%+v: measured in %s, by %d hours, in %s", f, all[0].Measure, all[0].SlotHours, all[0].Currency)
		}
		wanted(t, "first hour in money", all[0].Hours[0], `{"start": "2026-10-01T00:00:00Z", "day": "2026-10-01", "hour": 0, "available": "0.2", "used": "0.2", "inside": "0.05",
			"alone": "0.1", "utilization": "1", "alone_utilization": "0.5", "unused_cost": "0", "alone_unused_cost": "0.1"}`)
		wanted(t, "total in money", []money.Decimal{all[0].Total.Available, all[0].Total.Used, all[0].Total.AloneUnusedCost}, `["148.8", "0.4", "148.55"]`)
	}
	for _, f := range []commitment.HourFilter{{Payer: "1"}, {Owner: "200000000002"}, {Group: "g3"}} {
		if none, err := r.Hours(t.Context(), f); err != nil || len(none) != 0 {
			t.Errorf("%+v: %d maps, %v; want none", f, len(none), err)
		}
	}
	if _, err := r.Hours(t.Context(), commitment.HourFilter{Commitment: "ri-2"}); err == nil {
		t.Error("a commitment was found that is not there")
	}
}

// R9: where the benefit of the hand-made month went, its owner's group first.
func TestFlowsByHand(t *testing.T) {
	r, d := reported(t, handMonth, handGroups)
	defer d.Close()
	const from = `{"payer": "111111111111", "commitment": "` + handARN + `", "owner_group": "g1", "owner_customer": "acme", "currency": "USD", `
	flows, err := r.Flows(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	wanted(t, "flows", flows, `[
		`+from+`"group": "g1", "customer": "acme", "inside": true, "unused": false, "lines": 1, "on_demand": "0.1", "effective": "0.05", "saved": "0.05", "stands": "0"},
		`+from+`"group": "g2", "customer": "acme", "inside": false, "unused": false, "lines": 1, "on_demand": "0.1", "effective": "0.05", "saved": "0.05", "stands": "0"},
		`+from+`"group": "g3", "customer": "beta", "inside": false, "unused": false, "lines": 2, "on_demand": "0.6", "effective": "0.3", "saved": "0.3", "stands": "0"},
		`+from+`"inside": false, "unused": true, "lines": 1, "on_demand": "0", "effective": "148.3999", "saved": "-148.3999", "stands": "0"}]`)
	sums, err := r.Flows(t.Context(), false)
	if err != nil || len(sums) != len(flows) {
		t.Fatalf("%d sums, %v", len(sums), err)
	}
	for i := range flows {
		flows[i].Commitment = ""
	}
	of, err := json.Marshal(flows)
	if err != nil {
		t.Fatal(err)
	}
	wanted(t, "sums", sums, string(of))
}

// R8: what a group has of a commitment is its own share alone: the owner keeps
// three of four instances, and the third group has the one it was given. What the
// reseller keeps is nobody's.
func TestOwnByHand(t *testing.T) {
	kept := strings.Replace(handGroups, `"units": "1", "give_to": {"group": "g3"}`, `"policy": "reseller-keeps"`, 1)
	for _, test := range []struct{ group, config, want string }{
		{"g1", handGroups, `[{"given": false, "alone": true, "units": "3", "available": "2232", "used": "3", "utilization": "0.0013"}]`},
		{"g2", handGroups, `[]`},
		{"g3", handGroups, `[{"given": true, "alone": true, "units": "1", "available": "744", "used": "2", "utilization": "0.0027"}]`},
		{"g1", kept, `[]`},
	} {
		r, d := reported(t, handMonth, test.config)
		own, err := r.Own(t.Context(), []string{test.group})
		d.Close()
		if err != nil {
			t.Fatal(err)
		}
		type share struct {
			Given       bool           `json:"given"`
			Alone       bool           `json:"alone"`
			Units       money.Decimal  `json:"units"`
			Available   *money.Decimal `json:"available"`
			Used        *money.Decimal `json:"used"`
			Utilization *money.Decimal `json:"utilization"`
		}
		shares := []share{}
		for _, o := range own {
			if o.Group != test.group || o.Commitment.ID != handARN {
				t.Errorf("%s has %s of %s", test.group, o.Commitment.ID, o.Group)
			}
			shares = append(shares, share{o.Given, o.Alone, o.Units, o.Available, o.Used, o.Utilization})
		}
		wanted(t, test.group, shares, test.want)
	}
}

// The hours of a month, worked out hour by hour, come to what the provider and the
// generator say of the whole month; and where every account is its own customer,
// what flows to each is what the generator counted.
func TestHoursOfSample(t *testing.T) {
	m := sampleMonth(t, sample.Options{Lines: 30_000, Accounts: 6, Seed: 5, Commitments: 20})
	r, d := m.reports(t, m.alone(), t.TempDir())
	defer d.Close()
	standings, err := r.Standings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, got, want money.Decimal) {
		t.Helper()
		if !got.Sub(want).Round(4, money.HalfUp).IsZero() {
			t.Errorf("%s: %s; want %s", what, got, want)
		}
	}
	cost, unused := money.Zero, money.Zero
	for _, p := range standings {
		maps, err := r.Hours(t.Context(), commitment.HourFilter{Payer: p.Payer, Commitment: p.ID})
		if err != nil || len(maps) != 1 {
			t.Fatal(len(maps), err)
		}
		near(p.ID+" available", maps[0].Total.Available, p.Reserved)
		near(p.ID+" used", maps[0].Total.Used, p.Used.Units)
		near(p.ID+" unused", maps[0].Total.UnusedCost, p.UnusedCost)
		if p.Alone != nil {
			near(p.ID+" used alone", maps[0].Total.Alone, p.Alone.Used)
			near(p.ID+" unused alone", maps[0].Total.AloneUnusedCost, p.Alone.UnusedCost)
		}
		cost, unused = cost.Add(p.Cost), unused.Add(p.UnusedCost)
	}
	all, err := r.Hours(t.Context(), commitment.HourFilter{})
	if err != nil || len(all) != 1 {
		t.Fatal(len(all), err)
	}
	near("cost of all", all[0].Total.Available, cost)
	near("unused of all", all[0].Total.UnusedCost, unused)
	groups := map[string]string{} // of accounts
	for i, a := range m.accounts {
		groups[fmt.Sprint("g", i+1)] = a
	}
	flows, err := r.Flows(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	got, want := map[string]money.Decimal{}, map[string]money.Decimal{}
	for _, c := range m.totals.Commitments {
		for account, used := range c.Used {
			if !used.IsZero() {
				want[c.ARN+" "+account] = c.OnDemand[account]
			}
		}
	}
	for _, f := range flows {
		if !f.Unused {
			got[f.Commitment+" "+groups[f.Group]] = f.OnDemand
		}
	}
	same(t, "on demand", got, want)
}
