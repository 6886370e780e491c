package pipeline

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
)

// R32 b: the amortized identity may miss by 10^-6 × √rows, and no more.
func TestWithinRounding(t *testing.T) {
	for _, test := range []struct {
		residue string
		rows    int64
		want    bool
	}{
		{"0", 0, true},
		{"0.000001", 1, true}, {"-0.000001", 1, true}, {"0.0000010000000001", 1, false},
		{"0.0001", 10_000, true}, {"-0.00010001", 10_000, false},
		{"0.001", 1_000_000, true}, {"0.0011", 1_000_000, false},
		{"0.000000000000000001", 0, false},
	} {
		if got := withinRounding(money.MustParse(test.residue), test.rows); got != test.want {
			t.Errorf("R32 b: %s over %d rows is within the provider's rounding: %v", test.residue, test.rows, got)
		}
	}
}
