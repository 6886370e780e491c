package sample

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// account is a linked account of the payer, or the payer itself.
type account struct {
	index  int // in totals
	id     string
	name   string
	region *region // where most of it runs
}

// resource is something that is used: an instance, a volume, a bucket.
type resource struct {
	account     *account
	price       *price
	id          string
	zone        string
	tags        *tagSet
	hourly      units        // of what runs all the time, else 0
	reservation *reservation // that covers it, or nil
	plan        *plan        // that covers it, or nil
}

// tagSet is a set of tags and the cost category that follows from it.
type tagSet struct {
	values     []string // aligned with tagColumns
	department string
	cur2       string // resource_tags as JSON
	focus      string // Tags as JSON
	categories string // cost_category as JSON
}

// fleet is everything one payer has. It depends on the seed, the payer and
// the size of a month, not on the month, so months follow on each other.
type fleet struct {
	payer        *account
	accounts     []*account
	steady       []*resource // instances and volumes, by price
	bursty       []*resource // all the rest, by price
	reservations []*reservation
	plans        []*plan
}

var (
	teamNames   = []string{"payments", "search", "platform", "mobile", "data", "ml", "web", "crm", "iot", "games", "media", "security"}
	stageNames  = []string{"prod", "staging", "dev", "sandbox"}
	projects    = []string{"alpha", "beta", "gamma", "delta", "omega", "atlas", "harbor", "kite"}
	departments = []string{"Engineering", "Marketing", "Research, \"Special\"", "Operations"}
)

const firstAccount = 200000000001

// newFleet builds a fleet for so many lines an interval.
func newFleet(o Options, perSlot int64) *fleet {
	rng := newRand(o.Seed, "fleet", o.Payer)
	f := &fleet{}
	for i := range o.Accounts {
		f.accounts = append(f.accounts, &account{
			index:  i,
			id:     fmt.Sprintf("%012d", o.FirstAccount+i),
			name:   accountName(i),
			region: &regions[pick(rng, 1+rng.IntN(len(regions)))],
		})
	}
	f.payer = &account{index: o.Accounts, id: o.Payer, name: "management-" + o.Payer, region: &regions[0]}
	tags := newTagSets(rng)

	steady := int(perSlot * 45 / 100)
	machines := steady * 60 / 100
	for i := range steady {
		a := f.owner(rng, i)
		r := &resource{account: a, tags: tags[rng.IntN(len(tags))]}
		if i < machines {
			r.price = atHome(rng, instancePrices, a)
			r.hourly = one
		} else {
			r.price = atHome(rng, meteredPrices[:2*len(regions)], a) // the two kinds of volumes
			gigabytes := units(8 << rng.IntN(8))
			r.hourly = (gigabytes * one / 744).down(r.price.usageDigits)
		}
		r.locate(rng)
		f.steady = append(f.steady, r)
	}
	for i := range int(2*perSlot) + o.Accounts + 400 {
		a := f.owner(rng, i)
		r := &resource{account: a, tags: tags[rng.IntN(len(tags))], price: atHome(rng, meteredPrices, a)}
		r.locate(rng)
		f.bursty = append(f.bursty, r)
	}
	byPrice := func(a, b *resource) int {
		if c := strings.Compare(a.price.service.code, b.price.service.code); c != 0 {
			return c
		}
		if c := strings.Compare(a.price.usageType, b.price.usageType); c != 0 {
			return c
		}
		return strings.Compare(a.price.operation, b.price.operation)
	}
	slices.SortStableFunc(f.steady, byPrice)
	slices.SortStableFunc(f.bursty, byPrice)
	f.commit(o, perSlot)
	return f
}

// accountName is what the provider's organization calls its i-th account.
func accountName(i int) string {
	return teamNames[i%len(teamNames)] + "-" + stageNames[i/len(teamNames)%len(stageNames)] + "-" + strconv.Itoa(i+1)
}

// owner gives everyone something first, then more to the large accounts.
func (f *fleet) owner(rng *rand.Rand, i int) *account {
	if i < len(f.accounts) {
		return f.accounts[i]
	}
	return f.accounts[pick(rng, len(f.accounts))]
}

// pick returns an index below n; small ones are more likely.
func pick(rng *rand.Rand, n int) int { return rng.IntN(1 + rng.IntN(n)) }

// atHome picks a price, in the account's own region three times out of four.
func atHome(rng *rand.Rand, prices []*price, a *account) *price {
	kind := rng.IntN(len(prices) / len(regions))
	r := rng.IntN(len(regions))
	if rng.IntN(4) > 0 {
		r = slices.IndexFunc(regions, func(r region) bool { return r.code == a.region.code })
	}
	return prices[kind*len(regions)+r]
}

// locate gives a resource its id and zone.
func (r *resource) locate(rng *rand.Rand) {
	if r.price.resource != "" {
		name := strings.NewReplacer("REGION", r.price.region.code, "ACCOUNT", r.account.id).Replace(r.price.resource)
		r.id = fmt.Sprintf("%s%016x%x", name, rng.Uint64(), rng.IntN(16))
	}
	if r.price.instance != nil {
		r.zone = r.price.region.code + string(rune('a'+rng.IntN(3)))
	}
}

// newTagSets makes the sets that resources share; the first is empty, as on
// most lines.
func newTagSets(rng *rand.Rand) []*tagSet {
	sets := []*tagSet{newTagSet(make([]string, len(tagColumns)), ""), newTagSet(make([]string, len(tagColumns)), "")}
	for i := range 60 {
		team := teamNames[rng.IntN(len(teamNames))]
		stage := stageNames[pick(rng, len(stageNames))]
		values := []string{
			fmt.Sprintf("IAMUser:AIDA%016X:%s", rng.Uint64(), team),
			fmt.Sprintf("%s-%s-%02d", team, stage, i),
			stage,
			fmt.Sprintf("cc-%04d", 1000+rng.IntN(40)),
			projects[rng.IntN(len(projects))],
			team,
		}
		sets = append(sets, newTagSet(values, departments[rng.IntN(len(departments))]))
	}
	return sets
}

func newTagSet(values []string, department string) *tagSet {
	cur2, focus, categories := map[string]string{}, map[string]string{}, map[string]string{}
	for i, v := range values {
		if v != "" {
			cur2[snake(strings.ReplaceAll(tagColumns[i], ":", "_"))] = v
			focus[strings.TrimPrefix(tagColumns[i], "user:")] = v
		}
	}
	if department != "" {
		categories["department"] = department
	}
	return &tagSet{values, department, jsonMap(cur2), jsonMap(focus), jsonMap(categories)}
}

// reservation is a number of reserved instances bought together.
type reservation struct {
	index        int
	arn          string
	subscription string
	owner        *account
	price        *price
	count        int64
	upfront      units // of one hour of one instance, amortized
	recurring    units // of one hour of one instance
	option       string
	start        billing.Period
	boughtNow    bool // its upfront fee is in this month
}

// plan is a savings plan: so much money an hour.
type plan struct {
	index     int
	arn       string
	owner     *account
	upfront   units // of one hour, amortized
	recurring units // of one hour
	option    string
	start     billing.Period
	boughtNow bool
}

func (p *plan) commitment() units { return p.upfront + p.recurring }

// termHours is the term of every commitment here: a year of 365 days.
const termHours = 8760

// paymentOptions take turns.
var paymentOptions = []string{"No Upfront", "Partial Upfront", "All Upfront"}

// upfrontPart splits an hour's money by payment option.
func upfrontPart(option string, hour units) units {
	switch option {
	case "All Upfront":
		return hour
	case "Partial Upfront":
		return (hour / 2).down(6)
	}
	return 0
}

// commit buys reservations and savings plans for a part of the instances.
// Each reservation has one instance more than it covers, so that some of it
// is always unused. Months of fewer lines than a few an interval have none.
func (f *fleet) commit(o Options, perSlot int64) {
	var running []*resource
	for _, r := range f.steady {
		if r.price.instance != nil {
			running = append(running, r)
		}
	}
	if perSlot >= 12 {
		f.reserve(o, running)
	}
	if perSlot >= 16 {
		f.plan(o, running, int(min(4, 1+perSlot/60)))
	}
}

func (f *fleet) reserve(o Options, running []*resource) {
	most := min(40, max(1, len(running)/6))
	for first := 0; first < len(running) && len(f.reservations) < most; {
		last := first + 1
		for last < len(running) && running[last].price == running[first].price {
			last++
		}
		covered := running[first : first+(last-first+2)/3]
		first = last

		index := len(f.reservations)
		p := covered[0].price
		hour := (p.rate * p.instance.reservedPercent / 100).down(6)
		option := paymentOptions[index%len(paymentOptions)]
		ri := &reservation{
			index: index, owner: covered[0].account, price: p, count: int64(len(covered)) + 1,
			option: option, upfront: upfrontPart(option, hour),
		}
		ri.recurring = hour - ri.upfront
		ri.start, ri.boughtNow = bought(o.Period, index)
		id := newRand(o.Seed, "reservation", o.Payer, strconv.Itoa(index), ri.start.String())
		ri.subscription = strconv.FormatInt(1_000_000_000+id.Int64N(9_000_000_000), 10)
		if p.service.code == "AmazonRDS" {
			ri.arn = fmt.Sprintf("arn:aws:rds:%s:%s:ri:ri-%s-%d", p.region.code, ri.owner.id, ri.start, index)
		} else {
			ri.arn = fmt.Sprintf("arn:aws:ec2:%s:%s:reserved-instances/%s", p.region.code, ri.owner.id, uuid(id))
		}
		for _, r := range covered {
			r.reservation = ri
		}
		f.reservations = append(f.reservations, ri)
	}
}

func (f *fleet) plan(o Options, running []*resource, count int) {
	need := make([]units, count)
	owners := make([]*account, count)
	members := make([][]*resource, count)
	eligible := 0
	for _, r := range running {
		if r.reservation != nil || r.price.instance.savingsPlanPercent == 0 {
			continue
		}
		eligible++
		if eligible%3 != 1 {
			continue
		}
		k := eligible / 3 % count
		need[k] += planRate(r.price)
		members[k] = append(members[k], r)
		owners[k] = members[k][0].account
	}
	for k := range count {
		if need[k] == 0 {
			continue
		}
		index := len(f.plans)
		hour := (need[k] * 97 / 100).down(3) // a little too small, so that a line is split now and then
		if hour == 0 {
			hour = need[k]
		}
		option := paymentOptions[(index+1)%len(paymentOptions)]
		sp := &plan{index: index, owner: owners[k], option: option, upfront: upfrontPart(option, hour)}
		sp.recurring = hour - sp.upfront
		sp.start, sp.boughtNow = bought(o.Period, index+1)
		id := newRand(o.Seed, "plan", o.Payer, strconv.Itoa(index), sp.start.String())
		sp.arn = fmt.Sprintf("arn:aws:savingsplans::%s:savingsplan/%s", sp.owner.id, uuid(id))
		for _, r := range members[k] {
			r.plan = sp
		}
		f.plans = append(f.plans, sp)
	}
}

// planRate is the price of an hour under a savings plan.
func planRate(p *price) units { return (p.rate * p.instance.savingsPlanPercent / 100).down(6) }

// bought says when a commitment began. Every second one is bought anew on the
// first day of the quarter; the others began in a quarter before it.
func bought(month billing.Period, index int) (start billing.Period, now bool) {
	start = month
	for (start.Month()-1)%3 != 0 {
		start = start.Previous()
	}
	if index%2 == 1 {
		return start, start == month
	}
	return billing.PeriodOf(start.Start().AddDate(0, -6, 0)), false
}

// newRand is the source of all that looks like chance: the same words, the
// same numbers.
func newRand(seed uint64, words ...string) *rand.Rand {
	hash := fnv.New64a()
	for _, w := range words {
		fmt.Fprintf(hash, "%d %s ", len(w), w)
	}
	return rand.New(rand.NewPCG(seed, hash.Sum64()))
}

// uuid draws an id in the form of a version 4 UUID.
func uuid(rng *rand.Rand) string {
	a, b := rng.Uint64(), rng.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0xfff, b&0xffffffffffff)
}

// stamp writes a time as the provider does in its columns.
func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }
