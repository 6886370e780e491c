package commitment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// handMonth is two hours of October 2026 in which the provider shares one
// reservation of account 1, four m5.large at 0.05 an hour, where a large is 0.1
// on demand. In the first hour it covers a large of 1, a large of 2 and an
// xlarge of 3; in the second a 2xlarge of 3, though 1 uses two large as well.
const handMonth = `
all lineItem/UsageStartDate=2026-10-01T00:00:00Z lineItem/UsageEndDate=2026-10-01T01:00:00Z bill/BillingPeriodStartDate=2026-10-01T00:00:00Z bill/PayerAccountId=111111111111 lineItem/CurrencyCode=USD lineItem/ProductCode=AmazonEC2 product/region=ap-northeast-1 lineItem/UnblendedCost=0 lineItem/Operation=RunInstances lineItem/UsageAmount=1
reservation/ReservationARN=arn:aws:ec2:ap-northeast-1:200000000001:reserved-instances/ri-1 lineItem/LineItemType=RIFee lineItem/UsageAccountId=200000000001 lineItem/UsageType=APN1-HeavyUsage:m5.large lineItem/UsageAmount=2976 lineItem/NormalizationFactor=4 lineItem/UnblendedCost=148.8 reservation/NumberOfReservations=4 reservation/TotalReservedUnits=2976 reservation/AmortizedUpfrontFeeForBillingPeriod=0 reservation/UnusedQuantity=2968 reservation/UnusedRecurringFee=148.3999 reservation/UnusedAmortizedUpfrontFeeForBillingPeriod=0 reservation/StartTime=2026-01-01T00:00:00.000Z reservation/EndTime=2026-12-31T23:59:59.000Z identity/LineItemId=fee
reservation/ReservationARN=arn:aws:ec2:ap-northeast-1:200000000001:reserved-instances/ri-1 lineItem/LineItemType=DiscountedUsage lineItem/UsageAccountId=200000000001 lineItem/UsageType=APN1-BoxUsage:m5.large reservation/RecurringFeeForUsage=0.05 reservation/AmortizedUpfrontCostForUsage=0 reservation/EffectiveCost=0.05 pricing/publicOnDemandCost=0.1 identity/LineItemId=a
reservation/ReservationARN=arn:aws:ec2:ap-northeast-1:200000000001:reserved-instances/ri-1 lineItem/LineItemType=DiscountedUsage lineItem/UsageAccountId=200000000002 lineItem/UsageType=APN1-BoxUsage:m5.large reservation/RecurringFeeForUsage=0.05 reservation/AmortizedUpfrontCostForUsage=0 reservation/EffectiveCost=0.05 pricing/publicOnDemandCost=0.1 identity/LineItemId=b
reservation/ReservationARN=arn:aws:ec2:ap-northeast-1:200000000001:reserved-instances/ri-1 lineItem/LineItemType=DiscountedUsage lineItem/UsageAccountId=200000000003 lineItem/UsageType=APN1-BoxUsage:m5.xlarge reservation/RecurringFeeForUsage=0.1 reservation/AmortizedUpfrontCostForUsage=0 reservation/EffectiveCost=0.1 pricing/publicOnDemandCost=0.2 identity/LineItemId=c
reservation/ReservationARN=arn:aws:ec2:ap-northeast-1:200000000001:reserved-instances/ri-1 lineItem/LineItemType=DiscountedUsage lineItem/UsageAccountId=200000000003 lineItem/UsageType=APN1-BoxUsage:m5.2xlarge lineItem/UsageStartDate=2026-10-01T01:00:00Z lineItem/UsageEndDate=2026-10-01T02:00:00Z reservation/RecurringFeeForUsage=0.2 reservation/AmortizedUpfrontCostForUsage=0 reservation/EffectiveCost=0.2 pricing/publicOnDemandCost=0.4 identity/LineItemId=d
lineItem/LineItemType=Usage lineItem/UsageAccountId=200000000001 lineItem/UsageType=APN1-BoxUsage:m5.large lineItem/UsageStartDate=2026-10-01T01:00:00Z lineItem/UsageEndDate=2026-10-01T02:00:00Z lineItem/UsageAmount=2 lineItem/UnblendedCost=0.2 lineItem/UnblendedRate=0.1 identity/LineItemId=e
`

const handARN = "arn:aws:ec2:ap-northeast-1:200000000001:reserved-instances/ri-1"

// reported loads a report, applies a configuration to it and opens the reports.
func reported(t *testing.T, text, config string) (*commitment.Reports, appliedMonth) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.csv")
	if err := os.WriteFile(file, []byte(asCSV(t, text)), 0o644); err != nil {
		t.Fatal(err)
	}
	c := billing.Config{Payers: []billing.Payer{samplePayer}}
	if err := json.Unmarshal([]byte(config), &c); err != nil {
		t.Fatal(err)
	}
	m := loadMonth(t, openEngine(t), t.TempDir(), october(t), []billing.Payer{samplePayer}, map[string][]string{samplePayer.ID: {file}})
	return m.reports(t, c, t.TempDir())
}

func (m loadedMonth) reports(t tester, c billing.Config, dir string) (*commitment.Reports, appliedMonth) {
	t.Helper()
	applied := m.apply(t, c, dir)
	work := m.Month
	work.Config = c
	r, err := commitment.OpenReports(context.Background(), applied.Session, work)
	if err != nil {
		t.Fatal(err)
	}
	return r, applied
}

// three groups, of which the first two are one customer's; the third was given
// one of the four instances.
const handGroups = `{
	"billing_groups": [
		{"id": "g1", "customer": "acme", "cost_basis": "true-unblended", "claims": [{"accounts": ["200000000001"]}]},
		{"id": "g2", "customer": "acme", "cost_basis": "true-unblended", "claims": [{"accounts": ["200000000002"]}]},
		{"id": "g3", "customer": "beta", "cost_basis": "true-unblended", "claims": [{"accounts": ["200000000003"]}]}],
	"commitments": [{"id": "` + handARN + `", "units": "1", "give_to": {"group": "g3"}}]}`

// wanted compares JSON, which has every digit.
func wanted(t *testing.T, what string, got any, want string) {
	t.Helper()
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	one, _ := json.MarshalIndent(a, "", " ")
	other, _ := json.MarshalIndent(b, "", " ")
	if string(one) != string(other) {
		t.Errorf("%s:\n%s\nwant\n%s", what, one, other)
	}
}

// R7, R8: a reservation of which a unit was given away, worked out by hand.
func TestShowByHand(t *testing.T) {
	r, d := reported(t, handMonth, handGroups)
	defer d.Close()
	got, err := r.Show(t.Context(), "", "ri-1", true)
	if err != nil {
		t.Fatal(err)
	}
	wanted(t, "owner", got.OwnerGroups, `["g1"]`)
	wanted(t, "days left", got.DaysLeft, `61`)
	wanted(t, "of 2976 hours 8 are used", got.Utilization, `"0.3"`)
	wanted(t, "fee", []money.Decimal{got.Cost, got.UnusedCost, got.GapRecurring, got.GapUpfront}, `["148.8", "148.3999", "0.0001", "0"]`)
	wanted(t, "provider", got.Provider, `[
		{"group": "g1", "account": "200000000001", "inside": true, "units": "1", "quantity": "1", "lines": 1, "on_demand": "0.1", "effective": "0.05", "stands": "0"},
		{"group": "g2", "account": "200000000002", "inside": false, "units": "1", "quantity": "1", "lines": 1, "on_demand": "0.1", "effective": "0.05", "stands": "0"},
		{"group": "g3", "account": "200000000003", "inside": false, "units": "6", "quantity": "2", "lines": 2, "on_demand": "0.6", "effective": "0.3", "stands": "0"}]`)
	// 1 has its large, and in the second hour two; 3 has one of two, and one of four.
	wanted(t, "applied", got.Applied, `[
		{"group": "g1", "account": "200000000001", "inside": true, "units": "3", "quantity": "3", "lines": 2, "on_demand": "0.3", "effective": "0.15", "stands": "0"},
		{"group": "g3", "account": "200000000003", "inside": false, "units": "2", "quantity": "0.75", "lines": 2, "on_demand": "0.2", "effective": "0.1", "stands": "0"}]`)
	wanted(t, "shares", got.Shares, `[
		{"group": "g3", "given": true, "policy": "group", "units": "1", "groups": ["g3"],
			"alone": {"units": "744", "used": "2", "used_cost": "0.1", "unused_cost": "37.1", "utilization_percent": "0.3"}},
		{"account": "200000000001", "given": false, "policy": "group", "units": "3", "groups": ["g1"],
			"alone": {"units": "2232", "used": "3", "used_cost": "0.15", "unused_cost": "111.45", "utilization_percent": "0.1"}}]`)
	wanted(t, "alone", got.Alone, `{"units": "2976", "used": "5", "used_cost": "0.25", "unused_cost": "148.55", "utilization_percent": "0.2"}`)
	// 0.1 of 2 and 0.6 of 3 are billed, and 0.1 of 1; 0.3 are let off to 1, and 0.2 to 3.
	wanted(t, "gain", got.Gain, `{"from_others": "0.7", "from_own": "0.1", "given_again": "0.5", "total": "0.3"}`)
	if len(got.Hours) != 744 {
		t.Fatalf("%d hours", len(got.Hours))
	}
	wanted(t, "hours", got.Hours[:3], `[
		{"start": "2026-10-01T00:00:00Z", "capacity": "4", "inside": "1", "outside": "3", "alone": "2"},
		{"start": "2026-10-01T01:00:00Z", "capacity": "4", "inside": "0", "outside": "4", "alone": "3"},
		{"start": "2026-10-01T02:00:00Z", "capacity": "4", "inside": "0", "outside": "0", "alone": "0"}]`)
	coverage, err := r.Coverage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wanted(t, "coverage", coverage, `[
		{"group": "g1", "currency": "USD", "alone": true, "eligible": "0.3", "provider": "0.1", "own": "0.3", "on_demand": "0", "provider_percent": "33.3", "own_percent": "100"},
		{"group": "g2", "currency": "USD", "alone": true, "eligible": "0.1", "provider": "0.1", "own": "0", "on_demand": "0.1", "provider_percent": "100", "own_percent": "0"},
		{"group": "g3", "currency": "USD", "alone": true, "eligible": "0.6", "provider": "0.6", "own": "0.2", "on_demand": "0.4", "provider_percent": "100", "own_percent": "33.3"}]`)
}

// A commitment is found by an end of its id that no other has.
func TestShowFinds(t *testing.T) {
	r, d := reported(t, handMonth+strings.ReplaceAll(strings.Split(handMonth, "\n")[2], "ri-1", "new-ri-1"), handGroups)
	defer d.Close()
	for ending, want := range map[string]string{
		handARN: "", "s/ri-1": "", "new-ri-1": "", "ri-1": "2 commitments of 2026-10", "ri-2": "no line of 2026-10",
	} {
		got, err := r.Show(t.Context(), "", ending, false)
		if want == "" && (err != nil || !strings.HasSuffix(got.ID, ending)) || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s: %s, %v; want %q", ending, got.ID, err, want)
		}
	}
	if _, err := r.Show(t.Context(), "222222222222", "new-ri-1", false); err == nil {
		t.Error("a commitment of another payer was found")
	}
}

// R9: what crosses from group to group, worked out by hand. Of what 3 had, one
// unit an hour is its group's own: 1 of 2 and 3 of 4 cross.
func TestCrossingsByHand(t *testing.T) {
	const crossing = `{"payer": "111111111111", "commitment": "` + handARN + `", "owner_account": "200000000001", "currency": "USD", `
	const toG2, toG3 = crossing + `"owner_group": "g1", "owner_customer": "acme", "group": "g2", "customer": "acme", "within_customer": true, `,
		crossing + `"owner_group": "g1", "owner_customer": "acme", "group": "g3", "customer": "beta", "within_customer": false, `
	claimed := strings.Split(handGroups, `,
	"commitments"`)[0] + "}"
	tests := []struct {
		name, config string
		hours        bool
		want         string
		finding      string
	}{
		{"summed", handGroups, false, `[
			` + toG2 + `"units": "1", "quantity": "1", "lines": 1, "on_demand": "0.1", "effective": "0.05", "stands": "0"},
			` + toG3 + `"units": "4", "quantity": "1.25", "lines": 2, "on_demand": "0.4", "effective": "0.2", "stands": "0"}]`,
			"2 lines, 0.4 USD: all of it was taken back before billing"},
		{"by the hour", handGroups, true, `[
			` + toG2 + `"hour": "2026-10-01T00:00:00Z", "account": "200000000002", "units": "1", "quantity": "1", "lines": 1, "on_demand": "0.1", "effective": "0.05", "stands": "0"},
			` + toG3 + `"hour": "2026-10-01T00:00:00Z", "account": "200000000003", "units": "1", "quantity": "0.5", "lines": 1, "on_demand": "0.1", "effective": "0.05", "stands": "0"},
			` + toG3 + `"hour": "2026-10-01T01:00:00Z", "account": "200000000003", "units": "3", "quantity": "0.75", "lines": 1, "on_demand": "0.3", "effective": "0.15", "stands": "0"}]`,
			"2 lines, 0.4 USD: all of it was taken back before billing"},
		{"all of it was given to the third: four an hour, and it has no more", strings.Replace(handGroups, `"units": "1", `, "", 1), false, `[
			` + toG2 + `"units": "1", "quantity": "1", "lines": 1, "on_demand": "0.1", "effective": "0.05", "stands": "0"}]`, ""},
		{"a customer billed as the provider bills keeps it", strings.Replace(claimed, `"beta", "cost_basis": "true-`, `"beta", "cost_basis": "`, 1), false, `[
			` + toG2 + `"units": "1", "quantity": "1", "lines": 1, "on_demand": "0.1", "effective": "0.05", "stands": "0"},
			` + toG3 + `"units": "6", "quantity": "2", "lines": 2, "on_demand": "0.6", "effective": "0.3", "stands": "0.6"}]`,
			"2 lines, 0.6 USD: all of it stands"},
		{"the reseller and nobody are borders", `{"reseller": {"accounts": ["200000000001"]}}`, false, `[
			` + crossing + `"owner_group": "reseller", "group": "unassigned", "within_customer": false, "units": "7", "quantity": "3", "lines": 3, "on_demand": "0.7", "effective": "0.35", "stands": "0.7"}]`,
			"3 lines, 0.7 USD: all of it stands"},
		{"accounts that nobody claims are strangers", `{}`, false, `[
			` + crossing + `"owner_group": "unassigned", "group": "unassigned", "within_customer": false, "units": "7", "quantity": "3", "lines": 3, "on_demand": "0.7", "effective": "0.35", "stands": "0.7"}]`,
			"3 lines, 0.7 USD: all of it stands"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, d := reported(t, handMonth, test.config)
			defer d.Close()
			got, err := r.Crossings(t.Context(), test.hours)
			if err != nil {
				t.Fatal(err)
			}
			wanted(t, "crossings", got, test.want)
			found := ""
			for _, f := range d.Findings {
				if f.Code == "benefit-crossed" {
					_, stands, _ := strings.Cut(f.Message, "on demand; ")
					found += fmt.Sprintf("%d lines, %s %s: %s", f.Count, f.Amount, f.Currency, stands)
				}
			}
			if !strings.HasPrefix(found, test.finding) || (test.finding == "") != (found == "") {
				t.Errorf("finding %q, want %q", found, test.finding)
			}
		})
	}
}

// R9: units of a size that is no power of two, here 3xlarge,
// leave no speck of what is a group's own, and amounts of millions fit.
func TestCrossingsOfOddSizes(t *testing.T) {
	month := strings.NewReplacer("HeavyUsage:m5.large", "HeavyUsage:m5.3xlarge", "NormalizationFactor=4 ", "NormalizationFactor=24 ",
		"m5.xlarge", "m5.12xlarge", "m5.2xlarge", "m5.24xlarge", "publicOnDemandCost=0.4", "publicOnDemandCost=4000000").Replace(handMonth)
	r, d := reported(t, month, strings.Replace(handGroups, `"units": "1"`, `"units": "4"`, 1))
	defer d.Close()
	got, err := r.Crossings(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	// A large is a sixth of a 3xlarge; of the eight of the 24xlarge four are the group's own.
	if len(got) != 2 || got[0].Units.String() != "0.166666666667" || got[1].Units.String() != "4" || got[1].OnDemand.String() != "2000000" {
		t.Errorf("%+v", got)
	}
}

// What expires, and what is hardly used, can be listed alone.
func TestListFilters(t *testing.T) {
	r, d := reported(t, handMonth, handGroups)
	defer d.Close()
	days, percent := func(n int64) *int64 { return &n }, func(s string) *money.Decimal { p := money.MustParse(s); return &p }
	for _, test := range []struct {
		filter commitment.Filter
		want   int
	}{
		{commitment.Filter{}, 1},
		{commitment.Filter{ExpiringDays: days(61)}, 1}, {commitment.Filter{ExpiringDays: days(60)}, 0},
		// 2968 of 2976 are 99.73 percent
		{commitment.Filter{UnusedPercent: percent("99.7")}, 1}, {commitment.Filter{UnusedPercent: percent("99.8")}, 0},
		{commitment.Filter{ExpiringDays: days(61), UnusedPercent: percent("99.8")}, 0},
	} {
		list, err := r.List(t.Context(), test.filter)
		if err != nil || len(list.Commitments) != test.want || len(list.Totals) != test.want {
			t.Errorf("%+v: %+v, %v; want %d", test.filter, list, err, test.want)
		}
	}
	list, err := r.List(t.Context(), commitment.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	wanted(t, "totals", list.Totals, `[{"currency": "USD", "commitments": 1, "cost": "148.8", "unused_cost": "148.3999", "alone_unused_cost": "148.55", "gain": "0.3"}]`)
}

// R9: where every account is its own customer, all that others than the owner
// used crosses: as the generator counted it, in sums and hour by hour.
func TestCrossingsOfSample(t *testing.T) {
	m := sampleMonth(t, sample.Options{Lines: 30_000, Accounts: 6, Seed: 5, Commitments: 20})
	r, d := m.reports(t, m.alone(), t.TempDir())
	defer d.Close()
	want := map[string]money.Decimal{}
	for _, c := range m.totals.Commitments {
		for account, used := range c.Used {
			if account != c.Owner && !used.IsZero() {
				want[c.ARN+" units "+account], want[c.ARN+" on demand "+account] = used, c.OnDemand[account]
			}
		}
	}
	if len(want) < 6 {
		t.Fatalf("only %v crosses", want)
	}
	groups := map[string]string{} // of accounts
	for i, a := range m.accounts {
		groups[fmt.Sprint("g", i+1)] = a
	}
	for _, hours := range []bool{false, true} {
		all, err := r.Crossings(t.Context(), hours)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]money.Decimal{}
		for _, c := range all {
			for what, amount := range map[string]money.Decimal{"units": c.Units, "on demand": c.OnDemand} {
				name := c.Commitment + " " + what + " " + groups[c.Group]
				got[name] = got[name].Add(amount)
			}
		}
		same(t, fmt.Sprint("crossing, hours ", hours), got, want)
	}
}

// R7, R8: whatever was decided, what the commitments gain the reseller, and
// what tiers add, is what true unblended is more than unblended.
func TestGainIsTheDifference(t *testing.T) {
	m := sampleMonth(t, sample.Options{Lines: 16_000, Accounts: 6, Seed: 3})
	checkSome(t, "6", func(t *rapid.T) {
		c := randomPartition(t, m, []billing.Basis{billing.TrueUnblended, billing.TrueUnblended, billing.Unblended}, true)
		randomDecisions(t, m, &c)
		r, d := m.reports(t, c, tempDir(t))
		defer d.Close()
		list, err := r.List(context.Background(), commitment.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		gain := list.Tiers["USD"]
		for _, p := range list.Commitments {
			gain = gain.Add(p.Gain.Total)
			if f := p.Gain; !f.Total.Equal(f.FromOthers.Add(f.FromOwn).Sub(f.GivenAgain)) {
				t.Errorf("%s: %+v does not add up", p.ID, f)
			}
		}
		difference := d.sums(t, fmt.Sprintf(`SELECT '', CAST(COALESCE(SUM(true_unblended - unblended), 0) AS VARCHAR) FROM parts WHERE "group" IN (%s)`, splitting(c)))
		same(t, "difference", map[string]money.Decimal{"": gain}, difference)
	})
}
