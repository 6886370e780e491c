package commitment_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/money"
)

func newSession(t testing.TB) engine.Session {
	t.Helper()
	e, err := duckdb.Open("1GB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	s, err := e.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func october(t testing.TB) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sizeUnits are normalized units as the provider publishes them; nxlarge is 8n.
var sizeUnits = map[string]string{"nano": "0.25", "micro": "0.5", "small": "1", "medium": "2", "large": "4", "xlarge": "8"}

func shape(t testing.TB, family, size, region, platform, tenancy string) commitment.Shape {
	t.Helper()
	units, ok := sizeUnits[size]
	if !ok {
		n, err := strconv.Atoi(strings.TrimSuffix(size, "xlarge"))
		if err != nil {
			t.Fatalf("a world has size %q", size)
		}
		units = strconv.Itoa(8 * n)
	}
	return commitment.Shape{
		Service: "AmazonEC2", Region: region, Family: family, Size: size, Platform: platform, Tenancy: tenancy,
		Units: money.MustParse(units), Flexible: platform == "Linux" && tenancy == "shared",
	}
}

// cover runs worlds through the engine, all of them at once: each is a payer
// of its own.
func cover(t testing.TB, worlds []world) []outcome {
	t.Helper()
	b := commitment.Bare{Period: october(t), Slots: 4, Groups: map[[2]string]string{}}
	var lines []worldLine // of b.Usage
	for n, w := range worlds {
		payer := fmt.Sprintf("W%05d", n)
		for _, a := range w.Accounts {
			b.Groups[[2]string{payer, a.Account}] = a.Group
		}
		for _, c := range w.Commitments {
			b.Commitments = append(b.Commitments, bareCommitment(t, payer, c))
		}
		ordered := slices.Clone(w.Lines)
		slices.SortFunc(ordered, func(x, y worldLine) int {
			return strings.Compare(x.Account+"\x00"+x.ID, y.Account+"\x00"+y.ID)
		})
		for _, l := range ordered {
			lines = append(lines, l)
			b.Usage = append(b.Usage, bareUsage(t, payer, l))
		}
	}
	covers, rests, left, err := commitment.ReapplyBare(t.Context(), newSession(t), b)
	if err != nil {
		t.Fatal(err)
	}
	all := make([]outcome, len(worlds))
	at := func(payer string) *outcome {
		var n int
		fmt.Sscanf(payer, "W%d", &n)
		return &all[n]
	}
	for _, c := range covers {
		o := at(b.Usage[c.Line].Payer)
		o.Coverage = append(o.Coverage, coverRow{Line: lines[c.Line].ID, Commitment: c.Commitment, Hours: c.Hours, EffectiveCost: c.Effective})
	}
	for i, r := range rests {
		u := b.Usage[i]
		o := at(u.Payer)
		o.Lines = append(o.Lines, lineRow{Line: lines[i].ID, Group: b.Groups[[2]string{u.Payer, u.Account}], OnDemandHours: r.Hours, OnDemandCost: r.Cost})
	}
	type hour struct {
		payer string
		slot  int
	}
	used := map[hour]bool{}
	for _, u := range b.Usage {
		used[hour{u.Payer, u.Slot}] = true
	}
	for _, l := range left {
		o := at(l.Payer)
		if used[hour{l.Payer, l.Slot}] {
			row := unusedRow{Commitment: l.Commitment, Hour: l.Slot, Amount: l.Cost}
			if l.Reservation {
				row.Units = l.Units
			}
			o.Unused = append(o.Unused, row)
		}
	}
	return all
}

func bareCommitment(t testing.TB, payer string, c worldCommitment) commitment.Commitment {
	bare := commitment.Commitment{ID: c.ID, Provider: "aws", Payer: payer, Owner: c.Owner, Kind: commitment.Kind(c.Kind), Zone: c.Zone, Term: "1yr", Payment: "No Upfront", Fee: money.FromInt(1)}
	if bare.Kind.Reservation() {
		bare.Count, bare.Hourly = c.Count, c.EffectiveHourly
		bare.Shape = shape(t, c.Family, c.Size, c.Region, c.Platform, c.Tenancy)
	} else {
		bare.Hourly = c.PerHour
		bare.Shape.Family, bare.Shape.Region = c.Family, c.Region
	}
	return bare
}

func bareUsage(t testing.TB, payer string, l worldLine) commitment.BareUsage {
	u := commitment.BareUsage{Payer: payer, Account: l.Account, Zone: l.Zone, Slot: l.Hour, Hours: l.Hours, OnDemand: l.ODRate, Rates: map[commitment.Kind]money.Decimal{}}
	if l.Kind == "ec2" {
		s := shape(t, l.Family, l.Size, l.Region, l.Platform, l.Tenancy)
		u.Shape = &s
	}
	for kind, rate := range l.SPRates {
		u.Rates[commitment.Kind(kind)] = rate
	}
	return u
}

// R7: the engine covers what the vectors say, exactly.
func TestEngineAgreesWithVectors(t *testing.T) {
	vectors := readCommitmentVectors(t)
	worlds := make([]world, len(vectors))
	for i, v := range vectors {
		worlds[i] = v.Given
	}
	for i, got := range cover(t, worlds) {
		t.Run(vectors[i].Name, func(t *testing.T) {
			for _, d := range differences(vectors[i].Expect, got, money.Zero) {
				t.Error(d)
			}
		})
	}
}

// R7: the provider's published examples, by the engine.
func TestEnginePublishedExamples(t *testing.T) {
	worlds := make([]world, len(publishedWorlds))
	for i, p := range publishedWorlds {
		worlds[i] = p.world
	}
	for i, got := range cover(t, worlds) {
		t.Run(publishedWorlds[i].name, func(t *testing.T) {
			for _, d := range differences(publishedWorlds[i].want, got, money.Zero) {
				t.Error(d)
			}
		})
	}
}

// R7: engine and reference agree on thousands of random worlds.
func TestEngineAgreesWithReference(t *testing.T) {
	const batches, size = 8, 500
	for batch := range batches {
		worlds := make([]world, size)
		for i := range worlds {
			worlds[i] = rapid.Custom(randomWorld).Example(batch*size + i)
		}
		for i, got := range cover(t, worlds) {
			want := simulate(worlds[i])
			if diff := differences(want, got, toleranceFor(want)); len(diff) > 0 {
				t.Fatalf("world %d:\n%s\n%s", batch*size+i, strings.Join(diff, "\n"), worlds[i])
			}
		}
	}
}
