package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/sheet"
)

// needing has a customer who pays yen, at 100 for a dollar, 10 % above cost and
// with 10 % tax, and one who pays dollars. By hand: 100 dollars of usage are 110,
// which are 11,000 yen, and 12,100 with tax; 50 dollars are 50.
const needing = `
reseller: {name: Reseller, currency: USD, accounts: ["200000000009"]}
payers: [{id: "111111111111", provider: aws}]
accounts: [{id: "200000000001", name: Web}]
projects: [{code: P-1, name: One}, {code: P-2, name: Two}]
customers: [{id: acme, name: ACME}, {id: beta, name: Beta}]
invoice_templates: [{id: yen, invoice: {terms: {due: net-30}}}]
billing_groups:
  - {id: acme, customer: acme, currency: JPY, cost_basis: unblended, price_book: plus, template: yen, project: P-1, claims: [{accounts: ["200000000001"]}], invoice: {tax: [{category: standard, percent: "10"}]}}
  - {id: beta, customer: beta, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000002"]}]}
price_books: [{id: plus, rules: [{name: plus ten, match: {}, percent: "10"}]}]
billing_services: [{id: care, name: Care, currency: JPY, kind: fixed, fixed: "500"}]
exchange_rates: [{month: 2026-09, from: USD, to: JPY, rate: "100", level: common}]
`

// needed is an installation with needing closed for September.
func needed(t *testing.T) *app.App {
	t.Helper()
	a := open(t, needing)
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100", "200000000002 Usage AmazonS3 1 50", "200000000001 Fee AmazonRegistrar 1 2")
	provedMonth(t, closeMonth(t, a, september(t)))
	return a
}

// deliverUsage loads a version of September's one export.
func deliverUsage(t testing.TB, a *app.App, lines ...string) {
	t.Helper()
	if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{usageFile(t, lines...)}); err != nil {
		t.Fatal(err)
	}
}

func provedMonth(t testing.TB, c proof.Certificate) {
	t.Helper()
	for _, r := range c.Residues {
		t.Errorf("residue: %s", r)
	}
}

func draftMonth(t testing.TB, a *app.App) proof.Certificate {
	t.Helper()
	c, err := a.Pipeline.Draft(context.Background(), september(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func needs(t testing.TB, a *app.App) desk.Needs {
	t.Helper()
	n, err := a.Documents.Needs(context.Background(), september(t))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// saysNeeds writes what a month needs, a line for each thing.
func saysNeeds(n desk.Needs) string {
	var lines []string
	for _, what := range n.Rating {
		lines = append(lines, "close: "+what)
	}
	for _, d := range n.Drafts {
		lines = append(lines, fmt.Sprintf("draft: %s %s %s to %s %s: %s", d.ID, d.Change, d.Total.Before, d.Total.After, d.Currency, strings.Join(d.Why, ", ")))
	}
	for _, m := range n.Masters {
		lines = append(lines, "master: "+m.Group+" "+strings.Join(m.Differs, ", "))
	}
	return strings.Join(lines, "\n")
}

// editSettings changes settings of September for some groups.
func editSettings(t testing.TB, a *app.App, setting, value string, groups ...string) {
	t.Helper()
	if err := a.Documents.EditMonthSettings(context.Background(), september(t), groups, map[string]json.RawMessage{setting: json.RawMessage(value)}); err != nil {
		t.Fatal(err)
	}
}

// What a change of a closed month makes necessary: to close it again, to make its
// drafts again, or nothing before the month takes over what its master says. Done,
// nothing is left to do, and the month proves itself.
func TestNeeds(t *testing.T) {
	a, ctx, yaml := needed(t), context.Background(), needing
	declare := func(old, is string) func() {
		return func() {
			t.Helper()
			if !strings.Contains(yaml, old) {
				t.Fatalf("%q is not declared", old)
			}
			yaml = strings.Replace(yaml, old, is, 1)
			apply(t, a, yaml)
		}
	}
	revert := func() {
		t.Helper()
		if err := a.Documents.RevertMonthSettings(ctx, september(t), []string{"acme", "beta"}); err != nil {
			t.Fatal(err)
		}
	}
	entryID := func() string {
		t.Helper()
		entries, err := a.Entries.List(ctx, september(t), adjustment.Filter{})
		if err != nil || len(entries) != 1 {
			t.Fatalf("%d entries, %v", len(entries), err)
		}
		return entries[0].ID
	}
	steps := []struct {
		name string
		do   func()
		want string
	}{
		{"nothing", func() {}, ""},

		{"an account is linked", declare(`["200000000002"]`, `["200000000002", "200000000003"]`), "close: who owns account 200000000003"},
		{"a newer export", func() {
			deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100", "200000000002 Usage AmazonS3 1 60", "200000000003 Usage AmazonS3 1 0", "200000000001 Fee AmazonRegistrar 1 2")
		}, "close: the export local files of payer 111111111111"},
		{"a price", declare(`percent: "10"}]}]`, `percent: "20"}]}]`), "close: price book plus"},
		{"the price of before", declare(`percent: "20"}]}]`, `percent: "10"}]}]`), "close: price book plus"},
		{"a cost basis", declare(`currency: USD, cost_basis: unblended`, `currency: USD, cost_basis: amortized`), "close: the cost basis of billing group beta"},
		{"tags", declare(`["200000000001"]}], invoice`, `["200000000001"]}, {accounts: ["200000000002"], tags: {project: [web]}}], invoice`), "close: the tag claims of billing group acme"},
		{"a pool", declare("price_books:", "pools: [{id: shared, accounts: [\"200000000004\"], remainder: beta}]\nprice_books:"), "close: pool shared\nclose: who owns account 200000000004"},
		{"when a payer's month is final", declare(`provider: aws}]`, `provider: aws, finality: invoice-id}]`), "close: the configuration of prices"},

		{"an exchange rate", declare(`rate: "100"`, `rate: "110"`), "draft: 2026-09/acme changed 12100 to 13310 JPY: exchange rates"},
		{"the rate of before", declare(`rate: "110"`, `rate: "100"`), "draft: 2026-09/acme changed 13310 to 12100 JPY: exchange rates"},
		{"an entry is applied", func() {
			if _, err := a.Entries.Apply(ctx, []string{entryID()}, adjustment.Terms{Into: september(t)}); err != nil {
				t.Fatal(err)
			}
		}, "draft: 2026-09/acme changed 12100 to 12320 JPY: applied entries"},
		{"it is restored", func() {
			if _, err := a.Entries.Restore(ctx, []string{entryID()}, "not theirs"); err != nil {
				t.Fatal(err)
			}
		}, "draft: 2026-09/acme changed 12320 to 12100 JPY: applied entries"},
		{"an item", func() {
			visit := sheet.Item{Group: "beta", AdditionalItem: billing.AdditionalItem{Label: "Visit", UnitPrice: money.FromInt(5), Quantity: money.FromInt(2)}}
			if err := a.Items.Add(ctx, september(t), visit, item.UI); err != nil {
				t.Fatal(err)
			}
		}, "draft: 2026-09/beta changed 60 to 70 USD: additional items of the month"},
		{"an address", declare("{id: beta, name: Beta}", "{id: beta, name: Beta, address: {lines: [2 Road], city: Hull, country: GB}}"), "draft: 2026-09/beta changed 70 to 70 USD: the buyer's details"},
		{"the seller's bank", declare(`accounts: ["200000000009"]}`, `accounts: ["200000000009"], payment: [Bank 17]}`),
			"draft: 2026-09/acme changed 12100 to 12100 JPY: the seller's details\ndraft: 2026-09/beta changed 70 to 70 USD: the seller's details"},
		{"the name of an account", declare("name: Web", "name: Shop"), "draft: 2026-09/acme changed 12100 to 12100 JPY: names of accounts"},
		{"a project", declare("project: P-1", "project: P-2"), ""},

		{"a setting of the month", func() { editSettings(t, a, "discount", `{"percent": "50"}`, "acme", "beta") },
			"draft: 2026-09/acme changed 12100 to 6050 JPY: setting discount\ndraft: 2026-09/beta changed 70 to 40 USD: setting discount\nmaster: acme discount\nmaster: beta discount"},
		{"reverted", revert, "draft: 2026-09/acme changed 6050 to 12100 JPY: setting discount\ndraft: 2026-09/beta changed 40 to 70 USD: setting discount"},
		{"tax of the master", declare(`percent: "10"}]}}`, `percent: "8"}]}}`), "master: acme tax"},
		{"it is taken over", revert, "draft: 2026-09/acme changed 12100 to 11880 JPY: setting tax"},
		{"support and agency fee", declare(`percent: "8"}]}}`, `percent: "8"}], support: [{kind: percent, percent: "10"}], agency: [{kind: fixed, fixed: "100"}]}}`), "master: acme agency, support"},
		{"they are taken over", revert, "draft: 2026-09/acme changed 11880 to 13176 JPY: setting agency, setting support"},
		{"a billing service and an item", declare(`agency: [{`, `billing_services: [{service: care}], additional_items: [{label: Seat, unit_price: "10", quantity: "3"}], agency: [{`), "master: acme additional_items, billing_services"},
		{"they are taken over, too", revert, "draft: 2026-09/acme changed 13176 to 13748 JPY: setting additional_items, setting billing_services, billing services"},
		{"the price of a billing service", declare(`fixed: "500"`, `fixed: "600"`), "draft: 2026-09/acme changed 13748 to 13856 JPY: billing services"},
		{"due terms of the template", declare("due: net-30", "due: net-60"), "master: acme terms"},
		{"the terms are taken over", revert, "draft: 2026-09/acme changed 13856 to 13856 JPY: setting terms"},
	}
	for _, step := range steps {
		step.do()
		n := needs(t, a)
		if got := saysNeeds(n); got != step.want {
			t.Errorf("%s: the month needs\n%s\nwant\n%s", step.name, got, step.want)
		}
		switch {
		case len(n.Rating) > 0:
			if _, err := a.Pipeline.Draft(ctx, september(t), nil); err == nil || !strings.Contains(err.Error(), "must be closed again") {
				t.Errorf("%s: drafts are made from old prices: %v", step.name, err)
			}
			provedMonth(t, closeMonth(t, a, september(t)))
		case len(n.Drafts) > 0:
			provedMonth(t, draftMonth(t, a))
		}
		if left := needs(t, a); len(left.Rating)+len(left.Drafts) > 0 {
			t.Errorf("%s: done, and the month needs\n%s", step.name, saysNeeds(left))
		}
	}
}

// R19: a group without its exchange rate cannot be drafted, and does not keep the
// others from being issued.
func TestNeedsOfAGroupWithoutRate(t *testing.T) {
	a, folder, _ := installed(t, "1001")
	closeMonth(t, a, september(t))
	apply(t, a, strings.Replace(declared(folder), "{id: beta, customer: beta, currency: USD", "{id: beta, customer: beta, currency: EUR", 1))
	all, err := a.Documents.Needs(context.Background(), september(t))
	if err != nil || len(all.Drafts) != 1 || all.Drafts[0].ID != "2026-09/beta" || all.Drafts[0].Change != desk.Undraftable ||
		!strings.Contains(all.Drafts[0].Why[0], "no exchange rate from USD to EUR for 2026-09") {
		t.Errorf("R19: %+v, %v", all, err)
	}
	on := billing.DayOf(afterAll)
	if _, err := issue(a, "2026-09/beta", on); err == nil || !strings.Contains(err.Error(), "cannot be made again") {
		t.Errorf("issued what cannot be made again: %v", err)
	}
	if _, err := issue(a, "2026-09/acme", on); err != nil {
		t.Error(err)
	}
}
