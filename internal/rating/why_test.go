package rating_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
)

const arns = "arn:aws:ec2:ap-northeast-1:200000000001:reserved-instances/"
const planARN = "arn:aws:savingsplans::200000000003:savingsplan/plan"

// saidByHand reads lines.txt: the lines, and what is said of each.
func saidByHand(t *testing.T, text string) (lines []line, want []string) {
	t.Helper()
	for row := range strings.Lines(text) {
		if strings.HasPrefix(row, "#") {
			continue
		}
		if said, ok := strings.CutPrefix(row, "= "); ok {
			want[len(want)-1] += said
			continue
		}
		fields := strings.Fields(row)
		if len(fields) < 5 {
			t.Fatalf("bad line %q", row)
		}
		l := newLine(fields[0], fields[1], "AmazonEC2", "2026-10-05")
		var hour int
		fmt.Sscan(fields[3], &hour)
		l["account"], l["usage"], l["operation"], l["unit"] = "20000000000"+fields[2], fields[4], "RunInstances", "Hrs"
		l["date"], l["end"] = fmt.Sprintf("2026-10-05T%02d:00:00Z", hour), fmt.Sprintf("2026-10-05T%02d:00:00Z", hour+1)
		for _, f := range fields[5:] {
			name, value, _ := strings.Cut(f, "=")
			l[name] = value
		}
		if l["arn"] != "" {
			l["arn"] = arns + l["arn"]
		}
		if l["sparn"] != "" {
			l["sparn"] = planARN
		}
		l["description"] = strings.ReplaceAll(l["description"], "-", " ")
		lines, want = append(lines, l), append(want, "")
	}
	return lines, want
}

// saidOf writes what is said of a part, with the charge it went to.
func saidOf(p rating.Part, c rating.Charge) string {
	short := func(id string) string {
		return strings.TrimPrefix(strings.TrimPrefix(id, arns), strings.TrimSuffix(planARN, "plan"))
	}
	account := func(id string) string { return strings.TrimPrefix(id, "20000000000") }
	decided := func(d rating.Decided) string {
		text := string(d.Policy)
		if d.Price != nil {
			text += " at " + d.Price.String()
		}
		if d.Since != nil {
			text += " since " + d.Since.String()
		}
		return text
	}
	treatment := p.Treatment
	if treatment == "" {
		treatment = "-"
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s %s: %s+%s cost %s, alone %s\n", c.Group, treatment, p.Reason, p.From, p.Quantity, p.Cost, p.TrueUnblended)
	if by := p.Provider; by != nil {
		fmt.Fprintf(&out, "  provider %s %s of %s %s\n", short(by.Commitment), by.Kind, account(by.Account), by.Group)
	}
	if o := p.OnDemand; o != nil {
		rate := "-"
		if o.Rate != nil {
			rate = o.Rate.String()
		}
		fmt.Fprintf(&out, "  on demand %s at %s, %s\n", o.Amount, rate, o.Source)
	}
	if by := p.Cover; by != nil {
		size := ""
		if by.Size != nil {
			size = " of " + by.Size.String()
		}
		fmt.Fprintf(&out, "  cover %s %s of %s, own %t %s: %s%s a unit, %s; %s\n",
			short(by.Commitment), by.Kind, account(by.Account), by.Own, account(by.Holder), by.PerUnit, size, by.Effective, decided(by.Decided))
	}
	if f := p.Fee; f != nil {
		fmt.Fprintf(&out, "  fee %s of %s", f.Units, f.Of)
		if f.Holder != "" {
			fmt.Fprintf(&out, " to %s", account(f.Holder))
		}
		fmt.Fprintf(&out, ", %s", decided(f.Decided))
		if u := f.Use; u != nil {
			when := map[bool]string{true: "month", false: "line"}[u.Month]
			fmt.Fprintf(&out, "; %s %s = %s + %s; alone %s of %s, %s + %s", when, u.Reserved, u.Used, u.Unused, u.AloneUsed, u.Capacity, u.UsedCost, u.UnusedCost)
		}
		out.WriteString("\n")
	}
	for _, tier := range c.Tiers {
		fmt.Fprintf(&out, "  tier %s: %s %s %s\n", tier.Price, tier.Payer, tier.Group, tier.Alone)
	}
	return out.String()
}

// R7, R8, R17: what became of a line of each kind, and why; its parts add up to
// it, and each charge says the same of them.
func TestWhy(t *testing.T) {
	file, err := txtar.ParseFile("testdata/why.txtar")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse("reseller.yaml", file.Files[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	if problems := config.Check(c); len(problems) > 0 {
		t.Fatal(problems)
	}
	lines, want := saidByHand(t, string(file.Files[1].Data))
	ctx, dir := context.Background(), t.TempDir()
	s, _ := rated(t, openEngine(t), dir, c, lines)
	defer s.Close()
	e := rating.Explainer{Session: s, Input: rating.Input{Month: monthIn(dir, c)}}
	treatments := map[string]bool{}
	for i, l := range lines {
		t.Run(l["id"], func(t *testing.T) {
			x, err := e.Line(ctx, "L", 0, int64(i+1))
			if err != nil {
				t.Fatal(err)
			}
			got, cost := "", money.Zero
			for _, p := range x.Parts {
				treatments[p.Treatment] = true
				said := saidOf(p, *p.Charge)
				got, cost = got+said, cost.Add(p.Cost)
				whole, err := e.Charge(ctx, p.Charge.Number)
				if err != nil {
					t.Fatal(err)
				}
				found, sum := false, money.Zero
				for _, q := range whole.Parts {
					found = found || q.Line.ID() == x.Line.ID() && saidOf(q, *whole.Charge) == said
					sum = sum.Add(q.Cost)
				}
				if !found || !sum.Equal(whole.Charge.Cost) {
					t.Errorf("R17: charge %d has parts of %s of %s, and says of this line\n%+v", p.Charge.Number, sum, whole.Charge.Cost, whole.Parts)
				}
			}
			if got != want[i] {
				t.Errorf("R17: said is\n%swanted\n%s", got, want[i])
			}
			if !cost.Equal(money.MustParse(l["unblended"])) || x.PartCount != int64(len(x.Parts)) {
				t.Errorf("the %d parts of %s cost %s", x.PartCount, l["unblended"], cost)
			}
		})
	}
	for _, treatment := range []string{
		"", "kept", "applied", "unshared", "on-demand", "taken-back", "tiered-alone", "as-applied", "as-billed-covered", "fee", "fee-moved",
	} {
		if !treatments[treatment] {
			t.Errorf("no line is %q", treatment)
		}
	}
}
