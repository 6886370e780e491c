package money

import (
	"fmt"

	"github.com/cockroachdb/apd/v3"
)

// Rounding is a mode of rule R20. All modes are symmetric around zero, so that
// a credit note mirrors its invoice.
type Rounding string

const (
	HalfUp   Rounding = "half-up"   // half away from zero
	HalfEven Rounding = "half-even" // half to the even neighbour
	Down     Rounding = "down"      // toward zero
	Up       Rounding = "up"        // away from zero
)

var rounders = map[Rounding]apd.Rounder{
	HalfUp:   apd.RoundHalfUp,
	HalfEven: apd.RoundHalfEven,
	Down:     apd.RoundDown,
	Up:       apd.RoundUp,
}

// Check returns an error that lists the modes when r is none of them.
func (r Rounding) Check() error {
	if _, ok := rounders[r]; !ok {
		return fmt.Errorf("%q is not a rounding mode; use half-up, half-even, down or up", string(r))
	}
	return nil
}

// Round returns a with at most that many fractional digits, in the given mode.
// An unknown mode is a fault of the program and panics; check input with Check.
func (a Decimal) Round(digits int32, mode Rounding) Decimal {
	rounder, ok := rounders[mode]
	if !ok {
		panic(fmt.Sprintf("money: unknown rounding mode %q", mode))
	}
	// Quantize needs room for every digit that may stay.
	precision := max(1, a.apd().NumDigits()+int64(a.apd().Exponent)+int64(digits)+2)
	ctx := apd.BaseContext.WithPrecision(uint32(precision))
	ctx.Rounding = rounder
	d := new(apd.Decimal)
	if _, err := ctx.Quantize(d, a.apd(), -digits); err != nil {
		panic(fmt.Sprintf("money: rounding %s to %d digits: %v", a, digits, err))
	}
	if mode == Up && d.IsZero() && !a.IsZero() { // apd drops a number far below the unit in every mode
		d.SetFinite(int64(a.Sign()), -digits)
	}
	return Decimal{d}
}
