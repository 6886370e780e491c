package view

import (
	"context"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
)

// Usage is a sum of what was used, at the price that the buyer pays: exact, tax
// out, in the provider's currency, before the invoice converts and rounds it.
// Dimensions that were not asked for are empty.
type Usage struct {
	Group     string            `json:"group,omitempty"`
	Day       string            `json:"day,omitempty"`
	Month     string            `json:"month,omitempty"`
	Account   string            `json:"account,omitempty"`
	Name      string            `json:"account_name,omitempty"`
	Service   string            `json:"service,omitempty"`
	Region    string            `json:"region,omitempty"`
	UsageType string            `json:"usage_type,omitempty"`
	Tags      map[string]string `json:"tags,omitempty"`  // by key, those that were asked for
	Other     bool              `json:"other,omitempty"` // the rest beside the top
	Currency  money.Currency    `json:"currency"`
	Amount    money.Decimal     `json:"amount"`
	Quantity  *money.Decimal    `json:"quantity,omitempty"`
	Unit      string            `json:"unit,omitempty"` // of the quantity: both only where usage types are asked about
	Lines     int64             `json:"lines"`          // of the provider's export
}

// Question is what to sum up.
type Question struct {
	// By has dimensions of explore.ShownDimensions and tags; day and month beside
	// them are the grain.
	explore.Question
	Organization string // all of the view where it is empty
}

// Usage answers a question, from the months as they were priced last. Only what is
// on invoices counts: usage and marketplace. It is an *explore.InvalidError where the
// question cannot be answered.
func (v *View) Usage(ctx context.Context, q Question) ([]Usage, error) {
	groups, err := v.groupIDs(q.Organization)
	if err != nil {
		return nil, err
	}
	for _, grain := range []explore.Dimension{explore.ByDay, explore.ByMonth} {
		if slices.Contains(q.By, grain) {
			q.Grain = string(grain)
			q.By = slices.DeleteFunc(slices.Clone(q.By), func(d explore.Dimension) bool { return d == grain })
		}
	}
	rows, err := v.home.Explorer.Prices(ctx, q.Question, groups)
	if err != nil {
		return nil, err
	}
	all := make([]Usage, len(rows))
	for i, r := range rows {
		all[i] = Usage{Other: r.Other, Currency: r.Currency, Amount: r.Price, Quantity: r.Quantity, Unit: r.Unit, Lines: r.Lines}
		switch q.Grain {
		case explore.ByDay:
			all[i].Day = r.Date
		case explore.ByMonth:
			all[i].Month = r.Date
		}
		for k, d := range q.By {
			all[i].set(d, r.Keys[k])
		}
	}
	return all, nil
}

// set puts the value of a dimension into its field.
func (u *Usage) set(d explore.Dimension, value string) {
	switch d {
	case explore.Group:
		u.Group = value
	case explore.Account:
		u.Account = value
	case explore.AccountName:
		u.Name = value
	case explore.Service:
		u.Service = value
	case explore.Region:
		u.Region = value
	case explore.UsageType:
		u.UsageType = value
	default:
		if u.Tags == nil {
			u.Tags = map[string]string{}
		}
		u.Tags[strings.TrimPrefix(string(d), string(explore.Tag("")))] = value
	}
}

// Newest is the last month that was priced; the zero Period where none was.
func (v *View) Newest(ctx context.Context) (billing.Period, error) {
	return v.home.Explorer.Newest(ctx)
}

// UsageValues lists the values of a dimension in what the view's groups are billed;
// see explore.Explorer.Values.
func (v *View) UsageValues(ctx context.Context, from, to billing.Period, organization string, d explore.Dimension, containing string) ([]explore.Value, error) {
	groups, err := v.groupIDs(organization)
	if err != nil || from.IsZero() { // nothing is priced
		return []explore.Value{}, err
	}
	return v.home.Explorer.Values(ctx, from, to, d, containing, groups)
}

// UsageTags lists the keys of the tags on the view's own lines.
func (v *View) UsageTags(ctx context.Context, from, to billing.Period, organization string) ([]string, error) {
	groups, err := v.groupIDs(organization)
	if err != nil || from.IsZero() { // nothing is priced
		return []string{}, err
	}
	return v.home.Explorer.TagKeys(ctx, from, to, groups)
}

// groupIDs are the billing groups of the view, or of one organization in it; never
// nil, which would be all.
func (v *View) groupIDs(organization string) ([]string, error) {
	groups, err := v.Groups(organization)
	ids := make([]string, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	return ids, err
}
