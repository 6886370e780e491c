package server

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/api"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/trial"
)

// A page can try settings, declared things and price books without saving any of them,
// and is told at which field of the body it is that something is wrong.
func TestPreviews(t *testing.T) {
	h := &harvest{tested: serve(t), t: t}
	h.token = h.program("console", nil, ownerOfAll)
	month := api.Base + "/months/" + closedMonth

	t.Run("settings", func(t *testing.T) {
		var p desk.InvoicePreview
		readAnswer(t, h.send(http.MethodPost, month+"/preview", fields{"group": "sakura-main", "settings": fields{"note": "Thank you"}}), &p)
		if len(p.Documents) != 1 || p.Documents[0].Note != "Thank you" || len(p.Changes) != 1 || len(p.Changes[0].Fields) != 1 || p.Changes[0].Fields[0].Path != "note" {
			t.Errorf("%+v", p.Changes)
		}
	})
	t.Run("refusals", func(t *testing.T) {
		for _, x := range []struct {
			body  fields
			where string
		}{
			{fields{"group": "nobody"}, "body.group"},
			{fields{"group": "sakura-main", "settings": fields{"notes": "x"}}, "body.settings.notes"},
			{fields{"group": "sakura-main", "settings": fields{"tax": 5}}, "body.settings.tax"},
			{fields{"group": "sakura-main", "settings": fields{"coupons": []string{"NO-SUCH"}}}, "body.settings.coupons[0]"},
			{fields{"group": "sakura-main", "layer": "group", "settings": fields{"coupons": []string{"NO-SUCH"}}}, "body.settings.coupons[0]"},
			{fields{"group": "sakura-main", "changes": []fields{{"kind": "custmers", "id": "x"}}}, "body.changes[0].kind"},
			{fields{"group": "sakura-main", "changes": []fields{{"kind": "customers", "id": "new", "value": fields{"id": "new", "name": ""}}}}, "body.changes[0].value.name"},
		} {
			got := h.send(http.MethodPost, month+"/preview", x.body)
			var p api.Problem
			if err := json.Unmarshal(got.body, &p); err != nil || got.status != http.StatusUnprocessableEntity || len(p.Errors) == 0 || p.Errors[0].Location != x.where {
				t.Errorf("%v: %s, want it at %s", x.body, got, x.where)
			}
		}
	})
	t.Run("dry run of one book", func(t *testing.T) {
		book := fields{"id": "standard", "rules": []fields{{"name": "all", "match": fields{}, "percent": "100"}}}
		job := h.send(http.MethodPost, month+"/dry-run", fields{"changes": []fields{{"kind": "price_books", "id": "standard", "value": book}}, "group": "gruenwald-main", "draft": true})
		var run trial.DryRun
		result := h.finish("dry-run-month", said{h, job.body}.text("id"))
		if err := json.Unmarshal(result, &run); err != nil || len(run.Groups) != 1 || len(run.Documents) != 1 {
			t.Fatalf("%v: %.500s", err, result)
		}
		if d := run.Groups[0].Totals[0]; d.Difference.Sign() <= 0 {
			t.Errorf("%+v", d)
		}
	})
	t.Run("a customer that is new", func(t *testing.T) {
		var group map[string]any
		var shown api.Resource
		readAnswer(t, h.send(http.MethodGet, api.Base+"/config/billing_groups/sakura-main", nil), &shown)
		if err := json.Unmarshal(shown.Spec, &group); err != nil {
			t.Fatal(err)
		}
		claims := group["claims"]
		group["claims"] = []any{}
		fresh := fields{"id": "wizard-main", "customer": "wizard", "currency": "USD", "claims": claims}
		changes := []fields{
			{"kind": "customers", "id": "wizard", "value": fields{"id": "wizard", "name": "Wizard Ltd"}},
			{"kind": "billing_groups", "id": "sakura-main", "value": group}, {"kind": "billing_groups", "id": "wizard-main", "value": fresh},
		}
		var p desk.InvoicePreview
		readAnswer(t, h.send(http.MethodPost, month+"/preview", fields{"group": "wizard-main", "changes": changes}), &p)
		if len(p.Rating) == 0 {
			t.Errorf("%+v", p)
		}
		var run trial.DryRun
		job := h.send(http.MethodPost, month+"/dry-run", fields{"changes": changes, "group": "wizard-main", "draft": true})
		result := h.finish("dry-run-month", said{h, job.body}.text("id"))
		if err := json.Unmarshal(result, &run); err != nil || len(run.Documents) != 1 || run.Documents[0].UsageTotal.Cmp(money.Zero) <= 0 || run.Documents[0].Buyer.Name != "Wizard Ltd" {
			t.Errorf("%v: %.500s", err, result)
		}
	})
	t.Run("a book as text", func(t *testing.T) {
		text := h.send(http.MethodGet, api.Base+"/config/price_books/standard/yaml", nil)
		var checked api.CheckedBook
		readAnswer(t, h.send(http.MethodPost, api.Base+"/price-books/check", fields{"text": string(text.body)}), &checked)
		if !checked.Readable || !checked.Fits || checked.Book == nil || checked.Book.ID != "standard" || len(checked.Failures) > 0 {
			t.Errorf("%s: %+v", text.body, checked)
		}
		readAnswer(t, h.send(http.MethodPost, api.Base+"/price-books/check", fields{"text": "id: b\nrules:\n  - name: all\n    match: {}\n    percent: \"3\"\n  - name: s3\n    match: {service: AmazonS3}\n    percent: \"5\"\nexamples:\n  - line: {service: AmazonS3, cost: \"100\"}\n    expect: {price: \"105\"}\n"}), &checked)
		if len(checked.Marks) != 2 || checked.Marks[0].Line != 6 || checked.Marks[0].Code != "never-wins" || checked.Marks[1].Line != 11 || checked.Marks[1].Code != "example-fails" {
			t.Errorf("%+v", checked.Marks)
		}
		checked = api.CheckedBook{}
		readAnswer(t, h.send(http.MethodPost, api.Base+"/price-books/check", fields{"text": "id: b\nrules:\n  - nam: all\n"}), &checked)
		if checked.Readable || len(checked.Marks) == 0 || checked.Marks[0].Line != 3 {
			t.Errorf("%+v", checked)
		}
	})
	t.Run("what a book does", func(t *testing.T) {
		var use api.BookUse
		readAnswer(t, h.send(http.MethodGet, api.Base+"/price-books/standard/use?period="+closedMonth, nil), &use)
		if len(use.Rules) == 0 || len(use.Groups) == 0 || len(use.AttachedTo) == 0 {
			t.Errorf("%+v", use)
		}
		if got := h.send(http.MethodGet, api.Base+"/price-books/none/use?period="+closedMonth, nil); got.status != http.StatusNotFound {
			t.Errorf("%s", got)
		}
	})
	t.Run("catalog", func(t *testing.T) {
		path := month + "/catalog?" + url.Values{"field": {"service", "region"}, "limit": {"3"}}.Encode()
		if got := h.send(http.MethodGet, path, nil); got.status != http.StatusOK || !strings.Contains(string(got.body), `"cost"`) {
			t.Errorf("%s", got)
		}
		h.as(h.program("clerk", nil, access.Grant{Organization: access.Root, Role: "billing-operator"}), func() {
			if got := h.send(http.MethodGet, path, nil); got.status != http.StatusOK || strings.Contains(string(got.body), `"cost"`) {
				t.Errorf("without prices.read: %s", got)
			}
		})
		if got := h.send(http.MethodGet, month+"/catalog?field=colour", nil); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s", got)
		}
	})
}

// readAnswer reads what was answered with success.
func readAnswer(t *testing.T, got reaction, to any) {
	t.Helper()
	if got.status != http.StatusOK {
		t.Fatalf("%s", got)
	}
	if err := json.Unmarshal(got.body, to); err != nil {
		t.Fatalf("%v in %.500s", err, got.body)
	}
}
