package api

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/receivable"
	"github.com/sluice-billing/sluice/internal/store"
)

// R30: two people who issue the same drafts at once issue each of them once, and
// the numbers have no gap.
func TestIssueAtOnce(t *testing.T) {
	a, _ := drafted(t)
	listed, err := ListInvoices.Call(context.Background(), here(t, a, "first"), InvoicesQuery{})
	if err != nil || len(listed) != draftedGroups {
		t.Fatalf("%d drafts, %v", len(listed), err)
	}
	ids := []string{}
	for _, l := range listed {
		ids = append(ids, l.ID)
	}
	var mu sync.Mutex
	numbers := []string{}
	issue := func(user string, ids []string) {
		at := here(t, a, user)
		for _, id := range ids {
			for {
				var in IssueInput
				in.Body.IDs = []string{id}
				out, err := IssueInvoices.Call(context.Background(), at, in)
				if errors.Is(err, month.ErrBusy) {
					continue
				}
				if err != nil && !strings.Contains(err.Error(), "INV-2026-") { // the other one was faster
					t.Errorf("%s issues %s: %v", user, id, err)
				}
				mu.Lock()
				for _, d := range out.Issued {
					numbers = append(numbers, d.Number)
				}
				mu.Unlock()
				break
			}
		}
	}
	backward := slices.Clone(ids)
	slices.Reverse(backward)
	var both sync.WaitGroup
	both.Go(func() { issue("first", ids) })
	both.Go(func() { issue("second", backward) })
	both.Wait()
	slices.Sort(numbers)
	want := []string{"INV-2026-000001", "INV-2026-000002", "INV-2026-000003", "INV-2026-000004", "INV-2026-000005", "INV-2026-000006"}
	if !slices.Equal(numbers, want) {
		t.Errorf("issued %v, want %v", numbers, want)
	}
}

// Bulk operations stop at the first refusal: where something was done the answer
// says what, and why not more; where nothing was, the answer is the refusal.
func TestBulkStopsAtRefusal(t *testing.T) {
	a, dir := drafted(t)
	for name, at := range map[string]Place{"here": here(t, a, "first"), "over HTTP": served(t, a, dir)} {
		var in IssueInput
		in.Body.IDs = []string{"2026-09/nobody"}
		if out, err := IssueInvoices.Call(t.Context(), at, in); err == nil || len(out.Issued) > 0 || !strings.Contains(err.Error(), "is not on record") {
			t.Errorf("%s: issued what is not there: %+v, %v", name, out, err)
		}
		out, err := ApproveInvoices.Call(t.Context(), at, ForDocuments([]string{"2026-09/g1", "2026-09/g2", "2026-09/nobody", "2026-09/g3"}))
		if err != nil || len(out.Changes) != 2 || out.Refused == nil || out.Refused.Code != "not-found" || out.Refused.Status != 404 {
			t.Errorf("%s: approved %+v, %v", name, out, err)
		}
		if err := out.Refused.AsError(); err == nil || !strings.Contains(err.Error(), "2026-09/nobody") {
			t.Errorf("%s: the refusal is %v", name, err)
		}
	}
	if (*Problem)(nil).AsError() != nil {
		t.Error("no problem is an error")
	}
}

// What is asked over HTTP is what is asked in the process: documents with a slash
// in their ids, days, uploads, settings, and the types that come back.
func TestDocumentsOverHTTP(t *testing.T) {
	a, dir := drafted(t)
	local, remote := here(t, a, "robot"), served(t, a, dir)
	september, err := billing.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	in := InMonth{Period: september}
	g1 := ByDocument{ID: "2026-09/g1"}
	day, err := billing.ParseDay("2026-11-01")
	if err != nil {
		t.Fatal(err)
	}

	var issue IssueInput
	issue.Body.IDs, issue.Body.On = []string{g1.ID}, &day
	issued, err := IssueInvoices.Call(t.Context(), remote, issue)
	if err != nil || len(issued.Issued) != 1 || *issued.Issued[0].Issued != day {
		t.Fatalf("issued %+v, %v", issued, err)
	}
	var paid PaymentInput
	paid.Body.Amount, paid.Body.Documents, paid.Body.On = money.MustParse("1"), []string{g1.ID}, &day
	payment, err := AddPayment.Call(t.Context(), remote, paid)
	if err != nil || len(payment.Settles) != 1 || payment.Settles[0].ID != g1.ID {
		t.Errorf("paid %+v, %v", payment, err)
	}
	list := PaymentListInput{Separator: ";", DecimalComma: true, Columns: []string{"date=Tag", "amount=Betrag, netto"},
		RawBody: []byte("Tag;Betrag, netto;key;reference\n2026-11-02;1,25;B1;" + issued.Issued[0].Number + "\n")}
	imported, err := ImportPayments.Call(t.Context(), remote, list)
	if err != nil || len(imported.Lines) != 1 || imported.Lines[0].Outcome != receivable.PaymentRecorded || imported.Lines[0].Unallocated.String() != "0" {
		t.Errorf("imported %+v, %v", imported, err)
	}
	var posting PostingInput
	posting.Body.Group, posting.Body.Kind, posting.Body.Amount, posting.Body.On, posting.Body.Expires = "g2", invoice.LedgerTopUp, money.MustParse("500"), &day, new(day+100)
	if posted, err := PostPrepaid.Call(t.Context(), remote, posting); err != nil || posted.Balance.String() != "500" {
		t.Errorf("posted %+v, %v", posted, err)
	}
	var settings SettingsInput
	settings.InMonth, settings.Body.Groups = in, []string{"g2"}
	settings.Body.Settings = map[string]json.RawMessage{"discount": json.RawMessage(`{"percent":"3"}`)}
	if changed, err := ChangeMonthSettings.Call(t.Context(), remote, settings); err != nil || !changed.Settings[0].Edited {
		t.Errorf("changed %+v, %v", changed, err)
	}

	same(t, "list", ListInvoices.Call, local, remote, InvoicesQuery{Period: september})
	same(t, "show", ShowInvoice.Call, local, remote, g1)
	same(t, "by number", ShowInvoice.Call, local, remote, ByDocument{ID: issued.Issued[0].Number})
	same(t, "pdf", DownloadInvoice.Call, local, remote, InvoiceFileQuery{ByDocument: g1, Format: "pdf"})
	same(t, "json", DownloadInvoice.Call, local, remote, InvoiceFileQuery{ByDocument: g1, Format: "json"})
	same(t, "compare", CompareInvoice.Call, local, remote, ComparisonQuery{ByDocument: g1, With: "2026-09/g2"})
	same(t, "compare all", CompareMonth.Call, local, remote, in)
	same(t, "needs", ShowNeeds.Call, local, remote, in)
	same(t, "settings", ListMonthSettings.Call, local, remote, in)
	same(t, "payments", ListPayments.Call, local, remote, PaymentsQuery{Customer: "acme"})
	for document, want := range map[string]int{g1.ID: 2, issued.Issued[0].Number: 2, "2026-09/g2": 0} {
		if settle, err := ListPayments.Call(t.Context(), remote, PaymentsQuery{Document: document}); err != nil || len(settle) != want {
			t.Errorf("%d payments settle %s, want %d: %v", len(settle), document, want, err)
		}
	}
	same(t, "prepaid", ListPrepaid.Call, local, remote, PrepaidQuery{AsOf: On(day + 200)})
	same(t, "balances", ListPrepaidBalances.Call, local, remote, PrepaidQuery{Group: "g2", AsOf: On(day)})
	same(t, "reminders", ListReminders.Call, local, remote, DayQuery{AsOf: On(day + 400)})
	same(t, "ageing", ListAgeing.Call, local, remote, AgeingQuery{DayQuery: DayQuery{AsOf: On(day + 70)}, By: "group"})
	same(t, "statement", ShowAccountStatement.Call, local, remote, AccountQuery{Holder: "acme", From: On(day - 40), To: On(day + 10)})

	if drafted, err := DraftMonth.Call(t.Context(), remote, DraftInput{InMonth: in}); err != nil || !drafted.Proved() {
		t.Errorf("drafted %v, %v", drafted.Residues, err)
	}
	reverted, err := RevertMonthSettings.Call(t.Context(), remote, RevertInput{InMonth: in, Groups: []string{"g1", "g2"}})
	if err != nil || len(reverted.Settings) != 2 {
		t.Errorf("reverted %+v, %v", reverted, err)
	}
}

// same asks in the process and over HTTP, and wants the same.
func same[In, Out any](t *testing.T, what string, ask func(context.Context, Place, In) (Out, error), local, remote Place, in In) {
	t.Helper()
	want, err := ask(t.Context(), local, in)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if v := reflect.ValueOf(want); v.Kind() == reflect.Slice && v.Len() == 0 {
		t.Errorf("%s: there is nothing to compare", what)
	}
	got, err := ask(t.Context(), remote, in)
	if err != nil {
		t.Errorf("%s over HTTP: %v", what, err)
		return
	}
	wanted, wantErr := json.Marshal(want)
	found, gotErr := json.Marshal(got)
	if wantErr != nil || gotErr != nil || !bytes.Equal(wanted, found) {
		t.Errorf("%s over HTTP: %s, want %s (%v, %v)", what, found, wanted, gotErr, wantErr)
	}
}

// An export has the same files that single downloads give; nothing but exports can
// be had by their address.
func TestExportMonth(t *testing.T) {
	a, dir := drafted(t)
	remote := served(t, a, dir)
	september, err := billing.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	in := ExportInput{InMonth: InMonth{Period: september}}
	in.Body.Format = "csv"
	export, err := ExportMonth.Call(t.Context(), remote, in)
	if err != nil || export.Files != draftedGroups {
		t.Fatalf("exported %+v, %v", export, err)
	}
	file, err := DownloadExport.Call(t.Context(), remote, ByExport{ID: export.ID})
	if err != nil || file.Name != "invoices-2026-09-csv.zip" || int64(len(file.Data)) != export.Bytes {
		t.Fatalf("downloaded %q of %d bytes, %v", file.Name, len(file.Data), err)
	}
	archive, err := zip.NewReader(bytes.NewReader(file.Data), export.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range archive.File {
		id := "2026-09/" + strings.TrimSuffix(strings.TrimPrefix(entry.Name, "2026-09-"), ".csv")
		single, err := DownloadInvoice.Call(t.Context(), remote, InvoiceFileQuery{ByDocument: ByDocument{ID: id}, Format: "csv"})
		if err != nil {
			t.Fatal(err)
		}
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil || single.Name != entry.Name || !bytes.Equal(data, single.Data) {
			t.Errorf("%s is not what is downloaded as %s, %v", entry.Name, single.Name, err)
		}
	}
	for _, id := range []string{"../sluice", "..", "2026-09-csv-" + strings.Repeat("A", 26), export.ID + "/../" + export.ID} {
		var p *Problem
		if _, err := DownloadExport.Call(t.Context(), here(t, a, "first"), ByExport{ID: id}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%q gives %v", id, err)
		}
		if _, err := DownloadExport.Call(t.Context(), remote, ByExport{ID: id}); id != ".." && (!errors.As(err, &p) || p.Code != "not-found") {
			t.Errorf("%q over HTTP gives %v", id, err)
		}
	}
}

// An If-Match holds a change of a document, whose id has a slash, to what the
// caller has seen of it.
func TestIfMatchOfDocument(t *testing.T) {
	a, dir := drafted(t)
	remote := served(t, a, dir).Remote
	const document = Base + "/invoices/2026-09%2Fg1"
	shown, err := remote.Send(t.Context(), http.MethodGet, document, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	shown.Body.Close()
	for tag, want := range map[string]int{`"another"`: http.StatusPreconditionFailed, shown.Header.Get("ETag"): http.StatusOK} {
		header := http.Header{"If-Match": {tag}, "Content-Type": {"application/json"}}
		answer, err := remote.Send(t.Context(), http.MethodPost, document+"/accept", nil, header, []byte(`{"reason":"seen"}`))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("If-Match %s: %s, want %d", tag, answer.Status, want)
		}
	}
}
