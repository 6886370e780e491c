package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
)

// commitmentOperations show commitments by hour, by flow and over the months.
var commitmentOperations = []described{ShowCommitmentHours, ListCommitmentFlows, ListCommitmentTimeline}

// CommitmentHoursQuery chooses the commitments of a heat map.
type CommitmentHoursQuery struct {
	InMonth
	Commitment string `query:"commitment" maxLength:"1000" doc:"Only this one: its id, or an end of it that no other has"`
	Payer      string `query:"payer" maxLength:"200" doc:"Only those of this payer"`
	Owner      string `query:"owner" maxLength:"200" doc:"Only those that this account owns"`
	Group      string `query:"group" maxLength:"200" doc:"Only those whose owner's account is in this billing group"`
}

// CommitmentHours are heat maps of a month.
type CommitmentHours struct {
	Period billing.Period       `json:"period"`
	Maps   []commitment.HourMap `json:"maps" doc:"One for each currency, and length of the hours that the provider's exports have"`
}

// ShowCommitmentHours tells how much of commitments was used hour by hour.
var ShowCommitmentHours = Operation[*Desk, CommitmentHoursQuery, CommitmentHours]{
	ID: "show-commitment-hours", Method: http.MethodGet, Path: "/months/{period}/commitment-hours", Tag: "Commitments", Title: "Show hour by hour how much of commitments was used", Needs: access.ReadMargin, Kept: true,
	About: "Every hour of a month that is priced (every day where the export is daily), for a heat map: what one commitment, or all that were chosen, could cover, how much of that was used by whoever the provider shared it with, " +
		"how much of it in the owner's group, and how much the owners use alone; what is left over, and what that costs. One reservation is counted in instance-hours, everything else in money.",
	Do: func(ctx context.Context, d *Desk, in CommitmentHoursQuery) (CommitmentHours, error) {
		found := CommitmentHours{Period: in.Period, Maps: []commitment.HourMap{}}
		err := d.Answers.Commitments(ctx, in.Period, func(r *commitment.Reports) (err error) {
			found.Maps, err = r.Hours(ctx, commitment.HourFilter{Payer: in.Payer, Commitment: in.Commitment, Owner: in.Owner, Group: in.Group})
			return err
		})
		return found, err
	},
}

// FlowsQuery says how finely flows are told.
type FlowsQuery struct {
	InMonth
	Each bool `query:"each" doc:"Every commitment by itself, instead of sums for each pair of groups"`
}

// ListCommitmentFlows lists whom commitments of which group helped.
var ListCommitmentFlows = Listing[*Desk, FlowsQuery, commitment.Flow]{
	ID: "list-commitment-flows", Path: "/months/{period}/commitment-flows", Tag: "Commitments", Title: "List from which group to which the benefit of commitments went", Needs: access.ReadMargin, Kept: true,
	About: "By the provider's own books: for each pair of owner's and beneficiary's group what was covered, what it would have cost on demand, and what it cost the owner; also within the owner's own group, and what nobody used. " +
		"What crosses a border between customers, without units that were given away, is listed by list-commitment-crossings.",
	Key: func(f commitment.Flow) string {
		return strings.Join([]string{f.Payer, f.Commitment, f.OwnerGroup, f.Group, strconv.FormatBool(f.Inside), strconv.FormatBool(f.Unused), string(f.Currency)}, " ")
	},
	Do: func(ctx context.Context, d *Desk, in FlowsQuery) ([]commitment.Flow, error) {
		return reported(ctx, d, in.Period, func(r *commitment.Reports) ([]commitment.Flow, error) { return r.Flows(ctx, in.Each) })
	},
}

// TimelineQuery bounds the timeline of commitments.
type TimelineQuery struct {
	From     billing.Period `query:"from" doc:"First month; the first that is loaded where it is left out" example:"2026-01"`
	To       billing.Period `query:"to" doc:"Last month" example:"2026-12"`
	On       Date           `query:"on" doc:"Where they stand on this day, UTC; today where it is left out" example:"2026-10-31"`
	Expiring string         `query:"expiring" pattern:"^[0-9]{1,9}$" doc:"Only those in force that end at most so many days after that day" example:"60"`
}

// ListCommitmentTimeline lists all known commitments over the months.
var ListCommitmentTimeline = Listing[*Desk, TimelineQuery, commitment.Course]{
	ID: "list-commitment-timeline", Path: "/commitments/timeline", Tag: "Commitments", Title: "List all known commitments over the months", Needs: access.ReadMargin, Kept: true,
	About: "Every reservation and savings plan that a loaded month tells of: its terms as the newest month has them, when it begins and ends, where it stands on a day (`upcoming`, `active`, `ended`, or `unknown` where the export has no end), " +
		"and for each month what it cost and how much of it was used: by the provider's books, and by its owners alone where the month is priced.",
	Key: func(c commitment.Course) string { return c.Payer + " " + c.ID },
	Do: func(ctx context.Context, d *Desk, in TimelineQuery) ([]commitment.Course, error) {
		all, err := d.Answers.Timeline(ctx, in.From, in.To, in.On.or(d.Today()))
		if err != nil || in.Expiring == "" {
			return all, err
		}
		most, err := strconv.ParseInt(in.Expiring, 10, 64)
		if err != nil {
			return nil, invalid("query.expiring", "%q is no number of days", in.Expiring)
		}
		expiring := []commitment.Course{}
		for _, c := range all {
			if c.State == commitment.Active && *c.DaysLeft <= most {
				expiring = append(expiring, c)
			}
		}
		return expiring, nil
	},
}
