package assign

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
)

func october(t testing.TB) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// R1, R2: who owns an account on which days of October.
func TestOwnerships(t *testing.T) {
	tests := []struct {
		name, config string
		wholeMonth   bool
		want         []string
	}{
		{"R1 claimed for all time", `{"billing_groups": [{"id": "g", "claims": [{"accounts": ["a"]}]}]}`, false,
			[]string{"a 01..31 g"}},
		{"R1 the reseller's own", `{"reseller": {"accounts": ["r"]}, "billing_groups": [{"id": "g", "claims": [{"accounts": ["a"]}]}]}`, false,
			[]string{"a 01..31 g", "r 01..31 reseller"}},
		{"R2 moved on the 15th, each its own days", moved, false,
			[]string{"a 01..14 old", "a 15..31 new"}},
		{"R2 moved on the 15th, the whole month to the new one", moved, true,
			[]string{"a 01..31 new"}},
		{"R2 moved twice, the whole month to the last one", `{"billing_groups": [
			{"id": "x", "claims": [{"accounts": ["a"], "to": "2026-10-05"}]},
			{"id": "z", "claims": [{"accounts": ["a"], "from": "2026-10-20"}]},
			{"id": "y", "claims": [{"accounts": ["a"], "from": "2026-10-05", "to": "2026-10-20"}]}]}`, true,
			[]string{"a 01..31 z"}},
		{"R2 moved on the 1st of the month", `{"billing_groups": [
			{"id": "old", "claims": [{"accounts": ["a"], "to": "2026-10"}]}, {"id": "new", "claims": [{"accounts": ["a"], "from": "2026-10"}]}]}`, false,
			[]string{"a 01..31 new"}},
		{"R2 the end is exclusive, the last day is the old one's", `{"billing_groups": [
			{"id": "old", "claims": [{"accounts": ["a"], "to": "2026-11-01"}]}, {"id": "new", "claims": [{"accounts": ["a"], "from": "2026-11-01"}]}]}`, false,
			[]string{"a 01..31 old"}},
		{"R1 days that nobody claims are nobody's", `{"billing_groups": [{"id": "g", "claims": [{"accounts": ["a"], "from": "2026-10-03", "to": "2026-10-11"}]}]}`, false,
			[]string{"a 03..10 g"}},
		{"R1 also where whole months go to the new one", `{"billing_groups": [{"id": "g", "claims": [{"accounts": ["a"], "from": "2026-10-03", "to": "2026-10-11"}]}]}`, true,
			[]string{"a 03..10 g"}},
		{"R2 a move that ends: the new one's days end too", `{"billing_groups": [
			{"id": "old", "claims": [{"accounts": ["a"], "to": "2026-10-05"}]}, {"id": "new", "claims": [{"accounts": ["a"], "from": "2026-10-05", "to": "2026-10-20"}]}]}`, true,
			[]string{"a 01..19 new"}},
		{"R2 one account moves, the other does not", `{"billing_groups": [
			{"id": "x", "claims": [{"accounts": ["a", "b"], "to": "2026-10-15"}, {"accounts": ["b"], "from": "2026-10-15"}]},
			{"id": "y", "claims": [{"accounts": ["a"], "from": "2026-10-15"}]}]}`, true,
			[]string{"a 01..31 y", "b 01..31 x"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var c billing.Config
			if err := json.Unmarshal([]byte(test.config), &c); err != nil {
				t.Fatal(err)
			}
			payer := billing.Payer{OnAccountMove: "split"}
			if test.wholeMonth {
				payer.OnAccountMove = "whole-month-to-new"
			}
			var got []string
			for _, o := range (Month{Period: october(t), Config: c}).Ownerships(Load{Payer: payer}) {
				got = append(got, fmt.Sprintf("%s %s..%s %s", o.Account, o.From.String()[8:], o.To.String()[8:], o.Group))
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

const moved = `{"billing_groups": [
	{"id": "old", "claims": [{"accounts": ["a"], "to": "2026-10-15"}]}, {"id": "new", "claims": [{"accounts": ["a"], "from": "2026-10-15"}]}]}`
