package commitment_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// worldMonth is many worlds in one month of one payer: each has accounts,
// groups and prices of its own.
type worldMonth struct {
	config billing.Config
	rows   []map[string]string // of a report, by column
	worlds []world             // with the names that they have in the report
}

// add writes a world into the month. What the provider applied is drawn: any
// plausible commitment of the world, or none, to all or half of each line.
// True unblended does not depend on it.
func (m *worldMonth) add(t *rapid.T, w world) {
	n := len(m.worlds)
	named := world{}
	ids := map[string]string{}
	groups := map[string][]string{}
	for _, a := range w.Accounts {
		ids[a.Account] = fmt.Sprintf("3%05d%06s", n, a.Account[1:])
		group := fmt.Sprintf("w%d-%s", n, a.Group)
		groups[group] = append(groups[group], ids[a.Account])
		named.Accounts = append(named.Accounts, worldAccount{ids[a.Account], group})
	}
	for _, g := range slices.Sorted(maps.Keys(groups)) {
		m.config.BillingGroups = append(m.config.BillingGroups, billing.BillingGroup{ID: g, CostBasis: billing.TrueUnblended, Claims: []billing.Claim{{Accounts: groups[g]}}})
	}
	for _, c := range w.Commitments {
		c.Owner = ids[c.Owner]
		if strings.HasPrefix(c.Kind, "ri-") {
			c.ID = fmt.Sprintf("arn:aws:ec2:%s:%s:reserved-instances/%s", c.Region, c.Owner, c.ID)
			m.reservation(c)
		} else {
			c.ID = fmt.Sprintf("arn:aws:savingsplans::%s:savingsplan/%s", c.Owner, c.ID)
			m.plan(c)
		}
		named.Commitments = append(named.Commitments, c)
	}
	for _, l := range w.Lines {
		l.ID, l.Account = fmt.Sprintf("w%d-%s", n, l.ID), ids[l.Account]
		named.Lines = append(named.Lines, l)
		m.line(t, named.Commitments, l)
	}
	m.worlds = append(m.worlds, named)
}

func (m *worldMonth) write(cells map[string]string) {
	row := map[string]string{"bill/PayerAccountId": samplePayer.ID, "bill/InvoiceId": "1", "bill/BillingPeriodStartDate": "2026-10-01T00:00:00Z",
		"lineItem/UsageStartDate": "2026-10-01T00:00:00Z", "lineItem/CurrencyCode": "USD", "lineItem/UnblendedCost": "0"}
	maps.Copy(row, cells)
	m.rows = append(m.rows, row)
}

func operationOf(platform string) string {
	if platform == "Windows" {
		return "RunInstances:0002"
	}
	return "RunInstances"
}

func (m *worldMonth) reservation(c worldCommitment) {
	hours := c.Count.Mul(money.FromInt(744))
	m.write(map[string]string{
		"lineItem/LineItemType": "RIFee", "lineItem/ProductCode": "AmazonEC2", "lineItem/UsageAccountId": c.Owner, "product/region": c.Region,
		"lineItem/UsageType": "HeavyUsage:" + c.Family + "." + c.Size, "lineItem/Operation": operationOf(c.Platform),
		"lineItem/LineItemDescription": c.Tenancy + " reservation", "lineItem/UsageAmount": hours.String(), "lineItem/UnblendedCost": hours.Mul(c.EffectiveHourly).String(),
		"reservation/ReservationARN": c.ID, "reservation/NumberOfReservations": c.Count.String(), "reservation/TotalReservedUnits": hours.String(),
		"reservation/AvailabilityZone": c.Zone,
	})
}

// plan writes the fees of the three hours that a world has.
func (m *worldMonth) plan(c worldCommitment) {
	offering := map[string]string{"sp-ec2": "EC2InstanceSavingsPlans", "sp-compute": "ComputeSavingsPlans"}[c.Kind]
	for hour := range 3 {
		m.write(map[string]string{
			"lineItem/LineItemType": "SavingsPlanRecurringFee", "lineItem/ProductCode": "ComputeSavingsPlans", "lineItem/UsageAccountId": c.Owner,
			"lineItem/UsageStartDate": clock(hour), "lineItem/UsageEndDate": clock(hour + 1), "lineItem/UsageAmount": "1", "lineItem/UnblendedCost": c.PerHour.String(),
			"savingsPlan/SavingsPlanARN": c.ID, "savingsPlan/TotalCommitmentToDate": c.PerHour.String(), "savingsPlan/UsedCommitment": "0",
			"savingsPlan/OfferingType": offering, "savingsPlan/PurchaseTerm": "1yr", "savingsPlan/PaymentOption": "No Upfront",
			"savingsPlan/InstanceTypeFamily": c.Family, "savingsPlan/Region": c.Region,
		})
	}
}

func clock(hour int) string { return fmt.Sprintf("2026-10-01T%02d:00:00Z", hour) }

// line writes a line of usage as the provider might have covered it. Its usage
// type has a prefix of its own, so that its price is its own.
func (m *worldMonth) line(t *rapid.T, commitments []worldCommitment, l worldLine) {
	prefix := string([]byte{'A' + byte(len(m.rows)/6760%26), 'A' + byte(len(m.rows)/260%26), 'A' + byte(len(m.rows)/10%26), '0' + byte(len(m.rows)%10)})
	usage := map[string]string{"ec2": "BoxUsage:" + l.Family + "." + l.Size, "fargate": "Fargate-vCPU-Hours:perCPU", "lambda": "Lambda-GB-Second", "other": "Requests"}[l.Kind]
	if l.Tenancy == "dedicated" {
		usage = strings.Replace(usage, "BoxUsage", "DedicatedUsage", 1)
	}
	row := map[string]string{
		"lineItem/UsageAccountId": l.Account, "lineItem/UsageStartDate": clock(l.Hour), "lineItem/UsageEndDate": clock(l.Hour + 1),
		"lineItem/ProductCode": map[string]string{"ec2": "AmazonEC2", "fargate": "AmazonECS", "lambda": "AWSLambda", "other": "AmazonS3"}[l.Kind],
		"lineItem/UsageType":   prefix + "-" + usage, "lineItem/AvailabilityZone": l.Zone, "product/region": l.Region,
		"lineItem/UnblendedRate": l.ODRate.String(), "pricing/publicOnDemandRate": l.ODRate.String(),
	}
	if l.Kind == "ec2" {
		row["lineItem/Operation"] = operationOf(l.Platform)
	}
	for kind, rate := range l.SPRates {
		m.config.SavingsPlanRates = append(m.config.SavingsPlanRates, billing.SavingsPlanRate{
			Plan: map[string]string{"sp-ec2": "ec2-instance", "sp-compute": "compute"}[kind], Term: "1yr", PaymentOption: "No Upfront",
			Region: l.Region, UsageType: row["lineItem/UsageType"], Operation: row["lineItem/Operation"], Rate: rate,
		})
	}
	pieces, hours := []string{""}, l.Hours
	if rapid.Bool().Draw(t, "split") {
		pieces, hours = []string{"a", "b"}, l.Hours.Mul(money.MustParse("0.5"))
	}
	for _, piece := range pieces {
		r := maps.Clone(row)
		r["identity/LineItemId"], r["lineItem/UsageAmount"] = l.ID+piece, hours.String()
		cost := hours.Mul(l.ODRate).String()
		r["pricing/publicOnDemandCost"], r["lineItem/UnblendedCost"], r["lineItem/LineItemType"] = cost, cost, "Usage"
		by := rapid.IntRange(-1, len(commitments)-1).Draw(t, "covered by")
		if by >= 0 && l.mayBeCovered(commitments[by]) {
			m.covered(r, commitments[by], l.SPRates[commitments[by].Kind], hours)
		}
		m.write(r)
	}
}

// mayBeCovered tells whether a commitment is for such usage.
func (l worldLine) mayBeCovered(c worldCommitment) bool {
	_, rated := l.SPRates[c.Kind]
	same := l.Kind == "ec2" && c.Family == l.Family && c.Region == l.Region
	switch c.Kind {
	case "sp-compute":
		return rated
	case "sp-ec2":
		return rated && same
	}
	return same && c.Platform == l.Platform && c.Tenancy == l.Tenancy && (c.Size == l.Size || l.Platform == "Linux" && l.Tenancy == "shared")
}

// covered makes a row of usage one that a commitment covers, and writes the
// negation of a plan.
func (m *worldMonth) covered(r map[string]string, c worldCommitment, rate, hours money.Decimal) {
	if strings.HasPrefix(c.Kind, "ri-") {
		r["lineItem/LineItemType"], r["lineItem/UnblendedCost"], r["reservation/ReservationARN"] = "DiscountedUsage", "0", c.ID
		return
	}
	r["savingsPlan/SavingsPlanARN"] = c.ID
	negation := maps.Clone(r)
	negation["lineItem/LineItemType"], negation["lineItem/UnblendedCost"] = "SavingsPlanNegation", "-"+r["lineItem/UnblendedCost"]
	delete(negation, "pricing/publicOnDemandCost")
	negation["identity/LineItemId"] += "-negation"
	m.write(negation)
	r["lineItem/LineItemType"], r["savingsPlan/SavingsPlanRate"], r["savingsPlan/SavingsPlanEffectiveCost"] = "SavingsPlanCoveredUsage", rate.String(), hours.Mul(rate).String()
}

// report writes the month as a file.
func (m *worldMonth) report(t tester, dir string) string {
	t.Helper()
	columns := map[string]bool{}
	for _, r := range m.rows {
		for c := range r {
			columns[c] = true
		}
	}
	names := slices.Sorted(maps.Keys(columns))
	rows := [][]string{names}
	for _, r := range m.rows {
		row := make([]string, len(names))
		for i, c := range names {
			row[i] = r[c]
		}
		rows = append(rows, row)
	}
	path := filepath.Join(dir, "report.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(csv.NewWriter(f).WriteAll(rows), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// outcomes reads the stage's output back, by world.
func (m *worldMonth) outcomes(t tester, d appliedMonth) []outcome {
	t.Helper()
	all := make([]outcome, len(m.worlds))
	hours, owners := map[[2]int]bool{}, map[string]int{}
	for n, w := range m.worlds {
		groups := map[string]string{}
		for _, a := range w.Accounts {
			groups[a.Account], owners[a.Account] = a.Group, n
		}
		for _, l := range w.Lines {
			hours[[2]int{n, l.Hour}] = true
			all[n].Lines = append(all[n].Lines, lineRow{Line: l.ID, Group: groups[l.Account]})
		}
	}
	at := func(line string) *outcome {
		n, err := strconv.Atoi(strings.TrimPrefix(strings.SplitN(line, "-", 2)[0], "w"))
		if err != nil {
			t.Fatal(err)
		}
		return &all[n]
	}
	const ofLine = `regexp_replace(l.x_line_item_id, '[ab]$', '')`
	for _, r := range d.rows(t, `
		SELECT `+ofLine+`, COALESCE(p.commitment_discount_id, ''), CAST(SUM(p.quantity) AS VARCHAR), CAST(SUM(p.effective) AS VARCHAR), CAST(SUM(p.true_unblended) AS VARCHAR)
		FROM parts p JOIN line_items l ON p.load = l.load AND p.x_file = l.x_file AND p.x_row = l.x_row
		WHERE l.x_fence IS NULL AND l.x_class = 'usage' GROUP BY 1, 2
		UNION ALL
		SELECT `+ofLine+`, '', CAST(SUM(l.pricing_quantity) AS VARCHAR), '0', CAST(SUM(l.billed_cost) AS VARCHAR) FROM line_items l
		WHERE l.x_fence IS NULL AND l.x_class = 'usage' AND NOT EXISTS (SELECT 1 FROM parts p WHERE p.x_row = l.x_row) GROUP BY 1`) {
		o, quantity, effective, cost := at(r[0]), money.MustParse(r[2]), money.MustParse(r[3]), money.MustParse(r[4])
		if r[1] != "" {
			o.Coverage = append(o.Coverage, coverRow{r[0], r[1], quantity, effective})
			if !cost.IsZero() {
				t.Errorf("line %s costs %s though %s covers it", r[0], cost, r[1])
			}
			continue
		}
		i := slices.IndexFunc(o.Lines, func(l lineRow) bool { return l.Line == r[0] })
		o.Lines[i].OnDemandHours, o.Lines[i].OnDemandCost = o.Lines[i].OnDemandHours.Add(quantity), o.Lines[i].OnDemandCost.Add(cost)
	}
	for _, r := range d.rows(t, `
		SELECT commitment_discount_id, CAST(date_diff('hour', TIMESTAMP '2026-10-01', charge_period_start) AS VARCHAR), CAST(units - used AS VARCHAR), CAST(unused_cost AS VARCHAR)
		FROM hours WHERE charge_period_start < TIMESTAMP '2026-10-01 03:00:00'`) {
		hour, err := strconv.Atoi(r[1])
		if err != nil {
			t.Fatal(err)
		}
		n := owners[strings.Split(r[0], ":")[4]]
		if !hours[[2]int{n, hour}] {
			continue
		}
		row := unusedRow{Commitment: r[0], Hour: hour, Amount: money.MustParse(r[3])}
		if strings.Contains(r[0], ":reserved-instances/") {
			row.Units = money.MustParse(r[2])
		}
		all[n].Unused = append(all[n].Unused, row)
	}
	return all
}

// R7: from a provider's file to parts and hours the stage agrees with the
// reference, whatever the provider covered by what.
func TestStageAgreesWithReference(t *testing.T) {
	const batches, size = 3, 60
	e := openEngine(t)
	for batch := range batches {
		m := rapid.Custom(func(t *rapid.T) *worldMonth {
			m := &worldMonth{config: billing.Config{Payers: []billing.Payer{samplePayer}}}
			for range size {
				m.add(t, rapid.Custom(randomWorld).Draw(t, "world"))
			}
			return m
		}).Example(batch)
		file := m.report(t, t.TempDir())
		loaded := loadMonth(t, e, t.TempDir(), october(t), []billing.Payer{samplePayer}, map[string][]string{samplePayer.ID: {file}})
		d := loaded.apply(t, m.config, t.TempDir())
		for n, got := range m.outcomes(t, d) {
			want := simulate(m.worlds[n])
			if diff := differences(want, got, toleranceFor(want)); len(diff) > 0 {
				t.Errorf("batch %d, world %d:\n%s\n%s", batch, n, strings.Join(diff, "\n"), m.worlds[n])
				break
			}
		}
		d.laws(t, map[string]string{
			"a negation costs nothing alone": `SELECT COUNT(*) FROM parts p JOIN line_items l ON p.load = l.load AND p.x_file = l.x_file AND p.x_row = l.x_row
				WHERE l.x_fence = 'negation' AND p.true_unblended <> 0`,
		})
		d.Close()
	}
}
