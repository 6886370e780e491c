package sample

import "strings"

// discountKind is what a provider gives off, in the order it is given.
type discountKind int

const (
	privateRate discountKind = iota // a negotiated rate of storage
	bundled                         // NAT gateways beside a firewall
	enterprise                      // EDP, of what is left
	partner                         // SPP, of what is left then
	discountKinds
)

var discountNames = [discountKinds]string{"PrivateRateDiscount", "BundledDiscount", "EdpDiscount", "SppDiscount"}

var discountTypes = [discountKinds]lineType{privateRateDiscount, bundledDiscount, edpDiscount, sppDiscount}

// DiscountLayout is how an export shows negotiated discounts; "" of one without.
type DiscountLayout string

const (
	DiscountsAsLines   DiscountLayout = "lines"   // lines of their own
	DiscountsAsColumns DiscountLayout = "columns" // columns beside net costs
)

// given are the percents off, all rounded toward zero to ten digits.
var given = [discountKinds]units{10, 100, 3, 2}

// discount gives a line its discounts, zero or negative, where the month has
// them line by line. Usage and the fees of commitments have discounts; what a
// plan covers has none, since its negation takes it back.
func (m *month) discount(l *line) {
	if m.Discounts == "" || l.seller != m.provider || l.fenced() || l.cost <= 0 {
		return
	}
	rest := l.cost
	give := func(kind discountKind) {
		l.discounts[kind] = -rest.percent(given[kind])
		rest += l.discounts[kind]
	}
	switch {
	case l.kind == reservedFee || l.kind == planRecurring || l.kind == planUpfront || l.kind == fee && l.by != nil:
	case l.kind != usageLine:
		return
	case l.price.service.code == "AmazonS3" && l.price.family == "Storage":
		give(privateRate)
	case l.account == m.fleet.shielded() && strings.HasSuffix(l.price.usageType, "NatGateway-Hours"):
		give(bundled)
	}
	give(enterprise)
	give(partner)
}

// shielded is the account whose NAT gateways are bundled with a firewall.
func (f *fleet) shielded() *account { return f.accounts[len(f.accounts)/2] }

// discounted is an amount of a commitment after the discounts of its fees.
func discounted(amount units) units {
	amount -= amount.percent(given[enterprise])
	return amount - amount.percent(given[partner])
}

// allDiscounts is the sum of a line's discounts.
func (l *line) allDiscounts() (sum units) {
	for _, d := range l.discounts {
		sum += d
	}
	return sum
}

// net is the unblended cost after the line's own discounts.
func (l *line) net() units { return l.cost + l.allDiscounts() }

// netRate is the rate after the line's own discounts.
func (l *line) netRate() units {
	rate := l.rate
	for kind, d := range l.discounts {
		if d != 0 {
			rate -= rate.percent(given[kind])
		}
	}
	return rate
}

// netAmortized is what amortized is, after discounts.
func (l *line) netAmortized() units {
	switch {
	case l.isCommitted():
		return discounted(l.amortized())
	case l.by != nil: // upfront, and negations
		return 0
	}
	return l.net()
}

// discountLines are the lines that stand for all discounts of the month, for
// each account where there is room, else for all at the payer.
func (m *month) discountLines(room int) []func(before, closed *tally) line {
	sumUp := func(kind discountKind, accounts []*account, carrier *account) func(before, closed *tally) line {
		description := [...]string{"Private rate of storage", "NAT gateway bundled with AWS Network Firewall", "Enterprise Program Discount", "Solution Provider Program Discount"}[kind]
		return func(before, closed *tally) line {
			var amount units
			for _, a := range accounts {
				amount += before.discounts[kind][a.index] + closed.discounts[kind][a.index]
			}
			return m.once(discountTypes[kind], "Anniversary", computePrice, carrier, description, fixed(amount))(before, closed)
		}
	}
	everyone := m.fleet.everyone()
	var lines []func(before, closed *tally) line
	for kind := range discountKinds {
		switch {
		case kind == bundled:
			lines = append(lines, sumUp(kind, everyone, m.fleet.shielded()))
		case int(discountKinds)*len(everyone) > room:
			lines = append(lines, sumUp(kind, everyone, m.fleet.payer))
		default:
			for _, a := range everyone {
				lines = append(lines, sumUp(kind, []*account{a}, a))
			}
		}
	}
	return lines
}
