package app_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/store"
)

// R30: issued documents are numbered without gaps and never change. A month
// that changes after that drafts the notes that correct them.
func TestIssue(t *testing.T) {
	a, folder, _ := installed(t, "1001")
	closeMonth(t, a, september(t))
	on := billing.DayOf(afterAll)
	first, err := issue(a, "2026-09/beta", on)
	if err != nil {
		t.Fatal(err)
	}
	if first.Number != "INV-2026-000001" || first.State != invoice.Issued || first.IssueDate.String() != "2026-11-21" || first.DueDate.String() != "2026-12-31" {
		t.Errorf("issued %s %s on %s, due %s", first.Number, first.State, first.IssueDate, first.DueDate)
	}
	if _, err := issue(a, "2026-09/beta", on); err == nil || !strings.Contains(err.Error(), "INV-2026-000001") {
		t.Errorf("issued twice: %v", err)
	}
	if _, err := issue(a, "2026-09/nobody", on); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("issued what is not there: %v", err)
	}
	second, err := issue(a, "2026-09/acme", on)
	if err != nil || second.Number != "INV-2026-000002" {
		t.Errorf("issued %s, %v; want the number after the first", second.Number, err)
	}
	if c := closeMonth(t, a, september(t)); !c.Proved() {
		t.Errorf("closed again with the same data: %v", c.Residues)
	}
	if byNumber, err := a.Documents.Invoice(context.Background(), "INV-2026-000002"); err != nil || byNumber.ID != "2026-09/acme" {
		t.Errorf("by number: %s, %v", byNumber.ID, err)
	}

	before := stored(t, a, september(t))
	delivered(t, folder, "1001", 2)
	c := closeMonth(t, a, september(t))
	if !c.Proved() {
		t.Errorf("R30: residues %v, want none with the notes that correct the documents", c.Residues)
	}
	after := stored(t, a, september(t))
	for id, document := range before {
		if after[id] != document {
			t.Errorf("R30: the issued document %s changed", id)
		}
		if after[id+"/2"] == "" {
			t.Errorf("R30: no note is drafted that corrects %s", id)
		}
	}
	if s := state(t, a); s != store.PeriodRestated {
		t.Errorf("R29: the payer's month is %s", s)
	}
}

// A document that was issued before the month changed does not keep the others
// from being issued.
func TestIssueAfterRestatement(t *testing.T) {
	a, folder, _ := installed(t, "1001")
	closeMonth(t, a, september(t))
	on := billing.DayOf(afterAll)
	if _, err := issue(a, "2026-09/beta", on); err != nil {
		t.Fatal(err)
	}
	delivered(t, folder, "1001", 2)
	if c := closeMonth(t, a, september(t)); !c.Proved() {
		t.Fatalf("residues %v", c.Residues)
	}
	if issued, err := issue(a, "2026-09/acme", on); err != nil || issued.Number != "INV-2026-000002" {
		t.Errorf("issued %s, %v", issued.Number, err)
	}
	note, err := issue(a, "2026-09/beta/2", on)
	if err != nil || note.Number != "INV-2026-000003" || note.Corrects.Number != "INV-2026-000001" || note.Corrects.Reason != invoice.Restated {
		t.Errorf("R30: issued %s, which corrects %+v, %v", note.Number, note.Corrects, err)
	}
}

// A draft from before the last change of data or rules is not issued.
func TestIssueStale(t *testing.T) {
	a, folder, _ := installed(t, "1001")
	closeMonth(t, a, september(t))
	issue := func() error {
		_, err := issue(a, "2026-09/acme", billing.DayOf(afterAll))
		return err
	}
	apply(t, a, strings.Replace(declared(folder), `percent: "10"`, `percent: "11"`, 1))
	if err := issue(); err == nil || !strings.Contains(err.Error(), "drafted before the last change") {
		t.Errorf("issued under old rules: %v", err)
	}
	closeMonth(t, a, september(t))
	delivered(t, folder, "1001", 2)
	ingest(t, a)
	if err := issue(); err == nil || !strings.Contains(err.Error(), "drafted before the last change") {
		t.Errorf("issued from old data: %v", err)
	}
	closeMonth(t, a, september(t))
	if err := issue(); err != nil {
		t.Error(err)
	}
}

// Documents are drafted and issued one by one: a failed close leaves the drafts
// before it, which are then not issued.
func TestFailedCloseIsNotIssued(t *testing.T) {
	a, folder, _ := installed(t, "1001")
	closeMonth(t, a, september(t))
	apply(t, a, strings.Replace(declared(folder), `"111111111111", "200000000003"]`, `"111111111111"]`, 1))
	held(t, a, september(t))
	if _, err := issue(a, "2026-09/acme", billing.DayOf(afterAll)); err == nil || !strings.Contains(err.Error(), "would be another document now") {
		t.Errorf("issued a draft of a month that is held: %v", err)
	}
}

// issue issues one document.
func issue(a *app.App, id string, on billing.Day) (invoice.Invoice, error) {
	issued, err := a.Documents.Issue(context.Background(), []string{id}, on)
	if err != nil {
		return invoice.Invoice{}, err
	}
	return issued[0], nil
}
