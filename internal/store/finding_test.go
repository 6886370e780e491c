package store

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// finding holds the close, about account 1, with an amount in USD.
func finding(code, amount string) billing.Finding {
	return billing.Finding{
		Code: code, Severity: billing.Hold, Subject: "1", File: "part-1.csv.gz", Row: 7, Count: 3,
		Amount: money.MustParse(amount), Currency: "USD", Message: "Assign account 1 to a billing group.",
	}
}

// codes returns the codes of a period's findings, sorted.
func codes(t *testing.T, s *Store, period billing.Period) (all []string) {
	t.Helper()
	findings, err := s.Findings(t.Context(), period)
	ok(t, err)
	for _, f := range findings {
		all = append(all, f.Code)
	}
	slices.Sort(all)
	return all
}

// rerun replaces the findings of a stage by the given ones and returns what is
// on record then.
func rerun(t *testing.T, s *Store, findings ...billing.Finding) []Finding {
	t.Helper()
	ok(t, s.ReplaceFindings(t.Context(), october, "rating", "", findings))
	got, err := s.Findings(t.Context(), october)
	ok(t, err)
	return got
}

func TestFindingRoundTrip(t *testing.T) {
	s := openNew(t)
	want := finding("unassigned", "-0.000000000000000001")
	got := rerun(t, s, want)[0]
	if !got.Amount.Equal(want.Amount) {
		t.Errorf("amount is %s, want %s", got.Amount, want.Amount)
	}
	got.Amount = want.Amount // equal, but not the same digits in memory
	if !reflect.DeepEqual(got.Finding, want) || got.Period != october || got.Stage != "rating" || got.Scope != "" || got.Waived != nil {
		t.Errorf("finding is\n%+v, want\n%+v", got, want)
	}
	if !regexp.MustCompile(`^F-[0-9a-f]{12}$`).MatchString(got.ID) {
		t.Errorf("id is %q", got.ID)
	}
}

func TestFindingOrder(t *testing.T) {
	s := openNew(t)
	severe := func(severity billing.Severity, code, subject string) billing.Finding {
		return billing.Finding{Severity: severity, Code: code, Subject: subject}
	}
	got := rerun(t, s,
		severe(billing.Info, "a", "1"), severe(billing.Hold, "z", "2"), severe(billing.Warn, "b", "1"),
		severe(billing.Hold, "z", "1"), severe(billing.Hold, "c", "9"))
	want := []string{"hold c 9", "hold z 1", "hold z 2", "warn b 1", "info a 1"}
	var order []string
	for _, f := range got {
		order = append(order, string(f.Severity)+" "+f.Code+" "+f.Subject)
	}
	if !slices.Equal(order, want) {
		t.Errorf("order is %q, want %q", order, want)
	}
}

// Findings of other scopes, stages and periods stay when one scope is replaced.
func TestReplaceFindings(t *testing.T) {
	s := openNew(t)
	put := func(period billing.Period, stage, scope string, findings ...billing.Finding) {
		t.Helper()
		ok(t, s.ReplaceFindings(t.Context(), period, stage, scope, findings))
	}
	put(october, "rating", "a", finding("a", "1"))
	put(october, "rating", "b", finding("b", "1"))
	put(october, "assign", "a", finding("c", "1"))
	put(september, "rating", "a", finding("d", "1"))
	put(october, "rating", "a")
	if got, want := codes(t, s, october), []string{"b", "c"}; !slices.Equal(got, want) {
		t.Errorf("findings of %s are %q, want %q", october, got, want)
	}
	if got, want := codes(t, s, september), []string{"d"}; !slices.Equal(got, want) {
		t.Errorf("findings of %s are %q, want %q", september, got, want)
	}
}

// Two findings that look alike are both kept, each with an id of its own.
func TestFindingsAlikeAreKept(t *testing.T) {
	s := openNew(t)
	euro := finding("unassigned", "1")
	euro.Currency = "EUR"
	alike := []billing.Finding{finding("unassigned", "1"), finding("unassigned", "2"), euro}
	ids := map[string]bool{}
	for range 2 { // the same ids in a second run
		for _, f := range rerun(t, s, alike...) {
			ids[f.ID] = true
		}
	}
	if len(ids) != 3 {
		t.Errorf("%d ids for 3 findings", len(ids))
	}
}

func TestReplaceFindingsRefuses(t *testing.T) {
	s := openNew(t)
	rerun(t, s, finding("old", "1"))
	replace := func(findings ...billing.Finding) error {
		return s.ReplaceFindings(t.Context(), october, "rating", "", findings)
	}
	refused(t, replace(finding("new", "1"), billing.Finding{Code: "x", Severity: "fatal"}), "x", "fatal", "hold")
	refused(t, replace(billing.Finding{Severity: billing.Hold}), "code")
	refused(t, s.ReplaceFindings(t.Context(), billing.Period{}, "rating", "", nil), "period")
	if got := codes(t, s, october); !slices.Equal(got, []string{"old"}) {
		t.Errorf("findings are %q after refused changes, want the old one", got)
	}
}

func TestWaiverHoldsForWhatWasSeen(t *testing.T) {
	changed := func(change func(*billing.Finding)) billing.Finding {
		f := finding("unassigned", "12.50")
		change(&f)
		return f
	}
	tests := map[string]struct {
		next  billing.Finding
		holds bool
	}{
		"the same":         {finding("unassigned", "12.50"), true},
		"the same number":  {finding("unassigned", "12.5"), true},
		"another file":     {changed(func(f *billing.Finding) { f.File, f.Row = "part-2.csv.gz", 1 }), true},
		"another wording":  {changed(func(f *billing.Finding) { f.Message = "Somebody must own it." }), true},
		"another amount":   {finding("unassigned", "12.51"), false},
		"another count":    {changed(func(f *billing.Finding) { f.Count++ }), false},
		"another currency": {changed(func(f *billing.Finding) { f.Currency = "EUR" }), false},
		"another severity": {changed(func(f *billing.Finding) { f.Severity = billing.Warn }), false},
		"another subject":  {changed(func(f *billing.Finding) { f.Subject = "2" }), false},
		"another code":     {finding("unknown", "12.50"), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := openNew(t)
			id := rerun(t, s, finding("unassigned", "12.50"))[0].ID
			ok(t, s.Waive(t.Context(), october, id, "ann", "paid by hand"))
			got := rerun(t, s, test.next)[0]
			if (got.Waived != nil) != test.holds {
				t.Fatalf("waiver is %+v, want it to hold: %v", got.Waived, test.holds)
			}
			if test.holds && (got.Waived.By != "ann" || got.Waived.Reason != "paid by hand" || got.Waived.At.IsZero()) {
				t.Errorf("waiver is %+v", got.Waived)
			}
		})
	}
}

// What has changed can be waived again.
func TestWaiveAgain(t *testing.T) {
	s := openNew(t)
	for _, amount := range []string{"1", "2"} {
		f := rerun(t, s, finding("unassigned", amount))[0]
		ok(t, s.Waive(t.Context(), october, f.ID, "ann", "for "+amount))
		refused(t, s.Waive(t.Context(), october, f.ID, "bob", "too"), f.ID, "ann", "already")
	}
	entries, err := s.Audit(t.Context(), 0)
	ok(t, err)
	if len(entries) != 2 || entries[0].Action != "finding.waive" || entries[0].By != "ann" ||
		entries[0].Detail != "unassigned 1: for 2" {
		t.Errorf("audit is %+v", entries)
	}
}

func TestWaiveRefuses(t *testing.T) {
	s := openNew(t)
	id := rerun(t, s, finding("unassigned", "1"))[0].ID
	refused(t, s.Waive(t.Context(), october, id, "ann", " "), id, "reason")
	refused(t, s.Waive(t.Context(), october, id, "", "why not"), id, "who")
	notFound(t, s.Waive(t.Context(), october, "F-000000000000", "ann", "why not"), "F-000000000000")
	notFound(t, s.Waive(t.Context(), september, id, "ann", "why not"), "2026-09")
	if n := count(t, s, "waiver") + count(t, s, "audit"); n != 0 {
		t.Errorf("%d rows of waivers that were refused", n)
	}
}
