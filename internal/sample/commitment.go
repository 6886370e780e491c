package sample

import (
	"strconv"
	"strings"
	"time"
)

// commitmentKind is what a commitment promises; its numbers are indices of
// price.planRates where it is a plan.
type commitmentKind int

const (
	ec2Plan      commitmentKind = iota // money an hour for one family in one region
	computePlan                        // money an hour for instances, Fargate and Lambda anywhere
	zonalRI                            // instances in one zone
	regionalRI                         // instances in one region
	reservedNode                       // of another service than EC2
)

var commitmentKindNames = map[commitmentKind]string{
	ec2Plan: "sp-ec2", computePlan: "sp-compute", zonalRI: "ri-zonal", regionalRI: "ri-regional", reservedNode: "ri-other",
}

// commitment is a number of reserved instances bought together, or a savings
// plan.
type commitment struct {
	index        int
	kind         commitmentKind
	arn          string
	subscription string // of a reservation
	owner        *account
	price        *price // what is reserved; of an EC2 plan any price of its family and region
	zone         string // of a zonal reservation
	count        int64  // of reserved instances; 1 for a plan
	upfront      units  // of one hour of one instance, or of the plan, amortized
	recurring    units  // the same, paid by the hour
	option       string // No Upfront, Partial Upfront, All Upfront
	class        string // standard | convertible, of a reservation
	years        int64
	start        time.Time
	from         int64 // first hour of the month in which it is in force
	boughtNow    bool  // its upfront fee is in this month
}

func (c *commitment) isPlan() bool { return c.kind == ec2Plan || c.kind == computePlan }

// hourly is what an hour costs, amortized: of one reserved instance, or of the
// plan, whose commitment it is.
func (c *commitment) hourly() units { return c.upfront + c.recurring }

// end is the instant the term is over.
func (c *commitment) end() time.Time { return c.start.AddDate(0, 0, int(365*c.years)) }

// termHours is the term: years of 365 days.
func (c *commitment) termHours() int64 { return 8760 * c.years }

// term is how the provider writes it.
func (c *commitment) term() string { return strconv.FormatInt(c.years, 10) + "yr" }

// inForce is how many of an interval's hours it covers. It begins at a full
// interval, so that is all of them or none.
func (c *commitment) inForce(w *interval) int64 {
	if w.from < c.from {
		return 0
	}
	return w.hours
}

// capacity is what it can cover in so many hours: normalized unit-hours of
// reserved instances, or money.
func (c *commitment) capacity(hours int64) units {
	if c.isPlan() {
		return c.hourly() * units(hours)
	}
	return c.price.instance.factor * units(c.count*hours)
}

// weight is how much of the capacity one hour, or other unit, of a price takes.
func (c *commitment) weight(p *price) units {
	if c.isPlan() {
		return p.planRates[c.kind]
	}
	return p.instance.factor
}

// taken tells capacity in the words of the provider's files: of a reservation
// hours of the reserved size, of a plan money.
func (c *commitment) taken(capacity units) units {
	if c.isPlan() {
		return capacity
	}
	return capacity.over(c.price.instance.factor)
}

// worth is the amortized cost of what was taken.
func (c *commitment) worth(taken units) units {
	if c.isPlan() {
		return taken
	}
	return c.hourly().times(taken)
}

// offering is how the provider names a plan's kind in columns, usage types and
// descriptions.
func (c *commitment) offering() (column, usageType, description string) {
	option := strings.ReplaceAll(c.option, " ", "")
	if c.kind == ec2Plan {
		return "EC2InstanceSavingsPlans", c.price.region.prefix + "EC2SP:" + c.price.instance.family + "." + c.term() + option, "EC2 Instance Savings Plan"
	}
	return "ComputeSavingsPlans", "ComputeSP:" + c.term() + option, "Compute Savings Plan"
}

// covers tells whether a resource is eligible: that it has what the commitment
// is for, whoever uses it.
func (c *commitment) covers(r *resource) bool {
	p := r.price
	switch c.kind {
	case computePlan:
		return p.planRates[computePlan] > 0
	case ec2Plan:
		return p.planRates[ec2Plan] > 0 && p.region == c.price.region && p.instance.family == c.price.instance.family
	}
	if p.instance == nil || p.service != c.price.service || p.region != c.price.region ||
		p.instance.family != c.price.instance.family || p.instance.system != c.price.instance.system {
		return false
	}
	return (c.flexible() || p.instance.size == c.price.instance.size) && (c.kind != zonalRI || r.zone == c.zone)
}

// flexible tells whether a reservation covers other sizes of its family.
func (c *commitment) flexible() bool {
	return c.kind == regionalRI && c.price.instance.system == "Linux"
}
