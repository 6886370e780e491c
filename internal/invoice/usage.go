package invoice

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// usage converts and rounds every line (E.1 to E.3). Where the rounding point is
// not the service, lines are rounded for display and do not add up to their
// account; with point invoice neither do accounts to the usage total.
func (d *drafting) usage(s statement.Statement) error {
	inv, exact := d.inv, money.Zero
	inv.Accounts = make([]Account, 0, len(s.Accounts))
	for _, owed := range sortedAccounts(s.Accounts) {
		account, sum, err := d.account(owed)
		if err != nil {
			return err
		}
		inv.Accounts = append(inv.Accounts, account)
		inv.UsageTotal = inv.UsageTotal.Add(account.Total)
		exact = exact.Add(sum)
	}
	if inv.Rounding.Point == perInvoice {
		inv.UsageTotal = inv.round(exact)
	}
	inv.UsageResidue = inv.UsageTotal.Sub(exact)
	inv.Subtotal = inv.UsageTotal
	return nil
}

// account returns one account's section and the exact sum of its lines, in the
// invoice's currency.
func (d *drafting) account(owed statement.Account) (account Account, exact money.Decimal, err error) {
	account = Account{
		Account: owed.ID, Name: owed.Name, Payer: owed.Payer, Provider: owed.Provider, Lines: make([]Line, 0, len(owed.Lines)),
	}
	for _, charge := range sortedLines(owed.Lines) {
		line := Line{
			Kind: charge.Kind, Service: charge.Service, Entry: charge.Entry, TaxFree: charge.TaxFree,
			Cost: charge.Amount, CostCurrency: charge.Currency,
		}
		if charge.Rate != nil {
			line.Rate = *charge.Rate
		} else if line.Rate, err = d.exchange.rate(charge.Currency, owed.Payer); err != nil {
			return Account{}, money.Zero, fmt.Errorf("account %s, %s: %w", owed.ID, charge.Service, err)
		}
		line.Exact = line.Cost.Mul(line.Rate)
		line.Amount = d.inv.round(line.Exact)
		account.Lines = append(account.Lines, line)
		account.Total = account.Total.Add(line.Amount)
		exact = exact.Add(line.Exact)
		if line.TaxFree {
			d.setTaxFree(line.Amount)
		}
	}
	if d.inv.Rounding.Point != perService {
		account.Total = d.inv.round(exact)
	}
	return account, exact, nil
}

// setTaxFree counts an amount that is free of tax.
func (d *drafting) setTaxFree(amount money.Decimal) {
	d.taxFree = true
	d.inv.TaxFree = d.inv.TaxFree.Add(amount)
}

// sortedAccounts returns the accounts by id, then payer.
func sortedAccounts(accounts []statement.Account) []statement.Account {
	return slices.SortedStableFunc(slices.Values(accounts), func(a, b statement.Account) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Payer, b.Payer))
	})
}

// sortedLines returns usage before marketplace before entries, each by service.
// Entry, currency and amount settle what is left, so that the order never
// depends on the input's.
func sortedLines(lines []statement.Line) []statement.Line {
	return slices.SortedStableFunc(slices.Values(lines), func(a, b statement.Line) int {
		return cmp.Or(
			cmp.Compare(placeOf(a.Kind), placeOf(b.Kind)),
			cmp.Compare(a.Service, b.Service),
			cmp.Compare(a.Entry, b.Entry),
			cmp.Compare(a.Currency, b.Currency),
			a.Amount.Cmp(b.Amount),
		)
	})
}

func placeOf(k statement.Kind) int {
	return slices.Index([]statement.Kind{statement.Usage, statement.Marketplace, statement.Entry}, k)
}

// usageLines are the lines of usage with their accounts: what support, agency
// fees and discounts are on. Marketplace and entries are not.
func (inv *Invoice) usageLines(yield func(Account, Line) bool) {
	for _, account := range inv.Accounts {
		for _, line := range account.Lines {
			if line.Kind == statement.Usage && !yield(account, line) {
				return
			}
		}
	}
}
