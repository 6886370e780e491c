// Package book says what can be said of a price book before anybody is billed
// by it: whether its examples come out (Test), and what is wrong with it or odd
// about it, by itself and for the lines of a month (Lint).
package book

import (
	"fmt"
	"strconv"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

// Failure is an example that does not come out as it says.
type Failure struct {
	Example  int          `json:"example"` // its place in the book, from 0
	Wrong    []Difference `json:"wrong"`
	Rule     string       `json:"rule"`               // that won; empty where none does
	Shadowed []string     `json:"shadowed,omitempty"` // later rules that match too
}

// Difference is one thing that is not as it was expected.
type Difference struct {
	Of       string `json:"of"` // price, rule, managed or excluded
	Expected string `json:"expected"`
	Got      string `json:"got"`
}

// String writes "price is 1.05, expected 1.1".
func (d Difference) String() string {
	return fmt.Sprintf("%s is %s, expected %s", d.Of, d.Got, d.Expected)
}

// Test prices the book's examples and returns those that fail, in their order.
func Test(b billing.PriceBook) []Failure {
	quoter := rating.NewQuoter(b)
	var failures []Failure
	for i, example := range b.Examples {
		q := quoter.Quote(example.Line)
		if wrong := differences(example.Expect, q); wrong != nil {
			failures = append(failures, Failure{i, wrong, q.Rule, q.Shadowed})
		}
	}
	return failures
}

func differences(expect billing.Expectation, q rating.Quotation) (wrong []Difference) {
	amount := func(of string, expected *money.Decimal, got money.Decimal) {
		if expected != nil && !expected.Equal(got) {
			wrong = append(wrong, Difference{of, expected.String(), got.String()})
		}
	}
	amount("price", expect.Price, q.Price)
	if expect.Rule != nil && *expect.Rule != q.Rule {
		wrong = append(wrong, Difference{"rule", named(*expect.Rule), named(q.Rule)})
	}
	amount("managed", expect.Managed, q.Managed)
	if expect.Excluded != nil && *expect.Excluded != q.Excluded {
		wrong = append(wrong, Difference{"excluded", strconv.FormatBool(*expect.Excluded), strconv.FormatBool(q.Excluded)})
	}
	return wrong
}

func named(rule string) string {
	if rule == "" {
		return "none"
	}
	return strconv.Quote(rule)
}
