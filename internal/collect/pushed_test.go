package collect

import (
	"errors"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/store"
)

func bill(kind, id, account string, amounts ...string) Bill {
	b := Bill{ID: id, Kind: kind, Provider: "hyper", Period: may, Account: account, Currency: "EUR"}
	for _, a := range amounts {
		b.Lines = append(b.Lines, BillLine{Service: "Machines", Amount: amount(a)})
	}
	return b
}

// What counts comes to: registers 1 + 2 of a, 4 of b; then the bill 10 of a takes the
// place of its registers, in two currencies; taken back, they count again.
func TestBillsTakeThePlaceOfRegisters(t *testing.T) {
	c := collector(t, &vendor{})
	push := func(b Bill) Pushed {
		t.Helper()
		p, _, err := c.Push(t.Context(), declared(), b, "ann")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	want := func(sum string, rows int64) Collected {
		t.Helper()
		got, err := c.Collect(t.Context(), declared(), declared().Sources[1], may)
		if err != nil {
			t.Fatal(err)
		}
		if got.Cost["EUR"].String() != sum || got.Rows != rows || got.From != "pushed" {
			t.Errorf("collected is %+v, not %s in %d rows", got, sum, rows)
		}
		return got
	}
	third := may.FirstDay() + 2
	daily := bill("register", "r-1", "a", "1")
	daily.Day = &third
	push(daily)
	push(bill("register", "r-2", "a", "2"))
	push(bill("register", "r-3", "b", "4"))
	want("7", 3)
	two := bill("bill", "b-1", "a", "7.5", "2.5")
	two.Lines[1].Currency, two.Lines[1].Day = "USD", &third
	if p := push(two); !p.Counts || p.Sum["EUR"].String() != "7.5" || p.Sum["USD"].String() != "2.5" || p.Source != "sent" {
		t.Errorf("the bill is %+v", p)
	}
	got := want("11.5", 3)
	result := load(t, c, got)
	if result.Totals.OpenUsage != 1 { // that of the register; the bill's id is its invoice
		t.Errorf("%d lines are open", result.Totals.OpenUsage)
	}
	if err := c.Remove(t.Context(), "sent", may, "b-1", "bob"); err != nil {
		t.Fatal(err)
	}
	want("7", 3)
	_, back, err := c.Bill(t.Context(), "sent", may, "b-1")
	if err != nil || len(back.Lines) != 2 || back.Lines[1].Category != "Usage" {
		t.Errorf("on record is %+v, %v", back, err)
	}
	if _, _, err := c.Bill(t.Context(), "sent", may, "b-2"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what never was is %v", err)
	}
}

// What is wrong with a bill is said at its place, and nothing of it is taken.
func TestBillFaults(t *testing.T) {
	c := collector(t, &vendor{})
	june := may.LastDay() + 1
	for want, change := range map[string]func(*Bill){
		"id ":                                    func(b *Bill) { b.ID = "a b" },
		"id \"x/y\"":                             func(b *Bill) { b.ID = "x/y" },
		"kind ":                                  func(b *Bill) { b.Kind = "letter" },
		"period is missing":                      func(b *Bill) { b.Period = billing.Period{} },
		"day is of registers":                    func(b *Bill) { day := may.FirstDay(); b.Day = &day },
		"lines are 0":                            func(b *Bill) { b.Lines = nil },
		"lines[0].service is missing":            func(b *Bill) { b.Lines[0].Service = "" },
		"lines[0].category \"Gift\"":             func(b *Bill) { b.Lines[0].Category = "Gift" },
		"lines[0].currency \"eur\"":              func(b *Bill) { b.Currency = "eur" },
		"lines[0].day 2026-06-01 is not in":      func(b *Bill) { b.Lines[0].Day = &june },
		"lines[0].amount has too many digits":    func(b *Bill) { b.Lines[0].Amount = amount("0.0000000000000000001") },
		"lines[0].quantity has too many digits":  func(b *Bill) { q := amount("1e-19"); b.Lines[0].Quantity = &q },
		"lines[0].tags are 51":                   func(b *Bill) { b.Lines[0].Tags = manyTags(51) },
		"lines[0].description is not a text of":  func(b *Bill) { b.Lines[0].Description = strings.Repeat("x", 1025) },
		"source is missing, and there is no":     func(b *Bill) { b.Provider = "other" },
		"source \"one\" is no source of kind":    func(b *Bill) { b.Source = "one" },
		"provider is \"other\", and source sent": func(b *Bill) { b.Source, b.Provider = "sent", "other" },
	} {
		b := bill("bill", "b-1", "a", "1")
		change(&b)
		_, _, err := c.Push(t.Context(), declared(), b, "ann")
		var bad *BillError
		if !errors.As(err, &bad) || !strings.HasPrefix(bad.Error(), want) {
			t.Errorf("%s: the error is %v", want, err)
		}
	}
	if all, err := c.Pushed(t.Context(), "sent", may); err != nil || len(all) > 0 {
		t.Errorf("taken in are %v, %v", all, err)
	}
}

func manyTags(n int) map[string]string {
	tags := map[string]string{}
	for i := range n {
		tags[money.FromInt(int64(i)).String()] = "x"
	}
	return tags
}
