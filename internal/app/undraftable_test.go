package app_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
)

// At a close, a group whose settings cannot be applied keeps no other from its draft:
// here those of a month that has a document for one provider already. What is found
// says why, and goes when the settings are put right.
func TestCloseWithSettingsThatDoNotFit(t *testing.T) {
	a, folder, _ := installed(t, "1001")
	ctx := context.Background()
	apply(t, a, strings.Replace(declared(folder), "{id: beta, customer: beta,", "{id: beta, customer: beta, invoice: {per_provider: true},", 1))
	provedMonth(t, closeMonth(t, a, september(t)))
	if _, err := issue(a, "2026-09/beta/aws", billing.DayOf(afterAll)); err != nil {
		t.Fatal(err)
	}
	edit := func(over string) {
		t.Helper()
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(over), &fields); err != nil {
			t.Fatal(err)
		}
		if err := a.Documents.EditMonthSettings(ctx, september(t), []string{"beta"}, fields); err != nil {
			t.Fatal(err)
		}
	}
	found := func() (why string) {
		for _, f := range closeMonth(t, a, september(t)).Findings {
			if f.Code == desk.Undraftable && f.Subject == "2026-09/beta" {
				why += f.Message
			}
		}
		return why
	}
	edit(`{"per_provider": null, "minimum": {"amount": "100"}}`)
	if why := found(); !strings.Contains(why, "the month has one for aws alone") {
		t.Errorf("found is %q", why)
	}
	if documents := stored(t, a, september(t)); len(documents) != 2 || documents["2026-09/acme"] == "" {
		t.Errorf("%d documents, want that of acme, and the issued one", len(documents))
	}
	edit(`{"minimum": null}`)
	if why := found(); why != "" {
		t.Errorf("still found: %s", why)
	}
}
