package commitment

import (
	"cmp"
	"context"
	"slices"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
)

// scope is within what commitments are shared: a billing group under a payer,
// or a pool. The reseller's own accounts share; an account that nobody owns is
// alone.
type scope struct{ payer, group, account string }

// accountDays says in which scope an account's lines with a tag set are from a
// day to another. Set 0 is also what stands for the account itself: the
// commitments it bought, and their fees, are its owner's whatever their tags.
type accountDays struct {
	load     string
	account  string
	set      int32
	number   int // of the account, in the order of the ids
	group    string
	scope    int
	from, to billing.Day
}

// taggedAccount is an account with one of its tag sets.
type taggedAccount struct {
	account string
	set     int32
}

// readAccounts places every account of the month in a scope for each tag set
// and day.
func (m *month) readAccounts(ctx context.Context, s engine.Session) error {
	type row struct {
		load string
		taggedAccount
	}
	used, err := engine.Collect(ctx, s, func(r *row) []any { return []any{&r.load, &r.account, &r.set} },
		"SELECT DISTINCT load, sub_account_id, x_tag_set FROM tagged_lines")
	if err != nil {
		return err
	}
	owners, err := assign.ReadOwners(ctx, s)
	if err != nil {
		return err
	}
	accounts := map[string][]taggedAccount{} // of a load
	seen := map[[2]string]bool{}             // payer and account
	for _, r := range used {
		seen[[2]string{m.payerOf(r.load), r.account}] = true
		accounts[r.load] = append(accounts[r.load], r.taggedAccount, taggedAccount{account: r.account})
	}
	for _, l := range m.loads {
		all := accounts[l.ID]
		if l.ID == l.home { // who owns commitments need not have used anything
			for _, c := range m.commitments {
				if c.Payer == l.Payer.ID {
					all = append(all, taggedAccount{account: c.Owner})
					if of := [2]string{c.Payer, c.Owner}; !seen[of] { // it is of the payer, though owners cannot know it
						seen[of] = true
						owners[l.ID] = append(owners[l.ID], m.Enrolled(l.Load, c.Owner)...)
					}
				}
			}
			for _, d := range m.Config.Commitments {
				if d.GiveTo != nil && d.GiveTo.Account != "" {
					all = append(all, taggedAccount{account: d.GiveTo.Account})
				}
			}
		}
		slices.SortFunc(all, func(a, b taggedAccount) int {
			return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.set, b.set))
		})
		m.place(l, slices.Compact(all), owners[l.ID])
	}
	ids := []string{}
	for _, a := range m.accounts {
		ids = append(ids, a.account)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for i, a := range m.accounts {
		number, _ := slices.BinarySearch(ids, a.account)
		m.accounts[i].number = number + 1
	}
	return nil
}

// place says in which scope each of a load's accounts is on which days; owners
// are the load's.
func (m *month) place(l load, accounts []taggedAccount, owners []assign.Ownership) {
	owned := map[taggedAccount][]assign.Ownership{}
	for _, o := range owners {
		a := taggedAccount{o.Account, o.Set}
		owned[a] = append(owned[a], o)
	}
	for _, all := range owned {
		slices.SortFunc(all, func(a, b assign.Ownership) int { return cmp.Compare(a.From, b.From) })
	}
	for _, a := range accounts {
		next := m.Period.FirstDay()
		add := func(group string, from, to billing.Day) {
			if from > to {
				return
			}
			sc := scope{payer: l.Payer.ID, group: group}
			if group == assign.Unassigned {
				sc.account = a.account
			}
			m.accounts = append(m.accounts, accountDays{load: l.ID, account: a.account, set: a.set, group: group, scope: m.scope(sc), from: from, to: to})
		}
		for _, o := range owned[a] {
			add(assign.Unassigned, next, o.From-1)
			add(o.Group, o.From, o.To)
			next = o.To + 1
		}
		add(assign.Unassigned, next, m.Period.LastDay())
	}
}

func (m *month) scope(sc scope) int {
	if _, ok := m.scopes[sc]; !ok {
		m.scopes[sc] = len(m.scopes) + 1
	}
	return m.scopes[sc]
}

// groupsOf names the groups an account itself has in the month.
func (m *month) groupsOf(payer, account string) []string {
	var groups []string
	for _, a := range m.accounts {
		if a.account == account && a.set == 0 && m.payerOf(a.load) == payer && !slices.Contains(groups, a.group) {
			groups = append(groups, a.group)
		}
	}
	return groups
}
