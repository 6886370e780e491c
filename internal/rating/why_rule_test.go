package rating_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// R17: the arithmetic that every kind of rule, attachment and sale is explained
// by, of the months of testdata/rule, whose prices are worked out by hand there.
// It is in one golden file, by the name of the month's file.
func TestWhyRules(t *testing.T) {
	files, err := filepath.Glob("testdata/rule/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of rules, %v", len(files), err)
	}
	const name = "testdata/why-rules.txtar"
	golden, err := txtar.ParseFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if *update {
		golden = &txtar.Archive{Comment: []byte("How the charges of testdata/rule are explained: base, rule, and the price after each step.\n")}
	}
	want := map[string]string{}
	for _, f := range golden.Files {
		want[f.Name] = string(f.Data)
	}
	e := openEngine(t)
	for _, file := range files {
		kind := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(kind, func(t *testing.T) {
			got := explainedByHand(t, e, file)
			if *update {
				golden.Files = append(golden.Files, txtar.File{Name: kind, Data: []byte(got)})
			} else if got != want[kind] {
				t.Errorf("R17: explanations differ from the golden ones; look at them, then run with -update:\n%s", got)
			}
		})
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(golden), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// explainedByHand explains the charges of October of a file of rules.
func explainedByHand(t *testing.T, e engine.Engine, file string) string {
	t.Helper()
	_, part, c := readCase(t, file)
	lines, _ := rowsByHand(t, part["lines-2026-10.txt"], "2026-10")
	dir := t.TempDir()
	s, _ := rated(t, e, dir, c, lines)
	defer s.Close()
	x := rating.Explainer{Session: s, Input: rating.Input{Month: monthIn(dir, c)}}
	var out strings.Builder
	for _, r := range table(t, s, `SELECT resource_id, CAST(x_charge AS VARCHAR) FROM charges WHERE x_seller IS NULL AND x_class <> 'managed' ORDER BY 1, "group", x_owner`) {
		var number int64
		fmt.Sscan(r[1], &number)
		why, err := x.Charge(context.Background(), number)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, sale := range append([]rating.Sale{why.Charge.Sale}, why.Charge.Sales...) {
			fmt.Fprintf(&out, "%s %s\n", r[0], arithmeticOf(sale))
		}
		if sh := why.Charge.Share; sh != nil {
			fmt.Fprintf(&out, "  pool %s of %s %s: %s = %s + %s + %s + %s\n", why.Charge.Pool, sh.Basis, sh.Total, sh.Amount, sh.Fixed, sh.Percent, sh.Usage, sh.Remainder)
		}
	}
	return out.String()
}

// arithmeticOf writes how a sale's price came about.
func arithmeticOf(s rating.Sale) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s>%s %s: %s %s", s.Seller, s.Group, s.Place, s.Base, s.BaseCost)
	if c := s.Claim; c != nil && c.By != "account" {
		fmt.Fprintf(&out, ", claimed by %s of %s %v %v", c.By, c.Owner, c.Tags, c.CostCategories)
	}
	for _, step := range s.Steps {
		fmt.Fprintf(&out, "\n  %s/%s", step.Book, step.Rule.Name)
		if len(step.Shadowed) > 0 {
			fmt.Fprintf(&out, " over %q", step.Shadowed)
		}
		switch {
		case step.Rule.Exclude:
			out.WriteString(": excluded")
		case step.UnitPrice != nil:
			fmt.Fprintf(&out, ": %s × %s = %s", s.Quantity, step.UnitPrice, step.Amount)
		default:
			fmt.Fprintf(&out, ": %s %s × %s = %s", step.Base, step.Start, step.Factor, step.Amount)
		}
		if f := step.FreeTier; f != nil {
			fmt.Fprintf(&out, ", beyond free %s public %t", f.Rate, f.Public)
		}
		for _, c := range step.Changes {
			fmt.Fprintf(&out, "; %s %s = %s", c.Action, c.To, c.Price)
		}
		if len(step.Changes) > 0 {
			before, after := step.Figures(s)
			for _, f := range append(before, after...) {
				fmt.Fprintf(&out, "\n    %s | %s", f.Name, strings.TrimSpace(f.Number.String()+" "+f.Note))
			}
			out.WriteString("\n   ")
		}
		if m := step.Month; m != nil {
			fmt.Fprintf(&out, "; month %s %s of %d", m.Measure, m.Unit, m.Charges)
			for _, b := range m.Bands {
				price := b.UnitPrice
				if price == nil {
					price = b.Factor
				}
				fmt.Fprintf(&out, " [%s × %s = %s]", b.Part, price, b.Amount)
			}
			if m.Others != nil {
				fmt.Fprintf(&out, " + %s in other units", m.Others)
			}
			fmt.Fprintf(&out, " %s= %s; %s of it", strings.TrimLeft(m.Applied+" ", " "), m.Price, m.Own)
			if m.Remainder != nil {
				fmt.Fprintf(&out, " + %s", m.Remainder)
			}
		}
		for word, l := range map[string]*rating.Limit{"not below": step.NotBelow, "not above": step.NotAbove} { // at most one bites
			if l != nil && l.Bit {
				fmt.Fprintf(&out, "; %s %s %s", word, l.Base, l.Amount)
			}
		}
		fmt.Fprintf(&out, " -> %s", step.Price)
	}
	if len(s.Silent) > 0 {
		fmt.Fprintf(&out, "\n  silent %v", s.Silent)
	}
	if m := s.Managed; m != nil {
		fmt.Fprintf(&out, "\n  managed %s × %s = %s", s.Price, m.Factor, m.Price)
	}
	var hidden []string
	for _, a := range s.Attached {
		if !a.Prices {
			hidden = append(hidden, a.At+" "+a.Book)
		}
	}
	if hidden != nil {
		fmt.Fprintf(&out, "\n  hides %v", hidden)
	}
	return out.String()
}

// R5, R16: what a group below the reseller is told has no number of a cost above
// it: not the provider's on any basis, not what its seller pays, no rule or
// factor of its seller.
func TestWhyAsHidesCost(t *testing.T) {
	c, err := config.Parse("reseller.yaml", []byte(`
reseller: {name: Reseller, currency: USD, selling_book: tenant}
payers: [{id: "111111111111", provider: aws}]
customers: [{id: one, name: One, selling_book: resale}, {id: two, name: Two}]
billing_groups:
  - {id: north, customer: one, currency: USD, cost_basis: unblended, claims: []}
  - {id: shop, customer: two, parent: north, currency: USD, cost_basis: unblended, claims: [{accounts: ["200000000001"]}]}
  - {id: other, customer: two, currency: USD, claims: [{accounts: ["200000000002"]}]}
price_books:
  - {id: tenant, rules: [{name: secret, match: {}, percent: "13", managed: "0.17"}]}
  - {id: resale, rules: [{name: shown, match: {}, percent: "50", not_below: cost}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	l := newLine("a", "Usage", "AmazonEC2", "2026-10-05")
	l["amount"], l["unblended"], l["net"], l["blended"], l["list"], l["listrate"] = "1", "100.7771", "91.7772", "99.7773", "120.7774", "120.7775"
	dir := t.TempDir()
	s, _ := rated(t, openEngine(t), dir, c, []line{l})
	defer s.Close()
	e := rating.Explainer{Session: s, Input: rating.Input{Month: monthIn(dir, c)}}
	full, err := e.Line(context.Background(), "L", 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	own := full.Parts[0].Charge
	cost, factor := []string{"100.7771", "91.7772", "99.7773", "120.7774", "120.7775"}, []string{"secret", "tenant", "1.13", `"13"`, "0.17"}
	bought, sold := money.MustParse("113.878123"), money.MustParse("170.8171845") // × 1.13, × 1.5
	for group, test := range map[string]struct {
		sales  int
		hidden []string
	}{
		"north": {1, append(cost, factor...)},
		"shop":  {0, append(append(cost, factor...), bought.String(), "resale", "shown", "1.5")},
	} {
		x, err := e.LineAs(context.Background(), "L", 0, 1, group)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range test.hidden {
			if strings.Contains(string(text), hidden) {
				t.Errorf("R5: %s is told %s: %s", group, hidden, text)
			}
		}
		pays := map[string]money.Decimal{"north": bought, "shop": sold}[group]
		if len(x.Items) != 1 || !x.Items[0].Bought.Price.Equal(pays) || len(x.Items[0].Sales) != test.sales {
			t.Errorf("R16: %s is told %s, and pays %s", group, text, pays)
		}
	}
	for group, number := range map[string]int64{"other": own.Number, "shop": own.Number, "nobody": own.Sales[0].Number} {
		if x, err := e.ChargeAs(context.Background(), number, group); err == nil {
			t.Errorf("R5: %s is told of charge %d: %+v", group, number, x)
		}
	}
	if x, err := e.ChargeAs(context.Background(), own.Sales[0].Number, "north"); err != nil || x.Items[0].Bought.Group != "north" {
		t.Errorf("R16: north is told %+v, %v", x, err)
	}
	if _, err := e.LineAs(context.Background(), "L", 0, 1, "other"); err == nil {
		t.Error("R5: other is told of a line of shop's")
	}
}

// R17: a charge that is not what its rules make of it is an error, and not
// explained by arithmetic that leads elsewhere.
func TestWhyRefusesAnotherPrice(t *testing.T) {
	percent := money.MustParse("10")
	c := billing.Config{
		Payers:     []billing.Payer{{ID: payer, Provider: "aws"}},
		PriceBooks: []billing.PriceBook{{ID: "book", Rules: []billing.PriceRule{{Name: "all", Percent: &percent}}}},
		BillingGroups: []billing.BillingGroup{{ID: "g", CostBasis: billing.Unblended, PriceBook: billing.Attach("book"),
			Claims: []billing.Claim{{Accounts: accounts[:1]}}}},
	}
	l := newLine("a", "Usage", "AmazonEC2", "2026-10-05")
	l["unblended"] = "100"
	dir := t.TempDir()
	s, _ := rated(t, openEngine(t), dir, c, []line{l})
	defer s.Close()
	other := c
	eleven := money.MustParse("11")
	other.PriceBooks = []billing.PriceBook{{ID: "book", Rules: []billing.PriceRule{{Name: "all", Percent: &eleven}}}}
	e := rating.Explainer{Session: s, Input: rating.Input{Month: monthIn(dir, other)}}
	if x, err := e.Charge(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "charge 1 of 2026-10 should be 111 by its rules, but is 110") {
		t.Errorf("R17: %+v, %v", x.Charge, err)
	}
}
