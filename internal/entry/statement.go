package entry

import (
	"cmp"
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// OnStatements puts the entries that are applied to a month on the statements of their
// billing groups (E.3): in the section of their account, behind its other lines.
// A section, or a statement, that is not there is made; an entry that is written
// for a group stands in a section without an account, under the group's name.
// What is given stays as it is. Entries that are not applied to the month are
// left out. Statements are by group, sections by account and payer.
//
// The cost of a line is what the provider bills for it: its amount, or 0 where a
// person wrote it.
func OnStatements(statements []statement.Statement, entries []Entry, month billing.Period, c billing.Config) []statement.Statement {
	stated := make([]statement.Statement, len(statements))
	for i, s := range statements {
		s.Accounts = slices.Clone(s.Accounts)
		for j := range s.Accounts {
			s.Accounts[j].Lines = slices.Clone(s.Accounts[j].Lines)
		}
		stated[i] = s
	}
	ordered := slices.Clone(entries)
	Sort(ordered)
	for _, e := range ordered {
		if e.State != Applied || *e.Into != month {
			continue
		}
		at := slices.IndexFunc(stated, func(s statement.Statement) bool { return s.Group == e.Group })
		if at < 0 {
			at = len(stated)
			stated = append(stated, statement.Statement{Group: e.Group, Period: month})
		}
		section := sectionOf(&stated[at], e, c)
		section.Lines = append(section.Lines, lineOf(e))
	}
	for i := range stated {
		slices.SortStableFunc(stated[i].Accounts, func(a, b statement.Account) int {
			return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Payer, b.Payer))
		})
	}
	slices.SortStableFunc(stated, func(a, b statement.Statement) int { return cmp.Compare(a.Group, b.Group) })
	return stated
}

// sectionOf finds the section of an entry's account, or makes it. An entry that
// names no payer takes the account's first one.
func sectionOf(s *statement.Statement, e Entry, c billing.Config) *statement.Account {
	at := slices.IndexFunc(s.Accounts, func(a statement.Account) bool {
		return a.ID == e.Account && (a.Payer == e.Payer || e.Payer == "" && e.Account != "")
	})
	if at < 0 {
		at = len(s.Accounts)
		s.Accounts = append(s.Accounts, statement.Account{ID: e.Account, Name: nameOf(e, c), Payer: e.Payer, Provider: e.Provider})
	}
	return &s.Accounts[at]
}

// nameOf names a section that only has entries.
func nameOf(e Entry, c billing.Config) string {
	if e.Account != "" {
		for _, a := range c.Accounts {
			if a.ID == e.Account {
				return a.Name
			}
		}
		return e.AccountName
	}
	for _, g := range c.BillingGroups {
		if g.ID != e.Group {
			continue
		}
		for _, x := range c.Customers {
			if x.ID == g.Customer {
				return cmp.Or(g.Name, x.Name)
			}
		}
	}
	return e.Group
}

func lineOf(e Entry) statement.Line {
	cost := e.Amount
	if e.Origin == Custom {
		cost = money.Zero
	}
	return statement.Line{
		Kind: statement.Entry, Service: e.Label(), Currency: e.Currency, Amount: e.Amount, Cost: cost,
		Entry: e.ID, Rate: e.Rate, TaxFree: e.TaxFree,
	}
}
