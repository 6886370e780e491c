package rating_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// randomBook draws a book of rules of every kind. One of a seller below the
// reseller sees no cost but list and what it pays.
func randomBook(t *rapid.T, id string, below bool) billing.PriceBook {
	b := billing.PriceBook{ID: id}
	if rapid.Bool().Draw(t, "goes on") {
		b.Then = billing.ThenParent
	}
	if rapid.Bool().Draw(t, "specific first") {
		b.Order = billing.MostSpecific
	}
	bases := append([]billing.Basis{billing.SellerCost}, billing.Bases...)
	if below {
		bases = []billing.Basis{billing.List, billing.SellerCost}
	}
	number := func(name, pattern string) *money.Decimal {
		d := money.MustParse(rapid.StringMatching(pattern).Draw(t, name))
		return &d
	}
	maybe := func(name, pattern string) *money.Decimal {
		if rapid.IntRange(0, 3).Draw(t, "has "+name) > 0 {
			return nil
		}
		return number(name, pattern)
	}
	for n := range rapid.IntRange(0, 3).Draw(t, "rules") {
		r := billing.PriceRule{Name: fmt.Sprint(id, " ", n)}
		if rapid.Bool().Draw(t, "one service") {
			r.Match.Service = billing.Pattern{Equal: []string{rapid.SampledFrom(services).Draw(t, "service")}}
		}
		if class := rapid.SampledFrom([]string{"", "usage", "marketplace", "commitment-fee", "entry"}).Draw(t, "class"); class != "" {
			r.Match.Class = billing.Pattern{Equal: []string{class}}
		}
		if rapid.IntRange(0, 3).Draw(t, "asks for a tag") == 0 {
			r.Match.Tags = map[string]billing.Pattern{"team": {Equal: []string{rapid.SampledFrom([]string{"red", "blue", ""}).Draw(t, "team")}}}
		}
		if base := rapid.SampledFrom(bases).Draw(t, "base"); base != billing.SellerCost && rapid.Bool().Draw(t, "own base") {
			r.Base = base
		}
		switch rapid.IntRange(0, 5).Draw(t, "action") {
		case 0:
			r.Percent = number("percent", `-?[0-9]{1,2}(\.[0-9]{1,4})?`)
			r.BillFreeTier = rapid.Bool().Draw(t, "free tier")
		case 1:
			r.UnitPrice = number("unit price", `[0-9](\.[0-9]{1,12})?`)
		case 2:
			r.Tiers = []billing.PriceTier{{UpTo: number("first", `[1-9][0-9]{0,3}(\.[0-9]{1,3})?`), UnitPrice: number("price", `[0-9](\.[0-9]{1,12})?`)}, {UnitPrice: number("price", `0\.[0-9]{1,12}`)}}
		case 3:
			r.Tiers = []billing.PriceTier{{UpTo: number("first", `[1-9][0-9]{0,3}`), Percent: number("percent", `-?[0-9]{1,2}(\.[0-9]{1,4})?`)}, {Percent: number("percent", `-?[0-9]{1,2}`)}}
		case 4:
			r.Keep = true
		default:
			r.Exclude = true
		}
		if !r.Exclude {
			r.Fee, r.Floor = maybe("fee", `[0-9]{1,3}\.[0-9]{1,12}`), maybe("floor", `[0-9]{1,2}`)
			r.Cap, r.Managed = maybe("cap", `[1-9][0-9]{3,5}`), maybe("managed", `0\.[0-9]{1,6}`)
			if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
				r.NotBelow = rapid.SampledFrom(bases).Draw(t, "not below")
			}
			if rapid.IntRange(0, 3).Draw(t, "bounded") == 0 {
				r.NotAbove = rapid.SampledFrom(bases).Draw(t, "not above")
			}
		}
		b.Rules = append(b.Rules, moreActions(t, r))
	}
	return b
}

// randomTree draws a reseller with a group of its own, and a tier whose buyer
// sells on; claims by tags and a pool; books wherever they can be attached.
func randomTree(t *rapid.T) billing.Config {
	c := billing.Config{
		Reseller: &billing.Reseller{},
		Payers:   []billing.Payer{{ID: payer, Provider: "aws", OnAccountMove: rapid.SampledFrom([]string{"", "whole-month-to-new"}).Draw(t, "move")}},
	}
	attach := func(id string, below bool) billing.Attachments {
		if !rapid.Bool().Draw(t, "attached "+id) {
			return nil
		}
		c.PriceBooks = append(c.PriceBooks, randomBook(t, id, below))
		return billing.Attach(id)
	}
	c.Reseller.SellingBook = attach("tenant", false)
	for _, id := range []string{"direct", "north", "city", "shop"} {
		below := id == "city" || id == "shop"
		c.Customers = append(c.Customers, billing.Customer{ID: id, PriceBook: attach("customer "+id, below), SellingBook: attach("selling "+id, true)})
		c.BillingGroups = append(c.BillingGroups, billing.BillingGroup{ID: id, Customer: id, Currency: "USD",
			CostBasis: rapid.SampledFrom(billing.Bases).Draw(t, "basis"), PriceBook: attach(id, below)})
	}
	c.BillingGroups[2].Parent, c.BillingGroups[3].Parent = "north", "city"
	c.Accounts = []billing.Account{{ID: accounts[3], PriceBook: attach("account", true)}}
	half := october().FirstDay() + 15
	c.BillingGroups[0].Claims = []billing.Claim{{Accounts: accounts[:1]}, {Accounts: accounts[1:2], Tags: map[string][]string{"team": {"red"}}}}
	c.BillingGroups[1].Claims = []billing.Claim{{Accounts: accounts[2:3], To: &half}}
	c.BillingGroups[2].Claims = []billing.Claim{{Accounts: accounts[2:3], From: &half}}
	c.BillingGroups[3].Claims = []billing.Claim{{Accounts: accounts[3:]}, {Accounts: accounts[1:2], Tags: map[string][]string{"team": {"blue"}}}}
	if rapid.Bool().Draw(t, "pool") {
		c.Pools = []billing.Pool{{ID: "shared", Accounts: accounts[1:2], CostBasis: rapid.SampledFrom(billing.Bases).Draw(t, "basis of the pool"), Remainder: "city",
			Fixed:   []billing.FixedShare{{Group: "direct", Amount: money.MustParse(rapid.StringMatching(`[1-9][0-9]{0,4}`).Draw(t, "fixed"))}},
			Percent: []billing.PercentShare{{Group: "shop", Percent: money.MustParse(rapid.StringMatching(`[0-9]{1,2}(\.[0-9]{1,4})?`).Draw(t, "percent of the rest"))}}}}
	}
	return c
}

// R17: whatever the books, the arithmetic that a charge is explained by comes to
// its price. What is explained is checked against what is stored by Charge and
// Line themselves; what is checked here is that they never refuse, and that the
// steps follow one another to the price.
func TestWhyComesToThePrice(t *testing.T) {
	e := openEngine(t)
	checkSome(t, "6", func(t *rapid.T) {
		lines, c := randomLines(t), randomTree(t)
		for _, l := range lines {
			l["team"] = rapid.SampledFrom([]string{"", "red", "blue"}).Draw(t, "team")
			l["unit"] = rapid.SampledFrom([]string{"Hrs", "GB"}).Draw(t, "unit")
			if l["type"] == "Usage" && rapid.IntRange(0, 3).Draw(t, "free") == 0 {
				l["unblended"], l["list"], l["listrate"] = "0", "0", "0"
			} else {
				l["listrate"] = rapid.StringMatching(`0\.[0-9]{1,10}`).Draw(t, "list rate")
			}
		}
		dir := tempDir(t)
		s, _ := rated(t, e, dir, c, lines)
		defer s.Close()
		comesToThePrice(t, rating.Explainer{Session: s, Input: rating.Input{Month: monthIn(dir, c)}}, rapid.IntRange(0, 3).Draw(t, "first charge"), 4)
	})
}

// comesToThePrice explains charges of a month: from one on, every so many.
func comesToThePrice(t tester, e rating.Explainer, first, every int) {
	t.Helper()
	ctx := context.Background()
	type stored struct {
		number       int64
		group, price string
	}
	all, err := engine.Collect(ctx, e.Session, func(c *stored) []any { return []any{&c.number, &c.group, &c.price} },
		`SELECT x_charge, "group", CAST(billed_cost AS VARCHAR) FROM charges ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	for i := first; i < len(all); i += every {
		c := all[i]
		x, err := e.Charge(ctx, c.number)
		if err != nil {
			t.Errorf("R17: %v", err)
			continue
		}
		found := false
		for _, s := range append([]rating.Sale{x.Charge.Sale}, x.Charge.Sales...) {
			if s.Number == c.number {
				found = s.Group == c.group && s.Price.Equal(money.MustParse(c.price)) && (x.Asked == 0) == (s.Seller == "")
			}
			if s.Managed != nil && s.Managed.Number == c.number {
				found = s.Group == c.group && s.Managed.Price.Equal(money.MustParse(c.price)) && x.Asked == c.number
			}
			if n := len(s.Steps); n > 0 && !s.Steps[n-1].Price.Equal(s.Price) {
				t.Errorf("R17: charge %d is %s by its steps, and costs %s", s.Number, s.Steps[n-1].Price, s.Price)
			}
			prices := 0
			for _, a := range s.Attached {
				if a.Prices {
					prices++
				}
			}
			if prices != len(s.Steps)+len(s.Silent) && rating.Place(s.Place) == rating.OnUsage {
				t.Errorf("R13: %d books price charge %d, attached are %+v, steps %d, silent %v", prices, s.Number, s.Attached, len(s.Steps), s.Silent)
			}
		}
		if !found {
			t.Errorf("R17: charge %d of %s at %s is not what is explained: %+v", c.number, c.group, c.price, x.Charge)
		}
	}
}
