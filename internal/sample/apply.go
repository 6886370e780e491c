package sample

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
)

// part is the stretch of a line that one commitment pays for.
type part struct {
	by    *commitment
	hours units // of the line, in its own unit
	taken units // hours of the reserved size, or money of the plan
}

// turn is a commitment's turn in the provider's order with the resources it
// may cover in it, by their index, the first to be covered first.
type turn struct {
	by       *commitment
	eligible []int
}

// steps are the provider's order within an hour: reservations before plans,
// zonal before regional, EC2 plans before compute plans; the lines of the
// owner before those of the other accounts.
var steps = []struct {
	kinds []commitmentKind
	own   bool
}{
	{[]commitmentKind{zonalRI}, true}, {[]commitmentKind{regionalRI, reservedNode}, true},
	{[]commitmentKind{zonalRI}, false}, {[]commitmentKind{regionalRI, reservedNode}, false},
	{[]commitmentKind{ec2Plan}, true}, {[]commitmentKind{computePlan}, true},
	{[]commitmentKind{ec2Plan}, false}, {[]commitmentKind{computePlan}, false},
}

// turns puts commitments and what they may cover in order, once for all
// intervals: it depends on nothing that changes within a month.
func turns(commitments []*commitment, resources []*resource) []turn {
	byARN := slices.SortedFunc(slices.Values(commitments), func(a, b *commitment) int { return strings.Compare(a.arn, b.arn) })
	var all []turn
	for _, step := range steps {
		for _, c := range byARN {
			if !slices.Contains(step.kinds, c.kind) {
				continue
			}
			t := turn{by: c}
			for i, r := range resources {
				if (r.account == c.owner) == step.own && c.covers(r) {
					t.eligible = append(t.eligible, i)
				}
			}
			slices.SortFunc(t.eligible, func(i, j int) int { return c.rank(resources[i], resources[j]) })
			if len(t.eligible) > 0 {
				all = append(all, t)
			}
		}
	}
	return all
}

// rank orders lines by who is covered first: under a flexible reservation the
// smallest, under a plan the one with the highest saving and then the lowest
// rate; otherwise by account and id of the line.
func (c *commitment) rank(a, b *resource) int {
	order := 0
	switch {
	case c.isPlan():
		x, y := a.price.planRates[c.kind], b.price.planRates[c.kind]
		order = cmp.Or(compareProducts(x, b.price.rate, y, a.price.rate), cmp.Compare(x, y))
	case c.flexible():
		order = cmp.Compare(a.price.instance.factor, b.price.instance.factor)
	}
	return cmp.Or(order, strings.Compare(a.account.id, b.account.id), strings.Compare(a.key, b.key))
}

// compareProducts compares a×b with c×d; none is negative.
func compareProducts(a, b, c, d units) int {
	hi1, lo1 := bits.Mul64(uint64(a), uint64(b))
	hi2, lo2 := bits.Mul64(uint64(c), uint64(d))
	return cmp.Or(cmp.Compare(hi1, hi2), cmp.Compare(lo1, lo2))
}

// apply gives an interval's usage to the commitments in their turns. left is
// what is still on demand of each resource, capacity what is unused of each
// commitment; both are brought down. Parts are told in the order they are made.
func apply(order []turn, resources []*resource, left, capacity []units, tell func(resource int, p part)) {
	for _, t := range order {
		c := t.by
		for _, i := range t.eligible {
			rest := capacity[c.index]
			if rest == 0 {
				break
			}
			if left[i] == 0 {
				continue
			}
			price := resources[i].price
			hours, weight := left[i], c.weight(price)
			used, exact := weight.product(hours)
			if used >= rest {
				hours, _ = rest.quotient(weight)
				hours, exact = min(hours, left[i]), false
			}
			if !exact {
				hours = price.even(hours, weight)
				used = weight.times(hours)
			}
			if hours == 0 {
				continue
			}
			left[i] -= hours
			capacity[c.index] -= used
			tell(i, part{c, hours, c.taken(used)})
		}
	}
}

// even rounds a quantity down until it and what it takes of a commitment have
// exact costs. Tariffs are made so that there is nothing to round; where there
// is, a sliver of the commitment stays unused, rather than that an amount is
// not exact.
func (p *price) even(quantity, weight units) units {
	for digits := 10; ; digits-- {
		if quantity = quantity.down(digits); p.priceable(quantity, weight) {
			return quantity
		}
	}
}

// priceable tells whether a quantity has exact costs at the rates of its line.
func (p *price) priceable(quantity, weight units) bool {
	for _, rate := range [...]units{weight, p.rate, p.public, p.blended, p.factor()} {
		if _, exact := rate.product(quantity); !exact {
			return false
		}
	}
	return true
}

// factor is the normalized units of an hour, 0 where there is no instance.
func (p *price) factor() units {
	if p.instance == nil {
		return 0
	}
	return p.instance.factor
}
