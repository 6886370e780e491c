package config

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

// A book holds so many rules and examples, and not one more.
func TestBooksAreBounded(t *testing.T) {
	book := billing.PriceBook{ID: "large"}
	for i := range maxRules {
		book.Rules = append(book.Rules, billing.PriceRule{Name: fmt.Sprint(i), Keep: true})
	}
	none := ""
	book.Examples = slices.Repeat([]billing.BookExample{{Expect: billing.Expectation{Rule: &none}}}, maxExamples)
	c := billing.Config{Reseller: &billing.Reseller{Name: "A", Currency: "USD"}, PriceBooks: []billing.PriceBook{book}}
	if problems := Check(c); len(problems) > 0 {
		t.Fatalf("a book at the bounds: %v", problems)
	}
	c.PriceBooks[0].Rules = append(book.Rules, billing.PriceRule{Name: "one more", Keep: true})
	c.PriceBooks[0].Examples = append(book.Examples, book.Examples[0])
	want := []string{
		"price_books[large].rules: has 50001 entries; a price book holds at most 50000, so split it into several books",
		"price_books[large].examples: has 10001 entries; a price book holds at most 10000, so split it into several books",
	}
	if got := Check(c).Error(); got != strings.Join(want, "\n") {
		t.Errorf("a book beyond the bounds: %s", got)
	}
}

// The list is searched by halves.
func TestCurrenciesAreSorted(t *testing.T) {
	if !slices.IsSorted(currencies) || len(slices.Compact(slices.Clone(currencies))) != len(currencies) {
		t.Error("the currencies are not in order")
	}
}
