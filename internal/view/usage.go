package view

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/store"
)

// Usage is a sum of what was used, at the price that the buyer pays: exact, tax
// out, in the provider's currency, before the invoice converts and rounds it.
// Dimensions that were not asked for are empty.
type Usage struct {
	Group     string         `json:"group,omitempty"`
	Day       string         `json:"day,omitempty"`
	Account   string         `json:"account,omitempty"`
	Name      string         `json:"account_name,omitempty"`
	Service   string         `json:"service,omitempty"`
	Region    string         `json:"region,omitempty"`
	UsageType string         `json:"usage_type,omitempty"`
	Currency  money.Currency `json:"currency"`
	Amount    money.Decimal  `json:"amount"`
	Lines     int64          `json:"lines"` // of the provider's export
}

// Question is what to sum up.
type Question struct {
	Period       billing.Period
	Organization string   // all of the view where it is empty
	By           []string // dimensions, of Dimensions
}

// dimension is something to sum by: its name, and its column in the charges.
type dimension struct {
	name, column string
	into         func(*Usage) *string
}

var dimensions = []dimension{
	{"group", `"group"`, func(u *Usage) *string { return &u.Group }},
	{"day", `CAST(CAST(charge_period_start AS DATE) AS VARCHAR)`, func(u *Usage) *string { return &u.Day }},
	{"account", `COALESCE(sub_account_id, '')`, func(u *Usage) *string { return &u.Account }},
	{"account_name", `COALESCE(sub_account_name, '')`, func(u *Usage) *string { return &u.Name }},
	{"service", `COALESCE(service_name, '')`, func(u *Usage) *string { return &u.Service }},
	{"region", `COALESCE(region_id, '')`, func(u *Usage) *string { return &u.Region }},
	{"usage_type", `COALESCE(x_usage_type, '')`, func(u *Usage) *string { return &u.UsageType }},
}

// Dimensions are the names of what usage can be summed by.
func Dimensions() []string {
	var names []string
	for _, d := range dimensions {
		names = append(names, d.name)
	}
	return names
}

// Usage answers a question, from the month as it was priced last. Only what is on
// invoices counts: usage and marketplace.
func (v *View) Usage(ctx context.Context, q Question) ([]Usage, error) {
	groups, err := v.Groups(q.Organization)
	if err != nil {
		return nil, err
	}
	asked := slices.Clone(dimensions)
	asked = slices.DeleteFunc(asked, func(d dimension) bool { return !slices.Contains(q.By, d.name) })
	if i := slices.IndexFunc(q.By, func(name string) bool { return !slices.Contains(Dimensions(), name) }); i >= 0 {
		return nil, fmt.Errorf("usage is not summed by %q; use %s", q.By[i], strings.Join(Dimensions(), ", "))
	}
	rated, err := v.home.Store.CurrentRated(ctx, q.Period)
	if errors.Is(err, store.ErrNotFound) {
		return []Usage{}, nil // nothing was priced yet
	}
	if err != nil {
		return nil, err
	}
	var files []string
	for _, g := range groups {
		its, err := v.home.Lake.Charges(q.Period, rated.Revision, g.ID)
		if err != nil {
			return nil, err
		}
		files = append(files, its...)
	}
	if len(files) == 0 {
		return []Usage{}, nil
	}
	return v.sum(ctx, files, asked)
}

//go:embed usage.sql
var usageSQL string

// sum adds up the charges in files by dimensions.
func (v *View) sum(ctx context.Context, files []string, asked []dimension) (_ []Usage, err error) {
	session, err := v.home.Engine.Session(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if err := session.View(ctx, "charges", files); err != nil {
		return nil, err
	}
	columns := ""
	for _, d := range asked {
		columns += d.column + ", "
	}
	query := strings.ReplaceAll(usageSQL, "{dimensions}", columns)
	rows, err := engine.Collect(ctx, session, func(u *Usage) []any {
		var places []any
		for _, d := range asked {
			places = append(places, d.into(u))
		}
		return append(places, &u.Currency, engine.Exact(&u.Amount), &u.Lines)
	}, query)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b Usage) int {
		for _, d := range asked {
			if c := cmp.Compare(*d.into(&a), *d.into(&b)); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Currency, b.Currency)
	})
	return rows, nil
}
