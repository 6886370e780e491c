package commitment_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// samplePayer is the payer of generated months.
var samplePayer = billing.Payer{ID: "111111111111", Provider: "aws"}

// sampled is a generated month, loaded, with the sums of its generator, which
// were made from no file.
type sampled struct {
	loadedMonth
	totals   sample.Totals
	accounts []string // sorted; the payer is the first
	files    []string
}

// sampleMonth generates and loads a month, by day below 15,000 lines.
func sampleMonth(t *testing.T, o sample.Options) sampled {
	t.Helper()
	o.Period, o.InvoiceID = october(t), "77"
	dir := t.TempDir()
	totals, err := sample.Generate(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	m := sampled{totals: totals, accounts: slices.Sorted(maps.Keys(totals.ByAccount))}
	err = filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".csv.gz") {
			m.files = append(m.files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	m.loadedMonth = loadMonth(t, openEngine(t), t.TempDir(), october(t), []billing.Payer{samplePayer}, map[string][]string{samplePayer.ID: m.files})
	return m
}

// grouped is a configuration of groups that are billed as if alone.
func grouped(groups ...[]string) billing.Config {
	c := billing.Config{Payers: []billing.Payer{samplePayer}}
	for i, accounts := range groups {
		c.BillingGroups = append(c.BillingGroups, billing.BillingGroup{
			ID: fmt.Sprint("g", i+1), CostBasis: billing.TrueUnblended, Claims: []billing.Claim{{Accounts: accounts}},
		})
	}
	return c
}

// alone puts every account in a group of its own.
func (m sampled) alone() billing.Config {
	var groups [][]string
	for _, a := range m.accounts {
		groups = append(groups, []string{a})
	}
	return grouped(groups...)
}

// decided makes the same decision on every commitment.
func (m sampled) decided(c billing.Config, policy billing.Policy) billing.Config {
	for _, x := range m.totals.Commitments {
		c.Commitments = append(c.Commitments, billing.Commitment{ID: x.ARN, Policy: policy})
	}
	return c
}

// sampleMonths are small months by day, of different fleets, and one by hour.
func sampleMonths() map[string]sample.Options {
	return map[string]sample.Options{
		"by day":         {Lines: 5000, Accounts: 12, Seed: 5, Chunks: 3},
		"with discounts": {Lines: 5000, Accounts: 8, Seed: 4, Discounts: sample.DiscountsAsColumns, SplitCost: true},
		"by hour":        {Lines: 15_000, Accounts: 6, Seed: 2},
	}
}

// Every law of the stage on every sample month, each loaded once.
func TestSampleMonths(t *testing.T) {
	for name, o := range sampleMonths() {
		t.Run(name, func(t *testing.T) {
			m := sampleMonth(t, o)
			for law, check := range map[string]func(*testing.T, sampled){
				"one group": oneGroup, "as applied": asApplied, "reseller keeps": resellerKeeps, "inventory": inventoryOfSample,
				"conservation": conserved, "shared accounts": sharedAccounts, "nobody else": nobodyElse, "order": anyOrder, "again": sameAgain,
			} {
				t.Run(law, func(t *testing.T) { check(t, m) })
			}
		})
	}
}

// R7: where one group has every account and owns every commitment, it pays
// what the provider bills, each account and each line: the generator applies
// in the provider's order too.
func oneGroup(t *testing.T, m sampled) {
	d := m.apply(t, grouped(m.accounts), t.TempDir())
	defer d.Close()
	same(t, "true unblended cost", d.sums(t, `
		SELECT account, CAST(SUM(cost) AS VARCHAR) FROM (
			SELECT sub_account_id AS account, true_unblended AS cost FROM parts
			UNION ALL
			SELECT l.sub_account_id, l.billed_cost FROM line_items l
			WHERE COALESCE(l.x_fence, '') <> 'split-cost' AND NOT EXISTS (SELECT 1 FROM parts p WHERE p.load = l.load AND p.x_file = l.x_file AND p.x_row = l.x_row)
		) GROUP BY account`), m.totals.ByAccount)
	d.laws(t, map[string]string{
		"what the provider covered stays covered, by the same commitment": `SELECT COUNT(*) FROM parts WHERE x_treatment NOT IN ('kept', 'on-demand', 'taken-back', 'fee', 'tiered-alone')`,
		"an account's covered usage was taken back by its negations": `SELECT COUNT(*) FROM (SELECT sub_account_id FROM parts WHERE x_commitment_kind LIKE 'sp-%' AND x_treatment IN ('kept', 'taken-back')
				GROUP BY sub_account_id HAVING SUM(unblended) <> 0)`,
	})
	if kept := d.rows(t, "SELECT COUNT(*) FROM parts WHERE x_treatment = 'kept'")[0][0]; len(kept) < 3 {
		t.Errorf("only %s lines are covered", kept)
	}
}

// R8: as applied, every commitment helps whom the provider says, line by line,
// however the accounts are grouped.
func asApplied(t *testing.T, m sampled) {
	d := m.apply(t, m.decided(m.alone(), billing.PolicyAsApplied), t.TempDir())
	defer d.Close()
	d.laws(t, map[string]string{
		"true unblended is unblended": `SELECT COUNT(*) FROM parts WHERE true_unblended <> unblended AND x_treatment <> 'tiered-alone'`,
		"nothing is split":            `SELECT COUNT(*) FROM parts WHERE x_part_from <> 0`,
	})
}

// R8: what the reseller keeps helps nobody: all that was covered is on demand,
// as the generator counted it.
func resellerKeeps(t *testing.T, m sampled) {
	d := m.apply(t, m.decided(m.alone(), billing.PolicyResellerKeeps), t.TempDir())
	defer d.Close()
	same(t, "on demand", d.sums(t, `
		SELECT sub_account_id, CAST(SUM(true_unblended) AS VARCHAR) FROM parts
		WHERE x_provider_commitment IS NOT NULL AND x_treatment NOT IN ('fee', 'fee-moved') GROUP BY 1`), m.totals.CoveredOnDemand)
	d.laws(t, map[string]string{
		"the reseller pays every fee": `SELECT COUNT(*) FROM parts WHERE x_treatment LIKE 'fee%' AND "group" <> 'reseller'`,
	})
}

// R7: what the files tell of each commitment is what its generator gave it.
func inventoryOfSample(t *testing.T, m sampled) {
	d := m.apply(t, m.alone(), t.TempDir())
	defer d.Close()
	if len(d.Commitments) != len(m.totals.Commitments) || len(d.Commitments) == 0 {
		t.Fatalf("%d commitments, want %d", len(d.Commitments), len(m.totals.Commitments))
	}
	got, want := map[string]money.Decimal{}, map[string]money.Decimal{}
	for _, c := range d.Commitments {
		for what, amount := range map[string]money.Decimal{"reserved": c.Reserved, "fee": c.Fee, "upfront": c.Upfront,
			"used": c.Used.Units, "unused": c.Unused.Units, "on demand": c.Used.OnDemand} {
			got[c.Owner+" "+c.ID+" "+what] = amount
		}
	}
	for _, c := range m.totals.Commitments {
		fee := c.Fee
		used, onDemand := money.Zero, money.Zero
		for a := range c.Used {
			used, onDemand = used.Add(c.Used[a]), onDemand.Add(c.OnDemand[a])
		}
		for what, amount := range map[string]money.Decimal{"reserved": c.Reserved, "fee": fee, "upfront": c.Upfront,
			"used": used, "unused": c.Unused, "on demand": onDemand} {
			want[c.Owner+" "+c.ARN+" "+what] = amount
		}
	}
	same(t, "amount", got, want)
}

// conservation are the laws of the stage's output, whatever was decided.
var conservation = map[string]string{
	"a line is its parts, in every amount": `
		SELECT COUNT(*) FROM (
			SELECT load, x_file, x_row, SUM(x_lines) AS lines, SUM(quantity) AS quantity, SUM(unblended) AS unblended, SUM(net) AS net,
				SUM(amortized) AS amortized, SUM(blended) AS blended, SUM(list) AS list
			FROM parts GROUP BY 1, 2, 3) p
		FULL JOIN (SELECT l.* FROM line_items l
			WHERE EXISTS (SELECT 1 FROM parts k WHERE k.load = l.load AND k.x_pricing_key = l.x_pricing_key) AND COALESCE(l.x_fence, '') <> 'split-cost') l
			ON p.load = l.load AND p.x_file = l.x_file AND p.x_row = l.x_row
		WHERE p.lines IS DISTINCT FROM 1 OR p.unblended IS DISTINCT FROM l.billed_cost
			OR p.quantity IS DISTINCT FROM CASE WHEN l.x_fence IS NULL THEN COALESCE(l.pricing_quantity, 0) ELSE 0 END
			OR p.net IS DISTINCT FROM COALESCE(l.x_net_cost, l.billed_cost) OR p.amortized IS DISTINCT FROM COALESCE(l.effective_cost, l.billed_cost)
			OR p.blended IS DISTINCT FROM COALESCE(l.x_blended_cost, l.billed_cost) OR p.list IS DISTINCT FROM COALESCE(NULLIF(l.list_cost, 0), l.billed_cost)`,
	"no commitment gives more than it has": `SELECT COUNT(*) FROM hours WHERE used < 0 OR used > units`,
	"no share gives what another has": `
		SELECT COUNT(*) FROM (SELECT commitment_discount_id, charge_period_start FROM hours
			GROUP BY ALL HAVING COUNT(*) <> COUNT(DISTINCT x_share))`,
	"on demand or covered, usage is not both": `
		SELECT COUNT(*) FROM parts WHERE x_treatment IN ('on-demand', 'unshared') AND commitment_discount_id IS NOT NULL
			OR x_treatment IN ('kept', 'applied') AND commitment_discount_id IS NULL`,
	"kept is the provider's own":                    `SELECT COUNT(*) FROM parts WHERE (x_treatment = 'kept') <> (x_treatment IN ('kept', 'applied') AND commitment_discount_id = x_provider_commitment)`,
	"usage on demand costs what it costs on demand": `SELECT COUNT(*) FROM parts WHERE x_treatment IN ('on-demand', 'unshared') AND true_unblended <> on_demand`,
}

// checkSome checks a property fewer times than usual: each time a whole month
// is loaded and its commitments are applied.
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
	dir, err := os.MkdirTemp("", "sluice-commitment-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// randomPartition deals accounts out: to groups, to the reseller and to nobody.
// With moving, one may change its group inside the month.
func randomPartition(t *rapid.T, m sampled, bases []billing.Basis, moving bool) billing.Config {
	c := billing.Config{Payers: []billing.Payer{samplePayer}, Reseller: &billing.Reseller{Accounts: []string{m.accounts[0]}}}
	for i := range rapid.IntRange(1, 4).Draw(t, "groups") {
		c.BillingGroups = append(c.BillingGroups, billing.BillingGroup{ID: fmt.Sprint("g", i+1), CostBasis: rapid.SampledFrom(bases).Draw(t, "basis")})
	}
	claim := func(group int, cl billing.Claim) {
		c.BillingGroups[group].Claims = append(c.BillingGroups[group].Claims, cl)
	}
	for i, a := range m.accounts[1:] {
		accounts := m.accounts[i+1 : i+2]
		group := rapid.IntRange(-1, len(c.BillingGroups)-1).Draw(t, "group of "+a)
		if group < 0 {
			continue
		}
		if moving && len(c.BillingGroups) > 1 && rapid.IntRange(0, 4).Draw(t, "moves") == 4 {
			border := m.Period.FirstDay() + billing.Day(rapid.IntRange(1, 30).Draw(t, "moved"))
			claim(group, billing.Claim{Accounts: accounts, To: &border})
			claim((group+1)%len(c.BillingGroups), billing.Claim{Accounts: accounts, From: &border})
			continue
		}
		claim(group, billing.Claim{Accounts: accounts})
	}
	return c
}

// randomDecisions adds a policy for some commitments and gives units of some
// away.
func randomDecisions(t *rapid.T, m sampled, c *billing.Config) {
	price := money.MustParse("0.05")
	for _, x := range m.totals.Commitments {
		own := billing.Commitment{ID: x.ARN, Policy: rapid.SampledFrom(billing.Policies).Draw(t, "policy")}
		if own.Policy == billing.PolicyFixedPrice {
			own.Price = &price
		}
		if own.Policy != billing.PolicyGroup {
			c.Commitments = append(c.Commitments, own)
		}
		if own.Policy == billing.PolicyAsApplied || rapid.IntRange(0, 2).Draw(t, "given") > 0 {
			continue
		}
		units := money.MustParse(rapid.SampledFrom([]string{"0.07", "1", "2", "1000"}).Draw(t, "units"))
		given := billing.Commitment{ID: x.ARN, GiveTo: &billing.Beneficiary{Group: c.BillingGroups[rapid.IntRange(0, len(c.BillingGroups)-1).Draw(t, "to")].ID}, Units: &units}
		if rapid.Bool().Draw(t, "to an account") {
			given.GiveTo = &billing.Beneficiary{Account: rapid.SampledFrom(m.accounts).Draw(t, "account")}
		}
		if rapid.IntRange(0, 2).Draw(t, "all") == 0 {
			given.Units = nil
		}
		c.Commitments = append(c.Commitments, given)
	}
}

// R1, R2, R7, R8: whatever is decided, lines and commitments are conserved.
func conserved(t *testing.T, m sampled) {
	checkSome(t, "3", func(t *rapid.T) {
		c := randomPartition(t, m, []billing.Basis{billing.TrueUnblended, billing.TrueUnblended, billing.Unblended}, true)
		randomDecisions(t, m, &c)
		d := m.apply(t, c, tempDir(t))
		defer d.Close()
		d.laws(t, conservation)
		d.laws(t, map[string]string{
			// Each part's and each hour's cost is rounded to 12 digits; there are fewer than 10^5 of them.
			"what parts cost their commitment, its hours cost it": fmt.Sprintf(`
				SELECT COUNT(*) FROM (SELECT commitment_discount_id AS id, SUM(effective) AS cost FROM parts WHERE x_treatment IN ('kept', 'applied') GROUP BY 1) p
				FULL JOIN (SELECT commitment_discount_id AS id, SUM(used_cost) AS cost FROM hours WHERE "group" IN (%s) GROUP BY 1) h ON p.id = h.id
				WHERE ABS(COALESCE(p.cost, 0) - COALESCE(h.cost, 0)) > 0.0000001`, splitting(c)),
		})
	})
}

// splitting lists the groups that are billed as if alone, for SQL.
func splitting(c billing.Config) string {
	groups := []string{"''"}
	for _, g := range c.BillingGroups {
		if g.CostBasis == billing.TrueUnblended {
			groups = append(groups, "'"+g.ID+"'")
		}
	}
	return strings.Join(groups, ", ")
}

// R7: a commitment helps nobody outside its owner's group. What a group pays
// more than the provider bills is what it loses of the others' commitments, less
// what it gains by its own.
func nobodyElse(t *testing.T, m sampled) {
	checkSome(t, "2", func(t *rapid.T) {
		c := randomPartition(t, m, []billing.Basis{billing.TrueUnblended}, false)
		d := m.apply(t, c, tempDir(t))
		defer d.Close()
		groups := map[string]string{m.accounts[0]: "reseller"}
		for _, g := range c.BillingGroups {
			for _, cl := range g.Claims {
				groups[cl.Accounts[0]] = g.ID
			}
		}
		covered := d.rows(t, `SELECT DISTINCT "group", sub_account_id, commitment_discount_id FROM parts WHERE x_treatment IN ('kept', 'applied')`)
		for _, r := range covered {
			owner := strings.Split(r[2], ":")[4]
			if groups[r[1]] != r[0] || groups[owner] != r[0] {
				t.Errorf("%s of group %q has help of %s, whose owner is of %q", r[1], r[0], r[2], groups[owner])
			}
		}
		d.laws(t, map[string]string{
			"what a group pays more is what was taken, less what its own commitments give": `
				SELECT COUNT(*) FROM (SELECT "group" FROM parts WHERE x_treatment IN ('kept', 'applied', 'unshared', 'on-demand', 'taken-back')
					GROUP BY 1 HAVING SUM(true_unblended) - SUM(unblended) <> SUM(CASE WHEN x_provider_commitment IS NOT NULL THEN on_demand ELSE 0 END)
						- SUM(CASE WHEN x_treatment IN ('kept', 'applied') THEN on_demand ELSE 0 END))`,
			"nobody is helped that nobody owns": `SELECT COUNT(*) FROM parts WHERE "group" = 'unassigned' AND x_treatment IN ('kept', 'applied')`,
		})
	})
}

// R7: neither the order of lines and files nor that of the configuration
// changes what a line costs.
func anyOrder(t *testing.T, m sampled) {
	rnd := rand.New(rand.NewPCG(1, 2))
	c := grouped(m.accounts[:len(m.accounts)/2], m.accounts[len(m.accounts)/2:])
	text := `
		SELECT x_line_item_id || ' ' || CAST(l.charge_period_start AS VARCHAR), CAST(SUM(true_unblended) AS VARCHAR)
		FROM parts p JOIN line_items l ON p.load = l.load AND p.x_file = l.x_file AND p.x_row = l.x_row GROUP BY 1`
	d := m.apply(t, c, t.TempDir())
	defer d.Close()
	want := d.sums(t, text)
	if len(want) < 1000 {
		t.Fatalf("only %d lines", len(want))
	}
	other := loadMonth(t, m.engine, t.TempDir(), m.Period, []billing.Payer{samplePayer}, map[string][]string{samplePayer.ID: shuffled(t, rnd, m.files, 4)})
	for i := range c.BillingGroups {
		claim := slices.Clone(c.BillingGroups[i].Claims[0].Accounts)
		rnd.Shuffle(len(claim), func(i, j int) { claim[i], claim[j] = claim[j], claim[i] })
		c.BillingGroups[i].Claims[0].Accounts = claim
	}
	slices.Reverse(c.BillingGroups)
	again := other.apply(t, c, t.TempDir())
	defer again.Close()
	same(t, "true unblended cost", again.sums(t, text), want)
}

// shuffled deals the rows of gzipped reports out anew.
func shuffled(t *testing.T, rnd *rand.Rand, files []string, chunks int) (paths []string) {
	t.Helper()
	var header []string
	var rows [][]string
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		unpacked, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		all, err := csv.NewReader(unpacked).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		header = all[0]
		rows = append(rows, all[1:]...)
	}
	rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	dir := t.TempDir()
	for i := range chunks {
		path := filepath.Join(dir, fmt.Sprintf("%d.csv", i))
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		part := append([][]string{header}, rows[i*len(rows)/chunks:(i+1)*len(rows)/chunks]...)
		if err := errors.Join(csv.NewWriter(f).WriteAll(part), f.Close()); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// R31: the same month and decisions give the same parts and hours. Their order
// in the files is the engine's.
func sameAgain(t *testing.T, m sampled) {
	one, two := m.apply(t, m.alone(), t.TempDir()), m.apply(t, m.alone(), t.TempDir())
	defer one.Close()
	defer two.Close()
	for _, view := range []string{"parts", "hours"} {
		query := fmt.Sprintf("SELECT CAST(r AS VARCHAR) FROM %s r ORDER BY 1", view)
		if a, b := one.rows(t, query), two.rows(t, query); !slices.EqualFunc(a, b, slices.Equal) || len(a) == 0 {
			t.Errorf("R31: %d and %d %s differ", len(a), len(b), view)
		}
	}
}
