package month

import (
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Nothing is awaited of a payer when its sources have ended, or in a month that is before
// anybody has what a vendor's accounts use. Exports are awaited all the same.
func TestRests(t *testing.T) {
	october := billing.PeriodOf(time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC))
	middle := october.FirstDay() + 14
	config := func(from *billing.Day, sources ...billing.Source) billing.Config {
		c := billing.Config{Sources: append(sources, billing.Source{Name: "other", Kind: "focus", Payer: "other"})}
		if from != nil {
			c.BillingGroups = []billing.BillingGroup{{ID: "a", Enrol: []billing.Enrolment{{Payer: "p", From: *from + 40}, {Payer: "other", From: 0}}}, {ID: "b", Enrol: []billing.Enrolment{{Payer: "p", From: *from}}}}
		}
		return c
	}
	backend := billing.Source{Name: "a", Kind: billing.FromBackend, Payer: "p"}
	pushed := billing.Source{Name: "b", Kind: billing.Pushed, Payer: "p"}
	export := billing.Source{Name: "c", Kind: "focus", Payer: "p"}
	ended := billing.Source{Name: "d", Kind: "focus", Payer: "p", Ended: true}
	for name, test := range map[string]struct {
		c      billing.Config
		period billing.Period
		want   bool
	}{
		"no source":                         {config(nil), october, false},
		"ended":                             {config(nil, ended), october, true},
		"ended in part":                     {config(nil, ended, export), october, false},
		"a vendor, before":                  {config(&middle, backend, pushed, ended), october.Previous(), true},
		"a vendor, in its first month":      {config(&middle, backend), october, false},
		"a vendor, after":                   {config(&middle, backend), october.Next(), false},
		"a vendor whose accounts are given": {config(nil, backend), october.Previous(), false},
		"exports, before":                   {config(&middle, export), october.Previous(), false},
		"exports beside a vendor, before":   {config(&middle, backend, export), october.Previous(), false},
	} {
		if got := Rests(test.c, "p", test.period); got != test.want {
			t.Errorf("%s: it is %v", name, got)
		}
	}
}
