package rating_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/rating"
)

// What a group has by enrolment is rated as what it claims, down to each part of
// each line of a month with commitments; only the reason of its ownership is another.
func TestEnrolledIsRatedAsClaimed(t *testing.T) {
	file, err := txtar.ParseFile("testdata/why.txtar")
	if err != nil {
		t.Fatal(err)
	}
	lines, want := saidByHand(t, string(file.Files[1].Data))
	for _, test := range []struct{ group, claims string }{
		{"acme", `claims: [{accounts: ["200000000001", "200000000002"]}]`},
		{"beta", `claims: [{accounts: ["200000000003"]}]`},
		{"gamma", `claims: [{accounts: ["200000000004"]}]`},
	} {
		t.Run(test.group, func(t *testing.T) {
			text := strings.Replace(string(file.Files[0].Data), test.claims, `claims: [], enrol: [{payer: "111111111111", from: 2026-10}]`, 1)
			c, err := config.Parse("reseller.yaml", []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if problems := config.Check(c); len(problems) > 0 || len(c.BillingGroups[0].Claims)+len(c.BillingGroups[1].Claims)+len(c.BillingGroups[2].Claims) != 2 {
				t.Fatal("bad configuration", problems)
			}
			ctx, dir := context.Background(), t.TempDir()
			s, _ := rated(t, openEngine(t), dir, c, lines)
			defer s.Close()
			e := rating.Explainer{Session: s, Input: rating.Input{Month: monthIn(dir, c)}}
			reasons := map[string]int{}
			for i := range lines {
				x, err := e.Line(ctx, "L", 0, int64(i+1))
				if err != nil {
					t.Fatal(err)
				}
				got := ""
				for _, p := range x.Parts {
					got += saidOf(p, *p.Charge)
					if claim := p.Charge.Claim; claim != nil {
						reasons[fmt.Sprint(claim.Owner, " by ", claim.By, " ", claim.Payer)]++
					}
				}
				if got != want[i] {
					t.Errorf("line %d: said is\n%swanted\n%s", i+1, got, want[i])
				}
			}
			if reasons[test.group+" by enrolment 111111111111"] == 0 || reasons[test.group+" by account "] > 0 {
				t.Errorf("the reasons are %v", reasons)
			}
		})
	}
}
