package insight

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// monthOf is a month whose days, from the first on, come to these amounts, and whose
// first day has some more that is there once.
func monthOf(t *testing.T, period, once string, over bool, through int, days ...string) span {
	t.Helper()
	p, err := billing.ParsePeriod(period)
	if err != nil {
		t.Fatal(err)
	}
	s := span{p.FirstDay(), p.LastDay(), p.FirstDay() + billing.Day(through) - 1, over, map[billing.Day]money.Decimal{}, map[billing.Day]money.Decimal{}}
	for i, d := range days {
		s.daily[s.first+billing.Day(i)] = money.MustParse(d)
	}
	if once != "" {
		s.once[s.first] = money.MustParse(once)
	}
	return s
}

func times(n int, amount string) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = amount
	}
	return all
}

// Every number was worked out by hand, from the text above Forecast.
func TestForecastByHand(t *testing.T) {
	september := monthOf(t, "2026-09", "", true, 30, append(times(25, "999"), times(5, "6")...)...)
	for _, test := range []struct {
		name              string
		month             span
		before            *span
		amount, low, high string
		days              int
	}{
		// 9 × 100, a fee of 700 and 40 so far; 21 days to come, and the tenth lacks 60.
		{"steady, with a fee of the month", monthOf(t, "2026-10", "700", false, 10, append(times(9, "100"), "40")...), nil, "3800", "3800", "3800", 7},
		// The 2nd to the 8th: mean 40, apart 120/7. The 9th has more than that already; 22 days to come.
		{"spread", monthOf(t, "2026-10", "", false, 9, "5", "10", "20", "30", "40", "50", "60", "70", "100"), nil, "1265", "887.857142857146", "1642.142857142854", 7},
		// Mean 1, apart 12/7: low is no lower than the least day, 0. The 8th lacks 1; 23 days to come.
		{"bounded by real days", monthOf(t, "2026-10", "", false, 8, "7", "0", "0", "0", "0", "0", "0", "0"), nil, "31", "7", "72.14285714284", 7},
		// 20, 10 and five of 6: 60/7 = 8.571428571428; 30 so far and 0 on the 3rd, 29 days of it.
		// Apart: 80/7 less … by hand: |20−m|+|10−m|+5|6−m| = 11.428571428572+1.428571428572+12.85714285714 = 25.714285714284; /7 = 3.673469387754.
		{"filled up by the month before", monthOf(t, "2026-10", "", false, 3, "10", "20"), &september, "278.571428571412", "204", "385.102040816278", 7},
		{"of few days", monthOf(t, "2026-10", "", false, 3, "10", "20"), nil, "465", "320", "610", 2},
		{"nothing used yet", monthOf(t, "2026-10", "50", false, 0), &september, "", "", "", 7},
		{"over", monthOf(t, "2026-10", "1", true, 31, times(31, "2")...), &september, "63", "63", "63", 0},
		{"no full day", monthOf(t, "2026-10", "1", false, 1, "2"), nil, "", "", "", -1},
		{"a month of 28 days", monthOf(t, "2027-02", "", false, 28, append(times(27, "2"), "1.5")...), nil, "56", "56", "56", 7},
		{"money back every day", monthOf(t, "2026-10", "", false, 8, times(8, "-3")...), nil, "-93", "-93", "-93", 7},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := test.month.forecast(test.before)
			switch {
			case test.days < 0:
				if got != nil {
					t.Errorf("got %+v, want none", got)
				}
				return
			case got == nil:
				t.Fatal("there is none")
			case got.Days != test.days:
				t.Errorf("of %d days, want %d", got.Days, test.days)
			}
			if test.amount == "" { // 5 days of 6 and 2 of 999: 2028/7 = 289.714285714285, 31 times, and 50
				test.amount, test.low, test.high = "9031.142857142835", "236", got.High.String()
			}
			if a, l, h := got.Amount.String(), got.Low.String(), got.High.String(); a != test.amount || l != test.low || h != test.high {
				t.Errorf("%s, between %s and %s; want %s, between %s and %s", a, l, h, test.amount, test.low, test.high)
			}
		})
	}
}
