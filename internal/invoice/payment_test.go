package invoice

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/money"
)

func TestAllocate(t *testing.T) {
	part := func(s string) *money.Decimal { d := amount(s); return &d }
	day := onDay("2026-11-20")
	claim := func(id, open string, part *money.Decimal) Claim {
		return Claim{ID: id, Name: id, Issued: onDay("2026-11-05"), Open: amount(open), Part: part}
	}
	later := claim("later", "50", nil)
	later.Issued = onDay("2026-12-05")
	tests := []struct {
		name   string
		amount string
		claims []Claim
		want   string
		left   string
		fails  bool
	}{
		{"exact", "100", []Claim{claim("a", "100", nil)}, "a 100 2026-11-20, ", "0", false},
		{"part payment", "30", []Claim{claim("a", "100", nil), claim("b", "100", nil)}, "a 30 2026-11-20, ", "0", false},
		{"oldest first", "130", []Claim{claim("a", "100", nil), claim("b", "100", nil)}, "a 100 2026-11-20, b 30 2026-11-20, ", "0", false},
		{"overpaid", "130", []Claim{claim("a", "100", nil)}, "a 100 2026-11-20, ", "30", false},
		{"paid documents and credit notes get nothing", "30", []Claim{claim("a", "0", nil), claim("b", "-9", nil), claim("c", "5", nil)}, "c 5 2026-11-20, ", "25", false},
		{"named parts", "100", []Claim{claim("a", "100", part("20")), claim("b", "100", nil)}, "a 20 2026-11-20, b 80 2026-11-20, ", "0", false},
		{"before it is issued", "50", []Claim{later}, "later 50 2026-12-05, ", "0", false},
		{"paid back", "-60", []Claim{claim("a", "100", nil), claim("n", "-50", nil)}, "n -50 2026-11-20, ", "-10", false},
		{"more than open", "100", []Claim{claim("a", "10", part("20"))}, "", "", true},
		{"more than there", "10", []Claim{claim("a", "100", part("20"))}, "", "", true},
		{"a part of what is paid", "10", []Claim{claim("a", "0", part("10"))}, "", "", true},
		{"a part of the other sign", "10", []Claim{claim("a", "100", part("-10"))}, "", "", true},
	}
	for _, test := range tests {
		parts, left, err := Allocate(amount(test.amount), day, test.claims)
		if (err != nil) != test.fails {
			t.Errorf("%s: error %v", test.name, err)
			continue
		}
		got := ""
		for _, p := range parts {
			got += fmt.Sprintf("%s %s %s, ", p.Invoice, p.Amount, p.On)
		}
		if !test.fails && (got != test.want || !left.Equal(amount(test.left))) {
			t.Errorf("%s: %s left %s; want %s left %s", test.name, got, left, test.want, test.left)
		}
	}
}

// Σ parts + what is left is the amount, no document gets more than is open of
// it, and nothing is left while something is open.
func TestAllocateLosesNothing(t *testing.T) {
	cents := rapid.Map(rapid.Int64Range(-20_000, 20_000), func(n int64) money.Decimal { return money.FromInt(n).Percent(money.FromInt(1)) })
	rapid.Check(t, func(t *rapid.T) {
		paid, open := cents.Draw(t, "amount"), map[string]money.Decimal{}
		var claims []Claim
		for i, o := range rapid.SliceOfN(cents, 0, 6).Draw(t, "open") {
			id := fmt.Sprint(i)
			claims, open[id] = append(claims, Claim{ID: id, Open: o}), o
		}
		parts, left, err := Allocate(paid, onDay("2026-11-20"), claims)
		if err != nil {
			t.Fatal(err)
		}
		sum := left
		for _, p := range parts {
			sum = sum.Add(p.Amount)
			rest := open[p.Invoice].Sub(p.Amount)
			if rest.Sign() == -open[p.Invoice].Sign() {
				t.Fatalf("%s gets %s of %s", p.Invoice, p.Amount, open[p.Invoice])
			}
			open[p.Invoice] = rest
		}
		if !sum.Equal(paid) {
			t.Fatalf("parts and rest are %s, the amount is %s", sum, paid)
		}
		for id, o := range open {
			if !left.IsZero() && o.Sign() == paid.Sign() {
				t.Fatalf("%s is left, and %s of %s is open", left, o, id)
			}
		}
	})
}
