package ingest

import (
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// askedNumber is the number in a column that the format asked for; 0 where the cell
// is empty. name is for people.
func (r *row) askedNumber(at int, name string) (money.Decimal, error) {
	cell := r.asked[at]
	if len(cell) == 0 {
		return money.Zero, nil
	}
	n, err := money.Parse(string(cell))
	if err != nil {
		return money.Zero, &rowError{r.row, fmt.Sprintf("%s is %q, which is not a decimal number", name, clip(string(cell), 60))}
	}
	return n, nil
}

// derive sets a number column to what others come to, to the 18 digits that the
// lake keeps, half to even.
func (r *row) derive(to lake.Number, n money.Decimal) error {
	value, _, err := money.ParseAtto([]byte(n.String()))
	if err != nil {
		return &rowError{r.row, fmt.Sprintf("%s comes to %s, which is too large for an amount", lake.Numbers[to].Name, clip(n.String(), 60))}
	}
	r.set(to, value)
	return nil
}

// creditApplied tells from a cell whether the partner was given the credit.
func creditApplied(cell []byte) bool {
	switch strings.ToLower(string(cell)) {
	case "true", "1", "yes":
		return true
	}
	return false
}

// How far a provider's own amount may be from price × quantity: a cent, to which it
// rounds, and no more than a hundredth of the amount.
var partnerRounding = money.MustParse("0.01")

// near tells whether two amounts are the same but for the provider's rounding.
func near(a, b money.Decimal) bool {
	off, part := abs(a.Sub(b)), abs(b).Mul(partnerRounding)
	return off.Cmp(partnerRounding) <= 0 && off.Cmp(part) <= 0
}

func abs(a money.Decimal) money.Decimal {
	if a.Sign() < 0 {
		return a.Neg()
	}
	return a
}

// keepPartnerCredit takes the partner's earned credit out of the billed cost, where
// the provider's file has it net of the credit. It is the reseller's (R11): net cost
// keeps what is paid, and billed cost becomes what it is without the credit. As
// with discounts of AWS that are in columns, the base “net” alone passes it on.
//
// The amortized cost, which must be set, is treated alike.
//
// rate is the credit, as a part (0.15) or in percent (15); gross is price × quantity in
// the billing currency, and is taken where it agrees with the file's own amount. Both
// amounts are before tax.
func (r *row) keepPartnerCredit(rate, gross money.Decimal, notes *notes) error {
	one := money.FromInt(1)
	if rate.Cmp(one) > 0 {
		rate = rate.Mul(money.MustParse("0.01"))
	}
	paid := r.number[lake.BilledCost]
	if rate.IsZero() || paid.IsZero() {
		return nil
	}
	if rate.Sign() < 0 || rate.Cmp(one) >= 0 {
		notes.addMoney(billing.Hold, "partner-credit", "", fmt.Sprintf(
			"lines have a partner earned credit of %s, which leaves nothing to pay; they stay at what is paid, so look at them, then waive this", rate))
		return nil
	}
	without := one.Sub(rate)
	if !near(gross.Mul(without), paid.Decimal()) {
		gross = paid.Decimal().Quo(without, 18)
	}
	effective := r.number[lake.EffectiveCost]
	r.set(lake.NetCost, paid)
	r.set(lake.NetEffectiveCost, effective)
	if err := r.derive(lake.BilledCost, gross); err != nil {
		return err
	}
	if effective == paid {
		r.set(lake.EffectiveCost, r.number[lake.BilledCost])
		return nil
	}
	return r.derive(lake.EffectiveCost, effective.Decimal().Quo(without, 18))
}
