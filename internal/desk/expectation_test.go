package desk

import (
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/statement"
	"github.com/sluice-billing/sluice/internal/store"
)

// billed is a document of acme in dollars without tax: of one account each, one
// service and what it comes to, such as "1 Compute 100". An account in front of
// which stands a ! has an applied entry of that name.
func billed(t *testing.T, month, provider string, state invoice.State, lines ...string) invoice.Invoice {
	t.Helper()
	period, err := billing.ParsePeriod(month)
	if err != nil {
		t.Fatal(err)
	}
	inv := invoice.Invoice{
		ID: invoice.ID(period, "acme", provider), State: state, Period: period, Group: "acme", Provider: provider, Currency: "USD", Digits: 2,
	}
	for _, l := range lines {
		f := strings.Fields(l)
		account, entry := strings.CutPrefix(f[0], "!")
		kind := statement.Usage
		if entry {
			kind = statement.Entry
		}
		amount := money.MustParse(f[2])
		inv.Accounts = append(inv.Accounts, invoice.Account{Account: account, Total: amount, Lines: []invoice.Line{{
			Kind: kind, Service: f[1], Cost: amount, CostCurrency: "USD", Rate: money.FromInt(1), Exact: amount, Amount: amount,
		}}})
		inv.UsageTotal = inv.UsageTotal.Add(amount)
	}
	inv.BeforeTax, inv.Total, inv.Payable = inv.UsageTotal, inv.UsageTotal, inv.UsageTotal
	return inv
}

func decimal(s string) *money.Decimal {
	d := money.MustParse(s)
	return &d
}

// Amounts by hand; the range is 20 percent.
func TestUnexpected(t *testing.T) {
	twenty := billing.Expect{Change: decimal("20")}
	tests := []struct {
		name        string
		expect      billing.Expect
		before, now []string
		want        []string // code, subject after the month and group, amount
	}{
		{"nothing is expected", billing.Expect{}, []string{"1 Compute 100"}, []string{"2 Mail 900"}, nil},
		{"up by exactly 20 %", twenty, []string{"1 Compute 100"}, []string{"1 Compute 120"}, nil},
		{"down by exactly 20 %", twenty, []string{"1 Compute 100"}, []string{"1 Compute 80"}, nil},
		{"up by more", twenty, []string{"1 Compute 100"}, []string{"1 Compute 120.01"},
			[]string{"expect-change  20.01", "expect-change Compute 20.01"}},
		{"down by more", twenty, []string{"1 Compute 100"}, []string{"1 Compute 79.99"},
			[]string{"expect-change  -20.01", "expect-change Compute -20.01"}},
		{"a service in a whole that stays", twenty, []string{"1 Compute 100", "1 Mail 10"}, []string{"1 Compute 97", "1 Mail 13"},
			[]string{"expect-change Mail 3"}},
		{"a service over all accounts", twenty, []string{"1 Compute 100", "2 Compute 100"}, []string{"1 Compute 60", "2 Compute 140"}, nil},
		{"a service that is gone", twenty, []string{"1 Compute 100", "1 Mail 10"}, []string{"1 Compute 100"},
			[]string{"expect-change Mail -10"}},
		{"less than is enough", billing.Expect{Change: decimal("20"), AtLeast: decimal("30")}, []string{"1 Compute 100"}, []string{"1 Compute 129.99"}, nil},
		{"as much as is enough", billing.Expect{Change: decimal("20"), AtLeast: decimal("30")}, []string{"1 Compute 100"}, []string{"1 Compute 130"},
			[]string{"expect-change  30", "expect-change Compute 30"}},
		{"enough downwards", billing.Expect{Change: decimal("20"), AtLeast: decimal("30")}, []string{"1 Compute 100"}, []string{"1 Compute 70"},
			[]string{"expect-change  -30", "expect-change Compute -30"}},
		{"no change at all is expected", billing.Expect{Change: decimal("0")}, []string{"1 Compute 100"}, []string{"1 Compute 100.01"},
			[]string{"expect-change  0.01", "expect-change Compute 0.01"}},
		{"new services are no changes", twenty, []string{"1 Compute 100"}, []string{"1 Compute 100", "1 Mail 5"}, nil},
		{"a new service", billing.Expect{NewService: true}, []string{"1 Compute 100"}, []string{"1 Compute 100", "1 Mail 5"},
			[]string{"expect-new-service Mail 5"}},
		{"a service that was free", billing.Expect{NewService: true}, []string{"1 Compute 100", "1 Mail 0"}, []string{"1 Compute 100", "1 Mail 5"},
			[]string{"expect-new-service Mail 5"}},
		{"entries are no services", billing.Expect{Change: decimal("20"), NewService: true}, []string{"1 Compute 100"}, []string{"1 Compute 100", "!1 Refund -7"}, nil},
		{"an account that is gone", billing.Expect{MissingAccount: true}, []string{"1 Compute 100", "2 Compute 7"}, []string{"1 Compute 100"},
			[]string{"expect-missing-account 2 7"}},
		{"an account that comes to nothing", billing.Expect{MissingAccount: true}, []string{"1 Compute 100", "2 Compute 7"}, []string{"1 Compute 100", "2 Compute 0"},
			[]string{"expect-missing-account 2 7"}},
		{"an account that was free", billing.Expect{MissingAccount: true}, []string{"1 Compute 100", "2 Compute 0"}, []string{"1 Compute 100"}, nil},
		{"nothing to pay", billing.Expect{ZeroBill: true}, []string{"1 Compute 100"}, []string{"1 Compute 0"},
			[]string{"expect-zero-bill  0"}},
		{"less than nothing to pay", billing.Expect{ZeroBill: true}, []string{"1 Compute 100"}, []string{"1 Compute -3"},
			[]string{"expect-zero-bill  -3"}},
		{"a cent to pay", billing.Expect{ZeroBill: true}, []string{"1 Compute 100"}, []string{"1 Compute 0.01"}, nil},
	}
	for _, test := range tests {
		before := []invoice.Invoice{billed(t, "2026-09", "", invoice.Issued, test.before...)}
		now := []invoice.Invoice{billed(t, "2026-10", "", invoice.Draft, test.now...)}
		got := judged(t, test.expect, before, now)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// judged are the findings about October: code, subject after 2026-10/acme, amount.
func judged(t *testing.T, e billing.Expect, before, now []invoice.Invoice) (all []string) {
	t.Helper()
	period, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range unexpected(e, period, "acme", chainsIn(before), chainsIn(now)) {
		subject, ours := strings.CutPrefix(f.Subject, "2026-10/acme")
		if !ours || f.Severity != billing.Warn || f.Currency == "" || f.Message == "" {
			t.Errorf("finding %+v", f)
		}
		all = append(all, f.Code+" "+strings.TrimPrefix(subject, " ")+" "+f.Amount.String())
	}
	return all
}

// Without a month before there is nothing to differ from; a bill over nothing is
// one all the same.
func TestUnexpectedFirstMonth(t *testing.T) {
	every := billing.Expect{Change: decimal("0"), NewService: true, MissingAccount: true, ZeroBill: true}
	other := billed(t, "2026-09", "", invoice.Issued, "1 Compute 100")
	other.Group = "beta"
	if got := judged(t, every, []invoice.Invoice{other}, []invoice.Invoice{billed(t, "2026-10", "", invoice.Draft, "1 Compute 100")}); got != nil {
		t.Errorf("found %q", got)
	}
	if got := judged(t, every, nil, []invoice.Invoice{billed(t, "2026-10", "", invoice.Draft)}); !slices.Equal(got, []string{"expect-zero-bill  0"}) {
		t.Errorf("found %q", got)
	}
}

// The month before counts with what is in force of it, or with its draft; this
// month with the note that is drafted: 100 + 30 − 10 is 20 % more than 100.
func TestUnexpectedCountsNotes(t *testing.T) {
	e := billing.Expect{Change: decimal("20")}
	note := func(month string, n string, state invoice.State, line string) invoice.Invoice {
		inv := billed(t, month, "", state, line)
		inv.ID += "/" + n
		return inv
	}
	before := []invoice.Invoice{
		billed(t, "2026-09", "", invoice.Issued, "1 Compute 90"), note("2026-09", "2", invoice.Issued, "1 Compute 10"),
		note("2026-09", "3", invoice.Draft, "1 Compute 900"),
	}
	now := []invoice.Invoice{billed(t, "2026-10", "", invoice.Issued, "1 Compute 130"), note("2026-10", "2", invoice.Draft, "1 Compute -10")}
	if got := judged(t, e, before, now); got != nil {
		t.Errorf("found %q", got)
	}
	now[1] = note("2026-10", "2", invoice.Draft, "1 Compute -9")
	if got := judged(t, e, before, now); !slices.Equal(got, []string{"expect-change  21", "expect-change Compute 21"}) {
		t.Errorf("found %q", got)
	}
	if got := judged(t, e, before, now[:1]); got != nil {
		t.Errorf("nothing is to be issued, but found %q", got)
	}
	draft := []invoice.Invoice{billed(t, "2026-09", "", invoice.Draft, "1 Compute 100")}
	if got := judged(t, e, draft, now); !slices.Equal(got, []string{"expect-change  21", "expect-change Compute 21"}) {
		t.Errorf("with a draft of the month before, found %q", got)
	}
}

// A group with documents for each provider is compared by provider. What has no
// document any more is about the group; an account that went over to another
// provider's document is not missing.
func TestUnexpectedByProvider(t *testing.T) {
	e := billing.Expect{Change: decimal("20"), MissingAccount: true, ZeroBill: true}
	before := []invoice.Invoice{
		billed(t, "2026-09", "aws", invoice.Issued, "1 Compute 100"),
		billed(t, "2026-09", "gcp", invoice.Issued, "2 Compute 50", "3 Compute 5"),
	}
	now := []invoice.Invoice{billed(t, "2026-10", "aws", invoice.Draft, "1 Compute 110", "3 Mail 5")}
	if got := judged(t, e, before, now); !slices.Equal(got, []string{"expect-missing-account 2 50"}) {
		t.Errorf("found %q", got)
	}
	if got := judged(t, e, before[:1], nil); !slices.Equal(got, []string{"expect-zero-bill aws 0", "expect-missing-account 1 100"}) {
		t.Errorf("with no document at all, found %q", got)
	}
}

// In another currency, what is enough cannot be asked for: 10 to 15 dollars.
func TestUnexpectedOtherCurrency(t *testing.T) {
	before := billed(t, "2026-09", "", invoice.Issued, "1 Compute 10")
	now := billed(t, "2026-10", "", invoice.Draft, "1 Compute 15")
	now.Currency = "JPY"
	got := judged(t, billing.Expect{Change: decimal("20"), AtLeast: decimal("1000")}, []invoice.Invoice{before}, []invoice.Invoice{now})
	if !slices.Equal(got, []string{"expect-change  5", "expect-change Compute 5"}) {
		t.Errorf("found %q", got)
	}
}

// A draft waits for what is found about it and about its group, until it is waived.
func TestAccepted(t *testing.T) {
	finding := func(stage, scope, subject string, waived *store.Waiver) month.Finding {
		return month.Finding{Finding: billing.Finding{Code: "expect-change", Subject: subject}, ID: "F-1", Stage: stage, Scope: scope, Waived: waived}
	}
	aws := billed(t, "2026-10", "aws", invoice.Draft, "1 Compute 1")
	for name, c := range map[string]struct {
		finding month.Finding
		want    bool
	}{
		"of the document":        {finding(StageApproval, "acme", "2026-10/acme/aws", nil), false},
		"of its service":         {finding(StageApproval, "acme", "2026-10/acme/aws Amazon EC2", nil), false},
		"of its group":           {finding(StageApproval, "acme", "2026-10/acme 2", nil), false},
		"accepted":               {finding(StageApproval, "acme", "2026-10/acme/aws", &store.Waiver{By: "ann"}), true},
		"of another provider":    {finding(StageApproval, "acme", "2026-10/acme/gcp", nil), true},
		"of another group":       {finding(StageApproval, "beta", "2026-10/beta", nil), true},
		"of the close":           {finding("close", "", "2026-10/acme/aws", nil), true},
		"of a name that is near": {finding(StageApproval, "acme", "2026-10/acme/aws-2", nil), true},
	} {
		err := accepted([]month.Finding{c.finding}, aws)
		if (err == nil) != c.want {
			t.Errorf("%s: %v, accepted is to be %v", name, err, c.want)
		}
		if err != nil && !strings.Contains(err.Error(), "sluice invoice accept 2026-10/acme/aws --reason") {
			t.Errorf("%s: %v says not what to do", name, err)
		}
	}
}

// A month is compared as a whole, and document by document.
func TestChainsIn(t *testing.T) {
	issued := billed(t, "2026-10", "", invoice.Issued, "1 Compute 100")
	void := billed(t, "2026-10", "", invoice.Issued, "1 Compute -100")
	void.ID, void.Corrects = "2026-10/acme/2", &invoice.Reference{Voids: true}
	anew := billed(t, "2026-10", "", invoice.Draft, "1 Compute 90")
	anew.ID = "2026-10/acme/3"
	chains := chainsIn([]invoice.Invoice{anew, void, issued})
	if len(chains) != 1 || len(chains[0].inForce) != 0 || len(chains[0].asBilled()) != 1 || chains[0].asBilled()[0].ID != anew.ID {
		t.Errorf("chains %+v", chains)
	}
}
