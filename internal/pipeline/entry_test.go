package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/adjustment"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/store"
)

// entryTree has a group that buys from the reseller, one that buys from it, and
// an account of nobody.
const entryTree = `
reseller: {name: Reseller, currency: USD, accounts: ["100"]}
payers: [{id: "100", provider: aws}]
customers: [{id: acme, name: ACME}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["1"]}]}
  - {id: shop, customer: acme, parent: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["2"]}]}
  - {id: beta, customer: acme, currency: USD, cost_basis: unblended, claims: [{accounts: ["4"], to: 2024-04-16}, {accounts: ["5"]}]}
pools: [{id: shared, accounts: ["3"], remainder: acme}]
`

// entryPipeline is an empty installation, with a configuration.
func entryPipeline(t *testing.T, yaml string) *Pipeline {
	t.Helper()
	dir := t.TempDir()
	records, err := store.Open(t.Context(), filepath.Join(dir, "records.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { records.Close() })
	e, err := duckdb.Open("400MB", filepath.Join(dir, "spill"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	home := &month.Installation{
		Store: records, Lake: lake.At(filepath.Join(dir, "lake")), Engine: e,
		Now: func() time.Time { return time.Date(2024, 8, 1, 0, 0, 0, 0, time.UTC) }, User: "ann",
	}
	entries := adjustment.New(home)
	p := New(home, entries, desk.New(home, entries, item.New(home), receivable.New(home)))
	declareEntries(t, p, yaml)
	return p
}

func declareEntries(t *testing.T, p *Pipeline, yaml string) {
	t.Helper()
	c, err := config.Parse("reseller.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	changes, err := p.home.Plan(t.Context(), c, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.home.Apply(t.Context(), changes); err != nil {
		t.Fatal(err)
	}
}

func april2024(t *testing.T) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod("2024-04")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// deliver loads April with the given lines, each of account, line type,
// description, day and cost.
func deliver(t *testing.T, p *Pipeline, lines ...string) {
	t.Helper()
	text := "bill/InvoiceId,bill/PayerAccountId,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/LineItemDescription,lineItem/UsageStartDate,lineItem/ProductCode,lineItem/CurrencyCode,lineItem/UsageAmount,lineItem/UnblendedCost\n"
	for _, line := range lines {
		f := strings.Fields(line)
		text += fmt.Sprintf("I1,100,%s,%s,%s,2024-04-%sT00:00:00Z,AmazonEC2,USD,1,%s\n", f[0], f[1], f[2], f[3], f[4])
	}
	file := filepath.Join(t.TempDir(), "cur.csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.IngestFiles(t.Context(), "100", april2024(t), []string{file}); err != nil {
		t.Fatal(err)
	}
}

// entriesBy are April's entries by description; parts and differences have its
// origin behind it.
func entriesBy(t *testing.T, p *Pipeline) map[string]entry.Entry {
	t.Helper()
	listed, err := p.entries.List(t.Context(), april2024(t), adjustment.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]entry.Entry{}
	for _, e := range listed {
		name := e.Description
		if e.Origin == entry.Part || e.Origin == entry.Difference {
			name += " " + string(e.Origin)
		}
		all[name] = e.Entry
	}
	return all
}

func provedEntries(t *testing.T, p *Pipeline) []proof.EntryProof {
	t.Helper()
	m, err := p.home.OpenRated(t.Context(), april2024(t))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Session.Close()
	proofs, err := p.entries.Prove(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	return proofs
}

func provedText(p proof.EntryProof) string {
	return fmt.Sprintf("%s: %s = %s + %s = open %s + applied %s + kept %s + priced %s + parts %s, residue %s", p.Currency, p.Lake, p.Collected, p.Differences,
		p.Open, p.Applied, p.Kept, p.Priced, p.Parts, p.Residue)
}

// R32 g: what the lines say is what was collected and its differences, and what
// became of that; the new version less the old one is the differences.
func TestEntryProof(t *testing.T) {
	p, ctx, april := entryPipeline(t, entryTree), t.Context(), april2024(t)
	deliver(t, p, "1 Usage use 02 50", "1 Fee applied 03 10.5", "1 Fee kept 03 20", "1 Refund open 03 -4", "100 Fee split 03 100", "1 Tax tax 03 9")
	e := entriesBy(t, p)
	if len(e) != 4 {
		t.Fatalf("entries %v", e)
	}
	for name, do := range map[string]func() error{
		"apply": func() error {
			_, err := p.entries.Apply(ctx, []string{e["applied"].ID}, adjustment.Terms{Into: april})
			return err
		},
		"keep": func() error { _, err := p.entries.Keep(ctx, []string{e["kept"].ID}, "ours"); return err },
		"split": func() error {
			_, _, err := p.entries.Split(ctx, e["split"].ID, 3, april, nil, "")
			return err
		},
		"add": func() error {
			_, err := p.entries.Add(ctx, entry.Entry{Month: april, Group: "acme", Amount: money.FromInt(7), Currency: "USD", Description: "by hand"}, nil, "")
			return err
		},
	} {
		if err := do(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if _, err := p.Close(ctx, april, false); err != nil {
		t.Fatal(err)
	}
	proofs := provedEntries(t, p)
	if want := "USD: 126.5 = 126.5 + 0 = open -4 + applied 10.5 + kept 20 + priced 0 + parts 100, residue 0"; len(proofs) != 1 || provedText(proofs[0]) != want {
		t.Errorf("proof %v, want %s", proofs, want)
	}

	// Delivered anew: 1 more, 20 gone, 1 less refunded, 100 the same, 5 new.
	deliver(t, p, "1 Usage use 02 50", "1 Fee applied 03 11.5", "1 Refund open 03 -3", "100 Fee split 03 100", "1 Fee new 04 5", "1 Tax tax 03 9")
	if old := provedEntries(t, p); len(old) != 0 {
		t.Errorf("entries of other loads than the month was rated from are compared: %v", old)
	}
	if _, err := p.Close(ctx, april, false); err != nil {
		t.Fatal(err)
	}
	proofs = provedEntries(t, p)
	if want := "USD: 113.5 = 132.5 + -19 = open -17 + applied 10.5 + kept 20 + priced 0 + parts 100, residue 0"; len(proofs) != 1 || provedText(proofs[0]) != want {
		t.Errorf("proof %v, want %s", proofs, want)
	}
	if d := entriesBy(t, p)["kept difference"]; !d.Amount.Equal(money.FromInt(-20)) || d.State != entry.Open || d.Of != e["kept"].ID {
		t.Errorf("R28: what was kept and is gone has the difference %+v", d)
	}

	// A record that was changed past the program is a residue.
	broken := entriesBy(t, p)["new"]
	broken.Amount = money.FromInt(6)
	document, err := json.Marshal(broken)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.home.Store.ChangeEntries(ctx, store.EntryChange{Put: []store.Entry{{ID: broken.ID, Period: april, Document: document}}}); err != nil {
		t.Fatal(err)
	}
	if proofs = provedEntries(t, p); !proofs[0].Residue.Equal(money.FromInt(-1)) {
		t.Errorf("residue %s, want -1", proofs[0].Residue)
	}
}

// An entry that a price rule bills is not billed again: it cannot be applied, and
// what was applied before holds the close.
func TestPricedEntries(t *testing.T) {
	const rule = `
price_books: [{id: fees, rules: [{name: fees at cost, match: {class: entry, line_type: Fee}, percent: "0"}]}]
`
	priced := strings.Replace(entryTree, "{id: acme, customer: acme, currency", "{id: acme, customer: acme, price_book: fees, currency", 1) + rule
	p, ctx, april := entryPipeline(t, entryTree), t.Context(), april2024(t)
	deliver(t, p, "1 Usage use 02 50", "1 Fee fee 03 10", "1 Fee mine 03 20", "1 Refund refund 03 -4")
	mine := entriesBy(t, p)["mine"]
	if _, err := p.entries.Apply(ctx, []string{mine.ID}, adjustment.Terms{Into: april}); err != nil {
		t.Fatal(err)
	}
	declareEntries(t, p, priced)
	_, err := p.Close(ctx, april, false)
	var held *HeldError
	if !errors.As(err, &held) || len(held.Findings) != 1 || held.Findings[0].Code != "entry-priced" || held.Findings[0].Subject != mine.ID || !held.Findings[0].Amount.Equal(money.FromInt(20)) {
		t.Fatalf("the close of an entry that is billed twice: %v, %+v", err, held)
	}
	if _, err := p.entries.Restore(ctx, []string{mine.ID}, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Close(ctx, april, false); err != nil {
		t.Fatal(err)
	}
	after := entriesBy(t, p)
	if after["fee"].State != entry.Priced || after["mine"].State != entry.Priced || after["refund"].State != entry.Open {
		t.Errorf("states %s, %s, %s", after["fee"].State, after["mine"].State, after["refund"].State)
	}
	if _, err := p.entries.Apply(ctx, []string{mine.ID}, adjustment.Terms{Into: april}); err == nil || !strings.Contains(err.Error(), "it would be billed twice") {
		t.Errorf("applied what is priced: %v", err)
	}
	proofs := provedEntries(t, p)
	if want := "USD: 26 = 26 + 0 = open -4 + applied 0 + kept 0 + priced 30 + parts 0, residue 0"; len(proofs) != 1 || provedText(proofs[0]) != want {
		t.Errorf("proof %v, want %s", proofs, want)
	}

	// Without the rule they are open; what an entry rule applied gives way again.
	declareEntries(t, p, entryTree+"entry_rules: [{id: fees, any: [{kind: fee}], action: apply}]\n")
	if _, err := p.Close(ctx, april, false); err != nil {
		t.Fatal(err)
	}
	after = entriesBy(t, p)
	if after["fee"].State != entry.Applied || after["fee"].Rule != "fees" || after["mine"].State != entry.Open {
		t.Errorf("R27: a rule decides on %+v, and not on what a person restored: %+v", after["fee"], after["mine"])
	}
	declareEntries(t, p, priced+"entry_rules: [{id: fees, any: [{kind: fee}], action: apply}]\n")
	if _, err := p.Close(ctx, april, false); err != nil {
		t.Fatal(err)
	}
	if fee := entriesBy(t, p)["fee"]; fee.State != entry.Priced || fee.Rule != "" || fee.Into != nil {
		t.Errorf("what a rule applied does not give way to the price: %+v", fee)
	}
}

// An entry that is applied for a group which cannot have it any more stops the
// draft, and says which.
func TestEntriesOfGoneGroup(t *testing.T) {
	p, ctx, april := entryPipeline(t, entryTree), t.Context(), april2024(t)
	deliver(t, p, "5 Usage use 02 50", "5 Fee fee 03 10")
	fee := entriesBy(t, p)["fee"]
	if _, err := p.entries.Apply(ctx, []string{fee.ID}, adjustment.Terms{Into: april}); err != nil {
		t.Fatal(err)
	}
	c, err := p.home.Config(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stated, err := p.entries.Onto(ctx, april, c, nil)
	if err != nil || len(stated) != 1 || stated[0].Group != "beta" || len(stated[0].Accounts) != 1 {
		t.Errorf("a statement of an entry alone: %+v, %v", stated, err)
	}
	if other, err := p.entries.Onto(ctx, april.Next(), c, nil); err != nil || len(other) != 0 {
		t.Errorf("another month: %+v, %v", other, err)
	}
	c.BillingGroups = slices.DeleteFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == "beta" })
	if _, err := p.entries.Onto(ctx, april, c, nil); err == nil || !strings.Contains(err.Error(), fee.ID) || !strings.Contains(err.Error(), `"beta" is not declared`) {
		t.Errorf("a group that is gone: %v", err)
	}
}

// Whoever works on a month keeps others from deciding on its entries, and on
// those that are to be applied to it.
func TestEntriesAreLocked(t *testing.T) {
	p, ctx, april := entryPipeline(t, entryTree), t.Context(), april2024(t)
	deliver(t, p, "1 Fee fee 03 10")
	fee := entriesBy(t, p)["fee"]
	for _, held := range []billing.Period{april, april.Next()} {
		_, unlock, err := p.home.Lock(ctx, held)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.entries.Apply(ctx, []string{fee.ID}, adjustment.Terms{Into: april.Next()}); !errors.Is(err, month.ErrBusy) || !strings.Contains(err.Error(), held.String()) {
			t.Errorf("applied while %s is locked: %v", held, err)
		}
		unlock()
	}
	if _, err := p.entries.Apply(ctx, []string{fee.ID, fee.ID}, adjustment.Terms{Into: april.Next(), Reason: "agreed"}); err != nil {
		t.Fatal(err)
	}
	audit, err := p.home.Store.Audit(ctx, 1)
	if err != nil || audit[0].Action != "entry.apply" || audit[0].Subject != fee.ID || audit[0].By != "ann" ||
		audit[0].Detail != "10 USD is applied to 2024-05 for acme: agreed" {
		t.Errorf("audit %+v, %v", audit, err)
	}
}

// A payer's fee by usage: of 100 dollars, 50 and 100 parts of 150, in cents; the rest
// to account 2.
func TestAllocateByUsage(t *testing.T) {
	p := entryPipeline(t, entryTree)
	deliver(t, p, "1 Usage use 02 50", "2 Usage use 02 100", "5 Usage use 02 9", "100 Fee fee 03 100", "2 Fee other 03 1000")
	_, parts, err := p.entries.Allocate(context.Background(), entriesBy(t, p)["fee"].ID, adjustment.Allocation{ByUsage: true, Accounts: []string{"1", "2"}, Remainder: "2"}, "")
	if err != nil || len(parts) != 2 || parts[0].Account != "1" || parts[0].Amount.String() != "33.33" || parts[1].Amount.String() != "66.67" {
		t.Errorf("parts %+v, %v", parts, err)
	}
}

// A rate is for another currency: dollars on an invoice in dollars stay as they
// are, so that nobody bills 10 as 1510.
func TestEntryNeedsNoRateInItsCurrency(t *testing.T) {
	p, ctx, april := entryPipeline(t, entryTree), t.Context(), april2024(t)
	deliver(t, p, "1 Fee fee 03 10")
	rate := money.FromInt(151)
	id := entriesBy(t, p)["fee"].ID
	if _, err := p.entries.Apply(ctx, []string{id}, adjustment.Terms{Into: april, Rate: &rate}); err == nil || !strings.Contains(err.Error(), "it needs no exchange rate") {
		t.Errorf("10 dollars are applied at 151: %v", err)
	}
	euro, err := p.entries.Add(ctx, entry.Entry{Month: april, Group: "acme", Amount: money.FromInt(7), Currency: "EUR", Description: "in euros"},
		&adjustment.Terms{Into: april, Rate: &rate}, "")
	if err != nil || !euro.Rate.Equal(rate) {
		t.Errorf("7 euros at 151 are %+v, %v", euro, err)
	}
}

// What a person wrote can be taken back, once it is off the invoice.
func TestAppliedEntryIsRestoredBeforeItIsTakenBack(t *testing.T) {
	p, ctx, april := entryPipeline(t, entryTree), t.Context(), april2024(t)
	mine, err := p.entries.Add(ctx, entry.Entry{Month: april, Group: "acme", Amount: money.FromInt(7), Currency: "USD", Description: "by hand"}, &adjustment.Terms{Into: april}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.entries.Undo(ctx, mine.ID, ""); err == nil || !strings.Contains(err.Error(), "is applied; `sluice entry restore "+mine.ID+"` first") {
		t.Errorf("it was taken back while it is applied: %v", err)
	}
	if _, err := p.entries.Restore(ctx, []string{mine.ID}, ""); err != nil {
		t.Fatal(err)
	}
	if _, gone, err := p.entries.Undo(ctx, mine.ID, ""); err != nil || len(gone) != 1 {
		t.Errorf("%d are gone, %v", len(gone), err)
	}
	if left := entriesBy(t, p); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}
