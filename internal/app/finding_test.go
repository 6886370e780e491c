package app_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/proof"
)

// sharing is a shared account 200000000001 that two groups claim parts of by
// tags; what follows says who has the rest.
const sharing = `
reseller: {name: Reseller, currency: USD}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000001"], tags: {project: [web]}}]}
  - {id: beta, customer: acme, currency: USD, cost_basis: unblended, price_book: free, claims: [{accounts: ["200000000001"], tags: {project: [app, lab]}}, {accounts: ["200000000002"]}]}
price_books:
  - {id: free, rules: [{name: no free tier, match: {service: AWSLambda}, bill_free_tier: true}]}
`

// closedSharing closes a month of the shared account as the text goes on, and
// returns the findings as code, severity, subject, amount and message.
func closedSharing(t *testing.T, more string) (proof.Certificate, map[string]string) {
	t.Helper()
	a := open(t, sharing+more)
	file := usageFile(t, "200000000001 Usage AmazonEC2 1 40 web", "200000000001 Usage AmazonEC2 1 60 app", "200000000001 Usage AmazonEC2 1 30", "200000000001 Usage AmazonS3 1 20 other",
		"200000000002 Usage AWSLambda 400000 0", "200000000002 Usage AmazonSNS 7 0")
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
		t.Fatal(err)
	}
	c, err := a.Pipeline.Close(context.Background(), september(t), true)
	if err != nil {
		t.Fatal(err)
	}
	proved(t, c, sums("1001", "150"))
	addsUp(t, marginOf(t, a, "2026-09", ""))
	found := map[string]string{}
	for _, f := range c.Findings {
		found[f.Code] += fmt.Sprint(f.Severity, " ", f.Subject, " ", f.Count, " ", f.Amount, " ", f.Message)
	}
	return c, found
}

// R1, R3: what no tag claim takes of a shared account holds the close, and the
// finding says who shares it.
func TestLeftoversOfTags(t *testing.T) {
	c, found := closedSharing(t, "")
	if f := found["unassigned"]; !strings.HasPrefix(f, "hold 200000000001 2 50 billing groups acme, beta claim in this account of payer 111111111111 what has certain tags") || !strings.Contains(f, "list it in a pool") {
		t.Errorf("unassigned: %s", f)
	}
	if c.Totals[0].Unassigned.String() != "50" {
		t.Errorf("totals %+v", c.Totals)
	}
}

// R4: a pool is divided once, whatever its shares, and a person is told where
// it holds less than its fixed ones.
func TestPoolBelowFixed(t *testing.T) {
	c, found := closedSharing(t, `
pools: [{id: shared, accounts: ["200000000001"], cost_basis: unblended, remainder: beta, fixed: [{group: acme, amount: "45"}, {group: beta, amount: "12.5"}]}]
`)
	if f := found["pool-below-fixed"]; !strings.HasPrefix(f, "info shared 0 7.5 the fixed shares of this pool are 57.5 USD, and it holds 50 ") {
		t.Errorf("pool-below-fixed: %s", f)
	}
	if o := c.Ownership; o.Lines != 6 || o.Charged != 6 || found["unassigned"] != "" {
		t.Errorf("%+v, findings %v", o, found)
	}
	for _, b := range c.Billed { // 40 + 45, and 60 + 5
		if want := map[string]string{"acme": "85", "beta": "65"}[b.Group]; b.Charges.String() != want {
			t.Errorf("%s is charged %s, want %s", b.Group, b.Charges, want)
		}
	}
	if _, found := closedSharing(t, `
pools: [{id: shared, accounts: ["200000000001"], cost_basis: unblended, remainder: beta, fixed: [{group: acme, amount: "50"}]}]
`); found["pool-below-fixed"] != "" {
		t.Errorf("a pool that holds its fixed shares: %s", found["pool-below-fixed"])
	}
}

// R13: a rule that bills the free tier without anybody having paid for the same
// says so; usage that the rule is not for is nobody's matter.
func TestFreeTierWithoutRate(t *testing.T) {
	_, found := closedSharing(t, "")
	if f := found["free-tier-no-rate"]; !strings.HasPrefix(f, "warn book free, rule no free tier 1 0 ") || !strings.Contains(f, "1 product, such as AWSLambda Box:AWSLambda.") {
		t.Errorf("free-tier-no-rate: %s", f)
	}
}

// R3: what savings plans take back has no tags, so that in a shared account it
// parts from the usage it is for.
func TestNegationsInSharedAccounts(t *testing.T) {
	a := open(t, sharing+"pools: [{id: rest, accounts: [\"200000000001\"], remainder: beta}]\n")
	file := usageFile(t, "200000000001 SavingsPlanCoveredUsage AmazonEC2 1 40 web", "200000000001 SavingsPlanNegation AmazonEC2 1 -40",
		"200000000002 SavingsPlanNegation AmazonEC2 1 -3")
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
		t.Fatal(err)
	}
	c, err := a.Pipeline.Close(context.Background(), september(t), true)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range c.Findings {
		if f.Code == "negation-untagged" {
			found = append(found, fmt.Sprint(f.Severity, " ", f.Subject, " ", f.Count, " ", f.Amount, " ", f.Message))
		}
	}
	if len(found) != 1 || !strings.HasPrefix(found[0], "warn 200000000001 1 -40 billing groups acme, beta claim in this account what has certain tags") || !strings.Contains(found[0], "goes to rest") {
		t.Errorf("findings %q", found)
	}
}
