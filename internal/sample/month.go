package sample

import (
	"slices"
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
	written   int   // of the intervals, those that are exported: all, once the month is over
	body      int64 // lines of all intervals
	closing   []func(before, closed *tally) line
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
	m.written = len(m.intervals)
	m.provider = &seller{"AWS", "Amazon Web Services, Inc.", 0, o.InvoiceID}
	market := ""
	if o.InvoiceID != "" {
		market = o.InvoiceID + "-MP"
	}
	m.market = []*seller{
		{"AWS Marketplace", "Harbor Software, Ltd.", 1, market},
		{"AWS Marketplace", "Northwind Security GmbH", 1, market},
	}
	m.fleet = newFleet(o, o.Lines*8/10/(31*24/step), step)
	m.closing = m.closingLines(int(o.Lines / 5))
	m.body = o.Lines - int64(len(m.closing))
	return m
}

// running leaves the month at the end of so many days.
func (m *month) running(days int) {
	hours := int64(days) * 24
	m.written = slices.IndexFunc(m.intervals, func(w interval) bool { return w.from >= hours })
}

// newInterval is the stretch that begins so many hours into the period.
func newInterval(p billing.Period, from, hours int64) interval {
	const seconds = "2006-01-02T15:04:05Z"
	start := p.Start().Add(time.Duration(from) * time.Hour)
	end := start.Add(time.Duration(hours) * time.Hour)
	return interval{from: from, start: stamp(start), end: stamp(end), id: start.Format(seconds) + "/" + end.Format(seconds), hours: hours}
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

// covered is a part of a line that a commitment pays for.
func (m *month) covered(r *resource, p part) line {
	l := m.onDemand(r, p.hours)
	l.by, l.taken, l.effective = p.by, p.taken, p.by.worth(p.taken)
	if p.by.isPlan() {
		l.kind = coveredUsage
		return l
	}
	l.kind = discountedUsage
	l.rate, l.cost = 0, 0
	l.description = p.by.reserves() + " reserved instance applied"
	return l
}

// reserves says what a reservation is of, which need not be the size that it
// covers.
func (c *commitment) reserves() string {
	return c.price.instance.system + ", " + c.price.instance.name()
}

func (m *month) negation(g *coverGroup) line {
	return line{
		kind: negation, billType: "Anniversary", seller: m.provider, account: g.account, price: g.price, resource: &g.resource,
		description: "SavingsPlanNegation used by AccountId : " + g.account.id + " and UsageSku : " + g.price.sku,
		hasUsage:    true, usage: g.usage,
		cost:       -g.cost,
		hasBlended: true, blended: -g.blended,
		by: g.plan,
	}
}

func (m *month) planFee(c *commitment, hours int64, unused units) line {
	cost := c.recurring * units(hours)
	return line{
		kind: planRecurring, billType: "Anniversary", seller: m.provider, account: c.owner, price: plansPrice, resource: nothing,
		description: c.described(),
		hasUsage:    true, usage: units(hours) * one,
		hasRate: true, rate: c.recurring, cost: cost,
		hasBlended: true, blendedRate: c.recurring, blended: cost,
		by: c, unused: unused,
	}
}

// described is a plan in words.
func (c *commitment) described() string {
	_, _, name := c.offering()
	return strconv.FormatInt(c.years, 10) + " year " + c.option + " " + name
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
