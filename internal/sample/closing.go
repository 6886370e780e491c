package sample

import "strconv"

// untagged is the set of no tags, nothing the resource of lines without one.
var (
	untagged = newTagSet(make([]string, len(tagColumns)), "")
	nothing  = &resource{tags: untagged}
)

// Prices of lines that name a product and no usage type.
var (
	plansPrice    = plain(serviceByCode["ComputeSavingsPlans"], "")
	supportPrice  = plain(serviceByCode["AWSSupportBusiness"], "AWS Support")
	domainPrice   = plain(serviceByCode["AmazonRegistrar"], "DNS Domain Names")
	computePrice  = plain(serviceByCode["AmazonEC2"], "")
	dataPrice     = plain(serviceByCode["AmazonAthena"], "")
	networkPrice  = plain(serviceByCode["AmazonVPC"], "")
	logsPrice     = plain(serviceByCode["5ycu1m7d0bq9x2k8w4p6r3t1z"], "")
	endpointPrice = plain(serviceByCode["8ncf3v6h2jt5y9s1g7l4e0d2a"], "")
)

// closingLines are the lines that stand once a month, at the end of the last
// file: fees of commitments, the marketplace, support, credits, discounts and
// tax. How many there are is known before a line is written, what they amount
// to only when all usage is summed up. Fees of commitments are always there;
// of the others no more than room for.
func (m *month) closingLines(room int) []func(before, closed *tally) line {
	var must, may []func(before, closed *tally) line
	for _, c := range m.fleet.commitments {
		if !c.isPlan() {
			must = append(must, func(before, _ *tally) line { return m.reservationFee(c, before) })
			if m.layout.focus {
				must = append(must, func(before, _ *tally) line { return unusedLine(m.reservationFee(c, before)) })
			}
		}
		if c.boughtNow && c.upfront > 0 {
			must = append(must, func(_, _ *tally) line { return m.upfrontFee(c) })
		}
	}
	accounts := m.fleet.accounts
	some := accounts[0]
	other := accounts[len(accounts)/2]
	may = append(may,
		m.once(fee, "Purchase", supportPrice, m.fleet.payer, "AWS Support (Business), 10% of monthly AWS usage for the first $0-$10K", percentOfAll(10)),
		m.once(credit, "Anniversary", computePrice, some, "AWS_PROMOTIONAL_CREDITS, \"migration program\"", percentOfAccount(some, -2)),
		m.once(refund, "Refund", dataPrice, other, "Refund for service disruption, case 71920431", percentOfAccount(other, -1-units(m.Restate))),
		m.once(fee, "Purchase", domainPrice, some, "Registration of example.com", fixed(14*one)),
		m.once(tax, "Anniversary", computePrice, m.fleet.payer, "Tax for product code AWSSupportBusiness", percentOfAll(1)),
	)
	switch m.Discounts {
	case "":
		may = append(may,
			m.once(edpDiscount, "Anniversary", computePrice, m.fleet.payer, "Enterprise Program Discount", percentOfAll(-3)),
			m.once(sppDiscount, "Anniversary", computePrice, m.fleet.payer, "Solution Provider Program Discount", percentOfAll(-2)),
			m.once(bundledDiscount, "Anniversary", networkPrice, other, "NAT Gateway bundled with AWS Network Firewall", percentOfAccount(other, -1)),
		)
	case DiscountsAsLines:
		must = append(must, m.discountLines((room-len(must))/2)...)
	}
	if m.Discounts != "" {
		may = append(may, m.once(refund, "Refund", supportPrice, m.fleet.payer, "Refund - AWS Solution Provider Program, discount on support", percentOfAll(-1)))
	}
	for i, a := range accounts[:min(len(accounts), 1+len(accounts)/20)] {
		may = append(may, m.logs(a, int64(40+7*i)), m.endpoints(a, units(120+10*i)*one))
	}
	for _, a := range accounts {
		may = append(may, m.once(tax, "Anniversary", computePrice, a, "Tax for product code AmazonEC2", percentOfAccount(a, 10)))
	}
	return append(must, may[:min(len(may), max(0, room-len(must)))]...)
}

// close writes the closing lines from the sums of all that was written before.
func (m *month) close(before, t *tally, write func(*line) error) error {
	for i, build := range m.closing {
		l := build(before, t)
		l.month = m
		if l.when == nil {
			l.when = &m.whole
		}
		l.id = m.lineID(newRand(m.Seed, m.Payer, m.Period.String(), "closing", strconv.Itoa(i)), nothing, 0)
		m.discount(&l)
		t.add(&l, m.layout)
		if err := write(&l); err != nil {
			return err
		}
	}
	return nil
}

// once is a line of nothing but an amount.
func (m *month) once(kind lineType, billType string, p *price, a *account, description string, amount func(*tally) units) func(before, closed *tally) line {
	return func(before, _ *tally) line {
		cost := amount(before)
		l := line{
			kind: kind, billType: billType, seller: m.provider, account: a, price: p, resource: nothing,
			description: description, cost: cost,
		}
		switch kind {
		case tax:
			l.taxType = "CT"
			l.hasUsage, l.usage = true, one
		case fee:
			l.hasUsage, l.usage = true, one
			l.hasRate, l.rate = true, cost
		}
		if kind == fee || kind == tax || kind == credit || kind == refund {
			l.hasBlended, l.blended = true, cost // blank on discounts
		}
		return l
	}
}

// Amounts of closing lines, in whole cents.

func fixed(amount units) func(*tally) units { return func(*tally) units { return amount } }

func percentOfAll(percent units) func(*tally) units {
	return func(t *tally) units { return percentOf(t.unblended, percent) }
}

func percentOfAccount(a *account, percent units) func(*tally) units {
	return func(t *tally) units { return percentOf(t.byAccount[a.index], percent) }
}

func percentOf(base sum, percent units) units {
	hundredth := max(0, base.units()) / 100
	return (hundredth * percent) / cent * cent
}

// logs is metered usage bought on the marketplace.
func (m *month) logs(a *account, gigabytes int64) func(before, closed *tally) line {
	const rate = one / 4
	quantity := units(gigabytes) * one
	cost := rate * units(gigabytes)
	return func(_, _ *tally) line {
		return line{
			kind: usageLine, billType: "Anniversary", seller: m.market[0], account: a, price: logsPrice, resource: nothing,
			description: "Harbor Log Insights, $0.25 per GB ingested, \"pay as you go\"",
			hasUsage:    true, usage: quantity, hasRate: true, rate: rate, cost: cost,
			hasBlended: true, blendedRate: rate, blended: cost,
		}
	}
}

// endpoints is a contract bought on the marketplace.
func (m *month) endpoints(a *account, price units) func(before, closed *tally) line {
	return func(_, _ *tally) line {
		return line{
			kind: fee, billType: "Purchase", seller: m.market[1], account: a, price: endpointPrice, resource: nothing,
			description: "Northwind Endpoint Shield, 10 endpoints, 12 months",
			hasUsage:    true, usage: one, hasRate: true, rate: price, cost: price,
			hasBlended: true, blendedRate: price, blended: price,
		}
	}
}

// reservationFee is the recurring fee of the month for all of a reservation's
// instances, used or not; it is there even where it is zero. One bought within
// the month is for the hours from then on.
func (m *month) reservationFee(c *commitment, t *tally) line {
	hours := units((m.whole.hours-c.from)*c.count) * one
	unused := hours
	for _, taken := range t.taken[c.index] {
		unused -= taken
	}
	l := line{
		kind: reservedFee, billType: "Anniversary", seller: m.provider, account: c.owner, price: c.price, resource: nothing,
		description: c.reserves() + " reserved instance, " + c.option,
		hasUsage:    true, usage: hours,
		hasRate: true, rate: c.recurring, cost: c.recurring.times(hours),
		hasBlended: true, blended: 0,
		by: c, reserved: hours, unusedHours: unused, unused: c.worth(unused),
	}
	if c.zone != "" {
		l.resource = &resource{zone: c.zone, tags: untagged}
	}
	if c.from > 0 {
		rest := newInterval(m.Period, c.from, m.whole.hours-c.from)
		l.when = &rest
	}
	return l
}

// upfrontFee is what was paid for the whole term when the commitment was bought.
func (m *month) upfrontFee(c *commitment) line {
	each := c.upfront * units(c.termHours())
	l := line{
		kind: fee, billType: "Purchase", seller: m.provider, account: c.owner, price: c.price, resource: nothing,
		hasUsage: true, usage: units(c.count) * one,
		hasRate: true, rate: each, cost: each * units(c.count),
		by: c, reserved: units(c.count*c.termHours()) * one,
	}
	if c.isPlan() {
		l.kind, l.price = planUpfront, plansPrice
		l.description = c.described() + ", upfront fee"
		return l
	}
	l.description = "Sign up charge for subscription: " + c.subscription + ", " + c.price.instance.name()
	return l
}
