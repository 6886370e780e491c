package sample

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/money"
)

// Arithmetic of units agrees with exact decimals, for factors below 9000: the
// product of two fits the 19 digits of a unit.
func TestUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := units(rapid.Int64Range(-9e13, 9e13).Draw(t, "a"))
		b := units(rapid.Int64Range(-9e13, 9e13).Draw(t, "b"))
		if got := money.MustParse(a.String()); !got.Equal(a.decimal()) || len(a.String()) < len("0.0000000000") {
			t.Fatalf("%d is written %s, is %s", int64(a), a, a.decimal())
		}
		x, y := a.down(4), b.down(5)/1000*1000
		y = y.down(6)
		if got, want := x.times(y).decimal(), x.decimal().Mul(y.decimal()); !got.Equal(want) {
			t.Fatalf("%s × %s = %s, want %s", x, y, got, want)
		}
		if got := parseUnits(a.decimal().String()); got != a {
			t.Fatalf("%s was read as %s", a.decimal(), got)
		}
		if !money.MustParse(a.String()).Round(int32(a.digits()), money.Down).Equal(a.decimal()) {
			t.Fatalf("%s has more than %d digits", a, a.digits())
		}
	})
}

// Division and percents agree with exact decimals: quotients of ten digits at
// most are exact, others and percents are rounded toward zero.
func TestDivision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := units(rapid.Int64Range(-9e13, 9e13).Draw(t, "a"))
		b := units(rapid.Int64Range(1e5, 9e13).Draw(t, "b")) // else the quotient is too large
		if quotient, exact := a.quotient(b); exact != a.decimal().Equal(quotient.decimal().Mul(b.decimal())) {
			t.Fatalf("%s / %s = %s, exact %v", a, b, quotient, exact)
		} else if rest, step := a.decimal().Sub(quotient.decimal().Mul(b.decimal())), b.decimal().Mul(units(1).decimal()); rest.Cmp(step) >= 0 || rest.Neg().Cmp(step) >= 0 {
			t.Fatalf("%s / %s = %s leaves %s", a, b, quotient, rest)
		}
		if b := b.down(6); b > 0 && a.down(4).times(b).over(b) != a.down(4) {
			t.Fatalf("%s × %s / %s is not %s", a.down(4), b, b, a.down(4))
		}
		percent := rapid.Int64Range(0, 100).Draw(t, "percent")
		want := a.decimal().Mul(money.FromInt(percent)).Mul(money.MustParse("0.01")).Round(10, money.Down)
		if got := a.percent(units(percent)); !got.decimal().Equal(want) {
			t.Fatalf("%d %% of %s is %s, want %s", percent, a, got, want)
		}
	})
}

func TestSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOf(rapid.Int64()).Draw(t, "numbers")
		split := rapid.IntRange(0, len(numbers)).Draw(t, "split")
		var first, second sum
		want := money.Zero
		for i, n := range numbers {
			if i < split {
				first.add(units(n))
			} else {
				second.add(units(n))
			}
			want = want.Add(units(n).decimal())
		}
		first.merge(second)
		if !first.decimal().Equal(want) {
			t.Fatalf("sum of %v is %s, want %s", numbers, first.decimal(), want)
		}
	})
}

func TestSnake(t *testing.T) {
	for in, want := range map[string]string{
		"lineItem/UnblendedCost":         "line_item_unblended_cost",
		"reservation/ReservationARN":     "reservation_reservation_a_r_n",
		"savingsPlan/SavingsPlanARN":     "savings_plan_savings_plan_a_r_n",
		"pricing/publicOnDemandCost":     "pricing_public_on_demand_cost",
		"product/ProductName":            "product_product_name",
		"resourceTags/user:CostCenter":   "resource_tags_user_cost_center",
		"bill/BillingPeriodStartDate":    "bill_billing_period_start_date",
		"product/maxIopsvolume":          "product_max_iopsvolume",
		"identity/TimeInterval":          "identity_time_interval",
		"lineItem/NormalizedUsageAmount": "line_item_normalized_usage_amount",
	} {
		if got := snake(in); got != want {
			t.Errorf("snake(%q) = %q, want %q", in, got, want)
		}
	}
}
