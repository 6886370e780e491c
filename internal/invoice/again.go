package invoice

import (
	"slices"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Statement is what the document was made from, its applied entries included. The
// cost of lines to the reseller is not in a document, and not in it.
func (inv Invoice) Statement() statement.Statement {
	s := statement.Statement{Group: inv.Group, Period: inv.Period, Notes: inv.Notes}
	for _, a := range inv.Accounts {
		account := statement.Account{ID: a.Account, Name: a.Name, Payer: a.Payer, Provider: a.Provider}
		for _, l := range a.Lines {
			line := statement.Line{Kind: l.Kind, Service: l.Service, Currency: l.CostCurrency, Amount: l.Cost, Entry: l.Entry, TaxFree: l.TaxFree}
			if l.Kind == statement.Entry && !inv.rates(l, a.Payer) {
				line.Rate = &l.Rate
			}
			account.Lines = append(account.Lines, line)
		}
		s.Accounts = append(s.Accounts, account)
	}
	return s
}

// rates tells whether a line's rate is the one that the document's list gives it,
// and not its own.
func (inv Invoice) rates(line Line, payer string) bool {
	listed := exchange{
		group: billing.BillingGroup{ID: inv.Group, Currency: string(inv.Currency), Invoice: inv.Frozen.Invoice},
		month: inv.Period, rates: FrozenRates([]Invoice{inv}),
	}
	rate, err := listed.rate(line.CostCurrency, payer)
	return err == nil && rate.Equal(line.Rate)
}

// Of is the draft that the document's frozen settings make of a statement: with
// the rates, texts and parties that it has. Of(Statement()) is the document again,
// as it was drafted. rates are for what the document did not convert; without one,
// a statement that needs it is an error.
func (inv Invoice) Of(s statement.Statement, rates ...billing.ExchangeRate) (Invoice, error) {
	return inv.at(s, FrozenRates([]Invoice{inv}, rates...))
}

// at is Of with these rates and no others.
func (inv Invoice) at(s statement.Statement, rates []billing.ExchangeRate) (Invoice, error) {
	set := Settings{
		Reseller: billing.Reseller{Address: inv.Seller.Postal},
		Customer: billing.Customer{ID: inv.Customer},
		Group: billing.BillingGroup{
			ID: inv.Group, Customer: inv.Customer, Currency: string(inv.Currency), Language: inv.Language, Invoice: inv.Frozen.Invoice,
		},
		Provider: inv.Provider, Providers: inv.ownProviders(), Rates: rates,
		Layout: inv.Frozen.Layout, Services: inv.Frozen.Services, Coupons: inv.Frozen.Coupons, Items: inv.Frozen.Items,
		Balance: inv.Frozen.Balance, Spent: inv.Frozen.Spent,
	}
	anew, err := New(s, set, inv.Inputs, inv.Preview)
	anew.Title, anew.Seller, anew.Buyer, anew.Payment, anew.Note = inv.Title, inv.Seller, inv.Buyer, inv.Payment, inv.Note
	return anew, err
}

// Again is the draft that the settings frozen by the last of the documents in force
// of a chain make of a statement, with the rates that all of them froze. rates are
// the month's of now, for what none of them has converted.
func Again(inForce []Invoice, s statement.Statement, rates ...billing.ExchangeRate) (Invoice, error) {
	return inForce[len(inForce)-1].at(s, FrozenRates(inForce, rates...))
}

// FrozenRates are the exchange rates of documents of one chain: those of an issued
// month never change (R19). Of the others, which are the month's of now, those are
// added that no document would have used: of a pair that it did not convert at
// that level for that payer.
func FrozenRates(chain []Invoice, others ...billing.ExchangeRate) (rates []billing.ExchangeRate) {
	for _, inv := range chain {
		for _, r := range inv.Rates {
			rate := billing.ExchangeRate{Month: inv.Period, From: r.From, To: r.To, Rate: r.Rate, Level: r.Level, Payer: r.Payer}
			if r.Level == groupRate {
				rate.Group = inv.Group
			}
			if !listed(rates, rate) {
				rates = append(rates, rate)
			}
		}
	}
	for _, other := range others {
		frozen := slices.ContainsFunc(chain, func(inv Invoice) bool { return inv.looksUp(other) })
		if !frozen && !listed(rates, other) {
			rates = append(rates, other)
		}
	}
	return rates
}

// listed tells whether there is a rate already for what another is for.
func listed(rates []billing.ExchangeRate, other billing.ExchangeRate) bool {
	return slices.ContainsFunc(rates, func(r billing.ExchangeRate) bool {
		return r.From == other.From && r.To == other.To && r.Level == other.Level && r.Payer == other.Payer && r.Group == other.Group
	})
}

// looksUp tells whether the document converts something that a rate of a payer or
// group is for: had there been that rate, it would have been used.
func (inv Invoice) looksUp(rate billing.ExchangeRate) bool {
	if rate.Level != inv.Frozen.Invoice.Exchange || rate.To != inv.Currency {
		return false
	}
	return slices.ContainsFunc(inv.Accounts, func(a Account) bool {
		converts := slices.ContainsFunc(a.Lines, func(l Line) bool { return l.CostCurrency == rate.From }) ||
			slices.ContainsFunc(slices.Concat(inv.Support, inv.Agency), func(f Fee) bool { return f.Account == a.Account && f.BaseCurrency == rate.From })
		return converts && (rate.Level != payerRate || rate.Payer == a.Payer)
	})
}
