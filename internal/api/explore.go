package api

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
)

// exploreOperations answer where the money went.
var exploreOperations = []described{Explore, ListExplored, ListExploreValues, ListExploreDimensions}

// MonthsQuery chooses months.
type MonthsQuery struct {
	From billing.Period `query:"from" doc:"The first month; the newest one that is priced where no month is given" example:"2026-07"`
	To   billing.Period `query:"to" doc:"The last month; the first one where it is left out" example:"2026-09"`
}

// months are those that are asked for; from is zero where nothing is priced.
func (q MonthsQuery) months(ctx context.Context, newest func(context.Context) (billing.Period, error)) (from, to billing.Period, err error) {
	from, to = q.From, q.To
	if from.IsZero() {
		from = to
	}
	if from.IsZero() {
		from, err = newest(ctx)
	}
	if to.IsZero() {
		to = from
	}
	return from, to, err
}

// SumQuery says how months are summed up.
type SumQuery struct {
	Grain string   `query:"grain" enum:"day,month" doc:"Divide the sums by time; the months are one sum where it is not given"`
	Where []string `query:"where,explode" maxItems:"20" doc:"A condition, DIMENSION:in:VALUE|VALUE or DIMENSION:not:VALUE|VALUE; more than one means all of them. A backslash before | takes it as it is; an empty value is having none. At most 200 values" example:"[\"region:in:eu-west-1|eu-central-1\"]"`
	Top   int      `query:"top" minimum:"0" maximum:"1000" doc:"Leave the values of the first dimension with the highest price, as many as this; the rest is one row marked other. All where it is 0"`
}

// question reads what is asked; what cannot be read is refused.
func (q SumQuery) question(from, to billing.Period, by string) (explore.Question, error) {
	asked := explore.Question{From: from, To: to, Grain: q.Grain, Top: q.Top}
	for name := range strings.SplitSeq(by, ",") {
		if name != "" {
			asked.By = append(asked.By, explore.Dimension(name))
		}
	}
	for _, text := range q.Where {
		c, err := explore.ParseCondition(text)
		if err != nil {
			return asked, invalid("query.where", "%s", err)
		}
		asked.Where = append(asked.Where, c)
	}
	return asked, nil
}

// unexplored makes a problem of a question that cannot be answered.
func unexplored(err error) error {
	if wrong := (*explore.InvalidError)(nil); errors.As(err, &wrong) {
		return invalid("query", "%s", wrong.Reason)
	}
	return err
}

// ExploreQuery asks where the money went.
type ExploreQuery struct {
	MonthsQuery
	By string `query:"by" maxLength:"1000" doc:"What to sum by, divided by commas, at most 4: provider, payer, customer, group, owner, account, account_name, service, region, usage_type, category, class, place, commitment, treatment, margin_source, tag:KEY. One sum where it is not given" example:"customer,service"`
	SumQuery
}

func (q ExploreQuery) answer(ctx context.Context, d *Desk) (explore.Answer, error) {
	from, to, err := q.months(ctx, d.Explorer.Newest)
	if err != nil {
		return explore.Answer{}, err
	}
	asked, err := q.question(from, to, q.By)
	if err != nil {
		return explore.Answer{}, err
	}
	if from.IsZero() {
		return explore.Answer{By: asked.By, Grain: asked.Grain}, nil
	}
	answer, err := d.Explorer.Sum(ctx, asked)
	return answer, unexplored(err)
}

// prepareQuestions makes the sums of a month that was just priced, at a server: whoever
// looks at it next need not wait. A failure of it is none of the close, which is
// done; a question meets it again.
func (d *Desk) prepareQuestions(ctx context.Context, period billing.Period) {
	if d.session.service == nil {
		return
	}
	if err := d.Explorer.Prepare(ctx, period); err != nil {
		d.session.service.Log.WarnContext(ctx, "the sums for questions were not made", "period", period.String(), "error", err.Error())
	}
}

const aboutExploring = "Cost is what the provider charges the reseller, with its tax and after its discounts; price is what the reseller charges those who buy from it, before exchange, rounding and tax. " +
	"Amounts are exact, in the provider's currency. By margin_source a row has margin alone. Months that are not priced count for nothing. The first question about a month that was just priced waits until its sums are made."

// Explore sums months up, with totals.
var Explore = Operation[*Desk, ExploreQuery, explore.Answer]{
	ID: "explore", Method: http.MethodGet, Path: "/explore", Tag: "Earnings", Title: "Sum up cost and price by anything", Needs: access.ReadMargin, Kept: true,
	About: "Where the money went: list cost, cost, price and margin of months, by up to four dimensions, by day or month, with conditions. Rows and their totals. " + aboutExploring,
	Do: func(ctx context.Context, d *Desk, in ExploreQuery) (explore.Answer, error) {
		return in.answer(ctx, d)
	},
}

// Explored is one sum, as a row of a table.
type Explored struct {
	Date     string            `json:"date,omitempty"`
	By       map[string]string `json:"by"` // the value of each dimension
	Other    bool              `json:"other,omitempty"`
	Currency money.Currency    `json:"currency"`
	ListCost money.Decimal     `json:"list_cost"`
	Cost     money.Decimal     `json:"cost"`
	Price    money.Decimal     `json:"price"`
	Margin   money.Decimal     `json:"margin"`
	Quantity *money.Decimal    `json:"quantity,omitempty"`
	Unit     string            `json:"unit,omitempty"`
	Lines    int64             `json:"lines"`
}

// ListExplored is Explore as a list, which can be a table.
var ListExplored = Listing[*Desk, ExploreQuery, Explored]{
	ID: "list-explored", Path: "/explore/rows", Tag: "Earnings", Title: "List sums of cost and price by anything", Needs: access.ReadMargin, Kept: true,
	About: "The rows of `explore` as a list, for tables. " + aboutExploring,
	Key: func(e Explored) string {
		return rowKey(e.By, e.Date, string(e.Currency), e.Unit, strconv.FormatBool(e.Other))
	},
	Do: func(ctx context.Context, d *Desk, in ExploreQuery) ([]Explored, error) {
		answer, err := in.answer(ctx, d)
		rows := make([]Explored, len(answer.Rows))
		for i, r := range answer.Rows {
			rows[i] = Explored{
				Date: r.Date, By: map[string]string{}, Other: r.Other, Currency: r.Currency, ListCost: r.ListCost, Cost: r.Cost, Price: r.Price, Margin: r.Margin,
				Quantity: r.Quantity, Unit: r.Unit, Lines: r.Lines,
			}
			for k, by := range answer.By {
				rows[i].By[string(by)] = r.Keys[k]
			}
		}
		return rows, err
	},
}

// rowKey tells a sum from others by what it is of.
func rowKey(by map[string]string, parts ...string) string {
	for _, name := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, name, by[name])
	}
	return strings.Join(parts, "\x00")
}

// ValuesQuery asks for the values of a dimension.
type ValuesQuery struct {
	MonthsQuery
	Dimension string `query:"dimension" maxLength:"300" default:"service" doc:"A dimension, or tag:KEY" example:"service"`
	Contains  string `query:"contains" maxLength:"200" doc:"Only values that have this text in them or in their label, in capital letters or small ones"`
}

// ListExploreValues lists the values of a dimension.
var ListExploreValues = Listing[*Desk, ValuesQuery, explore.Value]{
	ID: "list-explore-values", Path: "/explore/values", Tag: "Earnings", Title: "List the values of a dimension", Needs: access.ReadMargin, Kept: true,
	About: "What a dimension can be filtered by in months, with what is charged for it: the 100 dearest.",
	Key:   func(v explore.Value) string { return v.Value },
	Do: func(ctx context.Context, d *Desk, in ValuesQuery) ([]explore.Value, error) {
		from, to, err := in.months(ctx, d.Explorer.Newest)
		if err != nil || from.IsZero() {
			return []explore.Value{}, err
		}
		values, err := d.Explorer.Values(ctx, from, to, explore.Dimension(in.Dimension), in.Contains, nil)
		return values, unexplored(err)
	},
}

// ExploreDimension is something to sum by.
type ExploreDimension struct {
	Dimension string `json:"dimension"`
	Tag       string `json:"tag,omitempty"` // its key, where it is a tag
}

// dimensionsOf are named dimensions and those of tags.
func dimensionsOf(known []explore.Dimension, tags []string) []ExploreDimension {
	all := []ExploreDimension{}
	for _, d := range known {
		all = append(all, ExploreDimension{Dimension: string(d)})
	}
	for _, key := range tags {
		all = append(all, ExploreDimension{string(explore.Tag(key)), key})
	}
	return all
}

// ListExploreDimensions lists what can be summed by.
var ListExploreDimensions = Listing[*Desk, MonthsQuery, ExploreDimension]{
	ID: "list-explore-dimensions", Path: "/explore/dimensions", Tag: "Earnings", Title: "List what cost and price can be summed by", Needs: access.ReadMargin, Kept: true,
	About: "The dimensions, and the keys of all tags that are on lines of the months.",
	Key:   func(d ExploreDimension) string { return d.Dimension },
	Do: func(ctx context.Context, d *Desk, in MonthsQuery) ([]ExploreDimension, error) {
		from, to, err := in.months(ctx, d.Explorer.Newest)
		if err != nil || from.IsZero() {
			return dimensionsOf(explore.Dimensions(), nil), err
		}
		tags, err := d.Explorer.TagKeys(ctx, from, to, nil)
		return dimensionsOf(explore.Dimensions(), tags), unexplored(err)
	},
}
