package entry

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// MaxParts bounds a split: ten years of months.
const MaxParts = 120

// Split divides an open entry over n months from the first one on, each part to
// be applied in its own. Parts are equal, cut to digits fractional digits toward
// zero; the first takes what that leaves, so that it is billed at once and all
// later months are the same. The parts come to the whole. It returns the entry
// as it is then, and its parts, open.
func Split(e Entry, n int, first billing.Period, digits int32) (whole Entry, parts []Entry, err error) {
	if err := e.mustBeOpen("split"); err != nil {
		return e, nil, err
	}
	if n < 2 || n > MaxParts {
		return e, nil, fmt.Errorf("entry %s cannot be split in %d parts; give a number from 2 to %d", e.ID, n, MaxParts)
	}
	each := e.Amount.Quo(money.FromInt(int64(n)), digits)
	if each.IsZero() {
		return e, nil, fmt.Errorf("entry %s of %s %s is too small for %d parts", e.ID, e.Amount, e.Currency, n)
	}
	left, month := e.Amount, first
	for i := range n {
		p := e.part(strconv.Itoa(i + 1))
		due := month
		p.Due, p.Part, p.Parts, p.Amount = &due, i+1, n, each
		parts = append(parts, p)
		left, month = left.Sub(each), month.Next()
	}
	parts[0].Amount = parts[0].Amount.Add(left)
	return e.divided(SplitUp), parts, nil
}

// part is an open entry that takes over some of this one's amount.
func (e Entry) part(name string) Entry {
	p := e.asOpen()
	p.ID, p.Origin, p.Of = idOf("part", e.ID, name), Part, e.ID
	return p
}

func (e Entry) divided(as State) Entry {
	e.State, e.Rule, e.Decided = as, "", true
	return e
}

// Allocate divides an open entry among accounts: each gets its amount, and the
// remainder account what is left. The amounts must not go beyond the entry's.
// It returns the entry as it is then, and its parts, open, by account.
func Allocate(e Entry, amounts map[string]money.Decimal, remainder string) (whole Entry, parts []Entry, err error) {
	if err := e.mustBeOpen("allocated"); err != nil {
		return e, nil, err
	}
	if remainder == "" {
		return e, nil, fmt.Errorf("entry %s: no account is named that takes what the amounts leave", e.ID)
	}
	left, shares := e.Amount, map[string]money.Decimal{}
	for account, amount := range amounts {
		if amount.Sign()*e.Amount.Sign() < 0 {
			return e, nil, fmt.Errorf("entry %s is over %s %s: account %s cannot have %s of it", e.ID, e.Amount, e.Currency, account, amount)
		}
		left, shares[account] = left.Sub(amount), amount
	}
	if left.Sign()*e.Amount.Sign() < 0 {
		return e, nil, fmt.Errorf("entry %s is over %s %s: the amounts come to %s, which is more", e.ID, e.Amount, e.Currency, e.Amount.Sub(left))
	}
	shares[remainder] = shares[remainder].Add(left)
	for _, account := range slices.Sorted(maps.Keys(shares)) {
		if shares[account].IsZero() {
			continue
		}
		p := e.part(account)
		p.Amount = shares[account]
		if p.Account != account {
			p.Account, p.AccountName, p.Group = account, "", ""
		}
		parts = append(parts, p)
	}
	return e.divided(Allocated), parts, nil
}

// AllocateBy divides an open entry among accounts by weights above 0, such as
// their usage. Shares are cut to digits fractional digits toward zero; the
// remainder account takes what that leaves, whether it has a weight or not.
func AllocateBy(e Entry, weights map[string]money.Decimal, digits int32, remainder string) (whole Entry, parts []Entry, err error) {
	total := money.Sum(slices.Collect(maps.Values(weights))...)
	if total.Sign() <= 0 {
		return e, nil, fmt.Errorf("entry %s cannot be allocated by usage: the accounts have none in %s", e.ID, e.Month)
	}
	amounts := map[string]money.Decimal{}
	for account, weight := range weights {
		if weight.Sign() < 0 {
			return e, nil, fmt.Errorf("entry %s cannot be allocated by usage: account %s has %s", e.ID, account, weight)
		}
		amounts[account] = e.Amount.Mul(weight).Quo(total, digits)
	}
	return Allocate(e, amounts, remainder)
}

// Undo takes a split or an allocation back. It returns the entry, open, and the
// ids of its parts among all, with the parts of parts; none of them may be
// applied any more, which is for the caller to see to. An entry that a person
// wrote, and that is open, is taken back itself: its own id is among those.
func Undo(e Entry, all []Entry) (whole Entry, gone []Entry, err error) {
	switch {
	case e.IsDivided():
		whole = e.asOpen()
		whole.Decided = true
		return whole, partsOf(e.ID, all), nil
	case e.Origin == Custom && e.State == Open:
		return e, []Entry{e}, nil
	case e.Origin == Custom:
		return e, nil, fmt.Errorf("entry %s is %s; `sluice entry restore %s` first, then it can be taken back", e.ID, e.State, e.ID)
	}
	return e, nil, fmt.Errorf("entry %s is neither split nor allocated: it is %s; there is nothing to undo", e.ID, e.State)
}

func partsOf(id string, all []Entry) (parts []Entry) {
	for _, p := range all {
		if p.Origin == Part && p.Of == id {
			parts = append(append(parts, p), partsOf(p.ID, all)...)
		}
	}
	return parts
}
