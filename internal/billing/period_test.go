package billing

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/money"
)

func TestPeriod(t *testing.T) {
	for _, test := range []struct {
		text, first, last, next, previous string
		days                              Day
	}{
		{"2026-10", "2026-10-01", "2026-10-31", "2026-11", "2026-09", 31},
		{"2026-12", "2026-12-01", "2026-12-31", "2027-01", "2026-11", 31},
		{"2024-02", "2024-02-01", "2024-02-29", "2024-03", "2024-01", 29},
		{"2026-02", "2026-02-01", "2026-02-28", "2026-03", "2026-01", 28},
		{"1969-12", "1969-12-01", "1969-12-31", "1970-01", "1969-11", 31},
	} {
		p, err := ParsePeriod(test.text)
		if err != nil {
			t.Fatal(err)
		}
		if p.String() != test.text || p.FirstDay().String() != test.first || p.LastDay().String() != test.last ||
			p.Next().String() != test.next || p.Previous().String() != test.previous || p.LastDay()-p.FirstDay()+1 != test.days {
			t.Errorf("%s: %s to %s, then %s, before %s", p, p.FirstDay(), p.LastDay(), p.Next(), p.Previous())
		}
		if p.Contains(p.FirstDay()-1) || !p.Contains(p.FirstDay()) || !p.Contains(p.LastDay()) || p.Contains(p.LastDay()+1) {
			t.Errorf("%s contains days of other months, or not its own", p)
		}
	}
	for _, bad := range []string{"", "2026", "2026-13", "2026-1", "2026-10-01", "10/2026"} {
		if p, err := ParsePeriod(bad); err == nil {
			t.Errorf("ParsePeriod(%q) = %s, want an error", bad, p)
		}
	}
}

// Months are those of UTC, wherever the time is written.
func TestPeriodIsUTC(t *testing.T) {
	tokyo := time.FixedZone("JST", 9*60*60)
	midnight := time.Date(2026, 10, 1, 8, 59, 59, 0, tokyo)
	if p := PeriodOf(midnight); p.String() != "2026-09" {
		t.Errorf("a second before the month begins in UTC is of %s", p)
	}
	if d := DayOf(midnight); d.String() != "2026-09-30" {
		t.Errorf("it is of day %s", d)
	}
}

func TestDay(t *testing.T) {
	for text, want := range map[string]string{"2026-10-15": "2026-10-15", "2026-10": "2026-10-01", "1969-12-31": "1969-12-31", "1970-01-01": "1970-01-01"} {
		if d, err := ParseDay(text); err != nil || d.String() != want {
			t.Errorf("ParseDay(%q) = %s, %v; want %s", text, d, err, want)
		}
	}
	for _, bad := range []string{"", "2026-02-30", "2026-10-15T00:00:00Z", "15.10.2026"} {
		if d, err := ParseDay(bad); err == nil {
			t.Errorf("ParseDay(%q) = %s, want an error", bad, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-4_000_000_000, 4_000_000_000).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanosecond")).UTC()
		d := DayOf(at)
		if d.String() != at.Format(time.DateOnly) || DayOf(d.Time()) != d || !PeriodOf(at).Contains(d) {
			t.Fatalf("%s is of day %s", at, d)
		}
	})
}

func TestMoney(t *testing.T) {
	a, b := Money{}, Money{}
	a.Add("USD", money.MustParse("1.5"))
	a.Add("USD", money.MustParse("0.25"))
	a.Add("JPY", money.MustParse("7"))
	b.Add("USD", money.MustParse("1.750"))
	b.Add("CNY", money.MustParse("3"))
	diff := a.Minus(b)
	if len(diff) != 2 || !diff["JPY"].Equal(money.MustParse("7")) || !diff["CNY"].Equal(money.MustParse("-3")) {
		t.Errorf("difference %v, want 7 JPY and -3 CNY", diff)
	}
	if rest := a.Minus(a); len(rest) != 0 {
		t.Errorf("a − a = %v", rest)
	}
}

func TestWhere(t *testing.T) {
	for want, f := range map[string]Finding{"": {Row: 3}, "a.csv": {File: "a.csv"}, "a.csv row 3": {File: "a.csv", Row: 3}} {
		if got := f.Where(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
