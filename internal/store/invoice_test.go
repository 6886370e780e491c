package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

var issueTime = time.Date(2026, 11, 5, 9, 30, 0, 0, time.UTC)

// draftOf is a draft of a group in October, made from revision 01A.
func draftOf(group, document string) Invoice {
	return Invoice{ID: "2026-10/" + group, Group: group, Period: october, Document: []byte(document), Rated: "01A"}
}

// withDrafts returns records with drafts of the groups.
func withDrafts(t *testing.T, groups ...string) *Store {
	t.Helper()
	s := openNew(t)
	rate(t, s, "01A", october)
	var drafts []Invoice
	for _, group := range groups {
		drafts = append(drafts, draftOf(group, `{"draft":1}`))
	}
	kept, err := s.ReplaceDrafts(t.Context(), october, nil, drafts)
	ok(t, err)
	if len(kept) != 0 {
		t.Fatalf("kept %q in new records", kept)
	}
	return s
}

// issueNext issues a draft as the next of series INV.
func issueNext(ctx context.Context, s *Store, id string) (Invoice, error) {
	return s.IssueInvoice(ctx, Issue{Invoice: id, Series: "INV", By: "ann", At: issueTime},
		func(draft Invoice, seq int64) (string, json.RawMessage, error) {
			number := fmt.Sprintf("INV-%06d", seq)
			return number, fmt.Appendf(nil, `{"id": %q, "number": %q}`, draft.ID, number), nil
		})
}

// ids lists the invoices of a period with their states.
func ids(t *testing.T, s *Store) (all []string) {
	t.Helper()
	invoices, err := s.Invoices(t.Context(), october)
	ok(t, err)
	for _, v := range invoices {
		all = append(all, v.ID+" "+v.State)
	}
	return all
}

func TestReplaceDrafts(t *testing.T) {
	s := withDrafts(t, "acme", "beta")
	kept, err := s.ReplaceDrafts(t.Context(), october, nil, []Invoice{draftOf("coda", `{}`), draftOf("beta", `{ "draft": 2 }`)})
	ok(t, err)
	if got, want := ids(t, s), []string{"2026-10/beta draft", "2026-10/coda draft"}; !slices.Equal(got, want) || len(kept) != 0 {
		t.Errorf("invoices are %q, kept %q; want %q", got, kept, want)
	}
	got, err := s.Invoice(t.Context(), "2026-10/beta")
	ok(t, err)
	want := draftOf("beta", `{ "draft": 2 }`)
	want.State = "draft"
	want.Hash = fmt.Sprintf("%x", sha256.Sum256([]byte(`{ "draft": 2 }`)))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("draft is\n%+v, want\n%+v", got, want)
	}
}

func TestInvoicesOfAllPeriods(t *testing.T) {
	s := withDrafts(t, "acme")
	rate(t, s, "01S", september)
	_, err := s.ReplaceDrafts(t.Context(), september, nil,
		[]Invoice{{ID: "2026-09/acme", Group: "acme", Period: september, Document: []byte(`{}`), Rated: "01S"}})
	ok(t, err)
	all, err := s.Invoices(t.Context(), october.Next())
	ok(t, err)
	if len(all) != 0 {
		t.Errorf("%d invoices of a month without any", len(all))
	}
	all, err = s.Invoices(t.Context(), billing.Period{})
	ok(t, err)
	if len(all) != 2 || all[0].ID != "2026-09/acme" || all[1].ID != "2026-10/acme" {
		t.Errorf("all invoices are %+v", all)
	}
}

func TestReplaceDraftsRefuses(t *testing.T) {
	s := withDrafts(t, "acme")
	replace := func(drafts ...Invoice) error {
		_, err := s.ReplaceDrafts(t.Context(), october, nil, drafts)
		return err
	}
	elsewhere := draftOf("beta", `{}`)
	elsewhere.Period = september
	unrated := draftOf("beta", `{}`)
	unrated.Rated = "01X"
	refused(t, replace(elsewhere), "2026-10/beta", "2026-09")
	refused(t, replace(draftOf("beta", `{`)), "2026-10/beta", "JSON")
	refused(t, replace(draftOf("beta", `{}`), draftOf("beta", `{}`)), "2026-10/beta", "twice")
	notFound(t, replace(draftOf("acme", `{}`), unrated), "01X")
	if got := ids(t, s); !slices.Equal(got, []string{"2026-10/acme draft"}) {
		t.Errorf("invoices are %q after refused drafts", got)
	}

	rate(t, s, "01S", september)
	taken := draftOf("acme", `{}`)
	taken.Period, taken.Rated = september, "01S"
	_, err := s.ReplaceDrafts(t.Context(), september, nil, []Invoice{taken})
	refused(t, err, "2026-10/acme", "taken", "2026-10")
}

func TestIssueInvoice(t *testing.T) {
	s := withDrafts(t, "acme")
	issued, err := issueNext(t.Context(), s, "2026-10/acme")
	ok(t, err)
	document := `{"id": "2026-10/acme", "number": "INV-000001"}`
	at := issueTime
	want := Invoice{
		ID: "2026-10/acme", Group: "acme", Period: october, State: "issued", Number: "INV-000001",
		Hash: fmt.Sprintf("%x", sha256.Sum256([]byte(document))), Document: []byte(document), Rated: "01A", IssuedAt: &at,
	}
	if !reflect.DeepEqual(issued, want) {
		t.Errorf("issued is\n%+v, want\n%+v", issued, want)
	}
	for _, name := range []string{"2026-10/acme", "INV-000001"} {
		got, err := s.Invoice(t.Context(), name)
		ok(t, err)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("invoice %s is\n%+v, want\n%+v", name, got, want)
		}
	}
	entries, err := s.Audit(t.Context(), 1)
	ok(t, err)
	if e := entries[0]; e.By != "ann" || e.Action != "invoice.issue" || e.Subject != "2026-10/acme" || e.Detail != "INV-000001, sha256 "+want.Hash {
		t.Errorf("audit is %+v", e)
	}
}

func TestInvoiceNotFound(t *testing.T) {
	s := withDrafts(t)
	_, err := s.Invoice(t.Context(), "INV-000009")
	notFound(t, err, "INV-000009")
	_, err = issueNext(t.Context(), s, "2026-10/nobody")
	notFound(t, err, "2026-10/nobody")
}

// R30: new drafts go around an issued invoice.
func TestIssuedInvoiceIsKept(t *testing.T) {
	s := withDrafts(t, "acme", "beta")
	issued, err := issueNext(t.Context(), s, "2026-10/acme")
	ok(t, err)
	kept, err := s.ReplaceDrafts(t.Context(), october, nil, []Invoice{draftOf("acme", `{"draft":2}`), draftOf("coda", `{}`)})
	ok(t, err)
	if !slices.Equal(kept, []string{"2026-10/acme"}) {
		t.Errorf("kept %q, want the issued one", kept)
	}
	kept, err = s.ReplaceDrafts(t.Context(), october, nil, nil)
	ok(t, err)
	if len(kept) != 0 {
		t.Errorf("kept %q, but no draft was given", kept)
	}
	if got := ids(t, s); !slices.Equal(got, []string{"2026-10/acme issued"}) {
		t.Errorf("invoices are %q", got)
	}
	got, err := s.Invoice(t.Context(), "2026-10/acme")
	ok(t, err)
	if !reflect.DeepEqual(got, issued) {
		t.Errorf("the issued invoice became\n%+v, was\n%+v", got, issued)
	}
	_, err = issueNext(t.Context(), s, "2026-10/acme")
	refused(t, err, "2026-10/acme", "INV-000001", "credit")
}

// The tables themselves keep an issued invoice from being deleted or set back,
// and a changed document is noticed when it is read.
func TestIssuedInvoiceIsGuarded(t *testing.T) {
	s := withDrafts(t, "acme")
	_, err := issueNext(t.Context(), s, "2026-10/acme")
	ok(t, err)
	for _, statement := range []string{
		`DELETE FROM invoice`,
		`UPDATE invoice SET state = 'draft', number = NULL, issued_at = NULL`,
		`UPDATE invoice SET number = 'INV-000002'`,
		`UPDATE invoice SET hash = 'x'`,
		`UPDATE invoice SET id = 'x'`,
	} {
		if _, err := s.db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s was not refused", statement)
		}
	}
	_, err = s.db.ExecContext(t.Context(), `UPDATE invoice SET document = '{"total":"0"}'`)
	ok(t, err)
	_, err = s.Invoice(t.Context(), "INV-000001")
	refused(t, err, "2026-10/acme", "has been changed")
}

func TestIssueRefuses(t *testing.T) {
	s := withDrafts(t, "acme")
	give := func(number, document string) func(Invoice, int64) (string, json.RawMessage, error) {
		return func(Invoice, int64) (string, json.RawMessage, error) { return number, []byte(document), nil }
	}
	full := Issue{Invoice: "2026-10/acme", Series: "INV", By: "ann", At: issueTime}
	tests := map[string]struct {
		change func(*Issue)
		finish func(Invoice, int64) (string, json.RawMessage, error)
		words  []string
	}{
		"no series":    {func(i *Issue) { i.Series = "" }, give("1", `{}`), []string{"series"}},
		"nobody":       {func(i *Issue) { i.By = "" }, give("1", `{}`), []string{"who issues"}},
		"no time":      {func(i *Issue) { i.At = time.Time{} }, give("1", `{}`), []string{"time"}},
		"no number":    {func(*Issue) {}, give("", `{}`), []string{"number"}},
		"bad document": {func(*Issue) {}, give("1", `{`), []string{"JSON"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			issue := full
			test.change(&issue)
			_, err := s.IssueInvoice(t.Context(), issue, test.finish)
			refused(t, err, append(test.words, "2026-10/acme")...)
			if got := ids(t, s); !slices.Equal(got, []string{"2026-10/acme draft"}) {
				t.Errorf("invoices are %q", got)
			}
		})
	}
}

// Two series that print the same number are told apart by nobody, so the
// second is refused.
func TestIssueRefusesTakenNumber(t *testing.T) {
	s := withDrafts(t, "acme", "beta")
	same := func(Invoice, int64) (string, json.RawMessage, error) { return "1", []byte(`{}`), nil }
	_, err := s.IssueInvoice(t.Context(), Issue{Invoice: "2026-10/acme", Series: "A", By: "ann", At: issueTime}, same)
	ok(t, err)
	_, err = s.IssueInvoice(t.Context(), Issue{Invoice: "2026-10/beta", Series: "B", By: "ann", At: issueTime}, same)
	refused(t, err, "2026-10/beta", "number 1", "2026-10/acme")
}

// A failed issue uses no number, and leaves the draft as it was.
func TestFailedIssueUsesNoNumber(t *testing.T) {
	s := withDrafts(t, "acme", "beta")
	broken := errors.New("no tax registration")
	_, err := s.IssueInvoice(t.Context(), Issue{Invoice: "2026-10/acme", Series: "INV", By: "ann", At: issueTime},
		func(Invoice, int64) (string, json.RawMessage, error) { return "INV-000001", []byte(`{}`), broken })
	if !errors.Is(err, broken) {
		t.Errorf("issue failed with %v, want the error of finish", err)
	}
	issued, err := issueNext(t.Context(), s, "2026-10/beta")
	ok(t, err)
	if issued.Number != "INV-000001" {
		t.Errorf("number is %s, want the one the failed issue did not use", issued.Number)
	}
	if got, want := ids(t, s), []string{"2026-10/acme draft", "2026-10/beta issued"}; !slices.Equal(got, want) {
		t.Errorf("invoices are %q, want %q", got, want)
	}
}

// A draft that is given to be issued takes the place of the one on record, or, where
// the issue fails, leaves it as it was.
func TestIssueGivenDraft(t *testing.T) {
	s := withDrafts(t, "acme")
	given := draftOf("acme", `{"draft":"void"}`)
	broken := errors.New("the balance is short")
	issue := func(failure error) error {
		_, err := s.IssueInvoice(t.Context(), Issue{Invoice: given.ID, Series: "CN", By: "ann", At: issueTime, Draft: &given},
			func(draft Invoice, seq int64) (string, json.RawMessage, error) {
				if string(draft.Document) != `{"draft":"void"}` {
					t.Errorf("finish gets %s, want the given draft", draft.Document)
				}
				return "CN-1", []byte(`{"number": "CN-1"}`), failure
			})
		return err
	}
	if err := issue(broken); !errors.Is(err, broken) {
		t.Errorf("issue failed with %v, want the error of finish", err)
	}
	kept, err := s.Invoice(t.Context(), given.ID)
	ok(t, err)
	if kept.State != InvoiceDraft || string(kept.Document) != `{"draft":1}` {
		t.Errorf("a failed issue left %s %s", kept.State, kept.Document)
	}
	ok(t, issue(nil))
	issued, err := s.Invoice(t.Context(), "CN-1")
	ok(t, err)
	if issued.ID != given.ID || issued.State != InvoiceIssued {
		t.Errorf("issued %s %s", issued.ID, issued.State)
	}
}

// R30: two writers on one file, some of whose issues fail, share a series
// without a gap and without a number used twice.
func TestNumbersAreGaplessUnderConcurrency(t *testing.T) {
	const each = 20
	var groups []string
	for i := range 2 * each {
		groups = append(groups, fmt.Sprintf("g%02d", i))
	}
	s := withDrafts(t, groups...)
	stores := []*Store{s, again(t, s)}

	var wait sync.WaitGroup
	errs := make([]error, len(stores))
	for w, writer := range stores {
		wait.Go(func() {
			for i := range each {
				id := "2026-10/" + groups[2*i+w]
				if i%3 == 0 { // a failure between two that work
					writer.IssueInvoice(t.Context(), Issue{Invoice: id, Series: "INV", By: "bob", At: issueTime},
						func(Invoice, int64) (string, json.RawMessage, error) { return "", nil, errors.New("broken") })
				}
				_, err := issueNext(t.Context(), writer, id)
				errs[w] = errors.Join(errs[w], err)
			}
		})
	}
	wait.Wait()
	ok(t, errors.Join(errs...))

	invoices, err := s.Invoices(t.Context(), october)
	ok(t, err)
	var numbers []string
	for _, v := range invoices {
		numbers = append(numbers, v.Number)
	}
	slices.Sort(numbers)
	for i, number := range numbers {
		if want := fmt.Sprintf("INV-%06d", i+1); number != want {
			t.Fatalf("number %d of the series is %s, want %s", i+1, number, want)
		}
	}
	if len(numbers) != 2*each {
		t.Errorf("%d numbers, want %d", len(numbers), 2*each)
	}
}
