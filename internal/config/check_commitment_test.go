package config

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// R8: entries are refused exactly when some month has two that decide on the
// same units, looked up here month by month.
func TestOneDecisionAMonth(t *testing.T) {
	first, err := billing.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	calendar := []billing.Period{first}
	for len(calendar) < 6 {
		calendar = append(calendar, calendar[len(calendar)-1].Next())
	}
	rapid.Check(t, func(t *rapid.T) {
		var c billing.Config
		decided := map[string]int{} // by commitment, target and month
		allGiven := map[string]int{}
		clash := false
		seen := map[string]bool{}
		for range rapid.IntRange(0, 5).Draw(t, "entries") {
			entry := billing.Commitment{ID: rapid.SampledFrom([]string{"ri", "sp"}).Draw(t, "id")}
			switch rapid.SampledFrom([]string{"rest", "account", "group"}).Draw(t, "target") {
			case "account":
				entry.GiveTo = &billing.Beneficiary{Account: "1"}
			case "group":
				entry.GiveTo = &billing.Beneficiary{Group: rapid.SampledFrom([]string{"g", "h"}).Draw(t, "group")}
			}
			if entry.GiveTo != nil && rapid.Bool().Draw(t, "some units") {
				units := money.FromInt(1)
				entry.Units = &units
			}
			begin, end := 0, len(calendar)
			if rapid.Bool().Draw(t, "has a first month") {
				begin = rapid.IntRange(0, 4).Draw(t, "from")
				entry.From = &calendar[begin]
			}
			if rapid.Bool().Draw(t, "has an end") && begin < 5 {
				end = rapid.IntRange(begin+1, 5).Draw(t, "to")
				entry.To = &calendar[end]
			}
			id := commitmentID(entry)
			if seen[id] { // declared twice is another matter
				continue
			}
			seen[id] = true
			c.Commitments = append(c.Commitments, entry)
			to := "rest"
			if entry.GiveTo != nil {
				to = entry.GiveTo.Account + "|" + entry.GiveTo.Group
			}
			months := calendar[begin:end]
			if entry.From == nil { // it also holds before the calendar begins
				months = append([]billing.Period{first.Previous()}, months...)
			}
			for _, month := range months {
				key := entry.ID + " " + month.String()
				decided[key+" "+to]++
				if entry.GiveTo != nil && entry.Units == nil {
					allGiven[key]++
				}
				clash = clash || decided[key+" "+to] > 1 || allGiven[key] > 1
			}
		}
		var refused []string
		for _, problem := range Check(c) {
			if strings.HasPrefix(problem.Message, "R8:") {
				refused = append(refused, problem.String())
			}
		}
		if (len(refused) > 0) != clash {
			t.Fatalf("two decisions in a month: %t; refused: %q", clash, refused)
		}
	})
}
