package receivable

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// PrepaidBalance is what a billing group has prepaid, and not used, in one
// currency.
type PrepaidBalance struct {
	Group    string         `json:"group"`
	Currency money.Currency `json:"currency"`
	AsOf     billing.Day    `json:"as_of"`
	Balance  money.Decimal  `json:"balance"`
}

// PrepaidPosting is the balance at the end of the day of an entry.
type PrepaidPosting struct {
	PrepaidBalance
	Key string `json:"key"`
	New bool   `json:"new"` // posted just now; else it was on record with the same facts
}

// PostPrepaid posts an entry to the prepaid ledger of a billing group and returns
// the balance at the end of its day. The currency is the group's where it is left
// out, and the key is made of the facts, so that the same entry twice changes
// nothing. What would overdraw the balance is refused.
func (rs *Receivables) PostPrepaid(ctx context.Context, e invoice.LedgerEntry) (PrepaidPosting, error) {
	c, err := rs.home.Config(ctx)
	if err != nil {
		return PrepaidPosting{}, err
	}
	at := slices.IndexFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.ID == e.Group })
	if at < 0 {
		var known []string
		for _, g := range c.BillingGroups {
			known = append(known, g.ID)
		}
		return PrepaidPosting{}, fmt.Errorf("there is no billing group %q; the billing groups are %s", e.Group, strings.Join(known, ", "))
	}
	if err := rs.home.HasCome(e.On); err != nil {
		return PrepaidPosting{}, err
	}
	if strings.HasPrefix(e.Key, ofDocuments) {
		return PrepaidPosting{}, fmt.Errorf("the key %q begins with %q, as those of documents do; take another", e.Key, ofDocuments)
	}
	e.By, e.Currency = rs.home.User, cmp.Or(e.Currency, money.Currency(c.BillingGroups[at].Currency))
	if e.Key == "" {
		e.Key = strings.TrimSpace(fmt.Sprintf("%s %s %s %s %s %s", e.Kind, e.On, e.Group, e.Amount, e.Currency, e.Reference))
	}
	fresh, err := rs.home.Store.PostLedger(ctx, e)
	if err != nil {
		return PrepaidPosting{}, err
	}
	balance, err := rs.home.Store.Balance(ctx, e.Group, e.Currency, e.On)
	return PrepaidPosting{PrepaidBalance{Group: e.Group, Currency: e.Currency, AsOf: e.On, Balance: balance}, e.Key, fresh}, err
}

// Prepaid returns the ledger of a billing group, or of all where it is empty, up
// to the end of a day: by group and currency, each in the order of its days with
// the balance after every line.
func (rs *Receivables) Prepaid(ctx context.Context, group string, asOf billing.Day) ([]invoice.LedgerLine, error) {
	entries, err := rs.home.Store.Ledger(ctx, group)
	if err != nil {
		return nil, err
	}
	lines := []invoice.LedgerLine{}
	for _, one := range ledgers(entries) {
		replayed, err := invoice.Ledger(one, asOf)
		if err != nil {
			return nil, err
		}
		lines = append(lines, replayed...)
	}
	return lines, nil
}

// PrepaidBalances returns the balances at the end of a day of a billing group, or
// of all that ever prepaid where it is empty.
func (rs *Receivables) PrepaidBalances(ctx context.Context, group string, asOf billing.Day) ([]PrepaidBalance, error) {
	entries, err := rs.home.Store.Ledger(ctx, group)
	if err != nil {
		return nil, err
	}
	all := []PrepaidBalance{}
	for _, one := range ledgers(entries) {
		balance, err := invoice.LedgerBalance(one, asOf)
		if err != nil {
			return nil, err
		}
		all = append(all, PrepaidBalance{Group: one[0].Group, Currency: one[0].Currency, AsOf: asOf, Balance: balance})
	}
	return all, nil
}

// ledgers divides entries by group and currency, in their order.
func ledgers(entries []invoice.LedgerEntry) (all [][]invoice.LedgerEntry) {
	entries = slices.Clone(entries)
	order := func(a, b invoice.LedgerEntry) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Currency, b.Currency))
	}
	slices.SortStableFunc(entries, order)
	for len(entries) > 0 {
		n := slices.IndexFunc(entries, func(e invoice.LedgerEntry) bool { return order(e, entries[0]) != 0 })
		if n < 0 {
			n = len(entries)
		}
		all, entries = append(all, entries[:n]), entries[n:]
	}
	return all
}

// ofDocuments is what the keys of ledger entries begin with that documents post.
const ofDocuments = "document "

// PostingsOf is what a document does to the prepaid balance when it is issued.
func (rs *Receivables) PostingsOf(inv invoice.Invoice, on billing.Day) (entries []invoice.LedgerEntry) {
	post := func(kind invoice.LedgerKind, amount money.Decimal) {
		if !amount.IsZero() {
			entries = append(entries, invoice.LedgerEntry{
				Key: ofDocuments + inv.ID + " " + string(kind), Group: inv.Group, Currency: inv.Currency, Kind: kind, On: on,
				Amount: amount, Invoice: inv.ID, By: rs.home.User,
			})
		}
	}
	post(invoice.LedgerUse, inv.PrepaidUsed.Neg())
	if inv.Voids() && inv.Carried.Sign() < 0 {
		post(invoice.LedgerCorrection, inv.Carried)
	} else {
		post(invoice.LedgerCredit, inv.Carried)
	}
	return entries
}
