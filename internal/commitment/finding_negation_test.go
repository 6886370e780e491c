package commitment_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
)

// R10: covered usage and its negations may miss each other by 10^-8 a line.
func TestNegated(t *testing.T) {
	for _, test := range []struct {
		left  string
		lines int64
		want  bool
	}{
		{"0", 2, true}, {"0.00000002", 2, true}, {"-0.00000002", 2, true}, {"0.0000000201", 2, false}, {"-0.5", 1_000_000, false},
	} {
		if got := commitment.Negated(money.MustParse(test.left), test.lines); got != test.want {
			t.Errorf("R10: %s over %d lines is within the provider's rounding: %v", test.left, test.lines, got)
		}
	}
}
