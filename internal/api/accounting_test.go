package api

import (
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/accounting"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func septemberOf(t *testing.T) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// journal is a table of one's own: a row for each booking, with debit and credit.
const journal = `system: generic
customers: [{receivable: "1200"}]
lines: [{account: "4000"}]
taxes: [{category: none, code: ""}]
file:
  rows: entry
  encoding: utf-8
  columns:
    - {header: Number, value: "{number}"}
    - {header: Account, value: "{account}"}
    - {header: Debit, value: "{debit}"}
    - {header: Credit, value: "{credit}"}
`

// Issued documents are booked, here and from a server alike, and drafts are named.
func TestAccounting(t *testing.T) {
	a, dir := drafted(t)
	first, remote := here(t, a, "first"), served(t, a, dir)
	var in AccountingInput
	in.Period, in.Body.System, in.Body.Mapping = septemberOf(t), "generic", journal
	if _, _, err := SaveAccounting(t.Context(), first, in); err == nil || !strings.Contains(err.Error(), "is issued; issue them first") {
		t.Errorf("drafts alone: %v", err)
	}
	var issue IssueInput
	issue.Body.IDs = []string{"2026-09/g1", "2026-09/g2"}
	issued, err := IssueInvoices.Call(t.Context(), first, issue)
	if err != nil {
		t.Fatal(err)
	}
	payable := money.Zero
	for _, id := range issue.Body.IDs {
		inv, err := a.Documents.Invoice(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		payable = payable.Add(inv.Payable)
	}
	var before []accounting.File
	for name, at := range map[string]Place{"here": first, "over HTTP": remote} {
		out, files, err := SaveAccounting(t.Context(), at, in)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if out.Documents != 2 || len(out.Left) != draftedGroups-2 || out.Left[0].Reason != "it is a draft; issue it first" || len(files) != 1 {
			t.Errorf("%s: %+v in %d files", name, out, len(files))
		}
		if before != nil && string(before[0].Data) != string(files[0].Data) {
			t.Errorf("%s and %s", before[0].Data, files[0].Data)
		}
		before = files
	}
	rows, err := csv.NewReader(strings.NewReader(string(before[0].Data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	owed, off := money.Zero, money.Zero
	for _, r := range rows[1:] {
		if !slices.ContainsFunc(issued.Issued, func(d DocumentSummary) bool { return d.Number == r[0] }) {
			t.Errorf("a booking of %s", r[0])
		}
		amount := number(t, r[2]).Sub(number(t, r[3]))
		if off = off.Add(amount); r[1] == "1200" {
			owed = owed.Add(amount)
		}
	}
	if !owed.Equal(payable) || !off.IsZero() {
		t.Errorf("%s is owed, want %s; debits and credits differ by %s", owed, payable, off)
	}

	in.Body.Groups = []string{"g1"}
	if out, _, err := SaveAccounting(t.Context(), first, in); err != nil || out.Documents != 1 || len(out.Left) != 0 {
		t.Errorf("of g1: %+v, %v", out, err)
	}
	in.Body.Groups = []string{"g99"}
	if _, _, err := SaveAccounting(t.Context(), first, in); err == nil {
		t.Error("there is a billing group g99")
	}
	in.Body.Groups, in.Body.Seller = nil, "acme"
	if _, _, err := SaveAccounting(t.Context(), first, in); err == nil || !strings.Contains(err.Error(), "reseller acme is not on record") {
		t.Errorf("acme sells to nobody: %v", err)
	}
}

func number(t *testing.T, text string) money.Decimal {
	t.Helper()
	if text == "" {
		return money.Zero
	}
	d, err := money.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A mapping is read before it is kept, in force from then on, audited, and gone when it
// is removed. What it lacks is told thing by thing.
func TestAccountingMapping(t *testing.T) {
	a, _ := drafted(t)
	at := here(t, a, "first")
	show := func() AccountingMapping {
		t.Helper()
		m, err := ShowAccountingMapping.Call(t.Context(), at, AccountingMappingQuery{OfSystem: OfSystem{"generic"}})
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	original := show()
	if original.Version != 0 || original.ChangedAt != nil || !strings.Contains(original.Mapping, "#") {
		t.Errorf("the default is %+v", original)
	}
	save := func(system, text string) (AccountingMapping, error) {
		in := AccountingMappingInput{OfSystem: OfSystem{system}}
		in.Body.Mapping = text
		return SaveAccountingMapping.Call(t.Context(), at, in)
	}
	for text, why := range map[string]string{"lines: [{acount: 1}]": "acount", "system: xero": "it is for xero, and not for generic"} {
		var p *Problem
		if _, err := save("generic", text); !errors.As(err, &p) || p.Errors[0].Location != "body.mapping" || !strings.Contains(p.Detail, why) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := save("ledger", journal); err == nil || !strings.Contains(err.Error(), "not an accounting system") {
		t.Errorf("ledger: %v", err)
	}
	for range 2 {
		if m, err := save("generic", journal); err != nil || m.Version != 1 {
			t.Errorf("%+v, %v", m, err)
		}
	}
	if m, err := save("generic", "defaults: false\n"); err != nil || m.Version != 2 || m.ChangedBy != "first" || show().Mapping != m.Mapping {
		t.Errorf("%+v, %v", m, err)
	}
	systems, err := ListAccountingSystems.Call(t.Context(), at, struct{}{})
	if i := slices.IndexFunc(systems, func(s AccountingSystem) bool { return s.Mapping == 2 }); err != nil || len(systems) != len(accounting.Systems()) || i < 0 || systems[i].Name != "generic" {
		t.Errorf("%+v, %v", systems, err)
	}

	if err := issueOne(t, at); err != nil {
		t.Fatal(err)
	}
	var in AccountingInput
	in.Period, in.Body.System = septemberOf(t), "xero"
	in.Body.Mapping = "defaults: false\n"
	var p *Problem
	if _, err := ExportAccounting.Call(t.Context(), at, in); !errors.As(err, &p) || p.Code != "invalid" || len(p.Errors) < 2 || !strings.Contains(p.Errors[0].Message, "nothing in the mapping says") {
		t.Errorf("a mapping that says nothing: %v", err)
	}
	if _, err := RemoveAccountingMapping.Call(t.Context(), at, OfSystem{"generic"}); err != nil || show().Mapping != original.Mapping {
		t.Errorf("removed: %v", err)
	}
	if _, err := RemoveAccountingMapping.Call(t.Context(), at, OfSystem{"generic"}); err == nil {
		t.Error("what is not there was removed")
	}
	actions := []string{}
	audit, err := a.Store.Audit(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range audit {
		if e.Subject == "accounting-mapping/generic" {
			actions = append(actions, e.Action)
		}
	}
	if want := []string{"accounting-mapping.remove", "accounting-mapping.save", "accounting-mapping.save"}; !slices.Equal(actions, want) {
		t.Errorf("the audit has %v, want %v", actions, want)
	}
}

func issueOne(t *testing.T, at Place) error {
	var in IssueInput
	in.Body.IDs = []string{"2026-09/g1"}
	_, err := IssueInvoices.Call(t.Context(), at, in)
	return err
}
