package sample

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// paymentOptions take turns.
var paymentOptions = []string{"No Upfront", "Partial Upfront", "All Upfront"}

// midMonth is the reservation that is bought within the month, by its index,
// and midHour the hour of the month in which it is.
const (
	midMonth = 1
	midHour  = 14*24 + 10
)

// commit buys reservations and savings plans. Some are for less than what
// runs, some for more; some belong to accounts that use none of what they
// cover. Months of fewer lines than a few an interval have none.
func (f *fleet) commit(o Options, perSlot, step int64) {
	b := &buyer{fleet: f, options: o, midHour: midHour / step * step}
	for _, r := range f.steady {
		if r.price.instance != nil {
			b.running = append(b.running, r)
		}
		if r.price.planRates[computePlan] > 0 {
			b.eligible = append(b.eligible, r)
		}
	}
	reservations, plans := min(40, max(1, len(b.running)/4)), min(len(planMix), 1+int(perSlot/40))
	if o.Commitments > 0 {
		plans = (o.Commitments + 5) / 10
		reservations = o.Commitments - plans
	}
	if perSlot >= 12 {
		b.reserve(reservations)
	}
	if perSlot >= 16 && len(b.eligible) > 0 {
		b.plan(plans)
	}
}

// buyer makes a fleet's commitments.
type buyer struct {
	fleet    *fleet
	options  Options
	midHour  int64
	running  []*resource // instances, by price
	eligible []*resource // for compute plans, by price
}

// wanted are the kinds of reservations, which take turns.
var wanted = []struct {
	kind            commitmentKind
	service, system string // any where empty
}{
	{regionalRI, "AmazonEC2", "Linux"}, {zonalRI, "AmazonEC2", ""}, {reservedNode, "AmazonRDS", ""},
	{regionalRI, "AmazonEC2", "Windows"}, {reservedNode, "AmazonElastiCache", ""}, {reservedNode, "AmazonES", ""},
}

// reserve buys at most so many reservations, each for another price, the most
// used of its kind first.
func (b *buyer) reserve(most int) {
	groups := byPriceRuns(b.running)
	if b.options.Commitments > 0 {
		groups = cut(groups, max(1, len(b.running)/most))
	}
	slices.SortStableFunc(groups, func(a, b []*resource) int { return cmp.Compare(len(b), len(a)) })
	for turn, missed := 0, 0; missed < len(wanted) && len(b.fleet.commitments) < most; turn++ {
		want := wanted[turn%len(wanted)]
		fits := func(g []*resource) bool {
			p := g[0].price
			return p.service.code == want.service && (want.system == "" || p.instance.system == want.system)
		}
		at := slices.IndexFunc(groups, func(g []*resource) bool {
			return fits(g) && (want.kind != regionalRI || b.smallerSize(g[0].price))
		})
		if at < 0 {
			at = slices.IndexFunc(groups, fits)
		}
		if at < 0 {
			missed++
			continue
		}
		missed = 0
		b.reserveOne(want.kind, groups[at])
		groups = slices.Delete(groups, at, at+1)
	}
}

// smallerSize tells whether a smaller size of a price's family runs beside it,
// which a flexible reservation covers first and one of Windows does not.
func (b *buyer) smallerSize(p *price) bool {
	return slices.ContainsFunc(b.running, func(r *resource) bool {
		other := r.price
		return other.service == p.service && other.region == p.region && other.instance.family == p.instance.family &&
			other.instance.system == p.instance.system && other.instance.factor < p.instance.factor
	})
}

// byPriceRuns cuts resources that are sorted by price into those of one price.
func byPriceRuns(sorted []*resource) [][]*resource {
	var runs [][]*resource
	for i, r := range sorted {
		if i == 0 || sorted[i-1].price != r.price {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], r)
	}
	return runs
}

// cut divides groups into some of at most so many.
func cut(groups [][]*resource, size int) (pieces [][]*resource) {
	for _, g := range groups {
		pieces = slices.AppendSeq(pieces, slices.Chunk(g, size))
	}
	return pieces
}

func (b *buyer) reserveOne(kind commitmentKind, group []*resource) {
	index := len(b.fleet.commitments)
	c := &commitment{
		index: index, kind: kind, price: group[0].price, owner: b.owner(index, group),
		option: paymentOptions[index%len(paymentOptions)], class: "standard", years: 1,
	}
	running := int64(len(group))
	if kind == zonalRI {
		c.zone, running = group[0].zone, 0
		for _, r := range group {
			if r.zone == c.zone {
				running++
			}
		}
	}
	c.count = [...]int64{(running + 2) / 3, running + 1, (running + 1) / 2}[index%3]
	percent := c.price.instance.reservedPercent
	if index%4 == 3 {
		c.class, percent = "convertible", percent+4
	}
	if index%5 == 2 || index%5 == 4 {
		c.years, percent = 3, percent-12
	}
	// Five digits: a part of an hour of one reservation has four, and discounts need two.
	c.pay((c.price.rate * percent / 100).down(5))
	if index == midMonth {
		c.from = b.midHour
		c.start, c.boughtNow = b.options.Period.Start().Add(time.Duration(c.from)*time.Hour), true
	} else {
		c.start, c.boughtNow = bought(b.options.Period, index)
	}
	id := newRand(b.options.Seed, "reservation", b.options.Payer, strconv.Itoa(index), c.start.String())
	c.subscription = strconv.FormatInt(1_000_000_000+id.Int64N(9_000_000_000), 10)
	place := c.price.region.code + ":" + c.owner.id
	switch c.price.service.code {
	case "AmazonEC2":
		c.arn = "arn:aws:ec2:" + place + ":reserved-instances/" + uuid(id)
	case "AmazonRDS":
		c.arn = fmt.Sprintf("arn:aws:rds:%s:ri:ri-%s-%d", place, c.start.Format("2006-01-02"), index)
	case "AmazonElastiCache":
		c.arn = fmt.Sprintf("arn:aws:elasticache:%s:reserved-instance:ri-%s-%d", place, c.start.Format("2006-01-02"), index)
	default:
		c.arn = "arn:aws:es:" + place + ":reserved-instances/" + uuid(id)
	}
	b.fleet.commitments = append(b.fleet.commitments, c)
}

// owner is who buys the commitment of an index for some resources: one who
// uses them, one who may not, or the payer.
func (b *buyer) owner(index int, users []*resource) *account {
	owner := users[0].account
	switch index % 3 {
	case 1:
		owner = b.fleet.accounts[(7*index+3)%len(b.fleet.accounts)]
	case 2:
		owner = b.fleet.payer
	}
	if owner.moves {
		return b.fleet.payer // whose commitments stay
	}
	return owner
}

// planMix are the plans of a fleet, which take turns: for how much of the
// demand for what.
var planMix = []struct {
	kind    commitmentKind
	family  int   // of EC2 plans, by demand
	percent units // of demand
}{{computePlan, 0, 35}, {ec2Plan, 0, 40}, {computePlan, 0, 20}, {ec2Plan, 1, 180}, {ec2Plan, 0, 25}, {computePlan, 0, 8}}

// plan buys so many savings plans. Where they are more than the mix has, each
// is for a part of what it would be for.
func (b *buyer) plan(count int) {
	families := b.families()
	first := len(b.fleet.commitments)
	rounds := units(max(1, (count+len(planMix)-1)/len(planMix)))
	for n := range count {
		want := planMix[n%len(planMix)]
		users := b.eligible
		if want.kind == ec2Plan {
			if want.family >= len(families) {
				continue
			}
			users = families[want.family]
		}
		index := len(b.fleet.commitments)
		c := &commitment{
			index: index, kind: want.kind, price: users[0].price, owner: b.owner(index-first, users),
			count: 1, option: paymentOptions[(index-first+1)%len(paymentOptions)], years: 1,
		}
		if n%3 == 1 {
			c.years = 3
		}
		hour := (demand(users, want.kind) * want.percent / 100 / rounds).down(3)
		c.pay(max(hour, one/1000))
		c.start, c.boughtNow = bought(b.options.Period, index-first+1)
		id := newRand(b.options.Seed, "plan", b.options.Payer, strconv.Itoa(index), c.start.String())
		c.arn = fmt.Sprintf("arn:aws:savingsplans::%s:savingsplan/%s", c.owner.id, uuid(id))
		b.fleet.commitments = append(b.fleet.commitments, c)
	}
}

// families are the running instances that EC2 plans are for, of one family and
// region each, the one with the highest demand first.
func (b *buyer) families() [][]*resource {
	var all [][]*resource
	for _, r := range b.running {
		if r.price.planRates[ec2Plan] == 0 {
			continue
		}
		at := slices.IndexFunc(all, func(g []*resource) bool {
			return g[0].price.region == r.price.region && g[0].price.instance.family == r.price.instance.family
		})
		if at < 0 {
			at = len(all)
			all = append(all, nil)
		}
		all[at] = append(all[at], r)
	}
	slices.SortStableFunc(all, func(a, b []*resource) int { return cmp.Compare(demand(b, ec2Plan), demand(a, ec2Plan)) })
	return all
}

// demand is what an hour of all instances among the resources costs under a
// kind of plan.
func demand(resources []*resource, kind commitmentKind) units {
	var sum units
	for _, r := range resources {
		if r.price.instance != nil {
			sum += r.price.planRates[kind]
		}
	}
	return sum
}

// pay splits an hour's money by payment option.
func (c *commitment) pay(hour units) {
	switch c.option {
	case "All Upfront":
		c.upfront = hour
	case "Partial Upfront":
		c.upfront = (hour / 2).down(5)
	}
	c.recurring = hour - c.upfront
}

// bought says when a commitment began. Every second one is bought anew on the
// first day of the quarter; the others began in a quarter before it.
func bought(month billing.Period, index int) (start time.Time, now bool) {
	quarter := month
	for (quarter.Month()-1)%3 != 0 {
		quarter = quarter.Previous()
	}
	if index%2 == 1 {
		return quarter.Start(), quarter == month
	}
	return quarter.Start().AddDate(0, -6, 0), false
}
