package spend

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/store"
)

// Months of bills that are told at once.
const (
	UsualBills = 3
	MostBills  = 12
)

// Bill is what an organization spends in a month on one usage type of a service.
type Bill struct {
	Period    billing.Period `json:"period"`
	Final     bool           `json:"final"`          // the month is closed; else it is what there is so far
	Held      bool           `json:"held,omitempty"` // findings hold its close
	Provider  string         `json:"provider"`
	Category  string         `json:"category"` // the service
	UsageType string         `json:"usage_type"`
	Figure
}

// Bills are those of some last months.
type Bills struct {
	Head
	Bills   []Bill        `json:"bills"` // by month, provider, category and usage type, the newest month first
	Missing []MissingRate `json:"missing_rates"`
}

// Bills tells what an organization spent in its last months, by category and usage type.
// It is an *explore.InvalidError for more months than MostBills, or rows than an answer
// has.
func (s *Spends) Bills(ctx context.Context, c billing.Config, a Asked, months int) (Bills, error) {
	if months < 1 || months > MostBills {
		return Bills{}, &explore.InvalidError{Reason: "ask for 1 to 12 months of bills"}
	}
	k, err := s.begin(ctx, c, a)
	if err != nil {
		return Bills{}, err
	}
	told := Bills{Head: k.head, Bills: []Bill{}}
	for p := k.head.Period; months > 0; p, months = p.Previous(), months-1 {
		final, held, err := s.standing(ctx, k, p)
		if errors.Is(err, store.ErrNotFound) {
			continue // not rated
		}
		if err != nil {
			return Bills{}, err
		}
		rows, err := s.rows(ctx, k, explore.Question{From: p, By: []explore.Dimension{explore.Provider, explore.Service, explore.UsageType}})
		if err != nil {
			return Bills{}, err
		}
		for _, r := range rows {
			at := len(told.Bills) - 1
			if at >= 0 && told.Bills[at].is(p, r.keys) { // in another unit or currency
				told.Bills[at].Figure = told.Bills[at].plus(r.amount)
				continue
			}
			told.Bills = append(told.Bills, Bill{p, final, held, r.keys[0], r.keys[1], r.keys[2], r.amount})
		}
	}
	told.Missing = k.rates.missed()
	return told, nil
}

func (b Bill) is(p billing.Period, keys []string) bool {
	return b.Period == p && b.Provider == keys[0] && b.Category == keys[1] && b.UsageType == keys[2]
}

// Register is what an organization spends on a service on one day of a month; what
// lies outside the month counts on its first or last day.
type Register struct {
	Day      billing.Day `json:"day"`
	Provider string      `json:"provider"`
	Category string      `json:"category"` // the service
	Figure
}

// Registers are those of a month.
type Registers struct {
	Head
	Registers []Register    `json:"registers"` // by day, provider and category
	Missing   []MissingRate `json:"missing_rates"`
}

// Registers tells what an organization spends day by day in the month of Asked.Day, up
// to that day.
func (s *Spends) Registers(ctx context.Context, c billing.Config, a Asked) (Registers, error) {
	k, err := s.begin(ctx, c, a)
	if err != nil {
		return Registers{}, err
	}
	told := Registers{Head: k.head, Registers: []Register{}}
	rows, err := s.rows(ctx, k, explore.Question{From: k.head.Period, By: []explore.Dimension{explore.Provider, explore.Service}, Grain: explore.ByDay})
	if err != nil {
		return Registers{}, err
	}
	for _, r := range rows {
		day, err := within(k.head.Period, r.date)
		if err != nil {
			return Registers{}, err
		}
		if day > k.Day {
			continue
		}
		same := func(x Register) bool { return x.Day == day && x.Provider == r.keys[0] && x.Category == r.keys[1] }
		if at := slices.IndexFunc(told.Registers, same); at >= 0 {
			told.Registers[at].Figure = told.Registers[at].plus(r.amount)
			continue
		}
		told.Registers = append(told.Registers, Register{day, r.keys[0], r.keys[1], r.amount})
	}
	slices.SortStableFunc(told.Registers, func(a, b Register) int { return cmp.Compare(a.Day, b.Day) })
	told.Missing = k.rates.missed()
	return told, nil
}

// EstimateOf is what a month will come to for an organization, beside its last bill.
type EstimateOf struct {
	Head
	ToDate    Figure        `json:"to_date"`
	LastMonth Figure        `json:"last_month"`
	Estimate  *Estimate     `json:"estimate,omitempty"`
	Change    *Change       `json:"change,omitempty"`
	Missing   []MissingRate `json:"missing_rates"`
}

// Estimate tells what the month of Asked.Day will come to.
func (s *Spends) Estimate(ctx context.Context, c billing.Config, a Asked) (EstimateOf, error) {
	k, err := s.begin(ctx, c, a)
	if err != nil {
		return EstimateOf{}, err
	}
	is, err := s.daysOf(ctx, k, k.head.Period)
	if err != nil {
		return EstimateOf{}, err
	}
	before := k.head.Period.Previous()
	was, err := s.daysOf(ctx, k, before)
	if err != nil {
		return EstimateOf{}, err
	}
	told := EstimateOf{Head: k.head, ToDate: is.through(k.Day), LastMonth: was.through(before.LastDay())}
	told.Estimate = is.estimate(s.home.Today(), k.Day)
	told.Change, told.Missing = change(told.Estimate, told.LastMonth), k.rates.missed()
	return told, nil
}
