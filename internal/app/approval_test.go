package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Accepting what is unexpected is not approving: with four-eyes, who has accepted
// and approved a draft still needs somebody else to issue it.
func TestAcceptWithFourEyes(t *testing.T) {
	ctx := context.Background()
	a, folder, _ := installed(t, "1001")
	apply(t, a, strings.NewReplacer(
		`currency: USD, accounts: ["111111111111"`, `currency: USD, approval: four-eyes, expect: {zero_bill: true}, accounts: ["111111111111"`,
		`percent: "10"}`, `percent: "-100"}, {name: fees, match: {class: [commitment-fee, marketplace]}, percent: "-100"}`,
	).Replace(declared(folder)))
	closeMonth(t, a, september(t))
	const id = "2026-09/acme"
	on := billing.DayOf(afterAll)
	refused := func(step string, err error, because string) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), because) {
			t.Errorf("%s: %v, want an error that says %q", step, err, because)
		}
	}

	a.User = "ann"
	_, _, err := a.Documents.Approve(ctx, id)
	refused("approved before it is accepted", err, "expect-zero-bill")
	waived, err := a.Documents.Accept(ctx, id, "usage is free this month")
	if err != nil || len(waived) != 1 || waived[0].Code != "expect-zero-bill" {
		t.Fatalf("accepted %v, %v", waived, err)
	}
	_, err = issue(a, id, on)
	refused("issued when it is only accepted", err, "is not approved")
	if _, fresh, err := a.Documents.Approve(ctx, id); err != nil || !fresh {
		t.Errorf("approved: %v, %v", fresh, err)
	}
	_, err = issue(a, id, on)
	refused("issued by who approved", err, "who may not issue it too")
	a.User = "bob"
	if _, err := issue(a, id, on); err != nil {
		t.Error(err)
	}
	_, err = a.Documents.Void(ctx, id, "wrong month", on)
	refused("voided by who issued", err, "somebody else must void it")
	a.User = "ann"
	if note, err := a.Documents.Void(ctx, id, "wrong month", on); err != nil || !note.Voids() {
		t.Errorf("voided by another: %v, %v", note.Corrects, err)
	}

	entries, err := a.Store.Audit(ctx, 100)
	if err != nil {
		t.Fatal(err)
	}
	audited := 0
	for _, e := range entries {
		if e.Action == "finding.waive" && e.By == "ann" && strings.Contains(e.Detail, "usage is free this month") {
			audited++
		}
	}
	if audited != 1 {
		t.Errorf("accepting is audited %d times, want once", audited)
	}
}
