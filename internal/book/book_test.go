package book_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/book"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

var update = flag.Bool("update", false, "write the golden parts")

// texts are the key's columns by the short names that the tests write.
var texts = map[string]lake.Text{
	"class": lake.Class, "service": lake.ServiceCode, "named": lake.ServiceName, "region": lake.RegionID, "usage": lake.UsageType,
	"operation": lake.Operation, "unit": lake.PricingUnit, "entity": lake.BillingEntity, "type": lake.LineItemType, "currency": lake.BillingCurrency,
	"sku": lake.SkuID, "bill": lake.BillType, "description": lake.ChargeDescription,
}

// monthOf reads uses, one a line: attributes of the key, and day, group,
// quantity, cost, net, list, covered, chained. Lines of a key follow each other.
func monthOf(t *testing.T, text string) *book.Month {
	t.Helper()
	if text == "" {
		return nil
	}
	period, err := billing.ParsePeriod("2026-08")
	if err != nil {
		t.Fatal(err)
	}
	m := &book.Month{Period: period}
	for row := range strings.Lines(text) {
		u := book.Use{Day: period.FirstDay(), Group: "g", Final: true}
		var k assign.Key
		k.Texts[lake.Class], k.Texts[lake.BillingCurrency], k.Texts[lake.PricingUnit] = lake.ClassUsage, "USD", "Hrs"
		u.Quantity, u.Cost = money.FromInt(1), money.FromInt(100)
		net, list := "", ""
		for _, word := range strings.Fields(row) {
			name, value, _ := strings.Cut(word, "=")
			value = strings.ReplaceAll(value, "_", " ")
			switch name {
			case "day":
				if u.Day, err = billing.ParseDay("2026-08-" + value); err != nil {
					t.Fatal(err)
				}
			case "group":
				u.Group = value
			case "quantity":
				u.Quantity = money.MustParse(value)
			case "cost":
				u.Cost = money.MustParse(value)
			case "net":
				net = value
			case "list":
				list = value
			case "covered":
				u.Covered = true
			case "chained":
				u.Final = false
			default:
				column, ok := texts[name]
				if !ok {
					t.Fatalf("what is %q?", word)
				}
				k.Texts[column] = value
			}
		}
		u.Net, u.List = u.Cost, u.Cost
		if net != "" {
			u.Net = money.MustParse(net)
		}
		if list != "" {
			u.List = money.MustParse(list)
		}
		if n := len(m.Keys); n == 0 || m.Keys[n-1].Texts != k.Texts {
			m.Keys = append(m.Keys, k)
		}
		u.Key = len(m.Keys) - 1
		m.Uses = append(m.Uses, u)
	}
	return m
}

// Each kind of remark, with a book in which it is right and rules of which
// nothing is to be said. The golden parts were read over by a person.
func TestLint(t *testing.T) {
	files, err := filepath.Glob("testdata/lint/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	seen := map[book.Code]bool{}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string]string{}
			for _, f := range archive.Files {
				part[f.Name] = string(f.Data)
			}
			c, err := config.Parse(file, []byte(part["book.yaml"]))
			if err != nil {
				t.Fatal(err)
			}
			today, err := billing.ParseDay("2026-08-20")
			if err != nil {
				t.Fatal(err)
			}
			o := book.Options{Today: today, Month: monthOf(t, part["month.txt"])}
			if floor := strings.TrimSpace(part["floor.txt"]); floor != "" {
				d := money.MustParse(floor)
				o.MarginFloor = &d
			}
			var got strings.Builder
			for _, r := range book.Lint(c.PriceBooks[0], o) {
				seen[r.Code] = true
				fmt.Fprintf(&got, "%s %s [%s] %s; %s", r.Severity, r.Code, r.Rule, r.Message, r.Suggestion)
				for currency, amount := range r.Money {
					fmt.Fprintf(&got, " (%s %s)", amount, currency)
				}
				got.WriteString("\n")
			}
			if !*update {
				if got.String() != part["want.txt"] {
					t.Errorf("remarks\n%swant\n%s", got.String(), part["want.txt"])
				}
				return
			}
			kept := archive.Files[:0]
			for _, f := range archive.Files {
				if f.Name != "want.txt" {
					kept = append(kept, f)
				}
			}
			archive.Files = append(kept, txtar.File{Name: "want.txt", Data: []byte(got.String())})
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		})
	}
	for _, code := range []book.Code{
		book.ClassLeftOut, book.NeverWins, book.ListOfFees, book.PriceUndone, book.SameDays, book.DaysBetween, book.Ended, book.PlainRegex,
		book.NeverMatches, book.Shadowed, book.PartShadowed, book.Changes, book.Gap, book.UnknownName, book.LowMargin, book.FarTier, book.MixedUnits,
	} {
		if !seen[code] {
			t.Errorf("no test has the remark %s", code)
		}
	}
}

// The examples of a book, right ones and one that is wrong in all it expects.
func TestExamples(t *testing.T) {
	c, err := config.Parse("book.yaml", []byte(`
price_books:
  - id: retail
    rules:
      - {name: compute, match: {service: AmazonEC2}, percent: 10, managed: "0.5"}
      - {name: rest, match: {}, percent: 5, from: 2026-09-01}
      - {name: old, match: {}, percent: 3}
    examples:
      - {line: {service: AmazonEC2, usage: 2, cost: "1.23"}, expect: {price: "1.353", rule: compute, managed: "0.6765", excluded: false}}
      - {line: {service: AmazonEC2, cost: 100}, expect: {price: 105, rule: rest, managed: 1, excluded: true}}
      - {line: {service: AmazonS3, cost: 100, day: 2026-09-01}, expect: {price: 105}}
      - {line: {service: AmazonS3, cost: 100}, expect: {rule: old}}
      - {line: {class: marketplace, cost: 100}, expect: {price: 100, rule: ""}}
      - {line: {class: marketplace, cost: 100}, expect: {rule: old}}
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range book.Test(c.PriceBooks[0]) {
		got = append(got, fmt.Sprintf("%d %v by %q over %q", f.Example, f.Wrong, f.Rule, f.Shadowed))
	}
	want := []string{
		`1 [price is 110, expected 105 rule is "compute", expected "rest" managed is 55, expected 1 excluded is false, expected true] by "compute" over ["old"]`,
		`5 [rule is none, expected "old"] by "" over []`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("failures\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Borders are where rules begin, and the days after they end, within the month.
func TestBorders(t *testing.T) {
	c, err := config.Parse("book.yaml", []byte(`
price_books: [{id: b, rules: [
  {name: a, match: {}, keep: true, from: 2026-08-10, to: 2026-08-19}, {name: b, match: {}, keep: true, from: 2026-07-01, to: 2026-08-31},
  {name: c, match: {}, keep: true, from: 2026-08-20}, {name: d, match: {}, keep: true, to: 2026-08-01}]}]`))
	if err != nil {
		t.Fatal(err)
	}
	period, err := billing.ParsePeriod("2026-08")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(book.Borders(c.PriceBooks[0], period)), "[2026-08-01 2026-08-02 2026-08-10 2026-08-20]"; got != want {
		t.Errorf("borders %s, want %s", got, want)
	}
}

// A month of many keys and a book of many rules takes no product of the two.
func BenchmarkLint(b *testing.B) {
	large := billing.PriceBook{ID: "large"}
	five := money.FromInt(5)
	for i := range 5000 {
		large.Rules = append(large.Rules, billing.PriceRule{Name: fmt.Sprint("rule ", i), Percent: &five, Match: billing.Match{
			Service: billing.Pattern{Equal: []string{fmt.Sprint("Service", i%50)}}, UsageType: billing.Pattern{Equal: []string{fmt.Sprint("Usage", i)}},
		}})
	}
	period, err := billing.ParsePeriod("2026-08")
	if err != nil {
		b.Fatal(err)
	}
	month := &book.Month{Period: period}
	for i := range 100_000 {
		var k assign.Key
		k.Texts[lake.Class], k.Texts[lake.BillingCurrency] = lake.ClassUsage, "USD"
		k.Texts[lake.ServiceCode], k.Texts[lake.UsageType], k.Texts[lake.ChargeDescription] = fmt.Sprint("Service", i%50), fmt.Sprint("Usage", i%6000), fmt.Sprint("description ", i)
		month.Keys = append(month.Keys, k)
		month.Uses = append(month.Uses, book.Use{Key: i, Day: period.FirstDay(), Final: true, Amounts: rating.Amounts{Cost: five, Net: five, List: five}})
	}
	for b.Loop() {
		book.Lint(large, book.Options{Month: month, MarginFloor: &five})
	}
}
