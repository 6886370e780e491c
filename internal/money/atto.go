package money

import (
	"errors"
	"math/big"
	"math/bits"
)

// Atto is an exact number of 10^-18 units in 128 bits, two's complement: what
// the lake stores as DECIMAL(38,18). It exists for the ingest loop, where a
// Decimal would cost an allocation a number. Range ±10^20.
type Atto struct {
	Hi int64
	Lo uint64
}

// ErrRange says that a number does not fit DECIMAL(38,18).
var ErrRange = errors.New("number does not fit 20 digits before and 18 after the point")

// errSyntax says that a text is no decimal number.
var errSyntax = errors.New("not a decimal number")

var pow10 = func() (p [20]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return
}()

// ParseAtto reads a decimal number, with or without exponent. A number of more
// than 18 fractional digits is rounded half to even and lost is true; the
// caller makes a finding of it and can get the exact difference by Parse.
func ParseAtto(text []byte) (a Atto, lost bool, err error) {
	i, neg := 0, false
	if len(text) > 0 && (text[0] == '-' || text[0] == '+') {
		neg = text[0] == '-'
		i = 1
	}
	var mantissa uint64
	digits, frac, point := 0, 0, false
	for ; i < len(text); i++ {
		c := text[i]
		switch {
		case c >= '0' && c <= '9':
			if digits == 18 {
				return parseAttoSlow(text) // might not fit 64 bits
			}
			mantissa = mantissa*10 + uint64(c-'0')
			if mantissa != 0 {
				digits++
			}
			if point {
				frac++
			}
		case c == '.' && !point:
			point = true
		default:
			return parseAttoSlow(text) // an exponent, or not a number
		}
	}
	if digits == 0 && !hasDigit(text) {
		return Atto{}, false, errSyntax
	}
	if frac > 18 {
		return parseAttoSlow(text)
	}
	hi, lo := bits.Mul64(mantissa, pow10[18-frac])
	a = Atto{int64(hi), lo}
	if neg {
		a = a.Neg()
	}
	return a, false, nil
}

func hasDigit(text []byte) bool {
	for _, c := range text {
		if c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}

func parseAttoSlow(text []byte) (Atto, bool, error) {
	d, err := Parse(string(text))
	if err != nil {
		return Atto{}, false, errSyntax
	}
	return d.atto()
}

// atto returns the number with 18 fractional digits. lost tells that it had
// more and was rounded half to even. ErrRange if it is too large.
func (a Decimal) atto() (x Atto, lost bool, err error) {
	r := a.Round(18, HalfEven)
	unscaled := r.apd().Coeff.MathBigInt()
	if r.Sign() < 0 {
		unscaled.Neg(unscaled)
	}
	if unscaled.CmpAbs(decimal38) >= 0 {
		return Atto{}, false, ErrRange
	}
	var word big.Int
	lo := word.And(unscaled, maxUint64).Uint64()
	hi := word.Rsh(unscaled, 64).Int64()
	return Atto{hi, lo}, !r.Equal(a), nil
}

var decimal38 = new(big.Int).Exp(big.NewInt(10), big.NewInt(38), nil)

var maxUint64 = new(big.Int).SetUint64(^uint64(0))

// Decimal returns the number as a Decimal.
func (x Atto) Decimal() Decimal {
	n := new(big.Int).Lsh(big.NewInt(x.Hi), 64)
	return FromBig(n.Add(n, new(big.Int).SetUint64(x.Lo)), 18)
}

// Add returns x + y; ok is false when the sum does not fit.
func (x Atto) Add(y Atto) (sum Atto, ok bool) {
	lo, carry := bits.Add64(x.Lo, y.Lo, 0)
	hi, _ := bits.Add64(uint64(x.Hi), uint64(y.Hi), carry)
	sum = Atto{int64(hi), lo}
	ok = (x.Hi < 0) != (y.Hi < 0) || (sum.Hi < 0) == (x.Hi < 0)
	return sum, ok
}

// Neg returns −x.
func (x Atto) Neg() Atto {
	lo, borrow := bits.Sub64(0, x.Lo, 0)
	hi, _ := bits.Sub64(0, uint64(x.Hi), borrow)
	return Atto{int64(hi), lo}
}

// IsZero tells whether x is 0.
func (x Atto) IsZero() bool { return x.Hi == 0 && x.Lo == 0 }

// String writes x as Decimal's String does.
func (x Atto) String() string { return x.Decimal().String() }
