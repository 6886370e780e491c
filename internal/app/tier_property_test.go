package app_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// randomReselling draws who sells to whom, at most four sales deep, with books
// attached wherever books can be, some of which go on with the next one outward,
// and who owns the accounts 1 to 6; one is shared by tags and divided.
func randomReselling(t *rapid.T) billing.Config {
	c := billing.Config{
		Reseller: &billing.Reseller{Name: "Reseller", Currency: "USD", Accounts: []string{"200000000000"}},
		Payers:   []billing.Payer{{ID: "111111111111", Provider: "aws"}},
		ExchangeRates: []billing.ExchangeRate{
			{Month: billing.PeriodOf(billing.Day(20697).Time()), From: "USD", To: "JPY", Rate: money.MustParse("151.37"), Level: "common"},
		},
	}
	for i := range 6 {
		c.PriceBooks = append(c.PriceBooks, randomBook(t, fmt.Sprint("book", i)))
	}
	depth := map[string]int{}
	for i := range rapid.IntRange(2, 6).Draw(t, "groups") {
		id := fmt.Sprint("g", i)
		g := billing.BillingGroup{
			ID: id, Customer: "c" + id, Currency: rapid.SampledFrom([]string{"USD", "JPY"}).Draw(t, "currency"), PriceBook: randomAttachment(t),
			CostBasis: rapid.SampledFrom([]billing.Basis{billing.TrueUnblended, billing.Unblended, billing.Net, billing.List}).Draw(t, "basis"),
		}
		if i > 0 {
			if parent := fmt.Sprint("g", rapid.IntRange(0, i-1).Draw(t, "parent")); depth[parent] < 3 && rapid.IntRange(0, 4).Draw(t, "buys from a tier") > 0 {
				g.Parent = parent
				depth[id] = depth[parent] + 1
			}
		}
		c.BillingGroups = append(c.BillingGroups, g)
		c.Customers = append(c.Customers, billing.Customer{ID: "c" + id, Name: "Customer " + id, PriceBook: randomAttachment(t), SellingBook: randomAttachment(t)})
	}
	c.Reseller.SellingBook = randomAttachment(t)
	group := func() *billing.BillingGroup {
		return &c.BillingGroups[rapid.IntRange(0, len(c.BillingGroups)-1).Draw(t, "group")]
	}
	for i := 1; i <= 5; i++ {
		account := fmt.Sprint("20000000000", i)
		g := group()
		g.Claims = append(g.Claims, billing.Claim{Accounts: []string{account}})
		c.Accounts = append(c.Accounts, billing.Account{ID: account, Name: account, PriceBook: randomAttachment(t)})
	}
	for _, project := range []string{"p1", "p2"} {
		g := group()
		g.Claims = append(g.Claims, billing.Claim{Accounts: []string{"200000000006"}, Tags: map[string][]string{"project": {project}}})
	}
	c.Pools = []billing.Pool{{
		ID: "shared", Accounts: []string{"200000000006"}, Remainder: group().ID,
		Fixed:   []billing.FixedShare{{Group: group().ID, Amount: money.FromInt(int64(rapid.IntRange(1, 300).Draw(t, "fixed")))}},
		Percent: []billing.PercentShare{{Group: group().ID, Percent: money.FromInt(int64(rapid.IntRange(1, 100).Draw(t, "percent")))}},
	}}
	return c
}

func randomAttachment(t *rapid.T) billing.Attachments {
	if n := rapid.IntRange(0, 8).Draw(t, "book"); n < 6 {
		return billing.Attach(fmt.Sprint("book", n))
	}
	return nil
}

// randomBook draws rules that any seller may have (R5).
func randomBook(t *rapid.T, id string) billing.PriceBook {
	b := billing.PriceBook{ID: id, Then: rapid.SampledFrom([]string{"", billing.ThenParent}).Draw(t, "then")}
	some := func(pattern string) *money.Decimal {
		d := money.MustParse(rapid.StringMatching(pattern).Draw(t, "number"))
		return &d
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "rules") {
		r := billing.PriceRule{Name: fmt.Sprint("rule ", n)}
		if n > 0 || rapid.Bool().Draw(t, "one service") {
			r.Match.Service = billing.Pattern{Equal: []string{rapid.SampledFrom([]string{"AmazonEC2", "AmazonS3", "prod-logs"}).Draw(t, "service")}}
		}
		if rapid.IntRange(0, 3).Draw(t, "any class") == 0 {
			r.Match.Class = billing.Pattern{Equal: []string{"usage", "marketplace", "entry"}}
		}
		if rapid.IntRange(0, 4).Draw(t, "at list") == 0 {
			r.Base = billing.List
		}
		switch rapid.IntRange(0, 7).Draw(t, "action") {
		case 0:
			r.UnitPrice = some(`[0-9]\.[0-9]{1,12}`)
		case 1:
			r.Exclude = true
		case 2:
			r.Tiers = []billing.PriceTier{{UpTo: some(`[1-9][0-9]{0,2}`), Percent: some(`[0-9]{1,2}`)}, {Percent: some(`-[0-9]\.[0-9]`)}}
		case 3:
			r.Fee = some(`[0-9]{1,2}\.[0-9]{2}`)
		case 4:
			r.Managed = some(`0\.[0-9]{1,6}`)
			r.Percent = some(`[0-9]{1,2}`)
		default:
			r.Percent = some(`-?[0-9]{1,2}(\.[0-9]{1,4})?`)
		}
		b.Rules = append(b.Rules, r)
	}
	return b
}

// R16, R32: whoever sells to whom and at which prices, a close is proved, every
// sale is on the invoice of who pays for it, and the margins of all sellers are
// what those who use pay, less what the provider bills.
func TestTiersAreProved(t *testing.T) {
	lines, cost := []string{"200000000000 Usage AmazonEC2 1 7"}, money.FromInt(7)
	for i := 1; i <= 6; i++ {
		for n, kind := range []string{"Usage AmazonEC2", "Usage AmazonS3", "Usage prod-logs", "Credit AmazonEC2", "Tax AmazonS3", "Usage AmazonEC2"} {
			amount := money.MustParse(fmt.Sprintf("%d.%d%d", (i*37+n*11)%97, n, i*7))
			if n == 3 {
				amount = amount.Neg()
			}
			cost = cost.Add(amount)
			lines = append(lines, fmt.Sprintf("20000000000%d %s %d %s p%d", i, kind, i*n+1, amount, n))
		}
	}
	a := openAt(t, t.TempDir(), afterAll)
	file := usageFile(t, lines...)
	resold := 0
	for n := range 12 {
		c := rapid.Custom(randomReselling).Example(n)
		changes, err := a.Plan(context.Background(), c, true)
		if err != nil {
			t.Fatalf("configuration %d: %v", n, err)
		}
		if err := a.Apply(context.Background(), changes); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			if _, err := a.Pipeline.IngestFiles(context.Background(), "111111111111", september(t), []string{file}); err != nil {
				t.Fatal(err)
			}
		}
		certificate := closeMonth(t, a, september(t))
		proved(t, certificate, map[string]money.Decimal{"1001": cost})
		m := marginOf(t, a, "2026-09", "")
		addsUp(t, m)

		// What each group pays, as its document says it, in the provider's currency.
		pays := map[string]money.Decimal{}
		documents, err := a.Documents.Invoices(context.Background(), september(t))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range documents {
			for _, account := range d.Accounts {
				for _, l := range account.Lines {
					pays[d.Group] = pays[d.Group].Add(l.Cost)
				}
			}
		}
		sold, final := map[string]money.Decimal{}, money.Zero
		for _, g := range c.BillingGroups {
			sold[g.Parent] = sold[g.Parent].Add(pays[g.ID])
		}
		margins := m.Totals[0].Margin
		if !margins.Equal(sold[""].Sub(cost)) {
			t.Errorf("the reseller earns %s, its invoices are over %s and the provider bills %s", margins, sold[""], cost)
		}
		bought := map[string]money.Decimal{}
		for _, tier := range m.Tiers {
			for _, s := range tier.Totals {
				if !s.Sold.Equal(sold[tier.Tier]) || !s.Bought.Add(s.OwnUse).Equal(pays[tier.Tier]) || !s.Margin.Equal(s.Sold.Sub(s.Bought)) {
					t.Errorf("%s: %+v, its invoice is over %s and those to its buyers over %s", tier.Tier, s, pays[tier.Tier], sold[tier.Tier])
				}
				margins, bought[tier.Tier] = margins.Add(s.Margin), s.Bought
				resold++
			}
		}
		for group, paid := range pays {
			final = final.Add(paid.Sub(bought[group]))
		}
		if !margins.Equal(final.Sub(cost)) {
			t.Errorf("R16: all margins are %s, those who use pay %s and the provider bills %s", margins, final, cost)
		}
		for _, p := range certificate.Tiers {
			if !p.Final.Equal(final) || !p.Cost.Equal(cost) {
				t.Errorf("R16: the certificate says %+v, want %s and %s", p, final, cost)
			}
		}
		if t.Failed() {
			t.Fatalf("configuration %d: %+v", n, c)
		}
	}
	if resold < 10 {
		t.Errorf("only %d tiers resold anything", resold)
	}
}
