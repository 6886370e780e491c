package backend

import (
	"fmt"

	"github.com/cockroachdb/apd/v3"
)

// exact adds without rounding.
var exact = apd.BaseContext.WithPrecision(0)

// mostExponent bounds amounts, so that "1e999999999" does not become a billion digits.
const mostExponent = 64

// CheckAmount returns an error unless the text is a decimal number such as "-12.5" or
// "1e-7", finite, with an exponent of at most 64.
func CheckAmount(text string) error {
	_, err := amountOf(text)
	return err
}

func amountOf(text string) (*apd.Decimal, error) {
	d, _, err := apd.NewFromString(text)
	if err != nil || d.Form != apd.Finite {
		return nil, fmt.Errorf("%q is not a decimal number; write it as 12.5", clip(text))
	}
	if d.Exponent > mostExponent || d.Exponent < -mostExponent {
		return nil, fmt.Errorf("%q has an exponent beyond ±%d", clip(text), mostExponent)
	}
	return d, nil
}

// Sums adds up amounts by currency, exactly. The zero Sums is nothing.
type Sums struct {
	of map[string]*apd.Decimal
}

// Add adds decimal text to the sum of a currency.
func (s *Sums) Add(currency, amount string) error {
	d, err := amountOf(amount)
	if err != nil {
		return err
	}
	if s.of == nil {
		s.of = map[string]*apd.Decimal{}
	}
	sum, ok := s.of[currency]
	if !ok {
		s.of[currency] = d
		return nil
	}
	_, err = exact.Add(sum, sum, d)
	return err
}

// Texts are the sums as decimal text, without exponents and trailing zeros, by currency.
func (s *Sums) Texts() map[string]string {
	texts := map[string]string{}
	for currency, sum := range s.of {
		var d apd.Decimal
		d.Reduce(sum)
		texts[currency] = d.Text('f')
		if d.IsZero() {
			texts[currency] = "0"
		}
	}
	return texts
}
