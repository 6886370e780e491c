package commitment_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// focusLine is what a test reads of a line, by its own reader.
type focusLine struct {
	account, category, status, commitment string
	billed, list                          money.Decimal
}

// realFOCUS returns the files of third parties that are there.
func realFOCUS(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	var files []string
	for _, folder := range []string{"focus-1.0-sample", "focus-1.2-1.3-samples"} {
		found, err := filepath.Glob(filepath.Join(root, folder, "*.csv"))
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			t.Logf("third-party folder %s is not here; set SLUICE_TESTDATA", folder)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Skip("third-party folders focus-1.0-sample and focus-1.2-1.3-samples are not here; set SLUICE_TESTDATA")
	}
	return files
}

// focusLines reads a file; an account that is not named is the payer's.
func focusLines(t *testing.T, file string) (payer, month string, lines []focusLine) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cell := func(row []string, column string) string {
		value := row[slices.Index(rows[0], column)]
		if value == "NULL" {
			return ""
		}
		return value
	}
	payer, month = cell(rows[1], "BillingAccountId"), cell(rows[1], "BillingPeriodStart")[:7]
	for _, row := range rows[1:] {
		account := cell(row, "SubAccountId")
		if account == "" {
			account = cell(row, "BillingAccountId")
		}
		lines = append(lines, focusLine{
			account, cell(row, "ChargeCategory"), cell(row, "CommitmentDiscountStatus"), cell(row, "CommitmentDiscountId"),
			money.MustParse(cell(row, "BilledCost")), money.MustParse(cell(row, "ListCost")),
		})
	}
	return payer, month, lines
}

// ownerOf is the account in the ARN, else of the purchase, else the payer (R7).
func ownerOf(commitment, payer string, lines []focusLine) string {
	if arn := strings.Split(commitment, ":"); arn[0] == "arn" && arn[4] != "" {
		return arn[4]
	}
	for _, l := range lines {
		if l.commitment == commitment && l.category == "Purchase" {
			return l.account
		}
	}
	return payer
}

// R7: files of three providers. With one group everything costs what was
// billed; with a group for each account, used commitments of others are taken
// back to the list cost; when all commitments are given away, so are all of
// them, and the fees go to whom they were given.
func TestRealFOCUSAlone(t *testing.T) {
	e := openEngine(t)
	for _, file := range realFOCUS(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			payer, month, lines := focusLines(t, file)
			f := loadFOCUS(t, e, payer, month, file)
			owners, accounts := map[string]string{}, []string{payer}
			for _, l := range lines {
				accounts = append(accounts, l.account)
				if l.commitment != "" {
					owners[l.commitment] = ownerOf(l.commitment, payer, lines)
					accounts = append(accounts, owners[l.commitment])
				}
			}
			if len(owners) == 0 {
				t.Fatal("no line has a commitment")
			}
			slices.Sort(accounts)
			accounts = slices.Compact(accounts)

			one, each := billing.Config{BillingGroups: []billing.BillingGroup{alone("all", accounts...)}}, billing.Config{}
			for _, a := range accounts {
				each.BillingGroups = append(each.BillingGroups, alone(a, a))
			}
			away := each
			away.BillingGroups = append(slices.Clone(each.BillingGroups), alone("elsewhere"))
			for id := range owners {
				away.Commitments = append(away.Commitments, billing.Commitment{ID: id, GiveTo: &billing.Beneficiary{Group: "elsewhere"}})
			}
			for name, c := range map[string]struct {
				config billing.Config
				group  func(l focusLine) string
				taken  func(l focusLine) bool
			}{
				"one": {one, func(focusLine) string { return "all" }, func(focusLine) bool { return false }},
				"each": {each, func(l focusLine) string { return l.account }, func(l focusLine) bool {
					return l.commitment != "" && owners[l.commitment] != l.account
				}},
				"away": {away, func(l focusLine) string {
					if l.commitment != "" && l.status != "Used" {
						return "elsewhere"
					}
					return l.account
				}, func(l focusLine) bool { return l.commitment != "" }},
			} {
				want := map[string]money.Decimal{}
				for _, l := range lines {
					cost := l.billed
					if l.status == "Used" && c.taken(l) {
						cost = l.list
					}
					want[c.group(l)] = want[c.group(l)].Add(cost)
				}
				f.costsAlone(t, name, c.config, want)
			}
		})
	}
}

func alone(id string, accounts ...string) billing.BillingGroup {
	return billing.BillingGroup{ID: id, CostBasis: billing.TrueUnblended, Claims: []billing.Claim{{Accounts: accounts}}}
}

// costsAlone holds the costs of the groups against what they must be. Lines
// that are in no part are their account's, which has a group of its name unless
// there is but one group.
func (f focusMonth) costsAlone(t *testing.T, name string, config billing.Config, want map[string]money.Decimal) {
	t.Helper()
	for _, finding := range f.apply(t, config).Findings {
		if finding.Severity != billing.Info {
			t.Errorf("%s: %s %s: %s", name, finding.Code, finding.Subject, finding.Message)
		}
	}
	f.conserved(t)
	group := "l.sub_account_id"
	if len(config.BillingGroups) == 1 {
		group = fmt.Sprintf("'%s'", config.BillingGroups[0].ID)
	}
	got := map[string]money.Decimal{}
	for _, r := range f.rows(t, 2, `
		SELECT COALESCE(p."group", `+group+`), CAST(SUM(COALESCE(p.true_unblended, l.billed_cost)) AS VARCHAR)
		FROM line_items l LEFT JOIN parts p ON p.x_file = l.x_file AND p.x_row = l.x_row GROUP BY 1`) {
		got[r[0]] = money.MustParse(r[1])
	}
	for g, cost := range want {
		if !got[g].Equal(cost) {
			t.Errorf("%s: %s costs %s alone, want %s", name, g, got[g], cost)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %d groups, want %d", name, len(got), len(want))
	}
}
