package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/trial"
)

// with is the configuration in force together with what the text says.
func with(t *testing.T, a *app.App, yaml string) billing.Config {
	t.Helper()
	changes, err := a.Plan(context.Background(), parsed(t, yaml), false)
	if err != nil {
		t.Fatal(err)
	}
	now, err := a.Config(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	wanted, err := config.Merge(now, changes)
	if err != nil {
		t.Fatal(err)
	}
	return wanted
}

func dryRun(t *testing.T, a *app.App, in trial.DryRunInput) trial.DryRun {
	t.Helper()
	run, err := a.Trials.DryRun(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// tried are changes of prices of two groups, and whether they need tags that
// nothing asked about before.
var tried = map[string]string{
	"nothing":   ``,
	"a percent": `price_books: [{id: plus, rules: [{name: plus twenty, match: {}, percent: "20"}]}]`,
	"tags":      `price_books: [{id: plus, rules: [{name: production, match: {tags: {Environment: prod}}, percent: "30"}, {name: tagged, match: {tags: {Team: {prefix: p}}}, percent: "-5"}, {name: plus ten, match: {}, percent: "10"}]}]`,
	"tiers, fee and managed": `price_books: [{id: plus, rules: [{name: compute, match: {service: AmazonEC2}, managed: "0.1",
		tiers: [{up_to: "50", percent: "20"}, {percent: "3.3333"}]}, {name: storage, match: {service: AmazonS3}, exclude: true}, {name: rest, match: {}, fee: "12.34"}]}]`,
	"a basis":  `billing_groups: [{id: beta, customer: beta, currency: EUR, cost_basis: list, price_book: plus, claims: [{accounts: ["200000000002"]}]}]`,
	"a claim":  `billing_groups: [{id: acme, customer: acme, currency: USD, cost_basis: unblended, price_book: plus, claims: [{accounts: ["200000000001"], to: 2026-09-15}]}, {id: beta, customer: beta, currency: EUR, claims: [{accounts: ["200000000002"]}, {accounts: ["200000000001"], from: 2026-09-15}]}]`,
	"a parent": `billing_groups: [{id: beta, customer: beta, parent: acme, currency: EUR, cost_basis: amortized, price_book: plus, claims: [{accounts: ["200000000002"]}]}]`,
}

// priced is a configuration of the made-up exports in a folder: beta pays in
// euros.
func priced(folder string) string {
	return strings.Replace(declared(folder), "id: beta, customer: beta, currency: USD", "id: beta, customer: beta, currency: EUR", 1) + `
exchange_rates: [{month: 2026-09, from: USD, to: EUR, rate: "0.8517", level: common}, {month: 2026-09, from: USD, to: EUR, rate: "0.9001", level: payer, payer: "111111111111"}]
`
}

// What a dry run says is what a real close by the same configuration comes to,
// to the last digit: each group, service and invoice, and, of the issued
// invoices, each line and total.
func TestDryRunIsTheNextClose(t *testing.T) {
	folder := t.TempDir()
	delivered(t, folder, "1001", 1)
	a := openAt(t, t.TempDir(), afterAll)
	apply(t, a, priced(folder))
	was := statements(closeMonth(t, a, september(t)))
	for _, id := range []string{"2026-09/acme", "2026-09/beta"} {
		if _, err := issue(a, id, billing.DayOf(afterAll)); err != nil {
			t.Fatal(err)
		}
	}
	for name, yaml := range tried {
		t.Run(name, func(t *testing.T) {
			run := dryRun(t, a, trial.DryRunInput{Period: september(t), Config: with(t, a, yaml), AgainstIssued: true})
			if !run.Rated || run.ConfigChanged || run.NewerData || len(run.Groups) != 2 || len(run.Proposals) != 2 {
				t.Fatalf("%+v", run)
			}
			b := openAt(t, t.TempDir(), afterAll)
			apply(t, b, priced(folder))
			apply(t, b, yaml)
			is := statements(closeMonth(t, b, september(t)))
			documents := map[string]invoice.Invoice{}
			all, err := b.Documents.Invoices(context.Background(), september(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range all {
				documents[d.Group] = d
			}
			sold, differs := money.Zero, false
			for i, g := range run.Groups {
				d := documents[g.Group]
				total := g.Totals[0]
				if len(g.Totals) != 1 || !total.Before.Equal(was[g.Group]) || !total.After.Equal(is[g.Group]) || g.Currency != d.Currency {
					t.Errorf("%s goes from %s to %s; the closes say %s and %s", g.Group, total.Before, total.After, was[g.Group], is[g.Group])
				}
				if exact := d.UsageTotal.Sub(d.UsageResidue); total.Invoiced == nil || !total.Invoiced.After.Equal(exact) {
					t.Errorf("R19: %s comes to %v on its invoice; the close says %s %s", g.Group, total.Invoiced, exact, d.Currency)
				}
				if g.Seller == "" {
					sold = sold.Add(total.After)
				}
				services := map[string]money.Decimal{}
				for _, account := range d.Accounts {
					for _, l := range account.Lines {
						key := string(l.Kind) + " " + l.Service
						services[key] = services[key].Add(l.Cost)
					}
				}
				byRule := desk.Amounts{}
				for _, s := range g.Services {
					key := string(s.Kind) + " " + s.Service
					services[key] = services[key].Sub(s.After)
				}
				for _, r := range g.Rules {
					byRule.Before, byRule.After = byRule.Before.Add(r.Before), byRule.After.Add(r.After)
				}
				for service, left := range services {
					if !left.IsZero() {
						t.Errorf("%s: %s differs from the close by %s", g.Group, service, left)
					}
				}
				if !byRule.Before.Equal(was[g.Group]) || !byRule.After.Equal(is[g.Group]) {
					t.Errorf("%s: the rules come to %s and %s", g.Group, byRule.Before, byRule.After)
				}
				differs = differs || !total.Amounts.Difference.IsZero()
				corrects(t, run.Proposals[i], d)
			}
			if differs != (name != "nothing") {
				t.Errorf("something differs: %v", differs)
			}
			if len(run.Totals) != 1 || !run.Totals[0].After.Equal(sold) {
				t.Errorf("R16: the reseller charges %+v, want %s", run.Totals, sold)
			}
		})
	}
}

// corrects compares a proposal with the document that a real close drafts.
func corrects(t *testing.T, p trial.Proposal, anew invoice.Invoice) {
	t.Helper()
	kind := map[int]string{-1: trial.ProposeCredit, 0: trial.ProposeNothing, 1: trial.ProposeDebit}[p.Total.Difference.Sign()]
	if p.Problem != "" || p.ID != anew.ID || !strings.HasPrefix(p.Corrects, "INV-2026-00000") || p.Currency != anew.Currency || p.Kind != kind {
		t.Errorf("R18: proposed is %+v", p)
	}
	if !p.Net.After.Equal(anew.BeforeTax) || !p.Tax.After.Equal(anew.TaxTotal) || !p.Total.After.Equal(anew.Total) ||
		!p.Net.Difference.Add(p.Tax.Difference).Equal(p.Total.Difference) {
		t.Errorf("R18: anew %s comes to %+v, %+v, %+v; the close says %s, %s, %s", p.ID, p.Net, p.Tax, p.Total, anew.BeforeTax, anew.TaxTotal, anew.Total)
	}
	lines := money.Zero
	for _, l := range p.Lines {
		lines = lines.Add(l.Amounts.Difference)
		after := money.Zero
		for _, account := range anew.Accounts {
			for _, drafted := range account.Lines {
				if account.Account == l.Account && drafted.Service == l.Service && drafted.Kind == l.Kind {
					after = after.Add(drafted.Amount)
				}
			}
		}
		if !after.Equal(l.After) {
			t.Errorf("R18: %s of %s comes to %s, the close says %s", l.Service, l.Account, l.After, after)
		}
	}
	if !lines.Equal(p.Net.Difference) { // rounded at each service, no discount, no items
		t.Errorf("R18: the lines of %s differ by %s, the document by %s", p.ID, lines, p.Net.Difference)
	}
}

// R12: a month by hand. EC2 was 1000 + 10 % and S3 100 + 10 %; then EC2 has a
// rule of its own, and what is logged is not on the invoice any more.
func TestDryRunByHand(t *testing.T) {
	file := usageFile(t, "200000000001 Usage AmazonEC2 2 1000", "200000000001 Usage AmazonEC2 1 0.01 web", "200000000001 Usage AmazonS3 1 100", "200000000001 Usage AWSLogs 1 7")
	a, _ := closedReport(t, `
reseller: {name: Reseller, currency: USD}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups: [{id: acme, customer: acme, currency: JPY, cost_basis: unblended, price_book: plus, claims: [{accounts: ["200000000001"]}]}]
price_books: [{id: plus, rules: [{name: all, match: {}, percent: "10"}]}]
exchange_rates: [{month: 2026-09, from: USD, to: JPY, rate: "150.5", level: common}]
`, file)
	run := dryRun(t, a, trial.DryRunInput{Period: september(t), Config: with(t, a, `price_books: [{id: plus, rules: [
		{name: web, match: {tags: {project: web}}, percent: "100"}, {name: compute, match: {service: AmazonEC2}, percent: "25"},
		{name: logs, match: {service: AWSLogs}, exclude: true}, {name: all, match: {}, percent: "10"}]}]`)})
	shown := func(d trial.Difference) string {
		return strings.Join([]string{d.Before.String(), d.After.String(), d.Amounts.Difference.String(), d.Invoiced.Difference.String()}, " ")
	}
	g := run.Groups[0]
	var got []string
	for _, r := range g.Rules {
		got = append(got, r.RuleBefore.Rule+" → "+r.RuleAfter.Rule+" "+shown(r.Difference))
	}
	// Before 1107 + 110.7 + 0.011; after 1250 + 0.02 + 110. At 150.5 yen. The two
	// charges for EC2 are of other tags; before they were one.
	if want := []string{
		"all →  1100.011 1250.02 150.009 22576.3545", "all → all 110 110 0 0", "all → logs 7.7 0 -7.7 -1158.85",
	}; !slices.Equal(got, want) {
		t.Errorf("by rule %q, want %q", got, want)
	}
	if !g.Rules[0].RuleAfter.Several || g.Rules[0].ChargesBefore != 1 || g.Rules[0].ChargesAfter != 2 || shown(g.Totals[0]) != "1217.711 1360.02 142.309 21417.5045" {
		t.Errorf("%+v", g)
	}
	// With the same tags asked before, each has its rule.
	apply(t, a, `price_books: [{id: unused, rules: [{name: web, match: {tags: {project: web}}, keep: true}]}]`)
	closeMonth(t, a, september(t))
	run = dryRun(t, a, trial.DryRunInput{Period: september(t), Config: with(t, a, `price_books: [{id: plus, rules: [
		{name: web, match: {tags: {project: web}}, percent: "100"}, {name: all, match: {}, percent: "10"}]}]`)})
	got = nil
	for _, r := range run.Groups[0].Rules {
		got = append(got, r.RuleBefore.Rule+" → "+r.RuleAfter.Rule+" "+shown(r.Difference))
	}
	if want := []string{"all → all 1217.7 1217.7 0 0", "all → web 0.011 0.02 0.009 1.3545"}; !slices.Equal(got, want) {
		t.Errorf("by rule %q, want %q", got, want)
	}
}

// A month that is only loaded is compared with what the configuration in force
// makes of it. A missing rate is said, and never taken to be 1 (R19).
func TestDryRunOfUnrated(t *testing.T) {
	a, _, _ := installed(t, "1001")
	if _, err := a.Trials.DryRun(context.Background(), trial.DryRunInput{Period: september(t)}); err == nil || !strings.Contains(err.Error(), "nothing is loaded for 2026-09") {
		t.Errorf("before anything is loaded: %v", err)
	}
	ingest(t, a)
	yaml := tried["a percent"] + "\nbilling_groups: [{id: beta, customer: beta, currency: EUR, cost_basis: amortized, claims: [{accounts: [\"200000000002\"]}]}]"
	run := dryRun(t, a, trial.DryRunInput{Period: september(t), Config: with(t, a, yaml), AgainstIssued: true})
	if left := asides(t, a); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	was := statements(closeMonth(t, a, september(t)))
	acme, beta := run.Groups[0], run.Groups[1]
	if run.Rated || len(run.Proposals) != 0 || !acme.Totals[0].Before.Equal(was["acme"]) || !beta.Totals[0].Before.Equal(was["beta"]) || acme.Totals[0].Amounts.Difference.IsZero() {
		t.Errorf("%+v, the close says %v", run, was)
	}
	if beta.Totals[0].Invoiced != nil || len(beta.MissingRates) != 1 || !strings.Contains(beta.MissingRates[0], "no exchange rate from USD to EUR for 2026-09") || acme.Totals[0].Invoiced == nil {
		t.Errorf("R19: %+v", beta)
	}
	if one := dryRun(t, a, trial.DryRunInput{Period: september(t), Config: with(t, a, yaml), Group: "acme"}); len(one.Groups) != 1 || one.Groups[0].Group != "acme" {
		t.Errorf("of acme alone: %+v", one.Groups)
	}
	if _, err := a.Trials.DryRun(context.Background(), trial.DryRunInput{Period: september(t), Config: with(t, a, yaml), Group: "acne"}); err == nil || !strings.Contains(err.Error(), `no billing group "acne"`) {
		t.Errorf("of nobody: %v", err)
	}
}

// R18, R30: proposals keep what an issued document froze, whatever the
// configuration says now; the month's own data counts, and changes are told.
func TestProposalsAreFrozen(t *testing.T) {
	folder := t.TempDir()
	delivered(t, folder, "1001", 1)
	a := openAt(t, t.TempDir(), afterAll)
	const settings = "currency: EUR, cost_basis: amortized, invoice: {discount: {percent: \"3\"}, rounding: {point: account, mode: half-even}, tax: [{category: standard, percent: \"19\"}], additional_items: [{label: Care, unit_price: \"9.99\", quantity: \"3\", tax_free: true}]},"
	apply(t, a, strings.Replace(priced(folder), "currency: EUR, cost_basis: amortized,", settings, 1))
	closeMonth(t, a, september(t))
	issued, err := issue(a, "2026-09/beta", billing.DayOf(afterAll))
	if err != nil {
		t.Fatal(err)
	}
	changed := `
billing_groups: [{id: beta, customer: beta, currency: GBP, cost_basis: amortized, invoice: {tax: [{category: standard, percent: "20"}]}, claims: [{accounts: ["200000000002"]}]}]
exchange_rates: [{month: 2026-09, from: USD, to: EUR, rate: "0.5", level: common}, {month: 2026-09, from: USD, to: EUR, rate: "0.5", level: payer, payer: "111111111111"}]
`
	run := dryRun(t, a, trial.DryRunInput{Period: september(t), Config: with(t, a, changed), AgainstIssued: true})
	if len(run.Proposals) != 1 { // acme's is a draft
		t.Fatalf("%+v", run.Proposals)
	}
	if p := run.Proposals[0]; p.Kind != trial.ProposeNothing || len(p.Lines) > 0 || p.Problem != "" || p.Corrects != issued.Number || !p.Total.Before.Equal(issued.Total) || !p.Total.After.Equal(issued.Total) {
		t.Errorf("R30: %+v", p)
	}
	apply(t, a, changed+`
price_books: [{id: half, rules: [{name: half, match: {}, percent: "-50"}]}]`)
	delivered(t, folder, "1001", 2)
	ingest(t, a)
	run = dryRun(t, a, trial.DryRunInput{Period: september(t), Config: with(t, a, `customers: [{id: beta, name: Beta, price_book: half}]`), Group: "beta", AgainstIssued: true})
	if p := run.Proposals[0]; !run.ConfigChanged || !run.NewerData || p.Kind != trial.ProposeCredit || p.Currency != "EUR" || len(p.Lines) == 0 || !p.Tax.After.Equal(p.Net.After.Sub(money.MustParse("29.97")).Percent(money.FromInt(19)).Round(2, money.HalfEven)) {
		t.Errorf("R18: %+v", run)
	}
	if now, err := a.Documents.Invoice(context.Background(), issued.Number); err != nil || !now.Total.Equal(issued.Total) {
		t.Errorf("R30: the document is %+v, %v", now, err)
	}
}

// What was begun and cancelled leaves nothing behind, and nothing in force changes.
func TestDryRunCancelled(t *testing.T) {
	a, _, _ := installed(t, "1001")
	before := closeMonth(t, a, september(t))
	wanted := with(t, a, tried["a percent"])
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	begun := false
	_, err := a.Trials.DryRun(billing.WithProgress(ctx, onStep("rate", func() { begun = len(asides(t, a)) > 0; cancel() })), trial.DryRunInput{Period: september(t), Config: wanted})
	if !errors.Is(err, context.Canceled) || !begun {
		t.Errorf("it ended with %v, begun %v", err, begun)
	}
	if left := asides(t, a); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	after, err := a.Pipeline.Reconcile(context.Background(), september(t))
	if err != nil || after.Revision != before.Revision || after.Config != before.Config || !after.Proved() {
		t.Errorf("in force is %s by %s, %v; before it was %s by %s", after.Revision, after.Config, err, before.Revision, before.Config)
	}
}

// R18: only closed months are reached, and only by what concerns their accounts.
func TestReached(t *testing.T) {
	a, _, _ := installed(t, "1001")
	reached := func(yaml string) string {
		all, err := a.Trials.Reached(context.Background(), with(t, a, yaml))
		if err != nil {
			t.Fatal(err)
		}
		var text []string
		for _, r := range all {
			text = append(text, r.Period.String()+": "+strings.Join(r.What, ", "))
		}
		return strings.Join(text, "; ")
	}
	const gamma = `
customers: [{id: gamma, name: Gamma}]
billing_groups: [{id: gamma, customer: gamma, currency: USD, claims: [{accounts: ["300000000001"]}]}]
`
	ingest(t, a)
	if got := reached(tried["a percent"]); got != "" {
		t.Errorf("R18: of an open month %q is reached", got)
	}
	closeMonth(t, a, september(t))
	for yaml, want := range map[string]string{
		tried["nothing"]:   "",
		tried["a percent"]: "2026-09: price book plus",
		tried["a basis"]:   "2026-09: the cost basis of billing group beta, the price books and parents of billing group beta",
		tried["a claim"]:   "2026-09: the cost basis of billing group beta, who owns account 200000000001",
		gamma:              "", // an account without charges
	} {
		if got := reached(yaml); got != want {
			t.Errorf("R18: reached is %q, want %q, by %s", got, want, yaml)
		}
	}
}
