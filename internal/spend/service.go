package spend

import (
	"cmp"
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
)

// Services is a table of services over the last 6 days or months, the dearest of the
// last one first.
type Services struct {
	Grain   string         `json:"grain"`   // day or month
	Periods []string       `json:"periods"` // the oldest first
	Rows    []ServiceSpend `json:"rows"`
	Total   []Cell         `json:"total"`
}

// ServiceSpend is a row of the table.
type ServiceSpend struct {
	Provider string `json:"provider"`
	Service  string `json:"service"`
	Cells    []Cell `json:"cells"` // one for each period
}

// Cell is what one period comes to.
type Cell struct {
	Figure
	// High says that it is more than 1.5 times the period before, in which something was
	// spent.
	High bool `json:"high,omitempty"`
}

const tablePeriods = 6

// isHigh tells whether an amount is more than 1.5 times the one before, which is told
// without fractions: twice the one is more than three times the other.
func isHigh(is, was money.Decimal) bool {
	return was.Sign() > 0 && is.Mul(money.FromInt(2)).Cmp(was.Mul(money.FromInt(3))) > 0
}

// services makes the table of the last months, or of the last days.
func (s *Spends) services(ctx context.Context, k *asking, byMonth []row) (Services, error) {
	if !k.Daily {
		var periods []string
		for p := monthsBefore(k.head.Period, tablePeriods); !k.head.Period.Before(p); p = p.Next() {
			periods = append(periods, p.String())
		}
		return table(explore.ByMonth, periods, byMonth), nil
	}
	var periods []string
	var rows []row
	for day := k.Day - tablePeriods; day <= k.Day; day++ {
		periods = append(periods, day.String())
	}
	for p := billing.PeriodOf((k.Day - tablePeriods).Time()); !k.head.Period.Before(p); p = p.Next() {
		its, err := s.rows(ctx, k, explore.Question{From: p, By: []explore.Dimension{explore.Provider, explore.Service}, Grain: explore.ByDay})
		if err != nil {
			return Services{}, err
		}
		rows = append(rows, its...)
	}
	return table(explore.ByDay, periods, rows), nil
}

// table puts sums into the cells of periods. The first period is only what the next one
// is compared with.
func table(grain string, periods []string, rows []row) Services {
	t := Services{Grain: grain, Periods: periods[1:], Rows: []ServiceSpend{}}
	type name struct{ provider, service string }
	sums := map[name][]Figure{}
	total := make([]Figure, len(periods))
	for _, r := range rows {
		at := slices.Index(periods, r.date)
		if at < 0 {
			continue
		}
		key := name{r.keys[0], r.keys[1]}
		if sums[key] == nil {
			sums[key] = make([]Figure, len(periods))
		}
		sums[key][at], total[at] = sums[key][at].plus(r.amount), total[at].plus(r.amount)
	}
	for key, figures := range sums {
		if slices.ContainsFunc(figures[1:], func(f Figure) bool { return f.Partial || !f.Amount.IsZero() }) {
			t.Rows = append(t.Rows, ServiceSpend{key.provider, key.service, cells(figures)})
		}
	}
	t.Total = cells(total)
	slices.SortFunc(t.Rows, func(a, b ServiceSpend) int {
		last := len(a.Cells) - 1
		return cmp.Or(b.Cells[last].Amount.Cmp(a.Cells[last].Amount), cmp.Compare(a.Provider, b.Provider), cmp.Compare(a.Service, b.Service))
	})
	return t
}

// cells are figures beside those before them; the first one is not shown.
func cells(figures []Figure) []Cell {
	all := make([]Cell, len(figures)-1)
	for i, f := range figures[1:] {
		all[i] = Cell{f, isHigh(f.Amount, figures[i].Amount)}
	}
	return all
}
