// Package money holds exact numbers: arbitrary-precision decimals, the fixed
// 18-digit number of a line item, currencies, and the four rounding modes of
// rule R20. It imports nothing of Sluice and no floating point ever enters it.
package money

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// exact never rounds: with precision 0 apd's Add, Sub and Mul return every digit.
var exact = apd.BaseContext.WithPrecision(0)

// Decimal is an exact, immutable decimal number of any size. The zero value
// is 0. It carries no currency; the value that holds it says which.
type Decimal struct {
	d *apd.Decimal // nil is zero; never changed after it is set
}

// Zero is the number 0.
var Zero = Decimal{}

// maxExponent bounds what Parse accepts, so that "1e999999999" cannot make a
// number of a billion digits.
const maxExponent = 64

// Parse reads a decimal such as "-12.50" or "35.2E-7". Digits are kept as
// written, none are lost. It refuses NaN, infinities, blanks and exponents
// beyond ±64.
func Parse(s string) (Decimal, error) {
	d, _, err := apd.NewFromString(s)
	if err != nil || d.Form != apd.Finite {
		return Decimal{}, fmt.Errorf("%q is not a decimal number", clip(s))
	}
	if d.Exponent > maxExponent || d.Exponent < -maxExponent {
		return Decimal{}, fmt.Errorf("%q has an exponent beyond ±%d", clip(s), maxExponent)
	}
	return Decimal{d}, nil
}

// MustParse is Parse for numbers written in the program; it panics on a bad one.
func MustParse(s string) Decimal {
	d, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// FromInt returns n as a decimal.
func FromInt(n int64) Decimal { return Decimal{apd.New(n, 0)} }

// FromBig returns unscaled × 10^-scale. The big integer is copied.
func FromBig(unscaled *big.Int, scale int32) Decimal {
	var coeff apd.BigInt
	coeff.SetMathBigInt(unscaled)
	return Decimal{apd.NewWithBigInt(&coeff, -scale)}
}

func (a Decimal) apd() *apd.Decimal {
	if a.d == nil {
		return new(apd.Decimal)
	}
	return a.d
}

// compute applies one of apd's exact operations. They fail only on exponents
// far outside what Parse lets in, which would be a fault of the program.
func compute(op func(d, x, y *apd.Decimal) (apd.Condition, error), a, b Decimal) Decimal {
	d := new(apd.Decimal)
	if _, err := op(d, a.apd(), b.apd()); err != nil {
		panic(fmt.Sprintf("money: exact arithmetic failed: %v", err))
	}
	return Decimal{d}
}

// Add returns a + b, exactly.
func (a Decimal) Add(b Decimal) Decimal { return compute(exact.Add, a, b) }

// Sub returns a − b, exactly.
func (a Decimal) Sub(b Decimal) Decimal { return compute(exact.Sub, a, b) }

// Mul returns a × b, exactly.
func (a Decimal) Mul(b Decimal) Decimal { return compute(exact.Mul, a, b) }

// Neg returns −a.
func (a Decimal) Neg() Decimal { return Zero.Sub(a) }

// Percent returns a × p ÷ 100, exactly.
func (a Decimal) Percent(p Decimal) Decimal {
	return a.Mul(p).Mul(Decimal{apd.New(1, -2)})
}

// Quo returns a ÷ b, cut after that many fractional digits; 0 where b is 0.
func (a Decimal) Quo(b Decimal, digits int32) Decimal {
	if b.IsZero() {
		return Zero
	}
	x, _ := new(big.Rat).SetString(a.String())
	y, _ := new(big.Rat).SetString(b.String())
	x.Quo(x, y)
	cut := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	return FromBig(cut.Mul(cut, x.Num()).Quo(cut, x.Denom()), digits)
}

// Cmp returns -1, 0 or +1 as a is less than, equal to or greater than b.
func (a Decimal) Cmp(b Decimal) int { return a.apd().Cmp(b.apd()) }

// Equal tells whether a and b are the same number: 1.5 equals 1.50.
func (a Decimal) Equal(b Decimal) bool { return a.Cmp(b) == 0 }

// Sign returns -1, 0 or +1.
func (a Decimal) Sign() int { return a.apd().Sign() }

// IsZero tells whether a is 0.
func (a Decimal) IsZero() bool { return a.Sign() == 0 }

// Scale returns how many fractional digits a needs: 2 for 1.250, 0 for 1200.
func (a Decimal) Scale() int32 {
	var d apd.Decimal
	d.Reduce(a.apd())
	return max(0, -d.Exponent)
}

// String writes a in plain notation without exponent and without trailing
// zeros: equal numbers have equal text.
func (a Decimal) String() string {
	var d apd.Decimal
	d.Reduce(a.apd())
	if d.IsZero() {
		return "0"
	}
	return d.Text('f')
}

// Fixed writes a with exactly that many fractional digits; it rounds half up
// when a has more, so use it for display, or after Round.
func (a Decimal) Fixed(digits int32) string {
	s := a.Round(digits, HalfUp).apd().Text('f')
	if a.Round(digits, HalfUp).IsZero() {
		s = strings.TrimPrefix(s, "-")
	}
	return s
}

// MarshalText writes the decimal as String does; in JSON it is a string.
func (a Decimal) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what Parse reads.
func (a *Decimal) UnmarshalText(text []byte) error {
	d, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = d
	return nil
}

// Sum adds the numbers up, exactly.
func Sum(numbers ...Decimal) Decimal {
	total := Zero
	for _, n := range numbers {
		total = total.Add(n)
	}
	return total
}

func clip(s string) string {
	if len(s) > 60 {
		return s[:57] + "..."
	}
	return s
}
