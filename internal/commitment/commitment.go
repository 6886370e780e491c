// Package commitment decides whose reservations and savings plans cover what.
// It reads the commitments out of a month's lines, takes the provider's
// sharing back, and applies each again to the usage of the group that owns it
// (R6–R9): what every customer would have paid alone.
package commitment

import (
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/money"
)

// Kind of a commitment: what it covers, and when its turn is (R7).
type Kind string

const (
	ZonalReservation    Kind = "ri-zonal"     // instances of one size in one availability zone
	RegionalReservation Kind = "ri-regional"  // instances in a region, of any size where the shape is Flexible
	EC2Plan             Kind = "sp-ec2"       // one instance family in one region
	ComputePlan         Kind = "sp-compute"   // EC2, Fargate and Lambda of any family in any region
	SageMakerPlan       Kind = "sp-sagemaker" // SageMaker in any region
	DatabasePlan        Kind = "sp-database"  // databases in any region
	// Other is what can be taken away from whom the provider applied it to, but
	// not be applied again, because the export does not say what it would
	// cover: the commitments of FOCUS exports, reserved capacity of DynamoDB.
	Other Kind = "other"
)

// Reservation tells whether the kind is counted in instances; plans are
// counted in money an hour.
func (k Kind) Reservation() bool { return k == ZonalReservation || k == RegionalReservation }

// Plan tells whether the kind is a savings plan.
func (k Kind) Plan() bool {
	return k == EC2Plan || k == ComputePlan || k == SageMakerPlan || k == DatabasePlan
}

// Commitment is a reservation, savings plan or committed use discount as a
// month's lines tell of it. Money is in Currency, exact, tax out.
type Commitment struct {
	ID       string         `json:"id"`       // ARN, or the provider's id
	Provider string         `json:"provider"` // aws, azure, gcp
	Payer    string         `json:"payer"`
	Owner    string         `json:"owner"` // account: of the ARN, else of its fee's line, else the payer
	Kind     Kind           `json:"kind"`
	Currency money.Currency `json:"currency"`

	// What it covers. For EC2 Instance plans family and region alone.
	Shape Shape  `json:"shape"`
	Zone  string `json:"zone,omitempty"` // of zonal reservations

	Class   string     `json:"class,omitempty"`   // standard or convertible
	Term    string     `json:"term,omitempty"`    // 1yr or 3yr
	Payment string     `json:"payment,omitempty"` // No Upfront, Partial Upfront, All Upfront
	Start   *time.Time `json:"start,omitempty"`   // UTC
	End     *time.Time `json:"end,omitempty"`     // UTC, exclusive

	// Count is the number of reserved instances; of plans it is zero.
	Count money.Decimal `json:"count"`
	// Hourly is what an hour costs, upfront and recurring together: of one
	// instance, or of the whole plan. For reservations it is Fee + Upfront over
	// Reserved, cut at 15 digits.
	Hourly money.Decimal `json:"hourly"`
	// Reserved is the month's instance-hours of a reservation, as the provider
	// states them, or the month's commitment of a plan in money.
	Reserved money.Decimal `json:"reserved"`
	Fee      money.Decimal `json:"fee"`     // the month's recurring fee
	Upfront  money.Decimal `json:"upfront"` // the month's share of the upfront fee
	Paid     money.Decimal `json:"paid"`    // one-time fees billed in this month

	// What the provider says became of it, in the month.
	Used   Use `json:"used"`
	Unused Use `json:"unused"`
}

// Use is a part of a commitment's month.
type Use struct {
	Units     money.Decimal `json:"units"`     // instance-hours of the reservation's own size; of plans, money
	Recurring money.Decimal `json:"recurring"` // of the recurring fee; of plans, of the commitment
	Upfront   money.Decimal `json:"upfront"`   // of the month's share of the upfront fee
	OnDemand  money.Decimal `json:"on_demand"` // what was covered would have cost without; zero for unused
	Lines     int64         `json:"lines"`
}

// EndingWith returns the commitments of an id, else those whose id ends so:
// all for an empty text. Two payers may have lines of one.
func EndingWith(all []Commitment, ending string) []Commitment {
	var whole, part []Commitment
	for _, c := range all {
		switch {
		case c.ID == ending:
			whole = append(whole, c)
		case strings.HasSuffix(c.ID, ending):
			part = append(part, c)
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return part
}
