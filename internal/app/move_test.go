package app_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/trial"
)

// borrowed is an installation with a closed September in which the provider
// gives beta, account …002, the zonal reservations of acme, account …001, that
// acme does not use. They are two instances from the 15th on.
func borrowed(t *testing.T) (a *app.App, dir string, reserved sample.CommitmentTotals) {
	t.Helper()
	dir = t.TempDir()
	folder := t.TempDir()
	totals, err := sample.Generate(context.Background(), folder, sample.Options{
		Lines: 3000, Accounts: 5, Seed: 5, Period: september(t), Report: "cur", InvoiceID: "1001",
	})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(totals.Commitments, func(c sample.CommitmentTotals) bool {
		return c.Kind == "ri-zonal" && c.Owner == "200000000001" && len(c.Used) == 1 && c.Used["200000000002"].String() == "384"
	})
	if i < 0 || totals.Commitments[i].Reserved.String() != "768" {
		t.Fatalf("the month has other commitments: %+v", totals.Commitments)
	}
	a = openAt(t, dir, afterAll)
	apply(t, a, `
reseller: {name: Reseller, currency: USD, accounts: ["111111111111", "200000000003", "200000000004", "200000000005"]}
payers: [{id: "111111111111", provider: aws}]
sources: [{name: export, kind: aws-cur, url: `+folder+`, payer: "111111111111"}]
customers: [{id: acme, name: ACME}, {id: beta, name: Beta}]
billing_groups:
  - {id: acme, customer: acme, currency: USD, claims: [{accounts: ["200000000001"]}]}
  - {id: beta, customer: beta, currency: USD, claims: [{accounts: ["200000000002"]}]}
`)
	closeMonth(t, a, september(t))
	return a, dir, totals.Commitments[i]
}

// changed is the configuration in force with the decisions, and what it takes
// to get there.
func changed(t *testing.T, a *app.App, decisions ...billing.Commitment) (billing.Config, []config.Change) {
	t.Helper()
	changes, err := a.Plan(context.Background(), billing.Config{Commitments: decisions}, false)
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
	return wanted, changes
}

func given(id string, from billing.Period, units string, group string) billing.Commitment {
	n := money.MustParse(units)
	return billing.Commitment{ID: id, From: &from, Units: &n, GiveTo: &billing.Beneficiary{Group: group}}
}

func effect(t *testing.T, a *app.App, wanted billing.Config, from billing.Period) map[string]trial.Move {
	t.Helper()
	moves, err := a.Trials.Effect(context.Background(), wanted, from)
	if err != nil {
		t.Fatal(err)
	}
	byGroup := map[string]trial.Move{}
	for _, m := range moves {
		byGroup[m.Group] = m
	}
	if len(byGroup) != len(moves) {
		t.Fatalf("a group moves twice: %+v", moves)
	}
	return byGroup
}

// statements are the groups' sums that a certificate proves.
func statements(c proof.Certificate) map[string]money.Decimal {
	all := map[string]money.Decimal{}
	for _, b := range c.Billed {
		all[b.Group] = b.Statement
	}
	return all
}

// files are the folder and all files and folders below it.
func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// asides are the folders of prices that are only looked at.
func asides(t *testing.T, a *app.App) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(a.Lake.Root(), "aside-*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// R8: what giving units away moves is known before, to the last digit: half of
// the fee goes from the owner to who uses the unit, and its usage is free. No
// provider's cost comes or goes. Looking at it changes nothing.
func TestEffect(t *testing.T) {
	a, dir, reserved := borrowed(t)
	before, err := a.Pipeline.Reconcile(context.Background(), september(t))
	if err != nil {
		t.Fatal(err)
	}
	lake := files(t, filepath.Join(dir, "lake"))
	wanted, changes := changed(t, a, given(reserved.ARN, september(t), "1", "beta"))
	moves := effect(t, a, wanted, september(t))

	half := money.MustParse("30.72") // of the fee of 61.44
	if !half.Add(half).Equal(reserved.Fee) {
		t.Fatalf("the fee is %s", reserved.Fee)
	}
	saved := reserved.OnDemand["200000000002"]
	acme, beta := moves["acme"], moves["beta"]
	if len(moves) != 2 || !acme.CostDifference.Equal(half.Neg()) || !beta.CostDifference.Equal(half) {
		t.Errorf("R8: the fee of %s moves so: %+v", reserved.Fee, moves)
	}
	if !acme.Difference.Equal(half.Neg()) || !beta.Difference.Equal(half.Sub(saved)) {
		t.Errorf("R8: acme moves by %s, want %s; beta by %s, want %s", acme.Difference, half.Neg(), beta.Difference, half.Sub(saved))
	}
	if acme.Invoice != "2026-09/acme" || acme.State != invoice.Draft || acme.Currency != "USD" || acme.Period != september(t) || acme.Stale {
		t.Errorf("acme's move is %+v", acme)
	}

	if left := asides(t, a); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if now := files(t, filepath.Join(dir, "lake")); !slices.Equal(now, lake) {
		t.Errorf("the lake changed from\n%v\nto\n%v", lake, now)
	}
	again, err := a.Pipeline.Reconcile(context.Background(), september(t))
	if err != nil || again.Revision != before.Revision || again.Config != before.Config || !again.Proved() {
		t.Errorf("in force is %s by %s, %v; before it was %s by %s", again.Revision, again.Config, err, before.Revision, before.Config)
	}

	if err := a.Apply(context.Background(), changes); err != nil {
		t.Fatal(err)
	}
	if s, err := a.Pipeline.Status(context.Background(), september(t)); err != nil || !s.Stale {
		t.Errorf("the change is not in force: %+v, %v", s, err)
	}
	was, is := statements(before), statements(closeMonth(t, a, september(t)))
	for group, m := range moves {
		if !m.Before.Equal(was[group]) || !m.After.Equal(is[group]) || !m.Difference.Equal(is[group].Sub(was[group])) {
			t.Errorf("R8: %s was to move from %s to %s; the close moved it from %s to %s", group, m.Before, m.After, was[group], is[group])
		}
	}
	if moves := effect(t, a, wanted, september(t)); len(moves) != 0 {
		t.Errorf("what is in force already moves %+v", moves)
	}
}

// Units that the reseller keeps move the fee to it, and the month's cost stays
// what it is. A month before the change is not looked at; one whose rules
// changed since says so; an issued document is named by its number.
func TestEffectOfPolicy(t *testing.T) {
	a, _, reserved := borrowed(t)
	from := september(t)
	wanted, _ := changed(t, a, billing.Commitment{ID: reserved.ARN, From: &from, Policy: billing.PolicyResellerKeeps})
	moves := effect(t, a, wanted, from)
	if len(moves) != 2 || !moves["reseller"].CostDifference.Equal(reserved.Fee) || !moves["acme"].CostDifference.Equal(reserved.Fee.Neg()) ||
		!moves["reseller"].Difference.IsZero() || !moves["acme"].Difference.Equal(reserved.Fee.Neg()) || moves["reseller"].Invoice != "" {
		t.Errorf("R8: keeping a fee of %s moves %+v", reserved.Fee, moves)
	}
	if moves := effect(t, a, wanted, from.Next()); len(moves) != 0 {
		t.Errorf("a month before the change moves %+v", moves)
	}

	issued, err := issue(a, "2026-09/acme", billing.DayOf(afterAll))
	if err != nil {
		t.Fatal(err)
	}
	apply(t, a, "price_books: [{id: unused, rules: [{name: more, match: {}, percent: \"50\"}]}]")
	acme := effect(t, a, wanted, from)["acme"]
	if acme.Invoice != issued.Number || acme.State != invoice.Issued || !acme.Stale || !acme.Difference.Equal(reserved.Fee.Neg()) {
		t.Errorf("R18: %+v; want the number %s", acme, issued.Number)
	}
	closed, err := a.ClosedMonths(context.Background(), from)
	if err != nil || len(closed) != 1 || closed[0] != from {
		t.Errorf("R18: closed are %v, %v", closed, err)
	}
	if closed, err := a.ClosedMonths(context.Background(), from.Next()); err != nil || len(closed) != 0 {
		t.Errorf("R18: closed after it are %v, %v", closed, err)
	}

	_, changes := changed(t, a, billing.Commitment{ID: reserved.ARN, From: &from, Policy: billing.PolicyResellerKeeps})
	if err := a.ApplyBecause(context.Background(), changes, "agreed on 2 October"); err != nil {
		t.Fatal(err)
	}
	audit, err := a.Store.Audit(context.Background(), 1)
	if err != nil || len(audit) != 1 || audit[0].Detail != "agreed on 2 October" || audit[0].By != a.User || audit[0].Subject != "commitments/"+reserved.ARN+" from 2026-09" {
		t.Errorf("R18: audit %+v, %v", audit, err)
	}
	if now, err := a.Config(context.Background()); err != nil || len(now.Commitments) != 1 || now.Commitments[0].Policy != billing.PolicyResellerKeeps {
		t.Errorf("in force: %+v, %v", now.Commitments, err)
	}
}

// Any change has an effect, also one of prices.
func TestEffectOfPrices(t *testing.T) {
	a, _, _ := installed(t, "1001")
	closeMonth(t, a, september(t))
	changes, err := a.Plan(context.Background(), parsed(t, `price_books: [{id: plus, rules: [{name: plus twenty, match: {}, percent: "20"}]}]`), false)
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
	moves := effect(t, a, wanted, september(t))
	acme := moves["acme"]
	// Usage is 110 % of its base before and 120 % after; nothing else is priced by the rule.
	documents, err := a.Documents.Invoices(context.Background(), september(t))
	if err != nil {
		t.Fatal(err)
	}
	usage := money.Zero
	for _, d := range documents {
		for _, account := range d.Accounts {
			for _, l := range account.Lines {
				if d.Group == "acme" && l.Kind == "usage" {
					usage = usage.Add(l.Cost)
				}
			}
		}
	}
	if len(moves) != 1 || acme.Difference.IsZero() || !acme.CostDifference.IsZero() || !acme.Difference.Mul(money.FromInt(11)).Equal(usage) {
		t.Errorf("acme's usage of %s moves by %s; all moves %+v", usage, acme.Difference, moves)
	}
}

func parsed(t *testing.T, yaml string) billing.Config {
	t.Helper()
	c, err := config.Parse("wanted.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What was begun and cancelled, or fails, leaves nothing behind.
func TestEffectCancelled(t *testing.T) {
	a, dir, reserved := borrowed(t)
	wanted, _ := changed(t, a, given(reserved.ARN, september(t), "1", "beta"))
	lake := files(t, filepath.Join(dir, "lake"))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	begun := false
	_, err := a.Trials.Effect(billing.WithProgress(ctx, onStep("commitments", func() { begun = len(asides(t, a)) > 0; cancel() })), wanted, september(t))
	if !errors.Is(err, context.Canceled) || !begun {
		t.Errorf("it ended with %v, begun %v", err, begun)
	}
	wanted.Payers = nil
	if _, err := a.Trials.Effect(context.Background(), wanted, september(t)); err == nil || !strings.Contains(err.Error(), "2026-09") {
		t.Errorf("without the payer: %v", err)
	}
	if left := asides(t, a); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if now := files(t, filepath.Join(dir, "lake")); !slices.Equal(now, lake) {
		t.Errorf("the lake changed from\n%v\nto\n%v", lake, now)
	}
}

// A commitment is named by any end of its id that no other has, also in a
// month that is only loaded.
func TestFindCommitment(t *testing.T) {
	folder := t.TempDir()
	totals, err := sample.Generate(context.Background(), folder, sample.Options{Lines: 3000, Accounts: 5, Seed: 3, Period: september(t), Report: "cur"})
	if err != nil {
		t.Fatal(err)
	}
	a := openAt(t, t.TempDir(), afterAll)
	apply(t, a, declared(folder))
	ingest(t, a)
	endings := map[string]int{}
	for _, c := range totals.Commitments {
		endings[c.ARN[len(c.ARN)-1:]]++
		for _, id := range []string{c.ARN, c.ARN[len(c.ARN)-12:]} {
			if found, err := a.Answers.FindCommitment(context.Background(), id); err != nil || found.ID != c.ARN || found.Owner != c.Owner {
				t.Errorf("%s is %+v, %v; want %s of %s", id, found, err, c.ARN, c.Owner)
			}
		}
	}
	if endings["1"] != 2 {
		t.Fatalf("the ids end with %v; the test wants two that end with 1", endings)
	}
	for id, want := range map[string]string{
		"1": `"1" names 2 commitments`, "": "no line of a loaded month names", totals.Commitments[0].ARN + "x": "no line of a loaded month names",
	} {
		if found, err := a.Answers.FindCommitment(context.Background(), id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is %+v, %v; want %q", id, found, err, want)
		}
	}
}
