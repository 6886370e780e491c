package sample

import (
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Move is an account that goes from one payer to another. Given to the months
// of both, the lines before the day are in one and the others in the other, of
// the same resources. Commitments stay with the payer's other accounts.
type Move struct {
	Account string      // one of the linked accounts of the payer it leaves
	Day     billing.Day // the first day with the new payer, UTC
	To      string      // the new payer
}

func (o Options) checkMoves() error {
	leaving := 0
	for i, m := range o.Moves {
		if o.owns(m.Account) {
			leaving++
		}
		twice := slices.ContainsFunc(o.Moves[:i], func(other Move) bool { return other.Account == m.Account })
		switch {
		case len(m.Account) != 12 || len(m.To) != 12 || m.Account == m.To:
			return fmt.Errorf("account %q cannot move to payer %q; use two different ids of 12 digits", m.Account, m.To)
		case twice:
			return fmt.Errorf("account %s moves twice; an account moves once", m.Account)
		case m.To == o.Payer && o.owns(m.Account):
			return fmt.Errorf("account %s is payer %s's already; name another payer", m.Account, m.To)
		case leaving == o.Accounts:
			return fmt.Errorf("all accounts of payer %s move; one must stay", o.Payer)
		}
	}
	return nil
}

// owns tells whether an account is one of the payer's before anyone moves.
func (o Options) owns(account string) bool {
	first := fmt.Sprintf("%012d", o.FirstAccount)
	last := fmt.Sprintf("%012d", o.FirstAccount+o.Accounts-1)
	return first <= account && account <= last
}

// move lets accounts leave and arrive. What they have is drawn by their own
// id, so that it is the same with both payers.
func (f *fleet) move(o Options, perSlot, hours int64) {
	for _, m := range o.Moves {
		at := int64(m.Day-o.Period.FirstDay()) * 24
		from, until := int64(0), min(hours, at) // with the payer it leaves
		switch {
		case m.To == o.Payer:
			from, until = max(0, at), hours
		case !o.owns(m.Account):
			continue // others' business
		}
		gone := func(r *resource) bool { return r.account.id == m.Account }
		f.steady = slices.DeleteFunc(f.steady, gone)
		f.bursty = slices.DeleteFunc(f.bursty, gone)
		f.accounts = slices.DeleteFunc(f.accounts, func(a *account) bool { return a.id == m.Account })
		if from >= until {
			continue
		}
		rng := newRand(o.Seed, "moved", m.Account)
		a := &account{id: m.Account, name: "moved-" + m.Account, region: &regions[0], moves: true}
		f.accounts = append(f.accounts, a)
		tags := newTagSets(rng)
		var mine []*resource
		for place := range 4 {
			mine = append(mine, newSteady(rng, a, tags, place*25, hours))
		}
		for range 12 {
			mine = append(mine, newBursty(rng, a, tags, hours))
		}
		for i, r := range mine {
			r.from, r.until = from, until
			if i < 4 && perSlot >= 24 { // a small month has no room
				f.steady = append(f.steady, r)
			} else if i >= 4 {
				f.bursty = append(f.bursty, r)
			}
		}
	}
}
