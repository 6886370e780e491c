package rating_test

import (
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func decimal(text string) *money.Decimal {
	d := money.MustParse(text)
	return &d
}

// measured is usage of a quantity that costs something at the provider.
func measured(id, amount, unblended string) line {
	l := used(id, "200000000001", unblended)
	l["amount"] = amount
	return l
}

// R12, R15: numbers at the edges come out to the last digit, and in sum exactly;
// what does not fit is an error that says where, never another number. A charge
// holds 14 digits before the point, a sum of charges 20.
func TestEdges(t *testing.T) {
	e := openEngine(t)
	tiers := []billing.PriceTier{{UpTo: decimal("1000"), UnitPrice: decimal("0.000000000003")}, {UnitPrice: decimal("0.000000000001")}}
	for _, test := range []struct {
		name  string
		rule  billing.PriceRule
		lines []line
		want  []string // prices by resource; none where the month must be refused
	}{
		{"a quadrillion units of a trillionth", billing.PriceRule{UnitPrice: decimal("0.000000000123")},
			[]line{measured("a", "1000000000000000", "1")}, []string{"123000"}},
		{"a quadrillion and a bit", billing.PriceRule{UnitPrice: decimal("0.000000000001")},
			[]line{measured("a", "999999999999999.999999999999", "1")}, []string{"999.999999999999999999999999"}},
		{"a quadrillion units by tiers: 1000 at three and the rest at one", billing.PriceRule{Tiers: tiers},
			[]line{measured("a", "1000000000000000", "1")}, []string{"1000.000000002"}},
		{"the smallest quantity at the smallest price is below the last digit", billing.PriceRule{UnitPrice: decimal("0.000000000001")},
			[]line{measured("a", "0.000000000000000001", "1")}, []string{"0"}},
		{"the smallest cost, up a millionth", billing.PriceRule{Percent: decimal("0.0001")},
			[]line{measured("a", "1", "0.000000000000000001")}, []string{"0.000000000000000001000001"}},
		// half of each is 0.5 and 1.5 of the last digit, which go up; the larger gives back what is too much
		{"the smallest costs in tiers of spend keep their sum", billing.PriceRule{Tiers: []billing.PriceTier{{Percent: decimal("-50")}}},
			[]line{measured("a", "1", "0.000000000000000001"), measured("b", "1", "0.000000000000000003")}, []string{"0.000000000000000001", "0.000000000000000001"}},
		{"free but for a fee", billing.PriceRule{Percent: decimal("-100"), Fee: decimal("10")},
			[]line{measured("a", "1", "3")}, []string{"10"}},
		{"thirds: 100 ÷ 7 cut, and the rest on the largest", billing.PriceRule{Percent: decimal("0"), Floor: decimal("100")},
			[]line{measured("a", "1", "2"), measured("b", "1", "2"), measured("c", "1", "3")},
			[]string{"28.571428571428571428", "28.571428571428571428", "42.857142857142857144"}},
		{"a measure of zero: the fee is on one", billing.PriceRule{UnitPrice: decimal("2"), Fee: decimal("5")},
			[]line{measured("a", "0", "1")}, []string{"5"}},
		{"a negative total by tiers is at the first", billing.PriceRule{Tiers: []billing.PriceTier{{UpTo: decimal("10"), UnitPrice: decimal("3")}, {UnitPrice: decimal("1")}}},
			[]line{measured("a", "-30", "1"), measured("b", "20", "1")}, []string{"-90", "60"}},
		{"a negative total and a fee", billing.PriceRule{Percent: decimal("0"), Fee: decimal("2")},
			[]line{measured("a", "1", "-8")}, []string{"-6"}},
		// 100 × 1000 ÷ 1999.999999 is 50.000000025 and a bit: fees go by size, not by what corrections leave
		{"a fee on what a correction leaves next to nothing of", billing.PriceRule{Fee: decimal("100")},
			[]line{measured("a", "1", "1000"), measured("b", "1", "-999.999999")}, []string{"1050.000000025000000025", "-949.999999025000000025"}},
		{"a larger one", billing.PriceRule{Fee: decimal("10000")},
			[]line{measured("a", "1", "100000"), measured("b", "1", "-99999.9999999")}, []string{"105000.0000000025", "-94999.9999999025"}},
		{"a floor under the smallest cost", billing.PriceRule{Floor: decimal("100")},
			[]line{measured("a", "1", "0.000000000000000001")}, []string{"100"}},
		{"the largest price of a charge", billing.PriceRule{UnitPrice: decimal("1")},
			[]line{measured("a", "99999999999999", "1")}, []string{"99999999999999"}},
		{"15 digits before the point", billing.PriceRule{UnitPrice: decimal("1")},
			[]line{measured("a", "100000000000000", "1")}, nil},
		{"a cost of 15 digits", billing.PriceRule{Percent: decimal("0")},
			[]line{measured("a", "1", "100000000000000")}, nil},
		{"a total of 15 digits in tiers", billing.PriceRule{Tiers: []billing.PriceTier{{UnitPrice: decimal("1")}}},
			[]line{measured("a", "100000000000000", "1")}, nil},
		{"a fee of 15 digits", billing.PriceRule{Fee: decimal("100000000000000")},
			[]line{measured("a", "1", "1")}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.rule.Name = "r"
			s, _, err := rate(e, t.TempDir(), oneGroup(billing.Unblended, test.rule), test.lines)
			if test.want == nil {
				if err == nil || !strings.Contains(err.Error(), "2026-10") {
					t.Errorf("%v, want an error of the stage that names the month", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			for i, r := range table(t, s, `SELECT resource_id, CAST(billed_cost AS VARCHAR) FROM charges ORDER BY 1`) {
				if got := number(t, r[1]); got != test.want[i] {
					t.Errorf("%s costs %s, want %s", r[0], got, test.want[i])
				}
			}
		})
	}
}

// R15, R31: which of several charges of the same size has the remainder depends
// on what they are for, not on the order of the lines in the file.
func TestRemainderOfEquals(t *testing.T) {
	e := openEngine(t)
	lines := []line{measured("a", "1", "1"), measured("a", "1", "1"), measured("a", "1", "1")}
	for i, service := range []string{"A", "B", "C"} {
		lines[i]["service"] = service
	}
	for _, lines := range [][]line{lines, {lines[2], lines[1], lines[0]}, {lines[1], lines[2], lines[0]}} {
		s, _ := rated(t, e, t.TempDir(), oneGroup(billing.Unblended, billing.PriceRule{Name: "r", Fee: decimal("7")}), lines)
		for i, r := range table(t, s, `SELECT x_service_code, CAST(billed_cost AS VARCHAR) FROM charges ORDER BY 1`) {
			want := []string{"3.333333333333333334", "3.333333333333333333", "3.333333333333333333"}[i]
			if got := number(t, r[1]); got != want {
				t.Errorf("%s costs %s, want %s", r[0], got, want)
			}
		}
		s.Close()
	}
}
