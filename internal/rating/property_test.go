package rating_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
)

// checkSome checks a property fewer times than usual: each time a whole month
// is loaded and rated.
func checkSome(t *testing.T, times string, property func(*rapid.T)) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	usual := checks.Value.String()
	if usual == checks.DefValue {
		if err := checks.Value.Set(times); err != nil {
			t.Fatal(err)
		}
		defer checks.Value.Set(usual)
	}
	rapid.Check(t, property)
}

func tempDir(t *rapid.T) string {
	dir, err := os.MkdirTemp("", "sluice-rating-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

var (
	accounts = []string{"200000000001", "200000000002", "200000000003", "200000000004"}
	services = []string{"AmazonEC2", "AmazonS3", "AmazonRDS", "AWSSupportBusiness"}
	types    = []string{
		"Usage", "DiscountedUsage", "RIFee", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanRecurringFee",
		"SavingsPlanUpfrontFee", "Fee", "Tax", "Credit", "Refund", "EdpDiscount", "Novelty",
	}
)

// randomLines draws a month's lines; several may be alike.
func randomLines(t *rapid.T) []line {
	amount := rapid.StringMatching(`-?[0-9]{1,6}(\.[0-9]{1,18})?`)
	optional := rapid.OneOf(amount, rapid.Just(""))
	var lines []line
	for range rapid.IntRange(1, 30).Draw(t, "lines") {
		day := rapid.IntRange(1, 31).Draw(t, "day")
		l := newLine(
			rapid.SampledFrom([]string{"", "i-1", "i-2"}).Draw(t, "resource"),
			rapid.SampledFrom(types).Draw(t, "type"), rapid.SampledFrom(services).Draw(t, "service"), fmt.Sprintf("2026-10-%02d", day))
		l["account"] = rapid.SampledFrom(accounts).Draw(t, "account")
		l["invoice"] = rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "invoice")
		l["entity"] = rapid.SampledFrom([]string{"AWS", "AWS-Marketplace"}).Draw(t, "entity")
		if l["type"] == "Usage" {
			l["operation"] = rapid.SampledFrom([]string{"Run", "EKSPod-EC2"}).Draw(t, "operation")
		}
		l["currency"] = rapid.SampledFrom([]string{"USD", "USD", "CNY"}).Draw(t, "currency")
		l["unblended"] = amount.Draw(t, "unblended")
		for _, column := range []string{"amount", "blended", "net", "list", "effective", "speffective", "commitment", "used"} {
			l[column] = optional.Draw(t, column)
		}
		lines = append(lines, l)
	}
	return lines
}

// randomConfig draws groups with books; one account is the reseller's, one may
// be nobody's, one may move inside the month.
func randomConfig(t *rapid.T) billing.Config {
	c := billing.Config{
		Reseller: &billing.Reseller{Accounts: accounts[3:]},
		Payers:   []billing.Payer{{ID: payer, Provider: "aws", OnAccountMove: rapid.SampledFrom([]string{"", "whole-month-to-new"}).Draw(t, "move")}},
	}
	for _, id := range []string{"g1", "g2"} {
		book := billing.PriceBook{ID: id}
		for n := range rapid.IntRange(0, 4).Draw(t, "rules") {
			book.Rules = append(book.Rules, randomRule(t, fmt.Sprint("rule ", n)))
		}
		c.PriceBooks = append(c.PriceBooks, book)
		c.BillingGroups = append(c.BillingGroups, billing.BillingGroup{
			ID: id, CostBasis: rapid.SampledFrom(billing.Bases).Draw(t, "basis"), PriceBook: billing.Attach(id),
		})
	}
	first := october().FirstDay()
	border := first + billing.Day(rapid.IntRange(-1, 33).Draw(t, "moved"))
	c.BillingGroups[0].Claims = []billing.Claim{{Accounts: accounts[:1]}, {Accounts: accounts[1:2], To: &border}}
	c.BillingGroups[1].Claims = []billing.Claim{{Accounts: accounts[1:2], From: &border}}
	if rapid.Bool().Draw(t, "claimed") {
		c.BillingGroups[1].Claims = append(c.BillingGroups[1].Claims, billing.Claim{Accounts: accounts[2:3]})
	}
	return c
}

func randomRule(t *rapid.T, name string) billing.PriceRule {
	r := billing.PriceRule{Name: name}
	if rapid.Bool().Draw(t, "one service") {
		r.Match.Service = billing.Pattern{Equal: []string{rapid.SampledFrom(services).Draw(t, "service")}}
	}
	if class := rapid.SampledFrom([]string{"", "usage", "marketplace", "commitment-fee"}).Draw(t, "class"); class != "" {
		r.Match.Class = billing.Pattern{Equal: []string{class}}
	}
	if rapid.Bool().Draw(t, "other base") {
		r.Base = rapid.SampledFrom(billing.Bases).Draw(t, "base")
	}
	if rapid.Bool().Draw(t, "dated") {
		from := october().FirstDay() + billing.Day(rapid.IntRange(0, 30).Draw(t, "from"))
		to := from + billing.Day(rapid.IntRange(0, 10).Draw(t, "days"))
		r.From, r.To = &from, &to
	}
	switch rapid.IntRange(0, 2).Draw(t, "action") {
	case 0:
		p := money.MustParse(rapid.StringMatching(`-?[0-9]{1,2}(\.[0-9]{1,4})?`).Draw(t, "percent"))
		r.Percent = &p
	case 1:
		p := money.MustParse(rapid.StringMatching(`[0-9](\.[0-9]{1,12})?`).Draw(t, "unit price"))
		r.UnitPrice = &p
	default:
		r.Keep = true
	}
	return r
}

// R1, R32 c and d: whatever the lines and the rules, every line is in exactly
// one charge with all of its cost, and a charge's price is what its decision
// says: base × factor, or quantity × unit price.
func TestConservation(t *testing.T) {
	e := openEngine(t)
	checkSome(t, "30", func(t *rapid.T) {
		lines, c := randomLines(t), randomConfig(t)
		s, done := rated(t, e, tempDir(t), c, lines)
		defer s.Close()
		in, out, count := billing.Money{}, billing.Money{}, 0
		for _, l := range lines {
			if l["operation"] != "EKSPod-EC2" {
				in.Add(money.Currency(l["currency"]), money.MustParse(l["unblended"]))
				count++
			}
		}
		for _, r := range table(t, s, `SELECT billing_currency, CAST(x_cost AS VARCHAR) FROM charges`) {
			out.Add(money.Currency(r[0]), money.MustParse(r[1]))
		}
		if diff := in.Minus(out); len(diff) > 0 || len(in.Minus(done.In)) > 0 || done.RowsIn != int64(count) {
			t.Errorf("%d lines and %v went in, the stage says %d and %v, charges are %v", count, in, done.RowsIn, done.In, out)
		}
		for _, r := range table(t, s, `
			SELECT l.x_row, count(c.x_charge) FROM line_items l LEFT JOIN charges c ON
				c.x_pricing_key = l.x_pricing_key AND c.sub_account_id = l.sub_account_id AND c.resource_id IS NOT DISTINCT FROM l.resource_id
				AND c.x_provider_invoice_id IS NOT DISTINCT FROM l.invoice_id AND CAST(c.charge_period_start AS DATE) = CAST(l.charge_period_start AS DATE)
			WHERE l.x_fence IS DISTINCT FROM 'split-cost' GROUP BY 1 HAVING count(c.x_charge) <> 1`) {
			t.Errorf("line %s is in %s charges", r[0], r[1])
		}
		for _, r := range table(t, s, `SELECT x_charge, CAST(billed_cost AS VARCHAR), CAST(x_base_cost AS VARCHAR), COALESCE(CAST(x_factor AS VARCHAR), '0'),
			CAST(pricing_quantity AS VARCHAR), COALESCE(CAST(x_unit_price AS VARCHAR), '') FROM charges`) {
			want := money.MustParse(r[2]).Mul(money.MustParse(r[3]))
			if r[5] != "" { // defined to 24 digits
				want = money.MustParse(r[4]).Mul(money.MustParse(r[5])).Round(24, money.HalfUp)
			}
			if !money.MustParse(r[1]).Equal(want) {
				t.Errorf("charge %s costs %s, its decision makes it %s", r[0], r[1], want)
			}
		}
	})
}

// told is all that charges say, without the numbers of keys, decisions and
// charges, which follow the order of the file.
func told(t tester, s engine.Session) []string {
	t.Helper()
	var all []string
	for _, r := range table(t, s, `SELECT CAST(c AS VARCHAR) FROM
		(SELECT * EXCLUDE (x_charge, x_pricing_key, x_decision) FROM charges) c ORDER BY 1`) {
		all = append(all, r[0])
	}
	return all
}

// The order of the lines in the file does not matter, and neither does rating
// them again.
func TestOrder(t *testing.T) {
	e := openEngine(t)
	checkSome(t, "15", func(t *rapid.T) {
		lines, c := randomLines(t), randomConfig(t)
		one, _ := rated(t, e, tempDir(t), c, lines)
		defer one.Close()
		want := told(t, one)
		two, _ := rated(t, e, tempDir(t), c, rapid.Permutation(lines).Draw(t, "other order"))
		defer two.Close()
		if got := told(t, two); !slices.Equal(got, want) {
			t.Errorf("charges\n%s\nin another order\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
		}
	})
}

// R12: a price is linear in the percent: at p it is the price at 0 and p
// hundredths of it, for every charge.
func TestLinear(t *testing.T) {
	e := openEngine(t)
	checkSome(t, "10", func(t *rapid.T) {
		lines := randomLines(t)
		percent := money.MustParse(rapid.StringMatching(`-?[0-9]{1,2}(\.[0-9]{1,4})?`).Draw(t, "percent"))
		basis := rapid.SampledFrom(billing.Bases).Draw(t, "basis")
		prices := func(percent money.Decimal) [][]string {
			all := billing.Match{Class: billing.Pattern{Equal: []string{"usage", "marketplace", "commitment-fee"}}}
			s, _ := rated(t, e, tempDir(t), billing.Config{
				Payers:        []billing.Payer{{ID: payer, Provider: "aws"}},
				PriceBooks:    []billing.PriceBook{{ID: "book", Rules: []billing.PriceRule{{Name: "all", Match: all, Percent: &percent}}}},
				BillingGroups: []billing.BillingGroup{{ID: "g", CostBasis: basis, PriceBook: billing.Attach("book"), Claims: []billing.Claim{{Accounts: accounts}}}},
			}, lines)
			defer s.Close()
			return table(t, s, `SELECT x_charge, CAST(billed_cost AS VARCHAR) FROM charges ORDER BY 1`)
		}
		at0, atP := prices(money.Zero), prices(percent)
		for i, zero := range at0 {
			base := money.MustParse(zero[1])
			if want := base.Add(base.Percent(percent)); !money.MustParse(atP[i][1]).Equal(want) {
				t.Errorf("charge %s: %s at 0 and %s at %s percent, want %s", zero[0], base, atP[i][1], percent, want)
			}
		}
	})
}
