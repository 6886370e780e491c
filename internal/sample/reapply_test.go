package sample

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/money"
)

// row is a line of a legacy report by its columns.
type row map[string]string

func rowsOf(t *testing.T, dir string) (rows []row) {
	t.Helper()
	for _, name := range dataFiles(t, dir) {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		all, err := csv.NewReader(unpacked).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, cells := range all[1:] {
			r := row{}
			for i, cell := range cells {
				r[all[0][i]] = cell
			}
			rows = append(rows, r)
		}
	}
	return rows
}

func rat(t *testing.T, text string) *big.Rat {
	t.Helper()
	r, ok := new(big.Rat).SetString(cmp.Or(text, "0"))
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return r
}

// claim is a commitment as the rows of its fees tell it.
type claim struct {
	step                              int // 0 zonal, 1 regional, 2 EC2 plan, 3 compute plan
	arn, owner, service, region, zone string
	family, size, operation, offering string
	units                             *big.Rat // normalized units of a reservation
	start                             time.Time
	left                              *big.Rat
	flexible                          bool
	commitments                       map[string]*big.Rat // of a plan, by interval
}

// demanded is a row of usage that was or could be covered.
type demanded struct {
	row
	set          string // rows that only commitments tell apart
	hours, left  *big.Rat
	factor, rate *big.Rat
	size, family string
}

// eligible reads rows of usage again as if nothing had been covered.
func eligible(t *testing.T, r row) (d demanded, ok bool) {
	switch r["lineItem/LineItemType"] {
	case "Usage", "DiscountedUsage", "SavingsPlanCoveredUsage":
	default:
		return d, false
	}
	usageType := r["lineItem/UsageType"]
	if r["product/instanceType"] == "" && !strings.Contains(usageType, "Fargate") && !strings.HasSuffix(usageType, "Lambda-GB-Second") {
		return d, false
	}
	d = demanded{
		row: r, hours: rat(t, r["lineItem/UsageAmount"]), factor: rat(t, r["lineItem/NormalizationFactor"]),
		rate: rat(t, r["pricing/publicOnDemandRate"]), family: r["product/instanceTypeFamily"], size: r["product/instanceType"],
	}
	d.set = strings.Join([]string{r["identity/TimeInterval"], r["lineItem/UsageAccountId"], usageType, r["lineItem/Operation"], r["lineItem/AvailabilityZone"]}, " ")
	return d, true
}

// claims reads reservations from their fees of the month and plans from those
// of each interval.
func claims(t *testing.T, rows []row) []*claim {
	byARN := map[string]*claim{}
	for _, r := range rows {
		switch r["lineItem/LineItemType"] {
		case "RIFee":
			arn := r["reservation/ReservationARN"]
			start, err := time.Parse(time.RFC3339, r["reservation/StartTime"])
			if err != nil {
				t.Fatal(err)
			}
			c := &claim{
				step: 1, arn: arn, owner: strings.Split(arn, ":")[4], service: r["lineItem/ProductCode"], region: r["product/regionCode"],
				zone: r["lineItem/AvailabilityZone"], family: r["product/instanceTypeFamily"], size: r["product/instanceType"],
				operation: r["lineItem/Operation"], start: start,
				units: new(big.Rat).Mul(rat(t, r["reservation/NormalizedUnitsPerReservation"]), rat(t, r["reservation/NumberOfReservations"])),
			}
			if c.zone != "" {
				c.step = 0
			}
			c.flexible = c.step == 1 && c.operation == "RunInstances"
			byARN[arn] = c
		case "SavingsPlanRecurringFee":
			arn := r["savingsPlan/SavingsPlanARN"]
			c := byARN[arn]
			if c == nil {
				c = &claim{
					step: 2, arn: arn, owner: strings.Split(arn, ":")[4], service: "AmazonEC2", offering: r["savingsPlan/OfferingType"],
					family: r["savingsPlan/InstanceTypeFamily"], region: r["savingsPlan/Region"], commitments: map[string]*big.Rat{},
				}
				if c.offering == "ComputeSavingsPlans" {
					c.step = 3
				}
				byARN[arn] = c
			}
			c.commitments[r["identity/TimeInterval"]] = rat(t, r["savingsPlan/TotalCommitmentToDate"])
		}
	}
	var all []*claim
	for _, c := range byARN {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b *claim) int { return strings.Compare(a.arn, b.arn) })
	return all
}

// weight is what an hour of a row takes of a claim, nil where it is not for it.
func (c *claim) weight(d demanded, planRates map[[2]string]*big.Rat) *big.Rat {
	same := d.row["product/regionCode"] == c.region && d.family == c.family && d.row["lineItem/ProductCode"] == c.service
	switch {
	case c.step == 3 || c.step == 2 && same:
		return planRates[[2]string{c.offering, d.row["product/sku"]}]
	case c.step < 2 && same && d.row["lineItem/Operation"] == c.operation && (c.flexible || d.size == c.size) &&
		(c.zone == "" || d.row["lineItem/AvailabilityZone"] == c.zone):
		return d.factor
	}
	return nil
}

// R7: who reads the files, takes all cover away and applies the commitments
// again in the provider's order, row by row, comes to the same cover.
func TestReapplied(t *testing.T) {
	for _, o := range []Options{
		{Lines: 3000, Accounts: 3, Seed: 1}, {Lines: 5000, Accounts: 12, Seed: 2, Chunks: 2}, {Lines: 16_000, Accounts: 30, Seed: 3},
		{Lines: 24_000, Accounts: 8, Seed: 4}, {Lines: 6000, Accounts: 40, Seed: 5, SplitCost: true, Discounts: DiscountsAsColumns},
	} {
		dir, _ := generated(t, o)
		rows := rowsOf(t, dir)
		found, want := map[[2]string]*big.Rat{}, map[[2]string]*big.Rat{}
		add := func(to map[[2]string]*big.Rat, set, arn string, hours *big.Rat) {
			key := [2]string{set, arn}
			if to[key] == nil {
				to[key] = new(big.Rat)
			}
			to[key].Add(to[key], hours)
		}
		intervals := map[string][]*demanded{}
		planRates := map[[2]string]*big.Rat{}
		for _, r := range rows {
			d, ok := eligible(t, r)
			if !ok {
				continue
			}
			d.left = new(big.Rat).Set(d.hours)
			intervals[r["identity/TimeInterval"]] = append(intervals[r["identity/TimeInterval"]], &d)
			if arn := r["reservation/ReservationARN"] + r["savingsPlan/SavingsPlanARN"]; arn != "" {
				add(found, d.set, arn, d.hours)
			}
			if rate := r["savingsPlan/SavingsPlanRate"]; rate != "" {
				planRates[[2]string{r["savingsPlan/OfferingType"], r["product/sku"]}] = rat(t, rate)
			}
		}
		all := claims(t, rows)
		owner, sibling := 0, 0
		for when, lines := range intervals {
			begin, end, _ := strings.Cut(when, "/")
			from, _ := time.Parse(time.RFC3339, begin)
			to, _ := time.Parse(time.RFC3339, end)
			for _, c := range all {
				c.left = c.commitments[when]
				if c.step < 2 {
					c.left = new(big.Rat)
					if !from.Before(c.start) {
						c.left.Mul(c.units, big.NewRat(int64(to.Sub(from)/time.Hour), 1))
					}
				}
			}
			for _, step := range [][2]int{{0, 1}, {1, 1}, {0, 0}, {1, 0}, {2, 1}, {3, 1}, {2, 0}, {3, 0}} {
				for _, c := range all {
					if c.step != step[0] {
						continue
					}
					var mine []*demanded
					for _, d := range lines {
						own := d.row["lineItem/UsageAccountId"] == c.owner
						if own == (step[1] == 1) && c.weight(*d, planRates) != nil {
							mine = append(mine, d)
						}
					}
					slices.SortFunc(mine, func(a, b *demanded) int {
						x, y := c.weight(*a, planRates), c.weight(*b, planRates)
						order := 0
						if c.flexible {
							order = x.Cmp(y)
						} else if c.step > 1 {
							order = cmp.Or(new(big.Rat).Quo(x, a.rate).Cmp(new(big.Rat).Quo(y, b.rate)), x.Cmp(y))
						}
						return cmp.Or(order, strings.Compare(a.row["lineItem/UsageAccountId"], b.row["lineItem/UsageAccountId"]),
							strings.Compare(a.row["identity/LineItemId"], b.row["identity/LineItemId"]))
					})
					for _, d := range mine {
						hours := new(big.Rat).Quo(c.left, c.weight(*d, planRates))
						if hours.Cmp(d.left) > 0 {
							hours.Set(d.left)
						}
						if hours.Sign() == 0 {
							continue
						}
						d.left.Sub(d.left, hours)
						c.left = new(big.Rat).Sub(c.left, new(big.Rat).Mul(hours, c.weight(*d, planRates)))
						add(want, d.set, c.arn, hours)
						if step[1] == 1 {
							owner++
						} else {
							sibling++
						}
					}
				}
			}
		}
		if owner == 0 || sibling == 0 {
			t.Errorf("%+v: %d rows of owners are covered and %d of others", o, owner, sibling)
		}
		if len(found) != len(want) {
			t.Errorf("%+v: %d rows are covered, want %d", o, len(found), len(want))
		}
		wrong := 0
		for key, hours := range want {
			if found[key] == nil || found[key].Cmp(hours) != 0 {
				if wrong++; wrong < 5 {
					t.Errorf("%+v: %v is covered for %v, want %s", o, key, found[key], hours.RatString())
				}
			}
		}
	}
}

// What the totals say of commitments is what the rows say, and every
// commitment's reserved capacity is used or unused.
func TestCommitmentTotals(t *testing.T) {
	dir, totals := generated(t, Options{Lines: 8000, Accounts: 25, Seed: 6})
	db := exported(t, dir)
	kinds, mixed, under, over := map[string]bool{}, false, false, false
	for _, c := range totals.Commitments {
		kinds[c.Kind] = true
		used := money.Zero
		for account, u := range c.Used {
			used = used.Add(u)
			mixed = mixed || account != c.Owner
			where := ` WHERE "lineItem/UsageAccountId" = '` + account + `' AND '` + c.ARN + `' IN ("reservation/ReservationARN", "savingsPlan/SavingsPlanARN") AND "lineItem/LineItemType" IN ('DiscountedUsage', 'SavingsPlanCoveredUsage')`
			if got := sumOf(t, db, "SELECT sum("+decimalSQL("pricing/publicOnDemandCost")+") FROM line"+where); !got.Equal(c.OnDemand[account]) {
				t.Errorf("%s covers %s of %s in the file, %s in the totals", c.ARN, got, account, c.OnDemand[account])
			}
			effective := sumOf(t, db, "SELECT sum(coalesce("+decimalSQL("reservation/EffectiveCost")+", "+decimalSQL("savingsPlan/SavingsPlanEffectiveCost")+")) FROM line"+where)
			if got := effective.Mul(c.Reserved); !got.Equal(c.Fee.Add(c.Upfront).Mul(u)) {
				t.Errorf("%s of %s costs %s in the file; the totals have %s of %s at %s", c.ARN, account, effective, u, c.Reserved, c.Fee.Add(c.Upfront))
			}
		}
		if !used.Add(c.Unused).Equal(c.Reserved) {
			t.Errorf("%s: %s used and %s unused are not %s", c.ARN, used, c.Unused, c.Reserved)
		}
		under, over = under || c.Unused.Sign() > 0, over || c.Unused.IsZero()
		fee := sumOf(t, db, `SELECT sum(`+decimalSQL("lineItem/UnblendedCost")+`) FROM line WHERE "lineItem/LineItemType" IN ('RIFee', 'SavingsPlanRecurringFee') AND '`+c.ARN+`' IN ("reservation/ReservationARN", "savingsPlan/SavingsPlanARN")`)
		if !fee.Equal(c.Fee) {
			t.Errorf("%s costs %s in the file, %s in the totals", c.ARN, fee, c.Fee)
		}
	}
	if len(kinds) != len(commitmentKindNames) || !mixed || !under || !over {
		t.Errorf("kinds %v; used by others %v, under-used %v, used up %v", kinds, mixed, under, over)
	}
	covered := money.Zero
	for _, c := range totals.CoveredOnDemand {
		covered = covered.Add(c)
	}
	if got := sumOf(t, db, `SELECT sum(`+decimalSQL("pricing/publicOnDemandCost")+`) FROM line WHERE "lineItem/LineItemType" IN ('DiscountedUsage', 'SavingsPlanCoveredUsage')`); !got.Equal(covered) {
		t.Errorf("%s of usage is covered in the file, %s in the totals", got, covered)
	}
	for what, query := range map[string]string{
		"a reservation bought within the month": `SELECT count(*) FROM line WHERE "lineItem/LineItemType" = 'RIFee' AND "reservation/StartTime" = "lineItem/UsageStartDate" AND "lineItem/UsageStartDate" LIKE '2026-07-15%'`,
		"a flexed line":                         `SELECT count(*) FROM line WHERE "lineItem/LineItemType" = 'DiscountedUsage' AND NOT contains("lineItem/LineItemDescription", "product/instanceType")`,
		"a line in parts":                       `SELECT count(*) FROM (SELECT 1 FROM line GROUP BY left("identity/LineItemId", 50) HAVING count(*) > 1)`,
		"a covered Fargate":                     `SELECT count(*) FROM line WHERE "lineItem/LineItemType" = 'SavingsPlanCoveredUsage' AND contains("lineItem/UsageType", 'Fargate')`,
		"a covered function":                    `SELECT count(*) FROM line WHERE "lineItem/LineItemType" = 'SavingsPlanCoveredUsage' AND contains("lineItem/UsageType", 'Lambda-GB-Second')`,
	} {
		if sumOf(t, db, query).IsZero() {
			t.Errorf("there is not %s", what)
		}
	}
}
