package month

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
)

// Ruling is the hash of all that decides on prices: who owns what, commitments,
// price books, cost bases. What documents are made with beside that – exchange
// rates, settings of invoices, names, addresses – is not in it: it needs new
// drafts, and no new rating. Nor is where files lie, or when somebody looks.
func Ruling(c billing.Config) string {
	priced := billing.Config{
		Pools: c.Pools, PriceBooks: c.PriceBooks, Commitments: c.Commitments, SavingsPlanRates: c.SavingsPlanRates,
	}
	if c.Reseller != nil {
		priced.Reseller = &billing.Reseller{Accounts: c.Reseller.Accounts, SellingBook: c.Reseller.SellingBook}
	}
	for _, x := range c.Payers {
		x.Name = ""
		priced.Payers = append(priced.Payers, x)
	}
	for _, x := range c.Accounts {
		if len(x.PriceBook) > 0 {
			priced.Accounts = append(priced.Accounts, billing.Account{ID: x.ID, PriceBook: x.PriceBook})
		}
	}
	for _, x := range c.Customers {
		priced.Customers = append(priced.Customers, billing.Customer{ID: x.ID, PriceBook: x.PriceBook, SellingBook: x.SellingBook})
	}
	for _, x := range c.BillingGroups {
		priced.BillingGroups = append(priced.BillingGroups, billing.BillingGroup{
			ID: x.ID, Customer: x.Customer, CostBasis: x.CostBasis, Claims: x.Claims, Enrol: x.Enrol, PriceBook: x.PriceBook, Parent: x.Parent,
		})
	}
	return config.Hash(priced)
}
