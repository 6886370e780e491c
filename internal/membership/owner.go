package membership

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/mapping"
	"github.com/sluice-billing/sluice/internal/store"
)

// owner is who has an account on a day.
type owner struct {
	mapping.Owner
}

// byEnrolment is how an owner has an account that it does not claim.
const byEnrolment = "enrolment"

// group is the id of the billing group that it is; empty where it is none.
func (o *owner) group() string {
	if o == nil || o.Kind != "group" {
		return ""
	}
	return o.ID
}

// owners know who has which account. What tags claim inside an account is left aside,
// as it is where accounts are mapped.
type owners struct {
	byAccount map[string][]owner
	enrolled  map[string][]owner // by payer
}

func ownersOf(c billing.Config) owners {
	all := owners{map[string][]owner{}, map[string][]owner{}}
	hold := func(accounts []string, o mapping.Owner) {
		for _, a := range accounts {
			all.byAccount[a] = append(all.byAccount[a], owner{o})
		}
	}
	for _, g := range c.BillingGroups {
		for _, claim := range g.Claims {
			if !claim.Tagged() {
				hold(claim.Accounts, mapping.Owner{Kind: "group", ID: g.ID, From: claim.From, To: claim.To})
			}
		}
		for _, e := range g.Enrol {
			all.enrolled[e.Payer] = append(all.enrolled[e.Payer], owner{mapping.Owner{Kind: "group", ID: g.ID, From: &e.From, To: e.To, By: byEnrolment}})
		}
	}
	for _, p := range c.Pools {
		hold(p.Accounts, mapping.Owner{Kind: "pool", ID: p.ID, From: p.From, To: p.To})
	}
	if c.Reseller != nil {
		hold(c.Reseller.Accounts, mapping.Owner{Kind: "reseller"})
	}
	return all
}

// on is who has an account of a payer on a day; nil where nobody has.
func (all owners) on(account, payer string, day billing.Day) *owner {
	holds := func(o owner) bool { return (o.From == nil || *o.From <= day) && (o.To == nil || *o.To > day) }
	for _, list := range [][]owner{all.byAccount[account], all.enrolled[payer]} {
		if i := slices.IndexFunc(list, holds); i >= 0 && (list[i].By == "" || account != payer) {
			return &list[i]
		}
	}
	return nil
}

// about says what happened to an account, and what to do about it.
func (all owners) about(e store.MemberEvent) (says, advice string) {
	day := billing.DayOf(e.At)
	has := all.on(e.Account, e.Payer, day)
	switch e.Kind {
	case Created:
		says = fmt.Sprintf("account %s was made in the organization of payer %s", e.Account, e.Payer)
		advice = all.unowned(e, has, day)
	case Invited:
		says = fmt.Sprintf("account %s joined the organization of payer %s", e.Account, e.Payer)
		advice = all.unowned(e, has, day)
	case Moved:
		says = fmt.Sprintf("account %s moved from payer %s to payer %s; each export has its own part of %s", e.Account, e.Other, e.Payer, billing.PeriodOf(e.At))
		before := all.on(e.Account, e.Other, day-1)
		switch {
		case has == nil && before.group() != "":
			advice = fmt.Sprintf("it was that of %s until then, and is nobody's since %s; give it to its billing group from that day on", before, day)
		case has == nil:
			advice = all.unowned(e, has, day)
		case before != nil && before.group() != has.group():
			advice = fmt.Sprintf("it was that of %s, and is that of %s since; see that this is meant", before, has)
		}
	case Left:
		says = fmt.Sprintf("account %s left the organization of payer %s; it was seen there for the last time on %s", e.Account, e.Payer, day)
		if after := all.on(e.Account, e.Payer, day+1); after != nil && after.By == "" && after.To == nil {
			advice = fmt.Sprintf("it is still that of %s; end the claim with %s (to: %s) where the customer has gone", after, day, day+1)
		}
	case Inactive:
		says = fmt.Sprintf("AWS has suspended account %s of payer %s", e.Account, e.Payer)
		advice = "see in its AWS account why; usage may still be charged until it is closed"
	case Closing:
		says = fmt.Sprintf("account %s of payer %s is being closed", e.Account, e.Payer)
	case Closed:
		says = fmt.Sprintf("account %s of payer %s is closed", e.Account, e.Payer)
		if after := all.on(e.Account, e.Payer, day+1); after != nil && after.By == "" && after.To == nil {
			advice = fmt.Sprintf("it is still that of %s; the claim may stay, since what AWS charges late is that of the same customer", after)
		}
	default:
		says = fmt.Sprintf("account %s of payer %s is in use", e.Account, e.Payer)
	}
	return says, advice
}

func (all owners) unowned(e store.MemberEvent, has *owner, day billing.Day) string {
	if has != nil {
		return ""
	}
	return fmt.Sprintf("it is nobody's; give it to a billing group from %s on, before a month with its usage is closed", day)
}
