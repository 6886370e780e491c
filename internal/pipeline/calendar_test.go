package pipeline

import (
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Where usage and fees stand, by readiness and day.
func TestCalendarStanding(t *testing.T) {
	at := func(day int) *time.Time {
		x := time.Date(2024, 4, day, 12, 0, 0, 0, time.UTC)
		return &x
	}
	byIDs := PayerReadiness{Ready: true, Why: "ids", invoiceIDs: true, LastLoaded: at(4)}
	open := byIDs
	open.OpenLines = 1204
	waiting := PayerReadiness{Why: "waits", invoiceIDs: true, LastLoaded: at(4)}
	byDate := PayerReadiness{Ready: true, Why: "over", LastLoaded: at(4)}
	byDateLater := byDate
	byDateLater.LastLoaded = at(9)
	for name, c := range map[string]struct {
		part     string
		day, now int
		r        PayerReadiness
		finality string
		want     PartStanding
		why      string
	}{
		"nothing, before the day":   {partUsage, 5, 4, PayerReadiness{Why: "nothing is loaded", invoiceIDs: true}, "", "due", "nothing is loaded"},
		"nothing, on the day":       {partUsage, 5, 5, PayerReadiness{Why: "nothing is loaded", invoiceIDs: true}, "", "due", "nothing is loaded"},
		"nothing, after it":         {partUsage, 5, 6, PayerReadiness{Why: "nothing is loaded", invoiceIDs: true}, "", "late", "nothing is loaded"},
		"early":                     {partUsage, 5, 4, byIDs, "", "done", "ids"},
		"open lines, late":          {partUsage, 5, 6, waiting, "", "late", "waits"},
		"fees before their day":     {partFees, 15, 14, byIDs, "", "due", "more of them may come until then"},
		"fees on their day":         {partFees, 15, 15, byIDs, "", "done", "every line has a provider invoice id"},
		"fees without ids":          {partFees, 15, 16, open, "", "late", "1,204 lines have no provider invoice id yet"},
		"fees while usage is open":  {partFees, 15, 16, waiting, "", "late", "waits"},
		"no ids, loaded too early":  {partUsage, 9, 10, byDate, "", "late", "last loaded on 2024-04-04, and no invoice ids could prove it final; load it again then"},
		"no ids, loaded on the day": {partUsage, 9, 9, byDateLater, "", "done", "over"},
		"by the month's end":        {partUsage, 9, 8, byIDs, "period-end", "due", "last loaded on 2024-04-04, and no invoice ids could prove it final; load it again then"},
	} {
		e := CalendarEntry{Part: c.part, Day: billing.DayOf(*at(c.day))}
		e.stand(c.r, billing.Payer{Finality: c.finality}, *at(c.now))
		if e.Standing != c.want || e.Why != c.why {
			t.Errorf("%s: %s, %q; want %s, %q", name, e.Standing, e.Why, c.want, c.why)
		}
	}
}
