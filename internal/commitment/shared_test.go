package commitment_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
)

// randomTagClaims lets groups claim environments inside of accounts, whoever
// has these, and gives a pool what nobody does.
func randomTagClaims(t *rapid.T, m sampled, c *billing.Config) {
	environments := []string{"prod", "staging", "dev"}
	for _, a := range m.accounts {
		if rapid.IntRange(0, 2).Draw(t, "shared") == 0 {
			continue
		}
		for _, e := range environments {
			if group := rapid.IntRange(-1, len(c.BillingGroups)-1).Draw(t, "group of "+e); group >= 0 {
				g := &c.BillingGroups[group]
				g.Claims = append(g.Claims, billing.Claim{Accounts: []string{a}, Tags: map[string][]string{"Environment": {e}}})
			}
		}
	}
	c.Pools = []billing.Pool{{ID: "pool", Accounts: m.accounts, CostBasis: rapid.SampledFrom([]billing.Basis{billing.TrueUnblended, billing.Unblended}).Draw(t, "pool's basis")}}
}

// R3, R4: in accounts that tags divide, too, lines and commitments are
// conserved, and every line is whose claim has it, but a commitment's fee.
func sharedAccounts(t *testing.T, m sampled) {
	checkSome(t, "3", func(t *rapid.T) {
		c := randomPartition(t, m, []billing.Basis{billing.TrueUnblended, billing.TrueUnblended, billing.Unblended}, true)
		randomTagClaims(t, m, &c)
		randomDecisions(t, m, &c)
		d := m.apply(t, c, tempDir(t))
		defer d.Close()
		d.laws(t, conservation)
		d.laws(t, map[string]string{
			"a part has the owner and the tags of its line": `
				SELECT COUNT(*) FROM parts p
				JOIN tagged_lines l ON l.load = p.load AND l.x_file = p.x_file AND l.x_row = p.x_row
				LEFT JOIN owners o ON o.load = l.load AND o.account = l.sub_account_id AND o.tag_set = l.x_tag_set
					AND LEAST(GREATEST(CAST(l.charge_period_start AS DATE), DATE '2026-10-01'), DATE '2026-10-31') BETWEEN o.from_day AND o.to_day
				WHERE p.x_tag_set <> l.x_tag_set
					OR p.x_treatment NOT IN ('fee', 'fee-moved') AND p."group" <> COALESCE(o.owner, 'unassigned')`,
			"no commitment covers usage of another group than it helps": `
				SELECT COUNT(*) FROM parts p WHERE p.x_treatment IN ('kept', 'applied')
					AND NOT EXISTS (SELECT 1 FROM hours h WHERE h.commitment_discount_id = p.commitment_discount_id AND h."group" = p."group" AND h.used > 0)`,
		})
		want := "1"
		if slices.ContainsFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return slices.ContainsFunc(g.Claims, billing.Claim.Tagged) }) {
			want = "5" // with the lines without one, and with a sandbox, which nobody claims
		}
		if sets := d.rows(t, "SELECT COUNT(DISTINCT x_tag_set) FROM tagged_lines")[0][0]; sets != want {
			t.Errorf("%s tag sets, want %s", sets, want)
		}
	})
}

// R3, R7: what a shared account bought is its own owner's, not everybody's who
// has lines in it.
func TestOwnerOfSharedAccount(t *testing.T) {
	const lines = `
		a1 DiscountedUsage 200000000005 2026-10-05T10 usage=APN1-BoxUsage:m5.large ri=200000000005/five effective=0.06 list=0.124 project=alpha
		f1 RIFee 200000000005 2026-10-01 usage=APN1-HeavyUsage:m5.large amount=744 cost=44.64 count=1 reserved=744 ri=200000000005/five project=alpha`
	m := loadMonth(t, openEngine(t), t.TempDir(), october(t), []billing.Payer{samplePayer}, reports(t, lines))
	c := grouped([]string{"200000000005"}, nil)
	c.BillingGroups[1].Claims = []billing.Claim{{Accounts: []string{"200000000005"}, Tags: map[string][]string{"project": {"alpha"}}}}
	r, d := m.reports(t, c, t.TempDir())
	defer d.Close()
	got, err := r.Show(t.Context(), "", "five", false)
	if err != nil {
		t.Fatal(err)
	}
	wanted(t, "owner's groups", got.OwnerGroups, `["g1"]`)
}
