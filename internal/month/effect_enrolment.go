package month

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
)

// addEnrolments decides who enrols the accounts of which payer. Which payer an
// account is of is not declared: each that is not somebody's on all days of the
// month counts as one that may be enrolled. It comes after the tag claims.
func (e monthEffects) addEnrolments(c billing.Config, period billing.Period, accounts map[string]bool, owned map[owning]bool) {
	claimed := map[string]billing.Day{} // how many days of the month
	for _, o := range (assign.Month{Period: period, Config: c}).Ownerships(assign.Load{}) {
		claimed[o.Account] += o.To - o.From + 1
	}
	var free []string
	for a := range accounts {
		free = append(free, a)
	}
	if accounts == nil {
		free = append(free, "") // one of which nothing is said
		for _, a := range c.Accounts {
			free = append(free, a.ID)
		}
	}
	free = slices.DeleteFunc(free, func(a string) bool { return claimed[a] > period.LastDay()-period.FirstDay() })
	if len(free) == 0 {
		return
	}
	type days struct {
		Group    string
		From, To billing.Day
	}
	enrolled := map[string][]days{} // by payer
	for _, g := range c.BillingGroups {
		for _, x := range g.Enrol {
			from, to, ok := during(period, &x.From, x.To)
			if !ok {
				continue
			}
			enrolled[x.Payer] = append(enrolled[x.Payer], days{g.ID, from, to})
			for _, a := range free {
				owned[owning{g.ID, a}] = true
			}
		}
	}
	for payer, all := range enrolled {
		slices.SortFunc(all, func(a, b days) int { return int(a.From - b.From) }) // on no day two
		e.enrolments[payer] = written(all)
	}
}
