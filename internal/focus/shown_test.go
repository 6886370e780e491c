package focus_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/focus"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// What a buyer may not see yet is not in its data set: a month without a published
// document is usage alone, exact and in the provider's currency, and one with a
// published document is the document.
func TestDocumentsShown(t *testing.T) {
	a, folder := closed(t, 400)
	x, s := focus.New(a.Installation), session(t, a)
	used := map[string]money.Decimal{} // what usage and marketplace of a group cost it
	for _, d := range documents(t, a) {
		for _, account := range d.Accounts {
			for _, l := range account.Lines {
				used[d.Group] = used[d.Group].Add(l.Cost)
			}
		}
	}
	published := focus.Billed(september(t), "acme", "beta").With(focus.PublishedDocuments)
	bare := func(what string, scope focus.Scope, group string) {
		t.Helper()
		load(t, s, written(t, x, scope, focus.CostAndUsage))
		rows := `FROM data WHERE "BillingAccountId" = '` + group + `'`
		if got := ask(t, s, `SELECT SUM(CAST("BilledCost" AS DECIMAL(38,18))) `+rows); got == "" || !money.MustParse(got).Equal(used[group]) {
			t.Errorf("%s: %s is charged %s, its usage is %s", what, group, got, used[group])
		}
		if got := ask(t, s, `SELECT COUNT(*) `+rows+` AND ("InvoiceId" IS NOT NULL OR "x_Document" IS NOT NULL OR "ChargeCategory" = 'Tax' OR "ServiceName" LIKE 'Invoice: %' OR "BillingCurrency" <> 'USD')`); got != "0" {
			t.Errorf("%s: %s has %s rows of documents", what, group, got)
		}
	}
	for _, group := range []string{"acme", "beta"} {
		bare("drafts", published, group)
		bare("no documents", focus.Billed(september(t), group).With(focus.NoDocument), group)
	}
	issueAll(t, a)
	bare("issued", published, "acme")
	var acme invoice.Invoice
	for _, d := range documents(t, a) {
		if d.Group == "acme" {
			acme = d
		}
	}
	_, err := a.Documents.Publish(t.Context(), acme.ID, true)
	must(t, err)
	bare("beside a published one", published, "beta")
	shown := func(scope focus.Scope) string {
		t.Helper()
		load(t, s, written(t, x, scope, focus.CostAndUsage))
		return ask(t, s, `SELECT SUM(CAST("BilledCost" AS DECIMAL(38,18))) FROM data WHERE "InvoiceId" = '`+acme.Number+`'`)
	}
	for name, scope := range map[string]focus.Scope{"published": published, "issued": focus.Billed(september(t), "acme").With(focus.IssuedDocuments)} {
		if got := shown(scope); got == "" || !money.MustParse(got).Equal(acme.Payable) {
			t.Errorf("%s: %s asks for %s, its rows come to %s", name, acme.Number, acme.Payable, got)
		}
	}

	// A note that is still a draft is not there; the charges stay those of the invoice.
	closeAt(t, a, folder, "12")
	m, err := x.WriteOne(t.Context(), focus.Billed(september(t), "acme").With(focus.PublishedDocuments), focus.CostAndUsage, focus.CSV, t.TempDir())
	must(t, err)
	if len(m.Totals) != 1 || !m.Totals[0].Billed.Equal(acme.Payable) || m.Draft {
		t.Errorf("with a draft note: %+v", m.Totals)
	}
	_, err = a.Documents.Publish(t.Context(), acme.ID, false)
	must(t, err)
	detail, err := x.WriteOne(t.Context(), published, focus.InvoiceDetail, focus.CSV, t.TempDir())
	if err != nil || detail.Rows != 0 || len(detail.Files) != 1 {
		t.Errorf("an unpublished document has %d rows of detail in %d files, %v", detail.Rows, len(detail.Files), err)
	}
}
