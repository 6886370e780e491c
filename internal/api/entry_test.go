package api

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
)

// What a person writes is listed, shown, divided and taken back, here and at a server.
func TestEntryByHand(t *testing.T) {
	_, places := fresh(t)
	october, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	for name, at := range places {
		var in AddEntryInput
		in.Period = october
		in.Body.Group, in.Body.Amount, in.Body.Currency, in.Body.Description = "g", money.MustParse("-100"), "USD", "Goodwill, "+name
		added, err := AddEntry.Call(t.Context(), at, in)
		if err != nil || added.State != entry.Open || added.Kind != entry.Credit {
			t.Fatalf("%s: added %+v, %v", name, added, err)
		}
		shown, err := ShowEntry.Call(t.Context(), at, ByID{added.ID})
		if err != nil || shown.Description != "Goodwill, "+name || !shown.Amount.Equal(added.Amount) {
			t.Errorf("%s: shown %+v, %v", name, shown, err)
		}
		split := SplitEntryInput{ByID: ByID{added.ID}}
		split.Body.Parts, split.Body.From = 3, october
		divided, err := SplitEntry.Call(t.Context(), at, split)
		if err != nil || len(divided.Parts) != 3 || divided.Parts[0].Amount.String() != "-33.34" {
			t.Errorf("%s: split %+v, %v", name, divided, err)
		}
		listed, err := ListEntries.Call(t.Context(), at, EntriesQuery{InMonth: InMonth{october}, State: entry.SplitUp})
		if err != nil || len(listed) != 1 || listed[0].ID != added.ID || listed[0].Owner != "g" {
			t.Errorf("%s: listed %+v, %v", name, listed, err)
		}
		undo := UndoEntryInput{ByID: ByID{added.ID}}
		undone, err := UndoEntry.Call(t.Context(), at, undo)
		if err != nil || len(undone.Removed) != 3 || undone.Entry.State != entry.Open {
			t.Errorf("%s: undone %+v, %v", name, undone, err)
		}
		if _, err := UndoEntry.Call(t.Context(), at, undo); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := ShowEntry.Call(t.Context(), at, ByID{added.ID}); code(err) != "not-found" {
			t.Errorf("%s: an entry that was removed: %v", name, err)
		}
		both := AllocateEntryInput{ByID: ByID{added.ID}}
		both.Body.Remainder = "111111111111"
		if _, err := AllocateEntry.Call(t.Context(), at, both); code(err) != "invalid" {
			t.Errorf("%s: an allocation that says not how: %v", name, err)
		}
	}
}

// Before a month is priced there is nothing to tell of it, and what is asked in a
// wrong way is refused for that.
func TestEarningsRefuse(t *testing.T) {
	_, places := fresh(t)
	october := billing.Period{}
	if err := october.UnmarshalText([]byte("2026-10")); err != nil {
		t.Fatal(err)
	}
	for name, at := range places {
		_, unrated := ShowMargin.Call(t.Context(), at, MarginQuery{InMonth: InMonth{october}})
		_, backwards := ShowProfit.Call(t.Context(), at, ProfitQuery{From: october, To: october.Previous(), By: "customer"})
		_, unrounded := DownloadOriginalCost.Call(t.Context(), at, OriginalCostQuery{InMonth: InMonth{october}, Currency: "JPY"})
		_, most := ShowCommitments.Call(t.Context(), at, CommitmentsQuery{InMonth: InMonth{october}, Unused: "101"})
		_, unknown := FindCommitment.Call(t.Context(), at, NamedCommitment{"arn:aws:ec2::1:reserved-instances/a"})
		_, noCharge := ExplainPrice.Call(t.Context(), at, Explained{"2026-10/x"})
		for what, got := range map[string][2]string{
			"margin of a month that is not rated": {code(unrated), "refused"}, "months in the wrong order": {code(backwards), "invalid"},
			"a currency without rounding": {code(unrounded), "invalid"}, "more than 100 percent": {code(most), "invalid"},
			"a commitment nobody has": {code(unknown), "refused"}, "a charge without a number": {code(noCharge), "refused"},
		} {
			if got[0] != got[1] {
				t.Errorf("%s: %s is %q, wanted %q", name, what, got[0], got[1])
			}
		}
		if noCharge != nil && !strings.Contains(noCharge.Error(), `"x" is not the number of a charge`) {
			t.Errorf("%s: an id with a slash comes as %v", name, noCharge)
		}
	}
}

// Accountants find each amount below its title, in the digits of its currency.
func TestOriginalCostCells(t *testing.T) {
	rate := money.MustParse("150")
	row := earnings.OriginalRow{
		Charge: money.MustParse("150"), Tax: money.MustParse("15.0"), Total: money.MustParse("165"), Rate: &rate, Currency: "JPY",
	}
	cells := OriginalCostCells(earnings.OriginalCost{Currency: "JPY"}, row)
	for title, want := range map[string]string{"Charge": "150", "Tax": "15", "Total": "165", "Exchange rate": "150", "Currency": "JPY"} {
		if got := cells[slices.Index(OriginalCostTitles, title)]; got != want {
			t.Errorf("%s is %q, wanted %q", title, got, want)
		}
	}
}
