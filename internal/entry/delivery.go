package entry

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/sluice-billing/sluice/internal/money"
)

// Changes is what a new delivery makes of the entries on record.
type Changes struct {
	Put    []Entry  // new, or with a new amount, by id
	Remove []string // ids of open entries that the export does not have any more
}

// chain is a collected entry with the differences from it.
type chain struct {
	original    Entry
	differences []Entry
}

func (c chain) sum() money.Decimal {
	sum := c.original.Amount
	for _, d := range c.differences {
		sum = sum.Add(d.Amount)
	}
	return sum
}

// Delivered compares a month's entries on record with those that its loads in
// force have now (R28). An entry that is open takes the new amount, so that it
// and its differences come to what is delivered. One that somebody decided on
// stays as it is: what the new delivery says differently, also when the lines
// are gone, becomes an open entry of its own, a difference. After the changes,
// what is on record and collected, with all differences, is what was delivered.
//
// known may hold parts and custom entries, which no delivery changes. The order
// of both lists does not matter; delivered has each id once.
func Delivered(known, delivered []Entry) Changes {
	chains := chainsOf(known)
	var changes Changes
	seen := map[string]bool{}
	for _, d := range delivered {
		seen[d.ID] = true
		c, ok := chains[d.ID]
		if !ok {
			changes.Put = append(changes.Put, d)
			continue
		}
		changes.settle(c, d.Amount)
	}
	for _, id := range slices.Sorted(maps.Keys(chains)) {
		c := chains[id]
		switch {
		case seen[id]:
		case c.original.follows() && len(c.differences) == 0 && !c.original.Decided:
			changes.Remove = append(changes.Remove, id)
		default:
			changes.settle(c, money.Zero)
		}
	}
	sortByID(changes.Put)
	return changes
}

// chainsOf puts the collected entries and their differences together, by id.
func chainsOf(known []Entry) map[string]chain {
	chains := map[string]chain{}
	for _, e := range known {
		switch e.Origin {
		case Collected:
			c := chains[e.ID]
			c.original = e
			chains[e.ID] = c
		case Difference:
			c := chains[e.Of]
			c.differences = append(c.differences, e)
			chains[e.Of] = c
		}
	}
	return chains
}

// settle makes a chain come to an amount.
func (changes *Changes) settle(c chain, amount money.Decimal) {
	missing := amount.Sub(c.sum())
	if missing.IsZero() {
		return
	}
	if c.original.follows() {
		c.original.Amount = c.original.Amount.Add(missing)
		changes.Put = append(changes.Put, c.original)
		return
	}
	difference := c.original.asOpen()
	difference.ID = idOf("difference", c.original.ID, strconv.Itoa(len(c.differences)+1))
	difference.Origin, difference.Of, difference.Amount = Difference, c.original.ID, missing
	changes.Put = append(changes.Put, difference)
}

// asOpen is the entry as nobody has decided on it.
func (e Entry) asOpen() Entry {
	e.State, e.Into, e.Rate, e.TaxFree, e.Rule, e.Decided = Open, nil, nil, false, "", false
	if e.Account != "" {
		e.Group = ""
	}
	return e
}

// compareEntries is the order in which entries are listed and billed.
func compareEntries(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Payer, b.Payer), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Start, b.Start),
		cmp.Compare(a.Label(), b.Label()), cmp.Compare(a.Part, b.Part), cmp.Compare(a.ID, b.ID))
}

// Sort puts entries in the order in which they are listed.
func Sort(entries []Entry) { slices.SortFunc(entries, compareEntries) }
