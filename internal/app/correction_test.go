package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/item"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/proof"
	"github.com/sluice-billing/sluice/internal/sheet"
)

// issueDrafts issues every draft of September and returns them by id.
func issueDrafts(t testing.TB, a *app.App) map[string]invoice.Invoice {
	t.Helper()
	documents, err := a.Documents.Invoices(context.Background(), september(t))
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]invoice.Invoice{}
	for _, d := range documents {
		if d.State == invoice.Draft {
			if byID[d.ID], err = issue(a, d.ID, billing.DayOf(afterAll)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return byID
}

// inForce sums what the documents of a group that are not voided come to.
func inForce(t testing.TB, a *app.App, group string) (total money.Decimal) {
	t.Helper()
	documents, err := a.Documents.Invoices(context.Background(), september(t))
	if err != nil {
		t.Fatal(err)
	}
	chains := map[string][]invoice.Invoice{}
	for _, d := range documents {
		if d.Group == group && d.State == invoice.Issued {
			chains[d.Provider] = append(chains[d.Provider], d)
		}
	}
	for _, chain := range chains {
		invoice.SortChain(chain)
		for _, d := range invoice.InForce(chain) {
			total = total.Add(d.Total)
		}
	}
	return total
}

func amountIs(t testing.TB, what string, got money.Decimal, want string) {
	t.Helper()
	if got.String() != want {
		t.Errorf("%s is %s, want %s", what, got, want)
	}
}

// numbered gives both groups of needing a series of notes by template and of their
// own.
var numbered = strings.NewReplacer(
	"invoice: {terms: {due: net-30}}", `invoice: {terms: {due: net-30}, note_series: "CN-{yyyy}-{seq:6}"}`,
).Replace(needing)

// R30: a month that is restated, settled otherwise and restated again while notes
// are issued in between comes to what it would be billed as today. By hand, in yen
// with 10 % tax: 121 for each dollar.
func TestCorrections(t *testing.T) {
	a, ctx := open(t, numbered), context.Background()
	restate := func(cost string) {
		t.Helper()
		deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 "+cost, "200000000002 Usage AmazonS3 1 50")
		provedMonth(t, closeMonth(t, a, september(t)))
	}
	restate("100")
	first := issueDrafts(t, a)["2026-09/acme"]
	amountIs(t, "the invoice", first.Total, "12100")

	steps := []struct {
		name   string
		do     func()
		note   string // its total; none where it is empty
		kind   invoice.DocumentKind
		reason string
		total  string // of all in force
	}{
		{"up", func() { restate("120") }, "2420", invoice.DocumentDebitNote, invoice.Restated, "14520"},
		{"nothing", func() { restate("120") }, "", "", "", "14520"},
		{"down", func() { restate("80") }, "-4840", invoice.DocumentCreditNote, invoice.Restated, "9680"},
		{"a setting", func() { editSettings(t, a, "discount", `{"percent": "50"}`, "acme"); provedMonth(t, draftMonth(t, a)) }, "-4840", invoice.DocumentCreditNote, invoice.Resettled, "4840"},
		{"the same setting", func() { editSettings(t, a, "discount", `{"percent": "50"}`, "acme"); provedMonth(t, draftMonth(t, a)) }, "", "", "", "4840"},
		{"another rate", func() {
			apply(t, a, strings.Replace(numbered, `rate: "100"`, `rate: "200"`, 1))
			provedMonth(t, draftMonth(t, a))
		}, "", "", "", "4840"},
		{"a setting at the frozen rate", func() { editSettings(t, a, "discount", `null`, "acme"); provedMonth(t, draftMonth(t, a)) }, "4840", invoice.DocumentDebitNote, invoice.Resettled, "9680"},
		{"a price", func() {
			apply(t, a, strings.Replace(numbered, `percent: "10"}]}]`, `percent: "20"}]}]`, 1))
			provedMonth(t, closeMonth(t, a, september(t)))
		}, "880", invoice.DocumentDebitNote, invoice.Repriced, "10560"},
		{"another currency", func() {
			dollars := strings.Replace(numbered, `customer: acme, currency: JPY`, `customer: acme, currency: USD`, 1)
			apply(t, a, strings.Replace(dollars, `percent: "10"}]}]`, `percent: "20"}]}]`, 1))
			editSettings(t, a, "note", `"Thank you"`, "acme")
			provedMonth(t, draftMonth(t, a))
		}, "", "", "", "10560"},
		{"nothing is left", func() {
			deliverUsage(t, a, "200000000002 Usage AmazonS3 1 50")
			provedMonth(t, closeMonth(t, a, september(t)))
		}, "-10560", invoice.DocumentCreditNote, invoice.Restated, "0"},
	}
	notes := 0
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			step.do()
			issued := issueDrafts(t, a)
			switch {
			case step.note == "" && len(issued) > 0:
				t.Errorf("there are notes: %+v", issued)
			case step.note != "":
				notes++
				id := "2026-09/acme/" + string(rune('1'+notes))
				note := issued[id]
				if len(issued) != 1 || note.Corrects == nil {
					t.Fatalf("issued are %d documents; %s corrects %+v", len(issued), id, note.Corrects)
				}
				amountIs(t, "the note", note.Total, step.note)
				if note.Document != step.kind || note.Number != "CN-2026-00000"+string(rune('0'+notes)) {
					t.Errorf("%s %s, want a %s", note.Document, note.Number, step.kind)
				}
				if r := note.Corrects; r.ID != first.ID || r.Number != first.Number || r.IssueDate != *first.IssueDate || r.Reason != step.reason || r.Voids {
					t.Errorf("it corrects %+v", r)
				}
			}
			amountIs(t, "all in force", inForce(t, a, "acme"), step.total)
			amountIs(t, "the other group", inForce(t, a, "beta"), "50")
			c, err := a.Pipeline.Reconcile(ctx, september(t))
			if err != nil {
				t.Fatal(err)
			}
			provedMonth(t, c)
			if left := needs(t, a); len(left.Rating)+len(left.Drafts) > 0 {
				t.Errorf("the month needs\n%s", saysNeeds(left))
			}
		})
	}
	kept, err := a.Documents.Invoice(ctx, first.Number)
	if err != nil {
		t.Fatal(err)
	}
	was, _ := json.Marshal(first)
	is, _ := json.Marshal(kept)
	if string(was) != string(is) {
		t.Errorf("R30: the invoice changed from\n%s\nto\n%s", was, is)
	}
}

// R30: what is voided is taken back whole; the balance has again what was prepaid,
// and the month is billed anew, with what is agreed now.
func TestVoid(t *testing.T) {
	prepaid := strings.Replace(needing, `claims: [{accounts: ["200000000002"]}]}`, `claims: [{accounts: ["200000000002"]}], invoice: {prepaid: true}}`, 1)
	a, ctx, on := open(t, prepaid), context.Background(), billing.DayOf(afterAll)
	if _, err := a.Receivables.PostPrepaid(ctx, invoice.LedgerEntry{Group: "beta", Kind: invoice.LedgerTopUp, On: on, Amount: money.FromInt(30)}); err != nil {
		t.Fatal(err)
	}
	balance := func() string {
		t.Helper()
		b, err := a.Store.Available(ctx, "beta", "USD", on)
		if err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	reconciled := func() proof.Certificate {
		t.Helper()
		c, err := a.Pipeline.Reconcile(ctx, september(t))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100", "200000000002 Usage AmazonS3 1 50")
	provedMonth(t, closeMonth(t, a, september(t)))
	if _, err := a.Documents.Void(ctx, "2026-09/beta", "wrong house", on); err == nil || !strings.Contains(err.Error(), "is not issued") {
		t.Errorf("voided a draft: %v", err)
	}
	first := issueDrafts(t, a)["2026-09/beta"]
	amountIs(t, "payable", first.Payable, "20")
	if b := balance(); b != "0" {
		t.Errorf("the balance is %s after the invoice", b)
	}
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100", "200000000002 Usage AmazonS3 1 60")
	provedMonth(t, closeMonth(t, a, september(t)))
	amountIs(t, "the debit note", issueDrafts(t, a)["2026-09/beta/2"].Total, "10")

	before := billing.DayOf(afterAll.AddDate(0, 0, -1))
	if _, err := a.Documents.Void(ctx, first.Number, "wrong house", before); err == nil || !strings.Contains(err.Error(), "it comes after INV-2026-00000") {
		t.Errorf("voided before it was issued: %v", err)
	}
	workshop := sheet.Item{Group: "beta", AdditionalItem: billing.AdditionalItem{Label: "Workshop", UnitPrice: money.FromInt(1), Quantity: money.FromInt(1)}}
	if err := a.Items.Add(ctx, september(t), workshop, item.UI); err == nil || !strings.Contains(err.Error(), "is issued as "+first.Number) {
		t.Errorf("an item was added to what is issued: %v", err)
	}
	void, err := a.Documents.Void(ctx, first.Number, "wrong house", on)
	if err != nil {
		t.Fatal(err)
	}
	// What is billed anew can have other items.
	if err := errors.Join(a.Items.Add(ctx, september(t), workshop, item.UI), a.Items.Remove(ctx, september(t), "beta", "Workshop")); err != nil {
		t.Errorf("after the void: %v", err)
	}
	amountIs(t, "the void", void.Total, "-60")
	amountIs(t, "given back to the balance", void.Carried, "30")
	amountIs(t, "paid out or set off", void.Payable, "-30")
	if r := void.Corrects; void.ID != "2026-09/beta/3" || void.Document != invoice.DocumentCreditNote || r.Number != first.Number || r.Reason != "wrong house" || !r.Voids {
		t.Errorf("%s %s corrects %+v", void.Document, void.ID, r)
	}
	if b := balance(); b != "30" {
		t.Errorf("the balance is %s after the void", b)
	}
	for _, again := range []string{first.Number, "2026-09/beta/2", void.Number} {
		if _, err := a.Documents.Void(ctx, again, "twice", on); err == nil || !strings.Contains(err.Error(), "voided already") {
			t.Errorf("voided %s twice: %v", again, err)
		}
	}
	if got, want := saysNeeds(needs(t, a)), "draft: 2026-09/beta/4 new 0 to 60 USD: there is no draft of it"; got != want {
		t.Errorf("after the void the month needs\n%s\nwant\n%s", got, want)
	}
	if c := reconciled(); len(c.Residues) != 1 || !strings.Contains(c.Residues[0], "(d) beta") || !strings.Contains(c.Residues[0], "all its documents are voided") {
		t.Errorf("nothing is billed for the month, and the residues are %v", c.Residues)
	}

	editSettings(t, a, "discount", `{"percent": "10"}`, "beta")
	provedMonth(t, draftMonth(t, a))
	if _, err := issue(a, "2026-09/beta/4", before); err == nil || !strings.Contains(err.Error(), "it comes after "+void.Number) {
		t.Errorf("billed anew before the void: %v", err)
	}
	anew := issueDrafts(t, a)["2026-09/beta/4"]
	if anew.Document != invoice.DocumentInvoice || anew.Corrects != nil {
		t.Errorf("billed anew with a %s that corrects %+v", anew.Document, anew.Corrects)
	}
	amountIs(t, "billed anew", anew.Total, "54")
	amountIs(t, "payable", anew.Payable, "24")
	amountIs(t, "in force", inForce(t, a, "beta"), "54")
	amountIs(t, "the other group", inForce(t, a, "acme"), "12100")
	provedMonth(t, reconciled())

	// A note to the new invoice names that, not the voided one.
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100", "200000000002 Usage AmazonS3 1 70")
	provedMonth(t, closeMonth(t, a, september(t)))
	note := issueDrafts(t, a)["2026-09/beta/5"]
	amountIs(t, "the note", note.Total, "9")
	if note.Corrects.Number != anew.Number {
		t.Errorf("the note corrects %s, want %s", note.Corrects.Number, anew.Number)
	}
}

// A credit that went to the balance is taken from it when its document is voided,
// also where it is used already.
func TestVoidOfCarried(t *testing.T) {
	carried := strings.Replace(needing, `claims: [{accounts: ["200000000002"]}]}`,
		`claims: [{accounts: ["200000000002"]}], invoice: {prepaid: true, carry_credit: true, additional_items: [{label: Goodwill, unit_price: "-70", quantity: "1"}]}}`, 1)
	a, ctx, on := open(t, carried), context.Background(), billing.DayOf(afterAll)
	deliverUsage(t, a, "200000000002 Usage AmazonS3 1 50")
	provedMonth(t, closeMonth(t, a, september(t)))
	credit := issueDrafts(t, a)["2026-09/beta"]
	amountIs(t, "carried", credit.Carried, "20")
	void, err := a.Documents.Void(ctx, "2026-09/beta", "no goodwill", on)
	if err != nil {
		t.Fatal(err)
	}
	amountIs(t, "the void", void.Total, "20")
	amountIs(t, "taken from the balance", void.Carried, "-20")
	amountIs(t, "payable", void.Payable, "0")
	if b, err := a.Store.Available(ctx, "beta", "USD", on); err != nil || !b.IsZero() {
		t.Errorf("the balance is %s, %v", b, err)
	}
	if d := invoice.Check(void); len(d) > 0 {
		t.Errorf("the void does not prove itself: %+v", d)
	}
	if void.Document != invoice.DocumentDebitNote {
		t.Errorf("a void over %s is a %s", void.Total, void.Document)
	}
}

// The layers of settings: the template's go before the group's, one by one; a
// month has a copy since its first final draft; a document freezes what it was
// made with.
func TestSettingsLayers(t *testing.T) {
	yaml := strings.Replace(needing, "invoice: {terms: {due: net-30}}", `invoice: {terms: {due: net-30}, note: Of the template}`, 1)
	yaml = strings.Replace(yaml, `invoice: {tax:`, `invoice: {note: Of the group, rounding: {mode: down}, tax:`, 1)
	a, ctx := open(t, yaml), context.Background()
	of := func(group string) desk.MonthSettings {
		t.Helper()
		all, err := a.Documents.MonthSettings(ctx, september(t), []string{group})
		if err != nil || len(all) != 1 {
			t.Fatalf("%d settings, %v", len(all), err)
		}
		return all[0]
	}
	deliverUsage(t, a, "200000000001 Usage AmazonEC2 1 100", "200000000002 Usage AmazonS3 1 50")
	if _, err := a.Pipeline.Close(ctx, september(t), true); err != nil {
		t.Fatal(err)
	}
	if s := of("acme"); s.Saved || s.Version != 0 || s.Settings.Note != "Of the template" || s.Settings.Rounding.Mode != money.Down || s.Settings.Terms.Due != "net-30" {
		t.Errorf("after a preview: %+v", s)
	}
	closeMonth(t, a, september(t))
	if s := of("acme"); !s.Saved || s.Version != 1 || s.Edited || len(s.Differs) > 0 {
		t.Errorf("after the close: %+v", s)
	}
	d, err := a.Documents.Invoice(ctx, "2026-09/acme")
	if err != nil {
		t.Fatal(err)
	}
	if d.Note != "Of the template" || d.DueTerms.Due != "net-30" || d.Rounding.Mode != money.Down || len(d.Taxes) != 1 {
		t.Errorf("the document has note %q, terms %v, rounding %v, taxes %v", d.Note, d.DueTerms, d.Rounding, d.Taxes)
	}

	// All groups or none: care is in yen, beta pays dollars.
	refused := func(setting, value string, words ...string) {
		t.Helper()
		err := a.Documents.EditMonthSettings(ctx, september(t), []string{"acme", "beta"}, map[string]json.RawMessage{setting: json.RawMessage(value)})
		for _, word := range words {
			if err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("setting %s to %s: %v; want it refused, naming %s", setting, value, err, word)
			}
		}
		if of("acme").Version != 1 || of("beta").Version != 1 {
			t.Errorf("setting %s to %s changed acme to %d, beta to %d", setting, value, of("acme").Version, of("beta").Version)
		}
	}
	refused("billing_services", `[{"service": "care"}]`, "beta", "2026-09", "JPY")
	refused("coupons", `["XMAS"]`, "acme", "2026-09", "XMAS")
	refused("Tax", `[]`, `"Tax" is not one of the invoice settings`)
	refused("discount", `{"percentage": "5"}`, "percentage")
	if err := a.Documents.EditMonthSettings(ctx, september(t), []string{"acne"}, map[string]json.RawMessage{"note": json.RawMessage(`"x"`)}); err == nil || !strings.Contains(err.Error(), `did you mean "acme"?`) {
		t.Errorf("changed settings of nobody: %v", err)
	}

	editSettings(t, a, "note", `"Of the month"`, "acme", "beta")
	editSettings(t, a, "tax", `null`, "acme")
	if s := of("acme"); s.Version != 3 || !s.Edited || s.Settings.Note != "Of the month" || len(s.Settings.Tax) > 0 || !slices.Equal(s.Differs, []string{"note", "tax"}) {
		t.Errorf("after two changes: %+v", s)
	}
	draftMonth(t, a)
	issued := issueDrafts(t, a)["2026-09/acme"]
	if issued.Note != "Of the month" || issued.Inputs.Settings != 3 || issued.Frozen.Invoice.Note != "Of the month" {
		t.Errorf("issued with note %q, settings %d", issued.Note, issued.Inputs.Settings)
	}
	amountIs(t, "without tax", issued.Total, "11000")

	// Reverting takes the master's; what it comes to is on a note, and the issued
	// document keeps what it froze.
	if err := a.Documents.RevertMonthSettings(ctx, september(t), []string{"acme"}); err != nil {
		t.Fatal(err)
	}
	if s := of("acme"); s.Version != 4 || s.Edited || len(s.Differs) > 0 {
		t.Errorf("reverted: %+v", s)
	}
	provedMonth(t, draftMonth(t, a))
	note := issueDrafts(t, a)["2026-09/acme/2"]
	amountIs(t, "the tax", note.Total, "1100")
	amountIs(t, "before tax", note.BeforeTax, "0")
	if s := of("beta"); s.Settings.Note != "Of the month" {
		t.Errorf("reverting acme changed beta: %+v", s)
	}
}
