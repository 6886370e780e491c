package sample

import (
	"fmt"
	"math/big"
	"math/bits"

	"github.com/sluice-billing/sluice/internal/money"
)

// units is an exact number of 10^-10: dollars, or a quantity. It is what a
// provider's file can show, and no amount here is ever anything else.
type units int64

// one is the number 1.
const one units = 10_000_000_000

// cent is 0.01.
const cent = one / 100

// String writes ten fractional digits, as the provider does.
func (u units) String() string {
	var text [24]byte
	at := len(text)
	n := uint64(u)
	if u < 0 {
		n = -n
	}
	for digits := 0; n > 0 || digits <= 10; digits++ {
		if digits == 10 {
			at--
			text[at] = '.'
		}
		at--
		text[at] = byte('0' + n%10)
		n /= 10
	}
	if u < 0 {
		at--
		text[at] = '-'
	}
	return string(text[at:])
}

// decimal returns the number for people and files of totals.
func (u units) decimal() money.Decimal { return money.FromBig(big.NewInt(int64(u)), 10) }

// times multiplies exactly. Prices and quantities are chosen so that the
// product has at most ten digits; anything else is a fault of the catalog.
func (u units) times(v units) units {
	product, exact := u.product(v)
	if !exact {
		panic(fmt.Sprintf("sample: %s × %s has more than ten fractional digits or is too large", u, v))
	}
	return product
}

// over divides exactly, as times multiplies.
func (u units) over(v units) units {
	quotient, exact := u.quotient(v)
	if !exact {
		panic(fmt.Sprintf("sample: %s / %s has more than ten fractional digits or is too large", u, v))
	}
	return quotient
}

// product multiplies and tells whether the result is exact; one that is not is
// rounded toward zero, and 0 where it is too large.
func (u units) product(v units) (units, bool) { return ratio(u, v, one) }

// quotient divides, as product multiplies; v is not 0.
func (u units) quotient(v units) (units, bool) { return ratio(u, one, v) }

// ratio is u × v / w.
func ratio(u, v, w units) (units, bool) {
	hi, lo := bits.Mul64(u.size(), v.size())
	if hi >= w.size() {
		return 0, false
	}
	result, rest := bits.Div64(hi, lo, w.size())
	if result > 1<<63-1 {
		return 0, false
	}
	if (u < 0) != (v < 0) != (w < 0) {
		return -units(result), rest == 0
	}
	return units(result), rest == 0
}

// size is the number without its sign.
func (u units) size() uint64 {
	if u < 0 {
		return -uint64(u)
	}
	return uint64(u)
}

// percent is so many hundredths, rounded toward zero to ten digits.
func (u units) percent(hundredths units) units { return u/100*hundredths + u%100*hundredths/100 }

// down rounds toward zero to so many fractional digits.
func (u units) down(digits int) units { return u - u%grain(digits) }

// grain is 10^-digits, for up to ten digits.
func grain(digits int) units {
	g := one
	for range digits {
		g /= 10
	}
	return g
}

// digits returns how many fractional digits the number needs.
func (u units) digits() int {
	n := 10
	for n > 0 && u%10 == 0 {
		u /= 10
		n--
	}
	return n
}

// parseUnits reads a price written in the catalog; a bad one is a fault of
// the program.
func parseUnits(text string) units {
	n, ok := new(big.Int).SetString(money.MustParse(text).Mul(money.FromInt(int64(one))).String(), 10)
	if !ok || !n.IsInt64() {
		panic(fmt.Sprintf("sample: %q does not fit ten fractional digits", text))
	}
	return units(n.Int64())
}

// sum adds units up in 128 bits, two's complement: a month's quantities do
// not fit 64.
type sum struct {
	hi int64
	lo uint64
}

func (s *sum) add(u units) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, uint64(u), 0)
	s.hi += int64(u)>>63 + int64(carry)
}

func (s *sum) merge(o sum) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi += o.hi + int64(carry)
}

// units returns the sum where it must fit one number again, such as an
// account's money.
func (s sum) units() units {
	if u := units(s.lo); s.hi == int64(u)>>63 {
		return u
	}
	panic("sample: a sum of money is too large")
}

func (s sum) decimal() money.Decimal {
	n := new(big.Int).Lsh(big.NewInt(s.hi), 64)
	return money.FromBig(n.Add(n, new(big.Int).SetUint64(s.lo)), 10)
}
