package sample

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

const (
	firstID    = "200000000001"
	otherPayer = "222222222222"
)

// Discounts sum up the same, in lines or in columns, and are never in both.
func TestDiscounts(t *testing.T) {
	o := Options{Lines: 6000, Accounts: 12, Seed: 4, InvoiceID: "77", Discounts: DiscountsAsColumns}
	dir, columns := generated(t, o)
	db := exported(t, dir)
	if got := sumOf(t, db, "SELECT sum("+decimalSQL("lineItem/NetUnblendedCost")+") FROM line"); !got.Equal(columns.Net) || got.Cmp(columns.Unblended) >= 0 {
		t.Errorf("net cost is %s in the file, %s in the totals, unblended %s", got, columns.Net, columns.Unblended)
	}
	all := money.Zero
	for name, want := range columns.Discounts {
		all = all.Add(want)
		if got := sumOf(t, db, "SELECT sum("+decimalSQL("discount/"+name)+") FROM line"); !got.Equal(want) || got.Sign() >= 0 {
			t.Errorf("%s is %s in the file, %s in the totals", name, got, want)
		}
	}
	if !columns.Unblended.Add(all).Equal(columns.Net) || len(columns.Discounts) != 4 {
		t.Errorf("%s less discounts %v is not %s", columns.Unblended, columns.Discounts, columns.Net)
	}
	for law, query := range map[string]string{
		"net is unblended and discounts": `SELECT count(*) FROM line WHERE ` + decimalSQL("lineItem/NetUnblendedCost") + ` <> ` +
			decimalSQL("lineItem/UnblendedCost") + ` + ` + decimalSQL("discount/TotalDiscount"),
		"no discount is a line": `SELECT count(*) FROM line WHERE "lineItem/LineItemType" IN ('EdpDiscount', 'SppDiscount', 'PrivateRateDiscount', 'BundledDiscount')`,
		"what plans cover is taken back": `SELECT count(*) FROM (SELECT sum(` + decimalSQL("lineItem/NetUnblendedCost") + `) AS rest FROM line
			WHERE "lineItem/LineItemType" IN ('SavingsPlanCoveredUsage', 'SavingsPlanNegation') GROUP BY "identity/TimeInterval", "savingsPlan/SavingsPlanARN") WHERE rest <> 0`,
	} {
		if got := sumOf(t, db, query); !got.IsZero() {
			t.Errorf("%s: %s times not so", law, got)
		}
	}
	net := strings.NewReplacer("lineItem/UnblendedCost", "lineItem/NetUnblendedCost", "SavingsPlanEffectiveCost", "NetSavingsPlanEffectiveCost", "reservation/EffectiveCost", "reservation/NetEffectiveCost",
		"reservation/Unused", "reservation/NetUnused").Replace(amortizedSQL)
	amortized := sumOf(t, db, "SELECT sum(CASE WHEN \"lineItem/LineItemType\" = 'SavingsPlanRecurringFee' THEN 0 ELSE "+net+" END) FROM line")
	for _, r := range rowsOf(t, dir) {
		if r["lineItem/LineItemType"] == "SavingsPlanRecurringFee" { // the unused part has no column
			unused := money.MustParse(r["savingsPlan/TotalCommitmentToDate"]).Sub(money.MustParse(r["savingsPlan/UsedCommitment"]))
			unused = unused.Sub(unused.Mul(money.MustParse("0.03")).Round(10, money.Down))
			amortized = amortized.Add(unused).Sub(unused.Mul(money.MustParse("0.02")).Round(10, money.Down))
		}
	}
	if !amortized.Equal(columns.NetAmortized) {
		t.Errorf("net amortized is %s in the file, %s in the totals", amortized, columns.NetAmortized)
	}

	o.Discounts = DiscountsAsLines
	dir, lines := generated(t, o)
	for name, want := range lines.Discounts {
		if !want.Equal(lines.ByLineType[name]) || want.IsZero() {
			t.Errorf("%s is %s by type and %s of discounts", name, lines.ByLineType[name], want)
		}
	}
	if !lines.Net.Equal(lines.Unblended) {
		t.Errorf("discounts are lines, yet net cost is %s and unblended %s", lines.Net, lines.Unblended)
	}
	for name := range rowsOf(t, dir)[0] {
		if strings.HasPrefix(name, "discount/") || strings.Contains(name, "/Net") {
			t.Fatalf("discounts are lines, yet there is a column %s", name)
		}
	}
	if partner := sumOf(t, exported(t, dir), `SELECT count(*) FROM line WHERE "lineItem/LineItemType" = 'Refund' AND contains("lineItem/LineItemDescription", 'Solution Provider Program')`); !partner.Equal(money.FromInt(1)) {
		t.Errorf("%s refunds of the Solution Provider Program, want 1", partner)
	}
}

// The discount of a line does not depend on where it stands: the same usage
// has the same discounts as lines and as columns.
func TestDiscountsAlike(t *testing.T) {
	o := Options{Lines: 4000, Accounts: 6, Seed: 8, Period: july(t), Discounts: DiscountsAsLines}.withDefaults()
	m := newMonth(o, formats[o.Format].layout(o))
	before, closed := newTally(m), newTally(m)
	for number := range m.intervals {
		if err := m.interval(number, before, func(*line) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.close(before, closed, func(*line) error { return nil }); err != nil {
		t.Fatal(err)
	}
	before.merge(closed)
	lines := before.discountTotals(m)
	m.Discounts = DiscountsAsColumns
	if columns := before.discountTotals(m); !maps.EqualFunc(lines, columns, money.Decimal.Equal) {
		t.Errorf("discounts are %v as lines and %v as columns", lines, columns)
	}
}

// Every format shows discounts in columns and still holds what the totals say.
func TestDiscountedFormats(t *testing.T) {
	for format, column := range map[string]string{
		"cur-parquet": "line_item_net_unblended_cost", "cur2": "line_item_net_unblended_cost", "cur2-parquet": "line_item_net_unblended_cost", "focus-parquet": "BilledCost",
	} {
		dir, totals := generated(t, Options{Lines: 3000, Accounts: 5, Format: format, Seed: 2, Discounts: DiscountsAsColumns})
		if got := sumOf(t, exported(t, dir), "SELECT sum("+decimalSQL(column)+") FROM line"); !got.Equal(totals.Net) || got.IsZero() {
			t.Errorf("%s: net cost is %s in the file, %s in the totals", format, got, totals.Net)
		}
	}
}

// R10: rows of split cost allocation repeat cost and are in no sum.
func TestSplitCost(t *testing.T) {
	for _, format := range []string{"cur-csv-gz", "cur2"} {
		dir, totals := generated(t, Options{Lines: 5000, Accounts: 12, Seed: 4, SplitCost: true, Format: format})
		n := namesOf(format)
		operation := "lineItem/Operation"
		parent := "splitLineItem/ParentResourceId"
		if format == "cur2" {
			operation, parent = snake(operation), snake(parent)
		}
		db := exported(t, dir)
		pods := ` FROM line WHERE "` + operation + `" = 'EKSPod-EC2'`
		if got := sumOf(t, db, "SELECT count(*)"+pods); !got.Equal(money.FromInt(totals.SplitCost.Rows)) || got.IsZero() {
			t.Errorf("%s: %s rows of split cost, %d in the totals", format, got, totals.SplitCost.Rows)
		}
		repeated := sumOf(t, db, "SELECT sum("+decimalSQL(n.unblended)+")"+pods)
		if all := sumOf(t, db, "SELECT sum("+decimalSQL(n.unblended)+") FROM line"); !repeated.Equal(totals.SplitCost.Unblended) || !all.Sub(repeated).Equal(totals.Unblended) {
			t.Errorf("%s: %s is repeated of %s; the totals have %s of %s", format, repeated, all, totals.SplitCost.Unblended, totals.Unblended)
		}
		if orphans := sumOf(t, db, "SELECT count(*)"+pods+` AND "`+parent+`" IS NULL`); !orphans.IsZero() {
			t.Errorf("%s: %s rows of split cost name no instance", format, orphans)
		}
	}
}

// An account that moves has its first days with one payer and the others with
// the other, with the same resources.
func TestMove(t *testing.T) {
	const moving = "200000000002"
	o := Options{Lines: 6000, Accounts: 6, Seed: 3, Period: july(t), Moves: []Move{{moving, july(t).FirstDay() + 14, otherPayer}}}
	fromDir, from := generated(t, o)
	o.Payer, o.FirstAccount, o.Seed = otherPayer, 300000000001, 3
	toDir, to := generated(t, o)
	resources := map[bool]map[string]bool{false: {}, true: {}}
	for late, dir := range map[bool]string{false: fromDir, true: toDir} {
		for _, r := range rowsOf(t, dir) {
			if r["lineItem/UsageAccountId"] != moving || r["lineItem/LineItemType"] == "Tax" || r["bill/BillType"] == "Purchase" || r["lineItem/ResourceId"] == "" {
				continue
			}
			if got := r["lineItem/UsageStartDate"] >= "2026-07-15"; got != late {
				t.Fatalf("payer %s has a line of %s", r["bill/PayerAccountId"], r["lineItem/UsageStartDate"])
			}
			resources[late][r["lineItem/ResourceId"]] = true
		}
	}
	for id := range resources[false] {
		if strings.HasPrefix(id, "i-") && !resources[true][id] {
			t.Errorf("instance %s did not move", id)
		}
	}
	if len(resources[false]) < 4 || len(resources[true]) < 4 {
		t.Errorf("%d resources before the move and %d after", len(resources[false]), len(resources[true]))
	}
	for _, c := range slices.Concat(from.Commitments, to.Commitments) {
		if c.Owner == moving {
			t.Errorf("%s moves with its owner", c.ARN)
		}
	}
	o.Period = july(t).Next()
	if _, august := generated(t, o); august.ByAccount[moving].IsZero() {
		t.Error("the account has nothing with its new payer in August")
	}
	o.Payer, o.FirstAccount = "111111111111", firstAccount
	if _, august := generated(t, o); !august.ByAccount[moving].IsZero() {
		t.Error("the account is still with its old payer in August")
	}
	o.Payer, o.FirstAccount = "333333333333", 400000000001
	if _, other := generated(t, o); !other.ByAccount[moving].IsZero() {
		t.Error("the account is with a payer it never moved to")
	}
}

// A later version of a month differs in its last interval and what follows
// from it.
func TestRestate(t *testing.T) {
	o := Options{Lines: 3000, Accounts: 6, Seed: 3}
	dir, first := generated(t, o)
	o.Restate = 1
	again, second := generated(t, o)
	if first.Unblended.Equal(second.Unblended) {
		t.Errorf("both versions cost %s", first.Unblended)
	}
	versions := map[string]bool{}
	usage := [2]map[string]string{{}, {}}
	for i, dir := range []string{dir, again} {
		for _, r := range rowsOf(t, dir) {
			if r["lineItem/UsageEndDate"] < "2026-08" {
				usage[i][r["identity/LineItemId"]] = r["lineItem/UnblendedCost"]
			}
		}
		for _, file := range dataFiles(t, dir) {
			versions[file[len(dir):]] = true
		}
	}
	if !maps.Equal(usage[0], usage[1]) || len(usage[0]) < 2800 {
		t.Errorf("%d and %d lines before the last day differ", len(usage[0]), len(usage[1]))
	}
	if len(versions) != 2 {
		t.Errorf("versions lie at %v, want two places", versions)
	}
}

// A month after the other has the same fleet.
func TestMonthsFollow(t *testing.T) {
	dir, _ := generated(t, Options{Lines: 3000, Accounts: 6, Seed: 3})
	next, _ := generated(t, Options{Lines: 3000, Accounts: 6, Seed: 3, Period: july(t).Next()})
	instances := func(dir string) map[string]bool {
		ids := map[string]bool{}
		for _, r := range rowsOf(t, dir) {
			if strings.HasPrefix(r["lineItem/ResourceId"], "i-") && strings.Contains(r["lineItem/UsageType"], "BoxUsage") {
				ids[r["lineItem/ResourceId"]] = true
			}
		}
		return ids
	}
	if a, b := instances(dir), instances(next); !maps.Equal(a, b) || len(a) == 0 {
		t.Errorf("instances are %v in July and %v in August", a, b)
	}
}
