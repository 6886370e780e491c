package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// holding is what an owner has of an account by one claim, pool or list.
type holding struct {
	Owner     // with the days as declared
	claim int // of its billing group; added for what this ledger gave
	left  []span
}

const added = -1

// ledger knows who has which account when, and what was given and taken.
type ledger struct {
	held    map[string][]*holding // by account
	claims  map[place]*holding
	gifts   map[string][]*gifted // by billing group, in the order they were given in
	touched map[string]bool      // billing groups
}

// place is where a billing group claims an account.
type place struct {
	group   string
	claim   int
	account string
}

// gifted is what a group is given.
type gifted struct {
	span
	account string
}

// ledgerOf takes down who has the whole of which account: billing groups, pools and
// the reseller itself (R2).
func ledgerOf(c billing.Config) *ledger {
	l := &ledger{map[string][]*holding{}, map[place]*holding{}, map[string][]*gifted{}, map[string]bool{}}
	hold := func(o Owner, claim int, accounts []string) {
		for _, a := range accounts {
			h := &holding{o, claim, []span{spanOf(o.From, o.To)}}
			l.held[a] = append(l.held[a], h)
			l.claims[place{o.ID, claim, a}] = h
		}
	}
	for _, g := range c.BillingGroups {
		for i, claim := range g.Claims {
			if !claim.Tagged() {
				hold(Owner{Kind: ownedByGroup, ID: g.ID, From: claim.From, To: claim.To}, i, claim.Accounts)
			}
		}
	}
	for _, p := range c.Pools {
		hold(Owner{Kind: ownedByPool, ID: p.ID, From: p.From, To: p.To}, 0, p.Accounts)
	}
	if c.Reseller != nil {
		hold(Owner{Kind: ownedByReseller}, 0, c.Reseller.Accounts)
	}
	return l
}

// idDigits is how long the id of an AWS account is.
const (
	idDigits   = 12
	longestID  = 200 // bytes, as the configuration has it
	leadingCut = "has only %d digits, and ids of AWS accounts have %d: the spreadsheet has cut the zeros at its beginning. Format the cells as text, and write %s"
)

// whole refuses an id that is not all of one.
func (l *ledger) whole(account string) error {
	digits := account != "" && strings.Trim(account, "0123456789") == ""
	switch {
	case l.held[account] != nil:
		return nil
	case len(account) > longestID:
		return fmt.Errorf("the account has more than %d characters; correct it", longestID)
	case digits && len(account) < idDigits:
		return fmt.Errorf("account %s "+leadingCut, account, len(account), idDigits, strings.Repeat("0", idDigits-len(account))+account)
	}
	return nil
}

// last is who has, or had, an account at the end of all days; nil where nobody ever.
func (l *ledger) last(account string) (h *holding, s span) {
	for _, x := range l.held[account] {
		for _, part := range x.left {
			if h == nil || part.to > s.to {
				h, s = x, part
			}
		}
	}
	return h, s
}

// owner is who has an account on some of the days, else who has it last; nil where
// nobody ever has.
func (l *ledger) owner(account string, days span) *Owner {
	for _, h := range l.held[account] {
		if anyOverlaps(h.left, days) {
			return new(h.Owner)
		}
	}
	if h, _ := l.last(account); h != nil {
		return new(h.Owner)
	}
	return nil
}

// give gives an account to a group for some days; for all where there are none, unless
// somebody has it. It returns what became of it, and who had it.
func (l *ledger) give(account, group string, from, to *billing.Day) (state string, had *Owner, err error) {
	days := spanOf(from, to)
	if h, s := l.last(account); h != nil && from == nil && to == nil {
		switch {
		case s.to != never:
			return Refused, new(h.Owner), fmt.Errorf("was that of %s; say from which day on it is that of billing group %s", h.Owner, group)
		case h.is(group):
			return Same, nil, nil
		}
		return Refused, new(h.Owner), taken(h.Owner, group)
	}
	missing := []span{days}
	for _, h := range l.held[account] {
		if h.is(group) {
			for _, s := range h.left {
				missing = without(missing, s)
			}
		}
	}
	if len(missing) == 0 {
		return Same, nil, nil
	}
	var others []*holding
	for _, h := range l.held[account] {
		if h.is(group) || !anyOverlaps(h.left, days) {
			continue
		}
		if err := h.gives(days, from, group); err != nil {
			return Refused, new(h.Owner), err
		}
		others = append(others, h)
	}
	state = New
	for _, h := range others {
		state, had = Moved, new(h.Owner)
		h.left = without(h.left, days)
		l.touched[h.ID] = true
	}
	l.touched[group] = true
	for _, s := range missing {
		first, end := s.ends()
		l.held[account] = append(l.held[account], &holding{Owner{Kind: ownedByGroup, ID: group, From: first, To: end}, added, []span{s}})
		l.gifts[group] = append(l.gifts[group], &gifted{s, account})
	}
	return state, had, nil
}

func (h *holding) is(group string) bool { return h.Kind == ownedByGroup && h.ID == group }

// gives is an error where an owner cannot lose an account for some days.
func (h *holding) gives(days span, from *billing.Day, group string) error {
	later := slices.IndexFunc(h.left, func(s span) bool { return s.overlaps(days) && s.from > days.from })
	switch {
	case h.Kind != ownedByGroup:
		return fmt.Errorf("is that of %s; take it out there first, in the configuration", h.Owner)
	case from == nil:
		return taken(h.Owner, group)
	case later >= 0:
		return fmt.Errorf("becomes that of %s; end the row's days before that (to), or remove the claim first", h.Owner)
	}
	return nil
}

func taken(o Owner, group string) error {
	if o.Kind != ownedByGroup {
		return fmt.Errorf("is that of %s; take it out there first, in the configuration", o)
	}
	return fmt.Errorf("is that of %s; say from which day on it is that of billing group %s, and the present claim ends there", o, group)
}

// changed are the billing groups with other claims than before, in their order.
func (l *ledger) changed(now billing.Config) (all []billing.BillingGroup) {
	for _, g := range now.BillingGroups {
		if l.touched[g.ID] {
			g.Claims = l.add(g.ID, l.cut(g))
			all = append(all, g)
		}
	}
	return all
}

// cut is what is left of a group's claims. What an account keeps of a claim that it
// does not keep whole is a claim of its own, behind it.
func (l *ledger) cut(g billing.BillingGroup) (claims []billing.Claim) {
	for i, c := range g.Claims {
		if c.Tagged() {
			claims = append(claims, c)
			continue
		}
		whole := spanOf(c.From, c.To)
		var kept []string
		var parts []*gifted
		for _, a := range c.Accounts {
			left := l.claims[place{g.ID, i, a}].left
			if slices.Equal(left, []span{whole}) {
				kept = append(kept, a)
				continue
			}
			for _, s := range left {
				parts = append(parts, &gifted{s, a})
			}
		}
		if len(kept) > 0 {
			c.Accounts = kept
			claims = append(claims, c)
		}
		slices.SortStableFunc(parts, func(a, b *gifted) int { return bySpan(a.span, b.span) })
		claims = append(claims, claimsOf(parts)...)
	}
	return claims
}

// claimsOf are claims of accounts, one for each span, in their order.
func claimsOf(parts []*gifted) (claims []billing.Claim) {
	at := map[span]int{}
	for _, p := range parts {
		i, ok := at[p.span]
		if !ok {
			i = len(claims)
			at[p.span] = i
			from, to := p.ends()
			claims = append(claims, billing.Claim{From: from, To: to})
		}
		claims[i].Accounts = append(claims[i].Accounts, p.account)
	}
	return claims
}

// add puts what a group was given into its claims: into one of the same days, else
// into a new one.
func (l *ledger) add(group string, claims []billing.Claim) []billing.Claim {
	for _, c := range claimsOf(l.gifts[group]) {
		i := slices.IndexFunc(claims, func(x billing.Claim) bool { return !x.Tagged() && spanOf(x.From, x.To) == spanOf(c.From, c.To) })
		if i < 0 {
			claims = append(claims, c)
			continue
		}
		claims[i].Accounts = slices.Concat(claims[i].Accounts, c.Accounts)
	}
	return claims
}
