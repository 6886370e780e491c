package pipeline

import (
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/store"
)

// Each case says how old data may be by a calendar: what is just in time, and a second
// or minute later is late.
func TestLate(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	data := func(period, when string) SourceAge {
		p, err := billing.ParsePeriod(period)
		if err != nil {
			t.Fatal(err)
		}
		return SourceAge{DeclaredAt: at("2026-01-01 00:00"), GoodAt: at(when), Data: &store.SourceData{Source: "s", Period: p, At: at(when)}}
	}
	declared := SourceAge{DeclaredAt: at("2026-10-20 08:00")}
	for name, test := range map[string]struct {
		kind       string
		age        SourceAge
		fine, late string
	}{
		"an export of this month":                 {"aws-cur2", data("2026-10", "2026-10-20 08:00"), "2026-10-22 08:00", "2026-10-22 08:01"},
		"an export of the last month":             {"focus", data("2026-09", "2026-10-02 12:00"), "2026-10-03 00:00", "2026-10-03 00:01"},
		"the past, loaded today":                  {"focus", data("2026-07", "2026-08-01 12:00"), "2026-08-03 00:00", "2026-08-03 00:01"},
		"an export that never came":               {"focus", declared, "2026-10-22 08:00", "2026-10-22 08:01"},
		"a backend that has nothing new":          {billing.FromBackend, SourceAge{GoodAt: at("2026-10-20 00:30"), Data: data("2026-05", "2026-06-01 00:30").Data}, "2026-10-22 00:30", "2026-10-22 00:31"},
		"a backend that never told a thing":       {billing.FromBackend, declared, "2026-10-22 08:00", "2026-10-22 08:01"},
		"pushed bills":                            {billing.Pushed, data("2026-09", "2026-10-02 12:00"), "2026-11-11 00:00", "2026-11-11 00:01"},
		"bills that were never pushed":            {billing.Pushed, declared, "2026-11-11 00:00", "2026-11-11 00:01"},
		"bills to be pushed from the last day on": {billing.Pushed, SourceAge{DeclaredAt: at("2026-10-31 23:00")}, "2026-11-11 00:00", "2026-11-11 00:01"},
	} {
		t.Run(name, func(t *testing.T) {
			s := billing.Source{Name: "s", Kind: test.kind}
			if test.age.Late(s, at(test.fine)) {
				t.Errorf("it is late at %s already", test.fine)
			}
			if !test.age.Late(s, at(test.late)) {
				t.Errorf("it is not late at %s", test.late)
			}
		})
	}
}
