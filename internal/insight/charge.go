package insight

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

var (
	//go:embed sql/day.sql
	daySQL string
	//go:embed sql/flow.sql
	flowSQL string
	//go:embed sql/item.sql
	itemSQL string
)

// charges are those of a month as it was rated last, of some billing groups or of
// all that the reseller sells itself: summed by day, in the table days. Where these
// have none, there is no session.
type charges struct {
	engine.Session
	period  billing.Period
	names   map[string]string // that accounts were given, by id
	through billing.Day       // the last one with usage of anybody; before the month where there is none
	final   bool              // the month was closed, not looked ahead at
}

// charges opens the charges of a month; nil where it is not rated. No groups means
// all charges that the reseller itself sells. cost is costSQL or noCostSQL. Close
// what is returned.
func (in *Insights) charges(ctx context.Context, period billing.Period, groups []string, cost string) (_ *charges, err error) {
	rated, detail, err := in.home.CurrentRating(ctx, period)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c := &charges{period: period, final: isFinal(detail, groups)}
	if c.through, err = in.through(ctx, period); err != nil {
		return nil, err
	}
	files, err := in.files(period, rated.Revision, groups)
	if err != nil || len(files) == 0 {
		return c, err
	}
	declared, err := in.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	c.names = declared.AccountNames()
	if c.Session, err = in.home.Engine.Session(ctx); err != nil {
		return nil, err
	}
	bound := "TRUE"
	if len(groups) == 0 {
		bound = "x_seller IS NULL"
	}
	err = c.View(ctx, "charges", files)
	if err == nil {
		err = c.sum(ctx, bound, cost)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// through is the last day of a month that has usage of anybody: how far the
// provider's data goes. It is the day before the month where there is none.
func (in *Insights) through(ctx context.Context, period billing.Period) (billing.Day, error) {
	answer, err := in.explorer.Sum(ctx, explore.Question{
		From: period, Grain: explore.ByDay, Where: []explore.Condition{{Dimension: explore.Class, Values: []string{"usage"}}},
	})
	through := period.FirstDay() - 1
	for _, r := range answer.Rows {
		day, bad := billing.ParseDay(r.Date)
		if bad != nil {
			return 0, bad
		}
		through = max(through, within(period, day))
	}
	return through, err
}

// within brings a day into the month.
func within(period billing.Period, day billing.Day) billing.Day {
	return min(max(day, period.FirstDay()), period.LastDay())
}

// sum makes the table days of the view charges: of the rows that a condition bounds.
func (c *charges) sum(ctx context.Context, bound, cost string) error {
	days := strings.NewReplacer("{cost}", cost, "{bound}", bound).Replace(daySQL)
	if err := c.Exec(ctx, "CREATE OR REPLACE TEMP TABLE days AS "+days); err != nil {
		return fmt.Errorf("summing the charges of %s: %w", c.period, err)
	}
	return nil
}

// Close drops the table, which the engine would keep for who opens a session next.
func (c *charges) Close() error {
	if c.Session == nil {
		return nil
	}
	return errors.Join(c.Exec(context.Background(), "DROP TABLE IF EXISTS days"), c.Session.Close())
}

// read collects what a query says of the table days.
func read[T any](ctx context.Context, c *charges, query string, to func(*T) []any) ([]T, error) {
	if c.Session == nil {
		return nil, nil
	}
	all, err := engine.Collect(ctx, c.Session, to, query)
	if err != nil {
		return nil, fmt.Errorf("summing the charges of %s: %w", c.period, err)
	}
	return all, nil
}

// files are those with the charges of billing groups; of all where none is named.
func (in *Insights) files(period billing.Period, revision string, groups []string) (files []string, err error) {
	if len(groups) == 0 {
		groups = []string{""}
	}
	for _, g := range groups {
		its, err := in.home.Lake.Charges(period, revision, g)
		if err != nil {
			return nil, err
		}
		files = append(files, its...)
	}
	return files, nil
}

// isFinal tells whether a month was closed for all of these groups; for all there
// are where none is named.
func isFinal(detail month.Rating, groups []string) bool {
	if detail.Preview || len(detail.Groups) > 0 && len(groups) == 0 {
		return false
	}
	closed := map[string]bool{}
	for _, g := range detail.Groups {
		closed[g] = true
	}
	for _, g := range groups {
		if len(closed) > 0 && !closed[g] {
			return false
		}
	}
	return true
}

// What the reseller pays for a charge: after discounts in columns, without the
// provider's tax. For those who buy it is never read.
const (
	costSQL   = `CASE WHEN x_class = 'tax' THEN x_net_cost - x_cost ELSE x_net_cost END`
	noCostSQL = `CAST(0 AS DECIMAL(38, 18))`
)

// flow is what charges of one day come to.
type flow struct {
	currency    money.Currency
	day         billing.Day
	once        bool // there once in a month
	price, cost money.Decimal
}

// flows sums the charges up by day. What lies outside the month counts on its first
// or last day.
func (c *charges) flows(ctx context.Context) (all []flow, err error) {
	type row struct {
		flow
		day string
	}
	query := strings.NewReplacer("{first}", c.period.FirstDay().String(), "{through}", c.through.String()).Replace(flowSQL)
	rows, err := read(ctx, c, query, func(r *row) []any {
		return []any{&r.currency, &r.day, &r.once, engine.Exact(&r.price), engine.Exact(&r.cost)}
	})
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		day, err := billing.ParseDay(r.day)
		if err != nil {
			return nil, err
		}
		r.flow.day = within(c.period, day)
		all = append(all, r.flow)
	}
	return all, nil
}

// item is what is charged for one usage type of a service in an account.
type item struct {
	itemKey
	name     string // of the account, as documents have it: as declared, else as in the provider's file
	amount   money.Decimal
	quantity money.Decimal // of unit; 0 where nothing is counted
}

type itemKey struct {
	currency                          money.Currency
	account, service, usageType, unit string
}

// items sums the charges up by what they are for: of the month's first days alone,
// where days is not 0.
func (c *charges) items(ctx context.Context, days int) ([]item, error) {
	all, err := read(ctx, c, strings.ReplaceAll(itemSQL, "{compared}", c.compared(days)), func(i *item) []any {
		return []any{&i.currency, &i.account, &i.name, &i.service, &i.usageType, &i.unit, engine.Exact(&i.amount), engine.Exact(&i.quantity)}
	})
	for i := range all {
		all[i].name = cmp.Or(c.names[all[i].account], all[i].name)
	}
	return all, err
}

// compared is the condition of SQL that a day is among the month's first days; all
// are where days is 0.
func (c *charges) compared(days int) string {
	if days == 0 {
		return "TRUE"
	}
	return fmt.Sprintf("day < CAST('%s' AS DATE)", c.period.FirstDay()+billing.Day(days))
}
