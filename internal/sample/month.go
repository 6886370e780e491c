package sample

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// dailyBelow is the number of lines below which a month is reported by day,
// since even an idle payer has more lines by the hour.
const dailyBelow = 15_000

// month is one payer's month, ready to be written line by line.
type month struct {
	Options
	layout    layout
	fleet     *fleet
	provider  *seller   // AWS itself
	market    []*seller // sellers of the marketplace
	whole     interval
	intervals []interval
	body      int64 // lines of all intervals
	closing   []func(*tally) line
	start     string // of the billing period
	end       string
}

func newMonth(o Options, l layout) *month {
	start, end := o.Period.Start(), o.Period.End()
	m := &month{Options: o, layout: l, start: stamp(start), end: stamp(end)}
	hours := int64(end.Sub(start) / time.Hour)
	m.whole = newInterval(o.Period, 0, hours)
	step := int64(1)
	if o.Lines < dailyBelow {
		step = 24
	}
	for at := int64(0); at < hours; at += step {
		m.intervals = append(m.intervals, newInterval(o.Period, at, step))
	}
	m.provider = &seller{"AWS", "Amazon Web Services, Inc.", 0, o.InvoiceID}
	market := ""
	if o.InvoiceID != "" {
		market = o.InvoiceID + "-MP"
	}
	m.market = []*seller{
		{"AWS Marketplace", "Harbor Software, Ltd.", 1, market},
		{"AWS Marketplace", "Northwind Security GmbH", 1, market},
	}
	m.fleet = newFleet(o, o.Lines*8/10/(31*24/step))
	m.closing = m.closingLines(int(o.Lines / 5))
	m.body = o.Lines - int64(len(m.closing))
	return m
}

// newInterval is the stretch that begins so many hours into the period.
func newInterval(p billing.Period, from, hours int64) interval {
	const seconds = "2006-01-02T15:04:05Z"
	start := p.Start().Add(time.Duration(from) * time.Hour)
	end := start.Add(time.Duration(hours) * time.Hour)
	return interval{start: stamp(start), end: stamp(end), id: start.Format(seconds) + "/" + end.Format(seconds), hours: hours}
}

// interval writes the lines of one hour or day: what runs all the time, the
// savings plans' own lines, and as much other usage as the month's number of
// lines leaves room for. It depends on nothing but the month and the number
// of the interval.
func (m *month) interval(number int, t *tally, write func(*line) error) error {
	w := &intervalWriter{
		month: m, when: &m.intervals[number], tally: t, write: write,
		rng:  newRand(m.Seed, m.Payer, m.Period.String(), strconv.Itoa(number)),
		used: make([]units, len(m.fleet.plans)),
	}
	n := int64(len(m.intervals))
	w.left = m.body*int64(number+1)/n - m.body*int64(number)/n
	for _, r := range m.fleet.steady {
		if w.rng.IntN(64) > 0 { // now and then it is switched off
			w.running(r)
		}
	}
	w.savingsPlans()
	w.usage(m.fleet.bursty)
	return w.err
}

// intervalWriter writes one interval.
type intervalWriter struct {
	month    *month
	when     *interval
	tally    *tally
	rng      *rand.Rand
	write    func(*line) error
	left     int64        // lines still to write
	used     []units      // of each plan's commitment
	negating []coverGroup // what negations are for, in the order of their first line
	err      error        // the first one; after it nothing is written
}

// coverGroup is what one negation is for.
type coverGroup struct {
	plan     *plan
	account  *account
	price    *price
	resource resource // has the zone alone
	hours    units
	cost     units
}

func (w *intervalWriter) put(l line) {
	if w.err != nil {
		return
	}
	l.month, l.when, l.id = w.month, w.when, w.month.lineID(w.rng)
	w.left--
	w.tally.add(&l, w.month.layout)
	w.err = w.write(&l)
}

// running writes what runs all the time: covered by a reservation, by a
// savings plan as far as it reaches, or on demand.
func (w *intervalWriter) running(r *resource) {
	quantity := r.hourly * units(w.when.hours)
	switch {
	case r.reservation != nil:
		w.put(w.month.reserved(r, quantity))
		w.tally.reservedHours[r.reservation.index] += quantity
	case r.plan != nil:
		covered := min(quantity, w.reach(r))
		if covered > 0 {
			w.put(w.month.covered(r, covered))
			w.cover(r, covered)
		}
		if covered < quantity {
			w.put(w.month.onDemand(r, quantity-covered))
		}
	default:
		w.put(w.month.onDemand(r, quantity))
	}
}

// reach is how many hours of r the rest of its plan's commitment pays for.
func (w *intervalWriter) reach(r *resource) units {
	rest := r.plan.commitment()*units(w.when.hours) - w.used[r.plan.index]
	hi, lo := bits.Mul64(uint64(rest), uint64(one))
	hours, _ := bits.Div64(hi, lo, uint64(planRate(r.price)))
	return units(hours).down(r.price.usageDigits)
}

func (w *intervalWriter) cover(r *resource, hours units) {
	w.used[r.plan.index] += planRate(r.price).times(hours)
	at := 0
	for ; at < len(w.negating); at++ {
		g := &w.negating[at]
		if g.plan == r.plan && g.account == r.account && g.price == r.price && g.resource.zone == r.zone {
			break
		}
	}
	if at == len(w.negating) {
		w.negating = append(w.negating, coverGroup{
			plan: r.plan, account: r.account, price: r.price,
			resource: resource{zone: r.zone, tags: untagged},
		})
	}
	w.negating[at].hours += hours
	w.negating[at].cost += r.price.rate.times(hours)
}

// savingsPlans writes the fee of each plan and what it negates.
func (w *intervalWriter) savingsPlans() {
	for _, p := range w.month.fleet.plans {
		whole := p.commitment() * units(w.when.hours)
		l := w.month.planFee(p, w.when.hours, whole-w.used[p.index])
		w.put(l)
		if w.month.layout.focus && l.unused > 0 {
			w.put(unusedLine(l))
		}
	}
	if w.month.layout.focus {
		return
	}
	for i := range w.negating {
		w.put(w.month.negation(&w.negating[i]))
	}
}

// usage fills the interval up: it takes just as many resources as lines are
// left, each with the same chance, in their order.
func (w *intervalWriter) usage(resources []*resource) {
	if w.left < 0 || w.left > int64(len(resources)) {
		w.err = fmt.Errorf("an interval of %s has room for %d more lines and %d resources; ask for more lines",
			w.month.Period, w.left, len(resources))
	}
	for i, r := range resources {
		if w.err != nil || w.left == 0 {
			return
		}
		if w.rng.Int64N(int64(len(resources)-i)) < w.left {
			w.put(w.month.onDemand(r, r.price.quantity(w.rng, w.when.hours)))
		}
	}
}

// quantity draws a usage that prices exactly; small ones are more frequent.
func (p *price) quantity(rng *rand.Rand, hours int64) units {
	if p.unit == "Hrs" {
		return units(hours) * one
	}
	g := grain(p.usageDigits)
	most := uint64(p.most*units(hours)/g) >> rng.IntN(7)
	return (1 + units(rng.Uint64N(most+1))) * g
}

// lineID is what identity/LineItemId looks like; FOCUS has none.
func (m *month) lineID(rng *rand.Rand) string {
	if m.layout.focus {
		return ""
	}
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	var id [52]byte
	var word uint64
	for i := range id {
		if i%12 == 0 {
			word = rng.Uint64()
		}
		id[i] = letters[word&31]
		word >>= 5
	}
	return string(id[:])
}

// The lines of an interval.

func (m *month) onDemand(r *resource, quantity units) line {
	p := r.price
	return line{
		kind: usageLine, billType: "Anniversary", seller: m.provider, account: r.account, price: p, resource: r,
		description: p.description,
		hasUsage:    true, usage: quantity,
		hasRate: true, rate: p.rate, cost: p.rate.times(quantity),
		hasBlended: true, blendedRate: p.blended, blended: p.blended.times(quantity),
		hasPublic: true, public: p.public.times(quantity),
	}
}

func (m *month) covered(r *resource, hours units) line {
	l := m.onDemand(r, hours)
	l.kind, l.plan = coveredUsage, r.plan
	l.effective = planRate(r.price).times(hours)
	return l
}

func (m *month) reserved(r *resource, hours units) line {
	l := m.onDemand(r, hours)
	l.kind, l.reservation = discountedUsage, r.reservation
	l.rate, l.cost = 0, 0
	l.effective = (r.reservation.upfront + r.reservation.recurring).times(hours)
	l.description = r.price.instance.system + ", " + r.price.instance.name() + " reserved instance applied"
	return l
}

func (m *month) negation(g *coverGroup) line {
	return line{
		kind: negation, billType: "Anniversary", seller: m.provider, account: g.account, price: g.price, resource: &g.resource,
		description: "SavingsPlanNegation used by AccountId : " + g.account.id + " and UsageSku : " + g.price.sku,
		hasUsage:    true, usage: g.hours,
		cost:       -g.cost,
		hasBlended: true, blended: -g.price.blended.times(g.hours),
		plan: g.plan,
	}
}

func (m *month) planFee(p *plan, hours int64, unused units) line {
	cost := p.recurring * units(hours)
	return line{
		kind: planRecurring, billType: "Anniversary", seller: m.provider, account: p.owner, price: plansPrice, resource: nothing,
		description: "1 year " + p.option + " Compute Savings Plan",
		hasUsage:    true, usage: units(hours) * one,
		hasRate: true, rate: p.recurring, cost: cost,
		hasBlended: true, blendedRate: p.recurring, blended: cost,
		plan: p, unused: unused,
	}
}

// unusedLine is the FOCUS line for what a fee paid for and nobody used.
func unusedLine(fee line) line {
	fee.kind = unusedCommitment
	fee.hasUsage, fee.hasRate, fee.hasBlended, fee.hasPublic = false, false, false, false
	fee.usage, fee.rate, fee.cost, fee.blended, fee.blendedRate, fee.public = 0, 0, 0, 0, 0, 0
	fee.effective, fee.unused = fee.unused, 0
	fee.description += ", unused commitment"
	return fee
}
