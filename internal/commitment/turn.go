package commitment

import (
	"slices"
	"sort"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
)

// steps are the provider's order within an hour (R7): reservations before
// plans, and of each the commitments' own accounts before the group's others.
// Plans of kinds that share a step cover different usage.
var steps = []step{
	{own: true, kinds: []Kind{ZonalReservation}},
	{own: true, kinds: []Kind{RegionalReservation}},
	{own: false, kinds: []Kind{ZonalReservation}},
	{own: false, kinds: []Kind{RegionalReservation}},
	{own: true, kinds: []Kind{EC2Plan}},
	{own: true, kinds: []Kind{ComputePlan, SageMakerPlan, DatabasePlan}},
	{own: false, kinds: []Kind{EC2Plan}},
	{own: false, kinds: []Kind{ComputePlan, SageMakerPlan, DatabasePlan}},
}

type step struct {
	own   bool
	kinds []Kind
}

// turn is one pass of the engine over the usage that is left: one step, or the
// part of it in which all plans of a scope have the same rates.
type turn struct {
	number int
	own    bool
}

// offer is what a plan's rates depend on, besides what it is used for.
type offer struct {
	kind    Kind
	term    string
	payment string
	id      string // of the plan, when the export does not say term or payment
}

func offerOf(c *Commitment) offer {
	o := offer{kind: c.Kind, term: c.Term, payment: c.Payment}
	if o.term == "" || o.payment == "" {
		o.id = c.ID
	}
	return o
}

// supplier is a share that takes part in turns.
type supplier struct {
	share
	class       int
	pool        int // what it can cover, within its class
	zone        string
	own, shared int // its turns; 0 for none
}

// poolRow says that usage of a pricing key can be covered by a class's pool:
// in which order, and how much of a commitment one unit of usage takes.
type poolRow struct {
	class   int
	key     int
	pool    int
	zonal   bool
	rank    int
	perHour money.Decimal // normalized units, or money under the plan
}

// schedule is who covers what, and when: all that the engine needs besides the
// usage and the hours of the commitments.
type schedule struct {
	turns     []turn
	suppliers []supplier
	pools     []poolRow
	unrated   []unrated
}

// unrated is usage that a plan might cover if its rate were known.
type unrated struct{ class, pool, key int }

// plan makes the schedule of a month. groups tells which groups an account has
// in the month.
func plan(shares []share, keys []usageKey, rates rates, groups func(payer, account string) []string) schedule {
	p := planner{rates: rates, classes: map[offer]int{}, pools: map[string]int{}, last: map[string]lastRound{}, keys: keys}
	var active []share
	for _, s := range shares {
		takes := s.policy == billing.PolicyGroup || s.policy == billing.PolicyAccount || s.policy == billing.PolicyFixedPrice
		if takes && s.commitment.applicable() {
			active = append(active, s)
		}
	}
	rounds := make([]int, len(active))
	for i, s := range active {
		rounds[i] = p.round(s, groups)
		p.done.suppliers = append(p.done.suppliers, supplier{
			share: s, class: p.class(s.commitment), pool: p.pool(poolOf(s.commitment)), zone: s.commitment.Zone,
		})
	}
	p.takeTurns(rounds)
	p.fill()
	return p.done
}

// takeTurns gives each supplier its turns: step by step, and within a step
// round by round. Turns that nobody has are left out.
func (p *planner) takeTurns(rounds []int) {
	last := 0
	for _, r := range rounds {
		last = max(last, r)
	}
	for _, st := range steps {
		for round := range last + 1 {
			number := len(p.done.turns) + 1
			taken := false
			for i := range p.done.suppliers {
				sup := &p.done.suppliers[i]
				if rounds[i] != round || !slices.Contains(st.kinds, sup.commitment.Kind) || !sup.takes(st.own) {
					continue
				}
				taken = true
				if st.own {
					sup.own = number
				} else {
					sup.shared = number
				}
			}
			if taken {
				p.done.turns = append(p.done.turns, turn{number, st.own})
			}
		}
	}
}

// takes tells whether a share has a turn for its own account, or for others.
func (s share) takes(own bool) bool {
	if own {
		return s.account != ""
	}
	return s.policy != billing.PolicyAccount
}

type planner struct {
	rates   rates
	keys    []usageKey
	classes map[offer]int
	pools   map[string]int
	last    map[string]lastRound // of the plans of a step, by scope
	done    schedule
}

type lastRound struct {
	round int
	offer offer
}

// round says in which pass of its step a plan has its turn: plans of a scope
// take turns in order of id, and those that follow each other with the same
// rates share one pass.
func (p *planner) round(s share, groups func(payer, account string) []string) int {
	if !s.commitment.Kind.Plan() {
		return 0
	}
	scopes := []string{s.group}
	if s.group == "" {
		scopes = groups(s.commitment.Payer, s.account)
	}
	o := offerOf(s.commitment)
	round := 0
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = strings.Join([]string{string(s.commitment.Kind), s.commitment.Payer, scope}, " ")
		if last, ok := p.last[names[i]]; ok {
			if last.offer != o {
				last.round++
			}
			round = max(round, last.round)
		}
	}
	for _, n := range names {
		p.last[n] = lastRound{round, o}
	}
	return round
}

// class numbers the class of a commitment.
func (p *planner) class(c *Commitment) int {
	o := offer{kind: c.Kind}
	if c.Kind.Plan() {
		o = offerOf(c)
	}
	if _, ok := p.classes[o]; !ok {
		p.classes[o] = len(p.classes) + 1
	}
	return p.classes[o]
}

func (p *planner) pool(name string) int {
	if _, ok := p.pools[name]; !ok {
		p.pools[name] = len(p.pools) + 1
	}
	return p.pools[name]
}

// poolOf names what a commitment can cover. It belongs to one payer: sharing
// ends at the organization.
func poolOf(c *Commitment) string {
	switch c.Kind {
	case ZonalReservation, RegionalReservation:
		return c.Payer + " " + reservable(c.Kind, c.Shape)
	case EC2Plan:
		return c.Payer + " " + c.Shape.Family + " " + c.Shape.Region
	}
	return c.Payer
}

// reservable names what a reservation of the shape covers, and which usage of
// the shape it is: the family where sizes are flexible, else the size alone.
func reservable(kind Kind, s Shape) string {
	size := s.Size
	if kind == RegionalReservation && s.Flexible {
		size = "*"
	}
	return strings.Join([]string{s.Service, s.Region, s.Family, size, s.Platform, s.Tenancy}, "|")
}

// fill writes down for each class which keys it can cover.
func (p *planner) fill() {
	for o, number := range p.classes {
		if o.kind.Plan() {
			p.fillPlan(o, number)
		} else {
			p.fillReservation(o.kind, number)
		}
	}
	sort.Slice(p.done.pools, func(i, j int) bool {
		a, b := p.done.pools[i], p.done.pools[j]
		return a.class < b.class || a.class == b.class && a.key < b.key
	})
}

// candidate is usage that a class can cover, before it is ranked.
type candidate struct {
	poolRow
	onDemand money.Decimal // of a unit; for plans
}

// rank adds usage of a class in the order in which it is covered; what is
// equal in it shares a rank.
func (p *planner) rank(all []candidate, order func(a, b candidate) int) {
	slices.SortStableFunc(all, order)
	rank := 0
	for i, c := range all {
		if i > 0 && order(all[i-1], c) != 0 {
			rank++
		}
		c.rank = rank
		p.done.pools = append(p.done.pools, c.poolRow)
	}
}

// fillReservation ranks usage by its size, the smallest first (R7).
func (p *planner) fillReservation(kind Kind, number int) {
	var fitting []candidate
	for _, k := range p.keys {
		if k.shape == nil {
			continue
		}
		if pool, ok := p.pools[k.payer+" "+reservable(kind, *k.shape)]; ok {
			fitting = append(fitting, candidate{poolRow: poolRow{
				class: number, key: k.number, pool: pool, zonal: kind == ZonalReservation, perHour: k.shape.Units,
			}})
		}
	}
	p.rank(fitting, func(a, b candidate) int { return a.perHour.Cmp(b.perHour) })
}

// fillPlan ranks the usage under a kind of plan: highest saving first, then
// the lower rate (R7).
func (p *planner) fillPlan(o offer, number int) {
	var fitting []candidate
	for _, k := range p.keys {
		if k.Text(lake.Class) != lake.ClassUsage || k.Text(lake.Fence) != "" {
			continue // negations, discounts and tax bear the names of the usage they belong to
		}
		name := k.payer
		if o.kind == EC2Plan {
			if k.shape == nil || k.shape.Service != ec2Service {
				continue
			}
			name += " " + k.shape.Family + " " + k.shape.Region
		}
		pool, ok := p.pools[name]
		if !ok || k.onDemand.Sign() <= 0 {
			continue
		}
		rate, ok := p.rates.of(o, k)
		if !ok {
			if k.mayTake(o.kind) {
				p.done.unrated = append(p.done.unrated, unrated{number, pool, k.number})
			}
			continue
		}
		fitting = append(fitting, candidate{poolRow{class: number, key: k.number, pool: pool, perHour: rate}, k.onDemand})
	}
	p.rank(fitting, func(a, b candidate) int {
		// 1 − a.rate/a.od > 1 − b.rate/b.od, without a division
		if c := a.perHour.Mul(b.onDemand).Cmp(b.perHour.Mul(a.onDemand)); c != 0 {
			return c
		}
		return a.perHour.Cmp(b.perHour)
	})
}
