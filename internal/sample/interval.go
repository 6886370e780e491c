package sample

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// interval writes the lines of one hour or day: what runs all the time, the
// savings plans' own lines, and as much other usage as the month's number of
// lines leaves room for. It depends on nothing but the month and the number
// of the interval.
func (m *month) interval(number int, t *tally, write func(*line) error) error {
	w := m.newInterval(number, t, write)
	w.run()
	for i, r := range m.fleet.steady {
		w.running(r, w.used[i], w.left[i], w.parts[i])
	}
	w.savingsPlans()
	w.splitCost()
	w.usage(m.fleet.bursty)
	return w.err
}

func (m *month) newInterval(number int, t *tally, write func(*line) error) *intervalWriter {
	words := []string{m.Payer, m.Period.String(), strconv.Itoa(number)}
	if m.Restate > 0 && number == len(m.intervals)-1 {
		words = append(words, "restated", strconv.Itoa(m.Restate))
	}
	w := &intervalWriter{
		month: m, when: &m.intervals[number], tally: t, write: write, rng: newRand(m.Seed, words...),
		used:     make([]units, len(m.fleet.steady)),
		left:     make([]units, len(m.fleet.steady)),
		capacity: make([]units, len(m.fleet.commitments)),
		parts:    make(map[int][]part),
		negating: make(map[coverKey]int),
	}
	n := int64(len(m.intervals))
	w.room = m.body*int64(number+1)/n - m.body*int64(number)/n
	return w
}

// intervalWriter writes one interval.
type intervalWriter struct {
	month      *month
	when       *interval
	tally      *tally
	rng        *rand.Rand
	write      func(*line) error
	room       int64            // lines still to write
	used, left []units          // of each steady resource: what it used, and what of it is on demand
	capacity   []units          // of each commitment: what is unused
	parts      map[int][]part   // of each steady resource that commitments cover
	negations  []coverGroup     // in the order of their first line
	negating   map[coverKey]int // index into negations
	err        error            // the first one; after it nothing is written
}

// coverKey is what one negation is for. A price stands for operation and usage type.
type coverKey struct {
	plan    *commitment
	account *account
	price   *price
	zone    string
}

type coverGroup struct {
	coverKey
	resource             resource // has the zone alone
	usage, cost, blended units
}

func (w *intervalWriter) put(l line) {
	if w.err != nil {
		return
	}
	l.month, l.when = w.month, w.when
	if l.id == "" {
		l.id = w.month.lineID(w.rng, l.resource, 0)
	}
	w.month.discount(&l)
	w.room--
	w.tally.add(&l, w.month.layout)
	w.err = w.write(&l)
}

// run draws what is used and gives it to the commitments.
func (w *intervalWriter) run() {
	f := w.month.fleet
	for i, r := range f.steady {
		if chance := w.rng.IntN(64); chance > 0 && r.here(w.when) { // now and then it is switched off
			w.used[i] = r.quantity(w.rng, w.when.hours)
			if chance <= 2 && r.price.instance != nil {
				w.used[i] /= 2 // or for half the time
			}
			w.left[i] = w.used[i]
		}
	}
	for _, c := range f.commitments {
		w.capacity[c.index] = c.capacity(c.inForce(w.when))
	}
	apply(f.order, f.steady, w.left, w.capacity, func(i int, p part) { w.parts[i] = append(w.parts[i], p) })
}

// quantity is what a steady resource uses in so many hours.
func (r *resource) quantity(rng *rand.Rand, hours int64) units {
	switch {
	case r.price.instance != nil:
		return units(hours) * one
	case r.price.grid > 0:
		most := uint64(r.price.most / r.price.grid * units(hours))
		return units(1+rng.Uint64N(most)) * r.price.grid
	}
	return r.hourly * units(hours)
}

// running writes a steady resource: a line for each part that a commitment
// covers and one for the rest. Ids of the lines differ at their end, so that
// they sort as one line would.
func (w *intervalWriter) running(r *resource, used, left units, parts []part) {
	if used == 0 {
		return
	}
	id := w.month.lineID(w.rng, r, 0)
	for n, p := range parts {
		l := w.month.covered(r, p)
		l.id = sibling(id, n)
		w.put(l)
		if p.by.isPlan() {
			w.negate(&l, p.by)
		}
	}
	if left > 0 {
		l := w.month.onDemand(r, left)
		l.id = sibling(id, len(parts))
		w.put(l)
	}
}

func (w *intervalWriter) negate(l *line, plan *commitment) {
	key := coverKey{plan, l.account, l.price, l.resource.zone}
	at, ok := w.negating[key]
	if !ok {
		at = len(w.negations)
		w.negating[key] = at
		w.negations = append(w.negations, coverGroup{coverKey: key, resource: resource{zone: l.resource.zone, tags: untagged}})
	}
	g := &w.negations[at]
	g.usage += l.usage
	g.cost += l.cost
	g.blended += l.blended
}

// savingsPlans writes the fee of each plan and what it negates.
func (w *intervalWriter) savingsPlans() {
	for _, c := range w.month.fleet.commitments {
		if !c.isPlan() {
			continue
		}
		l := w.month.planFee(c, w.when.hours, w.capacity[c.index])
		w.put(l)
		if w.month.layout.focus && l.unused > 0 {
			w.put(unusedLine(l))
		}
	}
	if w.month.layout.focus {
		return
	}
	for i := range w.negations {
		w.put(w.month.negation(&w.negations[i]))
	}
}

// usage fills the interval up: it takes just as many resources as lines are
// left, each with the same chance, in their order.
func (w *intervalWriter) usage(resources []*resource) {
	here := int64(len(resources))
	if len(w.month.Moves) > 0 {
		here = 0
		for _, r := range resources {
			if r.here(w.when) {
				here++
			}
		}
	}
	if w.room < 0 || w.room > here {
		w.err = fmt.Errorf("an interval of %s has room for %d more lines and %d resources; ask for more lines",
			w.month.Period, w.room, here)
	}
	for _, r := range resources {
		if w.err != nil || w.room == 0 {
			return
		}
		if !r.here(w.when) {
			continue
		}
		if w.rng.Int64N(here) < w.room {
			w.put(w.month.onDemand(r, r.price.quantity(w.rng, w.when.hours)))
		}
		here--
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

// Lengths of an identity/LineItemId and of its part that is the resource's.
const (
	idLength  = 52
	keyLength = 12
)

// lineID is what identity/LineItemId looks like; FOCUS has none. It begins with
// the resource's key and ends in two letters that sibling replaces.
func (m *month) lineID(rng *rand.Rand, r *resource, n int) string {
	if m.layout.focus {
		return ""
	}
	return sibling(r.key+randomText(rng, idLength-len(r.key)), n)
}

// sibling is the id of the n-th line of a resource in an interval.
func sibling(id string, n int) string {
	if id == "" {
		return ""
	}
	return id[:len(id)-2] + string([]byte{byte('a' + n/26), byte('a' + n%26)})
}

// randomText is so many letters and digits of base 32.
func randomText(rng *rand.Rand, length int) string {
	const letters = "234567abcdefghijklmnopqrstuvwxyz" // in the order of bytes
	text := make([]byte, length)
	var word uint64
	for i := range text {
		if i%12 == 0 {
			word = rng.Uint64()
		}
		text[i] = letters[word&31]
		word >>= 5
	}
	return string(text)
}
