package pipeline

import (
	"context"
	"fmt"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/month"
)

// The parts of a month. Fees are all lines besides usage: what is bought,
// support, refunds, credits, tax.
const (
	partUsage = "usage"
	partFees  = "fees"
)

// PartStanding says where a part of a month stands.
type PartStanding string

const (
	PartDue  PartStanding = "due"  // its day has not passed yet
	PartLate PartStanding = "late" // its day has passed, and it is not final
	PartDone PartStanding = "done" // it is final, as far as its lines can tell
)

// CalendarEntry is a part of a payer's month.
type CalendarEntry struct {
	Payer    string       `json:"payer"`
	Name     string       `json:"name,omitempty"`
	Provider string       `json:"provider"`
	Part     string       `json:"part"` // usage | fees
	Day      billing.Day  `json:"day"`  // when it usually is final, UTC
	Standing PartStanding `json:"standing"`
	Why      string       `json:"why"`
}

// Calendar tells for every declared payer when the parts of a month usually are
// final, and where they stand as far as the month is loaded.
//
// Usage is done when the month is ready (R29). Where nothing but the end of the
// month says so, what was loaded before the usual day counts for nothing. Fees
// are done when usage is, their day has come, and no line is without the
// provider's invoice id: before it, more of them may follow.
func (p *Pipeline) Calendar(ctx context.Context, period billing.Period) ([]CalendarEntry, error) {
	c, err := p.home.Config(ctx)
	if err != nil {
		return nil, err
	}
	loads, _, err := p.home.InForce(ctx, c, period)
	if err != nil {
		return nil, err
	}
	entries := []CalendarEntry{}
	for _, payer := range c.Payers {
		r, err := p.readinessOf(period, payer, loads)
		if err != nil {
			return nil, err
		}
		if r.Reports == 0 && month.Rests(c, payer.ID, period) {
			continue
		}
		provider, _ := billing.ProviderOf(payer.Provider) // config knows no other
		for _, part := range []struct {
			name string
			day  int
		}{{partUsage, provider.UsageDay}, {partFees, provider.FeesDay}} {
			if part.day == 0 {
				continue
			}
			e := CalendarEntry{Payer: payer.ID, Name: payer.Name, Provider: payer.Provider, Part: part.name, Day: period.Next().FirstDay() + billing.Day(part.day-1)}
			e.stand(r, payer, p.home.Now().UTC())
			entries = append(entries, e)
		}
	}
	return entries, nil
}

// stand sets where the part stands at a time.
func (e *CalendarEntry) stand(r PayerReadiness, payer billing.Payer, now time.Time) {
	today := billing.DayOf(now)
	e.Standing, e.Why = PartDone, r.Why
	byLines := payer.Finality != "period-end" && r.invoiceIDs
	switch {
	case !r.Ready:
	case e.Part == partFees && today < e.Day:
		e.Why = "more of them may come until then"
	case e.Part == partFees && r.OpenLines > 0:
		e.Why = thousands(r.OpenLines) + " lines have no provider invoice id yet"
	case e.Part == partFees && byLines:
		e.Why = "every line has a provider invoice id"
		return
	case byLines:
		return
	case billing.DayOf(*r.LastLoaded) >= e.Day:
		return
	default:
		e.Why = fmt.Sprintf("last loaded on %s, and no invoice ids could prove it final; load it again then", billing.DayOf(*r.LastLoaded))
	}
	e.Standing = PartDue
	if today > e.Day {
		e.Standing = PartLate
	}
}
