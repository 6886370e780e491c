// Package spend tells what an organization spends, the reseller, a customer, or a unit
// with all that is nested in it, in one currency: the month so far, what it will come
// to, the months before, by service, by whom below it, bill by bill and day by day, and
// how it stands with the accounts that its bills are read from.
//
// Amounts are exact and without tax of ours. Those of a month in another currency are
// converted at that month's common rate (R19). A rate that is missing is told, with the
// amount that is left out by it; it is never 1, and never that of another month.
package spend

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/store"
)

// Spends tell what organizations spend.
type Spends struct {
	home     *month.Installation
	explorer *explore.Explorer
}

// New returns what tells the spend of an installation's organizations.
func New(home *month.Installation, x *explore.Explorer) *Spends { return &Spends{home, x} }

// Measure is by which amounts spend is told.
type Measure string

// The measures.
const (
	Price Measure = "price" // what the organization is charged; of the reseller, what it charges
	Cost  Measure = "cost"  // what providers charge the reseller, with their tax, after discounts; of the reseller alone
)

// Asked says whose spend is told, and how.
type Asked struct {
	Organization string  // its id
	Measure      Measure // Price where it is empty
	// Currency in which all is told. Where it is empty it is that of the organization's
	// billing groups if they have one in common, else the reseller's.
	Currency money.Currency
	Provider string // of one cloud provider alone
	// Day is the last one that counts, UTC; the last one that there is data of where it
	// is 0.
	Day billing.Day
	// Daily makes the periods of the services days instead of months.
	Daily bool
	// WithUnassigned adds, of the reseller, the cost of what is nobody's.
	WithUnassigned bool
}

// Figure is an amount in the currency that was asked for.
type Figure struct {
	Amount money.Decimal `json:"amount"`
	// Partial says that something in a currency without a rate is not in it; Missing
	// lists what.
	Partial bool `json:"partial,omitempty"`
}

// plus adds another figure.
func (f Figure) plus(g Figure) Figure { return Figure{f.Amount.Add(g.Amount), f.Partial || g.Partial} }

// Head is what all answers say of themselves.
type Head struct {
	Organization string         `json:"organization"`
	Name         string         `json:"name"`
	Kind         string         `json:"kind"` // reseller, customer or unit
	Measure      Measure        `json:"measure"`
	Currency     money.Currency `json:"currency"`
	Period       billing.Period `json:"period"`
	Day          billing.Day    `json:"day"` // the last one that counts
	// ProviderNames are what declared providers that the answer names are called, by id;
	// those that Sluice knows are not among them.
	ProviderNames map[string]string `json:"provider_names,omitempty"`
}

// Spend is what an organization spends, as the reseller sees it.
type Spend struct {
	Told
	Unassigned *Figure          `json:"unassigned,omitempty"` // cost in the month of what is nobody's; of the reseller alone
	Sources    []SourceStanding `json:"sources"`
}

// Told is what an organization spends. There is nothing in it of what was paid above,
// as long as it is told at its price.
type Told struct {
	Head
	ToDate    Figure    `json:"to_date"`            // of the month, through Day
	LastMonth Figure    `json:"last_month"`         // all of the month before: its bill
	Estimate  *Estimate `json:"estimate,omitempty"` // what the month will come to; nil before its first day is full
	Change    *Change   `json:"change,omitempty"`   // the estimate beside the last bill; nil where there is none

	Days     []DayFigure   `json:"days"`   // the last 14
	Months   []MonthFigure `json:"months"` // the last 12, the current one through Day
	Services Services      `json:"services"`
	Parts    []Part        `json:"parts"` // who it is for: itself and those directly below
	Below    []Part        `json:"below"` // units further below, each with all that is nested in it; they are in the parts already
	Missing  []MissingRate `json:"missing_rates"`
}

// DayFigure is what one day comes to.
type DayFigure struct {
	Day billing.Day `json:"day"`
	Figure
}

// MonthFigure is what one month comes to.
type MonthFigure struct {
	Month billing.Period `json:"month"`
	Figure
}

// Change is a sum beside another one.
type Change struct {
	Amount  money.Decimal  `json:"amount"`
	Percent *money.Decimal `json:"percent,omitempty"` // cut after 2 digits; nil where nothing was spent before
}

const (
	trendDays     = 14
	trendMonths   = 12
	percentDigits = 2
)

// asking is a question on its way: what is known of whom it is about.
type asking struct {
	Asked
	organization access.Organization
	tree         access.Tree
	declared     billing.Config
	groups       []string
	head         Head
	rates        *rates
}

// begin looks up whom a question is about. It is store.ErrNotFound where there is no
// such organization.
func (s *Spends) begin(ctx context.Context, c billing.Config, a Asked) (*asking, error) {
	k := &asking{Asked: a, tree: access.TreeOf(c), declared: c}
	o, ok := k.tree.Organization(a.Organization)
	if !ok {
		return nil, fmt.Errorf("organization %s %w", a.Organization, store.ErrNotFound)
	}
	k.organization, k.Measure = o, cmp.Or(a.Measure, Price)
	if k.Measure != Price && (k.Measure != Cost || !k.isReseller()) {
		return nil, &explore.InvalidError{Reason: fmt.Sprintf("the spend of %s is told at its price; cost is the reseller's own", a.Organization)}
	}
	if !k.isReseller() {
		k.groups = k.tree.Groups(o.ID)
	}
	k.Currency = cmp.Or(k.Currency, k.usual())
	k.rates = &rates{all: c.ExchangeRates, to: k.Currency}
	if k.Day == 0 {
		if err := s.newestDay(ctx, k); err != nil {
			return nil, err
		}
	}
	k.head = Head{o.ID, o.Name, o.Kind, k.Measure, k.Currency, billing.PeriodOf(k.Day.Time()), k.Day, map[string]string{}} // the names come with the rows
	return k, nil
}

// newestDay sets the day to the last one that has usage, up to today; to the last of
// the newest month where that has none.
func (s *Spends) newestDay(ctx context.Context, k *asking) error {
	k.Day = s.home.Today()
	newest, err := s.explorer.Newest(ctx)
	if err != nil || newest.IsZero() {
		return err
	}
	k.Day = min(k.Day, newest.LastDay())
	is, err := s.daysOf(ctx, k, newest)
	if err != nil {
		return err
	}
	if seen := is.seen(k.Day); seen >= newest.FirstDay() {
		k.Day = seen
	}
	return nil
}

// usual is the currency of the organization's billing groups where they have one in
// common, else the reseller's.
func (k *asking) usual() (usual money.Currency) {
	for _, g := range k.declared.BillingGroups {
		if !slices.Contains(k.groups, g.ID) {
			continue
		}
		if its := money.Currency(g.Currency); usual == "" || usual == its {
			usual = its
		} else {
			usual = ""
			break
		}
	}
	if usual == "" && k.declared.Reseller != nil {
		usual = money.Currency(k.declared.Reseller.Currency)
	}
	return usual
}

func (k *asking) isReseller() bool { return k.organization.ID == access.Root }

// row is a sum, converted.
type row struct {
	keys   []string
	date   string // as the grain has it
	amount Figure
}

// rows answers a question of amounts. The months of it are from first to last; where
// the rows are not divided by month it is one month, so that its rate is known.
func (s *Spends) rows(ctx context.Context, k *asking, q explore.Question) ([]row, error) {
	if k.Provider != "" {
		q.Where = append(slices.Clone(q.Where), explore.Condition{Dimension: explore.Provider, Values: []string{k.Provider}})
	}
	found, err := s.found(ctx, k, q)
	if err != nil {
		return nil, err
	}
	all := make([]row, len(found))
	for i, r := range found {
		at := q.From
		if q.Grain == explore.ByMonth {
			if at, err = billing.ParsePeriod(r.Date); err != nil {
				return nil, err
			}
		}
		all[i] = row{r.Keys, r.Date, k.rates.convert(at, r.Currency, r.Price)}
		if len(q.By) > 0 && q.By[0] == explore.Provider {
			k.name(r.Keys[0])
		}
	}
	return all, nil
}

// name says in the answer what a provider is called, where it is one that is declared.
func (k *asking) name(provider string) {
	for _, p := range k.declared.Providers {
		if p.ID == provider && p.Name != "" {
			k.head.ProviderNames[p.ID] = p.Name
		}
	}
}

// found are the sums as package explore has them, in the provider's currency.
func (s *Spends) found(ctx context.Context, k *asking, q explore.Question) ([]explore.PriceRow, error) {
	if !k.isReseller() {
		return s.explorer.Spent(ctx, q, k.groups)
	}
	answer, err := s.explorer.Sum(ctx, q)
	all := make([]explore.PriceRow, len(answer.Rows))
	for i, r := range answer.Rows {
		all[i] = explore.PriceRow{Keys: r.Keys, Date: r.Date, Currency: r.Currency, Price: r.Price}
		if k.Measure == Cost {
			all[i].Price = r.Cost
		}
	}
	return all, err
}

// Of tells what an organization spends.
func (s *Spends) Of(ctx context.Context, c billing.Config, a Asked) (Spend, error) {
	k, err := s.begin(ctx, c, a)
	if err != nil {
		return Spend{}, err
	}
	now, before := k.head.Period, k.head.Period.Previous()
	is, err := s.daysOf(ctx, k, now)
	if err != nil {
		return Spend{}, err
	}
	was, err := s.daysOf(ctx, k, before)
	if err != nil {
		return Spend{}, err
	}
	told := Spend{Told: Told{Head: k.head, ToDate: is.through(k.Day), LastMonth: was.through(before.LastDay())}}
	told.Estimate = is.estimate(s.home.Today(), k.Day)
	told.Change = change(told.Estimate, told.LastMonth)
	told.Days = trend(is, was, k.Day)
	byService, err := s.byService(ctx, k)
	if err != nil {
		return Spend{}, err
	}
	told.Months = monthTrend(byService, now, told.ToDate)
	if told.Services, err = s.services(ctx, k, byService); err != nil {
		return Spend{}, err
	}
	if told.Parts, told.Below, err = s.parts(ctx, k); err != nil {
		return Spend{}, err
	}
	if k.isReseller() && a.WithUnassigned {
		if told.Unassigned, err = s.unassigned(ctx, k); err != nil {
			return Spend{}, err
		}
	}
	told.Sources, err = s.sources(ctx, k)
	told.Missing = k.rates.missed()
	return told, err
}

// change is the estimate beside the last bill.
func change(e *Estimate, last Figure) *Change {
	if e == nil || last.Amount.IsZero() {
		return nil
	}
	c := &Change{Amount: e.Amount.Sub(last.Amount)}
	percent := c.Amount.Mul(money.FromInt(100)).Quo(last.Amount, percentDigits)
	c.Percent = &percent
	return c
}

// byService are the last 12 months, by provider and service.
func (s *Spends) byService(ctx context.Context, k *asking) ([]row, error) {
	return s.rows(ctx, k, explore.Question{
		From: monthsBefore(k.head.Period, trendMonths-1), To: k.head.Period, By: []explore.Dimension{explore.Provider, explore.Service}, Grain: explore.ByMonth,
	})
}

// monthsBefore is the month that lies so many before another one.
func monthsBefore(p billing.Period, n int) billing.Period {
	for range n {
		p = p.Previous()
	}
	return p
}

// trend are the last 14 days, of this month and the one before, the oldest first.
func trend(is, was days, through billing.Day) []DayFigure {
	all := []DayFigure{}
	for day := through - trendDays + 1; day <= through; day++ {
		of := is
		if day < is.period.FirstDay() {
			of = was
		}
		all = append(all, DayFigure{day, of.on(day)})
	}
	return all
}

// monthTrend are the last 12 months, the oldest first; the current one as far as it
// counts.
func monthTrend(rows []row, now billing.Period, toDate Figure) []MonthFigure {
	all := []MonthFigure{}
	for p := monthsBefore(now, trendMonths-1); p.Before(now); p = p.Next() {
		sum := Figure{}
		for _, r := range rows {
			if r.date == p.String() {
				sum = sum.plus(r.amount)
			}
		}
		all = append(all, MonthFigure{p, sum})
	}
	return append(all, MonthFigure{now, toDate})
}
