package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/money"
)

// CommitmentsQuery chooses the commitments of a month.
type CommitmentsQuery struct {
	InMonth
	Expiring string `query:"expiring" pattern:"^-?[0-9]{1,9}$" doc:"Only those that end at most so many days after the month" example:"60"`
	Unused   string `query:"unused" maxLength:"100" doc:"Only those of which nobody used at least so many percent" example:"20"`
}

func (q CommitmentsQuery) filter() (f commitment.Filter, err error) {
	if q.Expiring != "" {
		days, err := strconv.ParseInt(q.Expiring, 10, 64)
		if err != nil {
			return f, invalid("query.expiring", "%q is no number of days", q.Expiring)
		}
		f.ExpiringDays = &days
	}
	if q.Unused != "" {
		percent, err := money.Parse(q.Unused)
		if err != nil || percent.Sign() < 0 || percent.Cmp(money.FromInt(100)) > 0 {
			return f, invalid("query.unused", "%q is not a percentage; use a number from 0 to 100", q.Unused)
		}
		f.UnusedPercent = &percent
	}
	return f, nil
}

// ShowCommitments lists a month's reservations and savings plans with their totals.
var ShowCommitments = Operation[*Desk, CommitmentsQuery, commitment.Inventory]{
	ID: "show-commitments", Method: http.MethodGet, Path: "/months/{period}/commitments", Tag: "Commitments", Title: "List a month's reservations and savings plans", Needs: access.ReadMargin, Kept: true,
	About: "The commitments of a month that is priced: what they cover, until when, how much of them the organization used by the provider's books, how much their owners' groups use of them alone, " +
		"and what the reseller gains, or loses, because groups are billed as if each were alone. Cost is the recurring fee and the month's share of the upfront fee.",
	Do: func(ctx context.Context, d *Desk, in CommitmentsQuery) (list commitment.Inventory, err error) {
		f, err := in.filter()
		if err != nil {
			return list, err
		}
		err = d.Answers.Commitments(ctx, in.Period, func(r *commitment.Reports) (err error) {
			list, err = r.List(ctx, f)
			return err
		})
		return list, err
	},
}

// CommitmentQuery names a commitment in a month. The id is no part of the path: any
// end of it will do, also none.
type CommitmentQuery struct {
	InMonth
	ID    string `query:"id" maxLength:"1000" doc:"Its id, or an end of it that no other has"`
	Payer string `query:"payer" maxLength:"200" doc:"Its payer, where two have the same commitment"`
	Hours bool   `query:"hours" doc:"Tell every hour, or day where the export is daily"`
}

// ShowCommitment tells everything of one commitment.
var ShowCommitment = Operation[*Desk, CommitmentQuery, commitment.Detail]{
	ID: "show-commitment", Method: http.MethodGet, Path: "/months/{period}/commitment", Tag: "Commitments", Title: "Show everything of one commitment", Needs: access.ReadMargin,
	About: "Its terms, who owns which units of it under which policy, whom the provider gave it to, whom it covers when groups are alone, what is unused then, " +
		"and what the reseller gains or loses by it, in a month that is priced.",
	Do: func(ctx context.Context, d *Desk, in CommitmentQuery) (detail commitment.Detail, err error) {
		err = d.Answers.Commitments(ctx, in.Period, func(r *commitment.Reports) (err error) {
			detail, err = r.Show(ctx, in.Payer, in.ID, in.Hours)
			return err
		})
		return detail, err
	},
}

// ListCommitmentCoverage lists how much of each group's usage commitments cover.
var ListCommitmentCoverage = Listing[*Desk, InMonth, commitment.Coverage]{
	ID: "list-commitment-coverage", Path: "/months/{period}/commitment-coverage", Tag: "Commitments", Title: "List how much of each group's usage commitments cover", Needs: access.ReadMargin, Kept: true,
	About: "For each billing group the usage that commitments cover or could cover, at its on-demand value: how much of it the provider covered, with whoever's commitments, " +
		"how much is covered on the group's bill, and what is on demand there. A group that is not billed as if alone is billed as the provider covered it.",
	Key: func(c commitment.Coverage) string { return c.Group + " " + string(c.Currency) },
	Do: func(ctx context.Context, d *Desk, in InMonth) ([]commitment.Coverage, error) {
		return reported(ctx, d, in.Period, func(r *commitment.Reports) ([]commitment.Coverage, error) { return r.Coverage(ctx) })
	},
}

// CrossingsQuery says how finely crossings are told.
type CrossingsQuery struct {
	InMonth
	Hours bool `query:"hours" doc:"Every hour and account, instead of sums of the month"`
}

// ListCommitmentCrossings lists what commitments of one group covered for another.
var ListCommitmentCrossings = Listing[*Desk, CrossingsQuery, commitment.Crossing]{
	ID: "list-commitment-crossings", Path: "/months/{period}/commitment-crossings", Tag: "Commitments", Title: "List what commitments of one customer covered for another", Needs: access.ReadMargin,
	About: "The benefit that the provider gave to another group than that of a commitment's owner, by its own books: summed for each commitment and pair of groups, or hour by hour and account by account. " +
		"Between two groups of one customer it is marked. Units that a group was given of a commitment are its own, and do not cross. " +
		"`stands` is what the beneficiary keeps on its bill; the rest was taken back before billing.",
	Key: func(x commitment.Crossing) string {
		hour := ""
		if x.Hour != nil {
			hour = strconv.FormatInt(x.Hour.Unix(), 10)
		}
		return strings.Join([]string{hour, x.Payer, x.Commitment, x.OwnerAccount, x.OwnerGroup, x.Account, x.Group, string(x.Currency)}, " ")
	},
	Do: func(ctx context.Context, d *Desk, in CrossingsQuery) ([]commitment.Crossing, error) {
		return reported(ctx, d, in.Period, func(r *commitment.Reports) ([]commitment.Crossing, error) { return r.Crossings(ctx, in.Hours) })
	},
}

// reported asks the reports of a month that is priced for a list.
func reported[Row any](ctx context.Context, d *Desk, p billing.Period, ask func(*commitment.Reports) ([]Row, error)) ([]Row, error) {
	rows := []Row{}
	err := d.Answers.Commitments(ctx, p, func(r *commitment.Reports) error {
		found, err := ask(r)
		rows = append(rows, found...)
		return err
	})
	return rows, err
}

// NamedCommitment names a commitment of any month that is loaded.
type NamedCommitment struct {
	ID string `query:"id" required:"true" maxLength:"1000" doc:"Its id, or an end of it that no other has"`
}

// FindCommitment finds a commitment by the end of its id.
var FindCommitment = Operation[*Desk, NamedCommitment, commitment.Commitment]{
	ID: "find-commitment", Method: http.MethodGet, Path: "/commitment", Tag: "Commitments", Title: "Find a commitment", Needs: access.ReadMargin,
	About: "The commitment of an id, or of an end of one, as the newest loaded month that has one tells of it, rated or not. Refused where no month has one, or several ids end so.",
	Do: func(ctx context.Context, d *Desk, in NamedCommitment) (commitment.Commitment, error) {
		return d.Answers.FindCommitment(ctx, in.ID)
	},
}
