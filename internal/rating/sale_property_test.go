package rating_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// randomSales draws a configuration with all there is: groups below tiers, claims
// by tag, a pool, and at every place where one can be attached a book, some of
// which compound.
func randomSales(t *rapid.T) billing.Config {
	c := billing.Config{
		Reseller: &billing.Reseller{Name: "Reseller", Currency: "USD", SellingBook: randomAttachment(t, "tenant")},
		Payers:   []billing.Payer{{ID: payer, Provider: "aws"}},
		Accounts: []billing.Account{{ID: accounts[0], Name: "one", PriceBook: randomAttachment(t, "account")}},
		Customers: []billing.Customer{
			{ID: "north", Name: "North", SellingBook: randomAttachment(t, "sold-north")}, {ID: "shop", Name: "Shop", SellingBook: randomAttachment(t, "sold-shop")},
			{ID: "acme", Name: "ACME", PriceBook: randomAttachment(t, "sold-acme")},
		},
		BillingGroups: []billing.BillingGroup{
			{ID: "north", Customer: "north", PriceBook: randomAttachment(t, "north"), Claims: []billing.Claim{{Accounts: accounts[2:3]}}},
			{ID: "shop", Customer: "shop", Parent: rapid.SampledFrom([]string{"", "north"}).Draw(t, "shop buys from")},
			{ID: "g1", Customer: "acme", Parent: rapid.SampledFrom([]string{"", "north", "shop"}).Draw(t, "g1 buys from"), PriceBook: randomAttachment(t, "sold-g1"),
				Claims: []billing.Claim{{Accounts: accounts[:1]}, {Accounts: accounts[1:2], Tags: map[string][]string{"team": {"x"}}}}},
			{ID: "g2", Customer: "acme", PriceBook: randomAttachment(t, "g2"),
				Claims: []billing.Claim{{Accounts: accounts[1:2], Tags: map[string][]string{"team": {"y"}}}}},
		},
		Pools: []billing.Pool{{
			ID: "pool", Accounts: accounts[1:2], Remainder: rapid.SampledFrom([]string{"g1", "g2", "north"}).Draw(t, "remainder"),
			CostBasis: rapid.SampledFrom(billing.Bases).Draw(t, "pool basis"), Percent: []billing.PercentShare{{Group: "north", Percent: money.FromInt(30)}},
		}},
	}
	for i := range c.BillingGroups {
		c.BillingGroups[i].Currency = "USD"
		c.BillingGroups[i].CostBasis = rapid.SampledFrom(billing.Bases).Draw(t, "basis")
	}
	for _, id := range []string{"tenant", "account", "sold-north", "sold-shop", "sold-acme", "north", "sold-g1", "g2"} {
		b := billing.PriceBook{ID: id, Then: rapid.SampledFrom([]string{"", "parent"}).Draw(t, "then")}
		for n := range rapid.IntRange(0, 3).Draw(t, "rules") {
			b.Rules = append(b.Rules, anyRule(t, fmt.Sprint("rule ", n)))
		}
		c.PriceBooks = append(c.PriceBooks, b)
	}
	if problems := config.Check(c); len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

func randomAttachment(t *rapid.T, book string) billing.Attachments {
	day := october().FirstDay() + billing.Day(rapid.IntRange(1, 30).Draw(t, book+" day"))
	switch rapid.IntRange(0, 3).Draw(t, book+" attached") {
	case 0:
		return nil
	case 1:
		return billing.Attachments{{Book: book, From: &day}}
	}
	return billing.Attach(book)
}

// anyRule draws a rule of any kind that a book of every seller may have.
func anyRule(t *rapid.T, name string) billing.PriceRule {
	r := randomRule(t, name)
	if r.Base != "" {
		r.Base = billing.List
	}
	if rapid.IntRange(0, 3).Draw(t, "tagged") == 0 {
		r.Match.Tags = map[string]billing.Pattern{"team": {Equal: []string{rapid.SampledFrom([]string{"x", "y", ""}).Draw(t, "tag")}}}
	}
	number := func(text string) *money.Decimal {
		d := money.MustParse(text)
		return &d
	}
	switch rapid.IntRange(0, 7).Draw(t, "kind") {
	case 0:
		r.Percent, r.UnitPrice, r.Keep, r.Exclude = nil, nil, false, true
	case 1:
		r.Percent, r.UnitPrice, r.Keep = nil, nil, false
		r.Tiers = []billing.PriceTier{{UpTo: number("10.5"), UnitPrice: number("3")}, {UpTo: number("1000"), UnitPrice: number("0.7")}, {UnitPrice: number("0.000000000001")}}
	case 2:
		r.Percent, r.UnitPrice, r.Keep = nil, nil, false
		r.Tiers = []billing.PriceTier{{UpTo: number("100"), Percent: number("5")}, {Percent: number("-12.5")}}
	case 3:
		r.NotBelow, r.NotAbove = billing.SellerCost, billing.List
	case 4:
		r.Managed = number("0.075")
	}
	return r
}

// tagged gives random lines tags, and amounts that differ from one another.
func tagged(t *rapid.T) []line {
	lines := randomLines(t)
	for i := range lines {
		lines[i]["team"] = rapid.SampledFrom([]string{"", "x", "y", "z"}).Draw(t, "team")
		lines[i]["unit"] = rapid.SampledFrom([]string{"", "GB"}).Draw(t, "unit")
	}
	return lines
}

// R4, R5, R16, R32 c: whatever the tree, the books and the lines, each line is
// in the reseller's charges once with all of its cost. What a tier buys it sells
// on in one charge, which starts from what the tier paid for it, and shows no
// cost above. So the margins of all add up to what users pay less the cost.
func TestSales(t *testing.T) {
	e := openEngine(t)
	checkSome(t, "12", func(t *rapid.T) {
		c, lines := randomSales(t), tagged(t)
		s, _ := rated(t, e, tempDir(t), c, lines) // is conserved
		defer s.Close()
		for name, query := range map[string]string{
			"a sale below the reseller shows cost above it": `SELECT x_charge FROM charges WHERE x_seller IS NOT NULL
				AND (x_lines <> 0 OR x_cost <> 0 OR x_net_cost <> 0 OR x_amortized_cost <> 0 OR x_true_unblended_cost <> 0 OR x_commitment_cost <> 0)`,
			"a sale does not start from what its seller paid": sold + `SELECT b.x_charge FROM sold b LEFT JOIN sold a ON ` + same + `
				WHERE b.x_seller IS NOT NULL AND (a.x_charge IS NULL OR b.x_base = 'cost' AND CAST(b.x_base_cost AS DECIMAL(38, 18)) <> a.billed_cost)`,
			"a tier does not sell on what it buys": sold + `SELECT a.x_charge FROM sold a LEFT JOIN sold b ON ` + same + `
				WHERE a."group" <> a.x_owner AND a.x_place IN ('usage', 'marketplace', 'excluded') GROUP BY a.x_charge HAVING COUNT(b.x_charge) <> 1`,
			"an entry, tax or nobody's line is priced": `SELECT x_charge FROM charges WHERE billed_cost <> 0 AND x_place NOT IN ('usage', 'marketplace')`,
			"a pooled line is not whole": `SELECT x_pool FROM charges WHERE x_pool IS NOT NULL AND x_seller IS NULL
				GROUP BY x_pool, x_load, x_pricing_key, x_tag_set, sub_account_id, charge_period_start, x_provider_invoice_id, resource_id, commitment_discount_id, x_treatment, x_commitment_kind
				HAVING SUM(x_lines) < 1`,
			"nobody's charge has a rule": `SELECT x_charge FROM charges WHERE "group" IN ('reseller', 'unassigned') AND x_rule IS NOT NULL`,
			"a rule is not its book's":   `SELECT x_charge FROM charges WHERE (x_rule IS NULL) <> (x_book IS NULL) OR (x_rule IS NULL) <> (x_decision IS NULL)`,
			"a price is not its factor's": `SELECT x_charge FROM charges WHERE x_factor IS NOT NULL AND x_unit_price IS NULL AND x_place IN ('usage', 'marketplace')
				AND x_rule NOT IN (SELECT rule FROM bounded) AND CAST(billed_cost AS DECIMAL(38, 18)) <> CAST(CAST(x_base_cost AS DECIMAL(38, 18)) * x_factor AS DECIMAL(38, 18))`,
		} {
			if strings.Contains(query, "bounded") {
				query = "WITH bounded AS (SELECT '" + strings.Join(boundedRules(c), "' AS rule UNION ALL SELECT '") + "' AS rule) " + query
			}
			if rows := table(t, s, query); len(rows) > 0 {
				t.Errorf("%s: %v", name, rows)
			}
		}
		sells, margins := money.Zero, money.Zero // currencies apart make no difference to sums
		for _, r := range table(t, s, `SELECT "group", COALESCE(x_seller, ''), x_owner, CAST(billed_cost AS VARCHAR), CAST(CASE WHEN "group" = x_owner AND x_place = 'off' THEN 0 ELSE x_cost END AS VARCHAR) FROM charges`) {
			price, cost := money.MustParse(r[3]), money.MustParse(r[4])
			margins = margins.Add(price).Sub(cost) // of the seller
			if r[0] != r[2] {
				margins = margins.Sub(price) // of the tier that buys it
			} else {
				sells = sells.Add(price)
			}
			sells = sells.Sub(cost)
		}
		if !margins.Equal(sells) {
			t.Errorf("margins add up to %s, users pay %s more than it costs", margins, sells)
		}
	})
}

// boundedRules are the names of rules that keep a price between costs; one at least.
func boundedRules(c billing.Config) []string {
	names := []string{""}
	for _, b := range c.PriceBooks {
		for _, r := range b.Rules {
			if r.NotBelow != "" {
				names = append(names, r.Name)
			}
		}
	}
	return names
}

// sold are charges but those for managing; same joins what a seller paid (a) to
// what it sells (b).
const (
	sold = `WITH sold AS (SELECT * FROM charges WHERE x_class <> 'managed') `
	same = `b.x_seller = a."group" AND a.x_owner = b.x_owner AND a.x_load = b.x_load AND a.x_pricing_key = b.x_pricing_key AND a.x_tag_set = b.x_tag_set
		AND a.sub_account_id = b.sub_account_id AND a.charge_period_start = b.charge_period_start AND a.x_provider_invoice_id IS NOT DISTINCT FROM b.x_provider_invoice_id
		AND a.resource_id IS NOT DISTINCT FROM b.resource_id AND a.commitment_discount_id IS NOT DISTINCT FROM b.commitment_discount_id
		AND a.x_treatment IS NOT DISTINCT FROM b.x_treatment AND a.x_commitment_kind IS NOT DISTINCT FROM b.x_commitment_kind AND a.x_pool IS NOT DISTINCT FROM b.x_pool`
)

// R31: rating a month again gives the same bytes, and the order of the lines in
// the file does not matter, whatever the configuration.
func TestSalesAgain(t *testing.T) {
	e := openEngine(t)
	checkSome(t, "6", func(t *rapid.T) {
		c, lines, dir := randomSales(t), tagged(t), tempDir(t)
		one, _ := rated(t, e, dir, c, lines)
		defer one.Close()
		if _, err := rating.Rate(context.Background(), one, rating.Input{Month: monthIn(dir, c), Dir: filepath.Join(dir, "again")}); err != nil {
			t.Fatal(err)
		}
		first, err := filepath.Glob(filepath.Join(dir, "charges", "*", "*.parquet"))
		if err != nil || len(first) == 0 {
			t.Fatalf("%d files, %v", len(first), err)
		}
		for _, name := range first {
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(strings.Replace(name, filepath.Join(dir, "charges"), filepath.Join(dir, "again"), 1))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s is another file the second time, %v", filepath.Base(filepath.Dir(name)), err)
			}
		}
		want := told(t, one)
		two, _ := rated(t, e, tempDir(t), c, rapid.Permutation(lines).Draw(t, "other order"))
		defer two.Close()
		if got := told(t, two); !slices.Equal(got, want) {
			t.Errorf("charges\n%s\nin another order\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
		}
	})
}
