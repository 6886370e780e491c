package sample

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// world is a case of commitments.json: numbers are texts.
type world struct {
	Name  string
	Given struct {
		Accounts    []struct{ Account, Group string }
		Commitments []struct {
			ID, Kind, Owner, Family, Size, Zone, Region, Platform, Count string
			EffectiveHourly                                              string `json:"effective_hourly"`
			PerHour                                                      string `json:"per_hour"`
		}
		Lines []struct {
			ID, Account, Kind, Family, Size, Region, Zone, Platform, Hours string
			Hour                                                           int
			OnDemand                                                       string            `json:"od_rate"`
			PlanRates                                                      map[string]string `json:"sp_rates"`
		}
	}
	Expect struct {
		Coverage []struct {
			Line, Commitment, Hours string
			Cost                    string `json:"effective_cost"`
		}
		Lines []struct {
			Line  string
			Hours string `json:"on_demand_hours"`
			Cost  string `json:"on_demand_cost"`
		}
		Unused []struct {
			Commitment, Units, Amount string
			Hour                      int
		}
	}
}

func worlds(t *testing.T) (all []world) {
	t.Helper()
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	data, err := os.ReadFile(filepath.Join(root, "..", "domain", "vectors", "commitments.json"))
	if err != nil {
		t.Skipf("commitments.json is not here; set SLUICE_TESTDATA: %v", err)
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

var sizeFactors = map[string]units{
	"nano": one / 4, "micro": one / 2, "small": one, "medium": 2 * one, "large": 4 * one, "xlarge": 8 * one, "2xlarge": 16 * one,
}

var vectorKinds = map[string]commitmentKind{"ri-zonal": zonalRI, "ri-regional": regionalRI, "sp-ec2": ec2Plan, "sp-compute": computePlan}

// vectorPrice is a price of the vectors' machines.
func vectorPrice(regions map[string]*region, place, family, size, system string) *price {
	if regions[place] == nil {
		regions[place] = &region{code: place}
	}
	return &price{service: serviceByCode["AmazonEC2"], region: regions[place], instance: &instance{family: family, size: size, system: system, factor: sizeFactors[size]}}
}

// cover is what one commitment covers of one line.
type cover struct{ line, commitment string }

// R7: the order of application, ties and parts are those of the vectors, whose
// numbers another program made.
func TestVectors(t *testing.T) {
	for _, w := range worlds(t) {
		t.Run(w.Name, func(t *testing.T) {
			regions := map[string]*region{}
			groups, accounts := map[string]string{}, map[string]*account{}
			for _, a := range w.Given.Accounts {
				groups[a.Account], accounts[a.Account] = a.Group, &account{id: a.Account}
			}
			covered, costs := map[cover]string{}, map[cover]string{}
			onDemand := map[string][2]string{}
			type hourOf struct {
				commitment string
				hour       int
			}
			unused := map[hourOf][2]string{}
			for _, group := range slices.Compact(slices.Sorted(maps.Values(groups))) {
				var commitments []*commitment
				for _, g := range w.Given.Commitments {
					if groups[g.Owner] != group {
						continue
					}
					c := &commitment{index: len(commitments), kind: vectorKinds[g.Kind], arn: g.ID, owner: accounts[g.Owner], zone: g.Zone, count: 1}
					c.price = vectorPrice(regions, g.Region, g.Family, g.Size, g.Platform)
					c.recurring = parseUnits(cmp.Or(g.PerHour, g.EffectiveHourly))
					if g.Count != "" {
						c.count = int64(parseUnits(g.Count) / one)
					}
					commitments = append(commitments, c)
				}
				for hour := range 3 {
					var lines []*resource
					var left, capacity []units
					for _, g := range w.Given.Lines {
						if g.Hour != hour || groups[g.Account] != group {
							continue
						}
						p := &price{service: serviceByCode["AmazonS3"], region: &region{}}
						if g.Kind == "ec2" {
							p = vectorPrice(regions, g.Region, g.Family, g.Size, g.Platform)
						}
						p.rate = parseUnits(g.OnDemand)
						for kind, rate := range g.PlanRates {
							p.planRates[vectorKinds[kind]] = parseUnits(rate)
						}
						lines = append(lines, &resource{account: accounts[g.Account], price: p, key: g.ID, zone: g.Zone})
						left = append(left, parseUnits(g.Hours))
					}
					for _, c := range commitments {
						capacity = append(capacity, c.capacity(1))
					}
					apply(turns(commitments, lines), lines, left, capacity, func(i int, p part) {
						at := cover{lines[i].key, p.by.arn}
						if covered[at] != "" {
							t.Errorf("%v is covered twice", at)
						}
						covered[at], costs[at] = p.hours.decimal().String(), p.by.worth(p.taken).decimal().String()
					})
					for i, l := range lines {
						onDemand[l.key] = [2]string{left[i].decimal().String(), l.price.rate.times(left[i]).decimal().String()}
					}
					for _, c := range commitments {
						taken := c.taken(capacity[c.index])
						unused[hourOf{c.arn, hour}] = [2]string{taken.decimal().String(), c.worth(taken).decimal().String()}
					}
				}
			}
			for _, want := range w.Expect.Coverage {
				at := cover{want.Line, want.Commitment}
				if covered[at] != want.Hours || costs[at] != want.Cost {
					t.Errorf("%v covers %q hours at %q, want %s at %s", at, covered[at], costs[at], want.Hours, want.Cost)
				}
			}
			if len(covered) != len(w.Expect.Coverage) {
				t.Errorf("%d parts are covered, want %d: %v", len(covered), len(w.Expect.Coverage), covered)
			}
			for _, want := range w.Expect.Lines {
				if got := onDemand[want.Line]; got != [2]string{want.Hours, want.Cost} {
					t.Errorf("%s is on demand for %v, want %s hours at %s", want.Line, got, want.Hours, want.Cost)
				}
			}
			for _, want := range w.Expect.Unused {
				got := unused[hourOf{want.Commitment, want.Hour}]
				if want.Units == "" {
					want.Units = want.Amount // a plan's capacity is money
				}
				if got != [2]string{want.Units, want.Amount} {
					t.Errorf("hour %d of %s: %v is unused, want %s units of %s", want.Hour, want.Commitment, got, want.Units, want.Amount)
				}
			}
		})
	}
}

// Whatever runs: no line is covered for longer than it ran, no commitment
// beyond its capacity, nothing is lost between used and unused, nothing that is
// eligible stays on demand beside unused capacity, and no amount is rounded.
func TestApply(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Lines: rapid.Int64Range(2000, 60_000).Draw(t, "lines"), Accounts: rapid.IntRange(1, 40).Draw(t, "accounts"),
			Seed: rapid.Uint64().Draw(t, "seed"), Period: DemoMonths()[0],
		}.withDefaults()
		m := newMonth(o, formats["cur-csv-gz"].layout(o))
		f := m.fleet
		number := rapid.IntRange(0, len(m.intervals)-1).Draw(t, "interval")
		w := m.newInterval(number, nil, nil)
		w.run()
		unused := slices.Clone(w.capacity)
		for i, r := range f.steady {
			rest := w.used[i]
			for _, p := range w.parts[i] {
				rest -= p.hours
				unused[p.by.index] += p.by.weight(r.price).times(p.hours)
				if !p.by.covers(r) || p.hours <= 0 {
					t.Fatalf("%s covers %s of %s in %s", p.by.arn, p.hours, r.price.usageType, r.zone)
				}
				for _, rate := range []units{r.price.rate, r.price.blended, r.price.factor()} {
					if _, exact := rate.product(p.hours); !exact {
						t.Fatalf("%s × %s is not exact", rate, p.hours)
					}
				}
			}
			if rest != w.left[i] || rest < 0 {
				t.Fatalf("%s used %s, of which %s are left", r.price.usageType, w.used[i], w.left[i])
			}
			for _, c := range f.commitments {
				if w.left[i] > 0 && w.capacity[c.index] > 0 && c.covers(r) {
					t.Fatalf("%s of %s is on demand and %s of %s unused", w.left[i], r.price.usageType, w.capacity[c.index], c.arn)
				}
			}
		}
		for _, c := range f.commitments {
			if unused[c.index] != c.capacity(c.inForce(w.when)) || w.capacity[c.index] < 0 {
				t.Fatalf("%s can cover %s; used and unused are %s", c.arn, c.capacity(c.inForce(w.when)), unused[c.index])
			}
		}
	})
}
