package entry_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/entry"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

func month(t testing.TB, text string) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// refund is an open refund of account 1 in May.
func refund(t testing.TB, amount string) entry.Entry {
	may := month(t, "2026-05")
	return entry.Entry{
		ID: "E-000000000001", Month: may, Origin: entry.Collected, Kind: entry.Refund, State: entry.Open,
		Payer: "100", Provider: "aws", Account: "1", AccountName: "one", LineType: "Refund", ServiceCode: "AmazonEC2", Service: "Amazon EC2",
		Currency: "USD", Amount: money.MustParse(amount), Start: may.FirstDay() + 3,
	}
}

// R27: open → applied ⇄ open, open → kept ⇄ open; nothing else.
func TestDecisions(t *testing.T) {
	e := refund(t, "-12.34")
	rate := money.MustParse("100")
	applied, err := e.Apply(entry.Terms{Into: month(t, "2026-06"), Group: "acme", Rate: &rate, TaxFree: true})
	if err != nil {
		t.Fatal(err)
	}
	if applied.State != entry.Applied || applied.Into.String() != "2026-06" || applied.Group != "acme" || !applied.TaxFree || !applied.Rate.Equal(rate) || !applied.Decided {
		t.Errorf("applied: %+v", applied)
	}
	restored, err := applied.Restore()
	if err != nil || restored.State != entry.Open || restored.Into != nil || restored.Group != "" || restored.Rate != nil || restored.TaxFree || !restored.Decided {
		t.Errorf("restored: %+v, %v", restored, err)
	}
	kept, err := e.Keep("rule-1")
	if err != nil || kept.State != entry.Kept || kept.Rule != "rule-1" || kept.Decided {
		t.Errorf("kept by a rule: %+v, %v", kept, err)
	}
	split, _, err := entry.Split(e, 12, month(t, "2026-06"), 2)
	if err != nil {
		t.Fatal(err)
	}
	priced := e
	priced.State = entry.Priced
	for name, refused := range map[string]func() error{
		"is applied to 2026-06 for acme": func() error { _, err := applied.Apply(entry.Terms{Group: "beta"}); return err },
		"is kept by the reseller":        func() error { _, _, err := entry.Split(kept, 12, e.Month, 2); return err },
		"its parts stand in its place":   func() error { _, err := split.Apply(entry.Terms{Group: "acme"}); return err },
		"it would be billed twice":       func() error { _, err := priced.Apply(entry.Terms{Group: "acme"}); return err },
		"takes its parts back":           func() error { _, err := split.Restore(); return err },
		"neither applied nor kept":       func() error { _, err := e.Restore(); return err },
		"nothing to undo":                func() error { _, _, err := entry.Undo(applied, nil); return err },
		"no billing group":               func() error { _, err := e.Apply(entry.Terms{}); return err },
		"it must be above 0":             func() error { _, err := e.Apply(entry.Terms{Group: "acme", Rate: &money.Zero}); return err },
	} {
		if err := refused(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want one that says %q", err, name)
		}
	}
}

// R27: the first rule of the payer wins over the common ones; all conditions of
// a filter hold, of the filters one.
func TestMatch(t *testing.T) {
	c, err := config.Parse("rules.yaml", []byte(`
entry_rules:
  - {id: common, any: [{kind: refund}], action: apply}
  - {id: other-payer, payer: "200", any: [{}], action: keep}
  - {id: two, payer: "100", any: [{kind: fee, service: AmazonEC2}, {service: AmazonS3, account: "1"}], action: apply}
  - {id: spp, payer: "100", any: [{description: {contains: Solution Provider}}], action: keep, from: 2026-05, to: 2026-07}
`))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		change func(*entry.Entry)
		want   string
	}{
		{"common", func(*entry.Entry) {}, "common"},
		{"of another payer", func(e *entry.Entry) { e.Payer = "200" }, "other-payer"},
		{"one condition of two", func(e *entry.Entry) { e.Kind = entry.Fee; e.ServiceCode, e.Service = "AmazonRDS", "" }, ""},
		{"first filter", func(e *entry.Entry) { e.Kind = entry.Fee }, "two"},
		{"second filter, before a common rule", func(e *entry.Entry) { e.ServiceCode = "AmazonS3" }, "two"},
		{"second filter, other account", func(e *entry.Entry) { e.ServiceCode, e.Account, e.Kind = "AmazonS3", "2", entry.Credit }, ""},
		{"description", func(e *entry.Entry) { e.Description = "AWS Solution Provider Program" }, "spp"},
		{"before from", func(e *entry.Entry) {
			e.Description, e.Month, e.Kind = "AWS Solution Provider Program", month(t, "2026-04"), entry.Fee
			e.ServiceCode, e.Service = "", ""
		}, ""},
		{"at to", func(e *entry.Entry) {
			e.Description, e.Month = "AWS Solution Provider Program", month(t, "2026-07")
		}, "common"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e := refund(t, "-1")
			test.change(&e)
			got, ok := entry.Match(c.EntryRules, e)
			if got.ID != test.want || ok != (test.want != "") {
				t.Errorf("rule %q, want %q", got.ID, test.want)
			}
		})
	}
}

// An applied entry stands in its account of its group's statement in the month
// it is applied to, whatever month it is of: May's entry applied to April is
// April's.
func TestOnStatements(t *testing.T) {
	april := month(t, "2026-04")
	usage := statement.Line{Kind: statement.Usage, Service: "Amazon EC2", Currency: "USD", Amount: money.MustParse("429"), Cost: money.MustParse("400")}
	given := []statement.Statement{{Group: "acme", Period: april, Accounts: []statement.Account{{ID: "1", Name: "one", Payer: "100", Lines: []statement.Line{usage}}}}}
	rate := money.MustParse("100")

	fee := refund(t, "2")
	fee, err := fee.Apply(entry.Terms{Into: april, Group: "acme", Rate: &rate, TaxFree: true})
	if err != nil {
		t.Fatal(err)
	}
	other := refund(t, "1")
	other.ID, other.Account, other.AccountName = "E-2", "2", "two"
	if other, err = other.Apply(entry.Terms{Into: april, Group: "beta"}); err != nil {
		t.Fatal(err)
	}
	later := refund(t, "50")
	later.ID = "E-3"
	if later, err = later.Apply(entry.Terms{Into: month(t, "2026-06"), Group: "acme"}); err != nil {
		t.Fatal(err)
	}
	rebate, err := entry.NewCustom(entry.Entry{Month: april, Group: "acme", Currency: "EUR", Amount: money.MustParse("-7.5"), Description: "Goodwill"}, "1")
	if err != nil {
		t.Fatal(err)
	}
	if rebate, err = rebate.Apply(entry.Terms{Into: april, Group: rebate.Group}); err != nil {
		t.Fatal(err)
	}
	c := billing.Config{
		Customers:     []billing.Customer{{ID: "acme", Name: "ACME, Inc."}},
		BillingGroups: []billing.BillingGroup{{ID: "acme", Customer: "acme"}},
	}
	got := entry.OnStatements(given, []entry.Entry{later, rebate, other, fee, refund(t, "9")}, april, c)
	if len(given[0].Accounts) != 1 || len(given[0].Accounts[0].Lines) != 1 {
		t.Errorf("what was given was changed: %+v", given)
	}
	if len(got) != 2 || len(got[0].Accounts) != 2 || len(got[1].Accounts) != 1 {
		t.Fatalf("statements %+v", got)
	}
	own, acme, beta := got[0].Accounts[0], got[0].Accounts[1], got[1].Accounts[0]
	if own.ID != "" || own.Name != "ACME, Inc." || len(own.Lines) != 1 || own.Lines[0].Service != "Goodwill" || !own.Lines[0].Cost.IsZero() {
		t.Errorf("the group's own entries: %+v", own)
	}
	if len(acme.Lines) != 2 {
		t.Fatalf("account 1: %+v", acme)
	}
	line := acme.Lines[1]
	if line.Kind != statement.Entry || line.Service != "Refund Amazon EC2, 2026-05" || line.Entry != fee.ID || !line.TaxFree || line.Rate != &rate ||
		!line.Amount.Equal(money.FromInt(2)) || !line.Cost.Equal(money.FromInt(2)) {
		t.Errorf("line %+v", line)
	}
	if beta.ID != "2" || beta.Name != "two" || beta.Payer != "100" || beta.Provider != "aws" || got[1].Group != "beta" || got[1].Period != april {
		t.Errorf("a statement of entries alone: %+v", got[1])
	}
	if total := got[0].Total(); !total["USD"].Equal(money.FromInt(431)) || !total["EUR"].Equal(money.MustParse("-7.5")) {
		t.Errorf("total %v, want 431 USD and -7.5 EUR", total)
	}
}

func TestNewCustom(t *testing.T) {
	good := entry.Entry{Month: month(t, "2026-04"), Account: "1", Currency: "USD", Amount: money.FromInt(5), Description: "Setup"}
	e, err := entry.NewCustom(good, "1")
	if err != nil || e.Kind != entry.Fee || e.State != entry.Open || e.Origin != entry.Custom || e.Label() != "Setup" {
		t.Errorf("%+v, %v", e, err)
	}
	if again, _ := entry.NewCustom(good, "2"); again.ID == e.ID {
		t.Error("two entries that say the same have one id")
	}
	if _, gone, err := entry.Undo(e, nil); err != nil || len(gone) != 1 || gone[0].ID != e.ID {
		t.Errorf("taken back: %v, %v", gone, err)
	}
	for want, change := range map[string]func(*entry.Entry){
		"needs a description":              func(e *entry.Entry) { e.Description = " " },
		"has 201 characters":               func(e *entry.Entry) { e.Description = strings.Repeat("é", 201) },
		"holds a line break":               func(e *entry.Entry) { e.Description = "a\nb" },
		"an entry of 0":                    func(e *entry.Entry) { e.Amount = money.Zero },
		"for an account or for a billing":  func(e *entry.Entry) { e.Account = "" },
		"for an account or for a billing ": func(e *entry.Entry) { e.Group = "acme" },
		`"usd" is not a currency`:          func(e *entry.Entry) { e.Currency = "usd" },
	} {
		bad := good
		change(&bad)
		if _, err := entry.NewCustom(bad, "1"); err == nil || !strings.Contains(err.Error(), strings.TrimSpace(want)) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// Entries are listed by payer, account and day, whatever order they come in.
func TestSort(t *testing.T) {
	a, b, c := refund(t, "1"), refund(t, "2"), refund(t, "3")
	b.ID, b.Start = "E-b", b.Start+1
	c.ID, c.Account = "E-c", "0"
	list := []entry.Entry{b, a, c}
	entry.Sort(list)
	var ids []string
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	if want := []string{"E-c", a.ID, "E-b"}; !slices.Equal(ids, want) {
		t.Errorf("order %v, want %v", ids, want)
	}
}
