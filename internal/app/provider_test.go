package app_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// twoProviders has a customer of two providers, the second by FOCUS, with support
// on the usage of the first alone.
const twoProviders = `
reseller: {name: Reseller, currency: USD}
payers: [{id: "111111111111", provider: aws}, {id: G-1, provider: gcp}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - id: acme
    customer: acme
    currency: USD
    cost_basis: unblended
    claims: [{accounts: ["200000000001", project-a]}]
    invoice:
      per_provider: true
      series: "{provider}-{yyyy}-{seq:3}"
      note_series: "CN-{provider}-{seq:3}"
      support: [{kind: percent, percent: "10", provider: aws}]
      additional_items: [{label: Seat, unit_price: "5", quantity: "1"}]
`

// deliverFOCUS loads a version of the second provider's month, with that cost.
func deliverFOCUS(t *testing.T, a *app.App, cost string) {
	t.Helper()
	text := "BillingAccountId,InvoiceId,SubAccountId,BillingPeriodStart,ChargePeriodStart,ChargeCategory,ServiceName,BillingCurrency,BilledCost,EffectiveCost,ListCost,ProviderName\n" +
		"G-1,G-2026-09,project-a,2026-09-01T00:00:00Z,2026-09-02T00:00:00Z,Usage,Compute Engine,USD," + strings.Repeat(cost+",", 3) + "Google Cloud\n"
	if _, err := a.Pipeline.IngestFiles(context.Background(), "G-1", september(t), []string{writeFile(t, "focus.csv", text)}); err != nil {
		t.Fatal(err)
	}
}

func bothProviders(t *testing.T, yaml string) *app.App {
	t.Helper()
	a := open(t, yaml)
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100")
	deliverFOCUS(t, a, "40")
	provedMonth(t, closeMonth(t, a, september(t)))
	return a
}

func totalsOf(documents map[string]invoice.Invoice) string {
	var totals []string
	for _, id := range slices.Sorted(maps.Keys(documents)) {
		totals = append(totals, fmt.Sprintf("%s %s %s", id, documents[id].Number, documents[id].Total))
	}
	return strings.Join(totals, "\n")
}

// Each provider has its own document with its own numbers, fees and notes; what is
// charged once a month stands on the first. By hand: 100 + 10 support + 5, and 40.
func TestPerProvider(t *testing.T) {
	a, ctx := bothProviders(t, strings.Replace(twoProviders, "per_provider: true", "per_provider: true\n      expect: {change_percent: \"500\"}", 1)), context.Background()
	issued := issueDrafts(t, a)
	for id, payer := range map[string]string{"2026-09/acme/aws": "111111111111", "2026-09/acme/gcp": "G-1"} {
		d := issued[id]
		if len(d.Inputs.Loads) != 1 || !strings.HasPrefix(d.Inputs.Loads[0], payer+" ") || d.Frozen.Invoice.Expect != nil {
			t.Errorf("R5: %s tells of the loads %q and of what the reseller expects, %v", id, d.Inputs.Loads, d.Frozen.Invoice.Expect)
		}
	}
	if got, want := totalsOf(issued), "2026-09/acme/aws aws-2026-001 115\n2026-09/acme/gcp gcp-2026-001 40"; got != want {
		t.Errorf("issued are\n%s\nwant\n%s", got, want)
	}

	deliverFOCUS(t, a, "30")
	provedMonth(t, closeMonth(t, a, september(t)))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme/gcp/2 CN-gcp-001 -10"; got != want {
		t.Errorf("the note is\n%s\nwant\n%s", got, want)
	}

	// What is issued decides: one document for all is for the months to come.
	editSettings(t, a, "series", `"A-{seq:3}"`, "acme")
	editSettings(t, a, "note_series", `"CN-{seq:3}"`, "acme")
	editSettings(t, a, "per_provider", "false", "acme")
	provedMonth(t, draftMonth(t, a))
	if got := totalsOf(issueDrafts(t, a)); got != "" {
		t.Errorf("switched after issue, there are\n%s", got)
	}
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 110")
	provedMonth(t, closeMonth(t, a, september(t)))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme/aws/2 CN-001 11"; got != want {
		t.Errorf("the note is\n%s\nwant\n%s", got, want)
	}

	// With one of the two voided, the other decides still; with both, the setting.
	on := billing.DayOf(afterAll)
	if _, err := a.Documents.Void(ctx, "aws-2026-001", "one paper for all", on); err != nil {
		t.Fatal(err)
	}
	if got, want := saysNeeds(needs(t, a)), "draft: 2026-09/acme/aws/4 new 0 to 126 USD: there is no draft of it\nmaster: acme note_series, per_provider, series"; got != want {
		t.Errorf("the month needs\n%s\nwant\n%s", got, want)
	}
	if _, err := a.Documents.Void(ctx, "gcp-2026-001", "one paper for all", on); err != nil {
		t.Fatal(err)
	}
	provedMonth(t, draftMonth(t, a))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme A-001 156"; got != want {
		t.Errorf("issued is\n%s\nwant\n%s", got, want)
	}
}

// One document for all is not split after it is issued, and support on one
// provider's usage is on that alone.
func TestOneForAllProviders(t *testing.T) {
	yaml := strings.Replace(strings.Replace(twoProviders, "per_provider: true", "per_provider: false", 1), "{provider}-{yyyy}-{seq:3}", "A-{seq:3}", 1)
	a := bothProviders(t, strings.Replace(yaml, "CN-{provider}-{seq:3}", "CN-{seq:3}", 1))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme A-001 155"; got != want {
		t.Errorf("issued is\n%s\nwant\n%s", got, want)
	}
	editSettings(t, a, "per_provider", "true", "acme")
	deliverFOCUS(t, a, "50")
	provedMonth(t, closeMonth(t, a, september(t)))
	note := issueDrafts(t, a)
	if got, want := totalsOf(note), "2026-09/acme/2 CN-001 10"; got != want {
		t.Errorf("the note is\n%s\nwant\n%s", got, want)
	}
	if fees := note["2026-09/acme/2"].Support; len(fees) > 0 {
		t.Errorf("support on the usage of the other provider: %+v", fees)
	}
}

// What is charged once a month stays on the document that has it: a provider that
// comes late does not have it again, and one that is voided and billed anew has it
// anew.
func TestLateProvider(t *testing.T) {
	a, ctx := open(t, twoProviders), context.Background()
	deliverFOCUS(t, a, "40")
	provedMonth(t, closeMonth(t, a, september(t)))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme/gcp gcp-2026-001 45"; got != want {
		t.Errorf("issued is\n%s\nwant\n%s", got, want)
	}
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100")
	provedMonth(t, closeMonth(t, a, september(t)))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme/aws aws-2026-001 110"; got != want {
		t.Errorf("issued is\n%s\nwant\n%s", got, want)
	}
	if _, err := a.Documents.Void(ctx, "gcp-2026-001", "wrong house", billing.DayOf(afterAll)); err != nil {
		t.Fatal(err)
	}
	provedMonth(t, draftMonth(t, a))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme/gcp/3 gcp-2026-002 45"; got != want {
		t.Errorf("issued is\n%s\nwant\n%s", got, want)
	}
	if left := needs(t, a); len(left.Drafts) > 0 {
		t.Errorf("the month needs\n%s", saysNeeds(left))
	}
}

// A group with nothing but a standing item is billed for it, whatever it has
// agreed on for providers.
func TestNoProvider(t *testing.T) {
	a := open(t, strings.Replace(twoProviders, "claims: [{accounts: [\"200000000001\", project-a]}]", "claims: []", 1)+"pools: []\n")
	apply(t, a, `reseller: {name: Reseller, currency: USD, accounts: ["200000000001"]}`)
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100")
	provedMonth(t, closeMonth(t, a, september(t)))
	if got, want := totalsOf(issueDrafts(t, a)), "2026-09/acme -2026-001 5"; got != want {
		t.Errorf("issued is\n%s\nwant\n%s", got, want)
	}
}

// What is prepaid pays for the document of one provider, and what is left of it
// for the next. By hand, of 120: 115, and 5 of 40.
func TestPrepaidOfProviders(t *testing.T) {
	a, ctx := open(t, strings.Replace(twoProviders, "per_provider: true", "per_provider: true\n      prepaid: true", 1)), context.Background()
	topUp := invoice.LedgerEntry{Group: "acme", Kind: invoice.LedgerTopUp, On: billing.DayOf(afterAll), Amount: money.FromInt(120)}
	if _, err := a.Receivables.PostPrepaid(ctx, topUp); err != nil {
		t.Fatal(err)
	}
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100")
	deliverFOCUS(t, a, "40")
	provedMonth(t, closeMonth(t, a, september(t)))
	issued := issueDrafts(t, a)
	amountIs(t, "used for aws", issued["2026-09/acme/aws"].PrepaidUsed, "115")
	amountIs(t, "used for gcp", issued["2026-09/acme/gcp"].PrepaidUsed, "5")
	amountIs(t, "payable for gcp", issued["2026-09/acme/gcp"].Payable, "35")
	if b, err := a.Store.Available(ctx, "acme", "USD", billing.DayOf(afterAll)); err != nil || !b.IsZero() {
		t.Errorf("the balance is %s, %v", b, err)
	}
}
