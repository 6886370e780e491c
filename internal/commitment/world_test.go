package commitment_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/money"
)

// world is some hours of use and the commitments that might cover it: all that
// true unblended (R7) depends on. Money is in one currency throughout.
type world struct {
	Accounts    []worldAccount    `json:"accounts"`
	Commitments []worldCommitment `json:"commitments"`
	Lines       []worldLine       `json:"lines"`
}

type worldAccount struct {
	Account string `json:"account"`
	Group   string `json:"group"`
}

// worldCommitment is a reservation (Count instances of Size at EffectiveHourly
// each) or a savings plan (PerHour in money). Fields of the other are empty.
type worldCommitment struct {
	ID              string        `json:"id"`
	Kind            string        `json:"kind"` // ri-zonal, ri-regional, sp-ec2, sp-compute
	Owner           string        `json:"owner"`
	Family          string        `json:"family,omitempty"`
	Size            string        `json:"size,omitempty"`
	Region          string        `json:"region,omitempty"`
	Zone            string        `json:"zone,omitempty"`
	Platform        string        `json:"platform,omitempty"`
	Tenancy         string        `json:"tenancy,omitempty"`
	Count           money.Decimal `json:"count"`
	EffectiveHourly money.Decimal `json:"effective_hourly"`
	PerHour         money.Decimal `json:"per_hour"`
}

// worldLine is the use of one thing within one hour. Hours may be more than
// one: of two instances, or of what is not counted in instances.
type worldLine struct {
	ID       string                   `json:"id"`
	Hour     int                      `json:"hour"`
	Account  string                   `json:"account"`
	Kind     string                   `json:"kind"` // ec2, fargate, lambda, other
	Family   string                   `json:"family,omitempty"`
	Size     string                   `json:"size,omitempty"`
	Region   string                   `json:"region,omitempty"`
	Zone     string                   `json:"zone,omitempty"`
	Platform string                   `json:"platform,omitempty"`
	Tenancy  string                   `json:"tenancy,omitempty"`
	Hours    money.Decimal            `json:"hours"`
	ODRate   money.Decimal            `json:"od_rate"`
	SPRates  map[string]money.Decimal `json:"sp_rates"` // by kind of plan; absent: that kind has no rate and does not cover the line
}

// String writes the world in the form of the vectors.
func (w world) String() string {
	text, err := json.MarshalIndent(w, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// outcome is what true unblended makes of a world: what covers what, what is
// left of every line, and what is left of every commitment in every hour in
// which any line is. The order of rows has no meaning.
type outcome struct {
	Coverage []coverRow  `json:"coverage"`
	Lines    []lineRow   `json:"lines"`
	Unused   []unusedRow `json:"unused"`
}

type coverRow struct {
	Line          string        `json:"line"`
	Commitment    string        `json:"commitment"`
	Hours         money.Decimal `json:"hours"`
	EffectiveCost money.Decimal `json:"effective_cost"`
}

type lineRow struct {
	Line          string        `json:"line"`
	Group         string        `json:"group"`
	OnDemandHours money.Decimal `json:"on_demand_hours"`
	OnDemandCost  money.Decimal `json:"on_demand_cost"`
}

// unusedRow has Units, in instances of the reservation's size, for a
// reservation alone.
type unusedRow struct {
	Commitment string        `json:"commitment"`
	Hour       int           `json:"hour"`
	Units      money.Decimal `json:"units"`
	Amount     money.Decimal `json:"amount"`
}

// figures returns every number of the outcome under a name that says where it
// stands. twice are the names of rows that came more than once.
func (o outcome) figures() (figures map[string]money.Decimal, twice []string) {
	figures = map[string]money.Decimal{}
	add := func(row, name string, value money.Decimal) {
		if _, there := figures[row+": "+name]; there {
			twice = append(twice, row+": "+name)
		}
		figures[row+": "+name] = value
	}
	for _, c := range o.Coverage {
		row := fmt.Sprintf("line %s covered by %s", c.Line, c.Commitment)
		add(row, "hours", c.Hours)
		add(row, "effective cost", c.EffectiveCost)
	}
	for _, l := range o.Lines {
		row := fmt.Sprintf("line %s of group %s on demand", l.Line, l.Group)
		add(row, "hours", l.OnDemandHours)
		add(row, "cost", l.OnDemandCost)
	}
	for _, u := range o.Unused {
		row := fmt.Sprintf("commitment %s unused in hour %d", u.Commitment, u.Hour)
		add(row, "units", u.Units)
		add(row, "amount", u.Amount)
	}
	return figures, twice
}

// toleranceFor returns how far an engine of 18 fractional digits may be from
// want. Only the division in partial cover makes digits without end (money by a
// rate such as 0.07, units by the 24 of a 3xlarge), and it leaves them in the
// covered hours. So where no figure of want has more than 15 fractional digits
// nothing was cut and the tolerance is zero; else it is 10^-12, which holds the
// errors of the last digit after some divisions by small rates and is far below
// any error of order or of matching.
func toleranceFor(want outcome) money.Decimal {
	figures, _ := want.figures()
	for _, value := range figures {
		if value.Scale() > 15 {
			return money.MustParse("1e-12")
		}
	}
	return money.Zero
}

// differences says where got is not want, a sentence for each figure, sorted.
// A row that only one of them has is a difference, unless all it has is within
// a tolerance above zero: digits cut off may leave a speck to the next in order.
func differences(want, got outcome, tolerance money.Decimal) (found []string) {
	wanted, _ := want.figures()
	gotten, twice := got.figures()
	for _, name := range twice {
		found = append(found, name+" came more than once")
	}
	beyond := func(d money.Decimal) bool {
		return d.Cmp(tolerance) > 0 || d.Neg().Cmp(tolerance) > 0
	}
	for name, w := range wanted {
		g, there := gotten[name]
		switch {
		case !there && (tolerance.IsZero() || beyond(w)):
			found = append(found, fmt.Sprintf("%s is missing, want %s", name, w))
		case there && beyond(w.Sub(g)):
			found = append(found, fmt.Sprintf("%s = %s, want %s", name, g, w))
		}
	}
	for name, g := range gotten {
		if _, there := wanted[name]; !there && (tolerance.IsZero() || beyond(g)) {
			found = append(found, fmt.Sprintf("%s = %s, want no such row", name, g))
		}
	}
	slices.Sort(found)
	return found
}

// randomWorld draws a small world with many ties: few rates, few discounts, and
// half of the instances are of the type of a reservation. In half of the worlds
// there are rates and sizes that may divide without end; see toleranceFor.
// rapid.Custom(randomWorld).Example(n) is the n-th of always the same worlds.
func randomWorld(t *rapid.T) world {
	oneOf := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	number := func(label string, values ...string) money.Decimal { return money.MustParse(oneOf(label, values...)) }
	seldom := func(label string) bool { return rapid.IntRange(1, 5).Draw(t, label) == 5 }

	sizes := []string{"micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge"}
	factors := []string{"0.25", "0.4", "0.5", "0.8"}
	if rapid.Bool().Draw(t, "divides without end") {
		sizes = append([]string{"3xlarge"}, sizes...)
		factors = append([]string{"0.6", "0.7"}, factors...)
	}

	var w world
	for i := range rapid.IntRange(1, 4).Draw(t, "accounts") {
		w.Accounts = append(w.Accounts, worldAccount{fmt.Sprintf("A%d", i+1), oneOf("group", "g1", "g1", "g2", "g3")})
	}
	account := func() string { return rapid.SampledFrom(w.Accounts).Draw(t, "account").Account }
	instance := func() (i worldLine) {
		i.Kind = "ec2"
		i.Family = oneOf("family", "m5", "c5")
		i.Size = oneOf("size", sizes...)
		i.Region, i.Platform, i.Tenancy = "us-east-1", "Linux", "shared"
		if seldom("elsewhere") {
			i.Region = "eu-west-1"
		}
		if seldom("Windows") {
			i.Platform = "Windows"
		}
		if seldom("dedicated") {
			i.Tenancy = "dedicated"
		}
		i.Zone = i.Region + oneOf("zone", "a", "b")
		return i
	}

	var reserved []worldLine
	for _, n := range shuffledNumbers(t, "commitments", 6) {
		c := worldCommitment{ID: fmt.Sprintf("C%d", n), Owner: account()}
		c.Kind = oneOf("commitment", "ri-zonal", "ri-regional", "ri-regional", "sp-ec2", "sp-compute")
		like := instance()
		switch c.Kind {
		case "ri-zonal", "ri-regional":
			c.Family, c.Size, c.Region, c.Platform, c.Tenancy = like.Family, like.Size, like.Region, like.Platform, like.Tenancy
			c.Count = number("count", "1", "2", "3")
			c.EffectiveHourly = number("effective hourly", "0.024", "0.06", "0.1")
			if c.Kind == "ri-zonal" {
				c.Zone = like.Zone
			}
			reserved = append(reserved, like)
		case "sp-ec2":
			c.Family, c.Region = like.Family, like.Region
			c.PerHour = number("per hour", "0.1", "0.25", "0.5", "1")
		case "sp-compute":
			c.PerHour = number("per hour", "0.1", "0.25", "0.5", "1")
		}
		w.Commitments = append(w.Commitments, c)
	}

	lastHour := rapid.IntRange(0, 2).Draw(t, "last hour")
	for _, n := range shuffledNumbers(t, "lines", 14) {
		l := worldLine{Kind: oneOf("kind", "ec2", "ec2", "ec2", "ec2", "fargate", "lambda", "other")}
		if l.Kind == "ec2" {
			l = instance()
			if len(reserved) > 0 && rapid.Bool().Draw(t, "as reserved") {
				l = rapid.SampledFrom(reserved).Draw(t, "reserved")
			}
		}
		l.ID = fmt.Sprintf("L%02d", n)
		l.Account = account()
		l.Hour = rapid.IntRange(0, lastHour).Draw(t, "hour")
		l.Hours = number("hours", "0.25", "0.5", "1", "2")
		l.ODRate = number("on-demand rate", "0.1", "0.2", "0.25", "0.5", "1")
		l.SPRates = map[string]money.Decimal{}
		if l.Kind == "ec2" {
			l.SPRates["sp-ec2"] = l.ODRate.Mul(number("factor of EC2 plans", factors...))
		}
		if l.Kind != "other" {
			l.SPRates["sp-compute"] = l.ODRate.Mul(number("factor of compute plans", factors...))
		}
		w.Lines = append(w.Lines, l)
	}
	return w
}

// shuffledNumbers draws up to most numbers from 1 on in any order, so that the
// order of ids is not the order in which things come.
func shuffledNumbers(t *rapid.T, label string, most int) []int {
	draw := rapid.IntRange(0, most)
	numbers := make([]int, max(draw.Draw(t, label), draw.Draw(t, label))) // the larger of two, as rapid prefers few
	for i := range numbers {
		numbers[i] = i + 1
	}
	return rapid.Permutation(numbers).Draw(t, "order of "+label)
}

// linked is a world of two accounts of one group, g.
func linked(commitments []worldCommitment, lines ...worldLine) world {
	return world{[]worldAccount{{"A", "g"}, {"B", "g"}}, commitments, lines}
}

// regional is a reservation of account A, Linux with shared tenancy.
func regional(id, family, size, count, effectiveHourly string) worldCommitment {
	return worldCommitment{ID: id, Kind: "ri-regional", Owner: "A", Family: family, Size: size, Region: "us-east-1",
		Platform: "Linux", Tenancy: "shared", Count: money.MustParse(count), EffectiveHourly: money.MustParse(effectiveHourly)}
}

func zonal(zone string, c worldCommitment) worldCommitment {
	c.Kind, c.Zone = "ri-zonal", zone
	return c
}

func dedicated(c worldCommitment) worldCommitment {
	c.Tenancy = "dedicated"
	return c
}

// plan is a savings plan of account A; a compute plan has no family.
func plan(id, kind, family, perHour string) worldCommitment {
	c := worldCommitment{ID: id, Kind: kind, Owner: "A", Family: family, PerHour: money.MustParse(perHour)}
	if kind == "sp-ec2" {
		c.Region = "us-east-1"
	}
	return c
}

// ec2 is an instance in zone us-east-1a in hour 0, Linux with shared tenancy,
// that no plan has a rate for.
func ec2(id, account, family, size, hours, odRate string) worldLine {
	return worldLine{ID: id, Account: account, Kind: "ec2", Family: family, Size: size, Region: "us-east-1", Zone: "us-east-1a",
		Platform: "Linux", Tenancy: "shared", Hours: money.MustParse(hours), ODRate: money.MustParse(odRate)}
}

func inZone(zone string, l worldLine) worldLine {
	l.Zone = zone
	return l
}

func inHour(hour int, l worldLine) worldLine {
	l.Hour = hour
	return l
}

func ofType(platform, tenancy string, l worldLine) worldLine {
	l.Platform, l.Tenancy = platform, tenancy
	return l
}

// atRates gives a line the rate of each kind of plan; empty is none.
func atRates(ec2Plan, computePlan string, l worldLine) worldLine {
	l.SPRates = map[string]money.Decimal{"sp-compute": money.MustParse(computePlan)}
	if ec2Plan != "" {
		l.SPRates["sp-ec2"] = money.MustParse(ec2Plan)
	}
	return l
}

// computeLines is the use that the Savings Plans user guide prices: an instance
// of each system, then Fargate by its vCPU and by its GB.
var computeLines = []worldLine{
	atRates("1", "2", ec2("L1", "A", "c5", "9xlarge", "1", "4")),
	atRates("6", "8", ofType("Windows", "dedicated", ec2("L2", "A", "c5", "24xlarge", "1", "10"))),
	atRates("", "1", worldLine{ID: "L3", Account: "A", Kind: "fargate", Hours: money.MustParse("10"), ODRate: money.MustParse("1.5")}),
	atRates("", "1", worldLine{ID: "L4", Account: "A", Kind: "fargate", Hours: money.MustParse("5"), ODRate: money.MustParse("2")}),
}

func covered(line, commitment, hours, effectiveCost string) coverRow {
	return coverRow{line, commitment, money.MustParse(hours), money.MustParse(effectiveCost)}
}

func onDemand(line, group, hours, cost string) lineRow {
	return lineRow{line, group, money.MustParse(hours), money.MustParse(cost)}
}

func unused(commitment string, hour int, units, amount string) unusedRow {
	return unusedRow{commitment, hour, money.MustParse(units), money.MustParse(amount)}
}

// The comparison on which the other tests rest finds what is wrong.
func TestDifferences(t *testing.T) {
	want := outcome{
		Coverage: []coverRow{covered("L1", "C1", "0.5", "0.15")},
		Lines:    []lineRow{onDemand("L1", "g1", "0.5", "0.25")},
		Unused:   []unusedRow{unused("C1", 0, "0", "0")},
	}
	changed := func(change func(o *outcome)) outcome {
		o := outcome{slices.Clone(want.Coverage), slices.Clone(want.Lines), slices.Clone(want.Unused)}
		change(&o)
		return o
	}
	tests := []struct {
		name, tolerance string
		got             outcome
		want            []string
	}{
		{"same", "0", want, nil},
		{"a figure", "0", changed(func(o *outcome) { o.Coverage[0].Hours = money.MustParse("0.5000000000000001") }),
			[]string{"line L1 covered by C1: hours = 0.5000000000000001, want 0.5"}},
		{"a figure within the tolerance", "1e-12", changed(func(o *outcome) { o.Coverage[0].Hours = money.MustParse("0.5000000000000001") }), nil},
		{"a figure below the tolerance", "1e-12", changed(func(o *outcome) { o.Lines[0].OnDemandCost = money.MustParse("0.24") }),
			[]string{"line L1 of group g1 on demand: cost = 0.24, want 0.25"}},
		{"missing", "1e-12", changed(func(o *outcome) { o.Coverage = nil }), []string{
			"line L1 covered by C1: effective cost is missing, want 0.15", "line L1 covered by C1: hours is missing, want 0.5"}},
		{"missing, of nothing", "0", changed(func(o *outcome) { o.Unused = nil }), []string{
			"commitment C1 unused in hour 0: amount is missing, want 0", "commitment C1 unused in hour 0: units is missing, want 0"}},
		{"extra", "0", changed(func(o *outcome) { o.Coverage = append(o.Coverage, covered("L1", "C2", "0", "1e-18")) }), []string{
			"line L1 covered by C2: effective cost = 0.000000000000000001, want no such row", "line L1 covered by C2: hours = 0, want no such row"}},
		{"a speck", "1e-12", changed(func(o *outcome) { o.Coverage = append(o.Coverage, covered("L1", "C2", "0", "1e-18")) }), nil},
		{"twice", "1e-12", changed(func(o *outcome) { o.Unused = append(o.Unused, o.Unused[0]) }), []string{
			"commitment C1 unused in hour 0: amount came more than once", "commitment C1 unused in hour 0: units came more than once"}},
	}
	for _, test := range tests {
		if got := differences(want, test.got, money.MustParse(test.tolerance)); !slices.Equal(got, test.want) {
			t.Errorf("%s:\n%q\nwant\n%q", test.name, got, test.want)
		}
	}
}
