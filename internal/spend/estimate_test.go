package spend

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// monthOf is a month of 30 days, 2026-09, with these amounts on its first days.
func monthOf(t *testing.T, steady []string, spanning map[int]string) days {
	t.Helper()
	p, err := billing.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	d := days{p, map[billing.Day]Figure{}, map[billing.Day]Figure{}}
	for i, amount := range steady {
		d.steady[p.FirstDay()+billing.Day(i)] = Figure{Amount: money.MustParse(amount)}
	}
	for i, amount := range spanning {
		d.spanning[p.FirstDay()+billing.Day(i-1)] = Figure{Amount: money.MustParse(amount)}
	}
	return d
}

// A month follows the line through its full days; what spans it is in no day of the
// line.
func TestEstimate(t *testing.T) {
	for _, test := range []struct {
		name     string
		steady   []string
		spanning map[int]string
		amount   string
		slope    string
		days     int
	}{
		// 10, 12, 14 on three full days, 2 so far on the fourth: y = 8 + 2x. The days 4 to
		// 30 come to 27 × 8 + 2 × (4 + … + 30) = 216 + 2 × 459 = 1134; with 36: 1170.
		{"rises", []string{"10", "12", "14", "2"}, nil, "1170", "2", 3},
		// A fee and a tax on the first day: 1170 + 500 + 117, and the line is the same.
		{"with tax and fee", []string{"10", "12", "14", "2"}, map[int]string{1: "617"}, "1787", "2", 3},
		// 30, 20, 10: y = 40 − 10x is 0 on the fourth day, and below it after that.
		{"falls to nothing", []string{"30", "20", "10", "0.5"}, nil, "60.5", "-10", 3},
		// One full day: level. 30 × 7 = 210; the second day has more than the line already,
		// 9 for 7: 212.
		{"one full day", []string{"7", "9"}, nil, "212", "0", 1},
		// 1, 2, 4: n Σxy − Σx Σy = 3 × 17 − 6 × 7 = 9, n Σx² − (Σx)² = 6: slope 1.5, and
		// (Σy Σx² − Σx Σxy) / 6 = (98 − 102) / 6 = −2/3. Days 4 to 30: 27 × −2/3 + 1.5 × 459
		// = 670.5; with 7: 677.5. Each day is cut after 12 digits, so that it is a bit less.
		{"cut", []string{"1", "2", "4", "1"}, nil, "677.499999999991", "1.5", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := monthOf(t, test.steady, test.spanning)
			e := d.estimate(d.period.FirstDay()+5, d.period.FirstDay()+5)
			if e == nil || !e.Amount.Equal(money.MustParse(test.amount)) || !e.Slope.Equal(money.MustParse(test.slope)) || e.Days != test.days {
				t.Errorf("got %+v, want %s with slope %s", e, test.amount, test.slope)
			}
		})
	}
}

// Before the first day is full there is no estimate; of a month that is over it is the
// sum.
func TestEstimateAtTheEnds(t *testing.T) {
	d := monthOf(t, []string{"5"}, map[int]string{1: "100"})
	if e := d.estimate(d.period.FirstDay(), d.period.FirstDay()); e != nil {
		t.Errorf("one day that is not full makes %+v", e)
	}
	whole := make([]string, 30)
	for i := range whole {
		whole[i] = "2"
	}
	d = monthOf(t, whole, map[int]string{1: "100"})
	e := d.estimate(d.period.LastDay()+2, d.period.LastDay())
	if e == nil || !e.Amount.Equal(money.FromInt(160)) || e.Days != 0 {
		t.Errorf("30 × 2 + 100 is %+v", e)
	}
}

// A cell is high when it is more than 1.5 times the one before, and not when it is just
// that, or when there was nothing.
func TestTable(t *testing.T) {
	var rows []row
	add := func(date, service, amount string) {
		rows = append(rows, row{[]string{"aws", service}, date, Figure{Amount: money.MustParse(amount)}})
	}
	add("2026-04", "EC2", "10")
	add("2026-05", "EC2", "15")
	add("2026-06", "EC2", "22.51")
	add("2026-06", "S3", "1")
	add("2026-03", "gone", "9") // before the table
	got := table("month", []string{"2026-03", "2026-04", "2026-05", "2026-06"}, rows)
	if len(got.Rows) != 2 || len(got.Periods) != 3 || got.Rows[0].Service != "EC2" || got.Rows[1].Service != "S3" {
		t.Fatalf("the table is %+v", got)
	}
	for i, want := range []bool{false, false, true} {
		if got.Rows[0].Cells[i].High != want {
			t.Errorf("EC2 in %s is high: %v", got.Periods[i], !want)
		}
		if got.Rows[1].Cells[i].High {
			t.Errorf("S3 in %s is high, and there was none before", got.Periods[i])
		}
	}
	// 23.51 is more than 1.5 × 15; 10 is not more than 1.5 × 9.
	if total := got.Total; !total[2].Amount.Equal(money.MustParse("23.51")) || !total[2].High || total[0].High {
		t.Errorf("the total is %+v", total)
	}
}

// R19: amounts are converted at the common rate of their own month; without one they
// are left out, and the rate is named.
func TestConvert(t *testing.T) {
	p := func(text string) billing.Period {
		p, err := billing.ParsePeriod(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	x := &rates{to: "JPY", all: []billing.ExchangeRate{
		{Month: p("2026-09"), From: "USD", To: "JPY", Rate: money.MustParse("150.5"), Level: "common"},
		{Month: p("2026-10"), From: "USD", To: "JPY", Rate: money.MustParse("140"), Level: "payer", Payer: "1"},
		{Month: p("2026-10"), From: "JPY", To: "USD", Rate: money.MustParse("0.007"), Level: "common"},
	}}
	if got := x.convert(p("2026-09"), "USD", money.MustParse("2.01")); got.Partial || got.Amount.String() != "302.505" {
		t.Errorf("R19: 2.01 USD × 150.5 is %+v", got)
	}
	if got := x.convert(p("2026-10"), "JPY", money.FromInt(7)); got.Partial || got.Amount.String() != "7" {
		t.Errorf("7 JPY are %+v", got)
	}
	for range 2 {
		if got := x.convert(p("2026-10"), "USD", money.FromInt(1)); !got.Partial || !got.Amount.IsZero() {
			t.Errorf("R19: without a rate 1 USD is %+v", got)
		}
	}
	if missed := x.missed(); len(missed) != 1 || missed[0].Month != p("2026-10") || missed[0].From != "USD" || missed[0].To != "JPY" {
		t.Errorf("R19: missing is %+v", missed)
	}
}
