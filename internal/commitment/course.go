package commitment

import (
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// Course is a commitment over the months that tell of it. Its terms are those of
// the newest of them.
type Course struct {
	ID          string         `json:"id"`
	Provider    string         `json:"provider"`
	Payer       string         `json:"payer"`
	Owner       string         `json:"owner"`        // account
	OwnerGroups []string       `json:"owner_groups"` // of the owner's account in the newest month that is priced, sorted
	Kind        Kind           `json:"kind"`
	Currency    money.Currency `json:"currency"`
	Shape       Shape          `json:"shape"`
	Zone        string         `json:"zone,omitempty"`
	Class       string         `json:"class,omitempty"`
	Term        string         `json:"term,omitempty"`
	Payment     string         `json:"payment,omitempty"`
	Start       *time.Time     `json:"start,omitempty"` // UTC
	End         *time.Time     `json:"end,omitempty"`   // UTC, exclusive
	Count       money.Decimal  `json:"count"`           // reserved instances; 0 of plans
	Hourly      money.Decimal  `json:"hourly"`          // what an hour costs, of one instance or the whole plan
	State       CourseState    `json:"state"`
	// DaysLeft are the whole days from the day asked for to the end, negative when
	// it ended before; nil when the end is not known.
	DaysLeft *int64        `json:"days_left,omitempty"`
	Months   []CourseMonth `json:"months"` // the oldest first
}

// CourseState says where a commitment stands on a day.
type CourseState string

// The states of a commitment.
const (
	Upcoming CourseState = "upcoming" // it starts later
	Active   CourseState = "active"
	Ended    CourseState = "ended"
	Endless  CourseState = "unknown" // the export does not say when it ends
)

// CourseMonth is what a month tells of a commitment.
type CourseMonth struct {
	Period     billing.Period `json:"period"`
	Priced     bool           `json:"priced"` // otherwise it is loaded alone, and there is no use by its owner alone
	Cost       money.Decimal  `json:"cost"`   // recurring fee and the month's share of the upfront fee
	UnusedCost money.Decimal  `json:"unused_cost"`
	// Used of reserved in percent: by the provider's books, and when groups are
	// alone; nil where nothing was reserved, or it is not applied again.
	Utilization      *money.Decimal `json:"utilization_percent,omitempty"`
	AloneUtilization *money.Decimal `json:"alone_utilization_percent,omitempty"`
}

// GoOn adds the next month to a course.
func (c *Course) GoOn(p Position, period billing.Period, priced bool) {
	groups, months := c.OwnerGroups, c.Months
	if priced {
		groups = append([]string{}, p.OwnerGroups...)
	}
	month := CourseMonth{Period: period, Priced: priced, Cost: p.Cost, UnusedCost: p.UnusedCost, Utilization: p.Utilization}
	if p.Alone != nil {
		month.AloneUtilization = p.Alone.Utilization
	}
	*c = Course{
		ID: p.ID, Provider: p.Provider, Payer: p.Payer, Owner: p.Owner, OwnerGroups: groups, Kind: p.Kind, Currency: p.Currency, Shape: p.Shape, Zone: p.Zone,
		Class: p.Class, Term: p.Term, Payment: p.Payment, Start: p.Start, End: p.End, Count: p.Count, Hourly: p.Hourly, Months: append(months, month),
	}
}

// Stand says where the commitment stands at the beginning of a day, UTC.
func (c *Course) Stand(on billing.Day) {
	now := on.Time()
	switch {
	case c.Start != nil && c.Start.After(now):
		c.State = Upcoming
	case c.End == nil:
		c.State = Endless
	case c.End.After(now):
		c.State = Active
	default:
		c.State = Ended
	}
	c.DaysLeft = DaysLeft(now, c.End)
}
